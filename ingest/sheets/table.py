"""Read a table of comma-separated values, as spreadsheet programs save it, into numbered rows of cells.

The text may be UTF-8 with or without a byte-order mark, UTF-16 with one, or GB18030. Commas, semicolons or tabs divide
the cells: the one that finds most headings in the first row. Row numbers are those that the spreadsheet shows.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jixiao.ingest.readers.text import decoded
from jixiao.ontology.text.spreadsheets import without_guard

_DIVIDERS = (",", "\t", ";")


@dataclass(frozen=True)
class Problem:
    """A problem of a spreadsheet; row number and column heading are None if it concerns the whole sheet or row."""

    row: int | None
    column: str | None
    zh: str
    en: str

    def __str__(self) -> str:
        where = "" if self.row is None else f"第 {self.row} 行 row {self.row}"
        at = where + (f"“{self.column}”" if self.column else "")
        return f"{at}{'：' if at else ''}{self.zh} · {self.en}"


class SheetError(Exception):
    """An error: the spreadsheet cannot be converted. `problems` has all of its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet, from 1, and the text of its cells."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return the text in a column, counted from 0; empty if the row is too short."""
        return self.cells[column] if column < len(self.cells) else ""


def read(content: bytes, is_heading: Callable[[str], bool]) -> list[Row]:
    """Return the rows that are not blank, of which the first has the headings.

    `is_heading` returns whether a text is a known heading. Raises SheetError if the file is no text or has no rows.
    """
    found = decoded(content)
    if found is None or found.cut:
        raise SheetError([Problem(None, None, "不是文本，或者文件不完整", "no text, or the file is incomplete")])
    head = next((line for line in found.lines if line.strip()), "")
    divider = max(_DIVIDERS, key=lambda each: sum(map(is_heading, head.replace('"', "").split(each))))
    rows = _rows(found.text, divider)
    if not rows:
        raise SheetError([Problem(None, None, "表格是空的", "the table is empty")])
    return rows


def _rows(text: str, divider: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        rows = [
            Row(number, tuple(without_guard(cell.strip()) for cell in record))
            for number, record in enumerate(reader, 1)
        ]
    except csv.Error as error:
        problem = Problem(reader.line_num, None, f"引号不成对（{error}）", f"unbalanced quotation marks ({error})")
        raise SheetError([problem]) from error
    return [row for row in rows if any(row.cells)]
