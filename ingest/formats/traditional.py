"""Rewrite pages in traditional characters in simplified ones, which forms, names and titles officially use.

Mirrors convert pages of the mainland, and some add the reading of a character in brackets: 依據(jù). The lines of the
rendition stay as they are; what is read from its cells is written in simplified characters, so that a body or document
is the same from either page.
"""

from collections.abc import Iterable
from dataclasses import replace

from jixiao.ingest.rendition import Rendition, Row
from jixiao.ontology.text import folding
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.formats", "traditional.toml")
_TRADITIONAL, _READING = map(_WORDING.pattern, ("traditional", "reading"))


def are_traditional(texts: Iterable[str]) -> bool:
    """Return whether texts have a word of filings in traditional characters."""
    return any(map(_TRADITIONAL.search, texts))


def simplified(text: str) -> str:
    """Return a text in simplified characters, without readings in brackets behind characters."""
    return folding.simplified(_READING.sub("", text))


def with_simplified_cells(rendition: Rendition) -> Rendition:
    """Return a rendition with its cells in simplified characters if they have a word in traditional ones."""
    if not are_traditional(cell.text for row in rendition.rows for cell in row.cells):
        return rendition
    rows = (
        Row(
            tuple(
                replace(cell, parts=tuple((line, simplified(text)) for line, text in cell.parts)) for cell in row.cells
            ),
            row.withheld,
        )
        for row in rendition.rows
    )
    return replace(rendition, rows=tuple(rows))
