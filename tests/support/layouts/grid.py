"""A document before it has a format: paragraphs, and tables of cells with spans, made by forms.py."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A cell: its text (lines separated by line breaks), and its span in columns and rows."""

    text: str
    width: int = 1
    height: int = 1


@dataclass
class Table:
    """Rows of cells by the column in which they begin; places without a cell are blank."""

    width: int
    rows: list[dict[int, Cell]] = field(default_factory=list)

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield each cell with the row and column in which it begins."""
        return ((number, at, cell) for number, row in enumerate(self.rows) for at, cell in row.items())

    def covered(self) -> set[tuple[int, int]]:
        """Find the (row, column) places that spans cover, except those where their cells begin."""
        return {
            (row + down, column + right)
            for row, column, cell in self.cells()
            for down in range(cell.height)
            for right in range(cell.width)
            if down or right
        }

    def texts(self) -> Iterator[list[str]]:
        """Return the rows as texts, empty where only a span reaches."""
        for row in self.rows:
            yield [row[column].text if column in row else "" for column in range(self.width)]


Block = str | Table
