"""Resolve what the figures of running text are about, by the words around them: an indicator or a cost item.

A figure is about a thing that its words name: the indicator 入股合作社个数 counts 合作社, and so does
`10个合作社为贫困户分红`. `about` scores each thing by the words around a figure; what is ambiguous is about none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jixiao.ingest.values import amounts
from jixiao.ingest.values.amounts import LARGE
from jixiao.ingest.values.plain import folded
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

    For a rate, the thing is the name itself, and `rate` is true. `iri` and `value` (in the unit) are known in a graph.
    """

    name: str
    thing: str
    unit: str | None
    rate: bool = False
    iri: str = ""
    value: Decimal | None = None

    @classmethod
    def of(cls, name: str, unit: str | None, iri: str = "", value: Decimal | None = None) -> "Measure":
        """Describe an indicator by its name and the unit of its target; a unit may stand in the name as well."""
        is_rate = RE.is_rate.search(name) is not None and not RE.is_no_rate.search(name)
        unit = unit or ((named := RE.measure_unit.search(folded(name))) and named[1]) or None
        return cls(label(name), name if is_rate else thing(folded(name)), unit, is_rate, iri, value)

    def ends(self) -> Iterator[str]:
        """Yield the thing and its possible short names, longest first: 入股合作社, 合作社.

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
    """The words around a figure: its unit, the clause before it, the text behind, and a name that its words give it.

    With the figure's `value` and the words before it in its sentence, likeness of names and figures counts, too: a
    figure near the value of a thing may be about the thing even if other words name it, unless one of the `others` has
    that value.
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
    while unit[:1] in LARGE and unit not in units():
        value, unit = value * LARGE[unit[:1]], unit[1:]
    known = units().get(unit)
    if known and unit not in KINDS:
        return value * known.size, _FIRST[known.dimension]
    return value, usual(unit) or _ANY


def usual(unit: str) -> str:
    """Return the usual word for a unit, such as 天 for 日; an unknown unit unchanged."""
    return _USUAL.get(unit) or _USUAL.get(KINDS.get(unit, ""), unit)


def about(known: Iterable[Measure], words: Words) -> tuple[Measure, ...]:
    """Return the measures that a figure is about, all with one name; none if no name fits, or several fit equally."""
    fitting = _fitting(known, words.unit)
    only = len({each.name for each in fitting}) == 1
    scores = {each: _score(each, words, only=only) for each in fitting}
    most = max(scores.values(), default=0)
    best = [each for each, score in scores.items() if score == most]
    return tuple(best) if most and len({each.name for each in best}) == 1 else ()


def _score(measure: Measure, words: Words, *, only: bool) -> int:
    """Return how well a measure fits the words around a figure, 0 if not at all; `only` if no other has such a unit."""
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
        return _satisfied(name, measure.name) or _of_act(measure.name, words)
    return _likely(measure, words, only=only and not words.others)


def _likely(measure: Measure, words: Words, *, only: bool) -> int:
    """Return how well a measure of such a value fits by parts of its name; `only` if both are alone in their unit."""
    stem, lead = RE.leading_verb.sub("", measure.thing), words.lead
    found = [len(key) for key in (stem[:4], stem[-3:]) if len(key) >= _RATE and key in lead]
    if found:
        return _NEARBY + max(found)
    if only and stem[-2:] in lead and not RE.lead_broken.search(lead.rpartition(stem[-2:])[2]):
        return _TAIL
    close = words.value and measure.value and 2 * abs(words.value - measure.value) <= words.value
    return _ALONE if only and close and words.name and words.unit in PEOPLE else 0


def _named(measure: Measure, words: Words) -> int:
    """Return the length of the name or short name of a measure that stands at a figure; 0 for none."""
    if measure.rate:
        kind = RE.rate_kind_end.search(words.name)
        same = words.name in {measure.name, measure.thing}
        return len(words.name) if same else len(kind[0]) if kind and measure.thing.endswith(kind[0]) else 0
    near = RE.thing_edge.split(words.behind, maxsplit=1)[0]
    clause = without_filling(words.before)
    counted, names = thing(clause), {words.name, thing(words.name)}
    behind = max((len(end) for end in measure.ends() if near.startswith(end)), default=0) if near else 0
    ends = (one for one in (measure.name, measure.thing) if clause.endswith(one) or counted == one)
    before = max(map(len, ends), default=0)
    return behind or before or (len(words.name) if words.name and names & {measure.name, *measure.ends()} else 0)


def _satisfied(name: str, other: str) -> int:
    """Return the score of two names of satisfaction, 0 for two groups: one of them may well be more satisfied."""
    found = [RE.satisfied.search(each) for each in (name, other)]
    these, those = (each[1] if each else None for each in found)
    if these is None or those is None:
        return 0
    return _NEARBY if these in those or those in these or not _ALL.isdisjoint((these, those)) else 0


def _of_act(name: str, words: Words) -> int:
    """Return the score of a share that is named after an act (补贴比例) in the clause of a figure."""
    found = RE.act_of_share.search(name)
    return _TAIL if found and found[1] in words.before + words.behind else 0


def _near(one: Decimal, other: Decimal) -> bool:
    """Return whether two values may be one with a slip: less than a factor of two or a power of ten apart."""
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
    bare = unit.lstrip("".join(LARGE))
    known = units().get(bare)
    return known.dimension if known else bare
