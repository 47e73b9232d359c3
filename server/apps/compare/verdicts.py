"""Get the figures to compare by the views of this folder, and decide if figures can be compared.

A verdict has the reasons against a comparison or, if there are none, the difference. The sentences of the reasons are
in reasons.toml. Amounts are compared only with amounts of the same kind, and sums only if every project states the
amount. Targets are compared if sign, unit and limit are equal; units are not converted.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.editions.protocols import Edition
from jixiao.server.query.binding import Term
from jixiao.server.runtime import turns
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, published, view_files
from jixiao.server.words import WORDS

DIRECTORY = Path(__file__).parent


@dataclass(frozen=True)
class Facts:
    """One state of the dataset, to ask the views of this folder of. Methods raise what Tables.of and Pool.run do."""

    service: Service
    now: Edition

    def query(self, name: str) -> view_files.View:
        """Return a view of this folder."""
        return view_files.load(self.service.store.base_iri, DIRECTORY)[name]

    def rows(self, name: str, values: Mapping[str, Sequence[str | int | Term]]) -> list[answers.Row]:
        """Return the rows of the view `name`; `values` maps parameters to terms, IRIs (str) or years (int).

        Parameters with an empty list are left out.
        """
        turns.look()
        given = {
            parameter: [
                NamedNode(value) if isinstance(value, str) else Literal(value) if isinstance(value, int) else value
                for value in each
            ]
            for parameter, each in values.items()
        }
        return published.rows(self.service, self.now, self.query(name), given)

    def run(self, sparql: str) -> bytes:
        """Return the results (SPARQL JSON) of a query given as text."""
        return self.service.run(self.now, sparql)


def text(value: answers.Value) -> str | None:
    """Return a value of a row as text, None for no value or ""."""
    return None if value is None or value == "" else str(value)


def decimal(value: answers.Value) -> Decimal | None:
    """Return a value of a row if it is a Decimal, otherwise None."""
    return value if isinstance(value, Decimal) else None


_TABLES = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
KINDS = (
    "annualRequest",
    "totalAmount",
    "fiscalFunds",
    "currentYearAppropriation",
    "carriedOver",
    "otherFunds",
    "annualOtherFunds",
    "narrativeAmount",
)
"""Kinds of amounts that projects state, as local names of properties. Some contain others, so no two are added up."""

TOTALS: Sequence[str] = tuple(_TABLES["scopes"]["totals"])
"""Words in brackets after a body's name, such as 汇总, by which it includes its subordinate bodies."""


@dataclass(frozen=True)
class Said:
    """A sentence of reasons.toml for readers, with its code for programs, and the IRI of a thing it leads to."""

    code: str
    text: Bilingual
    iri: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The reasons against a comparison, empty if the figures can be compared.

    `change` is the last figure minus the first; None if there are reasons, or unless two figures are compared.
    """

    reasons: Sequence[Said] = ()
    change: Decimal | None = None

    @property
    def comparable(self) -> bool:
        """True if there is no reason against the comparison."""
        return not self.reasons


@dataclass(frozen=True)
class Sum:
    """The sum (`total`, in yuan) of one kind of amount over a side's projects.

    `projects` is the number of projects, and `stated` the number of those that state the amount.
    """

    projects: int
    stated: int
    total: Decimal


def _said(table: str, code: str, **parts: Bilingual | str | int) -> Said:
    """Return the sentence `code` of a table of reasons.toml with `parts` put in place of the names in its braces."""
    zh, en = (
        sentence.format(
            **{name: part if isinstance(part, int) else in_language(part, language) for name, part in parts.items()}
        )
        for language, sentence in zip(("zh", "en"), _TABLES[table][code], strict=True)
    )
    return Said(code, Bilingual(zh, en[:1].upper() + en[1:] if table == "notes" else en))


note, reason = partial(_said, "notes"), partial(_said, "reasons")
"""Functions that return the note or the reason with a code; a reason may be used within another sentence."""


def of_sums(sums: Sequence[Sum], sides: Sequence[Bilingual], against: Iterable[Said] = ()) -> Verdict:
    """Return the verdict on sums of one kind, one per side; `against` are reasons that apply to all sums."""
    reasons = list(against)
    for each, side in zip(sums, sides, strict=True):
        if not each.projects:
            reasons.append(reason("nothing", side=side))
        elif not each.stated:
            reasons.append(reason("none-stated", side=side))
        elif each.stated < each.projects:
            reasons.append(
                reason("some-without", side=side, projects=each.projects, without=each.projects - each.stated)
            )
    return _verdict(reasons, [each.total for each in sums])


def of_amounts(amounts: Sequence[Decimal | None], kinds: Iterable[str | None], sides: Sequence[Bilingual]) -> Verdict:
    """Return the verdict on the amounts of projects, one per side; `kinds` are the properties that state them."""
    reasons = [reason("none-stated", side=side) for amount, side in zip(amounts, sides, strict=True) if amount is None]
    different = list(dict.fromkeys(kind for kind in kinds if kind))
    if not reasons and len(different) > 1:
        reasons.append(reason("source-differs", kinds=listed([kind_of_amount(kind) for kind in different])))
    return _verdict(reasons, amounts)


def of_targets(rows: Sequence[answers.Row], sides: Sequence[Bilingual]) -> Verdict:
    """Return the verdict on the targets of indicators with the same name, given as rows of targets.rq, one per side.

    A row without `value` has a target in words (`text`), or no target if it lacks both.
    """
    values = [decimal(row["value"]) for row in rows]
    texts = [text(row["text"]) for row in rows]
    reasons = [
        reason("no-target", side=side)
        for value, printed, side in zip(values, texts, sides, strict=True)
        if printed is None and value is None
    ]
    if reasons:
        return Verdict(reasons)
    if None in values:
        return Verdict([reason("words-equal" if len(set(map(_plain, texts))) == 1 else "words")])
    for name in ("operator", "unit", "qualifier"):
        stated = list(dict.fromkeys(_stated(name, text(row[name])) for row in rows))
        if len(stated) > 1:
            said = listed(stated)
            reasons.append(reason(_DIFFERS[name], signs=said, units=said, qualifiers=said))
    ends = [(value, row["upper"]) for value, row in zip(values, rows, strict=True)]
    if not reasons and any(upper is not None for _, upper in ends):
        return Verdict(change=Decimal(0)) if len(set(ends)) == 1 else Verdict([reason("ranges")])
    return _verdict(reasons, values)


_DIFFERS = {"operator": "signs-differ", "unit": "units-differ", "qualifier": "qualifiers-differ"}


def kind_of_amount(name: str) -> Bilingual:
    """Return the label of an amount's property, given by its local name."""
    term = reference().get(f"{terms.JX}{name}")
    return term.label if term else Bilingual(name, name)


def listed(names: Sequence[Bilingual | str]) -> Bilingual:
    """Return names as one text in each language, with commas between them."""
    return Bilingual(
        "、".join(in_language(name, "zh") for name in names), ", ".join(in_language(name, "en") for name in names)
    )


def sign(operator: str | None) -> str:
    """Return the sign of an operator, such as ≥ for ge, and "" for None."""
    return "" if operator is None else _stated("operator", operator).zh


def _verdict(reasons: Sequence[Said], figures: Sequence[Decimal | None]) -> Verdict:
    first, last = figures[0], figures[-1]
    if reasons or len(figures) != 2 or first is None or last is None:
        return Verdict(reasons)
    return Verdict(change=last - first)


def _stated(part: str, printed: str | None) -> Bilingual:
    """Return a target's operator, unit or qualifier (named by `part`) in words: an operator as sign, None as “none”."""
    plain = _plain(printed)
    return WORDS.get(part, {}).get(plain, Bilingual(plain, plain)) if plain else Bilingual("（无）", "(none)")


def _plain(printed: str | None) -> str:
    return unicodedata.normalize("NFKC", printed or "").strip()
