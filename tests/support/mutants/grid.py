"""A document before it has a format: paragraphs, and tables of cells with spans. forms.py makes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A cell: its text (lines apart by line breaks), how far it reaches, and the figure where it is one."""

    text: str
    width: int = 1
    height: int = 1
    figure: float | None = None


@dataclass
class Table:
    """Rows of cells by the column in which they begin; what no cell covers is blank."""

    width: int
    rows: list[dict[int, Cell]] = field(default_factory=list)

    def covered(self) -> set[tuple[int, int]]:
        """The places that spans cover, those where their cells begin aside."""
        return {
            (row + down, column + right)
            for row, cells in enumerate(self.rows)
            for column, cell in cells.items()
            for down in range(cell.height)
            for right in range(cell.width)
            if down or right
        }

    def texts(self) -> Iterator[list[str]]:
        """The rows as texts, blanks where spans reach."""
        for row in self.rows:
            yield [row[column].text if column in row else "" for column in range(self.width)]


Block = str | Table
