"""Read plain text: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030; text_tables.py finds tables."""

import unicodedata

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import text_tables
from jixiao.ingest.formats.signatures import format_of, marked_encoding
from jixiao.ingest.rendition import Line, Rendition

NAME = "text"
MEDIA_TYPE = "text/plain"
_MOST_CELLS = 2_000  # per row; no form is as wide
# Text has line breaks, tabs and form feeds; other control characters mark a binary file.
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\ufeff")


def accepts(content: bytes) -> bool:
    """Return whether the bytes decode to text, and do not begin like a file of another format."""
    return format_of(content) is None and _decoded(content) is not None


def read(content: bytes) -> Rendition:
    """Return the text's own lines, and the rows that stand on them. Raises UnreadableError."""
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
    return Rendition(MEDIA_TYPE, encoding, lines, tuple(text_tables.rows(lines)), cut)


def _decoded(content: bytes) -> tuple[str, str, bool] | None:
    """Return text, encoding, and whether the last character is torn; None for content that is not text."""
    bom = marked_encoding(content)
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
        if _is_plausible(text):
            return text, "utf-8" if encoding == "utf-8-sig" else encoding, cut
    return None


def _is_plausible(text: str) -> bool:
    odd = sum(1 for char in text if char not in _ALLOWED_CONTROLS and unicodedata.category(char) in {"Cc", "Cn", "Co"})
    return "\x00" not in text and odd * 200 <= len(text)
