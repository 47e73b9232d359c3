"""Find the nodes of a generation by IRI, path or name.

The named graphs are searched, so that nodes that a decision merged into another one are found as well.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ontology import identity, numbers, terms
from jixiao.store.generations import Generation

_NAMES = tuple(NamedNode(iri) for iri in (terms.fullName, terms.RDFS_label, terms.SKOS_altLabel, terms.DCTERMS_title))


@dataclass(frozen=True, order=True)
class Named:
    """A thing: its IRI, its class, and its zh label, or its IRI if it has no label."""

    iri: str
    kind: str
    label: str


def find(generation: Generation, text: str, kinds: Iterable[str]) -> list[Named]:
    """Return the things that a text names.

    An IRI or a path /id/… names any thing; other texts are names of things of the classes `kinds`, or a document's
    number.
    """
    text = text.strip()
    if text.startswith(("http://", "https://", "/id/", "id/")):
        iri = text if "://" in text else generation.manifest.base_iri + text.removeprefix("/")
        return [one] if (one := _named(generation, iri)) else []
    number = numbers.parse(text)
    if number is not None and terms.LegalBasis in kinds:
        quads = generation.graph.quads_for_pattern(
            None, NamedNode(terms.documentNumber), Literal(number.canonical), None
        )
        nodes = {quad.subject for quad in quads if quad.graph_name != DefaultGraph()}
        if nodes:
            return _all_named(generation, nodes)
    wanted = identity.key(text)
    things = {node for kind in kinds for node in _of_kind(generation, kind)} if wanted else set()
    return _all_named(generation, (node for node in things if wanted in _keys(generation, node)))


def alike(generation: Generation, text: str, kinds: Iterable[str]) -> list[str]:
    """Return the names of things of the classes `kinds` that have more than half of the characters of a text, sorted.

    A character that the text repeats counts once.
    """
    wanted = set(identity.key(text))
    names = {name for kind in kinds for node in _of_kind(generation, kind) for name in _keys(generation, node)}
    return sorted(name for name in names if 2 * len(wanted & set(name)) > len(wanted))


def label(generation: Generation, iri: str) -> str:
    """Return the full name or zh label of a thing in the default graph, else a label of its sources, else its IRI."""
    node = NamedNode(iri)
    for name, graph in ((_NAMES[0], DefaultGraph()), (_NAMES[1], DefaultGraph()), (_NAMES[1], None)):
        quads = generation.graph.quads_for_pattern(node, name, None, graph)
        labels = [quad.object for quad in quads if isinstance(quad.object, Literal)]
        zh = sorted(name.value for name in labels if name.language == "zh")
        if zh:
            return zh[0]
    return iri


def printed(generation: Generation, iri: str, property_iri: str) -> list[Literal | NamedNode]:
    """Return the values of a property that sources print for a thing, or for things merged with it."""
    decisions = generation.decisions
    values = decisions.printed(generation.graph, decisions.kept(NamedNode(iri)), NamedNode(property_iri))
    return sorted((each for each in values if isinstance(each, Literal | NamedNode)), key=str)


def _named(generation: Generation, iri: str) -> Named | None:
    """Return a thing with its class and label; None if no graph states its class."""
    try:
        node = NamedNode(iri)
    except ValueError:
        return None
    stated = (
        quad
        for quad in generation.graph.quads_for_pattern(node, NamedNode(terms.RDF_type), None, None)
        if quad.graph_name != DefaultGraph()
    )
    kinds = sorted({each.value for quad in stated if isinstance(each := quad.object, NamedNode)})
    return Named(iri, kinds[0], label(generation, iri)) if kinds else None


def _all_named(generation: Generation, nodes: Iterable[object]) -> list[Named]:
    iris = (node.value for node in nodes if isinstance(node, NamedNode))
    return sorted(one for iri in iris if (one := _named(generation, iri)))


def _of_kind(generation: Generation, kind: str) -> Iterator[NamedNode]:
    for quad in generation.graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(kind), None):
        if quad.graph_name != DefaultGraph() and isinstance(quad.subject, NamedNode):
            yield quad.subject


def _keys(generation: Generation, node: NamedNode) -> set[str]:
    """Return the keys (`identity.key`) of all names that sources print for a node."""
    quads = (quad for name in _NAMES for quad in generation.graph.quads_for_pattern(node, name, None, None))
    values = {quad.object for quad in quads if quad.graph_name != DefaultGraph()}
    return {identity.key(value.value) for value in values if isinstance(value, Literal)}
