"""Recognise what the bytes of a file are: a format by its signature, or text in an encoding.

A format is recognised by the bytes of a file, its files if it is a zip, and its streams if it is a compound file.
signatures.toml lists the formats (IANA media types; PRONOM), with a way out for those that are not read.

The encodings are those of pages and tables in Chinese: UTF-8, GB18030 with GBK and GB2312, UTF-16, and one that a page
declares. A few bytes of a text may be broken: they become U+FFFD, which later stages keep out of facts. A text with
broken bytes is only taken if it has labels of forms, and at most one cell in a thousand characters is broken; then the
encoding is certain. Ideographs in UTF-8 within GB18030 count as broken.
"""

import codecs
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.roles.role import is_word
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.formats", "encodings.toml")
_ASSIGNED = {int(code, 16): char for code, char in _WORDING.meanings("assigned").items()}
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PER_CELL = 1_000  # characters of a text for each cell that may be broken
_FEWEST_LABELS = 3
_BETWEEN_CELLS = re.compile(r"[\t\r\n<>,;:：|│｜\"]")
# Ideographs in UTF-8, two or more, between ASCII.
_UTF_8_WITHIN = re.compile(rb"(?<![\x80-\xff])(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}(?![\x80-\xff])")
# Ways in which programs spoil text: the encoding in which it was read, and the one in which it was written.
_SPOILT = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8"))
_MOST_TRIED = 20_000  # characters by which a spoilt text is told


class Decoding(NamedTuple):
    """A decoded text and its encoding.

    `cut` is true if the last character is cut off, and `damaged` if other bytes are broken.
    """

    text: str
    encoding: str
    cut: bool
    damaged: bool = False


def decoding(content: bytes, declared: str | None = None) -> Decoding | None:
    """Return the decoding of a file's content; None for content in no known encoding.

    The encoding of a byte-order mark is the only one to try. Otherwise UTF-8 is tried before the `declared` encoding,
    since declarations are often wrong, and GB18030 last.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", declared, "gb18030"):
        ways = (_strict, _damaged)
        if encoding == "gb18030" and _UTF_8_WITHIN.search(content):
            ways = (_damaged, _strict)
        if encoding and (found := next(filter(None, (way(content, encoding) for way in ways)), None)):
            return found
    return None


def _strict(content: bytes, encoding: str) -> Decoding | None:
    with suppress(UnicodeDecodeError):
        return _decoded(content, encoding, "strict")
    return None


def _decoded(content: bytes, encoding: str, errors: str) -> Decoding:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    text = decoder.decode(content)
    if encoding == "gb18030" and re.search("[\ue000-\uf8ff]", text):
        text = text.translate(_ASSIGNED)
    # An incomplete last character stays in the decoder's state.
    return Decoding(text, encoding.removesuffix("-sig"), bool(decoder.getstate()[0]))


def _damaged(content: bytes, encoding: str) -> Decoding | None:
    """Return the decoding of a form with few broken cells; None for other content, and for UTF-16.

    The form must have labels. Broken bytes become U+FFFD.
    """
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
    """Return the line and the byte, both from 1, at which a text is first broken; None for any other content.

    Of UTF-8 and GB18030, the encoding counts by which more of the text can be decoded.
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
    """Raise UnreadableError for a form whose characters were lost when the file was saved in a wrong encoding.

    The error names both encodings and asks for the original file. Other texts pass.
    """
    text = "\n".join(texts)[:_MOST_TRIED]
    for read, written in _SPOILT:
        original = text.encode(read, "replace").decode(written, "replace")
        if _has_labels(_BETWEEN_CELLS.split(original)):
            raise UnreadableError(
                f"乱码：文件的原文是 {written.upper()}，曾被当作 {read.upper()} 打开后另存，请提供原来的文件",
                f"garbled: the text was in {written.upper()}, and was opened as {read.upper()} and saved again; please "
                "provide the original file",
            )


_NEAR = 8_192  # bytes from the start within which the fields of a mail's head stand

_WITHIN, _PDF_END = 1024, 4096  # bytes: other bytes may precede the header of a PDF (ISO 32000-1, H.3.4.1) or follow it


class Format(NamedTuple):
    """A file format: its name, and advice in Chinese and English for files that no reader accepts (or no advice).

    A file is in the format if it is a zip with the file `member`, an OLE compound file with the bytes `stream`, or has
    one of the bytes in `starts` at the offset `at`; only the first of these that is given counts.
    """

    name: str
    zh: str = ""
    en: str = ""
    starts: tuple[bytes, ...] = ()
    at: int = 0
    member: str = ""
    stream: bytes = b""

    def fits(self, content: bytes) -> bool:
        """Return whether the content is in this format, by its bytes."""
        if self.member:
            return self.member in archives.parts(content)
        if self.stream:
            return content.startswith(b"\xd0\xcf\x11\xe0") and self.stream in content
        return bool(self.starts) and content.startswith(self.starts, self.at)

    def unread(self) -> UnreadableError:
        """Return the error for a file in this format that no reader accepts."""
        return UnreadableError(
            f"尚不能读取的格式：{self.name}。{self.zh}", f"a format that is not read yet: {self.name}; {self.en}"
        )


def _format(entry: dict[str, Any]) -> Format:
    starts = tuple(map(bytes.fromhex, entry.get("starts", ())))
    return Format(**entry | {"starts": starts, "stream": entry.get("stream", "").encode("utf-16-le")})


FORMATS = tuple(map(_format, Wording("jixiao.ingest.formats", "signatures.toml").tables["formats"]))
_BY_NAME = {each.name: each for each in FORMATS}


def format_of(content: bytes) -> Format | None:
    """Return the format that the content indicates; None for text or unknown bytes.

    JSON counts as a format, since the keys and values of data about filings read like the lines of one, and so does a
    page saved as mail, whose text is encoded.
    """
    if pdf_header(content) is not None:
        return _BY_NAME["PDF"]
    if found := next((each for each in FORMATS if each.fits(content)), None):
        return found
    if is_mhtml(content):
        return _BY_NAME["MHTML"]
    return _BY_NAME["JSON"] if _is_json(content) else None


def is_mhtml(content: bytes) -> bool:
    """Return whether the content is a web page saved as a mail with several parts (RFC 2557)."""
    near = content[:_NEAR].lower()
    return (
        b"mime-version:" in near
        and b"multipart/related" in near
        and re.match(rb"\s*[a-z][a-z-]{1,70}:[^\n]*\n", near, flags=re.IGNORECASE) is not None
    )


def pdf_header(content: bytes) -> int | None:
    """Return the offset at which the header of a PDF begins, None if the content is no PDF.

    Transport may have added bytes before the header, such as the header lines of a message; text that only names such a
    header lacks the end of a PDF.
    """
    at = content.find(b"%PDF-", 0, _WITHIN)
    begins = not content[: max(at, 0)].strip(b"\x00\t\n\r \xef\xbb\xbf")
    return at if at >= 0 and (begins or b"startxref" in content[-_PDF_END:]) else None


def _is_json(content: bytes) -> bool:
    if content.lstrip()[:1] not in (b"{", b"["):
        return False
    with suppress(ValueError, RecursionError):
        json.loads(content)
        return True
    return False
