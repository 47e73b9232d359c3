"""Write the members of listed classes as sorted IRIs, and read any page of them without a query.

One file holds all lists, an IRI per line; an index has each list's length and the offset of every hundredth line, so
that the last page of a million IRIs costs as much as the first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import DefaultGraph, NamedNode
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.collections import COLLECTIONS
from jixiao.store import files
from jixiao.store.errors import StoreUnusableError

CLASSES = tuple(COLLECTIONS.values())
"""Classes that have lists. Replaced sources are in the graph but in no list."""

_STEP = 100  # lines per offset
_LINES, _INDEX = "members.txt", "members.json"
_TYPE = NamedNode(terms.RDF_type)


@dataclass(frozen=True)
class _List:
    """The number of lines and the offsets of every hundredth, including the first."""

    count: int
    offsets: Sequence[int]


_LISTS = TypeAdapter(dict[str, _List])


def write(directory: Path, lists: Mapping[str, Iterable[bytes]]) -> None:
    """Write the lists by class, each of sorted lines with one IRI. May raise OSError."""
    index: dict[str, _List] = {}
    with (directory / _LINES).open("wb") as stream:
        for class_iri, lines in lists.items():
            offsets: list[int] = []
            count = 0
            for line in lines:
                if count % _STEP == 0:
                    offsets.append(stream.tell())
                stream.write(line)
                count += 1
            index[class_iri] = _List(count, offsets)
        files.sync(stream)
    files.write(directory / _INDEX, _LISTS.dump_json(index))


def remove(directory: Path) -> None:
    """Remove the lists, if there are any. May raise OSError."""
    for name in (_LINES, _INDEX):
        (directory / name).unlink(missing_ok=True)


class Members:
    """The lists of one generation; if it was made before there were lists, its graph is searched once per class.

    `live` are the IRIs of live sources. Instances are safe to share between threads.
    """

    def __init__(self, directory: Path, graph: Graph, live: Set[str]) -> None:
        self._directory = directory
        self._graph = graph
        self._live = live
        self._looking = threading.Lock()
        self._found: dict[str, list[str]] = {}

    def count(self, class_iri: str) -> int:
        """Count the members of a class. Raises StoreUnusableError."""
        found = self._index.get(class_iri)
        return len(self._look(class_iri)) if found is None else found.count

    def page(self, class_iri: str, start: int, count: int) -> list[str]:
        """Return `count` IRIs from `start`, counted from 0, or fewer at the end. Raises StoreUnusableError."""
        found = self._index.get(class_iri)
        if found is None:
            return self._look(class_iri)[max(start, 0) : max(start, 0) + max(count, 0)]
        if not 0 <= start < found.count:
            return []
        count = min(count, found.count - start)  # the next list follows in the same file
        try:
            with (self._directory / _LINES).open("rb") as stream:
                stream.seek(found.offsets[start // _STEP])
                wanted = islice(stream, start % _STEP, start % _STEP + max(count, 0))
                return [line.decode().rstrip("\n") for line in wanted]
        except (OSError, ValueError, IndexError) as cause:
            raise self._broken(cause) from cause

    @cached_property
    def _index(self) -> dict[str, _List]:
        try:
            return _LISTS.validate_json((self._directory / _INDEX).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as cause:
            raise self._broken(cause) from cause

    def _look(self, class_iri: str) -> list[str]:
        with self._looking:
            if class_iri not in self._found:
                quads = self._graph.quads_for_pattern(None, _TYPE, NamedNode(class_iri), DefaultGraph())
                found = (quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
                if class_iri == terms.SourceDocument:
                    found = (iri for iri in found if iri in self._live)
                self._found[class_iri] = sorted(found)
            return self._found[class_iri]

    def _broken(self, cause: Exception) -> StoreUnusableError:
        return StoreUnusableError(
            f"无法读取 {self._directory} 中的名单：{cause}。 The lists in {self._directory} cannot be read: {cause}."
        )
