"""Recognise the things that a project's indicators count where its goals and sections count them, too.

An indicator 入股合作社个数 counts 合作社: `10个合作社为贫困户分红` is about the indicator, whatever follows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ingest.model import Indicator
from jixiao.ingest.text.measure_words import WORDING
from jixiao.ingest.values.amounts import LARGE
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label

_ENDS, _OPENING, _REMARK = (WORDING.pattern(name) for name in ("measure_end", "measure_opening", "measure_remark"))
_UNIT, _DIMENSIONS = WORDING.pattern("measure_unit"), WORDING.meanings("dimensions")
_IS_RATE, _IS_NO_RATE = WORDING.pattern("is_rate"), WORDING.pattern("is_no_rate")
_EDGE = WORDING.pattern("thing_edge")
_VAGUE = frozenset(WORDING.words("vague"))
_OF = WORDING.text("of")
# Characters of a thing, between a figure and the whole thing, and left out of a thing that is called in short.
_SHORTEST, _WITHIN, _LEFT_OUT = 2, 6, 4


@dataclass(frozen=True)
class Measure:
    """An indicator that counts: its name; the thing counted, its name without words for counting; its unit, if any."""

    name: str
    thing: str
    unit: str | None

    def ends(self) -> Iterator[str]:
        """Yield the thing and what it may be called in short, longest first: 入股合作社, 合作社.

        Only few characters, or words up to 的, are left out: 传习课程采用剧目 is not any 剧目.
        """
        for start in range(len(self.thing) - _SHORTEST + 1):
            left_out, short = self.thing[:start], self.thing[start:]
            if not start or (short not in _VAGUE and (start <= _LEFT_OUT or left_out.endswith(_OF))):
                yield short


def measures(indicators: Iterable[Indicator]) -> tuple[Measure, ...]:
    """Return the indicators that count something, in order."""
    found = (
        Measure(label(each.name.text), _thing(folded(each.name.text)), each.target.unit or _unit(each.name.text))
        for each in indicators
        if each.target and each.target.value is not None and not _is_rate(each.name.text)
    )
    return tuple(each for each in found if len(each.thing) >= _SHORTEST)


def behind(words: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the indicator whose thing stands behind a figure, or None if there is none or several."""
    near = _EDGE.split(words, maxsplit=1)[0]
    return _longest({each: max(map(len, _begun(near, each)), default=0) for each in _fitting(known, unit)})


def called(name: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the indicator that counts a thing of this name, or None if there is none or several."""
    names = {name, _thing(name)}
    return _longest({each: len(name) if names & {each.name, *each.ends()} else 0 for each in _fitting(known, unit)})


def before(clause: str, unit: str, known: Iterable[Measure]) -> str | None:
    """Return the name of the indicator whose whole name or thing ends a clause, or None if there is none or several."""
    lengths = {
        each: max((len(one) for one in (each.name, each.thing) if clause.endswith(one)), default=0)
        for each in _fitting(known, unit)
    }
    return _longest(lengths)


def _is_rate(name: str) -> bool:
    return _IS_RATE.search(name) is not None and not _IS_NO_RATE.search(name)


def _fitting(known: Iterable[Measure], unit: str) -> list[Measure]:
    """Return the measures in a unit; if there are none, those in a unit of the same dimension, or without a unit."""
    known = list(known)
    same = [each for each in known if each.unit == unit]
    return same or [each for each in known if each.unit is None or _dimension(each.unit) == _dimension(unit)]


def _dimension(unit: str) -> str:
    bare = unit.lstrip("".join(LARGE))
    return _DIMENSIONS.get(bare, bare)


def _begun(words: str, measure: Measure) -> Iterator[str]:
    yield from (short for short in measure.ends() if words.startswith(short))
    if measure.thing in words[: _WITHIN + len(measure.thing)]:
        yield measure.thing


def _longest(lengths: dict[Measure, int]) -> str | None:
    most = max(lengths.values(), default=0)
    names = {each.name for each, length in lengths.items() if length == most}
    return names.pop() if most and len(names) == 1 else None


def _unit(name: str) -> str | None:
    """Return the unit in brackets behind a name: 修建道路长度(公里)."""
    found = _UNIT.search(folded(name))
    return found.group(1) if found else None


def _thing(name: str) -> str:
    """Return the thing that an indicator counts: 举办培训次数(≥**次) counts 培训."""
    bare = _OPENING.sub("", _REMARK.sub("", name))
    while (found := _ENDS.search(bare)) is not None and found.start() >= _SHORTEST:
        bare = bare[: found.start()]
    return bare.removesuffix(_OF)
