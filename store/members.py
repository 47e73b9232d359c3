"""The things of each class that is listed in public: sorted IRIs in, any page of them out without a query.

A file a class holds one IRI a line; beside it stand their number and the offset of each hundredth, so that the last
page of a million costs what the first one does.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.store.errors import StoreUnusableError

CLASSES = (
    terms.Department,
    terms.LegalBasis,
    terms.Filing,
    terms.Project,
    terms.ProjectSeries,
    terms.SourceDocument,
)
"""The classes that have lists."""

_STEP = 100  # lines from one offset to the next
_NUMBER = struct.Struct("<Q")
_TYPE = NamedNode(terms.RDF_type)


def write(directory: Path, class_iri: str, iris: Iterable[bytes]) -> None:
    """Writes the list of one class; `iris` are sorted. May raise OSError."""
    directory.mkdir(exist_ok=True)
    lines, index = _files(directory, class_iri)
    offsets: list[int] = []
    count = position = 0
    with lines.open("wb") as stream:
        for iri in iris:
            if count % _STEP == 0:
                offsets.append(position)
            position += stream.write(iri + b"\n")
            count += 1
    index.write_bytes(b"".join(map(_NUMBER.pack, (count, *offsets))))


class Members:
    """The lists of one generation. Where there is none, as in a store made before, its graph is looked through once."""

    def __init__(self, directory: Path, graph: Graph) -> None:
        self._directory = directory
        self._graph = graph
        self._looking = threading.Lock()
        self._found: dict[str, list[str]] = {}

    def count(self, class_iri: str) -> int:
        """How many there are. Raises StoreUnusableError."""
        try:
            with self._index(class_iri).open("rb") as index:
                return _number(index.read(_NUMBER.size))
        except FileNotFoundError:
            return len(self._look(class_iri))
        except (OSError, ValueError) as cause:
            raise _broken(self._directory, cause) from cause

    def page(self, class_iri: str, start: int, count: int) -> list[str]:
        """So many IRIs from `start` (0 is the first), fewer at the end. Raises StoreUnusableError."""
        if start < 0 or count <= 0:
            return []
        lines, index_path = _files(self._directory, class_iri)
        try:
            with index_path.open("rb") as index:
                if start >= _number(index.read(_NUMBER.size)):
                    return []
                index.seek(_NUMBER.size * (1 + start // _STEP))
                offset = _number(index.read(_NUMBER.size))
            with lines.open("rb") as stream:
                stream.seek(offset)
                wanted = islice(stream, start % _STEP, start % _STEP + count)
                return [line.rstrip(b"\n").decode() for line in wanted]
        except FileNotFoundError:
            return self._look(class_iri)[start : start + count]
        except (OSError, ValueError) as cause:
            raise _broken(self._directory, cause) from cause

    def _index(self, class_iri: str) -> Path:
        return _files(self._directory, class_iri)[1]

    def _look(self, class_iri: str) -> list[str]:
        with self._looking:
            if class_iri not in self._found:
                quads = self._graph.quads_for_pattern(None, _TYPE, NamedNode(class_iri), DefaultGraph())
                found = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
                self._found[class_iri] = sorted(found)
            return self._found[class_iri]


def _files(directory: Path, class_iri: str) -> tuple[Path, Path]:
    name = class_iri.rpartition("#")[2] if class_iri in CLASSES else "none"
    return directory / f"{name}.txt", directory / f"{name}.offsets"


def _number(packed: bytes) -> int:
    """Raises ValueError for a file that ends too early."""
    if len(packed) != _NUMBER.size:
        raise ValueError("offsets end too early")
    number: int = _NUMBER.unpack(packed)[0]
    return number


def _broken(directory: Path, cause: Exception) -> StoreUnusableError:
    return StoreUnusableError(f"无法读取 {directory}：{cause}。 {directory} cannot be read: {cause}.")
