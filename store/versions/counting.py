"""Count statistics of the default graph from its ordered lines: from all, or from those of what a change affects.

Lines of one subject are adjacent in this order, so subjects are counted one by one. Equal objects are not: a 64-bit
hash of each is kept with its property, in buckets by hash that are written to disk when they grow, and each bucket is
counted at the end. Two objects with the same hash would be counted as one, with a chance of one in 50,000 for 25
million objects. Oxigraph's own COUNT DISTINCT keeps all objects in memory.

After a change, counting starts from the statistics before it: the lines of the changed things are taken away as they
were and added as they are, and their objects are looked up in both graphs. The example of a class or property is its
first subject by IRI; if that subject is removed, any other may replace it.
"""

import re
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, serialize

from jixiao.ontology import terms
from jixiao.store.changes import Changes
from jixiao.store.records import ClassUse, PropertyUse, Statistics
from jixiao.store.versions import nquads

_BUCKETS = 128  # temporary files at most, besides those that are open for sorting the lines
_HELD = 2_000_000  # pairs kept in memory, of 16 bytes each, before they are written to the files
_LOOKED_AT = 1000  # subjects at most that are searched for an example below the base IRI
_TYPE, _YEAR, _INTEGER = (NamedNode(iri) for iri in (terms.RDF_type, terms.year, terms.XSD_integer))
_TYPE_IN_LINE, _YEAR_IN_LINE = str(_TYPE).encode(), str(_YEAR).encode()
_DIGITS = re.compile(rb'"([1-9][0-9]{3})"')


@dataclass(frozen=True)
class Since:
    """A change of a graph: the graph before it, with its statistics, and the change itself."""

    graph: Store
    statistics: Statistics
    changes: Changes


def survey(
    graph: Store,
    base_iri: str,
    scratch: Path,
    listener: Callable[[list[bytes]], None] | None = None,
    since: Since | None = None,
) -> Statistics:
    """Return the statistics of a graph.

    All lines of the default graph are counted; with `since`, an earlier graph, its statistics are updated by the change
    instead. A `listener` is called with all lines in any case, in sorted lists. `base_iri` is that of the store.
    Memory is bounded; temporary files below `scratch` are as large as the default graph's N-Triples, for some time
    twice as large. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        if since is not None:
            if listener:
                for block in _blocks(graph, Path(folder)):
                    listener(block)
            counting = _Counting(base_iri, Path(folder), since.statistics)
            for subject in {quad.subject for quad in since.changes.merged}:
                counting.add(_about(since.graph, subject), -1)
                counting.end_subject()
                counting.add(_about(graph, subject))
                counting.end_subject()
            return counting.statistics(graph, _new_objects(since, graph))
        counting = _Counting(base_iri, Path(folder), Statistics(0, 0, 0, {}, {}, None, None))
        for block in _blocks(graph, Path(folder)):
            counting.add(block)
            if listener:
                listener(block)
        counting.end_subject()
        return counting.statistics(graph, counting.objects())


def _blocks(graph: Store, folder: Path) -> Iterator[list[bytes]]:
    return nquads.blocks(nquads.ordered(graph, folder, default=True))


@dataclass(slots=True)
class _Use:
    """The number of triples, subjects and objects of a property or a class so far, and an example of a subject.

    `number` identifies a property among the counted objects. `former` is the IRI of the example before a change.
    `example` is the first subject among the added lines, as in N-Quads but without its final >.
    """

    number: int = 0
    triples: int = 0
    subjects: int = 0
    objects: int = 0
    former: str = ""
    example: bytes = b""


class _Counting:
    """A counter of lines that starts from the statistics `last`.

    Examples are below `base_iri` if possible, temporary files are below `scratch`.
    """

    def __init__(self, base_iri: str, scratch: Path, last: Statistics) -> None:
        self._base, self._base_in_line = base_iri, f"<{base_iri}".encode()
        self._objects = _Distinct(scratch)
        self._properties: defaultdict[bytes, _Use] = defaultdict(lambda: _Use(len(self._properties)))
        self._classes: defaultdict[bytes, _Use] = defaultdict(_Use)
        for iri, of in last.properties.items():
            self._properties[f"<{iri}>".encode()] = _Use(0, of.triples, of.subjects, of.objects, of.example)
        for iri, each in last.classes.items():
            self._classes[f"<{iri}>".encode()] = _Use(0, each.triples, each.entities, former=each.example)
        self._last, self._triples, self._subjects = last, last.triples, last.subjects
        self._subject = self._predicate = b""
        self._types: list[bytes] = []
        self._of_subject = 0
        self._years: defaultdict[int, set[bytes]] = defaultdict(set)

    def add(self, lines: Iterable[bytes], sign: int = 1) -> None:
        """Count sorted N-Triples lines of the default graph, or take them away if the sign is -1."""
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if subject != self._subject:
                self.end_subject()
                self._subject, self._predicate = subject, b""
                self._subjects += sign
            use = self._properties[predicate]
            if predicate != self._predicate:
                self._predicate = predicate
                use.subjects += sign
                self._exemplify(use, sign)
            use.triples += sign
            self._of_subject += sign
            self._objects.add(use.number, hash(rest))
            if predicate == _TYPE_IN_LINE:
                self._types.append(rest[:-3])
            elif predicate == _YEAR_IN_LINE:
                self._years[sign].add(rest)

    def end_subject(self) -> None:
        """Add the counts of the subject whose lines were all read to those of its classes."""
        self._triples += self._of_subject
        sign = 1 if self._of_subject > 0 else -1
        for name in self._types:
            use = self._classes[name]
            use.subjects += sign
            use.triples += self._of_subject
            self._exemplify(use, sign)
        self._types.clear()
        self._of_subject = 0
        self._subject = b""

    def _exemplify(self, use: _Use, sign: int) -> None:
        """Keep the first subject by IRI as the example, preferring those below the store's base IRI.

        Only a subject that gains lines (`sign` above 0) may replace the example. IRIs are compared here, since lines
        are sorted with the bracket after the IRI, which changes the order.
        """
        subject, example = self._subject[:-1], use.example
        ours = subject.startswith(self._base_in_line)
        comes_first = subject < example if ours == example.startswith(self._base_in_line) else ours
        if sign > 0 and (comes_first or not example):
            use.example = subject

    def objects(self) -> Counter[bytes]:
        """Count the distinct objects of each property, and of all together (under the empty name)."""
        by_number, of_all = self._objects.count()
        return Counter({b"": of_all, **{name: by_number[use.number] for name, use in self._properties.items()}})

    def statistics(self, graph: Store, new_objects: Mapping[bytes, int]) -> Statistics:
        """Return the statistics of all lines, which are those of `graph`.

        `new_objects` is the growth of the number of distinct objects, as `objects` counts them.
        """
        years = self._present_years(graph)
        return Statistics(
            triples=self._triples,
            subjects=self._subjects,
            objects=self._last.objects + new_objects[b""],
            classes={
                _iri(name): ClassUse(use.subjects, self._example(graph, use, _TYPE, NamedNode(_iri(name))), use.triples)
                for name, use in sorted(self._classes.items())
                if use.subjects
            },
            properties={
                _iri(name): PropertyUse(
                    use.triples,
                    use.subjects,
                    use.objects + new_objects[name],
                    self._example(graph, use, NamedNode(_iri(name)), None),
                )
                for name, use in sorted(self._properties.items())
                if use.triples
            },
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def _present_years(self, graph: Store) -> set[int]:
        """Return the years of the graph's projects, at least the first and the last; empty if no project has a year."""
        gone, come = ({int(match[1]) for match in map(_DIGITS.match, self._years[sign]) if match} for sign in (-1, 1))
        known = {year for year in (self._last.first_year, self._last.last_year) if year is not None} | come
        if not gone - come:
            return known
        every = range(min(known | gone), max(known | gone) + 1)
        return {year for year in every if _any(graph, (None, _YEAR, Literal(str(year), datatype=_INTEGER)))}

    def _example(self, graph: Store, use: _Use, property_: NamedNode, value: NamedNode | None) -> str:
        """Return the IRI of an example of a property, or of the class `value` if the property is rdf:type; else empty.

        The example is the first IRI among the former one, if still valid, and the subjects of the added lines; if there
        are none, some other subjects are looked up.
        """
        subjects = {_iri(use.example)} - {""}
        if use.former and _any(graph, (NamedNode(use.former), property_, value)):
            subjects.add(use.former)
        if not subjects:
            quads = islice(graph.quads_for_pattern(None, property_, value, DefaultGraph()), _LOOKED_AT)
            subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        return min(subjects, key=lambda iri: (not iri.startswith(self._base), iri), default="")


class _Distinct:
    """A counter of distinct objects, as pairs of a property's number and the object's hash."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._held = [array("q") for _ in range(_BUCKETS)]
        self._spilt: list[IO[bytes]] = []
        self._room = _HELD

    def add(self, number: int, hashed: int) -> None:
        """Add an object, given by its hash, to those of the property with a number."""
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
        """Write the pairs held in memory to the temporary file of each bucket."""
        if not self._spilt:
            self._spilt = [tempfile.TemporaryFile(dir=self._scratch) for _ in range(_BUCKETS)]  # noqa: SIM115 - closed in count()
        for place, held in enumerate(self._held):
            held.tofile(self._spilt[place])
            del held[:]
        self._room = _HELD


def _iri(term: bytes) -> str:
    """Return the IRI in a term of N-Triples, without brackets."""
    return term.strip(b"<>").decode()


def _about(graph: Store, subject: NamedNode | BlankNode | Triple) -> list[bytes]:
    """Return the sorted N-Triples lines of a subject in the default graph."""
    triples = (quad.triple for quad in graph.quads_for_pattern(subject, None, None, DefaultGraph()))
    return sorted((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))


def _new_objects(since: Since, after: Store) -> Counter[bytes]:
    """Return the growth of the number of distinct objects, for each property and for all together (the empty name).

    An object of a gained quad is new if the graph before has no quad with it; an object of a lost quad is gone if the
    graph `after` has none.
    """
    changes = since.changes
    gained = {(name, quad.object) for quad in changes.merged & changes.added for name in (quad.predicate, None)}
    lost = {(name, quad.object) for quad in changes.merged - changes.added for name in (quad.predicate, None)}
    new = Counter(name for name, value in gained - lost if not _any(since.graph, (None, name, value)))
    new.subtract(name for name, value in lost - gained if not _any(after, (None, name, value)))
    return Counter({str(name or "").encode(): number for name, number in new.items()})


def _any(graph: Store, pattern: tuple[object, object, object]) -> bool:
    """Return whether the default graph has a triple with the pattern's subject, predicate and object (None: any)."""
    # Oxigraph on disk also yields quads with the integers from 256 to 510 where 255 is looked up, and so on for each
    # integer whose last byte is 255; the right ones come first. SPARQL is not affected.
    quad = next(iter(graph.quads_for_pattern(*pattern, DefaultGraph())), None)  # type: ignore[arg-type]
    return quad is not None and pattern[2] in {None, quad.object}
