"""Build a rendition from paragraphs and table rows; each paragraph and each cell becomes a line.

A cell with several paragraphs becomes several lines. A blank cell becomes an empty line, so that it can be pointed at
in the file.

The readers of Word and HTML find *blocks*: paragraphs, and tables whose cells have blocks. A table row with a single
cell becomes the paragraphs of that cell. If a cell holds an inner table, its text stays in its row, and the rows of the
inner table follow. A row in which only such a cell is filled is a layout frame: its content is read in order, without a
row of its own.

Pages in traditional characters keep their lines, but their cells are written in simplified ones, which forms, names and
titles officially use: mirrors convert pages of the mainland, and some add the reading of a character in brackets
(依據(jù)), and a body or document is the same from either page. Boxes to tick and choices are written as all formats
show them.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.rendition import Cell, Line, Rendition, Row, Where
from jixiao.ontology.text import folding
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.formats", "printing.toml")
"""Words and characters that printing adds to a text, such as page numbers."""
MOST_CELLS = 200_000  # cells and lines of a file, together; a filing of forty projects has about five thousand
DEEPEST = 16  # levels of tables within tables
_CHINESE = Wording("jixiao.ingest.formats", "traditional.toml")
_TRADITIONAL, _READING = map(_CHINESE.pattern, ("traditional", "reading"))
BOXES = WORDING.text("unticked"), WORDING.text("ticked")
"""A box, by whether it is ticked."""
_NO_CHOICE = WORDING.pattern("no_choice")


class Written(NamedTuple):
    """One cell as a reader writes it: its column in the table's grid (from 0), its text, and its place in the file."""

    column: int
    text: str
    where: Where | None = None


def printed_width(text: str) -> int:
    """Return the width of a text in print, in columns; a wide character, such as an ideograph, takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


@dataclass(frozen=True)
class Box:
    """One cell of a table: the grid column of its left edge (from 0), and its content.

    A merged cell has one box in its leftmost column. In each row below the first that it covers, it has a box without
    blocks, which keeps the column occupied.
    """

    column: int
    blocks: tuple["Block", ...] = ()

    @property
    def text(self) -> str:
        """The cell's non-blank paragraphs, joined by line breaks."""
        return "\n".join(block for block in self.blocks if isinstance(block, str) and block.strip())

    @property
    def tables(self) -> tuple["Table", ...]:
        """The tables nested in the cell."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True)
class Table:
    """A table as rows of cells, from the top down."""

    rows: tuple[tuple[Box, ...], ...]


Block = str | Table  # a str is a paragraph, which may contain line breaks


def check_size(cells: int) -> None:
    """Raise UnreadableError if `cells`, the number of a file's cells and lines, is larger than any filing needs."""
    if cells > MOST_CELLS:
        raise UnreadableError(
            f"单元格和文本行超过{MOST_CELLS}个", f"the file has more than {MOST_CELLS} cells and lines"
        )


def check_depth(depth: int) -> None:
    """Raise UnreadableError if `depth`, the number of tables within each other, exceeds sixteen."""
    if depth > DEEPEST:
        raise UnreadableError(f"表格嵌套超过{DEEPEST}层", f"tables are nested more than {DEEPEST} deep")


@dataclass
class Rendering:
    """A collector of lines and rows, in the order in which a reader writes them, with the number of tables so far."""

    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tables: int = 0

    def paragraph(self, text: str, where: Where | None = None) -> None:
        """Add a paragraph as a row with one cell; a blank paragraph is left out."""
        if text.strip():
            self.row([Written(0, text, where)], closed=False)

    def row(self, cells: Iterable[Written], *, closed: bool = True) -> None:
        """Add a table row, blank cells included. A merged cell is written once, in its first row and column.

        `closed` is false if only blanks part its cells.
        """
        written = tuple(Cell(tuple(self._parts(cell)), cell.column, closed=closed) for cell in cells)
        if written:
            self.rows.append(Row(written))

    def blocks(self, blocks: Iterable[Block], where: Where | None = None) -> None:
        """Add paragraphs and tables; each line from a table records its table, row and cell (from 1).

        Raises UnreadableError for more lines than any filing needs.
        """
        for block in blocks:
            if isinstance(block, str):
                self.paragraph(block, where)
            else:
                self._table(block)
        check_size(len(self.lines))

    def _table(self, table: Table) -> None:
        self.tables += 1
        number = self.tables
        for row, boxes in enumerate(table.rows, 1):
            places = [{"table": number, "row": row, "cell": cell} for cell, _ in enumerate(boxes, 1)]
            filled = [box for box in boxes if box.text or box.tables]
            if len(filled) == 1 and (len(boxes) == 1 or filled[0].tables):
                self.blocks(filled[0].blocks, places[boxes.index(filled[0])])
            elif filled:
                self.row(Written(box.column, box.text, where) for box, where in zip(boxes, places, strict=True))
                for box in filled:
                    self.blocks(box.tables)

    def _parts(self, cell: Written) -> Iterable[tuple[int, str]]:
        for text in cell.text.splitlines() or [""]:
            self.lines.append(Line(len(self.lines) + 1, text.strip(), cell.where))
            yield len(self.lines), text

    def rendition(self, media_type: str, encoding: str = "utf-8") -> Rendition:
        """Return the lines and rows written so far."""
        return Rendition(media_type, encoding, tuple(self.lines), tuple(self.rows))


def are_traditional(texts: Iterable[str]) -> bool:
    """Return whether texts have a word of filings in traditional characters."""
    return any(map(_TRADITIONAL.search, texts))


def simplified(text: str) -> str:
    """Return a text in simplified characters, without readings in brackets behind characters."""
    return folding.simplified(_READING.sub("", text))


def with_simplified_cells(rendition: Rendition) -> Rendition:
    """Return a rendition with its cells in simplified characters if they have a word in traditional ones."""
    if not are_traditional(cell.text for row in rendition.rows for cell in row.cells):
        return rendition
    rows = (
        Row(
            tuple(
                replace(cell, parts=tuple((line, simplified(text)) for line, text in cell.parts)) for cell in row.cells
            ),
            row.withheld,
        )
        for row in rendition.rows
    )
    return replace(rendition, rows=tuple(rows))


def choice(text: str) -> str:
    """Return the choice in a list; empty if it asks to choose."""
    return "" if _NO_CHOICE.fullmatch(text) else text
