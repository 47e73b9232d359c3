"""Find the levels of indicators at the beginning of a text, a line or a sentence: `（一）产出指标`, `2.质量指标：…`.

Text in, the words of the levels with their places out: `【产出指标-数量指标】` holds two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.cells.told.sentences import WORDING, Span, is_target
from jixiao.ontology.schemes import indicator_type, level1_labels, level2_labels

_LEVEL, _BOUNDARY, _ITEM, _NO_NAME = map(WORDING.pattern, ("level", "boundary", "item", "no_name"))


@dataclass(frozen=True)
class Level:
    """One or two levels in an even text: the places of their words, the end of what belongs to them, and the number.

    `of_two` is true if the word may be a first or a second level: 成本指标.
    """

    level1: Span | None
    level2: Span | None
    start: int
    end: int
    number: str
    of_two: bool = False


def levels(text: str) -> Iterator[Level]:
    """Yield the levels of an even text: at its beginning, behind one another, or at the beginning of a sentence."""
    reach = 0
    starts = {0: True} | {found.end(): bool(found["strong"]) for found in _BOUNDARY.finditer(text)}
    for start, strong in starts.items():
        at = start
        while at >= reach and (found := _LEVEL.match(text, at)) and (level := _level(found, strong or at > start)):
            yield level
            at = reach = level.end


@lru_cache(maxsize=8192)  # several stages ask for the same cells
def at_start(text: str) -> Level | None:
    """Return the level with which an even text begins."""
    found = _LEVEL.match(text)
    return _level(found, strong=True) if found else None


@lru_cache(maxsize=8192)
def whole(text: str) -> Level | None:
    """Return the level that a text is, numbered or weighted, and nothing else; its places are those of the text."""
    found = _LEVEL.fullmatch(text)
    return _level(found, strong=True) if found else None


def _level(found: re.Match[str], strong: bool) -> Level | None:
    """Return the level that stands at a place, unless the words there begin something else.

    A word such as 满意度 may be a name: it counts if a colon and more than a target follow, or nothing at all.
    """
    text, end = found.string, found.end()
    if found["unknown"]:
        return Level(None, found.span("unknown"), found.start(), end, found["further"].strip())
    rest = _BOUNDARY.split(text[end:].strip(), maxsplit=1)[0]
    if found["open"] and not found["close"]:
        return None
    if not (found["close"] or found["colon"]):
        ends = not text[end:] or text[end].isspace() or _ITEM.match(text, end)
        if not ends or not strong:
            return None
    if not found["close"] and not is_sure(found["a"]) and not found["b"] and is_target(rest):
        return None
    return _of_words(found, end)


def _of_words(found: re.Match[str], end: int) -> Level | None:
    first, second = found.span("a"), found.span("b" if found["b"] else "c") if found["b"] or found["c"] else None
    number = found["number"].strip()
    if second:
        known = found["a"] in level1_labels() and found.string[slice(*second)] in level2_labels()
        return Level(first, second, found.start(), end, number) if known else None
    of_two = found["a"] in level1_labels() & level2_labels()
    if found["a"] in level1_labels():
        return Level(first, None, found.start(), end, number, of_two)
    return Level(None, first, found.start(), end, number)


def belongs(level1: str, level2: str) -> bool:
    """Return whether a second level may stand below a first one; either may be unknown."""
    first, both = indicator_type(level1, None), indicator_type(level1, level2)
    return first is None or both is None or both.startswith(first)


def is_below(level1: str, level2: str) -> bool:
    """Return whether a known second level is one of a known first one."""
    first, both = indicator_type(level1, None), indicator_type(level1, level2)
    return first is not None and both is not None and both.startswith(f"{first}-")


def are_akin(one: str, other: str) -> bool:
    """Return whether two levels are of the same first level."""
    first, second = (indicator_type(word, word) or "" for word in (one, other))
    return first.rpartition("/")[2].partition("-")[0] == second.rpartition("/")[2].partition("-")[0]


def is_second_only(word: str) -> bool:
    """Return whether a word is a second level and never a first one."""
    return word in level2_labels() - level1_labels()


def is_sure(word: str) -> bool:
    """Return whether a word is no name of an indicator: 满意度 may be one, 满意度指标 is none."""
    return _NO_NAME.fullmatch(word) is not None
