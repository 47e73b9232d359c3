"""Rejoin the rows and labels of a table that page breaks have cut.

No mark on a page shows that a row is cut: that is inferred if the cells above the break are full, and only if no
complete row would look like that. A *part* is the piece of a table that is on one page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from jixiao.ingest.formats.grids import Grid, Region, all_column_edges, column_of
from jixiao.ingest.readers.pdf.paragraphs import PADDING, SENTENCE_ENDS, SHORTEST, Line, fills, is_cut, needed
from jixiao.ingest.recognition import Box
from jixiao.ontology.grouping import by_key

_OPENING, _CLOSING = "（(《【[〔“「", "）)》】]〕”」"
_UNFINISHED = re.compile(r"[,，、]$|,\d\d?$")  # at the end of a text; groups of digits have three
_BEHIND_FIGURE = re.compile(r"[.,]\d|[(（].*[)）]$")
_SURE = 400  # a row counts as cut only if full lines in all of its cells have odds of at least 400 to one
_FEWEST_HEADS = 3  # least number of cells in a table's header row

Written = tuple[Region, tuple[Line, ...]]
"""A cell and the lines in it."""


@dataclass(frozen=True)
class Part:
    """The part of a table on one page: its grid, and the lines in each of its cells."""

    page: int
    grid: Grid
    cells: tuple[Written, ...]

    @property
    def beginning(self) -> str:
        """The text of the first cell that is not blank."""
        return next(("".join(line.text for line in written) for _, written in self.cells if written), "")


def whole_rows(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a table with cut rows and labels rejoined, each in the part where it begins.

    A part of which nothing is left is dropped.
    """
    edges = all_column_edges(part.grid for part in parts)
    centred = {
        column_of(region, edges)
        for part in parts
        for region, written in part.cells
        if written and _is_centred(written, region.box)
    }
    whole: list[Part] = []
    above: dict[int, Written] = {}
    named: set[int] = set()  # columns in which the cell above the page break has its text on an earlier page
    for part in parts:
        begins = _repeated(part, parts[0]) if whole else 0
        first = {column_of(cell[0], edges): cell for cell in part.cells if cell[0].row == begins}
        # The text of a cell merged over several rows is centred, so all of it may be below the page break.
        below = {
            column
            for column, (_, written) in first.items()
            if written
            and column in above.keys() - named
            and not above[column][1]
            and above[column][0].last_row > above[column][0].row
        }
        rest = part
        if cut := _cut(first, above, centred) | below:
            moved = {
                above[column][0]: tuple(replace(line, carried=line.carried or part.page) for line in first[column][1])
                for column in cut
            }
            cells = tuple((region, written + moved.get(region, ())) for region, written in whole[-1].cells)
            whole[-1] = replace(whole[-1], cells=cells)
            rest = _without(part, begins, {first[column][0] for column in cut})
        named = {
            column
            for column, (region, written) in first.items()
            if region.last_row == _last_row(part)
            and (column in cut or (not written and (column in named or (column in above and above[column][1]))))
        }
        if rest.cells:
            whole.append(rest)
        last = _last_row(whole[-1])
        above = {column_of(cell[0], edges): cell for cell in whole[-1].cells if cell[0].last_row == last}
    return whole


def _last_row(part: Part) -> int:
    return max(region.last_row for region, _ in part.cells)


def _repeated(part: Part, begun: Part) -> int:
    """Return the number of rows at the top of a part that repeat header rows of `begun`, the table's first part.

    A header row has at least three cells, none of them blank.
    """
    known = _texts(begun)
    own = _texts(part)
    count = 0
    while (row := own.get(count, ())) and len(row) >= _FEWEST_HEADS and all(row) and row in known.values():
        count += 1
    return count


def _texts(part: Part) -> dict[int, list[str]]:
    """Return, by row, the texts of the cells that begin in the row."""
    return by_key((region.row, "".join(line.text for line in written)) for region, written in part.cells)


def _cut(first: Mapping[int, Written], above: Mapping[int, Written], centred: set[int]) -> set[int]:
    """Return the columns whose text in a part's first row continues the last row of the part before.

    `first` and `above` are the cells of these two rows by column; `centred` are the columns with vertically centred
    text.
    """
    over = {
        column: (above[column][1], written, above[column][0].box)
        for column, (_, written) in first.items()
        if written and column in above and above[column][1]
    }
    filled = [column for column, (_, written) in first.items() if written]
    if over and len(over) == len(filled) < len(first):
        cells = over.values()
        foot = max(written[-1].box.bottom for _, written in above.values() if written)
        # A cell that had room for another line above the page break is complete.
        may_be = all(is_cut(*cell) and foot - cell[0][-1].box.bottom < cell[0][-1].height for cell in cells)
        surely = (
            _odds(cells) >= _SURE
            or _is_rest(first, above)
            or any(_is_remainder(before, after) for before, after, _ in cells)
        )
        if (may_be and surely) or all(_runs_over(*cell) for cell in cells):
            return set(over)
    # A label that is merged over several rows may be cut between two of them.
    return {
        column
        for column, (before, after, box) in over.items()
        if is_cut(before, after, box)
        # A column of labels is the first, or its cell at the page break is merged over rows.
        and (column == min(first) or any(cell[0].last_row > cell[0].row for cell in (first[column], above[column])))
        and not _is_centred(before, box)
        and (
            # A single ideograph is part of a label.
            (len(after) == len(after[0].text) == 1 and not after[0].text.isascii())
            or _reaches_below(before, box)
            or (column in centred and _hangs(after, first[column][0].box))
        )
    }


def _is_rest(first: Mapping[int, Written], above: Mapping[int, Written]) -> bool:
    """Return whether a page's first row has blank cells as only the rest of a row has them.

    This is so if only its last cell is filled, or if a cell to the right of the first filled one is blank. `first` and
    `above` are the cells below and above the page break by column.
    """
    filled = [column for column, (_, written) in first.items() if written]
    expected = [column for column in first if column in above and above[column][1]]
    return filled == [max(expected)] or any(column > filled[0] and not first[column][1] for column in expected)


def _is_remainder(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Return whether the text `after` cannot begin a cell below a cell with the text `before`.

    This is so if a figure is broken between the two, if `before` ends with a comma or leaves a bracket open that
    `after` closes, or if `after` is a remark in brackets on a figure.
    """
    above, below = ("".join(line.text for line in written) for written in (before, after))
    closes = (
        above.count(opening) > above.count(closing) and below.count(opening) < below.count(closing)
        for opening, closing in zip(_OPENING, _CLOSING, strict=True)
    )
    of_figure = above[-1].isdecimal() and _BEHIND_FIGURE.match(below)
    return bool(of_figure or _UNFINISHED.search(above)) or any(closes)


def _without(part: Part, begins: int, cut: set[Region]) -> Part:
    """Return a part without the text of the cells `cut` in row `begins`, and without the row if no text is left."""
    cells = [(region, () if region in cut else written) for region, written in part.cells]
    if not any(written for region, written in cells if region.row == begins):
        cells = [
            (replace(region, row=begins + 1) if region.row == begins else region, written)
            for region, written in cells
            if region.row != begins or region.last_row > begins
        ]
    return replace(part, cells=tuple(cells))


def _runs_over(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether a cell's running text continues after a page break in the text `after`.

    `before` is the cell's text above the break. The text continues if the cell is wide, its last line full, and no
    sentence ends there.
    """
    wide = box.x1 - box.x0 > SHORTEST * before[0].height
    return wide and before[-1].text[-1] not in SENTENCE_ENDS and fills(before[-1], after[0], box)


def _odds(cells: Iterable[tuple[Sequence[Line], Sequence[Line], Box]]) -> float:
    """Return how unlikely it is that the last lines of cells are full by chance: n stands for odds of n to one.

    A cell is given as its text above a page break, the text below, and its box. The wider a cell is, compared with the
    beginning of the text below, the larger is n. Texts of one length in cells of one width count once, because the
    words of a header often are as long as each other.
    """
    return prod(
        {
            (len(before[-1].text), round(box.x1 - box.x0)): max(
                (box.x1 - box.x0 - PADDING) / max(needed(before[-1], after[0]), before[-1].height / 2), 1.0
            )
            for before, after, box in cells
        }.values()
    )


def _is_centred(written: Sequence[Line], box: Box) -> bool:
    """Return whether text is vertically centred in a cell that is much higher than the text."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above > written[0].height and abs(above - below) < written[0].height / 2


def _hangs(written: Sequence[Line], box: Box) -> bool:
    """Return whether text begins at the upper edge of a cell that is much higher than the text.

    A complete text of a column with centred texts would be centred, so text that hangs is the rest of a cut one.
    """
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above < written[0].height < below - above


def _reaches_below(written: Sequence[Line], box: Box) -> bool:
    """Return whether text extends to its cell's lower edge or beyond, with free space above it.

    A complete label would be centred in its cell, so a label that reaches below was cut by a page break.
    """
    last = written[-1]
    below, above = box.bottom - last.box.bottom, written[0].box.top - box.top
    return below < 0 or (below < last.height < above)
