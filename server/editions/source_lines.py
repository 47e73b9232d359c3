"""Find the page, the cell, the text and the address of a line of a source.

A source is shown in parts: a part is a page of the file, or LINES_A_PART lines of a file without pages. Tables on pages
link thousands of lines of many files, so each file's table of pages (about a hundred numbers) is read once and kept.
"""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import groupby

from jixiao.ontology.text import spreadsheets
from jixiao.server.editions import renditions
from jixiao.server.editions.protocols import Publication
from jixiao.store import SourceMissingError, SourceRecord, StoreError, bounded_cache

LINES_A_PART = 200
"""Number of lines that are shown together of a source without pages: less than 100 kB of HTML."""

CELLED = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/csv",
    }
)
"""The media types of spreadsheets, whose lines people know by their cells."""


class SourceLines:
    """Pages and addresses of the lines of a store's sources. Safe to share between threads."""

    def __init__(self, store: Publication, root_path: str) -> None:
        self._store = store
        self._root_path = root_path
        # By source: 4,096 of them stay in memory.
        self._tables: bounded_cache.BoundedCache[tuple[list[int], list[int]]] = bounded_cache.BoundedCache(4096)
        self._cells: bounded_cache.BoundedCache[Mapping[int, str]] = bounded_cache.BoundedCache(64)
        self._texts: bounded_cache.BoundedCache[Mapping[int, str]] = bounded_cache.BoundedCache(8)

    def page(self, source: str, line: int) -> int | None:
        """Return the page of a line, None if the source has no pages; `source` is its sha16 or its IRI."""
        try:
            record = self._store.source(source.rpartition("/")[2])
            if record.media_type not in renditions.PAGED:
                return None
            starts, pages = self._tables.get_or_make((record.sha256, record.revision), lambda: self._table(record))
        except (SourceMissingError, StoreError):
            return None
        at = bisect_right(starts, line)
        return pages[at - 1] if at else None

    def cells(self, source: str) -> Mapping[int, str]:
        """Return the cell of each line of a spreadsheet, by line; none for other sources."""
        try:
            record = self._store.source(source.rpartition("/")[2])
            if record.media_type not in CELLED:
                return {}
            return self._cells.get_or_make(
                (record.sha256, record.revision), lambda: spreadsheets.cells(self._store.rendition(record.sha16))
            )
        except (SourceMissingError, StoreError):
            return {}

    def text(self, source: str, line: int) -> str:
        """Return the text of a line; empty for an unknown source or line."""
        try:
            record = self._store.source(source.rpartition("/")[2])
            texts = self._texts.get_or_make((record.sha256, record.revision), lambda: self._text(record))
        except (SourceMissingError, StoreError):
            return ""
        return texts.get(line, "")

    def href(self, source: str, line: int, page: int | None = None) -> str:
        """Return the address of a line; `source` is its sha16 or IRI, and `page` the line's page if it is known."""
        part = page or self.page(source, line) or (line - 1) // LINES_A_PART + 1
        return f"{self._root_path}{address(source.rpartition('/')[2], part)}#L{line}"

    def _text(self, record: SourceRecord) -> Mapping[int, str]:
        return {line["n"]: line["text"] for line in self._store.rendition(record.sha16)["lines"]}

    def _table(self, record: SourceRecord) -> tuple[list[int], list[int]]:
        """Return the numbers of the lines with which the pages of a source begin, in order, and the pages' numbers."""
        by_page = groupby(self._store.rendition(record.sha16)["lines"], lambda line: line.get("page"))
        firsts = [next(lines) for page, lines in by_page if page is not None]
        return [line["n"] for line in firsts], [line["page"] for line in firsts]


def address(sha16: str, part: int) -> str:
    """Return the address of a part of a source; the first part is at the source's own address."""
    return f"/source/{sha16}" + (f"?page={part}" if part > 1 else "")
