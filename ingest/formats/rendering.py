"""Build a rendition from paragraphs and table rows; each paragraph and each cell becomes a line.

A cell with several paragraphs becomes several lines. A blank cell becomes an empty line, so that it can be pointed at
in the file.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from jixiao.ingest.rendition import Cell, Line, Rendition, Row, Where


class Written(NamedTuple):
    """One cell as a reader writes it: its column in the table's grid (from 0), its text, and its place in the file."""

    column: int
    text: str
    where: Where | None = None


def printed_width(text: str) -> int:
    """Return the width of a text in print, in columns; a wide character, such as an ideograph, takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@dataclass
class Rendering:
    """A collector of lines and rows, in the order in which a reader writes them."""

    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def paragraph(self, text: str, where: Where | None = None) -> None:
        """Add a paragraph as a row with one cell; a blank paragraph is left out."""
        if text.strip():
            self.row([Written(0, text, where)])

    def row(self, cells: Iterable[Written]) -> None:
        """Add a table row, blank cells included. A merged cell is written once, in its first row and column."""
        written = tuple(Cell(tuple(self._parts(cell)), cell.column) for cell in cells)
        if written:
            self.rows.append(Row(written))

    def _parts(self, cell: Written) -> Iterable[tuple[int, str]]:
        for text in cell.text.splitlines() or [""]:
            self.lines.append(Line(len(self.lines) + 1, text.strip(), cell.where))
            yield len(self.lines), text

    def rendition(self, media_type: str, encoding: str = "utf-8") -> Rendition:
        """Return the lines and rows written so far."""
        return Rendition(media_type, encoding, tuple(self.lines), tuple(self.rows))
