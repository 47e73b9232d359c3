"""Divide the text below an indicator table's header into rows.

`decoding.py` divides the rows of a filing. The text of a self-evaluation is divided into levels, and what lies between
two of them by `glued_results.py` or, where neither spaces nor lines part the cells, by this module: target and result
must have one unit or be the same words, the score must not be above the weight, and only one division of all that lies
between two levels may fit. The sum of the scores (总分) is below the rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, zip_longest

from jixiao.ingest.cells.run_together import decoding, glued_results
from jixiao.ingest.cells.run_together.lattice import NOT_READ, Stream, Word
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS
from jixiao.ingest.values.targets import AFTER, SIGNS
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels

_LONGEST_LEVEL = 16
_MAY_BE_VALUE = re.compile(rf"(?:{SIGNS})?(?:\d|{CELLS.text('words')})")
_LEVELS = ("level1", "level2")


_Cells = Mapping[str, tuple[int, int]]
"""The start and end of each part of an indicator, by meaning: name, operator, target, unit, weight."""


def rows(stream: Stream, head: Sequence[tuple[int, int]], table: tuple[int, int]) -> Iterator[Row]:
    """Yield the header and rows of a table; the text between two levels is withheld where its division is uncertain.

    `head` are the spans of the words of the header, and `table` is the span of the text below the header.
    """
    cells = Row(tuple(stream.cell(start, end, n) for n, (start, end) in enumerate(head)))
    yield cells
    meanings = [*glued_results.known(_named([meaning for _, meaning in columns.meanings(cells)]))]
    behind = glued_results.from_name(meanings)
    found = columns.head(cells)
    if glued_results.reads(behind):
        yield from _of_results(stream, meanings, behind, table)
    elif found and "achieved" not in meanings:
        yield from decoding.rows(stream, found.columns, table)
    else:
        yield Row((stream.cell(*table, 0),), withheld=NOT_READ)


def _of_results(
    stream: Stream, meanings: Sequence[str | None], behind: glued_results.Meanings, table: tuple[int, int]
) -> Iterator[Row]:
    """Yield the rows of a table of results, whose columns have `meanings`, those from the names on being `behind`."""
    last = _end(stream, *table)
    levels = _levels(stream, table[0], last, tuple(level for level in _LEVELS if level in meanings))
    path = _path(stream, levels, second="level2" in meanings)
    current: dict[str, Word] = {}
    for level, following in zip_longest(path, path[1:]):
        if level.kind == "level1":
            current = {}
        current[level.kind] = level
        end = following.start if following else last
        if level.end < end:
            yield from _run(stream, current, *_results(stream, level.end, end, behind), meanings)
    if last < table[1]:
        yield from _total(stream, last, table[1], meanings)


def _end(stream: Stream, first: int, last: int) -> int:
    """Return the offset between `first` and `last` at which the sum of the scores (总分) begins; or `last`."""
    found = CELLS.pattern("total_of_points").search(stream.text, first, last)
    return found.start() if found else last


def _total(stream: Stream, first: int, last: int, meanings: Sequence[str | None]) -> Iterator[Row]:
    """Yield one row with the sum of the weights and scores, each figure in its column.

    The row is withheld, as one cell with the text below it, unless its figures are divided in one way only.
    """
    found = CELLS.pattern("total_of_points").match(stream.text, first, last)
    label = found.end() if found else first
    is_whole = (found and not stream.text[last - 1].isdigit()) or last < len(stream.text)
    cells = (
        glued_results.total(tuple(meanings), stream.text[label:last], _breaks(stream, label, last)) if is_whole else {}
    )
    if found and not cells:
        yield Row((stream.cell(first, last, 0),), withheld=glued_results.TOTAL_NOT_READ)
        return
    placed = {meaning: stream.cell(label + start, label + end, 0) for meaning, (start, end) in cells.items()}
    yield Row(
        (
            stream.cell(first, label, 0),
            *(
                placed[each].moved(n) if each in placed else Cell(((stream.lines[first], ""),), n)
                for n, each in enumerate(meanings)
                if n
            ),
        )
    )


def _breaks(stream: Stream, first: int, last: int) -> list[int]:
    """Return the offsets, counted from `first`, at which words of `stream.text[first:last]` begin or end.

    Both ends of the passage are included.
    """
    return [0, *(at - first for at in range(first + 1, last) if at in stream.breaks), last - first]


def _results(stream: Stream, first: int, last: int, meanings: glued_results.Meanings) -> tuple[Sequence[_Cells], bool]:
    """Return the cells of each row of results in a passage, and True if these rows use all of its text.

    `first` and `last` bound the passage, which is divided at its spaces if spaces separate all cells, otherwise between
    characters. If the passage ends the whole text, its last row may be torn and is left out.
    """
    torn = last == len(stream.text)
    edges = pairwise([*(first + at for at in _breaks(stream, first, last))])
    words = [word for word in edges if not glued_results.fills(stream.text[slice(*word)])]
    if not words:
        return [], True
    rows = glued_results.rows(meanings, [stream.text[slice(*word)] for word in words]) if len(words) > 1 else []
    if rows:
        kept = [row for row in rows if not (torn and row[1] == len(words))]
        spans = [cells for _, _, cells in kept]
        found = [{name: (words[start][0], words[end - 1][1]) for name, (start, end) in each.items()} for each in spans]
        return found, sum(end - start for start, end, _ in kept) == len(words)
    last = first + len(stream.text[first : words[-1][1]].rstrip("….·"))
    rest = unparted(meanings, stream.text[first:last])
    rest = rest[:-1] if torn else rest
    spans_of_text = [{name: (first + start, first + end) for name, (start, end) in cells.items()} for cells in rest]
    return spans_of_text, bool(rest) and not torn


def _named(meanings: list[str | None]) -> list[str | None]:
    """Return the meanings of the columns; if there is no column of names, `level1, level2` become `level2, name`."""
    if "name" in meanings or meanings[:2] != ["level1", "level2"]:
        return meanings
    return ["level2", "name", *meanings[2:]]


def _run(
    stream: Stream, levels: Mapping[str, Word], found: Sequence[_Cells], whole: bool, meanings: Sequence[str | None]
) -> Iterator[Row]:
    """Yield a row for each indicator in `found`, with its levels.

    `levels` are the words of the levels by meaning. Unless the indicators are the `whole` text between two levels, a
    withheld row of the levels follows.
    """
    named = {name: stream.cell(level.start, level.end, meanings.index(name)) for name, level in levels.items()}
    for cells in found:
        row = named | {name: stream.cell(*passage, meanings.index(name)) for name, passage in cells.items()}
        blank = next(iter(row.values())).line
        yield Row(tuple(row.get(name or "", Cell(((blank, ""),), n)) for n, name in enumerate(meanings)))
    if not whole:
        yield Row(tuple(named.values()), withheld=NOT_READ)


def _levels(stream: Stream, first: int, last: int, meanings: Sequence[str]) -> list[Word]:
    """Return the words of levels between `first` and `last`; `meanings` are those of the columns of levels.

    A table with one column of levels has both kinds of words in it.
    """
    text, found = stream.text, []
    words = {"level1": level1_labels(), "level2": level2_labels() if len(meanings) > 1 else level_labels()}
    for start in range(first, last):
        for end in range(start + 4, min(last, start + _LONGEST_LEVEL) + 1):
            for meaning in meanings:
                if text[start:end] in words[meaning]:
                    suffix = CELLS.pattern("weight_of_level").match(text, end, last)
                    found.append(Word(start, suffix.end() if suffix else end, meaning, text[start:end]))
    return found


def _path(stream: Stream, levels: Sequence[Word], *, second: bool) -> list[Word]:
    """Return the words of levels that do not overlap, the longest first where several begin at one position.

    A word that may also be a name, such as 满意度, is a level only if it begins a line or cell, or follows a level and
    has no target after it. With `second`, the table has second levels: a word that may be a first or a second level is
    taken for a second level unless another level follows directly.
    """
    found: list[Word] = []
    starts = {level.start for level in levels}
    for level in sorted(levels, key=lambda level: (level.start, -level.end)):
        last = found[-1] if found else Word(0, 0, "", "")
        is_below = (
            level.start == last.end and level.kind != last.kind and not _MAY_BE_VALUE.match(stream.text, level.end)
        )
        sure = CELLS.pattern("level_end").match(level.word) or stream.breaks.get(level.start) == 2 or is_below
        if (level.start, level.end) == (last.start, last.end):
            if second and level.end not in starts:
                found[-1] = level
        elif sure and level.start >= last.end:
            found.append(level)
    return found


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
_STEMS = level_labels() | {level.removesuffix(CELLS.text("level_suffix")) for level in level_labels()}


def unparted(meanings: glued_results.Meanings, text: str) -> tuple[glued_results.Spans, ...]:
    """Return the rows of results in a text without spaces between two levels; empty unless exactly one division fits.

    Figures are no part of a name, besides ages and the like. If the header has reasons, one may stand after a score
    below its weight, before the next name: the row of this name is left out.
    """
    if len(text) > _MOST_CHARACTERS or not {"target", "achieved", "score"} <= {*meanings}:
        return ()
    order = [str(meaning) for meaning in meanings if meaning != "reason"]
    known: list[tuple[glued_results.Spans, ...] | None] = [None] * len(text) + [()]
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


def _worth(text: str, cells: glued_results.Spans, meaning: str) -> Decimal | None:
    return glued_results.points(text[slice(*cells[meaning])]) if meaning in cells else None


def _first_rows(order: Sequence[str], text: str, start: int) -> Iterator[glued_results.Spans]:
    """Yield each possible row whose name begins at offset `start` of a text, as the spans of its cells by column.

    `order` has the columns' meanings, that of names first; a row has a cell for each of them.
    """
    if _NO_EDGE.match(text, start):
        return
    for at in range(start + glued_results.SHORTEST_NAME, min(len(text), start + glued_results.LONGEST_NAME)):
        name = text[start:at]
        if _may_be_name(name):
            for cells in _completed(order[1:], text, at, {"name": (start, at)}):
                worth, score = _worth(text, cells, "weight"), _worth(text, cells, "score")
                if score is not None and (worth is None or score <= worth):
                    yield cells


def _may_be_name(name: str) -> bool:
    """Return whether a text may be a name: it has no figure, and does not end with a sign or verb of a target."""
    figured = any(map(str.isdigit, CELLS.pattern("figure_of_name").sub("", name)))
    return not (figured or _ENDS_IN_SIGN.fullmatch(name) or _NO_EDGE.match(name[-1]) or _begins_with_level(name))


def _begins_with_level(name: str) -> bool:
    """Return whether a name begins with a level's word, such as 成本 in 成本每年补助: their border is lost."""
    return any(name[:end] in _STEMS for end in range(glued_results.SHORTEST_NAME, len(name)))


def _completed(
    order: Sequence[str], text: str, at: int, cells: dict[str, tuple[int, int]]
) -> Iterator[glued_results.Spans]:
    """Yield the `cells` of a row completed by cells of the columns in `order`, in each way that `text[at:]` allows."""
    if not order:
        yield cells
    elif order[:2] == ["target", "achieved"]:
        for middle, end in _values(text, at):
            yield from _completed(order[2:], text, end, cells | {"target": (at, middle), "achieved": (middle, end)})
    elif order[0] in glued_results.POINTS:
        for end in range(at + 1, min(len(text), at + _LONGEST_POINTS) + 1):
            if glued_results.points(text[at:end]) is not None and not _WITHIN_POINTS.match(text, end):
                yield from _completed(order[1:], text, end, cells | {order[0]: (at, end)})


@lru_cache(maxsize=4096)
def _values(text: str, at: int) -> tuple[tuple[int, int], ...]:
    """Return the possible ends of a target that begins at offset `at`, each with the end of the result after it.

    Target and result must have one unit, or be the same words.
    """
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
