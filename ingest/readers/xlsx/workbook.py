"""Parse the parts of a workbook that are read: its visible sheets, its texts, and the styles of its cells.

Elements and attributes (ECMA-376 part 1, chapter 18) are found by local name, because the standard's strict form has
other namespaces. What is not read is not looked at, such as document properties, names, filters, and settings of pages
and views; of what is read, a value that the standard does not allow counts as not given. Nothing odd in such places
refuses a workbook, since spreadsheet programs open it, too.
"""

import math
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from lxml import etree
from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.cell_range import CellRange

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.rendering import MOST_CELLS, WORDING, Run
from jixiao.ingest.formats.word_xml import attribute, child, is_on, local, val
from jixiao.ingest.recognition import UNREAD
from jixiao.ontology.steps import Step, reached

TOO_LARGE = f"工作簿过大（超过 {MOST_CELLS:,} 个单元格）", f"the workbook has more than {MOST_CELLS:,} cells"
LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576  # the numbers of the last ones that a sheet can have in this format
_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
# Parts that the pattern above cannot search are refused: other encodings than UTF-8, and XML with entities.
_OTHER_ENCODING = re.compile(
    rb"""\xff\xfe|\xfe\xff|<\x00|\x00<|(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""",
    re.IGNORECASE,
)
_MOST_STYLES = 65_536  # of each kind; spreadsheet programs allow no more
_USUAL_PARTS = {"styles": "xl/styles.xml", "sharedstrings": "xl/sharedstrings.xml"}
_ON = frozenset({"1", "true", "on"})
_WHITE_THEME, _WHITE_INDEXES = "0", ("1", "9")  # the theme's first colour is that of paper
# Elements that give backgrounds to cells, other than their own fills.
_BACKING = ("conditionalFormatting", "tablePart", "picture")

Position = tuple[int, int]  # row and column of a cell, from 1


PLAIN = Run("")


class Style(NamedTuple):
    """The number format, look, background, bordered sides and wrapping that a cell has.

    The look is a run without text, which is unseen if its colour is white.
    """

    code: str = "General"
    look: Run = PLAIN
    bare: bool = True
    sides: frozenset[str] = frozenset()
    wraps: bool = False


Pieces = tuple[tuple[str, Run | None], ...]
"""A text in several fonts: each piece with its look, None for the look of the cell."""
Value = str | bool | float | date | time | timedelta | Pieces | None


class Cell(NamedTuple):
    """A cell as it is stored: its value, its formula (empty if it has none), and its style."""

    value: Value
    formula: str
    style: Style


class Columns(NamedTuple):
    """Columns of one width, which is 0 if they are not shown, and None if it is not given."""

    numbers: range
    width: float | None


class Sheet(NamedTuple):
    """A visible sheet: its cells by position, and the rows, columns and ranges of which the sheet says something.

    `backing` has the names of elements that may give backgrounds to its cells.
    """

    title: str
    cells: dict[Position, Cell]
    merged: list[CellRange]
    columns: list[Columns]
    hidden_rows: set[int]
    backing: set[str]


class Workbook:
    """A workbook by the `parts` of its file, which are named in small letters: its visible sheets and its hidden ones.

    Raises UnreadableError for a workbook that must not be opened.
    """

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """Parse the sheets. `hidden` and `missing` have the titles of those that are hidden or lack a part."""
        self._parts = parts
        self._room = MOST_CELLS
        self._names = dict(_USUAL_PARTS)  # of parts, by their kind and by the identifier of their relationship
        for _, relation in self._elements("xl/_rels/workbook.xml.rels", "Relationship"):
            target = relation.get("Target", "").replace("\\", "/")
            name = archives.part_name(posixpath.normpath(posixpath.join("/xl", target)))
            kind = relation.get("Type", "").rpartition("/")[2].lower()
            self._names |= {kind: name, relation.get("Id", ""): name}
        self._epoch = CALENDAR_WINDOWS_1900
        self.hidden: list[str] = []
        self.missing: list[str] = []
        self.sheets: list[Sheet] = []
        for _, element in self._elements("xl/workbook.xml", "workbookPr", "sheet"):
            if local(element) == "sheet":
                self._take(element)
            elif _is_on(element, "date1904"):
                self._epoch = CALENDAR_MAC_1904

    def _take(self, listed: etree._Element) -> None:
        title, state = listed.get("name", ""), listed.get("state", "")
        part = self._names.get(attribute(listed, "id") or "", "")
        if state.lower() in {"hidden", "veryhidden"}:
            self.hidden.append(title)
        elif part not in self._parts:
            self.missing.append(title)
        else:
            self.sheets.append(self._sheet(title, part))

    def _elements(self, part: str, *names: str) -> Iterator[tuple[str, etree._Element]]:
        """Yield the local name of its parent, and the element, for each element of a part with some local names.

        An element is whole when it comes, and is emptied when the next one is asked for. Raises UnreadableError for a
        part that declares a document type, or has another encoding than UTF-8.
        """
        xml = self._parts.get(part, b"<none/>")
        if _OTHER_ENCODING.match(xml) or b"<!DOCTYPE" in xml:
            raise UnreadableError("工作簿含有不允许的 XML 声明", "the workbook holds XML that is not allowed")
        tags = [f"{{*}}{name}" for name in names]
        for _, element in etree.iterparse(
            BytesIO(xml), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            parent = element.getparent()
            yield "" if parent is None else local(parent), element
            element.clear()
            while parent is not None and parent[0] is not element:
                del parent[0]

    @cached_property
    def _strings(self) -> dict[str, str | Pieces]:
        """The texts that cells share, by number."""
        items = self._elements(self._names["sharedstrings"], "si")
        return {str(number): _string(item) for number, (_, item) in enumerate(items)}

    @cached_property
    def _styles(self) -> dict[str, Style]:
        """The styles to which cells refer, by number."""
        made: dict[str, dict[str, Any]] = defaultdict(dict)
        for parent, element in self._elements(self._names["styles"], "numFmt", "font", "fill", "border", "xf"):
            if parent in _MAKERS and len(made[parent]) < _MOST_STYLES:
                number = element.get("numFmtId") if parent == "numFmts" else str(len(made[parent]))
                made[parent][number or ""] = _MAKERS[parent](element)
        styles = {}
        for number, (code, font, fill, border, wraps) in made["cellXfs"].items():
            styles[number] = Style(
                made["numFmts"].get(code) or builtin_format_code(int(_number(code) or 0)) or "General",
                made["fonts"].get(font, PLAIN),
                made["fills"].get(fill, True),
                made["borders"].get(border, frozenset()),
                wraps,
            )
        return styles

    def _sheet(self, title: str, part: str) -> Sheet:
        reached(Step.SHEET, len(self.sheets) + 1)
        self._take_room(sum(1 for _ in _CELL.finditer(self._parts[part])))
        sheet = Sheet(title, {}, [], [], set(), set())
        merged: list[CellRange] = []
        number = 0
        for parent, element in self._elements(part, "row", "col", "mergeCell", *_BACKING):
            match parent, local(element):
                case "sheetData", "row":
                    number = int(_number(element.get("r")) or number + 1)
                    if _extent(element, "ht") == 0:
                        sheet.hidden_rows.add(number)
                    self._row(element, number, sheet.cells)
                case "cols", "col":
                    first = _number(element.get("min")) or 1
                    last = min(_number(element.get("max")) or first, LAST_COLUMN)
                    numbers = range(int(first), int(last) + 1)
                    sheet.columns.append(Columns(numbers, _extent(element, "width")))
                case "mergeCells", "mergeCell":
                    merged.extend(_ranges(element.get("ref", "")))
                case _, name if name in _BACKING:
                    sheet.backing.add(name)
        self._merge(merged, sheet)
        return sheet

    def _take_room(self, cells: int) -> None:
        self._room -= cells
        if self._room < 0:
            raise UnreadableError(*TOO_LARGE)

    def _merge(self, merged: Sequence[CellRange], sheet: Sheet) -> None:
        """Add merged ranges to a sheet, each as if it ended with the rows and columns that something else uses.

        A range counts for as many cells as it then covers, since it may be written down to row 1,048,576. Raises
        UnreadableError for too many of them.
        """
        used = [*sheet.cells, *((cells.min_row, cells.min_col) for cells in merged)]
        last_row, last_column = max((row for row, _ in used), default=1), max((column for _, column in used), default=1)
        for cells in merged:
            cells.max_row, cells.max_col = min(cells.max_row, last_row), min(cells.max_col, last_column)
            self._take_room(math.prod(cells.size.values()))
            sheet.merged.append(cells)

    def _row(self, row: etree._Element, number: int, cells: dict[Position, Cell]) -> None:
        column = 0
        for element in row.iterchildren("{*}c"):
            reference = element.get("r")
            number, column = coordinate_to_tuple(reference) if reference else (number, column + 1)
            style = self._styles.get(element.get("s", "0")) or self._styles.get("0") or Style()
            formula = child(element, "f")
            # A formula that cells share is stored in the first of these cells.
            written = "" if formula is None else f"={formula.text or UNREAD}"
            shows_picture = WORDING.patterns.pictures.search(written) is not None
            value = UNREAD if shows_picture else self._value(element, style.code)
            cells[number, column] = Cell(value, written, style)

    def _value(self, cell: etree._Element, code: str) -> Value:
        """Return the value of a cell; None if it has none, and an empty text if that is what its formula gives.

        `code` is the cell's number format.
        """
        kind, stored, inline = cell.get("t", "n"), child(cell, "v"), child(cell, "is")
        if kind == "inlineStr":
            return None if inline is None else _string(inline)
        text = "" if stored is None else stored.text or ""
        if not text:
            return "" if kind == "str" else None
        value: Value = UNREAD if kind == "n" and is_date_format(code) else unescape(text)
        try:
            match kind:
                case "s":
                    value = self._strings.get(text.strip(), UNREAD)
                case "n":
                    value = self._figure(text, code)
                case "b":
                    value = text.lower() in _ON
                case "d":
                    value = from_ISO8601(text)  # type: ignore[no-untyped-call]
                case "e" if cell.get("vm"):
                    value = UNREAD  # a picture, or another value that is no text
        except (OverflowError, ValueError):
            pass  # as it is stored, or unread if it is no date
        return value

    def _figure(self, text: str, code: str) -> Value:
        """Return the number or time that a text states. Raises OverflowError, ValueError."""
        number = float(text) if re.search("[.eE]", text) else int(text)
        if not math.isfinite(number):
            raise ValueError(text)
        if not is_date_format(code):
            return number
        moment: Value = from_excel(number, self._epoch, timedelta=is_timedelta_format(code))
        return moment


def _ranges(reference: str) -> Iterator[CellRange]:
    """Yield the range that a reference names, such as A1:C3, 1:2 or A:B; nothing for a reference of another form."""
    with suppress(TypeError, ValueError):
        left, top, right, bottom = range_boundaries(reference or "?")
        yield CellRange(min_col=left or 1, min_row=top or 1, max_col=right or LAST_COLUMN, max_row=bottom or _LAST_ROW)


def _number(text: str | None) -> float | None:
    matched = re.fullmatch(r"-?\d{1,9}(?:\.\d+)?", text or "")
    return float(matched[0]) if matched else None


def _is_on(element: etree._Element, name: str) -> bool:
    return element.get(name, "").lower() in _ON


def _extent(element: etree._Element, size: str) -> float | None:
    """Return the size of a row or column, an attribute with this name; 0 if it is hidden."""
    return 0.0 if _is_on(element, "hidden") else _number(element.get(size))


def _string(item: etree._Element) -> str | Pieces:
    """Return a text of cells, in pieces if a piece has a font of its own. Phonetic guides are left out."""
    pieces: list[tuple[str, Run | None]] = []
    for part in item.iterchildren("{*}t", "{*}r"):
        properties = child(part, "rPr")
        text = "".join(written.text or "" for written in part.iter("{*}t"))
        pieces.append((unescape(text), None if properties is None else _look(properties)))
    return tuple(pieces) if any(look for _, look in pieces) else "".join(text for text, _ in pieces)


def _look(font: etree._Element) -> Run:
    side = val(child(font, "vertAlign"))
    name = val(child(font, "rFont")) or val(child(font, "name")) or ""
    struck, white = is_on(child(font, "strike")), _is_white(child(font, "color"))
    return Run("", side == "superscript", side == "subscript", struck, white).within(name)


def _is_white(colour: etree._Element | None) -> bool:
    if colour is None or _number(colour.get("tint")):
        return False
    if colour.get("theme") == _WHITE_THEME or colour.get("indexed") in _WHITE_INDEXES:
        return True
    return colour.get("rgb", "")[-6:].upper() == "FFFFFF"


def _is_bare(fill: etree._Element) -> bool:
    """Return whether a fill gives no background, or a white one."""
    pattern = child(fill, "patternFill")
    if pattern is None:
        return child(fill, "gradientFill") is None
    kind = pattern.get("patternType", "none")
    return kind == "none" or (kind == "solid" and _is_white(child(pattern, "fgColor")))


def _sides(border: etree._Element) -> frozenset[str]:
    """Return the sides on which a border has a line."""
    return frozenset(local(side) for side in border if side.get("style") not in {None, "none"})


def _form(element: etree._Element) -> tuple[str, str, str, str, bool]:
    """Return the numbers of a cell style's number format, font, fill and border, and whether texts wrap."""
    code, font, fill, border = (element.get(f"{name}Id", "") for name in ("numFmt", "font", "fill", "border"))
    alignment = child(element, "alignment")
    return code, font, fill, border, alignment is not None and _is_on(alignment, "wrapText")


_MAKERS: Mapping[str, Callable[[etree._Element], Any]] = {
    "numFmts": lambda element: element.get("formatCode"),
    "fonts": _look,
    "fills": _is_bare,
    "borders": _sides,
    "cellXfs": _form,
}
