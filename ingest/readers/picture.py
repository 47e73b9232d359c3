"""Read pictures of filings (scans and photographs in PNG, JPEG and TIFF) by recognising their text."""

import re

from jixiao.ingest.recognition import Recognition, extra
from jixiao.ingest.rendition import Rendition
from jixiao.ingest.scan import recognising

SIGNS = re.compile(rb"\A(?:\x89png|\xff\xd8\xff|ii\*|mm\*)")


def media_type(content: bytes) -> str | None:
    """Return the media type of a PNG, JPEG or TIFF by its first bytes; None for any other content."""
    return next((name for start, name in extra.PICTURES.items() if content.startswith(start)), None)


def accepts(content: bytes) -> bool:
    """Return whether the content is a PNG, JPEG or TIFF."""
    return media_type(content) is not None


def read(content: bytes) -> Rendition:
    """Return the rendition of a picture's recognised text.

    Raises UnreadableError for a broken or too large picture, and if the extra for recognition is not installed.
    """
    if not extra.is_installed():
        raise extra.missing()
    return read_again(content, recognising.recognised(content))


def read_again(content: bytes, recognition: Recognition) -> Rendition:
    """Return the rendition from an earlier recognition of the picture."""
    from jixiao.ingest.readers.pdf import reader  # noqa: PLC0415 - pdfminer is slow to import, and most files are text

    return reader.of_pictures(recognition, media_type(content) or "")
