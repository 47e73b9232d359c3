"""Print blocks as a PDF: words within ruled cells, on as many pages as they need."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support import pdfs
from tests.support.mutants.grid import Block, Cell, Table

_LEFT, _TOP, _BOTTOM, _RIGHT = 40.0, 40.0, 760.0, 560.0
_SIZE, _LINE = 9, 13.0
_WITHIN = 3.0  # between a cell's rule and its words


@dataclass
class _Pages:
    """The pages drawn so far, as commands of PDF, and the place (`top`, in points) where the next block begins."""

    drawn: list[str] = field(default_factory=lambda: [""])
    top: float = _TOP

    def room(self, height: float) -> None:
        """Begin a new page unless `height` points are left on the last one."""
        if self.top + height > _BOTTOM:
            self.drawn.append("")
            self.top = _TOP

    def words(self, x: float, top: float, text: str) -> None:
        self.drawn[-1] += pdfs.at(round(x, 1), round(top, 1), text, size=_SIZE)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for at in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            left, high, right, low = at
            self.drawn[-1] += f"{left:.1f} {pdfs.HEIGHT - high:.1f} m {right:.1f} {pdfs.HEIGHT - low:.1f} l S\n"


def as_pdf(made: Sequence[Block]) -> bytes:
    """Return blocks printed as a PDF; a table that does not fit on a page continues on the next one."""
    pages = _Pages()
    for block in made:
        if isinstance(block, str):
            for line in _wrapped(block, _RIGHT - _LEFT):
                pages.room(_LINE)
                pages.words(_LEFT, pages.top, line)
                pages.top += _LINE
            pages.top += _LINE / 2
        else:
            _table(pages, block)
    return pdfs.document(*pages.drawn)


def _table(pages: _Pages, table: Table) -> None:
    unit = (_RIGHT - _LEFT) / table.width
    covered = table.covered()
    heights = [max(_height(cell, unit) for cell in (*row.values(), Cell(""))) for row in table.rows]
    first = 0
    while first < len(table.rows):
        pages.room(heights[first])
        top, last = pages.top, first
        while last < len(table.rows) and top + heights[last] <= _BOTTOM:
            top += heights[last]
            last += 1
        last = max(last, first + 1)
        ys = [pages.top + sum(heights[first:row]) for row in range(first, last + 1)]
        for row in range(first, last):
            for column in range(table.width):
                cell = table.rows[row].get(column)
                if cell is None and (row, column) in covered:
                    continue
                given = cell or Cell("")
                x0, x1 = _LEFT + column * unit, _LEFT + (column + given.width) * unit
                y0, y1 = ys[row - first], ys[min(row + given.height, last) - first]
                pages.box(x0, y0, x1, y1)
                for number, line in enumerate(_wrapped(given.text, x1 - x0 - 2 * _WITHIN)):
                    pages.words(x0 + _WITHIN, y0 + _WITHIN + number * _LINE, line)
        pages.top = ys[-1]
        first = last
    pages.top += _LINE / 2


def _height(cell: Cell, unit: float) -> float:
    lines = len(_wrapped(cell.text, cell.width * unit - 2 * _WITHIN))
    return (lines * _LINE) / cell.height + 2 * _WITHIN


def _wrapped(text: str, width: float) -> list[str]:
    most = max(1, int(width / _SIZE))
    return [line[at : at + most] for line in text.split("\n") for at in range(0, max(len(line), 1), most)]
