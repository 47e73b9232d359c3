"""Compile SHACL property paths (SHACL, section 2.3.1) to functions from nodes to their values.

Supported are predicate, inverse, sequence and alternative paths. Repeated paths (zeroOrMore …) are refused, because no
rule of this project has one.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.facts import Facts, Value
from jixiao.shapes.engine.data import Data, Number, UnsupportedShapeError

Reached = Mapping[Number, Sequence[Number]]
"""Nodes of a document with the values of a path, in order; nodes without a value are left out."""

Path = Callable[[Data, set[Number]], Reached]
"""Function from a document and some of its nodes to the values of a path."""


def compiled(shapes: Facts, path: Value) -> Path:
    """Compile a path, whose values are given without duplicates. Raises UnsupportedShapeError."""
    step = _step(shapes, path)
    if isinstance(path, NamedNode):
        return step  # a graph holds a triple once
    return lambda data, nodes: {node: list(dict.fromkeys(values)) for node, values in step(data, nodes).items()}


def _step(shapes: Facts, path: Value) -> Path:
    if isinstance(path, NamedNode):
        return lambda data, nodes: _among(data.index(path), nodes)
    if steps := list(shapes.items(path)):
        return _sequence([_step(shapes, each) for each in steps])
    match shapes.pairs(path):
        case [(predicate, NamedNode() as inverse)] if predicate == terms.SH + "inversePath":
            return lambda data, nodes: _among(data.inverse(inverse), nodes)
        case [(predicate, members)] if predicate == terms.SH + "alternativePath":
            return _alternative([_step(shapes, each) for each in shapes.items(members)])
    raise UnsupportedShapeError(path, f"path {' '.join(sorted(shapes.about(path)))}")


def _among(index: Reached, nodes: set[Number]) -> Reached:
    if len(index) < len(nodes):
        return {node: values for node, values in index.items() if node in nodes}
    return {node: index[node] for node in nodes if node in index}


def _sequence(steps: list[Path]) -> Path:
    def values(data: Data, nodes: set[Number]) -> Reached:
        reached = steps[0](data, nodes)
        for step in steps[1:]:
            further = step(data, set(chain.from_iterable(reached.values())))
            along = {node: [value for each in own for value in further.get(each, ())] for node, own in reached.items()}
            reached = {node: own for node, own in along.items() if own}
        return reached

    return values


def _alternative(steps: list[Path]) -> Path:
    def values(data: Data, nodes: set[Number]) -> Reached:
        every: dict[Number, Sequence[Number]] = {}
        for step in steps:
            for node, own in step(data, nodes).items():
                every[node] = [*every[node], *own] if node in every else own
        return every

    return values
