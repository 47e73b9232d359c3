"""Tell what an indicator measures, from its name and target alone: the facts by which rules compare indicators.

A target is also given in the first unit of its dimension (3公里 as 3000 米), so that two targets of one thing can be
compared. Targets themselves are read in `ingest/values`; the words are those of measured.toml.
"""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest import facts as f
from jixiao.ingest.facts import Term
from jixiao.ingest.text.measures import counted
from jixiao.ingest.values import dates
from jixiao.ingest.values.amounts import LARGE, UNITS, WORDING as VALUES
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording
from jixiao.ontology.units import units

_WORDING = Wording("jixiao.ingest.text", "measured.toml", {"classifiers": VALUES.text("classifiers")})
_KINDS, _USUAL, _THINGS, _EACH = (_WORDING.meanings(name) for name in ("units", "usual", "things", "each"))
_LEVELS, _LEVEL = _WORDING.meanings("levels"), _WORDING.pattern("level")
_TYPES = f"{terms.VOCAB}indicator-type/"
_PATTERNS = _WORDING.tables["patterns"]
_BRACKETS = re.compile(r"(?:[(\[][^()]*[)\]]|[≥≤><=]+[*X]*.{0,4})$")
_FIRST = {each.dimension: word for word, each in reversed(list(units().items())) if each.size == 1}
_MOST = 50
"""The least share, in per cent, of faults that no one can ask for by an exact target."""

Fact = tuple[str, Term | None]


class Unit(NamedTuple):
    """A unit: its kind, its usual word, and the word and size by which quantities of its dimension are compared."""

    kind: str | None
    usual: str
    base: str
    size: Decimal


class Target(NamedTuple):
    """The target of an indicator or of a figure in running text, as RDF states it; `operator` is a local name."""

    text: str = ""
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    operator: str | None = None


def measured(name: str, target: Target, direction: str = "", *, counts: bool = False) -> Iterator[Fact]:
    """Yield property and value of each fact about an indicator with this name and target.

    `direction` is what the form prints in its column of directions; `counts` is true under the level of quantities,
    where a name need not end in a word for counting.
    """
    full = folded(name)
    bare = _BRACKETS.sub("", full)
    told = traits("name", bare) | ({"percent", "unit"} if _WORDING.pattern("percent").search(full) else set())
    in_brackets = _WORDING.pattern("unit_in_brackets").search(full)
    printed = target.unit or (in_brackets[1] if in_brackets else None)
    unit = unit_of(printed) if printed else None
    price = _price(printed) if printed else None
    thing = counted(_WORDING.pattern("price_end").sub("", bare) if price else full)
    yield terms.thing, f.plain(thing)
    kinds = _things(thing if price else bare) if price or counts or "size" in told else frozenset()
    kinds |= {kind for word, kind in _EACH.items() if price and word in bare}
    yield from ((terms.measures, f.plain(each)) for each in sorted(told | kinds))
    if in_brackets and unit_of(in_brackets[1]).kind:
        yield terms.namedUnit, f.plain(unit_of(in_brackets[1]).usual)
    if price:
        yield terms.measuredBy, f.plain(f"per-{price.kind}")
        yield terms.pricedPer, f.plain(price.usual)
    elif unit and target.unit:
        yield terms.measuredBy, f.plain(unit.kind)
        yield terms.usualUnit, f.plain(unit.usual)
    yield from _comparable(target, unit, told | kinds)
    yield from _figure_in(bare, unit)
    yield from _directions(bare, target, unit, direction)
    yield from ((terms.targetForm, f.plain(each)) for each in sorted(_forms(bare, target)))
    yield from _deadlines(bare, target.text)


@lru_cache(maxsize=8192)
def traits(prefix: str, words: str) -> set[str]:
    """Return what words tell: the names of the patterns with a prefix that they match, without exceptions."""
    return {
        name.removeprefix(f"{prefix}_")
        for name in _PATTERNS
        if name.startswith(f"{prefix}_")
        and _WORDING.pattern(name).search(words)
        and not (f"no_{name}" in _PATTERNS and _WORDING.pattern(f"no_{name}").search(words))
    }


@lru_cache(maxsize=2048)
def unit_of(printed: str) -> Unit:
    """Return what is known of a printed unit; an unknown one is the first of a dimension of its own."""
    size = Decimal(1)
    if "/" in printed:
        return Unit("share", printed, printed, size)
    if printed in UNITS:
        return Unit("money", "元", "元", UNITS[printed])
    if printed[0] in LARGE and printed not in units():
        size, printed = LARGE[printed[0]], printed[1:]
    known, kind = units().get(printed), _KINDS.get(printed)
    usual = _USUAL.get(printed) or _USUAL.get(kind or "", printed)
    if known is None or kind:
        return Unit(kind, usual, usual, size)
    alike = next(word for word, other in units().items() if other == known)
    return Unit(known.dimension, alike, _FIRST[known.dimension], size * known.size)


def _price(printed: str) -> Unit | None:
    """Return the unit that a price is for: 亩 for 元/亩."""
    money, _, per = printed.replace("／", "/").partition("/")
    return unit_of(per) if per and money in UNITS else None


def _things(name: str) -> frozenset[str]:
    """Return the kinds of what a name counts; persons may be counted by heads (人数)."""
    found = _WORDING.pattern("things").search(name)
    kind = _THINGS[found["thing"]] if found else None
    return frozenset({kind, "persons"} if kind == "headcount" else {kind} if kind else ())


def _comparable(target: Target, unit: Unit | None, told: set[str]) -> Iterator[Fact]:
    """Yield the target in the first unit of its dimension; a bare count is one of single things (个)."""
    if target.value is None or (unit is None and "count" not in told):
        return
    size, base = (unit.size, unit.base) if unit else (Decimal(1), "人" if "headcount" in told else "个")
    yield terms.comparableValue, f.decimal(target.value * size)
    yield terms.comparableUpper, f.decimal(None if target.upper is None else target.upper * size)
    yield terms.comparableUnit, f.plain(base)


def _figure_in(name: str, unit: Unit | None) -> Iterator[Fact]:
    """Yield the figure in a name that counts in the target's unit, but not the size of a thing (10米宽)."""
    found = _WORDING.pattern("figure_in_name").search(name)
    if not found or unit is None or _WORDING.pattern("no_figure_within").search(name):
        return
    behind = found[2]
    ends = (behind[:end] for end in range(min(5, len(behind)), 0, -1))
    words = next((each for each in ends if _counts_alike(unit_of(each), unit)), "")
    rest = behind[len(words) :]
    if words and not (rest and unit.kind == "time") and not _WORDING.pattern("size_of_a_thing").search(rest):
        yield terms.namedValue, f.decimal(Decimal(found[1]) * unit.size)


def _counts_alike(one: Unit, unit: Unit) -> bool:
    """Return whether two units are one; 个 may count persons, too."""
    return one[1:] == unit[1:] or (unit.kind == "items" and one.kind == "persons")


def _directions(name: str, target: Target, unit: Unit | None, printed: str) -> Iterator[Fact]:
    """Yield the better side by the name, the better side by the form, and the side that the target asks for."""
    less, more = traits("less", name), traits("more", name)
    share = unit is not None and unit.kind == "percent"
    forms = traits("target", target.text)
    if forms & {"grows", "shrinks"}:
        words = traits("word", name)
        better = next(iter(words), None) if len(words) == 1 else None
        asked: str | None = "more" if "grows" in forms else "less"
    else:
        fits = {"fault": True, "duration": unit is not None and unit.kind == "time", "share": share}
        fit_more = {"rate": share or not target.unit, "acts": True}
        good = any(fit_more[each] for each in more)
        better = "less" if any(fits[each] for each in less) else "more" if good else None
        asked = {"ge": "more", "gt": "more", "le": "less", "lt": "less"}.get(target.operator or "")
        exact = target.operator in {None, "eq"} and "fault" in less and share
        asked = "more" if exact and (target.value or 0) >= _MOST else asked
        if "contradicted" in forms or (asked == "more" and not target.value):
            asked = None
    yield from ((terms.better, f.plain(each)) for each in (better, *traits("form", printed)))
    yield terms.asksFor, f.plain(asked)


def _forms(name: str, target: Target) -> set[str]:
    """Return what is to be said of the form of a target, such as `approximate` or `vague`."""
    text = target.text
    if not text:
        return set()
    found = traits("target", text) - ({"unread_count"} if target.value is not None else set())
    if _WORDING.pattern("two").search(text) and not _WORDING.pattern("rates_only").search(text):
        found = found | {"two-numbers"}
    words = _WORDING.pattern("words").search(text) and not _WORDING.pattern("no_words").search(text)
    if words and not found & {"figureless", "blank"}:
        on_time = "on_time" in found and _WORDING.pattern("asks_time").search(name)
        lasting = _WORDING.pattern("sound").search(text) and _WORDING.pattern("mechanism").search(name)
        settled = on_time or lasting or _WORDING.pattern("met_or_not").search(text)
        vague = not settled and not _WORDING.pattern("checkable").search(text)
        found = found | {"words"} | ({"vague"} if vague else set())
    if "ceiling" in traits("name", name) or target.operator in {"le", "lt", "between", "approx"}:
        found = found | {"ceiling"}
    return found | ({"approximate"} if target.operator == "approx" else set())


def _deadlines(name: str, text: str) -> Iterator[Fact]:
    """Yield the first day that a deadline in the target may mean, or the last day of a period."""
    if term := dates.term(text):
        day = dates.day(term[1], last=True)
        if day and "last_term" not in traits("name", name):
            yield terms.periodTo, f.date(day[0])
        return
    if _WORDING.pattern("compares").search(text):
        return
    found = _WORDING.pattern("deadline").search(text)
    if not found and _WORDING.pattern("ends_work").search(name):
        found = _WORDING.pattern("date_alone").search(text)
    if found and 1 <= int(found[2] or 1) <= 12:
        yield terms.deadline, f.date(datetime.date(int(found[1]), int(found[2] or 1), 1).isoformat())


def first_level(level1: str | None, level2: str | None, kind: str | None) -> Term | None:
    """Return the concept of the first level that printed levels name, or to which the type `kind` (IRI) belongs."""
    if found := level1 and _LEVEL.search(level1):
        return f.iri(_TYPES + _LEVELS[found.group()])
    if kind:
        return f.iri(_TYPES + kind.removeprefix(_TYPES).partition("-")[0])
    found = level2 and _LEVEL.search(level2)
    return f.iri(_TYPES + _LEVELS[found.group()]) if found else None


def span_of_years(text: str) -> tuple[int, int] | None:
    """Return the first and last year of a term such as 2024年-2026年."""
    found = _WORDING.pattern("years").search(text)
    return (int(found[1]), int(found[2])) if found else None


def states_figure(text: str) -> bool:
    """Return whether a text states a figure; years, numbers of documents, names in quotation marks are none."""
    return _WORDING.pattern("figure").search(_WORDING.pattern("no_figure").sub("", text)) is not None
