"""Update statistics by a change: count the changed things before and after it, and look up their objects in the graphs.

The example of a class or property is its first subject by IRI; if that subject is removed, any other may replace it.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Set
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, serialize

from jixiao.ontology import terms
from jixiao.store.changes import Changes
from jixiao.store.records import ClassUse, PropertyUse, Statistics
from jixiao.store.versions.counting import Counting

_DEFAULT = DefaultGraph()
_TYPE, _YEAR = NamedNode(terms.RDF_type), NamedNode(terms.year)
_INTEGER = NamedNode(terms.XSD_integer)
_LOOKED_AT = 1000  # subjects at most that are searched for an example below the base IRI

_Pattern = tuple[object, object, object]


class Recount:
    """The step from the statistics of one graph to those of the next; `base_iri` is the store's."""

    def __init__(self, before: Store, after: Store, changes: Changes, base_iri: str) -> None:
        self._before, self._after = before, after
        self._base = base_iri
        self._quads = changes.merged
        self._gained = {quad for quad in self._quads if quad in changes.added}

    def statistics(self, last: Statistics) -> Statistics:
        """Return the statistics after the change: the things that changed are counted before and after."""
        was, now = (self._counted(graph) for graph in (self._before, self._after))
        years = self._years(last)
        return Statistics(
            triples=last.triples + now.triples - was.triples,
            subjects=last.subjects + now.subjects - was.subjects,
            objects=last.objects + self._new_objects(self._quads, None),
            classes=self._classes(last, was, now),
            properties=self._properties(last, was, now),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def _counted(self, graph: Store) -> Statistics:
        """Count the changed things in a graph; the counts of objects are wrong, as other things may have them, too."""
        counting = Counting(self._base, Path(tempfile.gettempdir()))
        for subject in {quad.subject for quad in self._quads}:
            triples = (quad.triple for quad in graph.quads_for_pattern(subject, None, None, _DEFAULT))
            for line in sorted((serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)):
                counting.add(*line.split(b" ", 2))
        return counting.statistics()

    def _properties(self, last: Statistics, was: Statistics, now: Statistics) -> dict[str, PropertyUse]:
        by_property: defaultdict[str, list[Quad]] = defaultdict(list)
        for quad in self._quads:
            by_property[quad.predicate.value].append(quad)
        uses, none = dict(last.properties), PropertyUse(0, 0, 0, "")
        for iri, quads in by_property.items():
            use, gone, come = (each.properties.get(iri, none) for each in (last, was, now))
            uses[iri] = PropertyUse(
                triples=use.triples + come.triples - gone.triples,
                subjects=use.subjects + come.subjects - gone.subjects,
                objects=use.objects + self._new_objects(quads, NamedNode(iri)),
                example=self._example(use.example, come.example, NamedNode(iri), None),
            )
        return {iri: use for iri, use in sorted(uses.items()) if use.triples}

    def _classes(self, last: Statistics, was: Statistics, now: Statistics) -> dict[str, ClassUse]:
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
        changed = [quad.object for quad in self._quads if quad.predicate == _YEAR]
        years = {int(each.value) for each in changed if isinstance(each, Literal) and len(each.value) == 4}
        if not years:
            return {year for year in (last.first_year, last.last_year) if year is not None}
        years |= {year for year in (last.first_year, last.last_year) if year is not None}
        every = range(min(years), max(years) + 1)
        return {year for year in every if _any(self._after, (None, _YEAR, Literal(str(year), datatype=_INTEGER)))}

    def _new_objects(self, quads: Iterable[Quad], property_: NamedNode | None) -> int:
        """Return by how many the distinct objects of a property (None: of all) grew by the change of these quads.

        An object of a gained quad is new if the graph before has no quad with it. An object of a lost quad is gone if
        the graph after has none.
        """
        gained: set[_Pattern] = set()
        lost: set[_Pattern] = set()
        for quad in quads:
            (gained if quad in self._gained else lost).add((None, property_, quad.object))
        come = sum(not _any(self._before, each) for each in gained - lost)
        gone = sum(not _any(self._after, each) for each in lost - gained)
        return come - gone

    def _example(self, example: str, changed: str, property_: NamedNode, value: NamedNode | None) -> str:
        """Return the new example: the former one if still valid, or that of the changed things if its IRI is first."""
        subjects = {changed} - {""}
        if example and _any(self._after, (NamedNode(example), property_, value)):
            subjects.add(example)
        if not subjects:
            quads = islice(self._after.quads_for_pattern(None, property_, value, _DEFAULT), _LOOKED_AT)
            subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        return min(subjects, key=lambda iri: (not iri.startswith(self._base), iri), default="")


def _any(graph: Store, pattern: _Pattern) -> bool:
    # Oxigraph on disk also yields quads with the integers from 256 to 510 where 255 is looked up, and so on for each
    # integer whose last byte is 255; the right ones come first. SPARQL is not affected.
    found = next(iter(graph.quads_for_pattern(*pattern, _DEFAULT)), None)  # type: ignore[arg-type]
    return found is not None and pattern[2] in {None, found.object}
