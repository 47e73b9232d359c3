"""Count statistics of the default graph from its ordered lines, and survey a graph in one pass over these.

Lines of one subject are adjacent in this order, so subjects are counted one by one. Equal objects are not: a 64-bit
hash of each is kept with its property, in buckets by hash that are written to disk when they grow, and each bucket is
counted at the end. Two objects with the same hash would be counted as one, with a chance of one in 50,000 for 25
million objects. Oxigraph's own COUNT DISTINCT keeps all objects in memory.
"""

import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import Store

from jixiao.ontology import terms
from jixiao.store.records import ClassUse, PropertyUse, Statistics
from jixiao.store.versions import nquads
from jixiao.store.versions.checksum import Hashing, SetHash
from jixiao.store.versions.checksum import hashing as in_thread

_BUCKETS = 128  # temporary files at most, besides those that are open for sorting the lines
_HELD = 2_000_000  # pairs kept in memory, of 16 bytes each, before they are written to the files
_TYPE = f"<{terms.RDF_type}>".encode()
_YEAR = f"<{terms.year}>".encode()
_DIGITS = re.compile(rb'"([1-9][0-9]{3})"')


class _Use:
    """Counts of a property or a class so far; `example` is an IRI without its last bracket."""

    __slots__ = ("example", "number", "subjects", "triples")

    def __init__(self, number: int) -> None:
        self.number = number
        self.triples = self.subjects = 0
        self.example = b""


class Counting:
    """A counter of lines; examples are below `base_iri` if possible, temporary files are below `scratch`."""

    def __init__(self, base_iri: str, scratch: Path) -> None:
        self._base = f"<{base_iri}".encode()
        self._objects = _Distinct(scratch)
        self._properties: dict[bytes, _Use] = {}
        self._classes: dict[bytes, _Use] = {}
        self._triples = self._subjects = 0
        self._subject = self._predicate = b""
        self._types: list[bytes] = []
        self._of_subject = 0
        self._years: set[bytes] = set()

    def add(self, subject: bytes, predicate: bytes, rest: bytes) -> None:
        """Count a line of the default graph; `rest` is the object up to the end of the line."""
        if subject != self._subject:
            self._end_subject()
            self._subject, self._predicate = subject, b""
            self._subjects += 1
        use = self._properties.get(predicate)
        if use is None:
            use = self._properties[predicate] = _Use(len(self._properties))
        if predicate != self._predicate:
            self._predicate = predicate
            use.subjects += 1
            self._exemplify(use)
        use.triples += 1
        self._of_subject += 1
        self._objects.add(use.number, hash(rest))
        if predicate == _TYPE:
            self._types.append(rest[:-3])
        elif predicate == _YEAR:
            self._years.add(rest)

    def statistics(self) -> Statistics:
        """Return the statistics of all lines. May raise OSError."""
        self._end_subject()
        by_property, objects = self._objects.count()
        years = [int(found[1]) for found in map(_DIGITS.match, self._years) if found]
        return Statistics(
            triples=self._triples,
            subjects=self._subjects,
            objects=objects,
            classes={
                _iri(name): ClassUse(entities=use.subjects, example=_iri(use.example), triples=use.triples)
                for name, use in sorted(self._classes.items())
            },
            properties={
                _iri(name): PropertyUse(use.triples, use.subjects, by_property[use.number], _iri(use.example))
                for name, use in sorted(self._properties.items())
            },
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def _end_subject(self) -> None:
        self._triples += self._of_subject
        for name in self._types:
            use = self._classes.get(name)
            if use is None:
                use = self._classes[name] = _Use(len(self._classes))
            use.subjects += 1
            use.triples += self._of_subject
            self._exemplify(use)
        self._types.clear()
        self._of_subject = 0

    def _exemplify(self, use: _Use) -> None:
        """Keep the first subject by IRI as the example, preferring those below the store's base IRI.

        IRIs are compared here, since lines are sorted with the bracket after the IRI, which changes the order.
        """
        subject, example = self._subject[:-1], use.example
        if not example:
            use.example = subject
            return
        ours = subject.startswith(self._base)
        if ours == example.startswith(self._base):
            if subject < example:
                use.example = subject
        elif ours:
            use.example = subject


class _Distinct:
    """A counter of distinct objects, as pairs of a property's number and the object's hash."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._held = [array("q") for _ in range(_BUCKETS)]
        self._spilt: list[IO[bytes]] = []
        self._room = _HELD

    def add(self, number: int, hashed: int) -> None:
        bucket = self._held[hashed % _BUCKETS]
        bucket.append(number)
        bucket.append(hashed)
        self._room -= 1
        if not self._room:
            self._spill()

    def count(self) -> tuple[Counter[int], int]:
        """Count the distinct objects of each property, by number, and of all properties together."""
        of_each: Counter[int] = Counter()
        of_all = 0
        for place, held in enumerate(self._held):
            values = held
            if self._spilt:
                self._spilt[place].seek(0)
                values = array("q", self._spilt[place].read()) + held
                self._spilt[place].close()
            pairs = set(zip(values[::2], values[1::2], strict=True))
            of_each.update(number for number, _ in pairs)
            of_all += len({hashed for _, hashed in pairs})
        return of_each, of_all

    def _spill(self) -> None:
        if not self._spilt:
            self._spilt = [tempfile.TemporaryFile(dir=self._scratch) for _ in range(_BUCKETS)]  # noqa: SIM115 - closed in count()
        for place, held in enumerate(self._held):
            held.tofile(self._spilt[place])
            del held[:]
        self._room = _HELD


def _iri(term: bytes) -> str:
    return term.strip(b"<>").decode()


Listener = Callable[[list[bytes]], None]
"""A function that is called with lists of N-Triples lines until it had the entire default graph, sorted by bytes."""


@dataclass(frozen=True)
class Surveyed:
    """Results of one pass over a graph: statistics of the default graph, the number of all quads, and the set hash."""

    statistics: Statistics
    quads: int
    set_hash: SetHash


def survey(
    graph: Store, base_iri: str, scratch: Path, listener: Listener | None = None, hashing: Hashing | None = None
) -> Surveyed:
    """Survey a graph, and pass its default graph to the `listener`.

    `hashing` may have hashed some of the named graphs already. `base_iri` is the store's. Memory is bounded; temporary
    files below `scratch` are as large as the default graph's N-Triples, for some time twice as large. May raise
    OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder, ExitStack() as stack:
        set_hash = (hashing or stack.enter_context(in_thread(graph))).finish()
        counting = Counting(base_iri, Path(folder))
        for block in nquads.blocks(nquads.merged(graph, Path(folder))):
            for line in block:
                counting.add(*line.split(b" ", 2))
            if listener is not None:
                listener(block)
        return Surveyed(counting.statistics(), len(graph), set_hash.result())


def tell(graph: Store, listener: Listener, scratch: Path) -> None:
    """Pass a default graph to the listener. May raise OSError."""
    for block in nquads.blocks(nquads.merged(graph, scratch)):
        listener(block)
