"""Rows made from the default graph: the members of listed classes, and legal bases by the keys of their titles."""

from collections.abc import Iterable, Iterator, Set

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Graph

from jixiao.ontology import identity, terms
from jixiao.ontology.identity import COLLECTIONS
from jixiao.store.changes import Changes as GraphChanges
from jixiao.store.timeline.timeline import Changes, Moment, joined

CLASSES = tuple(COLLECTIONS.values())
"""Classes whose members are listed. Replaced sources are in the graph but in no list."""

TITLE = "title"
"""The kind of the rows of titles, whose keys join the key of a title and the IRI of a legal basis."""

_DEFAULT = DefaultGraph()
_TYPE, _SOURCE = NamedNode(terms.RDF_type), terms.SourceDocument
_BASIS, _TITLE = NamedNode(terms.LegalBasis), NamedNode(terms.DCTERMS_title)
_LISTED = frozenset(map(NamedNode, CLASSES))

Keys = set[tuple[str, str]]


def member(class_iri: str) -> str:
    """Return the kind of the rows of a class's members."""
    return f"member {class_iri.rpartition('#')[2]}"


def titled(moment: Moment, title: str) -> list[str]:
    """Return the IRIs of the legal bases with a title, given by the title's key."""
    return moment.under(TITLE, title)


def changed(before: Graph, after: Graph, changes: GraphChanges, was: Set[str], is_: Set[str]) -> Changes:
    """Return the rows that a change begins and ends; `was` and `is_` are the IRIs of live sources, of changed ones."""
    things = {quad.subject for quad in changes.merged if quad.predicate in {_TYPE, _TITLE}}
    things |= {NamedNode(iri) for iri in was | is_}
    return _difference(about(before, things, was), about(after, things, is_))


def every(graph: Graph, live: Set[str], last: Moment | None) -> Changes:
    """Return the changes of rows for a graph made from nothing, against `last`; `live` are the IRIs of live sources."""
    patterns = [(_TYPE, class_) for class_ in _LISTED]
    things = {
        quad.subject
        for predicate, value in [*patterns, (_TITLE, None)]
        for quad in graph.quads_for_pattern(None, predicate, value, _DEFAULT)
    }
    kinds = (TITLE, *map(member, CLASSES))
    stated = set() if last is None else {(kind, key) for kind in kinds for key, _ in last.all(kind)}
    return _difference(stated, about(graph, things, live))


def _difference(before: Keys, after: Keys) -> Changes:
    return dict.fromkeys(before - after) | dict.fromkeys(after - before, "")


def about(graph: Graph, things: Iterable[object], live: Set[str]) -> Keys:
    """Return the kinds and keys of the rows of things; `live` are the IRIs of live sources among them."""
    keys: Keys = set()
    for thing in things:
        if not isinstance(thing, NamedNode):
            continue
        classes = {quad.object for quad in graph.quads_for_pattern(thing, _TYPE, None, _DEFAULT)}
        for class_ in classes & _LISTED:
            class_iri = class_.value if isinstance(class_, NamedNode) else ""
            if class_iri != _SOURCE or thing.value in live:
                keys.add((member(class_iri), thing.value))
        keys.update(_titles(graph, thing))
    return keys


def _titles(graph: Graph, thing: object) -> Iterator[tuple[str, str]]:
    if isinstance(thing, NamedNode) and any(graph.quads_for_pattern(thing, _TYPE, _BASIS, _DEFAULT)):
        yield from ((TITLE, joined(title, thing.value)) for title in title_keys(graph, thing))


def title_keys(graph: Graph, basis: NamedNode | BlankNode | Triple) -> set[str]:
    """Return the keys of a legal basis's titles in the default graph."""
    return {title_key(quad) for quad in graph.quads_for_pattern(basis, _TITLE, None, _DEFAULT)} - {""}


def title_key(quad: Quad) -> str:
    """Return the key of the title that a quad states; empty if its object is no literal."""
    return identity.key(quad.object.value) if isinstance(quad.object, Literal) else ""
