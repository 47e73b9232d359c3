"""Write a graph store as N-Quads in code point order, and compute their checksum.

Lines are sorted in runs of bounded size and merged, so a large store needs disk, not memory. Oxigraph writes each quad
in the canonical form (RDF 1.2 N-Quads, section 4), and stores have no blank nodes: the ordered lines therefore are the
result of RDF Dataset Canonicalization (RDFC-1.0, section 4.4).
"""

from __future__ import annotations

import hashlib
import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

RUN_BYTES = 64 * 1024 * 1024
_BLOCK = 4096  # lines


def is_default(rest: bytes) -> bool:
    """Tell if the rest of a line, behind its predicate, names no graph."""
    if rest[-4:] != b"> .\n":
        return True
    # The last ` <` may stand within a literal, whose closing quotation mark then follows it.
    _, found, last = rest.rpartition(b" <")
    return not found or b'"' in last


def blocks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Yield lines in lists of bounded length, since parsers and compressors cost less for many lines at once."""
    while block := list(islice(lines, _BLOCK)):
        yield block


def ordered(graph: Store, scratch: Path | None = None, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """Give every quad as a line, sorted by bytes: in code point order, as by `LC_ALL=C sort`.

    Temporary files are below `scratch`, by default in the system's place for them. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        whole = Path(folder) / "all"
        graph.dump(whole, RdfFormat.N_QUADS)
        yield from in_order(whole, run_bytes)


def merged(graph: Store, scratch: Path | None = None, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """Give every triple of the default graph as a line, sorted by bytes as above. May raise OSError."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        whole = Path(folder) / "all"
        graph.dump(whole, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        yield from in_order(whole, run_bytes)


def in_order(path: Path, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """Give the lines of a file, sorted by bytes. The file is removed when it is read; temporary files stand beside it.

    May raise OSError.
    """
    with ExitStack() as stack:
        runs: list[Iterator[bytes]] = []
        with path.open("rb") as lines:
            while run := sorted(lines.readlines(run_bytes)):
                if not runs and not lines.peek(1):
                    runs.append(iter(run))
                    break
                part = stack.enter_context(tempfile.TemporaryFile(dir=path.parent))
                part.writelines(run)
                part.seek(0)
                runs.append(iter(part))
        path.unlink()
        yield from runs[0] if len(runs) == 1 else heapq.merge(*runs)


def checksum(graph: Store, scratch: Path | None = None) -> str:
    """Return the SHA-256 of the ordered N-Quads, as `sha256:` and hex digits."""
    digest = hashlib.sha256()
    for line in ordered(graph, scratch):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"
