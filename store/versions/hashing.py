"""Hash named graphs in a thread while other work goes on: Oxigraph writes graphs without Python's lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from pyoxigraph import NamedNode, Store

from jixiao.store.versions import checksum
from jixiao.store.versions.checksum import SetHash


class Hashing:
    """The set hash of a graph store in the making; made by `hashing`."""

    def __init__(self, graph: Store, thread: ThreadPoolExecutor) -> None:
        self._graph, self._thread = graph, thread
        self._found = SetHash()
        self._taken: set[NamedNode] = set()
        self.stopped = False

    def begin(self, names: Sequence[NamedNode]) -> None:
        """Begin to hash graphs, which must not change any more."""
        self._thread.submit(self._take, names)

    def finish(self) -> Future[SetHash]:
        """Hash all other graphs; the future gives the set hash of all."""
        return self._thread.submit(self._rest)

    def _take(self, names: Iterable[NamedNode]) -> None:
        for name in names:
            if self.stopped:
                return
            checksum.count(self._graph, name, self._found.add)
            self._taken.add(name)

    def _rest(self) -> SetHash:
        # A list, since another thread than this must not end Oxigraph's iterator.
        names = [name for name in self._graph.named_graphs() if isinstance(name, NamedNode)]
        self._take(name for name in names if name not in self._taken)
        return self._found


@contextmanager
def hashing(graph: Store) -> Iterator[Hashing]:
    """Hash the named graphs of a store during the block; if the block fails, the work ends with the graph at hand."""
    with ThreadPoolExecutor(1) as thread:
        found = Hashing(graph, thread)
        try:
            yield found
        finally:
            found.stopped = True
