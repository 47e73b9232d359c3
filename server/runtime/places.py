"""Find the page that contains a given line of a source file, and the address at which the site shows the line.

Tables on pages link thousands of lines of many files, so each file's table of pages (about a hundred numbers) is read
once and kept. A source without pages, such as a CSV file, is shown in parts of LINES_A_PART lines.
"""

from bisect import bisect_right
from itertools import groupby

from jixiao.server.editions.protocols import Publication
from jixiao.server.runtime.service import Service
from jixiao.store import SourceMissingError, SourceRecord, StoreError, bounded_cache

LINES_A_PART = 300
"""Number of lines that are shown together of a source without pages: less than 100 kB of HTML."""

PAGED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/tiff"})
"""The media types of files that have pages."""


class Places:
    """Pages and addresses of the lines of a store's sources. Safe to share between threads."""

    def __init__(self, store: Publication, root_path: str) -> None:
        self._store = store
        self._root_path = root_path
        self._tables: bounded_cache.BoundedCache[tuple[list[int], list[int]]] = bounded_cache.BoundedCache(
            4096
        )  # sources

    def page(self, source: str, line: int) -> int | None:
        """Return the page of a line, None if the source has no pages; `source` is its sha16 or its IRI."""
        try:
            record = self._store.source(source.rpartition("/")[2])
            if record.media_type not in PAGED:
                return None
            starts, pages = self._tables.get_or_make((record.sha256, record.revision), lambda: self._table(record))
        except (SourceMissingError, StoreError):
            return None
        at = bisect_right(starts, line)
        return pages[at - 1] if at else None

    def href(self, source: str, line: int, page: int | None = None) -> str:
        """Return the address of a line; `source` is its sha16 or IRI, and `page` the line's page if it is known."""
        part = page or self.page(source, line) or (line - 1) // LINES_A_PART + 1
        return f"{self._root_path}{address(source.rpartition('/')[2], part)}#L{line}"

    def _table(self, record: SourceRecord) -> tuple[list[int], list[int]]:
        """Return the lines of a source that begin a page, in order, and the numbers of these pages."""
        by_page = groupby(self._store.rendition(record.sha16)["lines"], lambda line: line.get("page"))
        firsts = [next(lines) for page, lines in by_page if page is not None]
        return [line["n"] for line in firsts], [line["page"] for line in firsts]


def address(sha16: str, part: int) -> str:
    """Return the address of a part of a source; the first part is at the source's own address."""
    return f"/source/{sha16}" + (f"?page={part}" if part > 1 else "")


def places(service: Service) -> Places:
    """Return the places of a running server."""
    return service.own(Places, lambda: Places(service.store, service.settings.root_path))
