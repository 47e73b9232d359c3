"""Make statistics and set hash of a finished graph, and tell its default graph line by line, in order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from jixiao.store.records import Statistics
from jixiao.store.versions import nquads
from jixiao.store.versions.checksum import SetHash
from jixiao.store.versions.counting import Counting
from jixiao.store.versions.hashing import Hashing
from jixiao.store.versions.hashing import hashing as in_thread

Listener = Callable[[list[bytes]], None]
"""A function of N-Triples lines; all of the default graph are passed to it in lists, sorted by bytes."""


@dataclass(frozen=True)
class Surveyed:
    """Results of one pass over a graph: statistics of the default graph, the number of all quads, and the set hash."""

    statistics: Statistics
    quads: int
    set_hash: SetHash


def survey(
    graph: Store, base_iri: str, scratch: Path, listener: Listener | None = None, hashing: Hashing | None = None
) -> Surveyed:
    """Survey a graph, and pass its default graph to the `listener`.

    `hashing` may have hashed some of the named graphs already. `base_iri` is the store's. Memory is bounded; temporary
    files below `scratch` are as large as the default graph's N-Triples, for some time twice as large. May raise
    OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder, ExitStack() as stack:
        set_hash = (hashing or stack.enter_context(in_thread(graph))).finish()
        counting = Counting(base_iri, Path(folder))
        for block in nquads.blocks(nquads.merged(graph, Path(folder))):
            for line in block:
                counting.add(*line.split(b" ", 2))
            if listener is not None:
                listener(block)
        return Surveyed(counting.statistics(), len(graph), set_hash.result())


def tell(graph: Store, listener: Listener, scratch: Path) -> None:
    """Pass a default graph to the listener. May raise OSError."""
    for block in nquads.blocks(nquads.merged(graph, scratch)):
        listener(block)
