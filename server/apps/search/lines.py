"""Find the exact line of a source that a hit quotes; the graph has only the first line of a goal or narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ontology.text import folding
from jixiao.server.editions.protocols import Publication
from jixiao.store import Found, Hit, StoreError
from jixiao.store.bounded_cache import BoundedCache

_FURTHER = 400  # lines that are searched, from the first line of the goal or narrative
_SURE = 6  # least letters of a line that counts as a part of a longer quotation; shorter lines occur anywhere

_Lines = Sequence[tuple[int, str, int | None]]
"""Number, text and page of each line."""


class QuotedLines:
    """Finder of quoted lines in a store's sources, whose lines it keeps. Safe to share between threads."""

    def __init__(self, store: Publication) -> None:
        self._store = store
        self._kept: BoundedCache[_Lines] = BoundedCache(64)  # sources whose lines stay in memory

    def exact(self, found: Found) -> Found:
        """Return the result of a search, with the exact line of its quotation in each hit."""
        groups = tuple(replace(group, hits=tuple(map(self._exact, group.hits))) for group in found.groups)
        return replace(found, groups=groups)

    def _exact(self, hit: Hit) -> Hit:
        """Return a hit with the number and page of the line that it quotes, unchanged if the line is not found.

        This is the first line that contains the quotation, or is a part of it with one of the hit's marked words.
        """
        quoted = folding.bare(hit.quoted)
        if not quoted or hit.source is None or hit.line is None:
            return hit
        marked = [folding.bare(piece) for piece, is_match in hit.snippet.pieces if is_match]
        following = [line for line in self._lines(hit.source.rpartition("/")[2]) if line[0] >= hit.line]
        for number, text, page in following[:_FURTHER]:
            bare = folding.bare(text)
            is_part = len(bare) >= _SURE and bare in quoted and any(each in bare for each in marked)
            if quoted in bare or is_part:
                return replace(hit, line=number, page=page)
        return hit

    def _lines(self, sha16: str) -> _Lines:
        def read() -> _Lines:
            lines: Sequence[Mapping[str, Any]] = self._store.rendition(sha16)["lines"]
            return [(line["n"], line["text"], line["page"]) for line in lines]

        try:
            record = self._store.source(sha16)
            return self._kept.get_or_make((record.sha256, record.revision), read)
        except StoreError:
            return ()
