"""Read what a graph says of a thing, and the rules with findings about projects."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Set

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store as Graph

from jixiao.ontology import grouping, terms

Said = Mapping[str, list[str]]
"""The values of a thing as sorted texts, by the IRI of the property."""

Faults = Callable[[str, Set[str]], set[str]]
"""A function from a project and nodes (the project and its parts) to the rules that have findings about these nodes."""


def stated(graph: Graph) -> Faults:
    """Return a function that looks up in a graph which rules have findings about the given nodes of a project."""

    def of(project: str, nodes: Set[str]) -> set[str]:
        own = [node for node in nodes if node == project or node.startswith(f"{project}#")]
        results = (result for node in own for result in having(graph, terms.SH_focusNode, NamedNode(node)))
        return {fault for result in results for fault in values(graph, result, terms.SH_sourceShape)}

    return of


class Gathered:
    """Rules with findings, collected for every project in one pass over all findings.

    The collection takes about 400 bytes per project.
    """

    def __init__(self) -> None:
        self._found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}  # stores each pair once, as most occur often

    def note(self, said: Said) -> None:
        """Record a finding, given by its properties."""
        for node in said.get(terms.SH_focusNode, ()):
            project, _, part = node.partition("#")
            for fault in said.get(terms.SH_sourceShape, ()):
                self._found[project].add(self._pairs.setdefault((part, fault), (part, fault)))

    def take(self, project: str, nodes: Set[str]) -> set[str]:
        """Return the rules with findings about a project's nodes, and drop the record of this project."""
        pairs = self._found.pop(project, ())
        return {fault for part, fault in pairs if (f"{project}#{part}" if part else project) in nodes}


def said(graph: Graph, iri: str) -> Said:
    """Return the values of a thing in the default graph as texts, by property, sorted."""
    # A list, here and below: an error of a damaged graph would carry an iterator, which only this thread may free.
    quads = list(graph.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()))
    by_property = grouping.by_key(
        (quad.predicate.value, quad.object.value) for quad in quads if isinstance(quad.object, NamedNode | Literal)
    )
    return {name: sorted(texts) for name, texts in by_property.items()}


def values(graph: Graph, iri: str, property_: str) -> list[str]:
    """Return the values of one property of a thing as sorted texts; much faster than `said`, which reads all."""
    quads = list(graph.quads_for_pattern(NamedNode(iri), NamedNode(property_), None, DefaultGraph()))
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal))


def having(graph: Graph, property_: str, value: NamedNode | Literal) -> set[str]:
    """Return the IRIs of the things that have a value of a property in the default graph."""
    quads = list(graph.quads_for_pattern(None, NamedNode(property_), value, DefaultGraph()))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
