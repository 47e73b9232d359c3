"""Read workbooks (.xlsx, .xlsm; ECMA-376): the visible cells of each visible sheet, as they are displayed.

workbook.py  the parts of the file that are read: cells, merged ranges, styles
reader.py    the rows of the sheets
texts.py     the text of a cell, by its number format and fonts
"""

from jixiao.ingest.formats import archives
from jixiao.ingest.rendition import Rendition

SIGNS = archives.SIGNS


def accepts(content: bytes) -> bool:
    """Return whether the content is a zip that holds a workbook."""
    return "xl/workbook.xml" in archives.parts(content)


def read(content: bytes) -> Rendition:
    """Return the rows of all visible sheets. Raises UnreadableError."""
    from jixiao.ingest.readers.xlsx import reader  # noqa: PLC0415 - openpyxl is slow to import, and most files are text

    return reader.read(content)
