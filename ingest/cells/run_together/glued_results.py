"""Assign the words of rows of results (自评表), after their levels, to the columns of the header.

Blank cells leave no trace in such a text, so that the position of a word does not show its column: `10 10` after a name
is weight and score. Words between spaces are divided into cells at the least cost, by what they hold; a cell that
another division of about the same cost reads otherwise is not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from jixiao.ingest.cells.run_together import glued_table
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.executions import MOST_POINTS
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import is_sign, parse
from jixiao.ontology.schemes import level2_labels, level_labels

Meanings = tuple[str | None, ...]
"""The meanings of the columns from that of names on."""
Spans = Mapping[str, tuple[int, int]]
"""The start and end of each cell of a row, by the meaning of its column."""

COLUMNS = frozenset({"name", "operator", "target", "unit", "achieved", "weight", "score", "reason"})
"""Meanings of columns among which words can be divided."""
POINTS = frozenset({"weight", "score"})
"""Meanings of columns of points."""
_OF_ONE_WORD = POINTS | {"operator", "unit"}
_PARTS = ("target", "unit", "achieved")
_VALUES = frozenset({"target", "achieved"})
_RESULTS = frozenset({"achieved", "score"})
_MOST_WORDS = 14  # of a row
_MOST_OF_CELL = {"name": 4, "target": 3, "achieved": 3, "reason": _MOST_WORDS}  # words; 1 of any other
_MARGIN = 1.0  # by which other divisions cost more than one that is sure
_NEVER = float("inf")
_COSTS: dict[str, float] = CELLS.tables["results"]
_NUMBER = re.compile(r"(?:[1-9]\d{0,2}|0)(?:\.\d{1,2})?")
SHORTEST_NAME, LONGEST_NAME = 2, 60
"""Least and most characters of a name."""
_LONGEST_UNIT = 3  # characters of a unit that ends like a name: 万人次
_TOGETHER = re.compile(r"\d[≥≤<>=]|%\d")  # cells that run together
_FIGURES = re.compile(r"\d\D+\d\D+\d")  # those or a date, and no name
_LONGEST_REST = 20  # characters of the rest of a cell on the line below it
_NO_REST = re.compile(r"[。;:!]")
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
_UNITS = re.compile(CELLS.text("units"))
_POINTS = str(CELLS.tables["patterns"]["points_word"])


def known(meanings: Sequence[str | None]) -> Meanings:
    """Return the meanings of a header's columns; in a table of results, a last column of remarks has reasons."""
    remarks = "reason" not in meanings and [*meanings[-1:]] == ["further"] and _RESULTS & {*meanings}
    return (*meanings[:-1], "reason") if remarks else tuple(meanings)


def from_name(meanings: Sequence[str | None]) -> Meanings:
    """Return the meanings of a header's columns from the column of names on; empty without such a column."""
    return tuple(meanings[meanings.index("name") :]) if "name" in meanings else ()


def reads(meanings: Meanings) -> bool:
    """Return whether a header has columns of results and only columns that this module can fill, each once."""
    return bool(_RESULTS & {*meanings}) and {*meanings} <= COLUMNS and len({*meanings}) == len(meanings)


def placed(meanings: Sequence[str | None], words: Sequence[Cell]) -> Row | None:
    """Return the words of a line below a header as a row, each cell in its column, empty ones included.

    None if the line has no name, or cannot surely be divided into cells.
    """
    if of_total := _total_of(meanings, words):
        return of_total
    if len(words) > 1 and folded(words[0].text) in CELLS.words("fragments") and not words[1].text[:1].isdigit():
        words = words[1:]  # what the line above left of a level: 标 数量指标 …
    of_levels = [*takewhile(columns.names_level, words[: sum(meaning in columns.LEVELS for meaning in meanings)])]
    levels = dict(zip(_levels(meanings, of_levels), of_levels, strict=False))
    rest = words[len(of_levels) :]
    found = row(from_name(meanings), [cell.text for cell in rest]) if len(levels) == len(of_levels) else None
    if not found or len(found) == 1:
        return None
    at = {meanings.index(name): _joined(rest[slice(*span)]) for name, span in found.items()} | levels
    blank = ((words[0].line, ""),)
    return Row(tuple(at[n].moved(n) if n in at else Cell(blank, n, words[0].column) for n in range(len(meanings))))


def with_rest(meanings: Sequence[str | None], row: Row, words: Sequence[Cell]) -> Row | None:
    """Return a row joined with the line below, if this line may be the rest of a broken cell; otherwise None.

    The line is joined if it completes the name of the row; otherwise the row is withheld, since it is unknown which of
    its cells continues.
    """
    text = "".join(cell.text for cell in words)
    first = words[0].text if words else ""
    is_other = not words or of_text(first).is_label or columns.names_level(words[0])
    known = fills(first) or _IN_BRACKETS.fullmatch(folded(first)) or CELLS.pattern("numbered_row").match(folded(first))
    if is_other or known or len(text) > _LONGEST_REST or _NO_REST.search(folded(text)):
        return None
    at = meanings.index("name")
    name = row.cells[at]
    if len(words) == 1 and columns.reads_as_name(name.text + text) and not columns.reads_as_name(name.text):
        whole = replace(name, parts=(*name.parts, *words[0].parts))
        return replace(row, cells=(*row.cells[:at], whole, *row.cells[at + 1 :]))
    return replace(row, withheld=frozenset({"hasIndicator"}))


def is_total(row: Row) -> bool:
    """Return whether a row, already in its columns, holds the sum of the scores."""
    label = row.cells[0].text
    return bare(label) in labels().sums or of_text(label).meaning == "totalScore"


def _total_of(meanings: Sequence[str | None], words: Sequence[Cell]) -> Row | None:
    """Return a line with the sum of the scores as a row, each figure in its column; None for another line."""
    stream = Stream.of([Row(tuple(words))])
    found = CELLS.pattern("total_of_points").match(stream.text)
    known = columns.Columns(dict(enumerate(meanings)))
    spans = (0, found.end() if found else 0, len(stream.text))
    row = glued_table.sum_of_scores(stream, spans, known, is_whole=True) if found else None
    return replace(row, cells=tuple(word.moved(n) for n, word in enumerate(words))) if row and row.withheld else row


def _levels(meanings: Sequence[str | None], cells: Sequence[Cell]) -> list[int]:
    """Return the columns of the levels with which a row begins; a lone second level gets the second column."""
    asked = [n for n, meaning in enumerate(meanings) if meaning in columns.LEVELS]
    word = bare(cells[0].text) if cells else ""
    if len(cells) == 1 and len(asked) > 1 and word in level2_labels() and columns.share(cells[0].text) is None:
        return asked[1:]
    return asked


def _joined(cells: Sequence[Cell]) -> Cell:
    """Return neighbouring words of a line as one cell."""
    return replace(cells[0], parts=((cells[0].line, " ".join(cell.text for cell in cells)),))


def row(meanings: Meanings, words: Sequence[str]) -> Spans | None:
    """Divide the words of one row into cells: for each column, the index of its first word and after its last one.

    None if the cell of the name is unsure.
    """
    best, cost = _agreed(meanings, tuple(words))
    return best if cost < _NEVER and "name" in best else None


def fills(word: str) -> bool:
    """Return whether a word is only a placeholder in a row that is not filled in: 指标2:, ……."""
    return CELLS.pattern("fills_row").fullmatch(folded(word)) is not None


@lru_cache(maxsize=8192)
def _agreed(meanings: Meanings, words: tuple[str, ...]) -> tuple[Spans, float]:
    """Return the cells (spans by column) on which all divisions of about the least cost agree, and this cost."""
    ways = sorted(_ways(meanings, words), key=lambda way: way[0])
    if not ways:
        return {}, _NEVER
    least, best = ways[0]
    near = [cells for cost, cells in ways if cost < least + _MARGIN]
    return {name: span for name, span in best.items() if all(way.get(name) == span for way in near)}, least


def _ways(meanings: Meanings, words: tuple[str, ...]) -> Iterator[tuple[float, Spans]]:
    """Yield each way to divide the words of one row into cells, as its cost and the spans by column."""
    begun: list[tuple[int, float, dict[str, tuple[int, int]]]] = [(0, 0.0, {})]
    for meaning in map(str, meanings):
        going: list[tuple[int, float, dict[str, tuple[int, int]]]] = []
        for at, cost, cells in begun:
            if meaning != "name":
                going.append((at, cost, cells))
            for end in range(at + 1, min(len(words), at + _MOST_OF_CELL.get(meaning, 1)) + 1):
                more = _cost(meaning, words[at:end])
                if more < _NEVER:
                    going.append((end, cost + more, cells | {meaning: (at, end)}))
        begun = going
    for at, cost, cells in begun:
        if at == len(words) and _agrees(cells, words):
            yield cost + _of_row(meanings, cells, words), cells


@lru_cache(maxsize=8192)
def _cost(meaning: str, words: tuple[str, ...]) -> float:
    """Return the cost of taking words as the cell of a column with this meaning; infinite if they cannot be one."""
    text = " ".join(words)
    is_other = any(CELLS.pattern("numbered_row").match(folded(word)) for word in words[meaning == "name" :])
    if is_other or any(_TOGETHER.search(folded(word)) for word in words):
        return _NEVER
    if meaning in _OF_ONE_WORD:
        return 0.0 if _is_of_one_word(meaning, text) else _NEVER
    number = any(points(word) is not None for word in words)
    if meaning == "reason":
        figures = sum(map(_is_figure, words))
        return _NEVER if number else _COSTS["reason_word"] * (len(words) - 1) + _COSTS["reason_figure"] * figures
    if meaning == "name":
        return _of_name(words)
    return _NEVER if number and not _is_unit_apart(words) else _of_value(meaning, words)


def _is_unit_apart(words: Sequence[str]) -> bool:
    """Return whether a value that holds a figure is a single word, or ends with a separate word for its unit."""
    return len(words) == 1 or bool(_UNITS.fullmatch(words[-1]) and parse(" ".join(words)).unit)


def _is_of_one_word(meaning: str, text: str) -> bool:
    """Return whether a word may stand in a column of points, signs or units."""
    if meaning in POINTS:
        return points(text) is not None
    return is_sign(text) if meaning == "operator" else _UNITS.fullmatch(text) is not None


def _of_name(words: Sequence[str]) -> float:
    """Return the cost of taking words for a name; infinite if they cannot be one.

    They cannot be a figure, level, result or placeholder, hold a word twice, or be shorter or longer than names are.
    """
    worded = _COSTS["worded"] * bool(CELLS.pattern("words").fullmatch(folded(words[-1])))
    is_other = words[0] in level_labels() and words[0].endswith(CELLS.text("level_suffix"))
    is_result = any(CELLS.pattern("achieved").fullmatch(folded(word)) for word in words)
    unnumbered = CELLS.pattern("figure_of_name").sub("", folded("".join(words)))
    is_other |= len({*words}) < len(words)  # target and result in the same words
    is_long = not SHORTEST_NAME <= len(" ".join(words)) <= LONGEST_NAME
    if (
        fills("".join(words))
        or any(map(_is_figure, words))
        or _FIGURES.search(unnumbered)
        or is_other
        or is_result
        or is_long
    ):
        return _NEVER
    return _COSTS["word"] * (len(words) - 1) + worded


def _is_figure(word: str) -> bool:
    """Return whether a word is a figure or a sign, and no name that begins with a figure: 65岁老人人数."""
    told = parse(word)
    is_name = columns.reads_as_name(word) and len(told.unit or "") > _LONGEST_UNIT
    return is_sign(word) or (told.value is not None and not is_name)


def _of_value(meaning: str, words: Sequence[str]) -> float:
    """Return the cost of taking words as a target or a result; `meaning` names the column."""
    text = " ".join(words)
    more = _COSTS["unit_apart"] if len(words) > 1 and _is_unit_apart(words) else _COSTS["word"] * (len(words) - 1)
    return more + _of_text(meaning, text)


def _of_text(meaning: str, text: str) -> float:
    told = parse(text)
    if told.value is not None:
        return 0.0 if told.unit or told.operator else _COSTS["bare"]
    shown = folded(text)
    if CELLS.pattern("achieved").fullmatch(shown):
        return _COSTS["worded"] * (meaning == "target")
    if CELLS.pattern("words").fullmatch(shown) or CELLS.pattern("date_of_target").fullmatch(shown):
        return _COSTS["known"]
    return _COSTS["unknown"] + _COSTS["like_name"] * columns.reads_as_name(text)


@lru_cache(maxsize=8192)
def points(text: str) -> Decimal | None:
    """Return the number of points that a text states (10, 10分); None for any other text, or too many points."""
    found = _NUMBER.fullmatch(folded(text).removesuffix(_POINTS))
    points = Decimal(found[0]) if found else None
    return points if points is not None and points <= MOST_POINTS else None


def _agrees(cells: Spans, words: Sequence[str]) -> bool:
    """Return whether the score of a row does not exceed its weight; True if one of them is missing."""
    worth, score = _points_of(cells, words)
    return worth is None or score is None or score <= worth


def _points_of(cells: Spans, words: Sequence[str]) -> tuple[Decimal | None, Decimal | None]:
    """Return the weight and the score of a row, each None for a blank cell."""
    texts = ("".join(words[slice(*cells[each])]) if each in cells else "" for each in ("weight", "score"))
    worth, score = map(points, texts)
    return worth, score


def _of_row(meanings: Meanings, cells: Spans, words: Sequence[str]) -> float:
    """Return the cost of a row's empty cells, and of a target and a result that differ in kind."""
    cost = _COSTS["name_alone"] if len(cells) == 1 else 0.0
    if not _VALUES & cells.keys():  # the words of a long name are rather values
        cost += _COSTS["word"] * max(0, cells["name"][1] - cells["name"][0] - 2)
    for pair, one, both in ((_VALUES, "value_alone", "no_values"), (POINTS, "points_alone", "no_points")):
        asked, filled = pair & {*meanings}, pair & cells.keys()
        cost += 0.0 if asked == filled else _COSTS[both] if not filled else _COSTS[one]
    if "reason" in cells:
        worth, score = _points_of(cells, words)
        is_cut = worth is not None and score is not None and score < worth
        cost += _COSTS["reason_of_cut" if is_cut else "reason" if _RESULTS & cells.keys() else "reason_alone"]
    if "target" in cells:
        told = parse(" ".join(words[slice(*cells["target"])]))
        own = {"operator": told.operator, "unit": told.unit}
        cost += _COSTS["own_column"] * sum(bool(printed) and name in meanings for name, printed in own.items())
    if cells.keys() >= _VALUES:
        target, unit, achieved = (" ".join(words[slice(*cells.get(each, (0, 0)))]) for each in _PARTS)
        target += unit
        cost -= _COSTS["alike"] * _are_alike(target, achieved)
    return cost


def _are_alike(target: str, achieved: str) -> bool:
    """Return whether a target and a result have one unit, or are the same words."""
    one, other = parse(target), parse(achieved)
    same = folded(target) == folded(achieved) and points(target) is None
    return same or (one.unit is not None and one.unit == other.unit)
