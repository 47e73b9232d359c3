"""Recognise formats by the first bytes of a file (IANA media types; PRONOM)."""

import json
from contextlib import suppress

SIGNATURES = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "docx / xlsx / zip",
    b"\xd0\xcf\x11\xe0": "doc / xls",
    b"{\\rtf": "RTF",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
}
# Bytes 4 to 11 of pictures in ISO media files; the first four bytes are a length. WebP has its name at bytes 8 to 11.
_BRANDS = {
    b"ftypheic": "HEIC",
    b"ftypheix": "HEIC",
    b"ftypmif1": "HEIF",
    b"ftypmsf1": "HEIF",
    b"ftypavif": "AVIF",
}
_WEBP = (b"RIFF", b"WEBP")

_WITHIN, _PDF_END = 1024, 4096  # bytes: other bytes may precede the header of a PDF (ISO 32000-1, H.3.4.1) or follow it


def format_of(content: bytes) -> str | None:
    """Return the name of the format that the content's first bytes indicate; None for text or unknown bytes.

    JSON counts as a format, since the keys and values of data about filings read like the lines of one.
    """
    if (content[:4], content[8:12]) == _WEBP:
        return "WebP"
    if pdf_header(content) is not None:
        return SIGNATURES[b"%PDF"]
    known = next((name for start, name in SIGNATURES.items() if content.startswith(start)), None)
    return known or _BRANDS.get(content[4:12]) or ("JSON" if _is_json(content) else None)


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
