"""Make a segment in a process of its own, while the caller counts and hashes the same lines.

The process reads a checkpoint of the graph, and N-Triples lines through a pipe. It ends without a segment if the pipe
ends before the last line, since its caller is gone then.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import IO, cast

from pyoxigraph import Store as Graph

from jixiao.store.index.entries import Entries
from jixiao.store.index.gathering import Gathering, Listener
from jixiao.store.index.segments import Segment

_START = "from jixiao.store.index.apart import main; main()"
_LAST = b"\n"  # no line of N-Triples is empty
_AT_ONCE = 1 << 20  # bytes


class Apart:
    """A segment in the making; `rows` and `units` are its numbers afterwards."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self._pipe = process, cast(IO[bytes], process.stdin)
        self.rows = self.units = 0

    def add(self, lines: list[bytes]) -> None:
        """Pass N-Triples lines of the default graph on. Raises ChildProcessError if the process failed."""
        try:
            self._pipe.write(b"".join(lines))
        except BrokenPipeError:
            self.end()

    def end(self) -> None:
        """Wait for the process. Raises ChildProcessError if it failed."""
        out, complaint = self._process.communicate(_LAST)
        if self._process.returncode or not out:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise ChildProcessError(f"索引未作成 the index was not made: {last or self._process.returncode}")
        self.rows, self.units = json.loads(out)


@contextmanager
def segment(path: Path, entries: Entries) -> Iterator[tuple[Listener, Apart]]:
    """Make the segment at `path` of the lines that the block passes to the listener it is given. May raise OSError."""
    checkpoint = path.with_suffix(".graph")
    entries.graph.backup(str(checkpoint))
    # -P keeps modules of the working directory out.
    command = [sys.executable, "-P", "-c", _START, str(path), str(checkpoint), entries.base_iri]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:  # noqa: S603 - our own interpreter
        try:
            made = Apart(process)
            yield made.add, made
            made.end()
        finally:
            process.kill()
    shutil.rmtree(checkpoint)


def main() -> None:
    """Make the segment at the path that comes first on the command line, of the graph and base IRI that follow it."""
    path, graph, base_iri = sys.argv[1:]
    made = Segment(Path(path))
    try:
        gathering = Gathering(Entries(Graph.read_only(graph), base_iri), made.stage)
        while (lines := sys.stdin.buffer.readlines(_AT_ONCE)) and lines[-1] != _LAST:
            gathering.add(lines)
        if not lines:
            sys.exit("the lines are incomplete")
        gathering.add(lines[:-1])
        gathering.end()
        made.finish()
    finally:
        made.close()
    sys.stdout.write(json.dumps([made.rows, made.units]))
