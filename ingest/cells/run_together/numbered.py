"""Find rows of results that number themselves (指标6:…) in a text that has the words of their head out of order.

Text taken from a workbook or the page of a PDF may tear the head of a table, while most rows stay whole. A row counts
if nothing but a name, target, result, weight and score stands between its number and the next, and if at least two
neighbours are such rows.
"""

from collections.abc import Iterator
from itertools import pairwise

from jixiao.ingest.cells.run_together import results
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import CELLS

NOT_READ = frozenset({"hasIndicator"})
"""Names of properties withheld in rows of a table that are not divided surely."""
_FEWEST = 3  # rows in succession
_LONGEST_ROW = 120  # characters
_NUMBER = CELLS.pattern("number_of_row")
_HEAD = {name: CELLS.pattern(f"torn_{name}") for name in ("level2", "name", "target", "achieved", "weight", "score")}
_NATIONAL = ("name", "target", "achieved", "weight", "score")
_OF_FUND = ("name", "weight", "target", "achieved", "score")

Cells = dict[str, tuple[int, int]]
"""The start and end of each cell of a row, by the meaning of its column."""


def table(stream: Stream) -> tuple[int, list[Row]] | None:
    """Return the position of the first numbered row, and the head with all numbered rows; None without such rows."""
    for order in (_NATIONAL, _OF_FUND):
        found = [cells for run in _runs(stream, order) for cells in run]
        if found:
            first, last = found[0]["name"][0], found[-1]["score"][1]
            head = _head(stream.text[:last])
            behind = sorted(head.keys() - {"level2", "name"}, key=lambda name: head[name][0])
            if head.keys() >= {"level2", "name"} and tuple(behind) == order[1:]:
                rest = Row((stream.cell(last, len(stream.text), 0),), withheld=NOT_READ)
                return first, [_row(stream, head, order), rest, *(_row(stream, cells, order) for cells in found)]
    return None


def _row(stream: Stream, cells: Cells, order: tuple[str, ...]) -> Row:
    """Return a row of the cells in order, with the second level first; without one its cell is empty."""
    level = cells.get("level2", (cells["name"][0],) * 2)
    return Row(tuple(stream.cell(*cell, n) for n, cell in enumerate((level, *(cells[name] for name in order)))))


def _head(text: str) -> Cells:
    """Return the span of the last word for each column of a table's head in a text, by the name of the column."""
    words = ((name, [*pattern.finditer(text)]) for name, pattern in _HEAD.items())
    return {name: found[-1].span() for name, found in words if found}


def _runs(stream: Stream, order: tuple[str, ...]) -> Iterator[list[Cells]]:
    """Yield runs of complete rows with successive numbers, if there are enough rows."""
    starts = [found for found in _NUMBER.finditer(stream.text) if found.start() in stream.breaks]
    run: list[Cells] = []
    for number, following in pairwise([*starts, None]):
        cells = _cells(stream, number.start(), following.start(), order) if number and following else None
        goes_on = cells and number and following and int(following["number"]) == int(number["number"]) + 1
        if cells and goes_on:
            run.append(cells)
            continue
        if len(run) >= _FEWEST:
            yield run
        run = []


def _cells(stream: Stream, start: int, end: int, order: tuple[str, ...]) -> Cells | None:
    """Return the cells of a row, or None unless the row has a cell for each column and no other text."""
    edges = [start, *(at for at in range(start + 1, end) if at in stream.breaks), end]
    words = [stream.text[slice(*word)] for word in pairwise(edges)]
    found = results.row(order, words) if end - start <= _LONGEST_ROW else None
    if not found or found.keys() != {*order}:
        return None
    return {name: (edges[first], edges[last]) for name, (first, last) in found.items()}
