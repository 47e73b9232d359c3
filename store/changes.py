"""The quads that a commit adds and removes, kept as a file in the generation to compare versions (design, part 5)."""

import gzip
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, serialize

from jixiao.store import files

FILE = "changes.gz"
_DEFAULT = DefaultGraph()


@dataclass(frozen=True)
class Changes:
    """The net change of a commit: the quads gained and lost, in the named graphs and in the default graph."""

    added: frozenset[Quad]
    removed: frozenset[Quad]

    @cached_property
    def merged(self) -> frozenset[Quad]:
        """The gained and lost quads of the default graph."""
        return frozenset(quad for quad in self.added | self.removed if quad.graph_name == _DEFAULT)

    @cached_property
    def names(self) -> frozenset[NamedNode]:
        """The named graphs with gained or lost quads."""
        graphs = {quad.graph_name for quad in self.added | self.removed}
        return frozenset(name for name in graphs if isinstance(name, NamedNode))

    def things(self, properties: Container[str] | None = None) -> frozenset[str]:
        """Return the IRIs of the subjects of all gained or lost quads of the default graph.

        With `properties` (IRIs), only subjects of quads with one of these properties are returned.
        """
        quads = (quad for quad in self.merged if properties is None or quad.predicate.value in properties)
        return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))


def write(directory: Path, changes: Changes) -> None:
    """Write a change to the file changes.gz in a generation's `directory`. May raise OSError.

    The file has sorted N-Quads lines; `+ ` precedes an added and `- ` a removed quad.
    """
    signed = [(line, b"+ ") for line in _lines(changes.added)] + [(line, b"- ") for line in _lines(changes.removed)]
    content = b"".join(sign + line for line, sign in sorted(signed))
    files.write(directory / FILE, gzip.compress(content, mtime=0))


def read(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a sign and an N-Quads line for each quad in the file changes.gz of the generation at `path`.

    The sign is 1 for an added and -1 for a removed quad; pairs are sorted by line. May raise OSError, EOFError and
    gzip.BadGzipFile.
    """
    with gzip.open(path / FILE) as lines:
        for line in lines:
            yield (1 if line.startswith(b"+") else -1), line[2:]


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
