"""Resolve what the figures of running text are about, and what indicators measure: the words of measures.toml.

A figure is about a thing that the words around it name: the indicator 入股合作社个数 counts 合作社, and so does
`10个合作社为贫困户分红`. `about` scores each thing by the words around a figure; an ambiguous figure is about no thing.

Facts by which rules compare indicators are derived from an indicator's name and target alone, alike for documents that
were read and for RDF that others made. A target, and the quantity of a cost item, is also given in the first unit of
its dimension (3公里 as 3000 米), so that two of one thing can be compared. Targets are read in `ingest/values`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest import facts as f
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import Target
from jixiao.ontology import schemes, terms
from jixiao.ontology.identity import label
from jixiao.ontology.text.wording import Wording
from jixiao.ontology.units import units

WORDING = Wording(
    "jixiao.ingest.text",
    "measures.toml",
    {name: amounts.WORDING.text(name) for name in ("number", "signs", "bounds", "large_chars", "classifiers")},
)
"""The words of names of indicators, and of figures in running text."""
RE = WORDING.patterns
"""The patterns of these words."""
_VAGUE, _ALL = frozenset(WORDING.words("vague")), frozenset(WORDING.words("all_groups"))
_OF_THEM, _ANY, PERSON = (WORDING.text(name) for name in ("of", "any_single", "person"))
KINDS = WORDING.meanings("units")
"""The kinds of units that are not those of measures in ontology/units.toml."""
_USUAL = WORDING.meanings("usual")
SINGLE, PEOPLE = (
    frozenset(unit for unit, kind in KINDS.items() if _USUAL.get(kind) == usual) for usual in (_ANY, PERSON)
)
# Numbers of characters: least of a thing, most that a short name omits, least of a
# rate's name that is the end of another.
SHORTEST, _LEFT_OUT, _RATE = 2, 4, 3
_FIRST = {each.dimension: word for word, each in reversed([*units().items()]) if each.size == 1}
_EXACT, _ENDING, _NEARBY, _TAIL, _ALONE = 10_000, 1000, 100, 10, 1  # scores, to which lengths of names are added
_POWERS = frozenset(Decimal(10) ** power for power in range(1, 5))


@dataclass(frozen=True)
class Measure:
    """An indicator or item that counts: its name, the thing counted (its name without words for counting), its unit.

    For a rate, the thing is the name itself, and `rate` is true. `iri` and `value` (in the unit) are only known for
    nodes of a graph.
    """

    name: str
    thing: str
    unit: str | None
    rate: bool = False
    iri: str = ""
    value: Decimal | None = None

    @classmethod
    def of(cls, name: str, unit: str | None, iri: str = "", value: Decimal | None = None) -> "Measure":
        """Return the measure of an indicator's name and the unit of its target; the name may state the unit instead."""
        is_rate = RE.is_rate.search(name) is not None and not RE.is_no_rate.search(name)
        unit = unit or ((named := RE.measure_unit.search(folded(name))) and named[1]) or None
        return cls(label(name), name if is_rate else thing(folded(name)), unit, is_rate, iri, value)

    def ends(self) -> Iterator[str]:
        """Yield the thing and its possible short names (endings of it), longest first: 入股合作社, 合作社.

        At most four characters may be omitted, counted from the start of the thing or from its last 的: 剧目 does not
        mean 传习课程采用剧目, but 党组织 may mean 参与培训的党组织.
        """
        behind = self.thing.rfind(_OF_THEM) + 1
        for start in range(len(self.thing) - SHORTEST + 1):
            short = self.thing[start:]
            few = start <= _LEFT_OUT or 0 < behind <= start <= behind + _LEFT_OUT
            if not start or (short not in _VAGUE and few):
                yield short


@dataclass(frozen=True)
class Words:
    """The words around a figure: its unit, the clause before it, the text after, and the name that the text gives it.

    If `value`, the figure, is given with `lead`, the words before it in its sentence, a measure may fit by likeness,
    too: by parts of its name and by a near value, unless a figure in `others` has exactly the value of the measure.
    """

    unit: str
    before: str = ""
    behind: str = ""
    name: str = ""
    value: Decimal | None = None
    lead: str = ""
    others: frozenset[Decimal] = frozenset()


def countable(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return the measures whose thing is long enough to be found in a text, in order."""
    return tuple(each for each in measures if len(each.thing) >= SHORTEST)


def thing(name: str) -> str:
    """Return the thing that an indicator counts: 举办培训次数(≥**次) counts 培训."""
    bare = RE.measure_opening.sub("", RE.measure_remark.sub("", name))
    while (found := RE.measure_end.search(bare, SHORTEST)) is not None:
        bare = bare[: found.start()]
    return bare.removesuffix(_OF_THEM)


def counted(name: str) -> str:
    """Return the thing that a name counts, without a verb before it: 举办培训次数 counts 培训."""
    words = thing(name)
    verb = RE.verb.match(words)
    return words[verb.end() :] if verb and len(words) - verb.end() >= SHORTEST else words


def without_filling(clause: str) -> str:
    """Return a clause before a figure without the words that link a name to its figure, such as 达到."""
    while (found := RE.filling.search(clause)) is not None:
        clause = clause[: found.start()]
    return clause


def comparable(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return a quantity in the first unit of its dimension: 3公里 as 3000 米, 12名 as 12 人, 5台 as 5 个."""
    while unit[:1] in amounts.LARGE and unit not in units():
        value, unit = value * amounts.LARGE[unit[:1]], unit[1:]
    known = units().get(unit)
    if known and unit not in KINDS:
        return value * known.size, _FIRST[known.dimension]
    return value, usual(unit) or _ANY


def usual(unit: str) -> str:
    """Return the usual word for a unit, such as 天 for 日; an unknown unit unchanged."""
    return _USUAL.get(unit) or _USUAL.get(KINDS.get(unit, ""), unit)


def about(known: Iterable[Measure], words: Words) -> tuple[Measure, ...]:
    """Return the measures of `known` that a figure is about, by the words around it; all of them have one name.

    Empty if no name fits, or if several fit equally well.
    """
    fitting = _fitting(known, words.unit)
    only = len({each.name for each in fitting}) == 1
    told = len({each.name for each in fitting if _last_word(each) in words.lead}) == 1
    scores = {each: _score(each, words, only=only, told=told) for each in fitting}
    most = max(scores.values(), default=0)
    best = [each for each, score in scores.items() if score == most]
    return tuple(best) if most and len({each.name for each in best}) == 1 else ()


def _score(measure: Measure, words: Words, *, only: bool, told: bool) -> int:
    """Score how well a measure fits the words around a figure, 0 if not at all.

    `only` is true if all measures in this unit have one name, and `told` if all measures do whose last word precedes
    the figure.
    """
    exact = _named(measure, words)
    if exact or words.value is None:
        return exact and _EXACT + exact
    name, bare = words.name, RE.measure_remark.sub("", measure.name)
    ended = min(len(name), len(bare)) if name.endswith(bare) or bare.endswith(name) else 0
    if ended >= (_RATE if measure.rate else SHORTEST):
        return _ENDING + ended
    if not measure.value or measure.value in words.others or not _near(words.value, measure.value):
        return 0
    if measure.rate:
        return _satisfied(name, measure.name)
    return _likely(measure, words, only=only and not words.others, told=told and not words.others)


def _likely(measure: Measure, words: Words, *, only: bool, told: bool) -> int:
    """Score how well a measure whose value is near the figure fits by parts of its name; 0 if not at all.

    `only` is true if no other measure and no other figure nearby has this unit, `told` if no other measure has its last
    word before the figure.
    """
    stem, lead = RE.leading_verb.sub("", measure.thing), words.lead
    found = [len(key) for key in (stem[:4], stem[-3:]) if len(key) >= _RATE and key in lead]
    if found:
        return _NEARBY + max(found)
    last = _last_word(measure)
    if told and last and last in lead and not RE.lead_broken.search(lead.rpartition(last)[2]):
        return _TAIL
    close = words.value and measure.value and 2 * abs(words.value - measure.value) <= words.value
    return _ALONE if only and close and words.name and words.unit in PEOPLE else 0


def _last_word(measure: Measure) -> str:
    """Return the last two characters of what a measure counts: 游客 of 景点接待游客."""
    return RE.leading_verb.sub("", measure.thing)[-2:]


def _named(measure: Measure, words: Words) -> int:
    """Return the length of the measure's name or short name beside a figure; 0 if the name is not there.

    For a rate, the figure's own name counts: it is the name of the rate, or has its kind (合格率).
    """
    if measure.rate:
        kind = RE.rate_kind_end.search(words.name)
        if words.name in {measure.name, measure.thing}:
            return len(words.name)
        return len(kind[0]) if kind and measure.thing.endswith(kind[0]) else 0
    near = RE.thing_edge.split(words.behind, maxsplit=1)[0]
    clause = without_filling(words.before)
    of_clause, names = thing(clause), {words.name, thing(words.name)}
    behind = max((len(end) for end in measure.ends() if near.startswith(end)), default=0) if near else 0
    ends = (one for one in (measure.name, measure.thing) if clause.endswith(one) or of_clause == one)
    before = max(map(len, ends), default=0)
    return behind or before or (len(words.name) if words.name and names & {measure.name, *measure.ends()} else 0)


def _satisfied(name: str, other: str) -> int:
    """Return the score of two names of satisfaction rates; 0 for different groups, and for other names."""
    found = [RE.satisfied.search(each) for each in (name, other)]
    these, those = (each[1] if each else None for each in found)
    if these is None or those is None:
        return 0
    return _NEARBY if these in those or those in these or not _ALL.isdisjoint((these, those)) else 0


def _near(one: Decimal, other: Decimal) -> bool:
    """Return whether one value may be a misprint of the other.

    They are less than a factor of two or exactly a power of ten apart, or have their digits in another order.
    """
    low, high = sorted((one, other))
    return low > 0 and (high < 2 * low or high / low in _POWERS or sorted(f"{low:f}") == sorted(f"{high:f}"))


def _fitting(known: Iterable[Measure], unit: str) -> Sequence[Measure]:
    """Return the measures in `known` with this unit; if there are none, those in a similar unit or without one.

    Similar units have the same dimension, such as length; in a graph, 个 is like all units of single things. Rates
    are the measures for a unit of per cent.
    """
    known = [each for each in known if each.rate == (unit == "%")]
    same = [each for each in known if each.unit == unit]
    return same or [
        each
        for each in known
        if each.unit is None
        or dimension(each.unit) == dimension(unit)
        or (each.iri and _ANY in {each.unit, unit} and {each.unit, unit} <= SINGLE)
    ]


@lru_cache(maxsize=1024)
def dimension(unit: str) -> str:
    """Return the dimension of a unit, without 万 and 亿; for an unknown unit the unit itself."""
    bare = unit.lstrip("".join(amounts.LARGE))
    known = units().get(bare)
    return known.dimension if known else bare


_THINGS, _EACH, _LEVELS = map(WORDING.meanings, ("things", "each", "levels"))
_TYPES = f"{terms.VOCAB}indicator-type/"
_PATTERNS = WORDING.tables["patterns"]
_BRACKETS = re.compile(r"(?:[(\[][^()]*[)\]]|[≥≤><=]+[*X]*.{0,4})$")
_MEASURED = {terms.Indicator, terms.StatedFigure}
_COLUMNS = {terms.targetText, terms.indicatorType, terms.printedLevel1, terms.printedLevel2}
_MOST = 50
"""The least share, in per cent, of faults that no one can ask for by an exact target."""

Fact = tuple[str, f.Term | None]


class Unit(NamedTuple):
    """A unit: its kind, such as money or share (None if unknown), and the usual word for it."""

    kind: str | None
    usual: str


def derived(values: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    """Yield property and value of each fact that follows from the values of an indicator or cost item.

    `values` has the lexical forms of the values of each property (IRI). A value is None where nothing follows. Nothing
    is yielded for other nodes.
    """

    def one(name: str) -> str | None:
        return next(iter(values.get(name, ())), None)

    kinds = values.get(terms.RDF_type, ())
    if not _MEASURED.isdisjoint(kinds) or (terms.Mention not in kinds and not _COLUMNS.isdisjoint(values)):
        text, unit, operator = one(terms.targetText) or "", one(terms.targetUnit), one(terms.targetOperator)
        value, upper = number(one(terms.targetValue)), number(one(terms.targetUpper))
        target = Target(text, operator and operator.removeprefix(terms.JX), value, upper, unit)
        counts = one(terms.indicatorType) == f"{_TYPES}output-quantity"
        yield from measured(one(terms.RDFS_label) or "", target, one(terms.direction) or "", counts=counts)
        levels = (one(terms.printedLevel1), one(terms.printedLevel2))
        kind = one(terms.indicatorType) or schemes.indicator_type(*levels)
        yield terms.indicatorType, f.iri(kind) if kind and terms.indicatorType not in values else None
        yield terms.firstLevel, _first_level(*levels, kind)
    if unit := one(terms.itemUnit):
        yield from _comparable(Target("", value=number(one(terms.itemQuantity))), unit)


def number(text: str | None) -> Decimal | None:
    """Return the number of a literal, None for one that is no number."""
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


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
    counted_thing = counted(RE.price_end.sub("", bare) if price else full)
    yield terms.thing, f.plain(counted_thing)
    kinds = _things(counted_thing if price else bare) if price or counts or "size" in told else frozenset()
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
    """Return the patterns of measures.toml that match words, by their names without `prefix`.

    Only patterns whose names begin with `prefix` are tried. The words must not match the pattern `no_NAME`, which has
    the exceptions of the pattern `NAME`.
    """
    return {
        name.removeprefix(f"{prefix}_")
        for name in _PATTERNS
        if name.startswith(f"{prefix}_")
        and WORDING.pattern(name).search(words)
        and not (f"no_{name}" in _PATTERNS and WORDING.pattern(f"no_{name}").search(words))
    }


@lru_cache(maxsize=2048)
def unit_of(printed: str) -> Unit:
    """Return the kind and the usual word of a printed unit."""
    if "/" in printed:
        return Unit("share", printed)
    if printed in amounts.UNITS:
        return Unit("money", comparable(amounts.UNITS[printed], printed)[1])
    if printed[0] in amounts.LARGE and printed not in units():
        printed = printed[1:]
    known, kind = units().get(printed), KINDS.get(printed)
    if known is None or kind:
        return Unit(kind, usual(printed))
    return Unit(known.dimension, next(word for word, other in units().items() if other == known))


def _price(printed: str) -> Unit | None:
    """Return the unit per which a price is stated: 亩 for 元/亩; None if `printed` is not money per something."""
    money, _, per = printed.replace("／", "/").partition("/")
    return unit_of(per) if per and money in amounts.UNITS else None


def _things(name: str) -> frozenset[str]:
    """Return the kind of things that a name counts, in a set; empty for no known kind.

    A name that counts by heads (人数) counts persons as well.
    """
    found = RE.things.search(name)
    kind = _THINGS[found["thing"]] if found else None
    kinds = (kind, "persons") if kind == "headcount" else (kind,)
    return frozenset(filter(None, kinds))


def _comparable(target: Target, unit: str) -> Iterator[Fact]:
    """Yield facts with the value and unit of a target in the first unit of its dimension.

    A count without a unit is taken as single things (个).
    """
    for name, value in ((terms.comparableValue, target.value), (terms.comparableUpper, target.upper)):
        yield name, None if value is None else f.decimal(comparable(value, unit)[0])
    if target.value is not None:
        yield terms.comparableUnit, f.plain(comparable(target.value, unit)[1])


def _figure_in(name: str, unit: str | None) -> Iterator[Fact]:
    """Yield a fact with the figure that a name states in the target's unit, except the size of a thing (10米宽)."""
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
    """Return whether two units mean the same, such as 名 and 人; `unit` may be 个 where `one` counts persons."""
    same = comparable(Decimal(1), one) == comparable(Decimal(1), unit)
    return same or (unit_of(unit).kind == "items" and unit_of(one).kind == "persons")


def _directions(name: str, target: Target, unit: Unit | None, printed: str) -> Iterator[Fact]:
    """Yield facts on the better side by an indicator's name and by the form, and on the side that the target asks for.

    A side is "more" or "less"; `printed` is the form's word for it (正向指标).
    """
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
        good = "more" if any(fit_more[each] for each in more) else None
        better = "less" if any(fits[each] for each in less) else good
        asked = {"ge": "more", "gt": "more", "le": "less", "lt": "less"}.get(target.operator or "")
        exact = target.operator in {None, "eq"} and "fault" in less and share
        asked = "more" if exact and (target.value or 0) >= _MOST else asked
        if "contradicted" in forms or (asked == "more" and not target.value):
            asked = None
    yield from ((terms.better, f.plain(each)) for each in (better, *traits("form", printed)))
    yield terms.asksFor, f.plain(asked)


def _forms(name: str, target: Target) -> set[str]:
    """Return the names of the ways in which a target is written, such as `approximate` or `vague`; empty for no text.

    The indicator's `name` decides some of them: a target in words is not vague if the name asks for a time.
    """
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


def _first_level(level1: str | None, level2: str | None, kind: str | None) -> f.Term | None:
    """Return the concept of the first level: by its printed name, else by the type `kind` (IRI), else by the second.

    None is returned if none of these three names a first level. A first level may also stand as the second, below a
    word of the form's own: 实施效果指标, 产出指标.
    """
    if level2 in schemes.level1_labels() and level1 not in schemes.level1_labels():
        level1 = level2
    if found := level1 and RE.level.search(level1):
        return f.iri(_TYPES + _LEVELS[found.group()])
    if kind and kind.startswith(_TYPES):
        return f.iri(_TYPES + kind.removeprefix(_TYPES).partition("-")[0])
    found = level2 and RE.level.search(level2)
    return f.iri(_TYPES + _LEVELS[found.group()]) if found else None
