"""Make statistics, lists of members and the checksum of a finished graph in one pass over its ordered lines.

Each of them needs the lines in order, and ordering them is most of the work.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store, Triple, parse

from jixiao.ontology import terms
from jixiao.store.versions import members, nquads, version_record
from jixiao.store.versions.checksum import Digests, SetHash
from jixiao.store.versions.counting import Counting

_BLOCK = 4096  # lines
_TYPE = f"<{terms.RDF_type}>".encode()
_SOURCE = f"<{terms.SourceDocument}> .\n".encode()

Listener = Callable[[Triple], None]


def survey(  # noqa: PLR0913, PLR0917 - what a generation is made of
    graph: Store,
    directory: Path,
    base_iri: str,
    live: Set[str],
    scratch: Path,
    listener: Listener | None = None,
) -> SetHash:
    """Write statistics and lists into a generation's directory; return the hash of its named graphs.

    `base_iri` is the store's, `live` are the IRIs of its live sources. The `listener` is called with each triple of the
    default graph in the order of lines. Memory is bounded but for the digests of graphs; temporary files below
    `scratch` are as large as the N-Quads, for some time twice as large. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        counting, digests = Counting(base_iri, Path(folder)), Digests()
        with _Lists(Path(folder), live) as lists:
            _pass(nquads.ordered(graph, Path(folder)), counting, digests, lists, listener)
        version_record.write_statistics(directory, counting.statistics())
        members.write(directory, {class_iri: nquads.in_order(path) for class_iri, path in lists.paths.items()})
    return digests.set_hash()


def _pass(
    lines: Iterator[bytes], counting: Counting, digests: Digests, lists: _Lists, listener: Listener | None
) -> None:
    """Give each line of a named graph to the digests, and each of the default graph to the others."""
    while block := list(islice(lines, _BLOCK)):
        ours = []
        for line in block:
            subject, predicate, rest = line.split(b" ", 2)
            if nquads.is_default(rest):
                counting.add(subject, predicate, rest)
                if predicate == _TYPE:
                    lists.add(subject, rest)
                ours.append(line)
            else:
                digests.add(line)
        if listener is not None:
            for quad in parse(b"".join(ours), RdfFormat.N_TRIPLES):
                listener(quad.triple)


class _Lists(ExitStack):
    """Files of the members of each listed class, in the order of lines, which differs slightly from that of IRIs."""

    def __init__(self, folder: Path, live: Set[str]) -> None:
        super().__init__()
        self.paths = {class_iri: folder / f"{number}.members" for number, class_iri in enumerate(members.CLASSES)}
        self._streams = {
            f"<{class_iri}> .\n".encode(): self.enter_context(path.open("wb")) for class_iri, path in self.paths.items()
        }
        self._live = live

    def add(self, subject: bytes, rest: bytes) -> None:
        """Add a subject by its class, both as they stand in a line."""
        stream = self._streams.get(rest)
        if stream is not None and (rest != _SOURCE or subject[1:-1].decode() in self._live):
            stream.write(subject[1:-1] + b"\n")
