"""Judge if figures can be compared, and if not, why; a difference is given only if nothing speaks against it.

The sentences are in reasons.toml. Amounts are compared kind by kind, and sums only if every project states the amount.
Targets are compared if sign, unit and limit are equal; nothing is converted.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.columns import WORDS

_TABLES = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
KINDS = (
    "totalAmount",
    "annualRequest",
    "fiscalFunds",
    "currentYearAppropriation",
    "carriedOver",
    "otherFunds",
    "annualOtherFunds",
    "narrativeAmount",
)
"""Kinds of amounts that projects state, by property; some contain others, and no two are added up."""

TOTALS: Sequence[str] = tuple(_TABLES["scopes"]["totals"])
"""Words in brackets after a body's name that say that it includes its subordinate bodies."""


@dataclass(frozen=True)
class Said:
    """A sentence with its code."""

    code: str
    text: Bilingual


@dataclass(frozen=True)
class Verdict:
    """The reasons against a comparison, none if it is possible, and the last figure minus the first."""

    reasons: tuple[Said, ...] = ()
    change: Decimal | None = None

    @property
    def comparable(self) -> bool:
        """True if nothing speaks against a comparison."""
        return not self.reasons


@dataclass(frozen=True)
class Sum:
    """The sum of one kind of amount over a side, the number of its projects, and how many state the amount."""

    projects: int
    stated: int
    total: Decimal


@dataclass(frozen=True)
class Target:
    """A target as printed and as read; without `value` it is in words, without `text` there is none."""

    text: str | None
    operator: str | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    qualifier: str | None = None


Parts = Mapping[str, Bilingual | str | int]


def reason(code: str, **parts: Bilingual | str | int) -> Said:
    """Return a reason of reasons.toml with its parts filled in."""
    return _said("reasons", code, parts)


def note(code: str, **parts: Bilingual | str | int) -> Said:
    """Return a note of reasons.toml with its parts filled in."""
    return _said("notes", code, parts)


def _said(table: str, code: str, parts: Parts) -> Said:
    zh, en = _TABLES[table][code]
    in_zh = {name: part.zh if isinstance(part, Bilingual) else part for name, part in parts.items()}
    in_en = {name: part.en if isinstance(part, Bilingual) else part for name, part in parts.items()}
    text = en.format(**in_en)
    return Said(code, Bilingual(zh.format(**in_zh), text[:1].upper() + text[1:] if table == "notes" else text))


def of_sums(sums: Sequence[Sum], sides: Sequence[Bilingual], against: Iterable[Said] = ()) -> Verdict:
    """Compare sums of one kind; `against` are reasons that hold for every sum of the sides."""
    reasons = list(against)
    for each, side in zip(sums, sides, strict=True):
        if not each.projects:
            reasons.append(reason("nothing", side=side))
        elif not each.stated:
            reasons.append(reason("none-stated", side=side))
        elif each.stated < each.projects:
            without = each.projects - each.stated
            reasons.append(reason("some-without", side=side, projects=each.projects, without=without))
    return _verdict(reasons, [each.total for each in sums])


def of_amounts(amounts: Sequence[Decimal | None], kinds: Sequence[str | None], sides: Sequence[Bilingual]) -> Verdict:
    """Compare the amounts of projects; `kinds` are the properties they are taken from."""
    reasons = [reason("no-amount", side=side) for amount, side in zip(amounts, sides, strict=True) if amount is None]
    different = list(dict.fromkeys(kind for kind in kinds if kind))
    if not reasons and len(different) > 1:
        reasons.append(reason("source-differs", kinds=listed([kind_of_amount(kind) for kind in different])))
    return _verdict(reasons, amounts)


def of_targets(targets: Sequence[Target], sides: Sequence[Bilingual]) -> Verdict:
    """Compare targets of indicators with the same name."""
    reasons = [
        reason("no-target", side=side)
        for target, side in zip(targets, sides, strict=True)
        if target.text is None and target.value is None
    ]
    if reasons:
        return Verdict(tuple(reasons))
    if any(target.value is None for target in targets):
        equal = len({_plain(target.text) for target in targets}) == 1
        return Verdict((reason("words-equal" if equal else "words"),))
    for code, part, values in (
        ("signs-differ", "signs", [_sign(target.operator) for target in targets]),
        ("units-differ", "units", [_or_none(target.unit) for target in targets]),
        ("qualifiers-differ", "qualifiers", [_or_none(target.qualifier) for target in targets]),
    ):
        if len({each.zh for each in values}) > 1:
            reasons.append(reason(code, **{part: listed(list(dict.fromkeys(values)))}))
    if not reasons and any(target.upper is not None for target in targets):
        same = len({(target.value, target.upper) for target in targets}) == 1
        return Verdict(change=Decimal(0)) if same else Verdict((reason("ranges"),))
    return _verdict(reasons, [target.value for target in targets])


def kind_of_amount(name: str) -> Bilingual:
    """Return the words for a property, given by its local name."""
    term = reference().get(f"{terms.JX}{name}")
    return term.label if term else Bilingual(name, name)


def listed(names: Sequence[Bilingual]) -> Bilingual:
    """Join names to a list."""
    return Bilingual("、".join(each.zh for each in names), ", ".join(each.en for each in names))


def sign(operator: str | None) -> str:
    """Return the sign of an operator as it is shown, empty for none."""
    words = WORDS["operator"].get(operator or "")
    return words.zh if words else operator or ""


def _verdict(reasons: Sequence[Said], figures: Sequence[Decimal | None]) -> Verdict:
    first, last = figures[0], figures[-1]
    if reasons or len(figures) != 2 or first is None or last is None:
        return Verdict(tuple(reasons))
    return Verdict(change=last - first)


def _sign(operator: str | None) -> Bilingual:
    return WORDS["operator"].get(operator or "") or _or_none(operator)


def _or_none(text: str | None) -> Bilingual:
    plain = _plain(text)
    return Bilingual(plain, plain) if plain else Bilingual("（无）", "(none)")


def _plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()
