"""Find the exact line of a source that a hit quotes; the graph has only the first line of a goal or narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ontology.text import folding
from jixiao.server.editions.protocols import Publication
from jixiao.store import Found, Hit, StoreError
from jixiao.store.bounded_cache import BoundedCache

_KEPT = 64  # sources whose lines stay in memory
_FURTHER = 400  # lines after the first that are searched
_SURE = 6  # letters that a line must have to be found within a longer quotation

_Lines = Sequence[tuple[int, str, int | None]]
"""Number, text and page of each line."""


class QuotedLines:
    """Lines of the sources of a store. Safe to share between threads."""

    def __init__(self, store: Publication) -> None:
        self._store = store
        self._kept: BoundedCache[_Lines] = BoundedCache(_KEPT)

    def exact(self, found: Found) -> Found:
        """Return what was found with the lines of the quotations."""
        groups = tuple(replace(group, hits=tuple(map(self._exact, group.hits))) for group in found.groups)
        return replace(found, groups=groups)

    def _exact(self, hit: Hit) -> Hit:
        quoted = folding.bare(hit.quoted)
        if not quoted or hit.source is None or hit.line is None:
            return hit
        for number, text, page in self._from(hit.source.rpartition("/")[2], hit.line):
            bare = folding.bare(text)
            if quoted in bare or (len(bare) >= _SURE and bare in quoted and self._matches(hit, text)):
                return replace(hit, line=number, page=page)
        return hit

    def _matches(self, hit: Hit, text: str) -> bool:
        """Tell if a line has one of the hit's marks, to choose among the printed lines of one quotation."""
        marked = [folding.bare(piece) for piece, is_match in hit.snippet.pieces if is_match]
        return any(each in folding.bare(text) for each in marked)

    def _from(self, sha16: str, first: int) -> _Lines:
        try:
            record = self._store.source(sha16)
            lines = self._kept.get_or_make((record.sha256, record.revision), lambda: self._lines(sha16))
        except StoreError:
            return ()
        start = next((place for place, (number, _, _) in enumerate(lines) if number >= first), len(lines))
        return lines[start : start + _FURTHER]

    def _lines(self, sha16: str) -> _Lines:
        lines: Sequence[Mapping[str, Any]] = self._store.rendition(sha16)["lines"]
        return [(line["n"], line["text"], line["page"]) for line in lines]
