"""Read workbooks (.xlsx, .xlsm; ECMA-376): every visible cell as it is shown, sheet by sheet."""

from jixiao.ingest.formats import archives
from jixiao.ingest.rendition import Rendition

NAME = "xlsx"
_WORKBOOK = "xl/workbook.xml"


def accepts(content: bytes) -> bool:
    """Return whether the content is a zip with a workbook in it."""
    return _WORKBOOK in archives.parts(content)


def read(content: bytes) -> Rendition:
    """Return the rows of every visible sheet. Raises UnreadableError."""
    from jixiao.ingest.readers.xlsx import reader  # noqa: PLC0415 - openpyxl is slow to import, and most files are text

    return reader.read(content)
