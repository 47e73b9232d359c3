"""Read what the default graph says of single things, as texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode
from pyoxigraph import Store as Graph

Said = Mapping[str, list[str]]
"""Values of a thing by property, sorted."""

_DEFAULT = DefaultGraph()


def said(graph: Graph, iri: str) -> Said:
    """Return the values of a thing in the default graph as texts, by property, sorted."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for quad in graph.quads_for_pattern(NamedNode(iri), None, None, _DEFAULT):
        value = quad.object
        if isinstance(value, NamedNode | Literal):
            found[quad.predicate.value].append(value.value)
    for texts in found.values():
        texts.sort()
    return found


def values(graph: Graph, iri: str, property_: str) -> list[str]:
    """Return the values of one property as texts, sorted; much quicker than all that is said of a thing."""
    quads = graph.quads_for_pattern(NamedNode(iri), NamedNode(property_), None, _DEFAULT)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal))


def having(graph: Graph, property_: str, value: NamedNode | Literal) -> set[str]:
    """Return the IRIs of the things that have a value."""
    quads = graph.quads_for_pattern(None, NamedNode(property_), value, _DEFAULT)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
