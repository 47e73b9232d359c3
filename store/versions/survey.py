"""Make statistics and set hash of a finished graph in one pass over its ordered lines; tell its triples in order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store, Triple, parse

from jixiao.store.records import Statistics
from jixiao.store.versions import nquads
from jixiao.store.versions.checksum import Digests, SetHash
from jixiao.store.versions.counting import Counting

Listener = Callable[[Triple], None]


@dataclass(frozen=True)
class Surveyed:
    """Results of one pass over a graph: statistics of the default graph, the number of all quads, and the set hash."""

    statistics: Statistics
    quads: int
    set_hash: SetHash


def survey(graph: Store, base_iri: str, scratch: Path, listener: Listener | None = None) -> Surveyed:
    """Survey a graph; the `listener` is called with each triple of the default graph in the order of lines.

    `base_iri` is the store's. Memory is bounded; temporary files below `scratch` are as large as the N-Quads, for some
    time twice as large. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        counting = Counting(base_iri, Path(folder))
        digests = Digests()
        lines = 0
        for block in nquads.blocks(nquads.ordered(graph, Path(folder))):
            lines += len(block)
            ours = []
            for line in block:
                subject, predicate, rest = line.split(b" ", 2)
                if nquads.is_default(rest):
                    counting.add(subject, predicate, rest)
                    ours.append(line)
                else:
                    digests.add(line)
            if listener is not None:
                _tell(ours, listener)
        return Surveyed(counting.statistics(), lines, digests.set_hash())


def tell(graph: Store, listener: Listener, scratch: Path) -> None:
    """Call the listener with each triple of the default graph in the order of lines. May raise OSError."""
    for block in nquads.blocks(nquads.ordered(graph, scratch)):
        _tell([line for line in block if nquads.is_default(line.split(b" ", 2)[2])], listener)


def _tell(lines: list[bytes], listener: Listener) -> None:
    for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES):
        listener(quad.triple)
