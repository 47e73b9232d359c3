"""Divide rows of results (自评表) in which neither blanks nor lines part the cells.

Target and result must have one unit or be the same words, the score must not be above the weight, and only one division
of all that lies between two levels may fit.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, lru_cache

from jixiao.ingest.cells.run_together.results import LONGEST_NAME, POINTS, SHORTEST_NAME, Meanings, Spans, points
from jixiao.ingest.roles.labels import CELLS
from jixiao.ingest.values.targets import AFTER, SIGNS
from jixiao.ontology.schemes import level_labels

_LONGEST_VALUE = 40  # characters
_LONGEST_SIGN = 5
_MOST_CHARACTERS = 2000  # of a text without blanks
_NO_EDGE = re.compile(r"[\d.,<>≥≤=%‰~-]")  # characters with which no name ends or begins
_LONGEST_POINTS = 6  # characters: 100.00
_WITHIN_POINTS = re.compile(r"\.\d")  # what follows a figure that goes on
_SHAPES = CELLS.tables["patterns"]
_AMOUNT = r"(?:[1-9]\d{0,11}|0)(?:\.\d{1,6})?"
_FIGURE = re.compile(rf"(?:{SIGNS})?(?:{_AMOUNT})(?P<unit>{_SHAPES['units']})(?:{AFTER})?")
_ENDS_IN_SIGN = re.compile(rf".*(?:{SIGNS}|{_SHAPES['ends_in_reach']})")
_DATE_OR_WORDS = CELLS.pattern("date_or_words")


def divided(meanings: Meanings, text: str) -> tuple[Spans, ...]:
    """Return the rows in a text without blanks between two levels, or none if it is not divided in one way only.

    Figures are no part of a name, besides ages and the like. Below a score that was cut, a reason may stand before the
    next name, so that the next row is not read.
    """
    if len(text) > _MOST_CHARACTERS or not {"target", "achieved", "score"} <= {*meanings}:
        return ()
    order = [str(meaning) for meaning in meanings if meaning != "reason"]
    known: list[tuple[Spans, ...] | None] = [None] * len(text) + [()]
    several = [False] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        for cells in _first_rows(order, text, start):
            end = cells["score"][1]
            rest = known[end]
            if rest is not None:
                several[start] = several[end] or known[start] is not None
                known[start] = (cells, *rest)
    found = known[0] or ()
    cut = [_worth(text, cells, "weight") != _worth(text, cells, "score") for cells in found]
    unsure = "reason" in meanings and "weight" in meanings
    return () if several[0] else tuple(cells for n, cells in enumerate(found) if not (unsure and n and cut[n - 1]))


def _worth(text: str, cells: Spans, meaning: str) -> Decimal | None:
    return points(text[slice(*cells[meaning])]) if meaning in cells else None


def _first_rows(order: Sequence[str], text: str, start: int) -> Iterator[Spans]:
    """Yield the rows that may begin at a position, each with all of its cells."""
    if _NO_EDGE.match(text, start):
        return
    for at in range(start + SHORTEST_NAME, min(len(text), start + LONGEST_NAME)):
        name = text[start:at]
        if _may_be_name(name):
            for cells in _behind(order[1:], text, at, {"name": (start, at)}):
                worth, score = _worth(text, cells, "weight"), _worth(text, cells, "score")
                if score is not None and (worth is None or score <= worth):
                    yield cells


def _may_be_name(name: str) -> bool:
    """Return whether a text may be a name: it has no figure, and does not end with a sign or verb of a target."""
    figured = any(map(str.isdigit, CELLS.pattern("figure_of_name").sub("", name)))
    return not (figured or _ENDS_IN_SIGN.fullmatch(name) or _NO_EDGE.match(name[-1]) or _begins_with_level(name))


def _begins_with_level(name: str) -> bool:
    """Return whether a name begins with a word for a level, whose border to the name is lost: 成本每年补助."""
    return any(name[:end] in _stems() for end in range(SHORTEST_NAME, len(name)))


@cache
def _stems() -> frozenset[str]:
    return level_labels() | {level.removesuffix(CELLS.text("level_suffix")) for level in level_labels()}


def _behind(order: Sequence[str], text: str, at: int, cells: dict[str, tuple[int, int]]) -> Iterator[Spans]:
    """Yield ways to complete a row with cells of the columns that follow in order, from a position on."""
    if not order:
        yield cells
    elif order[:2] == ["target", "achieved"]:
        for middle, end in _values(text, at):
            yield from _behind(order[2:], text, end, cells | {"target": (at, middle), "achieved": (middle, end)})
    elif order[0] in POINTS:
        for end in range(at + 1, min(len(text), at + _LONGEST_POINTS) + 1):
            if points(text[at:end]) is not None and not _WITHIN_POINTS.match(text, end):
                yield from _behind(order[1:], text, end, cells | {order[0]: (at, end)})


@lru_cache(maxsize=4096)
def _values(text: str, at: int) -> tuple[tuple[int, int], ...]:
    """Return the ends of each pair of target and result that may begin at a position: in one unit or the same words."""
    found = set()
    for middle in range(at + 1, min(len(text), at + _LONGEST_VALUE)):
        target = text[at:middle]
        figure = _FIGURE.fullmatch(target)
        is_part = any(
            _FIGURE.fullmatch(text, k, middle) and not text[k].isdigit() for k in range(max(0, at - _LONGEST_SIGN), at)
        )
        if figure and not is_part:
            ends = range(middle + 1, min(len(text), middle + _LONGEST_VALUE) + 1)
            results = ((end, _FIGURE.fullmatch(text, middle, end)) for end in ends)
            found |= {(middle, end) for end, result in results if result and result["unit"] == figure["unit"]}
        elif not figure and len(target) > 1 and text.startswith(target, middle) and _DATE_OR_WORDS.fullmatch(target):
            found.add((middle, middle + len(target)))
    return tuple(found)
