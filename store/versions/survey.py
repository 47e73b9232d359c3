"""Make checksum, statistics, lists of members and dumps of a finished graph in one pass over its ordered lines.

Each of them needs the lines in order, and ordering them is most of the work.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, Store, Triple, parse, serialize

from jixiao.ontology import terms
from jixiao.store.versions import dumps, members, nquads, version_record
from jixiao.store.versions.counting import Counting
from jixiao.store.versions.dumps import Packing

_BLOCK = 4096  # lines
_TYPE = f"<{terms.RDF_type}>".encode()
_SOURCE = f"<{terms.SourceDocument}> .\n".encode()


def survey(  # noqa: PLR0913, PLR0917 - what a generation is made of
    graph: Store,
    directory: Path,
    base_iri: str,
    live: Set[str],
    scratch: Path,
    listener: Callable[[Triple], None] | None = None,
) -> str:
    """Write statistics, lists and dumps into a generation's directory; return the checksum, `sha256:` and hex digits.

    `base_iri` is the store's, `live` are the IRIs of its live sources. The `listener` is called with each triple of the
    default graph in the order of lines. Memory is bounded; temporary files below
    `scratch` are as large as the N-Quads, for some time twice as large. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        counting = Counting(base_iri, Path(folder))
        with (
            _Lists(Path(folder), live) as lists,
            Packing(directory / dumps.N_QUADS, RdfFormat.N_QUADS.media_type) as quads,
            Packing(directory / dumps.TURTLE, RdfFormat.TURTLE.media_type) as turtle,
        ):
            merge = _merge(nquads.ordered(graph, Path(folder)), quads, counting, lists)
            # serialize() calls only write() and flush(), which Packing has.
            serialize(
                merge if listener is None else _heard(merge, listener),
                cast(IO[bytes], turtle),
                RdfFormat.TURTLE,
                prefixes=terms.PREFIXES,
            )
        version_record.write_statistics(directory, counting.statistics())
        members.write(directory, {class_iri: nquads.in_order(path) for class_iri, path in lists.paths.items()})
        version_record.write_dumps(directory, [quads.done(), turtle.done()])
    return f"sha256:{quads.content_sha256}"


def _merge(lines: Iterator[bytes], quads: Packing, counting: Counting, lists: _Lists) -> Iterator[Triple]:
    """Pass each line to the dump, the counter and the lists; give the triples of the default graph in order."""
    while block := list(islice(lines, _BLOCK)):
        quads.write(b"".join(block))
        ours = []
        for line in block:
            subject, predicate, rest = line.split(b" ", 2)
            if nquads.is_default(rest):
                counting.add(subject, predicate, rest)
                if predicate == _TYPE:
                    lists.add(subject, rest)
                ours.append(line)
        yield from (quad.triple for quad in parse(b"".join(ours), RdfFormat.N_TRIPLES))


def _heard(triples: Iterator[Triple], listener: Callable[[Triple], None]) -> Iterator[Triple]:
    for triple in triples:
        listener(triple)
        yield triple


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
