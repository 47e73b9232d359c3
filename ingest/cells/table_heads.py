"""Put heads of indicator tables right that take two rows, or have a column of values for each year or place.

In a head on two rows, levels are above and the columns of two sides below; it becomes one row. Of the columns for
years, that of the filing's year, which a title states, gets the word for a target as its head, or else that of all
places. If no title states the year, no column is marked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.cells.prose.sentences import WORDING
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.values.plain import folded

_FEWEST = 2  # least number of words of columns in the lower row of a head
_YEAR = WORDING.pattern("year_of_column")
_YEARS = re.compile(r"(?:19|20)\d\d")
_FEWEST_YEARS = 2  # least number of columns of years, or of places


def joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; a head on two rows becomes a row of its spanning words and a row of all words of columns."""
    index = 0
    while index < len(rows):
        pair = _pair(*rows[index : index + 2]) if index + 1 < len(rows) else None
        yield from pair or [rows[index]]
        index += 2 if pair else 1


def _pair(upper: Row, lower: Row) -> list[Row] | None:
    """Return the row of spanning words and the joined head, if two rows are one head; None otherwise."""
    kept = [cell for cell in upper.filled if _meaning(cell) not in (None, "longTerm")]
    spanning = [cell for cell in upper.filled if cell not in kept and cell.column > kept[0].column] if kept else []
    groups = [cell for cell in upper.filled if cell not in kept and cell not in spanning]
    if not spanning or not all(map(_spans, (*groups, *spanning))) or any(_meaning(cell) == "target" for cell in kept):
        return None
    if len(lower.filled) < _FEWEST or not all(map(_meaning, lower.filled)) or heads.head(lower):
        return None
    if all(_meaning(cell) == "target" for cell in lower.filled):
        whole = _with_years(upper, lower, spanning)
    else:
        whole = _whole(kept, lower, min(cell.column for cell in spanning), groups)
    if not whole or not heads.head(Row(tuple(whole))):
        return None
    printed = {place for cell in whole for place in cell.places}
    return [Row(tuple(cell for cell in upper.filled if not printed & set(cell.places))), Row(tuple(whole))]


def _with_years(upper: Row, lower: Row, spanning: Sequence[Cell]) -> list[Cell]:
    """Return the upper row with the year's word in place of the spanning target; empty if their numbers differ."""
    if len(spanning) != len(lower.filled):
        return []
    years = {cell.column: n for n, cell in enumerate(spanning) if bare(cell.text) in labels().yearly}
    return [
        lower.filled[years[cell.column]].moved(cell.column) if cell.column in years else cell for cell in upper.filled
    ]


def _whole(kept: Sequence[Cell], lower: Row, first: int, groups: Sequence[Cell]) -> list[Cell]:
    """Return the words of columns of both rows, in order.

    A lower row that has lost its blank cells begins below the first spanning word.
    """
    if lower.filled[0].column >= first and not {cell.column for cell in kept} & {cell.column for cell in lower.filled}:
        return sorted((*kept, *lower.filled), key=lambda cell: cell.column)
    before = [cell for cell in kept if cell.column < first]
    after = [cell for cell in kept if cell not in before]
    return [cell.moved(n) for n, cell in enumerate((*groups, *before, *lower.filled, *after))]


def _meaning(cell: Cell) -> str | None:
    return column_meaning(cell.text)


def _spans(cell: Cell) -> bool:
    """Return whether a cell is a word above several columns, such as 绩效指标, and no column itself."""
    word = bare(cell.text)
    sided = any(labels().line(side, cell.text) for side in ("long_side", "year_side"))
    return sided or _meaning(cell) == "longTerm" or word in labels().groups | labels().long_term | labels().yearly


def of_years(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in heads, the cell of the filing's year or of all places becomes the word for a target."""
    year: str | None = None
    beyond: int | None = None  # the column of targets in the head above; None without a head
    for row in rows:
        year = _stated(row, year)
        known = [meaning for _, meaning in columns.meanings(row)] if len(row.filled) > _FEWEST_YEARS else []
        is_head = "name" in known and "level1" in known
        if len([cell for cell in row.filled if _year(cell)]) >= _FEWEST_YEARS and (is_head or beyond is not None):
            lost = beyond is not None and row.filled[0].column < beyond  # the row has lost the cells at its left
            yield _with_year(row, year, "target" if is_head or lost else "yearly")
        else:
            yield _with_whole(row) if is_head and "target" not in known else row
        head = heads.head(row) if is_head else None
        beyond = head.target if head else None


def _stated(row: Row, year: str | None) -> str | None:
    """Return the year in a title, or else the year known so far; a title with several years makes the year unknown."""
    if len(row.filled) != 1:
        return year
    text = row.filled[0].text
    if not (labels().line("form_title", text) or labels().line("form_year", text)):
        return year
    found = set(_YEARS.findall(folded(text)))
    return year if not found else found.pop() if len(found) == 1 else None


def _year(cell: Cell) -> str | None:
    found = _YEAR.fullmatch(folded(cell.text))
    return found["year"] if found else None


def _with_year(row: Row, year: str | None, kept: str) -> Row:
    """Return a head with the word of `kept` in the cell of the year; words of other years lose their meaning."""
    of_year = [cell for cell in row.filled if _year(cell) == year]
    others = WORDING.words("long_term")[0] if kept == "target" and len(of_year) == 1 else ""
    cells = []
    for cell in row.cells:
        word = WORDING.words(kept)[0] if [cell] == of_year else others or f"{_year(cell)}{WORDING.words('of_year')[0]}"
        cells.append(_worded(cell, word) if _year(cell) else cell)
    return replace(row, cells=tuple(cells))


def _with_whole(row: Row) -> Row:
    """Return a head in which the column of all places has the word for a target."""
    head = heads.head(row)
    beside = [cell for cell in row.filled if head and cell.column > head.name]
    whole = [cell for cell in beside if bare(cell.text) in labels().whole]
    if len(whole) != 1 or len(beside) < _FEWEST_YEARS:
        return row
    word = WORDING.words("target")[0]
    return replace(row, cells=tuple(_worded(cell, word) if cell in whole else cell for cell in row.cells))


def _worded(cell: Cell, word: str) -> Cell:
    return replace(cell, parts=((cell.line, word),))
