"""Bring statistics up to date by a change, with look-ups in the graphs before and after it instead of counting anew.

The first subject of a class or property by IRI stays its example; where it is removed, any other takes its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store.changes import Changes
from jixiao.store.records import ClassUse, PropertyUse, Statistics

_DEFAULT = DefaultGraph()
_TYPE, _YEAR = NamedNode(terms.RDF_type), NamedNode(terms.year)
_INTEGER = NamedNode(terms.XSD_integer)
_LOOKED_AT = 1000  # subjects among which one below the base is looked for

_Pattern = tuple[object, object, object]


class Recount:
    """The step from the statistics of one graph to those of the next; `base_iri` is the store's."""

    def __init__(self, before: Store, after: Store, changes: Changes, base_iri: str) -> None:
        self._before, self._after = before, after
        self._base = base_iri
        self._changes = changes
        self._quads = changes.merged
        self._gained = {quad for quad in self._quads if quad in changes.added}

    def statistics(self, last: Statistics) -> Statistics:
        """Return the statistics after the change."""
        years = self._years(last)
        return Statistics(
            triples=last.triples + self._balance(self._quads),
            subjects=last.subjects + self._new(self._quads, lambda quad: (quad.subject, None, None)),
            objects=last.objects + self._new(self._quads, lambda quad: (None, None, quad.object)),
            classes=self._classes(last.classes),
            properties=self._properties(last.properties),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
        )

    def _properties(self, last: Mapping[str, PropertyUse]) -> dict[str, PropertyUse]:
        by_property: defaultdict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in self._quads:
            by_property[quad.predicate].append(quad)
        found = dict(last)
        for property_, quads in by_property.items():
            use = last.get(property_.value, PropertyUse(0, 0, 0, ""))
            use = PropertyUse(
                triples=use.triples + self._balance(quads),
                subjects=use.subjects + self._new(quads, lambda quad: (quad.subject, quad.predicate, None)),
                objects=use.objects + self._new(quads, lambda quad: (None, quad.predicate, quad.object)),
                example=use.example,
            )
            found[property_.value] = replace(use, example=self._example(use.example, quads, property_, None))
        return {iri: use for iri, use in sorted(found.items()) if use.triples}

    def _classes(self, last: Mapping[str, ClassUse]) -> dict[str, ClassUse]:
        entities, triples = self._entities()
        by_class: defaultdict[NamedNode, list[Quad]] = defaultdict(list)
        for quad in self._quads:
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                by_class[quad.object].append(quad)
        found = dict(last)
        for class_ in {NamedNode(iri) for iri in triples} | by_class.keys():
            use = last.get(class_.value, ClassUse(0, ""))
            found[class_.value] = ClassUse(
                entities=use.entities + entities[class_.value],
                example=self._example(use.example, by_class[class_], _TYPE, class_),
                triples=use.triples + triples[class_.value],
            )
        return {iri: use for iri, use in sorted(found.items()) if use.entities}

    def _entities(self) -> tuple[Counter[str], Counter[str]]:
        """Count by how much the things of each class, and the triples about them, become more."""
        entities: Counter[str] = Counter()
        triples: Counter[str] = Counter()
        for subject in {quad.subject for quad in self._quads}:
            for graph, sign in ((self._before, -1), (self._after, 1)):
                about = list(graph.quads_for_pattern(subject, None, None, _DEFAULT))
                for quad in about:
                    if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                        entities[quad.object.value] += sign
                        triples[quad.object.value] += sign * len(about)
        return entities, triples

    def _years(self, last: Statistics) -> Set[int]:
        """Return the first and the last year with others that may be; none if no project has a year."""
        changed = [quad.object for quad in self._quads if quad.predicate == _YEAR]
        years = {int(each.value) for each in changed if isinstance(each, Literal) and len(each.value) == 4}
        if not years:
            return {year for year in (last.first_year, last.last_year) if year is not None}
        years |= {year for year in (last.first_year, last.last_year) if year is not None}
        every = range(min(years), max(years) + 1)
        return {year for year in every if _any(self._after, (None, _YEAR, Literal(str(year), datatype=_INTEGER)))}

    def _balance(self, quads: Iterable[Quad]) -> int:
        return sum(1 if quad in self._gained else -1 for quad in quads)

    def _new(self, quads: Iterable[Quad], pattern: Callable[[Quad], _Pattern]) -> int:
        """Count the patterns of the quads that have come to match something, less those that no longer do.

        What a gained quad matches is matched now, and what a lost one matches was matched before.
        """
        gained: set[_Pattern] = set()
        lost: set[_Pattern] = set()
        for quad in quads:
            (gained if quad in self._gained else lost).add(pattern(quad))
        come = sum(not _any(self._before, each) for each in gained - lost)
        gone = sum(not _any(self._after, each) for each in lost - gained)
        return come - gone

    def _example(self, example: str, quads: Iterable[Quad], property_: NamedNode, value: NamedNode | None) -> str:
        subjects = {
            quad.subject.value for quad in quads if quad in self._gained and isinstance(quad.subject, NamedNode)
        }
        if example and _any(self._after, (NamedNode(example), property_, value)):
            subjects.add(example)
        if not subjects:
            found = islice(self._after.quads_for_pattern(None, property_, value, _DEFAULT), _LOOKED_AT)
            subjects = {quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)}
        return min(subjects, key=lambda iri: (not iri.startswith(self._base), iri), default="")


def _any(graph: Store, pattern: _Pattern) -> bool:
    # Oxigraph on disk also yields quads with the integers from 256 to 510 where 255 is looked up, and so on for each
    # integer whose last byte is 255; the right ones come first. SPARQL is not affected.
    found = next(iter(graph.quads_for_pattern(*pattern, _DEFAULT)), None)  # type: ignore[arg-type]
    return found is not None and pattern[2] in {None, found.object}
