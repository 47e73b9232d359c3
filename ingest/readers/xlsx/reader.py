"""Turn the visible cells of a workbook into rows and paragraphs.

A formula has the value that was stored with it; without a stored value, only a sum of cells of the sheet is computed.
Macros are not run, and links are not followed. A row is a paragraph if its only text spans the whole width of the
table. Positions are pairs of row and column, from 1.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from itertools import product
from typing import Any

import openpyxl
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.merge import MergeCell

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.rendering import Rendering, Written, printed_width
from jixiao.ingest.readers.xlsx.texts import Texts, displayed
from jixiao.ingest.rendition import LeftOut, Rendition, attachments, occurring
from jixiao.ontology.grouping import by_key

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CELLS = 200_000
_TOO_LARGE = f"工作簿过大（超过 {MOST_CELLS:,} 个单元格）", f"the workbook has more than {MOST_CELLS:,} cells"
LAST_COLUMN = 16_384  # the number of the last column that a sheet can have in this format

_PREFIX = rb"<(?:[^\s<>/:]+:)?"
_RANGE = re.compile(rb"""ref\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?["']""")
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
            for sheet in shown.worksheets:
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
        for listed, relation in self.parser.find_sheets():
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

    A workbook must not be opened if it declares XML entities or has too many cells. A merged range counts for as many
    cells as it covers, since a short reference such as A1:XFD1048576 may cover billions of them. `parts` are the files
    in the workbook's zip by name.
    """
    cells, formulas = 0, False
    for data in parts.values():
        is_markup = _MARKUP.match(data) is not None
        if _OTHER_ENCODING.match(data) or (is_markup and b"<!DOCTYPE" in data):
            raise UnreadableError("工作簿含有不允许的 XML 声明", "the workbook holds XML that is not allowed")
        if is_markup:
            cells += len(re.findall(_PREFIX + rb"c[\s/>]", data))
            cells += sum(map(_area, re.findall(_PREFIX + rb"mergeCell\s[^>]*", data)))
            formulas = formulas or re.search(_PREFIX + rb"f[\s/>]", data) is not None
    if cells > MOST_CELLS:
        raise UnreadableError(*_TOO_LARGE)
    return formulas


def _area(tag: bytes) -> int:
    """Return the number of cells that a merged range covers; `tag` is its XML element.

    For a range that cannot be read, the number is larger than allowed, so that the workbook is refused.
    """
    found = _RANGE.findall(tag)
    if len(found) != 1 or tag.count(b"ref") != 1:
        return MOST_CELLS + 1
    left, top, right, bottom = found[0]
    first, last = (column_index_from_string(letters.decode()) for letters in (left, right or left))
    return (abs(last - first) + 1) * (abs(int(bottom or top) - int(top)) + 1)


@dataclass
class _Sheet:
    """One sheet: its displayed texts by position, the positions that merged ranges cover, and its table's columns."""

    shown: Any  # the worksheet with values
    typed: Any  # the worksheet with formulas
    ranges: Sequence[MergeCell]
    writer: Texts
    may_be_backed: bool  # cells may have backgrounds by other means than their own fills
    texts: dict[Position, str] = field(default_factory=dict)
    right: dict[Position, int] = field(default_factory=dict)  # last column of a range, by row and first column
    beside: set[Position] = field(default_factory=set)  # positions that a range covers, other than in its first column
    below: set[Position] = field(default_factory=set)  # positions in the first column of a range, below its first row
    added: int = 0  # number of cells that formulas add

    def write(self, rendering: Rendering) -> None:
        """Add the sheet's rows and paragraphs to a rendition."""
        # Visits only cells that the file has; openpyxl's public iterators visit every position up to the last cell.
        for (row, column), cell in self.shown._cells.items():
            if row not in self.hidden_rows and column not in self.hidden_columns and (row, column) not in self.covered:
                self._put((row, column), cell)
        for merged in self.ranges:
            self._merge(merged)
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
        values = [cell.value for at in positions if (cell := self.typed._cells.get(at)) and cell.value is not None]
        is_whole = values and all(type(value) in (int, float) for value in values)
        return displayed(float(sum(Decimal(str(value)) for value in values)), form) if is_whole else None

    def _merge(self, merged: MergeCell) -> None:
        """Put the text of a merged range at its first visible row and column."""
        rows = [row for row in range(merged.min_row, merged.max_row + 1) if row not in self.hidden_rows]
        columns = [at for at in range(merged.min_col, merged.max_col + 1) if at not in self.hidden_columns]
        if not rows or not columns:
            return
        first = merged.min_row, merged.min_col
        if first in self.shown._cells and first not in self.covered:
            self._put((rows[0], columns[0]), self.shown._cells[first])
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
            (row, column)
            for merged in self.ranges
            for row, column in merged.cells
            if (row, column) != (merged.min_row, merged.min_col)
        )

    @cached_property
    def edges(self) -> frozenset[Position]:
        """Return the positions on bordered edges of merged ranges, and the first position of each such range.

        A range has a border above and on the left if its first cell has, and below and on the right if its first or
        last cell has.
        """
        found: set[Position] = set()
        for merged in self.ranges:
            of_first = self._borders(merged.min_row, merged.min_col)
            of_last = self._borders(merged.max_row, merged.max_col) & {"right", "bottom"}
            for side in of_first | of_last:
                found.update([(merged.min_row, merged.min_col), *getattr(merged, side)])
        return frozenset(found)

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
        columns = range(min(first, column), max(last, right) + 1)
        if any((row, at) in self.below or self._is_framed(row, at) for at in columns):
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
        for column in range(first, last + 1):
            position = (row, column)
            if column not in self.hidden_columns and position not in self.beside:
                yield Written(column - first, self.texts.get(position, ""), self._where(position))

    def _where(self, position: Position) -> dict[str, str]:
        row, column = position
        return {"sheet": self.shown.title, "cell": f"{get_column_letter(column)}{row}"}
