"""Make a segment of an index in a child process, while the caller counts and hashes the same lines.

The child reads a checkpoint of the graph, and the N-Triples lines that the caller sends to it. If the caller ends
before the last line, the child ends without making a segment.
"""

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
_LAST = b"\n"  # message that ends the lines: an empty line, which sorted N-Triples never contain


@dataclass
class Made:
    """The numbers of rows and units of a segment; they are set when the child process has made it."""

    rows: int = 0
    units: int = 0


@contextmanager
def segment(path: Path, entries: Entries) -> Iterator[tuple[Listener, Made]]:
    """Make the segment at `path` from lines of the default graph, which the block must pass to the yielded listener.

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
    """Make a segment at `path` from a graph and the lines received; send the numbers of its rows and units back."""
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
