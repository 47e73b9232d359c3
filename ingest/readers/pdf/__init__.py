"""Read PDF files: the glyphs and rules of each page, or those recognised in its picture, as paragraphs and tables."""

from jixiao.ingest.recognition import Recognition
from jixiao.ingest.rendition import Rendition

NAME = "pdf"
# A PDF's head may stand behind some bytes of transport (ISO 32000-1, annex H.3.4.1).
_HEAD_WITHIN = 1024


def accepts(content: bytes) -> bool:
    """Return whether the content begins like a PDF."""
    return b"%PDF-" in content[:_HEAD_WITHIN] and content.lstrip(b"\x00\t\n\r \xef\xbb\xbf")[:1] == b"%"


def read(content: bytes) -> Rendition:
    """Return paragraphs and rows in reading order. Raises UnreadableError for broken and encrypted files."""
    from jixiao.ingest.readers.pdf import reader  # noqa: PLC0415 - pdfminer is slow to import, and most files are text

    return reader.read(content)


def read_again(content: bytes, recognition: Recognition) -> Rendition:
    """Return the rendition with the text that was recognised before on pages that are pictures."""
    from jixiao.ingest.readers.pdf import reader  # noqa: PLC0415 - pdfminer is slow to import, and most files are text

    return reader.read(content, recognition)
