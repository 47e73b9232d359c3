"""Read PDF files: the glyphs and rules of each page, or those recognised in its picture, as paragraphs and tables.

reader.py       the paragraphs and rows of all pages
pages.py        the glyphs and rules of a page, or those recognised in its picture
operators.py    the operators that paint a page; annotations.py paints what lies on it
painting.py     what they paint: glyphs, rules and areas
covering.py     the glyphs and rules that are not seen, as something painted later covers them
over_edges.py   the cells of texts that run over the edges of cells
paragraphs.py   lines and paragraphs of glyphs
laid_over.py    watermarks, stamps and sideways remarks, which belong to no cell
cut_rows.py     rows and labels that page breaks cut, rejoined
objects.py      objects of a PDF, of which none is trusted to have its type, and the files that it carries along

A *glyph* is a character as painted, a *rule* a straight printed line. Positions are points (1/72 inch) from the top
left of the page. The *text layer* is the text that a PDF itself stores for a page; a *scan* is a page whose text must
be recognised in its picture.
"""

import re

from jixiao.ingest.formats.content import pdf_header
from jixiao.ingest.recognition import Recognition
from jixiao.ingest.rendition import Rendition

SIGNS = re.compile(rb"%pdf-")


def accepts(content: bytes) -> bool:
    """Return whether the content is a PDF, which other bytes may precede."""
    return pdf_header(content) is not None


def read(content: bytes, recognition: Recognition | None = None) -> Rendition:
    """Return the paragraphs and rows in reading order, with an earlier recognition of the pages that are pictures.

    Without one, these pages are recognised. Raises UnreadableError for broken and encrypted files.
    """
    from jixiao.ingest.readers.pdf import reader  # noqa: PLC0415 - pdfminer is slow to import, and most files are text

    return reader.read(content, recognition)


read_again = read
