"""Count statistics of the default graph from its ordered lines, or update them by a change.

Lines of one subject are adjacent in this order, so subjects are counted one by one. Equal objects are not: a 64-bit
hash of each is kept with its property, in buckets by hash that are written to disk when they grow, and each bucket is
counted at the end. Two objects with the same hash would be counted as one, with a chance of one in 50,000 for 25
million objects. Oxigraph's own COUNT DISTINCT keeps all objects in memory.

For an update, the changed things are counted before and after the change, and their objects are looked up in the
graphs. The example of a class or property is its first subject by IRI; if that subject is removed, any other may
replace it.
"""

import re
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, serialize

from jixiao.ontology import terms
from jixiao.store.changes import Changes
from jixiao.store.records import ClassUse, PropertyUse, Statistics
from jixiao.store.versions import nquads

_BUCKETS = 128  # temporary files at most, besides those that are open for sorting the lines
_HELD = 2_000_000  # pairs kept in memory, of 16 bytes each, before they are written to the files
_LOOKED_AT = 1000  # subjects at most that are searched for an example below the base IRI
_TYPE, _YEAR = NamedNode(terms.RDF_type), NamedNode(terms.year)
_TYPE_IN_LINE, _YEAR_IN_LINE = str(_TYPE).encode(), str(_YEAR).encode()
_DIGITS = re.compile(rb'"([1-9][0-9]{3})"')


@dataclass(slots=True)
class _Use:
    """Counts of a property or a class so far.

    `number` identifies a property where its objects are counted; `example` is an IRI without its last bracket.
    """

    number: int
    triples: int = 0
    subjects: int = 0
    example: bytes = b""


class Counting:
    """A counter of lines; examples are below `base_iri` if possible, temporary files are below `scratch`."""

    def __init__(self, base_iri: str, scratch: Path) -> None:
        self._base = f"<{base_iri}".encode()
        self._objects = _Distinct(scratch)
        self._properties: defaultdict[bytes, _Use] = defaultdict(lambda: _Use(len(self._properties)))
        self._classes: defaultdict[bytes, _Use] = defaultdict(lambda: _Use(len(self._classes)))
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
        use = self._properties[predicate]
        if predicate != self._predicate:
            self._predicate = predicate
            use.subjects += 1
            self._exemplify(use)
        use.triples += 1
        self._of_subject += 1
        self._objects.add(use.number, hash(rest))
        if predicate == _TYPE_IN_LINE:
            self._types.append(rest[:-3])
        elif predicate == _YEAR_IN_LINE:
            self._years.add(rest)

    def statistics(self) -> Statistics:
        """Return the statistics of all lines. May raise OSError."""
        self._end_subject()
        by_property, objects = self._objects.count()
        years = [int(match[1]) for match in map(_DIGITS.match, self._years) if match]
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
        """Add the counts of the subject whose lines were all read to those of its classes."""
        self._triples += self._of_subject
        for name in self._types:
            use = self._classes[name]
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
        ours = subject.startswith(self._base)
        comes_first = subject < example if ours == example.startswith(self._base) else ours
        if comes_first or not example:
            use.example = subject


class _Distinct:
    """A counter of distinct objects, as pairs of a property's number and the object's hash."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._held = [array("q") for _ in range(_BUCKETS)]
        self._spilt: list[IO[bytes]] = []
        self._room = _HELD

    def add(self, number: int, hashed: int) -> None:
        """Add an object, by the number of its property and its hash."""
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


def survey(
    graph: Store, base_iri: str, scratch: Path, listener: Callable[[list[bytes]], None] | None = None
) -> Statistics:
    """Return the statistics of a graph, and pass its default graph to the `listener` in lists of sorted lines.

    `base_iri` is the store's. Memory is bounded; temporary files below `scratch` are as large as the default graph's
    N-Triples, for some time twice as large. May raise OSError.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        counting = Counting(base_iri, Path(folder))
        for block in nquads.blocks(nquads.ordered(graph, Path(folder), default=True)):
            for line in block:
                counting.add(*line.split(b" ", 2))
            if listener is not None:
                listener(block)
        return counting.statistics()


class Recount:
    """A computation of a graph's statistics from those of the graph before a change.

    `before` and `after` are the graphs, and `base_iri` is the store's.
    """

    def __init__(self, before: Store, after: Store, changes: Changes, base_iri: str) -> None:
        self._before, self._after, self._changes, self._base = before, after, changes, base_iri

    def statistics(self, last: Statistics) -> Statistics:
        """Return the statistics after the change; `last` are those before.

        The changed things are counted in both graphs, and the differences are added to `last`.
        """
        was, now = (self._counted(graph) for graph in (self._before, self._after))
        years, new_objects = self._years(last), self._new_objects()
        return Statistics(
            triples=last.triples + now.triples - was.triples,
            subjects=last.subjects + now.subjects - was.subjects,
            objects=last.objects + new_objects[None],
            classes=self._classes(last, was, now),
            properties=self._properties(last, was, now, new_objects),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def _counted(self, graph: Store) -> Statistics:
        """Count the changed things in a graph; the counts of objects are wrong, as other things may have them, too."""
        counting = Counting(self._base, Path(tempfile.gettempdir()))
        for subject in {quad.subject for quad in self._changes.merged}:
            triples = (quad.triple for quad in graph.quads_for_pattern(subject, None, None, DefaultGraph()))
            for line in sorted((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)):
                counting.add(*line.split(b" ", 2))
        return counting.statistics()

    def _properties(
        self, last: Statistics, was: Statistics, now: Statistics, new_objects: Mapping[NamedNode | None, int]
    ) -> dict[str, PropertyUse]:
        """Return the uses of all properties after the change.

        `was` and `now` count the changed things before and after it; `new_objects` is the result of `_new_objects`.
        """
        uses, none = dict(last.properties), PropertyUse(0, 0, 0, "")
        for property_ in {quad.predicate for quad in self._changes.merged}:
            iri = property_.value
            use, gone, come = (each.properties.get(iri, none) for each in (last, was, now))
            uses[iri] = PropertyUse(
                triples=use.triples + come.triples - gone.triples,
                subjects=use.subjects + come.subjects - gone.subjects,
                objects=use.objects + new_objects[property_],
                example=self._example(use.example, come.example, property_, None),
            )
        return {iri: use for iri, use in sorted(uses.items()) if use.triples}

    def _classes(self, last: Statistics, was: Statistics, now: Statistics) -> dict[str, ClassUse]:
        """Return the uses of all classes after the change; the parameters are those of `_properties`."""
        uses, none = dict(last.classes), ClassUse(0, "")
        for iri in was.classes.keys() | now.classes.keys():
            use, gone, come = (each.classes.get(iri, none) for each in (last, was, now))
            uses[iri] = ClassUse(
                entities=use.entities + come.entities - gone.entities,
                example=self._example(use.example, come.example, _TYPE, NamedNode(iri)),
                triples=use.triples + come.triples - gone.triples,
            )
        return {iri: use for iri, use in sorted(uses.items()) if use.entities}

    def _years(self, last: Statistics) -> Set[int]:
        """Return the years of the graph's projects, at least the first and the last; empty if no project has a year."""
        years = {year for year in (last.first_year, last.last_year) if year is not None}
        values = [quad.object for quad in self._changes.merged if quad.predicate == _YEAR]
        changed = {int(each.value) for each in values if isinstance(each, Literal) and len(each.value) == 4}
        if not changed:
            return years
        integer, every = NamedNode(terms.XSD_integer), range(min(years | changed), max(years | changed) + 1)
        return {year for year in every if _any(self._after, (None, _YEAR, Literal(str(year), datatype=integer)))}

    def _new_objects(self) -> Counter[NamedNode | None]:
        """Return the growth of the number of distinct objects, for each property and for all together (None).

        An object of a gained quad is new if the graph before has no quad with it; an object of a lost quad is gone if
        the graph after has none.
        """
        changes = self._changes
        gained = {(name, quad.object) for quad in changes.merged & changes.added for name in (quad.predicate, None)}
        lost = {(name, quad.object) for quad in changes.merged - changes.added for name in (quad.predicate, None)}
        new = Counter(name for name, value in gained - lost if not _any(self._before, (None, name, value)))
        new.subtract(name for name, value in lost - gained if not _any(self._after, (None, name, value)))
        return new

    def _example(self, example: str, changed: str, property_: NamedNode, value: NamedNode | None) -> str:
        """Return the example of a property, or of the class `value` if the property is rdf:type.

        `example` is the former one, `changed` that of the changed things or empty. The first by IRI counts, if it is
        still valid; if neither is, another subject is looked up.
        """
        subjects = {changed} - {""}
        if example and _any(self._after, (NamedNode(example), property_, value)):
            subjects.add(example)
        if not subjects:
            quads = islice(self._after.quads_for_pattern(None, property_, value, DefaultGraph()), _LOOKED_AT)
            subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        return min(subjects, key=lambda iri: (not iri.startswith(self._base), iri), default="")


def _any(graph: Store, pattern: tuple[object, object, object]) -> bool:
    """Return whether the default graph has a triple with the pattern's subject, predicate and object (None: any)."""
    # Oxigraph on disk also yields quads with the integers from 256 to 510 where 255 is looked up, and so on for each
    # integer whose last byte is 255; the right ones come first. SPARQL is not affected.
    quad = next(iter(graph.quads_for_pattern(*pattern, DefaultGraph())), None)  # type: ignore[arg-type]
    return quad is not None and pattern[2] in {None, quad.object}
