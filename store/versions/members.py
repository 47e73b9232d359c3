"""The things of each class that is listed in public: sorted IRIs in, any page of them out without a query.

One file holds the lists behind each other, an IRI a line; another says of each list how long it is and where each
hundredth line begins, so that the last page of a million costs what the first one does.
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
"""The classes that have lists. Sources that were replaced are in the graph, too, and in no list."""

_STEP = 100  # lines from one offset to the next
_LINES, _INDEX = "members.txt", "members.json"
_TYPE = NamedNode(terms.RDF_type)


@dataclass(frozen=True)
class _List:
    """How many lines there are, and where in the file every hundredth begins, the first included."""

    count: int
    offsets: Sequence[int]


_LISTS = TypeAdapter(dict[str, _List])


def write(directory: Path, lists: Mapping[str, Iterable[bytes]]) -> None:
    """Writes the lists, by class: sorted lines of an IRI each. May raise OSError."""
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
    """Takes the lists away, if there are any. May raise OSError."""
    for name in (_LINES, _INDEX):
        (directory / name).unlink(missing_ok=True)


class Members:
    """The lists of one generation. Where there are none, as in a store made before, its graph is looked through once.

    `live` are the IRIs of the sources that count. Safe to share between threads.
    """

    def __init__(self, directory: Path, graph: Graph, live: Set[str]) -> None:
        self._directory = directory
        self._graph = graph
        self._live = live
        self._looking = threading.Lock()
        self._found: dict[str, list[str]] = {}

    def count(self, class_iri: str) -> int:
        """How many there are. Raises StoreUnusableError."""
        found = self._index.get(class_iri)
        return len(self._look(class_iri)) if found is None else found.count

    def page(self, class_iri: str, start: int, count: int) -> list[str]:
        """So many IRIs from `start` (0 is the first), fewer at the end. Raises StoreUnusableError."""
        found = self._index.get(class_iri)
        if found is None:
            return self._look(class_iri)[max(start, 0) : max(start, 0) + max(count, 0)]
        if not 0 <= start < found.count:
            return []
        count = min(count, found.count - start)  # behind the end stands the next list
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
