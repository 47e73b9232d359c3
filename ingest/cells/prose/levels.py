"""Find levels at the beginning of a text, line or sentence: `（一）产出指标`, `2.质量指标：…`.

A level is returned as the places of its words in the text: `【产出指标-数量指标】` holds two words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.cells.prose.sentences import WORDING, Span, is_target
from jixiao.ontology.schemes import indicator_type, level1_labels, level2_labels

_LEVEL, _BOUNDARY, _ITEM, _NO_NAME = map(WORDING.pattern, ("level", "boundary", "item", "no_name"))


@dataclass(frozen=True)
class Level:
    """One or two levels in an even text: the places of their words, and where the level starts and ends.

    `of_two` is true if the word may be a first or a second level: 成本指标.
    """

    level1: Span | None
    level2: Span | None
    start: int
    end: int
    of_two: bool = False


def levels(text: str) -> Iterator[Level]:
    """Yield the levels at the beginning of an even text, directly after another level, or where a sentence begins."""
    reach = 0
    starts = {0: True} | {found.end(): bool(found["strong"]) for found in _BOUNDARY.finditer(text)}
    for start, strong in starts.items():
        at = start
        while at >= reach and (found := _LEVEL.match(text, at)) and (level := _level(found, strong or at > start)):
            yield level
            at = reach = level.end


@lru_cache(maxsize=8192)  # several stages ask for the same cells
def at_start(text: str) -> Level | None:
    """Return the level at the beginning of an even text, or None."""
    found = _LEVEL.match(text)
    return _level(found, strong=True) if found else None


@lru_cache(maxsize=8192)
def whole(text: str) -> Level | None:
    """Return the level if an even text is nothing but a level, perhaps numbered or weighted; otherwise None."""
    found = _LEVEL.fullmatch(text)
    return _level(found, strong=True) if found else None


def _level(found: re.Match[str], strong: bool) -> Level | None:
    """Return the level of a match, unless its words are the beginning of something else.

    A word such as 满意度 may also be a name: it is a level if a colon and more than a target follow it, or if no text
    follows.
    """
    text, end = found.string, found.end()
    if found["unknown"]:
        return Level(None, found.span("unknown"), found.start(), end)
    if found["first"]:
        known = strong and found["first"] in level1_labels()
        return Level(found.span("first"), found.span("second"), found.start(), end) if known else None
    rest = _BOUNDARY.split(text[end:].strip(), maxsplit=1)[0]
    if not (found["close"] or found["colon"]):
        ends = not text[end:] or text[end].isspace() or _ITEM.match(text, end)
        if not ends or not strong:
            return None
    if not found["close"] and not is_sure(found["a"]) and not found["b"] and is_target(rest):
        return None
    return _of_words(found, end)


def _of_words(found: re.Match[str], end: int) -> Level | None:
    first, second = found.span("a"), found.span("b" if found["b"] else "c") if found["b"] or found["c"] else None
    if second:
        known = found["a"] in level1_labels() and found.string[slice(*second)] in level2_labels()
        return Level(first, second, found.start(), end) if known else None
    of_two = found["a"] in level1_labels() & level2_labels()
    if found["a"] in level1_labels():
        return Level(first, None, found.start(), end, of_two)
    return Level(None, first, found.start(), end)


def are_akin(one: str, other: str) -> bool:
    """Return whether two levels belong to the same first level."""
    first, second = (indicator_type(word, word) or "" for word in (one, other))
    return first.rpartition("/")[2].partition("-")[0] == second.rpartition("/")[2].partition("-")[0]


def is_sure(word: str) -> bool:
    """Return whether a word can only be a level: 满意度 may be an indicator's name, 满意度指标 may not."""
    return _NO_NAME.fullmatch(word) is not None
