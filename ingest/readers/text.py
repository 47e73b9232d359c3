"""Plain text: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030.

Two ways of writing a table are read. Tab-separated: a line is a row. One cell a line: a leading tab opens a cell, a
line without one goes on in it, an empty line ends the row. Anything else is a paragraph.
"""

import codecs
import unicodedata
from collections.abc import Iterator

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.rendition import Cell, Line, Rendition, Row
from jixiao.ingest.signatures import format_of

NAME = "text"
MEDIA_TYPE = "text/plain"
# Text has line breaks, tabs and form feeds; other control characters mark a binary file.
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\ufeff")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


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
    lines = tuple(Line(number, line) for number, line in enumerate(texts, 1))
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
