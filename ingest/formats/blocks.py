"""Make a rendition from the paragraphs and tables that the readers of Word and HTML find.

A table row with a single cell becomes the paragraphs of that cell. If a cell holds an inner table, its text stays in
its row, and the rows of the inner table follow. A row in which only such a cell is filled is a layout frame: its
content is read in order, without a row of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.rendering import Rendering, Written
from jixiao.ingest.rendition import Rendition, Where

MOST_CELLS = 200_000  # cells and lines of a file, together; a filing of forty projects has about five thousand
DEEPEST = 16  # levels of tables within tables


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


def rendition(blocks: Iterable[Block], media_type: str, encoding: str = "utf-8") -> Rendition:
    """Return the blocks as a rendition; each line from a table records its table, row and cell (from 1)."""
    writer = _Writer()
    writer.write(blocks)
    return writer.rendering.rendition(media_type, encoding)


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
class _Writer:
    rendering: Rendering = field(default_factory=Rendering)
    tables: int = 0
    size: int = 0

    def write(self, blocks: Iterable[Block], where: Where | None = None) -> None:
        for block in blocks:
            if isinstance(block, str):
                self._grow(block)
                self.rendering.paragraph(block, where)
            else:
                self._table(block)

    def _table(self, table: Table) -> None:
        self.tables += 1
        number = self.tables
        for row, boxes in enumerate(table.rows, 1):
            self._row(boxes, number, row)

    def _row(self, boxes: tuple[Box, ...], table: int, row: int) -> None:
        filled = [box for box in boxes if box.text or box.tables]
        if len(filled) == 1 and (len(boxes) == 1 or filled[0].tables):
            self.write(filled[0].blocks, {"table": table, "row": row, "cell": boxes.index(filled[0]) + 1})
        elif filled:
            self._grow(*(box.text for box in boxes))
            self.rendering.row(
                Written(box.column, box.text, {"table": table, "row": row, "cell": cell})
                for cell, box in enumerate(boxes, 1)
            )
            for box in filled:
                self.write(box.tables)

    def _grow(self, *texts: str) -> None:
        self.size += sum(1 + text.count("\n") for text in texts)
        check_size(self.size)
