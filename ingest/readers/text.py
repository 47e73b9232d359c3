"""Plain text: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030.

Four ways of writing a table are read. Tab-separated: a line is a row. One cell a line: a leading tab opens a cell, a
line without one goes on in it, an empty line ends the row. In a file without such lines also: cells between bars, and
cells with two blanks or more between them, where their columns are their distances from the left edge. Anything else is
a paragraph.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.rendition import Cell, Line, Rendition, Row
from jixiao.ingest.signatures import format_of

NAME = "text"
MEDIA_TYPE = "text/plain"
_MOST_CELLS = 2_000  # in a row: no form is as wide
# Text has line breaks, tabs and form feeds; other control characters mark a binary file.
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\ufeff")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


_BARS = re.compile(r"[|│┃｜]")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_RULER = re.compile(r"[-—–_=|│┃｜+:·.─━┌┐└┘├┤┬┴┼ \u3000]*")
# So many lines of a file must look like rows before bars or blanks are taken for the edges of cells.
_FEWEST_ROWS = 3


def accepts(content: bytes) -> bool:
    """Whether the bytes decode to text, and do not begin like a file of another format."""
    return format_of(content) is None and _decoded(content) is not None


def read(content: bytes) -> Rendition:
    """The text's own lines, and the rows that stand on them. Raises UnreadableError."""
    decoded = _decoded(content)
    if decoded is None:
        raise UnreadableError("不是文本", "not text")
    text, encoding, cut = decoded
    texts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if texts and not texts[-1]:
        texts.pop()
    wide = next((number for number, line in enumerate(texts, 1) if line.count("\t") > _MOST_CELLS), None)
    if wide:
        raise UnreadableError(
            f"第 {wide} 行超过 {_MOST_CELLS:,} 格", f"line {wide} has more than {_MOST_CELLS:,} cells"
        )
    lines = tuple(Line(number, line.replace("\f", "")) for number, line in enumerate(texts, 1))
    return Rendition(MEDIA_TYPE, encoding, lines, tuple(_rows(lines)), cut)


def _decoded(content: bytes) -> tuple[str, str, bool] | None:
    """Text, encoding, and whether the last character is torn; None where it is no text."""
    bom = next((name for mark, name in _BOMS.items() if content.startswith(mark)), None)
    for encoding in (bom,) if bom else ("utf-8", "gb18030"):
        try:
            text, cut = content.decode(encoding), False
        except UnicodeDecodeError as error:
            # A torn last character is a file cut off, not another encoding: GB18030 would decode it to nonsense.
            if error.reason not in {"unexpected end of data", "incomplete multibyte sequence", "truncated data"}:
                continue
            if error.start < len(content) - 4:
                continue
            text, cut = content[: error.start].decode(encoding), True
        if _plausible(text):
            return text, "utf-8" if encoding == "utf-8-sig" else encoding, cut
    return None


def _plausible(text: str) -> bool:
    odd = sum(1 for char in text if char not in _ALLOWED_CONTROLS and unicodedata.category(char) in {"Cc", "Cn", "Co"})
    return "\x00" not in text and odd * 200 <= len(text)


def _rows(lines: tuple[Line, ...]) -> Iterator[Row]:
    if not any("\t" in line.text for line in lines):
        for pieces in (_between_bars, _between_gaps):
            found = [pieces(line.text) for line in lines]
            if sum(len(row) > 1 for row in found) >= _FEWEST_ROWS and any(len(row) > 2 for row in found):
                return _aligned(lines, found)
    return _tabbed(lines)


def _between_bars(text: str) -> list[tuple[int, str]]:
    """The cells between bars with their columns; none where there is no bar, or nothing but a ruler."""
    cells = _BARS.split(text.strip())
    if len(cells) < 2 or _RULER.fullmatch(text):
        return []
    first = 0 if cells[0].strip() else 1
    last = len(cells) if cells[-1].strip() or len(cells) - first < 2 else len(cells) - 1
    return [(column, cell.strip()) for column, cell in enumerate(cells[first:last])]


def _between_gaps(text: str) -> list[tuple[int, str]]:
    """The cells between gaps with their distances from the left edge, a wide character counting twice."""
    body = text.rstrip()
    if _RULER.fullmatch(body):
        return []
    start = len(body) - len(body.lstrip())
    cells: list[tuple[int, str]] = []
    for gap in _GAP.finditer(body, start):
        cells.append((_width(body[:start]), body[start : gap.start()]))
        start = gap.end()
    cells.append((_width(body[:start]), body[start:]))
    # Characters set apart are one word: 项  目  名  称.
    return cells if any(len(cell) > 1 for _, cell in cells) else []


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _aligned(lines: tuple[Line, ...], found: list[list[tuple[int, str]]]) -> Iterator[Row]:
    """Rows of cells whose columns are known; a lone cell below another goes on in it."""
    row: dict[int, list[tuple[int, str]]] = {}
    for line, pieces in zip(lines, found, strict=True):
        if len(pieces) == 1 and len(row) > 1 and pieces[0][0] in row and pieces[0][0] > 0:
            row[pieces[0][0]].append((line.number, pieces[0][1]))
            continue
        if row:
            yield _placed(row)
        row = {column: [(line.number, cell)] for column, cell in pieces} if len(pieces) > 1 else {}
        if not row and line.text.strip():
            yield _row([[(line.number, line.text)]])
    if row:
        yield _placed(row)


def _placed(row: dict[int, list[tuple[int, str]]]) -> Row:
    return Row(tuple(Cell(tuple(parts), column) for column, parts in row.items()))


def _tabbed(lines: tuple[Line, ...]) -> Iterator[Row]:
    cells: list[list[tuple[int, str]]] = []  # the cells of a row that is written one cell a line
    for line in lines:
        text = line.text.replace("\f", "")
        blank, inner_tab = not text.strip(" \u3000\xa0"), "\t" in text[1:]
        if cells and (blank or inner_tab):
            yield _row(cells)
            cells = []
        if blank:
            continue
        if inner_tab:
            yield _row([[(line.number, cell)] for cell in text.split("\t")])
        elif text.startswith("\t"):
            cells.append([(line.number, text[1:])])
        elif cells:
            cells[-1].append((line.number, text))
        else:
            yield _row([[(line.number, text)]])
    if cells:
        yield _row(cells)


def _row(cells: list[list[tuple[int, str]]]) -> Row:
    return Row(tuple(Cell(tuple(parts), column) for column, parts in enumerate(cells)))
