"""What files begin with, so that a format that no reader takes can be named (IANA media types; PRONOM)."""

SIGNATURES = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "docx / xlsx / zip",
    b"\xd0\xcf\x11\xe0": "doc / xls",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
}


def format_of(content: bytes) -> str | None:
    """The name of the format that the content begins like; None for text and what is unknown."""
    return next((name for start, name in SIGNATURES.items() if content.startswith(start)), None)
