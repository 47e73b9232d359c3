"""Find out which indicator of a project a count or rate in its goals and sections is about.

The indicator 入股合作社个数 counts 合作社: `10个合作社为贫困户分红` is about this indicator, whatever follows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ingest.model import Indicator
from jixiao.ingest.text.wording import MEASURES as WORDING
from jixiao.ingest.values.amounts import LARGE
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.units import units

_ENDS, _OPENING, _REMARK = (WORDING.pattern(name) for name in ("measure_end", "measure_opening", "measure_remark"))
_UNIT = WORDING.pattern("measure_unit")
_IS_RATE, _IS_NO_RATE = WORDING.pattern("is_rate"), WORDING.pattern("is_no_rate")
_EDGE, _PEOPLE, _KIND_OF_RATE = (WORDING.pattern(name) for name in ("thing_edge", "people_end", "rate_kind_end"))
_VAGUE = frozenset(WORDING.words("vague"))
_OF = WORDING.text("of")
# Numbers of characters: least of a thing, most between a figure and its thing, most that a short name omits.
_SHORTEST, _WITHIN, _LEFT_OUT = 2, 6, 4


@dataclass(frozen=True)
class Measure:
    """An indicator that counts: its name, the counted thing (its name without words for counting), and its unit.

    For a rate, the thing is the name itself, and `rate` is true.
    """

    name: str
    thing: str
    unit: str | None
    rate: bool = False

    def ends(self) -> Iterator[str]:
        """Yield the thing and its possible short names, longest first: 入股合作社, 合作社.

        At most four characters may be omitted, counted from the start of the thing or from its last 的: 剧目 does not
        mean 传习课程采用剧目, but 党组织 may mean 参与培训的党组织.
        """
        behind = self.thing.rfind(_OF) + 1
        for start in range(len(self.thing) - _SHORTEST + 1):
            short = self.thing[start:]
            few = start <= _LEFT_OUT or 0 < behind <= start <= behind + _LEFT_OUT
            if not start or (short not in _VAGUE and few):
                yield short


def measures(indicators: Iterable[Indicator]) -> tuple[Measure, ...]:
    """Return the indicators that count something or are rates, in order."""
    found = (
        Measure(label(name), rate or _thing(folded(name)), target.unit or _unit(name), bool(rate))
        for name, target in ((each.name.text, each.target) for each in indicators)
        if target and target.value is not None
        for rate in (name if _is_rate(name) else "",)
    )
    return tuple(each for each in found if len(each.thing) >= _SHORTEST)


def behind(words: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the only indicator in `known` whose thing follows a figure; None if none or several fit.

    `words` is the text after the figure's `unit`.
    """
    near = _EDGE.split(words, maxsplit=1)[0]
    return _longest({each: max(map(len, _begun(near, each)), default=0) for each in _fitting(known, unit)})


def called(name: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the only indicator in `known` that counts a thing with this name; None if none or several."""
    names = {name, _thing(name)}
    return _longest({each: len(name) if names & {each.name, *each.ends()} else 0 for each in _fitting(known, unit)})


def rated(name: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the only indicator in `known` with the kind of rate that `name` ends with, or None.

    认同度 is the name of such a kind: 对计划的认同度 and 对工作的认同度 are both of it.
    """
    found = _KIND_OF_RATE.search(name)
    names = [each.name for each in known if found and each.rate and each.thing.endswith(found.group())]
    return names[0] if len(names) == 1 else None


def of_thing(name: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the indicator in `known` that measures a thing in another unit than its number, or None.

    In `建成保鲜库1座，3550平方米` the second figure is about 保鲜库面积: `name` is 保鲜库数量, the indicator of
    the first figure, and `unit` 平方米.
    """
    thing = _thing(name)
    return _longest({each: len(thing) if each.unit == unit and thing in each.ends() else 0 for each in known})


def before(clause: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the only indicator in `known` whose name or thing ends the clause before a figure, or None.

    The clause may count the thing in other words (道路全长 for 道路建设长度), or use another name for the same people.
    """
    fitting, thing = _fitting(known, unit), _thing(clause)
    lengths = {
        each: max((len(one) for one in (each.name, each.thing) if clause.endswith(one) or thing == one), default=0)
        for each in fitting
    }
    return _longest(lengths) or _of_same_people(clause, fitting)


def _of_same_people(clause: str, fitting: Iterable[Measure]) -> str | None:
    """Return the name of the only indicator that counts the people named at the end of a clause, or None.

    游客 in 观光游客 are the people that 接待游客数量 counts. `fitting` are the indicators with a suitable unit.
    """
    found = _PEOPLE.search(clause)
    names = {each.name for each in fitting if found and each.thing.endswith(found.group())}
    return names.pop() if len(names) == 1 else None


def _is_rate(name: str) -> bool:
    return _IS_RATE.search(name) is not None and not _IS_NO_RATE.search(name)


def _fitting(known: Iterable[Measure], unit: str) -> list[Measure]:
    """Return the measures in `known` with this unit; if there are none, those in a similar unit or without one.

    Similar units have the same dimension, such as length.
    """
    known = [each for each in known if not each.rate]
    same = [each for each in known if each.unit == unit]
    return same or [each for each in known if each.unit is None or _dimension(each.unit) == _dimension(unit)]


def _dimension(unit: str) -> str:
    bare = unit.lstrip("".join(LARGE))
    known = units().get(bare)
    return known.dimension if known else bare


def _begun(words: str, measure: Measure) -> Iterator[str]:
    yield from (short for short in measure.ends() if words.startswith(short))
    if measure.thing in words[: _WITHIN + len(measure.thing)]:
        yield measure.thing


def _longest(lengths: dict[Measure, int]) -> str | None:
    most = max(lengths.values(), default=0)
    names = {each.name for each, length in lengths.items() if length == most}
    return names.pop() if most and len(names) == 1 else None


def _unit(name: str) -> str | None:
    """Return the unit in brackets in an indicator's name, or None: 公里 for 修建道路长度(公里)."""
    found = _UNIT.search(folded(name))
    return found.group(1) if found else None


def _thing(name: str) -> str:
    """Return the thing that an indicator counts: 举办培训次数(≥**次) counts 培训."""
    bare = _OPENING.sub("", _REMARK.sub("", name))
    while (found := _ENDS.search(bare)) is not None and found.start() >= _SHORTEST:
        bare = bare[: found.start()]
    return bare.removesuffix(_OF)
