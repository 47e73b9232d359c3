"""Read plain text in UTF-8, GB18030 or UTF-16 (content.py); text_tables.py divides it into rows."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import text_tables
from jixiao.ingest.formats.content import Decoding, decoding, format_of
from jixiao.ingest.formats.rendering import are_traditional, check_size, simplified, without_pictures
from jixiao.ingest.rendition import Line, Rendition, Row
from jixiao.ingest.values.plain import CHARACTERS
from jixiao.ontology.steps import Step, reached

MEDIA_TYPE = "text/plain"
SIGNS = re.compile(b"")  # text has none
_MOST_CELLS = 2_000  # most cells of a row; no form is that wide
# Text has line breaks, tabs, form feeds and signs of the font Symbol; other such characters mark a binary file.
_ALLOWED = frozenset("\t\n\r\f\v\ufeff").union(CHARACTERS.meanings("single"))


def accepts(content: bytes) -> bool:
    """Return whether the bytes decode to text and have no signature of another format.

    Raises UnreadableError for more lines than any filing needs.
    """
    found = decoded(content) if format_of(content) is None else None
    check_size(found.text.count("\n") if found else 0)
    return found is not None


def read(content: bytes) -> Rendition:
    """Return the lines of the text, and the rows found in them. Raises UnreadableError."""
    found = decoded(content)
    if found is None:
        raise UnreadableError("不是文本", "not text")
    texts = without_pictures(found.text).removesuffix("\n").split("\n")
    wide = next((number for number, text in enumerate(texts, 1) if text.count("\t") > _MOST_CELLS), None)
    if wide:
        raise UnreadableError(
            f"第 {wide} 行超过 {_MOST_CELLS:,} 格", f"line {wide} has more than {_MOST_CELLS:,} cells"
        )
    # A vertical tab is Word's break of a line within a cell.
    lines = tuple(Line(number, text.replace("\v", "\n")) for number, text in enumerate(texts, 1))
    cut = found.cut or text_tables.ends_in_a_row(lines)
    # Lines are divided at words of forms, which are simplified.
    shown = tuple(line._replace(text=simplified(line.text)) for line in lines) if are_traditional(texts) else lines
    return Rendition(MEDIA_TYPE, found.encoding, lines, tuple(_counted(text_tables.rows(shown))), cut)


def _counted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows. Raises UnreadableError as soon as they have more cells than any filing needs."""
    cells = 0
    for row in rows:
        cells += len(row.cells)
        reached(Step.LINE, row.cells[0].parts[0][0] if row.cells else 0)
        check_size(cells)
        yield row


@lru_cache(maxsize=1)  # keeps one text, since several readers ask for that of the same file
def decoded(content: bytes) -> Decoding | None:
    """Return the decoded text of a file's content, with line feeds as line breaks; None if the content is not text."""
    found = decoding(content)
    if found is None:
        return None
    odd = {char for char in set(found.text) - _ALLOWED if unicodedata.category(char) in {"Cc", "Cn", "Co"}}
    if odd and not found.damaged and ("\0" in odd or sum(char in odd for char in found.text) * 200 > len(found.text)):
        return None
    return found._replace(text=found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", ""))
