"""The net change of a commit, and its file beside the generation, by which versions are compared (design, part 5)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from jixiao.store import files

FILE = "changes.gz"
_DEFAULT = DefaultGraph()


@dataclass(frozen=True)
class Changes:
    """The quads that a graph gained and lost, in named graphs and in the default graph."""

    added: frozenset[Quad]
    removed: frozenset[Quad]

    @cached_property
    def merged(self) -> frozenset[Quad]:
        """The quads of the default graph among them."""
        return frozenset(quad for quad in self.added | self.removed if quad.graph_name == _DEFAULT)

    @cached_property
    def names(self) -> frozenset[NamedNode]:
        """The named graphs that differ."""
        graphs = {quad.graph_name for quad in self.added | self.removed}
        return frozenset(name for name in graphs if isinstance(name, NamedNode))

    @cached_property
    def things(self) -> frozenset[str]:
        """The IRIs of all subjects about which the default graph says something else."""
        return frozenset(quad.subject.value for quad in self.merged if isinstance(quad.subject, NamedNode))


def write(directory: Path, changes: Changes) -> None:
    """Write the change as sorted N-Quads, each line behind a plus or minus sign and a blank. May raise OSError."""
    signed = [(line, b"+ ") for line in _lines(changes.added)] + [(line, b"- ") for line in _lines(changes.removed)]
    content = b"".join(sign + line for line, sign in sorted(signed))
    files.write(directory / FILE, gzip.compress(content, mtime=0))


def read(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give 1 or -1 and the line of each quad that a generation's directory tells to be added or removed, sorted.

    May raise OSError, EOFError and gzip.BadGzipFile.
    """
    with gzip.open(path / FILE) as lines:
        for line in lines:
            yield (1 if line.startswith(b"+") else -1), line[2:]


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
