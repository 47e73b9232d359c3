"""Tell what an indicator measures, from its name and target alone: the facts by which rules compare indicators.

A target is also given in the first unit of its dimension (3公里 as 3000 米), and so is the quantity of a cost item, so
that two of one thing can be compared. They are derived alike for documents that were read and for RDF that others made.
Targets themselves are read in `ingest/values`; the words are those of measures.toml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest import facts as f
from jixiao.ingest.facts import Term
from jixiao.ingest.text.measures import KINDS, PERSON, RE, WORDING as _WORDING, comparable, counted, usual
from jixiao.ingest.values.amounts import LARGE, UNITS
from jixiao.ingest.values.plain import folded
from jixiao.ontology import schemes, terms
from jixiao.ontology.units import units

_THINGS, _EACH, _LEVELS = map(_WORDING.meanings, ("things", "each", "levels"))
_TYPES = f"{terms.VOCAB}indicator-type/"
_PATTERNS = _WORDING.tables["patterns"]
_BRACKETS = re.compile(r"(?:[(\[][^()]*[)\]]|[≥≤><=]+[*X]*.{0,4})$")
_MEASURED = {terms.Indicator, terms.StatedFigure}
_COLUMNS = {terms.targetText, terms.indicatorType, terms.printedLevel1, terms.printedLevel2}
_MOST = 50
"""The least share, in per cent, of faults that no one can ask for by an exact target."""

Fact = tuple[str, Term | None]


class Unit(NamedTuple):
    """A unit: its kind and its usual word."""

    kind: str | None
    usual: str


class Target(NamedTuple):
    """The target of an indicator or of a figure in running text, as RDF states it; `operator` is a local name."""

    text: str = ""
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    operator: str | None = None


def derived(values: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    """Yield property and value of each fact about an indicator or cost item, given by its values by property (IRI)."""

    def one(name: str) -> str | None:
        return next(iter(values.get(name, ())), None)

    kinds = values.get(terms.RDF_type, ())
    if not _MEASURED.isdisjoint(kinds) or (terms.Mention not in kinds and not _COLUMNS.isdisjoint(values)):
        text, unit, operator = one(terms.targetText) or "", one(terms.targetUnit), one(terms.targetOperator)
        value, upper = number(one(terms.targetValue)), number(one(terms.targetUpper))
        target = Target(text, value, upper, unit, operator and operator.removeprefix(terms.JX))
        counts = one(terms.indicatorType) == f"{_TYPES}output-quantity"
        yield from measured(one(terms.RDFS_label) or "", target, one(terms.direction) or "", counts=counts)
        levels = (one(terms.printedLevel1), one(terms.printedLevel2))
        kind = one(terms.indicatorType) or schemes.indicator_type(*levels)
        yield terms.indicatorType, f.iri(kind) if kind else None
        yield terms.firstLevel, _first_level(*levels, kind)
    if unit := one(terms.itemUnit):
        yield from _comparable(Target(value=number(one(terms.itemQuantity))), unit)


def number(text: str | None) -> Decimal | None:
    """Return the number of a literal, None for one that is no number."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def measured(name: str, target: Target, direction: str = "", *, counts: bool = False) -> Iterator[Fact]:
    """Yield property and value of each fact about an indicator with this name and target.

    `direction` is what the form prints in its column of directions; `counts` is true under the level of quantities,
    where a name need not end in a word for counting.
    """
    full = folded(name)
    bare = _BRACKETS.sub("", full)
    told = traits("name", bare) | ({"percent", "unit"} if RE.percent.search(full) else set())
    in_brackets = RE.unit_in_brackets.search(full)
    printed = target.unit or (in_brackets[1] if in_brackets else None)
    unit = unit_of(printed) if printed else None
    price = _price(printed) if printed else None
    thing = counted(RE.price_end.sub("", bare) if price else full)
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
    yield from _comparable(target, printed or (PERSON if "headcount" in kinds else ""))
    yield from _figure_in(bare, printed)
    yield from _directions(bare, target, unit, direction)
    yield from ((terms.targetForm, f.plain(each)) for each in sorted(_forms(bare, target)))


@lru_cache(maxsize=8192)
def traits(prefix: str, words: str) -> set[str]:
    """Return the names of the patterns with a prefix that words match, without exceptions."""
    return {
        name.removeprefix(f"{prefix}_")
        for name in _PATTERNS
        if name.startswith(f"{prefix}_")
        and _WORDING.pattern(name).search(words)
        and not (f"no_{name}" in _PATTERNS and _WORDING.pattern(f"no_{name}").search(words))
    }


@lru_cache(maxsize=2048)
def unit_of(printed: str) -> Unit:
    """Return the known properties of a printed unit."""
    if "/" in printed:
        return Unit("share", printed)
    if printed in UNITS:
        return Unit("money", comparable(UNITS[printed], printed)[1])
    if printed[0] in LARGE and printed not in units():
        printed = printed[1:]
    known, kind = units().get(printed), KINDS.get(printed)
    if known is None or kind:
        return Unit(kind, usual(printed))
    return Unit(known.dimension, next(word for word, other in units().items() if other == known))


def _price(printed: str) -> Unit | None:
    """Return the unit that a price is for: 亩 for 元/亩."""
    money, _, per = printed.replace("／", "/").partition("/")
    return unit_of(per) if per and money in UNITS else None


def _things(name: str) -> frozenset[str]:
    """Return the kinds of things that a name counts; persons may be counted by heads (人数)."""
    found = RE.things.search(name)
    kind = _THINGS[found["thing"]] if found else None
    return frozenset({kind, "persons"} if kind == "headcount" else {kind} if kind else ())


def _comparable(target: Target, unit: str) -> Iterator[Fact]:
    """Yield the target in the first unit of its dimension; a count without a unit is taken as single things (个)."""
    for name, value in ((terms.comparableValue, target.value), (terms.comparableUpper, target.upper)):
        yield name, None if value is None else f.decimal(comparable(value, unit)[0])
    if target.value is not None:
        yield terms.comparableUnit, f.plain(comparable(target.value, unit)[1])


def _figure_in(name: str, unit: str | None) -> Iterator[Fact]:
    """Yield the figure in a name that counts in the target's unit, but not the size of a thing (10米宽)."""
    found = RE.figure_in_name.search(name)
    if not found or unit is None or RE.no_figure_within.search(name):
        return
    behind = found[2]
    ends = (behind[:end] for end in range(min(5, len(behind)), 0, -1))
    words = next((each for each in ends if _counts_alike(each, unit)), "")
    rest, of_time = behind[len(words) :], unit_of(unit).kind == "time"
    if words and not (rest and of_time) and not RE.size_of_a_thing.search(rest):
        yield terms.namedValue, f.decimal(comparable(Decimal(found[1]), unit)[0])


def _counts_alike(one: str, unit: str) -> bool:
    """Return whether two units are one; 个 may count persons, too."""
    same = comparable(Decimal(1), one) == comparable(Decimal(1), unit)
    return same or (unit_of(unit).kind == "items" and unit_of(one).kind == "persons")


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
    """Return names for the way in which a target is written, such as `approximate` or `vague`."""
    text = target.text
    if not text:
        return set()
    found = traits("target", text) - ({"unread_count"} if target.value is not None else set())
    if RE.two.search(text) and not RE.rates_only.search(text):
        found = found | {"two-numbers"}
    words = RE.words.search(text) and not RE.no_words.search(text)
    if words and not found & {"figureless", "blank"}:
        on_time = "on_time" in found and RE.asks_time.search(name)
        lasting = RE.sound.search(text) and RE.mechanism.search(name)
        settled = on_time or lasting or RE.met_or_not.search(text)
        vague = not settled and not RE.checkable.search(text)
        found = found | {"words"} | ({"vague"} if vague else set())
    if "ceiling" in traits("name", name) or target.operator in {"le", "lt", "between", "approx"}:
        found = found | {"ceiling"}
    return found | ({"approximate"} if target.operator == "approx" else set())


def _first_level(level1: str | None, level2: str | None, kind: str | None) -> Term | None:
    """Return the concept of the first level that printed levels name, or to which the type `kind` (IRI) belongs."""
    if found := level1 and RE.level.search(level1):
        return f.iri(_TYPES + _LEVELS[found.group()])
    if kind:
        return f.iri(_TYPES + kind.removeprefix(_TYPES).partition("-")[0])
    found = level2 and RE.level.search(level2)
    return f.iri(_TYPES + _LEVELS[found.group()]) if found else None
