"""Turn the visible cells of a workbook into rows and paragraphs.

A formula has the value that was stored with it; without a stored value, only a sum of cells of the sheet is computed.
Macros are not run, and links are not followed. A row is a paragraph if its only text spans the whole width of the
table. Positions are pairs of row and column, from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import CellRange

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.rendering import MOST_CELLS, Rendering, Written, printed_width
from jixiao.ingest.readers.xlsx.texts import Texts, displayed
from jixiao.ingest.readers.xlsx.workbook import (
    LAST_COLUMN,
    TOO_LARGE,
    Cell,
    Position,
    Sheet,
    Workbook,
)
from jixiao.ingest.rendition import LeftOut, Rendition, attachments, occurring
from jixiao.ontology.grouping import by_key

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT_BOX, _TEXT = re.compile(rb"[:<]txBody>"), re.compile(rb"<(?:[^\s<>/:]+:)?t(?:\s[^>]*)?>[^<]*[^\s<]")
# A formula that only adds cells of its sheet: =F19+F20, =SUM(F19:F21,F30).
_ADDED = r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
_SUM = re.compile(rf"=(?:SUM\((?:{_ADDED}[,)])+(?<=\))|{_ADDED}(?:\+{_ADDED})+)")
_DEFAULT_WIDTH = 8.43  # characters: the width of a column for which the sheet gives none
_BROKEN = (etree.XMLSyntaxError, LookupError, ValueError, ArithmeticError)


def read(content: bytes) -> Rendition:
    """Return the rows of all visible sheets. Raises UnreadableError."""
    parts = archives.unpacked(content)
    rendering, texts = Rendering(), Texts()
    try:
        book = Workbook(parts)
        for sheet in book.sheets:
            _Shown(sheet, texts).write(rendering)
    except _BROKEN as error:
        raise UnreadableError("工作簿已损坏，无法打开", "the workbook is broken and cannot be opened") from error
    left_out = occurring((*_left_out(parts, book), *texts.shown.left_out))
    return replace(rendering.rendition(MEDIA_TYPE), left_out=left_out)


def _left_out(parts: dict[str, bytes], book: Workbook) -> Iterator[LeftOut]:
    """Yield an entry with a count for each kind of content that is not read, such as hidden sheets and comments."""
    yield LeftOut.named("隐藏的工作表", "hidden sheets", book.hidden)
    yield LeftOut.named("文件里没有的工作表", "sheets that the file lacks", book.missing)
    yield LeftOut("隐藏的行", "hidden rows", sum(len(sheet.hidden_rows) for sheet in book.sheets))
    hidden = sum(columns.width == 0 for sheet in book.sheets for columns in sheet.columns)
    yield LeftOut("隐藏的列组", "hidden groups of columns", hidden)
    yield from attachments(parts, "xl/")
    yield LeftOut("批注", "comments", sum(name.startswith("xl/comments") for name in parts))
    drawings = (part for name, part in parts.items() if name.startswith("xl/drawings/"))
    boxes = (box for drawing in drawings for box in _TEXT_BOX.split(drawing)[1::2])
    yield LeftOut("文本框", "text boxes", sum(_TEXT.search(box) is not None for box in boxes))
    yield LeftOut("表单控件", "form controls", sum(name.startswith("xl/ctrlprops/") for name in parts))


@dataclass
class _Shown:
    """One sheet: its displayed texts by position, the positions that merged ranges cover, and its table's columns."""

    sheet: Sheet
    writer: Texts
    texts: dict[Position, str] = field(default_factory=dict)
    right: dict[Position, int] = field(default_factory=dict)  # last column of a range, by row and first column
    beside: set[Position] = field(default_factory=set)  # positions that a range covers, other than in its first column
    below: set[Position] = field(default_factory=set)  # positions in the first column of a range, below its first row
    added: int = 0  # number of cells that formulas add

    def write(self, rendering: Rendering) -> None:
        """Add the sheet's rows and paragraphs to a rendition."""
        for (row, column), cell in self.sheet.cells.items():
            if (
                row not in self.sheet.hidden_rows
                and column not in self.hidden_columns
                and (row, column) not in self.covered
            ):
                self._put((row, column), cell)
        for merged in self.sheet.merged:
            self._merge(merged)
        first, last = self.span
        if sum(max(last, filled[-1]) - min(first, filled[0]) for filled in self.rows.values()) > MOST_CELLS:
            raise UnreadableError(*TOO_LARGE)
        for row, filled in self.rows.items():
            if len(filled) == 1 and self._is_paragraph(row, filled[0]):
                position = (row, filled[0])
                rendering.paragraph(self.texts[position], self._where(position))
            else:
                rendering.row(self._cells(row, min(first, filled[0]), max(last, filled[-1])))

    def _put(self, position: Position, cell: Cell) -> None:
        text = self.writer.of(cell, may_be_backed=bool(self.sheet.backing))
        if cell.value is None and _SUM.fullmatch(text):
            text = self._sum(text, cell.style.code) or text
        if text.strip():
            self.texts[position] = text

    def _sum(self, formula: str, form: str) -> str | None:
        """Return the sum of the cells that a SUM formula adds, as the number format `form` displays it.

        Blank cells count as nothing. None if any cell holds something else than a number, if all cells are blank, or if
        the sheet's formulas add more than MOST_CELLS cells.
        """
        added: Any = map(range_boundaries, re.findall(_ADDED, formula.removeprefix("=SUM")))
        spans = [
            (range(min(top, bottom), max(top, bottom) + 1), range(min(left, right), max(left, right) + 1))
            for left, top, right, bottom in added
        ]
        self.added += sum(len(rows) * len(columns) for rows, columns in spans)
        positions = (at for span in spans for at in product(*span)) if self.added <= MOST_CELLS else ()
        cells = [cell for at in positions if (cell := self.sheet.cells.get(at)) is not None]
        values = [cell.value for cell in cells if cell.value is not None or cell.formula]
        is_whole = values and all(type(value) in (int, float) for value in values)
        return displayed(float(sum(Decimal(str(value)) for value in values)), form) if is_whole else None

    def _merge(self, merged: CellRange) -> None:
        """Put the text of a merged range at its first visible row and column."""
        rows = [row for row in range(merged.min_row, merged.max_row + 1) if row not in self.sheet.hidden_rows]
        columns = [at for at in range(merged.min_col, merged.max_col + 1) if at not in self.hidden_columns]
        if not rows or not columns:
            return
        first = merged.min_row, merged.min_col
        if first in self.sheet.cells and first not in self.covered:
            self._put((rows[0], columns[0]), self.sheet.cells[first])
        for row in rows:
            self.right[row, columns[0]] = columns[-1]
            self.beside.update((row, column) for column in columns[1:])
        self.below.update((row, columns[0]) for row in rows[1:])

    @cached_property
    def rows(self) -> dict[int, list[int]]:
        """Return the columns that have text in each row, from left to right, by the number of the row."""
        return by_key(sorted(self.texts))

    @cached_property
    def covered(self) -> frozenset[Position]:
        """Return the positions in merged ranges except the first of each; values and borders there are not shown."""
        return frozenset(
            position
            for merged in self.sheet.merged
            for position in merged.cells
            if position != (merged.min_row, merged.min_col)
        )

    @cached_property
    def edges(self) -> frozenset[Position]:
        """Return the positions on bordered edges of merged ranges, and the first position of each such range.

        A range has a border above and on the left if its first cell has, and below and on the right if its first or
        last cell has.
        """
        found: set[Position] = set()
        for merged in self.sheet.merged:
            of_first = self._borders(merged.min_row, merged.min_col)
            of_last = self._borders(merged.max_row, merged.max_col) & {"right", "bottom"}
            for side in of_first | of_last:
                found.update([(merged.min_row, merged.min_col), *getattr(merged, side)])
        return frozenset(found)

    @cached_property
    def hidden_columns(self) -> frozenset[int]:
        hidden = (columns.numbers for columns in self.sheet.columns if columns.width == 0)
        return frozenset(at for numbers in hidden for at in numbers)

    @cached_property
    def span(self) -> Position:
        """Return the numbers of the first and the last column of the table.

        These are the outermost columns in rows with more than one text; a blank column with a border to the right of
        them is included. If no row has more than one text, the first is larger than the last, so that each text spans
        the table.
        """
        positions = [(row, column) for row, filled in self.rows.items() if len(filled) > 1 for column in filled]
        if not positions:
            return LAST_COLUMN, 1
        last = max(self.right.get(position, position[1]) for position in positions)
        framed = any(self._is_framed(row, last + 1) for row in {row for row, _ in positions})
        return min(column for _, column in positions), last + framed

    @cached_property
    def has_frames(self) -> bool:
        return any(self._is_framed(*position) for position in self.texts)

    def _is_framed(self, row: int, column: int) -> bool:
        if column in self.hidden_columns:
            return False
        position = row, column
        return position in self.edges or (position not in self.covered and bool(self._borders(row, column)))

    def _borders(self, row: int, column: int) -> frozenset[str]:
        """Return the sides on which a cell has a border of its own."""
        cell = self.sheet.cells.get((row, column))
        return frozenset() if cell is None else cell.style.sides

    def _is_paragraph(self, row: int, column: int) -> bool:
        """Return whether the only text of a row, in a column, is a paragraph and not a cell of the table.

        It is a paragraph if it is merged over the width of the table or outside of any border, and, in a sheet without
        borders, if it is wider than its column.
        """
        first, last = self.span
        right = self.right.get((row, column), column)
        if column <= first and right >= last:
            return True
        columns = range(min(first, column), max(last, right) + 1)
        if any((row, at) in self.below or self._is_framed(row, at) for at in columns):
            return False
        return self.has_frames or (column <= first and self._runs_over(row, column))

    def _runs_over(self, row: int, column: int) -> bool:
        cell = self.sheet.cells.get((row, column))
        if cell is None or cell.style.wraps or (row, column) in self.right:
            return False
        widths = (columns.width for columns in self.sheet.columns if column in columns.numbers)
        return printed_width(self.texts[row, column]) > (next(widths, None) or _DEFAULT_WIDTH)

    def _cells(self, row: int, first: int, last: int) -> Iterator[Written]:
        for column in range(first, last + 1):
            position = (row, column)
            if column not in self.hidden_columns and position not in self.beside:
                yield Written(column - first, self.texts.get(position, ""), self._where(position))

    def _where(self, position: Position) -> dict[str, str]:
        row, column = position
        return {"sheet": self.sheet.title, "cell": f"{get_column_letter(column)}{row}"}
