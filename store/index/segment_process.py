"""Make a segment in a child process, while the caller counts and hashes the same lines.

The process reads a checkpoint of the graph, and N-Triples lines that it is sent. It ends without a segment if its
caller ends before the last line.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store as Graph

from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.store.index.entries import Entries
from jixiao.store.index.gathering import Gathering, Listener
from jixiao.store.index.segments import Segment

_PROGRAM = "jixiao.store.index.segment_process:make"
_LIMITS = Limits(network=True)  # in a user namespace, root could not write into the stores of others
_LAST = b"\n"  # no line of N-Triples is empty


@dataclass
class Made:
    """The numbers of a segment's rows and units, once it is made."""

    rows: int = 0
    units: int = 0


@contextmanager
def segment(path: Path, entries: Entries) -> Iterator[tuple[Listener, Made]]:
    """Make the segment at `path` of the lines of the default graph that the block passes to the listener it is given.

    Raises ChildProcessError, in the listener or at the end of the block, if the process fails. May raise OSError.
    """
    checkpoint = path.with_suffix(".graph")
    entries.graph.backup(str(checkpoint))
    made = Made()
    with closing(Child(_PROGRAM, str(path), str(checkpoint), entries.base_iri, limits=_LIMITS)) as child:
        try:
            yield lambda lines: child.send(b"".join(lines)), made
            child.send(_LAST)
            made.rows, made.units = json.loads(child.receive())
        except EndedError as error:
            raise ChildProcessError(f"索引未作成 the index was not made: {error}") from error
    shutil.rmtree(checkpoint)


def make(channel: Channel, path: str, graph: str, base_iri: str) -> None:
    """Make a segment at a path, of a graph with that base IRI and the lines that are sent; send its rows and units."""
    made = Segment(Path(path))
    try:
        gathering = Gathering(Entries(Graph.read_only(graph), base_iri), made.stage)
        while (lines := channel.receive()) != _LAST:
            gathering.add(io.BytesIO(lines).readlines())
        gathering.end()
        made.finish()
    finally:
        made.close()
    channel.send(json.dumps([made.rows, made.units]).encode())
