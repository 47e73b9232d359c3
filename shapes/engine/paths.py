"""Compile SHACL property paths (SHACL, section 2.3.1) to functions from a node to its values.

Supported are predicate, inverse, sequence and alternative paths. Repeated paths (zeroOrMore …) are refused, because no
rule of this project has one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from jixiao.shapes.engine.data import Data, Number
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

Walk = Callable[[Number], Sequence[Number]]
"""Function from a node of one document to the values of a path, in order, without duplicates."""


@dataclass(frozen=True)
class Path:
    """A path: `walk` follows it in a document, `values` from many nodes at once, leaving out those without a value."""

    walk: Callable[[Data], Walk]
    values: Callable[[Data, set[Number]], Mapping[Number, Sequence[Number]]]


def compiled(shapes: Graph, path: Node) -> Path:
    """Compile a path. Raises UnsupportedShapeError."""
    step = _step(shapes, path)
    if isinstance(path, URIRef):
        return step  # a graph holds a triple once

    def distinct(data: Data) -> Walk:
        follow = step.walk(data)
        return lambda node: list(dict.fromkeys(follow(node)))

    def values(data: Data, nodes: set[Number]) -> Mapping[Number, Sequence[Number]]:
        return {node: list(dict.fromkeys(found)) for node, found in step.values(data, nodes).items()}

    return Path(distinct, values)


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
    return _indexed(lambda data: data.index(predicate))


def _backward(predicate: ox.NamedNode) -> Path:
    return _indexed(lambda data: data.inverse(predicate))


def _indexed(index: Callable[[Data], Mapping[Number, list[Number]]]) -> Path:
    """Make a path of an index of a document."""

    def follow(data: Data) -> Walk:
        found = index(data)
        return lambda node: found.get(node, ())

    def values(data: Data, nodes: set[Number]) -> Mapping[Number, Sequence[Number]]:
        found = index(data)
        if len(found) < len(nodes):
            return {node: values for node, values in found.items() if node in nodes}
        return {node: found[node] for node in nodes if node in found}

    return Path(follow, values)


def _sequence(steps: list[Path]) -> Path:
    def follow(data: Data) -> Walk:
        walks = [step.walk(data) for step in steps]

        def along(node: Number) -> Sequence[Number]:
            nodes: Sequence[Number] = (node,)
            for each in walks:
                nodes = [value for before in nodes for value in each(before)]
            return nodes

        return along

    def values(data: Data, nodes: set[Number]) -> Mapping[Number, Sequence[Number]]:
        walk = follow(data)
        return {node: found for node in steps[0].values(data, nodes) if (found := walk(node))}

    return Path(follow, values)


def _alternative(steps: list[Path]) -> Path:
    def follow(data: Data) -> Walk:
        walks = [step.walk(data) for step in steps]
        return lambda node: [value for each in walks for value in each(node)]

    def values(data: Data, nodes: set[Number]) -> Mapping[Number, Sequence[Number]]:
        every: dict[Number, Sequence[Number]] = {}
        for step in steps:
            for node, found in step.values(data, nodes).items():
                every[node] = [*every[node], *found] if node in every else found
        return every

    return Path(follow, values)
