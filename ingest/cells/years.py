"""Mark the column of targets in tables with a column of values for each year, or for each place.

The column of the filing's year, which a title states, or the column of all places gets the word for a target as its
head. If no title states the year, no column is marked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.cells.told.sentences import WORDING
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, heads
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values.plain import folded

_YEAR = WORDING.pattern("year_of_column")
_YEARS = re.compile(r"(?:19|20)\d\d")
_FEWEST = 2  # least number of columns of years, or of places


def read(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in heads, the cell of the filing's year or of all places becomes the word for a target."""
    year: str | None = None
    beyond: int | None = None  # the column of targets in the head above; None without a head
    for row in rows:
        year = _stated(row, year)
        known = [meaning for _, meaning in columns.meanings(row)] if len(row.filled) > _FEWEST else []
        is_head = "name" in known and "level1" in known
        if len([cell for cell in row.filled if _year(cell)]) >= _FEWEST and (is_head or beyond is not None):
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
    if len(whole) != 1 or len(beside) < _FEWEST:
        return row
    word = WORDING.words("target")[0]
    return replace(row, cells=tuple(_worded(cell, word) if cell in whole else cell for cell in row.cells))


def _worded(cell: Cell, word: str) -> Cell:
    return replace(cell, parts=((cell.line, word),))
