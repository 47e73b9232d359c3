"""Rejoin the rows of a table that page breaks cut.

No mark on a page shows that a row is cut. A cut is inferred from full cells above the break, and only if no complete
row would look like that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from jixiao.ingest.formats.grids import Grid, Region, column_of, shared_columns
from jixiao.ingest.readers.pdf.paragraphs import (
    Line,
    closes,
    hangs,
    is_centred,
    is_cut,
    is_open,
    odds,
    reaches_below,
    runs_over,
)
from jixiao.ingest.recognition.boxes import Box

_SURE = 400  # to one: odds at which full lines in all cells of a row are no longer chance

_FEWEST_HEADS = 3  # cells of a row that is the head of a table

Written = tuple[Region, tuple[Line, ...]]
"""A cell and the lines in it."""


@dataclass(frozen=True)
class Part:
    """A table on its page, or its part on that page: the lines of each of its cells.

    `overprinted` is true if a text runs over a rule into a cell with a text of its own, so that its cell is unclear.
    """

    page: int
    grid: Grid
    cells: tuple[Written, ...]
    overprinted: bool = False


def whole_rows(parts: Sequence[Part]) -> list[Part]:
    """Join rows and labels that page breaks cut, each on the page it begins on; return the parts of the table."""
    edges = shared_columns(part.grid for part in parts)
    centred = {
        column_of(region, edges)
        for part in parts
        for region, written in part.cells
        if written and is_centred(written, region.box)
    }
    whole: list[Part] = []
    for part in parts:
        rest = part
        if whole:
            last = max(region.last_row for region, _ in whole[-1].cells)
            above = {column_of(cell[0], edges): cell for cell in whole[-1].cells if cell[0].last_row == last}
            begins = _repeated(part, parts[0])
            first = {column_of(cell[0], edges): cell for cell in part.cells if cell[0].row == begins}
            if cut := _cut(first, above, centred) | _text_below(first, above):
                moved = {above[column][0]: _carried(first[column][1], part.page) for column in cut}
                cells = tuple((region, written + moved.get(region, ())) for region, written in whole[-1].cells)
                whole[-1] = replace(whole[-1], cells=cells)
                rest = _without(part, begins, {first[column][0] for column in cut})
        if rest.cells:
            whole.append(rest)
    return whole


def _carried(written: Sequence[Line], page: int) -> tuple[Line, ...]:
    """Return lines of a page that are joined to an earlier one."""
    return tuple(replace(line, carried=line.carried or page) for line in written)


def _repeated(part: Part, begun: Part) -> int:
    """Count the rows at the top of a part that repeat the head of its table: no cell of such a row is blank."""
    known, count = _texts(begun), 0
    own = _texts(part)
    while (row := own.get(count, ())) and len(row) >= _FEWEST_HEADS and all(row) and row in known.values():
        count += 1
    return count


def _texts(part: Part) -> dict[int, tuple[str, ...]]:
    """Return the texts of the cells that begin in each row."""
    rows: dict[int, tuple[str, ...]] = {}
    for region, written in part.cells:
        rows[region.row] = (*rows.get(region.row, ()), "".join(line.text for line in written))
    return rows


def _cut(first: Mapping[int, Written], above: Mapping[int, Written], centred: set[int]) -> set[int]:
    """Return the columns whose text in the first row of a part continues the last row of the part before."""
    over = {
        column: (above[column][1], written, above[column][0].box)
        for column, (_, written) in first.items()
        if written and column in above and above[column][1]
    }
    filled = [column for column, (_, written) in first.items() if written]
    if over and len(over) == len(filled) < len(first):
        if all(runs_over(*cell) for cell in over.values()):
            return set(over)
        if all(closes(before, after) for before, after, _ in over.values()):
            return set(over)
        if all(is_cut(*cell) for cell in over.values()) and (_is_rest(first, above) or not _by_chance(over.values())):
            return set(over)
    # The label of several rows may be cut between two of them.
    return {
        column
        for column, (before, after, box) in over.items()
        if is_cut(before, after, box)
        and _is_label(column, first, above)
        and not is_centred(before, box)
        and (
            _is_letter(after)
            or reaches_below(before, box)
            or (column in centred and hangs(after, first[column][0].box))
        )
    }


def _text_below(first: Mapping[int, Written], above: Mapping[int, Written]) -> set[int]:
    """Return the columns of cells merged over rows whose centred text stands below the break."""
    return {
        column
        for column, (_, written) in first.items()
        if written and column in above and not above[column][1] and above[column][0].last_row > above[column][0].row
    }


def _is_label(column: int, first: Mapping[int, Written], above: Mapping[int, Written]) -> bool:
    """Return whether a column holds labels: the first column, or a cell merged over rows at the break."""
    return column == min(first) or any(cell[0].last_row > cell[0].row for cell in (first[column], above[column]))


def _is_letter(written: Sequence[Line]) -> bool:
    """Return whether a text is a single ideograph, which cannot be a label."""
    return len(written) == len(written[0].text) == 1 and not written[0].text.isascii()


def _is_rest(first: Mapping[int, Written], above: Mapping[int, Written]) -> bool:
    """Return whether a row with blanks is a rest: only its last cell is filled, or one on the right is blank."""
    filled = [column for column, (_, written) in first.items() if written]
    expected = [column for column in first if column in above and above[column][1]]
    return filled == [max(expected)] or any(column > filled[0] and not first[column][1] for column in expected)


def _by_chance(over: Collection[tuple[Sequence[Line], Sequence[Line], Box]]) -> bool:
    """Return whether full lines may be chance: the cells are few and narrow, and none leaves a bracket open."""
    return prod(odds(*cell) for cell in over) < _SURE and not any(is_open(before) for before, _, _ in over)


def _without(part: Part, begins: int, cut: set[Region]) -> Part:
    """Remove the text of these cells from a part's first row, and the row if nothing else stands in it."""
    cells = [(region, () if region in cut else written) for region, written in part.cells]
    if not any(written for region, written in cells if region.row == begins):
        cells = [
            (replace(region, row=begins + 1) if region.row == begins else region, written)
            for region, written in cells
            if region.row != begins or region.last_row > begins
        ]
    return replace(part, cells=tuple(cells))
