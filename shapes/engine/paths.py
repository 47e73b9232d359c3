"""Compile SHACL property paths (SHACL, section 2.3.1) to functions from a node to its values.

Supported are predicate, inverse, sequence and alternative paths. Repeated paths (zeroOrMore …) are refused, because no
rule of this project has one.
"""

from collections.abc import Callable, Sequence

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from jixiao.shapes.engine.data import Data, Term
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

Walk = Callable[[Term], Sequence[Term]]
"""Function from a node of one document to the values of a path, in order, without duplicates."""

Path = Callable[[Data], Walk]


def walk(shapes: Graph, path: Node) -> Path:
    """Compile a path to a function that follows it in a document. Raises UnsupportedShapeError."""
    step = _step(shapes, path)
    if isinstance(path, URIRef):
        return step  # a graph holds a triple once

    def distinct(data: Data) -> Walk:
        follow = step(data)
        return lambda node: list(dict.fromkeys(follow(node)))

    return distinct


def _step(shapes: Graph, path: Node) -> Path:
    if isinstance(path, URIRef):
        return _forward(ox.NamedNode(path))
    if (path, RDF.first, None) in shapes:
        return _sequence([_step(shapes, each) for each in Collection(shapes, path)])
    parts = dict(shapes.predicate_objects(path))
    match list(parts.items()):
        case [(SH.inversePath, URIRef() as inverse)]:
            return _backward(ox.NamedNode(inverse))
        case [(SH.alternativePath, members)]:
            return _alternative([_step(shapes, each) for each in Collection(shapes, members)])
    raise UnsupportedShapeError(path, f"path {' '.join(sorted(map(str, parts)))}")


def _forward(predicate: ox.NamedNode) -> Path:
    def follow(data: Data) -> Walk:
        values = data.values(predicate)
        return lambda node: values.get(node, ())

    return follow


def _backward(predicate: ox.NamedNode) -> Path:
    return lambda data: lambda node: data.subjects(predicate, node)


def _sequence(steps: list[Path]) -> Path:
    def follow(data: Data) -> Walk:
        walks = [step(data) for step in steps]

        def along(node: Term) -> Sequence[Term]:
            nodes: Sequence[Term] = (node,)
            for each in walks:
                nodes = [value for before in nodes for value in each(before)]
            return nodes

        return along

    return follow


def _alternative(steps: list[Path]) -> Path:
    def follow(data: Data) -> Walk:
        walks = [step(data) for step in steps]
        return lambda node: [value for each in walks for value in each(node)]

    return follow
