"""How readers of formats with paragraphs and tables put a rendition together: each paragraph and each cell is a line.

A cell with several paragraphs has a line for each. Blank cells have lines, too, so that a blank can be shown in place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from jixiao.ingest.rendition import Cell, Line, Rendition, Row, Where


class Written(NamedTuple):
    """One cell as a format has it: its column in the table's grid (from 0), its text, and where it stands."""

    column: int
    text: str
    where: Where | None = None


@dataclass
class Rendering:
    """Lines and rows, in the order in which a reader writes them."""

    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def paragraph(self, text: str, where: Where | None = None) -> None:
        """A paragraph: a row with one cell. A blank one is left out."""
        if text.strip():
            self.row([Written(0, text, where)])

    def row(self, cells: Iterable[Written]) -> None:
        """One row of a table, blank cells included; a merged cell stands in its first row and column alone."""
        written = tuple(Cell(tuple(self._parts(cell)), cell.column) for cell in cells)
        if written:
            self.rows.append(Row(written))

    def _parts(self, cell: Written) -> Iterable[tuple[int, str]]:
        for text in cell.text.splitlines() or [""]:
            self.lines.append(Line(len(self.lines) + 1, text.strip(), cell.where))
            yield len(self.lines), text

    def rendition(self, media_type: str, encoding: str = "utf-8") -> Rendition:
        """What was written so far."""
        return Rendition(media_type, encoding, tuple(self.lines), tuple(self.rows))
