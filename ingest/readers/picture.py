"""Read pictures of filings: scans and photographs as PNG, JPEG and TIFF, whose text is recognised."""

from jixiao.ingest.recognition import Recognition, extra, recognising
from jixiao.ingest.rendition import Rendition

NAME = "picture"
_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


def media_type(content: bytes) -> str | None:
    """Return the media type of a picture; None for anything else."""
    return next((name for start, name in _TYPES.items() if content.startswith(start)), None)


def accepts(content: bytes) -> bool:
    """Return whether the content begins like a picture."""
    return media_type(content) is not None


def read(content: bytes) -> Rendition:
    """Return what is recognised in the picture. Raises UnreadableError for one that is broken, or too large."""
    if not extra.is_installed():
        raise extra.missing()
    return read_again(content, recognising.recognised(content))


def read_again(content: bytes, recognition: Recognition) -> Rendition:
    """Return the rendition of what was recognised before."""
    from jixiao.ingest.readers.pdf import reader  # noqa: PLC0415 - pdfminer is slow to import, and most files are text

    return reader.of_pictures(recognition, media_type(content) or "")
