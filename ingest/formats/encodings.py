"""Decode text, of which a few bytes may be broken: broken bytes become U+FFFD, which later stages keep out of facts.

The encodings are those of pages and tables in Chinese: UTF-8, GB18030 with GBK and GB2312, UTF-16, and one that a page
declares. A text with broken bytes is only taken if it has labels of forms, and at most one cell in a thousand
characters is broken; then the encoding is certain. Ideographs in UTF-8 within GB18030 count as broken.
"""

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.roles.role import is_word
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.formats", "encodings.toml")
_ASSIGNED = {int(code, 16): char for code, char in _WORDING.meanings("assigned").items()}
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NEAR = 65_536  # bytes from the start that tell UTF-16 by its zeros
_MOSTLY_ZERO = 4  # times as many zeros in every other byte as in the bytes between
_PER_CELL = 1_000  # characters of a text for each cell that may be broken
_FEWEST_LABELS = 3
_BETWEEN_CELLS = re.compile(r"[\t\r\n<>,;:：|│｜\"]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Ideographs in UTF-8, two or more, between ASCII.
_UTF_8_WITHIN = re.compile(rb"(?<![\x80-\xff])(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}(?![\x80-\xff])")
# Ways in which programs spoil text: the encoding in which it was read, and the one in which it was written.
_SPOILT = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8"))
_MOST_TRIED = 20_000  # characters by which a spoilt text is told


class Decoding(NamedTuple):
    """A decoded text, its encoding, and whether its last character is cut off, or other bytes are broken."""

    text: str
    encoding: str
    cut: bool
    damaged: bool = False


def decoding(content: bytes, declared: str | None = None) -> Decoding | None:
    """Return the decoding of a file's content; None for content in no known encoding.

    The encoding of a byte-order mark, or of zeros in every other byte, is the only one to try. Otherwise UTF-8 is tried
    before the `declared` encoding, since declarations are often wrong, and GB18030 last.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    certain = marked or _by_zeros(content[:_NEAR])
    for encoding in (certain,) if certain else ("utf-8", declared, "gb18030"):
        ways = (_strict, _damaged)
        if encoding == "gb18030" and _UTF_8_WITHIN.search(content):
            ways = (_damaged, _strict)
        if encoding and (found := next(filter(None, (way(content, encoding) for way in ways)), None)):
            return found
    return None


def _by_zeros(near: bytes) -> str | None:
    """Return the order of bytes of UTF-16, whose ASCII characters have zeros in every other byte; None for other bytes.

    Few other characters have a zero, such as 一.
    """
    if b"\0" not in near:
        return None
    first, second = (near[start::2].count(0) for start in (0, 1))
    if max(first, second) < _MOSTLY_ZERO * max(min(first, second), 1):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _strict(content: bytes, encoding: str) -> Decoding | None:
    with suppress(UnicodeDecodeError):
        return _decoded(content, encoding, "strict")
    return None


def _decoded(content: bytes, encoding: str, errors: str) -> Decoding:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    text = decoder.decode(content)
    if encoding == "gb18030" and _PRIVATE.search(text):
        text = text.translate(_ASSIGNED)
    # An incomplete last character stays in the decoder's state.
    return Decoding(text, encoding.removesuffix("-sig"), bool(decoder.getstate()[0]))


def _damaged(content: bytes, encoding: str) -> Decoding | None:
    """Return the decoding of a form with few broken cells; None for other content."""
    if encoding.startswith("utf-16"):
        return None
    if encoding == "gb18030":
        content = _UTF_8_WITHIN.sub(b"\xff", content)
    found = _decoded(content, encoding, "replace")
    if "\0" in found.text or found.text.count(UNREAD) * 2 > len(found.text):
        return None
    cells = _BETWEEN_CELLS.split(found.text)
    few = sum(UNREAD in cell for cell in cells) <= max(1, len(found.text) // _PER_CELL)
    return found._replace(damaged=True) if few and _has_labels(cells) else None


def _has_labels(cells: Iterable[str]) -> bool:
    return sum(1 for cell in set(map(str.strip, cells)) if cell and is_word(cell)) >= _FEWEST_LABELS


def first_broken(content: bytes) -> tuple[int, int] | None:
    """Return the line and the byte, both from 1, at which a text in UTF-8 or GB18030 is broken; None for other content.

    It is the place in the encoding by which more of the text can be decoded.
    """
    if b"\0" in content:
        return None
    places = []
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            places.append((content.decode(encoding, "replace").count(UNREAD), error.start))
    start = min(places)[1] if len(places) == 2 else None
    return None if start is None else (content.count(b"\n", 0, start) + 1, start + 1)


def check_spoilt(texts: Iterable[str]) -> None:
    """Raise UnreadableError for a form that was saved after it had been decoded wrongly, so that its words are lost."""
    text = "\n".join(texts)[:_MOST_TRIED]
    for read, written in _SPOILT:
        original = text.encode(read, "replace").decode(written, "replace")
        if _has_labels(_BETWEEN_CELLS.split(original)):
            raise UnreadableError(
                f"乱码：文件的原文是 {written.upper()}，曾被当作 {read.upper()} 打开后另存，请提供原来的文件",
                f"garbled: the text was in {written.upper()}, and was opened as {read.upper()} and saved again; please "
                "provide the original file",
            )
