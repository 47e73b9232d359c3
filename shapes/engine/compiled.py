"""Compile a shapes graph to Python rules, which find the faults of a document much faster than pySHACL.

Core constraints become closures over an indexed graph, SPARQL constraints queries on Oxigraph (sparql.py). pySHACL is
the reference: a test compares the results of both engines on all test data. Constructs without support are refused
when the shapes are compiled (UnsupportedShapeError), never skipped.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import pyoxigraph as ox
from rdflib import OWL, RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from jixiao.shapes.engine import components, paths, sparql
from jixiao.shapes.engine.components import Check, Passing
from jixiao.shapes.engine.data import Data, Number, Term
from jixiao.shapes.engine.match import Match
from jixiao.shapes.engine.rdflib_terms import term
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

Targets = Callable[[Data], Iterator[Number]]

# Properties that name, word or target a shape, or parametrise another constraint: none is a constraint by itself.
_SILENT = {
    SH.path, SH.flags, SH.severity, SH.message, SH.name, SH.description, SH.order, SH.group,
    SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf,
    SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.qualifiedValueShapesDisjoint,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Shape:
    """One shape: the path from a focus node to its values, and the checks of these values.

    Equal shapes share a `number`. `lenient` means that all checks pass if there is no value; `by_focus` that it depends
    on the focus node if they do.
    """

    number: int
    name: str | None
    path: paths.Path | None
    checks: tuple[tuple[str, Check], ...]
    nested: tuple["_Shape", ...]
    lenient: bool
    by_focus: bool

    def conforming(self, data: Data, nodes: set[Number]) -> set[Number]:
        """Return the nodes without a fault. Answers are remembered, because many rules ask about the same nodes."""
        examined, conforming = data.conforming[self.number]
        if fresh := nodes - examined:
            conforming |= self._conforming(data, fresh)
            examined |= fresh
        return nodes & conforming

    def _conforming(self, data: Data, nodes: set[Number]) -> set[Number]:
        if self.path is None:
            return self._passing(data, {node: (node,) for node in nodes}, nodes)
        values_of = self.path.values(data, nodes)
        if not values_of:
            return self._without_values(data, nodes)
        passing = self._passing(data, values_of, set(chain.from_iterable(values_of.values())))
        if len(values_of) == len(nodes):
            return passing
        return passing | self._without_values(data, nodes.difference(values_of))

    def _without_values(self, data: Data, nodes: set[Number]) -> set[Number]:
        """Return the nodes that conform, of nodes without a value."""
        if self.lenient:
            return nodes
        if self.by_focus:
            return {node for node in nodes if self._passes(data, node)}
        return nodes if all(self._passes(data, node) for node in islice(nodes, 1)) else set()

    def _passes(self, data: Data, node: Number) -> bool:
        """Tell if a node without values passes all checks."""
        return not any(check.faults(data, node, ()) for _, check in self.checks)

    def _passing(self, data: Data, values_of: Mapping[Number, Sequence[Number]], values: set[Number]) -> set[Number]:
        """Return the nodes whose values, of which `values` is the set, pass all checks and nested shapes."""
        passing = values
        for _, check in self.checks:
            if check.passing:
                passing = check.passing(data, passing)
        for shape in self.nested:
            passing = shape.conforming(data, passing)
        if len(passing) == len(values):
            nodes = set(values_of)
        else:
            nodes = {node for node, own in values_of.items() if passing.issuperset(own)}
        for _, check in self.checks:
            if not check.passing:
                nodes = {node for node in nodes if not check.faults(data, node, values_of[node])}
        return nodes

    def faulted(self, data: Data, nodes: Iterable[Number]) -> Iterator[tuple[Term, str | None, Term | None, str]]:
        """Return (focus node, path, value, component) of each fault, including those of nested property shapes."""
        listed = list(nodes)
        conforming = self.conforming(data, set(listed)) if listed else listed
        if len(conforming) == len(listed):
            return
        walk = self.path.walk(data) if self.path else _itself
        further: list[Number] = []
        for focus in (node for node in listed if node not in conforming):
            values = walk(focus)
            for component, check in self.checks:
                for value in check.faults(data, focus, values):
                    yield data.term(focus), self.name, None if value is None else data.term(value), component
            further += values
        for shape in self.nested:
            yield from shape.faulted(data, further)


@dataclass(frozen=True)
class Rule:
    """One named shape: its target nodes, its checks and its queries."""

    iri: str
    targets: Targets
    shape: _Shape
    queries: tuple[sparql.Query, ...]

    @property
    def only_queries(self) -> bool:
        """True if SPARQL constraints are the rule's only constraints."""
        return not self.shape.checks and not self.shape.nested

    def findings(self, data: Data) -> Iterator[Match]:
        """Find the rule's faults in one document."""
        if not self.only_queries:
            for focus, path, value, component in self.shape.faulted(data, self.targets(data)):
                yield Match(self.iri, focus, path, value, component)
        for query in self.queries:
            if (rows := data.answers.get(query.text)) is not None:
                yield from (sparql.match(self.iri, row) for row in rows)
            elif query.need(data):
                yield from query.findings(self.iri, data.store)


def compile_shapes(shapes: Graph) -> tuple[Rule, ...]:
    """Compile the rules of a shapes graph, in order of IRI. Raises UnsupportedShapeError."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    named = {shape for kind in kinds for shape in shapes.subjects(RDF.type, kind) if isinstance(shape, URIRef)}
    return tuple(_rule(shapes, shape) for shape in sorted(named))


def _rule(shapes: Graph, shape: URIRef) -> Rule:
    targets = _targets(shapes, shape)
    queries = tuple(sparql.Query.of(shapes, shape, each) for each in sorted(shapes.objects(shape, SH.sparql), key=str))
    return Rule(str(shape), targets, _compile(shapes, shape, top=True), queries)


def _targets(shapes: Graph, shape: Node) -> Targets:
    classes = [term(each) for each in shapes.objects(shape, SH.targetClass)]
    nodes = [term(each) for each in shapes.objects(shape, SH.targetNode)]
    subjects_of = [ox.NamedNode(str(each)) for each in shapes.objects(shape, SH.targetSubjectsOf)]
    objects_of = [ox.NamedNode(str(each)) for each in shapes.objects(shape, SH.targetObjectsOf)]
    if not classes + nodes + subjects_of + objects_of:
        raise UnsupportedShapeError(shape, "a named shape without a target")

    def targets(data: Data) -> Iterator[Number]:
        found: dict[Number, None] = dict.fromkeys(data.number(node) for node in nodes)
        for each in classes:
            found.update(data.members(each))
        for predicate in subjects_of:
            found.update(dict.fromkeys(data.index(predicate)))
        for predicate in objects_of:
            found.update(dict.fromkeys(value for values in data.index(predicate).values() for value in values))
        return iter(found)

    return targets


def _compile(shapes: Graph, shape: Node, *, top: bool = False) -> _Shape:
    """Compile one shape. Raises UnsupportedShapeError."""
    path = shapes.value(shape, SH.path)
    checks: list[tuple[str, Check]] = []
    nested: list[_Shape] = []
    for parameter, value in sorted(shapes.predicate_objects(shape), key=_text):
        if parameter in _SILENT or not str(parameter).startswith(str(SH)) or (top and parameter == SH.sparql):
            continue
        if parameter == SH.property:
            nested.append(_compile(shapes, value))
        else:
            found = _over_shapes(shapes, shape, parameter, value) or components.check(shapes, shape, parameter, value)
            if found is None:
                raise UnsupportedShapeError(shape, f"sh:{str(parameter).removeprefix(str(SH))}")
            checks.append((components.name(shapes, shape, parameter), found))
    if (shape, RDF.type, OWL.Class) in shapes:
        raise UnsupportedShapeError(shape, "an implicit class target")
    parameters = set(shapes.predicates(shape))
    return _Shape(
        number=_NUMBERS.setdefault(_meaning(shapes, shape), len(_NUMBERS)),
        name=str(path) if isinstance(path, URIRef) else None,
        path=paths.compiled(shapes, path) if path else None,
        checks=tuple(checks),
        nested=tuple(nested),
        lenient=not any(components.needs_values(each) for each in parameters),
        by_focus=SH.equals in parameters,
    )


def _text(pair: tuple[Node, Node]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


# The number of each shape by its canonical text (_meaning), for the life of the process.
_NUMBERS: dict[str, int] = {}


def _meaning(shapes: Graph, node: Node) -> str:
    """Serialise a node of the shapes graph with all blank nodes below it, so that equal shapes give equal text."""
    if not isinstance(node, BNode):
        return node.n3()
    parts = sorted(f"{predicate.n3()} {_meaning(shapes, value)}" for predicate, value in shapes.predicate_objects(node))
    return f"[{' ; '.join(parts)}]"


def _itself(node: Number) -> Sequence[Number]:
    return (node,)


def _over_shapes(shapes: Graph, shape: Node, parameter: Node, value: Node) -> Check | None:
    """Compile a component that checks values against other shapes (SHACL, sections 4.6 and 4.7), or return None."""
    if parameter == SH.qualifiedValueShape:
        return _qualified(shapes, shape, _compile(shapes, value))
    passing = _passing(shapes, parameter, value)
    if passing is None:
        return None

    def faults(data: Data, _focus: Number, values: Sequence[Number]) -> list[Number]:
        known = passing(data, set(values))
        return [each for each in values if each not in known]

    return Check(faults, passing)


def _passing(shapes: Graph, parameter: Node, value: Node) -> Passing | None:
    if parameter == SH.node:
        return _compile(shapes, value).conforming
    if parameter == SH["not"]:
        negated = _compile(shapes, value)
        return lambda data, values: values - negated.conforming(data, values)
    if parameter not in {SH["and"], SH["or"], SH.xone}:
        return None
    members = [_compile(shapes, each) for each in Collection(shapes, value)]
    if parameter == SH.xone:
        return lambda data, values: _of_one(each.conforming(data, values) for each in members)

    def all_of(data: Data, values: set[Number]) -> set[Number]:
        for each in members:
            values = each.conforming(data, values)
        return values

    def any_of(data: Data, values: set[Number]) -> set[Number]:
        rest = values
        for each in members:
            if not rest:
                break
            rest = rest - each.conforming(data, rest)
        return values - rest

    return all_of if parameter == SH["and"] else any_of


def _of_one(sets: Iterable[set[Number]]) -> set[Number]:
    """Return the elements that are in exactly one of the sets."""
    counted = Counter(each for one in sets for each in one)
    return {each for each, count in counted.items() if count == 1}


def _qualified(shapes: Graph, shape: Node, wanted: _Shape) -> Check:
    if str(shapes.value(shape, SH.qualifiedValueShapesDisjoint) or "false") != "false":
        raise UnsupportedShapeError(shape, "sh:qualifiedValueShapesDisjoint")
    least = int(str(shapes.value(shape, SH.qualifiedMinCount) or 0))
    most = shapes.value(shape, SH.qualifiedMaxCount)

    def faulted(data: Data, _focus: Number, values: Sequence[Number]) -> list[None]:
        count = len(wanted.conforming(data, set(values)))
        return [None] if count < least or (most is not None and count > int(str(most))) else []

    return Check(faulted)
