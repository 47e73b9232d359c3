"""Recognise formats by the bytes of a file, its files if it is a zip, and its streams if it is a compound file.

signatures.toml lists the formats (IANA media types; PRONOM), with a way out for those that are not read.
"""

import json
import re
from contextlib import suppress
from typing import Any, NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ontology.text.wording import Wording

_COMPOUND = b"\xd0\xcf\x11\xe0"
_NEAR = 8_192  # bytes from the start within which the fields of a mail's head stand
_HEAD = re.compile(rb"\s*[a-z][a-z-]{1,70}:[^\n]*\n", re.IGNORECASE)

_WITHIN, _PDF_END = 1024, 4096  # bytes: other bytes may precede the header of a PDF (ISO 32000-1, H.3.4.1) or follow it


class Format(NamedTuple):
    """A format: its name, and in Chinese and English what to do with a file of it, nothing if there is a reader."""

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
            return content.startswith(_COMPOUND) and self.stream in content
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
    return b"mime-version:" in near and b"multipart/related" in near and _HEAD.match(near) is not None


def pdf_header(content: bytes) -> int | None:
    """Return where the header of a PDF begins, None if there is none.

    Transport may have added bytes before it, such as the header lines of a message; text that only names such a header
    lacks the end of a PDF.
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
