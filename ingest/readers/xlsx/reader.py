"""Turn the visible cells of a workbook into rows and paragraphs.

A formula has the value that was stored with it; without a stored value, only a sum of cells of the sheet is computed.
Macros are not run, and links are not followed. A row is a paragraph if its only text spans the whole width of the
table. Positions are pairs of row and column, from 1.
"""

import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

import openpyxl
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.merge import MergeCell

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.rendering import MOST_CELLS, Rendering, Written, printed_width
from jixiao.ingest.readers.xlsx.texts import Texts, displayed
from jixiao.ingest.rendition import LeftOut, Rendition, attachments, occurring
from jixiao.ontology.grouping import by_key
from jixiao.ontology.steps import Step, reached

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ELEMENTS = 600_000  # other elements that take memory
_TOO_LARGE = f"工作簿过大（超过 {MOST_CELLS:,} 个单元格）", f"the workbook has more than {MOST_CELLS:,} cells"
LAST_COLUMN = 16_384  # the number of the last column that a sheet can have in this format

_PREFIX = rb"<(?:[^\s<>/:]+:)?"
# Parts that the patterns above cannot search are refused: other encodings than UTF-8, and XML with entities.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_OTHER_ENCODING = re.compile(
    rb"""\xff\xfe|\xfe\xff|<\x00|\x00<|(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""",
    re.IGNORECASE,
)
# Properties of fonts that change how a text is read; only where there are some are texts opened with their fonts.
_FONT = re.compile(rb'su(?:per|b)script|<(?:[^\s<>/:]+:)?strike|[Ss]ymbol|dings|(?i:ffffff)|theme="0"|indexed=')
# Elements that give backgrounds to cells, other than their own fills.
_BACKED = re.compile(_PREFIX + rb"(?:[cC]onditionalFormatting|tablePart|picture)[\s>]")
# Merged ranges of whole rows and columns, as LibreOffice writes them, which openpyxl cannot read.
_MERGED = rb"""(?<=<mergeCell ref=["'])"""
_WHOLE_ROWS = re.compile(_MERGED + rb"""(\d{1,7}):(\d{1,7})(?=["'])""")
_WHOLE_COLUMNS = re.compile(_MERGED + rb"""([A-Z]{1,3}):([A-Z]{1,3})(?=["'])""")
_CELL = re.compile(_PREFIX + rb"c[\s/>]")
_OTHER_ELEMENT = re.compile(
    _PREFIX + rb"(?:row|col|mergeCell|font|xf|numFmt|si|r)[\s/>]"
)  # openpyxl makes an object of each
_TEXT_BOX, _TEXT = re.compile(rb"[:<]txBody>"), re.compile(_PREFIX + rb"t(?:\s[^>]*)?>[^<]*[^\s<]")
# A formula that only adds cells of its sheet: =F19+F20, =SUM(F19:F21,F30).
_ADDED = r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
_SUM = re.compile(rf"=(?:SUM\((?:{_ADDED}[,)])+(?<=\))|{_ADDED}(?:\+{_ADDED})+)")
_DEFAULT_WIDTH = 8.43  # characters: the width of a column for which the sheet gives none
# Errors of openpyxl and its parsers for a part whose content does not fit its name.
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError, *archives.ZIP_ERRORS)


Position = tuple[int, int]  # row and column of a cell, from 1
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")  # the beginning of a namespace or kind of relation


def read(content: bytes) -> Rendition:
    """Return the rows of all visible sheets. Raises UnreadableError."""
    parts = archives.unpacked(content)
    if _STRICT.search(parts.get("xl/workbook.xml", b"")):
        parts = {
            name: _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", part) for name, part in parts.items()
        }
    parts = {name: _WHOLE_COLUMNS.sub(rb"\g<1>1:\g<2>1048576", part) for name, part in parts.items()}
    parts = {name: _WHOLE_ROWS.sub(rb"A\g<1>:XFD\g<2>", part) for name, part in parts.items()}
    content = archives.packed(parts)  # exactly the parts that are checked, with slashes in their names
    has_formulas = _checked(parts)
    with_runs = [part for part in parts.values() if b"rPr" in part]
    has_runs = bool(with_runs) and any(map(_FONT.search, (*with_runs, parts.get("xl/styles.xml", b""))))
    rendering = Rendering()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that it ignores
            opened = _opened(content, values=True, runs=has_runs)
            shown, typed = opened.wb, _opened(content, values=False).wb if has_formulas else opened.wb
            texts = Texts(shown)
            for number, sheet in enumerate(shown.worksheets, 1):
                reached(Step.SHEET, number)
                if sheet.sheet_state == "visible":
                    merged = opened.ranges[sheet.title]
                    backed = _BACKED.search(parts.get(opened.names[sheet.title], b"")) is not None
                    _Sheet(sheet, typed[sheet.title], merged, texts, backed).write(rendering)
            left_out = occurring((*_left_out(parts, shown), *texts.shown.left_out))
    except _BROKEN as error:
        raise UnreadableError("工作簿已损坏，无法打开", "the workbook is broken and cannot be opened") from error
    return replace(rendering.rendition(MEDIA_TYPE), left_out=left_out)


def _opened(content: bytes, *, values: bool, runs: bool = False) -> "_Opening":
    """Open a workbook whose formula cells have their stored values (`values`), or else their formulas.

    With `runs`, a text in several fonts is given as runs, each with its font.
    """
    opening = _Opening(BytesIO(content), data_only=values, keep_links=False, rich_text=runs)
    opening.read()
    return opening


class _Opening(ExcelReader):
    """openpyxl's reader without content that is not shown, such as pictures.

    It also leaves out the copies of borders in the cells of merged ranges, which take longer than everything else.
    `ranges` has the merged ranges of each sheet, and `names` its part of the file, by the sheet's title.
    """

    def read_worksheets(self) -> None:
        self.ranges: dict[str, Sequence[MergeCell]] = {}
        self.names: dict[str, str] = {}
        for number, (listed, relation) in enumerate(self.parser.find_sheets(), 1):
            reached(Step.SHEET, number)
            if relation.target not in self.valid_files or "chartsheet" in relation.Type:
                continue
            sheet = self.wb.create_sheet(listed.name)
            sheet.sheet_state = listed.state
            with self.archive.open(relation.target) as source:
                reading = WorksheetReader(sheet, source, self.shared_strings, self.data_only, self.rich_text)
                reading.bind_cells()
                reading.bind_col_dimensions()
                reading.bind_row_dimensions()
            merged = reading.parser.merged_cells
            self.ranges[sheet.title] = merged.mergeCell if merged else ()
            self.names[sheet.title] = relation.target


def _left_out(parts: dict[str, bytes], book: openpyxl.Workbook) -> Iterator[LeftOut]:
    """Yield an entry with a count for each kind of content that is not read, such as hidden sheets and comments."""
    names = [name for name in book.sheetnames if book[name].sheet_state != "visible"]
    yield LeftOut.named("隐藏的工作表", "hidden sheets", names)
    rows, columns = (
        sum(bool(found.hidden) for sheet in book.worksheets for found in getattr(sheet, dimensions).values())
        for dimensions in ("row_dimensions", "column_dimensions")
    )
    yield LeftOut("隐藏的行", "hidden rows", rows)
    yield LeftOut("隐藏的列组", "hidden groups of columns", columns)
    yield from attachments(parts, "xl/")
    yield LeftOut("批注", "comments", sum(name.startswith("xl/comments") for name in parts))
    drawings = (part for name, part in parts.items() if name.startswith("xl/drawings/"))
    boxes = (box for drawing in drawings for box in _TEXT_BOX.split(drawing)[1::2])
    yield LeftOut("文本框", "text boxes", sum(_TEXT.search(box) is not None for box in boxes))
    yield LeftOut("表单控件", "form controls", sum(name.startswith("xl/ctrlProps/") for name in parts))


def _checked(parts: dict[str, bytes]) -> bool:
    """Return whether a workbook has formulas. Raises UnreadableError for one that must not be opened.

    A workbook must not be opened if it declares XML entities, or has too many cells, or too many other elements that
    take memory. `parts` are the files in the workbook's zip by name.
    """
    cells, elements, formulas = 0, 0, False
    for data in parts.values():
        is_markup = _MARKUP.match(data) is not None
        if _OTHER_ENCODING.match(data) or (is_markup and b"<!DOCTYPE" in data):
            raise UnreadableError("工作簿含有不允许的 XML 声明", "the workbook holds XML that is not allowed")
        if is_markup:
            cells += sum(1 for _ in _CELL.finditer(data))
            elements += sum(1 for _ in _OTHER_ELEMENT.finditer(data))
            formulas = formulas or re.search(_PREFIX + rb"f[\s/>]", data) is not None
    if cells > MOST_CELLS:
        raise UnreadableError(*_TOO_LARGE)
    if elements > MOST_ELEMENTS:
        raise UnreadableError(
            f"工作簿的行、列、样式和文字过多（超过 {MOST_ELEMENTS:,} 个）",
            f"the workbook has more than {MOST_ELEMENTS:,} rows, columns, styles and texts",
        )
    return formulas


class _Area(NamedTuple):
    """A range of cells by its first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int


class _Piece(NamedTuple):
    """The part of a merged range that lies in one row: its first and last column, and the sides that have borders.

    `is_below` is true below the first row of the range.
    """

    left: int
    right: int
    sides: frozenset[str]
    is_below: bool


@dataclass
class _Sheet:
    """One sheet: its displayed texts by position, the pieces of merged ranges, and its table's columns.

    A merged range is read as if it ended with the last row and column that something else uses, so that it costs no
    more than the cells there, however far it goes.
    """

    shown: Any  # the worksheet with values
    typed: Any  # the worksheet with formulas
    ranges: Sequence[MergeCell]
    writer: Texts
    may_be_backed: bool  # cells may have backgrounds by other means than their own fills
    texts: dict[Position, str] = field(default_factory=dict)
    right: dict[Position, int] = field(default_factory=dict)  # last column of a range, by row and first column
    pieces: dict[int, list[_Piece]] = field(default_factory=dict)  # of merged ranges, by row
    visited: int = 0  # number of cells and rows at which merged ranges and sums were looked at

    def write(self, rendering: Rendering) -> None:
        """Add the sheet's rows and paragraphs to a rendition."""
        # Visits only cells that the file has; openpyxl's public iterators visit every position up to the last cell.
        for (row, column), cell in self.shown._cells.items():
            if row not in self.hidden_rows and column not in self.hidden_columns and (row, column) not in self.covered:
                self._put((row, column), cell)
        placed = [(merged, at) for merged in self.ranges if (at := self._place(merged))]
        for merged, at in placed:
            self._divide(merged, at)
        first, last = self.span
        if sum(max(last, filled[-1]) - min(first, filled[0]) for filled in self.rows.values()) > MOST_CELLS:
            raise UnreadableError(*_TOO_LARGE)
        for row, filled in self.rows.items():
            if len(filled) == 1 and self._is_paragraph(row, filled[0]):
                position = (row, filled[0])
                rendering.paragraph(self.texts[position], self._where(position))
            else:
                rendering.row(self._cells(row, min(first, filled[0]), max(last, filled[-1])))

    def _put(self, position: Position, cell: Any) -> None:
        typed = self.typed._cells.get((cell.row, cell.column))
        text = self.writer.of(cell, typed, may_be_backed=self.may_be_backed)
        if _SUM.fullmatch(text) and cell.value is None:
            text = self._sum(text, cell.number_format) or text
        if text.strip():
            self.texts[position] = text

    def _sum(self, formula: str, form: str) -> str | None:
        """Return the sum of the cells that a SUM formula adds, as the number format `form` displays it.

        Blank cells count as nothing. None if any cell holds something else than a number, or if all cells are blank.
        """
        added: Any = map(range_boundaries, re.findall(_ADDED, formula.removeprefix("=SUM")))
        areas = [
            _Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
            for left, top, right, bottom in added
        ]
        positions = [at for area in areas for at in self._cells_in(area)]
        values = [cell.value for at in positions if (cell := self.typed._cells.get(at)) and cell.value is not None]
        is_whole = values and all(type(value) in (int, float) for value in values)
        return displayed(float(sum(Decimal(str(value)) for value in values)), form) if is_whole else None

    def _place(self, merged: MergeCell) -> Position | None:
        """Put the text of a merged range at its first visible position, and return this; None without any."""
        row = self.row_from.get(merged.min_row, merged.min_row)
        at = bisect_left(self.visible, merged.min_col)
        if row > merged.max_row or at == len(self.visible) or self.visible[at] > merged.max_col:
            return None
        first, position = (merged.min_row, merged.min_col), (row, self.visible[at])
        if first in self.shown._cells and first not in self.covered:
            self._put(position, self.shown._cells[first])
        return position

    def _divide(self, merged: MergeCell, first: Position) -> None:
        """Add the pieces of a merged range in rows with text; `first` is its first visible position.

        The range has a border above and on the left if its first cell has, and below and on the right if its first or
        last cell has.
        """
        rows = self.text_rows[bisect_left(self.text_rows, first[0]) : bisect_right(self.text_rows, merged.max_row)]
        last = self.visible[bisect_right(self.visible, min(merged.max_col, self.last_used)) - 1]
        of_first = self._borders(merged.min_row, merged.min_col)
        sides = of_first | (self._borders(merged.max_row, merged.max_col) & {"right", "bottom"})
        outer = {"top": first[0], "bottom": merged.max_row}
        self._visit(len(rows))
        for row in rows:
            shown = frozenset(side for side in sides if outer.get(side, row) == row)
            shown |= {"left"} if sides and row == first[0] else set()
            self.right[row, first[1]] = max(last, first[1])
            self.pieces.setdefault(row, []).append(_Piece(first[1], max(last, first[1]), shown, row > first[0]))

    def _visit(self, number: int) -> None:
        """Count cells and rows that are looked at. Raises UnreadableError for more than a file may have."""
        self.visited += number
        if self.visited > MOST_CELLS:
            raise UnreadableError(*_TOO_LARGE)

    def _cells_in(self, area: _Area) -> Iterator[Position]:
        """Yield the positions in an area at which the file has a cell."""
        rows = self.file_rows[bisect_left(self.file_rows, area.top) : bisect_right(self.file_rows, area.bottom)]
        self._visit(len(rows))
        for row in rows:
            columns = self.columns[row]
            within = columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]
            self._visit(len(within))
            yield from ((row, column) for column in within)

    @cached_property
    def rows(self) -> dict[int, list[int]]:
        """Return the columns that have text in each row, from left to right, by the number of the row."""
        return by_key(sorted(self.texts))

    @cached_property
    def text_rows(self) -> list[int]:
        return list(self.rows)

    @cached_property
    def columns(self) -> Mapping[int, list[int]]:
        """Return the columns at which the file has a cell, by the number of the row."""
        return by_key(sorted(self.shown._cells))

    @cached_property
    def file_rows(self) -> list[int]:
        return list(self.columns)

    @cached_property
    def covered(self) -> frozenset[Position]:
        """Return the cells of the file in merged ranges, except the first of each; what they have is not shown."""
        found: set[Position] = set()
        for merged in self.ranges:
            first = merged.min_row, merged.min_col
            inside = self._cells_in(_Area(*first, merged.max_row, merged.max_col))
            found.update(position for position in inside if position != first)
        return frozenset(found)

    @cached_property
    def last_used(self) -> int:
        """Return the last column that a cell outside of merged ranges uses, or in which such a range begins."""
        used = (column for row, column in self.shown._cells if (row, column) not in self.covered)
        return max((*used, *(merged.min_col for merged in self.ranges)), default=1)

    @cached_property
    def row_from(self) -> dict[int, int]:
        """Return the first visible row at or below each hidden one."""
        found: dict[int, int] = {}
        for row in sorted(self.hidden_rows, reverse=True):
            found[row] = found.get(row + 1, row + 1)
        return found

    @cached_property
    def visible(self) -> list[int]:
        return [column for column in range(1, LAST_COLUMN + 1) if column not in self.hidden_columns]

    @cached_property
    def hidden_rows(self) -> frozenset[int]:
        return frozenset(row for row, found in self.shown.row_dimensions.items() if found.hidden or found.ht == 0)

    @cached_property
    def hidden_columns(self) -> frozenset[int]:
        hidden = [found for found in self.shown.column_dimensions.values() if found.hidden or found.width == 0]
        return frozenset(
            at for found in hidden for at in range(found.min or 1, min(found.max or found.min or 1, LAST_COLUMN) + 1)
        )

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
        framed = any(self._is_framed(row, last + 1, last + 1) for row in {row for row, _ in positions})
        return min(column for _, column in positions), last + framed

    @cached_property
    def has_frames(self) -> bool:
        bordered = {(row, piece.left) for row, pieces in self.pieces.items() for piece in pieces if piece.sides}
        return any(position in bordered or self._borders(*position) for position in self.texts)

    def _is_framed(self, row: int, first: int, last: int) -> bool:
        """Return whether a visible cell of a row has a border, from a first to a last column."""
        for piece in self.pieces.get(row, ()):
            flat = not piece.sides.isdisjoint({"top", "bottom"}) and piece.left <= last and first <= piece.right
            left = "left" in piece.sides and first <= piece.left <= last
            if flat or left or ("right" in piece.sides and first <= piece.right <= last):
                return True
        outside = (at for at in self.columns.get(row, ()) if first <= at <= last and (row, at) not in self.covered)
        return any(at not in self.hidden_columns and self._borders(row, at) for at in outside)

    def _borders(self, row: int, column: int) -> frozenset[str]:
        """Return the sides on which a cell has a border of its own."""
        cell = self.shown._cells.get((row, column))
        if cell is None or not cell.has_style:
            return frozenset()
        border = cell.border
        return frozenset(
            side
            for side in ("top", "left", "right", "bottom")
            if getattr(border, side) is not None and getattr(border, side).style
        )

    def _is_paragraph(self, row: int, column: int) -> bool:
        """Return whether the only text of a row, in a column, is a paragraph and not a cell of the table.

        It is a paragraph if it is merged over the width of the table or outside of any border, and, in a sheet without
        borders, if it is wider than its column.
        """
        first, last = self.span
        right = self.right.get((row, column), column)
        if column <= first and right >= last:
            return True
        left, right = min(first, column), max(last, right)
        below = any(piece.is_below and left <= piece.left <= right for piece in self.pieces.get(row, ()))
        if below or self._is_framed(row, left, right):
            return False
        return self.has_frames or (column <= first and self._runs_over(row, column))

    def _runs_over(self, row: int, column: int) -> bool:
        cell = self.shown._cells.get((row, column))
        if cell is None or cell.alignment.wrap_text or (row, column) in self.right:
            return False
        letter = cell.column_letter
        dimensions = self.shown.column_dimensions
        return printed_width(self.texts[row, column]) > (
            dimensions[letter].width if letter in dimensions else _DEFAULT_WIDTH
        )

    def _cells(self, row: int, first: int, last: int) -> Iterator[Written]:
        column = 1
        while column <= last:
            position = (row, column)
            if column >= first and column not in self.hidden_columns:
                yield Written(column - first, self.texts.get(position, ""), self._where(position))
            column = self.right.get(position, column) + 1

    def _where(self, position: Position) -> dict[str, str]:
        row, column = position
        return {"sheet": self.shown.title, "cell": f"{get_column_letter(column)}{row}"}
