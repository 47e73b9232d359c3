"""Read plain text: UTF-8 with or without a byte-order mark, UTF-16 with one, GB18030; text_tables.py finds tables."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import text_tables
from jixiao.ingest.formats.signatures import format_of, marked_encoding
from jixiao.ingest.rendition import Line, Rendition

NAME = "text"
MEDIA_TYPE = "text/plain"
_MOST_CELLS = 2_000  # per row; no form is as wide
# Text has line breaks, tabs and form feeds; other control characters mark a binary file.
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v\ufeff")


class Decoded(NamedTuple):
    """A text: its lines without form feeds, its encoding, and whether its last character is torn."""

    lines: tuple[str, ...]
    encoding: str
    cut: bool

    @property
    def text(self) -> str:
        """The lines, separated by line breaks."""
        return "\n".join(self.lines)


def accepts(content: bytes) -> bool:
    """Return whether the bytes decode to text, and do not begin like a file of another format."""
    return format_of(content) is None and decoded(content) is not None


def read(content: bytes) -> Rendition:
    """Return the text's own lines, and the rows that stand on them. Raises UnreadableError."""
    found = decoded(content)
    if found is None:
        raise UnreadableError("不是文本", "not text")
    wide = next((number for number, line in enumerate(found.lines, 1) if line.count("\t") > _MOST_CELLS), None)
    if wide:
        raise UnreadableError(
            f"第 {wide} 行超过 {_MOST_CELLS:,} 格", f"line {wide} has more than {_MOST_CELLS:,} cells"
        )
    lines = tuple(Line(number, line) for number, line in enumerate(found.lines, 1))
    cut = found.cut or text_tables.ends_in_a_row(lines)
    return Rendition(MEDIA_TYPE, found.encoding, lines, tuple(text_tables.rows(lines)), cut)


@lru_cache(maxsize=1)  # several readers look at the same file
def decoded(content: bytes) -> Decoded | None:
    """Return the text of a content, or None for content that is not text."""
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
            return Decoded(_lines(text), "utf-8" if encoding == "utf-8-sig" else encoding, cut)
    return None


def _is_plausible(text: str) -> bool:
    odd = {char for char in set(text) - _ALLOWED_CONTROLS if unicodedata.category(char) in {"Cc", "Cn", "Co"}}
    return not odd or ("\x00" not in odd and sum(char in odd for char in text) * 200 <= len(text))


def _lines(text: str) -> tuple[str, ...]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(line.replace("\f", "") for line in (lines if lines[-1] else lines[:-1]))
