"""A graph store in, its N-Quads in code point order out, and their checksum.

Lines are sorted in runs of bounded size and merged, so a large store needs disk, not memory (W3C RDF 1.1 N-Quads).
"""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pyoxigraph import RdfFormat, Store

RUN_BYTES = 64 * 1024 * 1024


def ordered(graph: Store, scratch: Path | None = None, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """Yields every quad as a line, sorted by bytes, which is code point order in UTF-8 and what `LC_ALL=C sort` gives.

    Temporary files go below `scratch`, else where the system keeps them. May raise OSError.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=scratch)))
        graph.dump(folder / "all", RdfFormat.N_QUADS)
        runs = []
        with (folder / "all").open("rb") as lines:
            while run := sorted(lines.readlines(run_bytes)):
                part = stack.enter_context(tempfile.TemporaryFile(dir=folder))
                part.writelines(run)
                part.seek(0)
                runs.append(part)
        yield from heapq.merge(*runs)


def checksum(graph: Store, scratch: Path | None = None) -> str:
    """The SHA-256 of the ordered N-Quads, as `sha256:` and hex digits."""
    digest = hashlib.sha256()
    for line in ordered(graph, scratch):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"
