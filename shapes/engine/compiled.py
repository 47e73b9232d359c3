"""Compile the rules to Python, which finds the faults of a document much faster than pySHACL.

Core constraints become closures over an indexed graph, SPARQL constraints queries on Oxigraph (sparql.py). pySHACL is
the reference: a test compares the results of both engines on all test data. Constructs without support are refused
when the shapes are compiled (UnsupportedShapeError), never skipped; they are those that no rule of this project has.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.reference import Facts, Value
from jixiao.shapes.engine import components, sparql
from jixiao.shapes.engine.data import Data, Match, Number, Term, UnsupportedShapeError, text

Targets = Callable[[Data], Iterable[Number]]

Reached = Mapping[Number, Sequence[Number]]
"""Nodes of a document with the values of a path, in order; nodes without a value are left out."""

Path = Callable[[Data, set[Number]], Reached]
"""Function from a document and some of its nodes to the values of a path."""

# Properties that name, word or target a shape, or parametrise another constraint: none is a constraint by itself.
_SILENT = {
    "path", "severity", "message", "name", "description", "order", "group", "targetClass", "targetSubjectsOf",
    "qualifiedMinCount", "qualifiedMaxCount",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Shape:
    """One shape: the path from a focus node to its values, and the checks of these values.

    `number` is the same for equal shapes, so that their answers are shared. `name` is the IRI of a path that is a
    single property.
    """

    number: int
    name: str | None
    path: Path | None
    checks: tuple[tuple[str, components.Check], ...]
    nested: tuple["_Shape", ...]

    def conforming(self, data: Data, nodes: set[Number]) -> set[Number]:
        """Return the given nodes that have no fault.

        Answers are cached in `data`, because many rules ask about the same nodes.
        """
        examined, conforming = data.conforming[self.number]
        if fresh := nodes - examined:
            reached = self._reached(data, fresh)
            if all(check.optional for _, check in self.checks):
                conforming |= fresh.difference(reached)
                values_of = reached
            else:
                values_of = {node: reached.get(node, ()) for node in fresh}
            conforming |= self._passing(data, values_of, set(chain.from_iterable(reached.values())))
            examined |= fresh
        return nodes & conforming

    def _reached(self, data: Data, nodes: set[Number]) -> Reached:
        """Return the values of the path by node; for a node shape, which has no path, each node itself."""
        return self.path(data, nodes) if self.path else {node: (node,) for node in nodes}

    def _passing(self, data: Data, values_of: Reached, values: set[Number]) -> set[Number]:
        """Return the nodes whose values pass all checks and nested shapes.

        `values_of` has the values of each node, and `values` is the set of them all.
        """
        passing = values
        for _, check in self.checks:
            if check.passing:
                passing = check.passing(data, passing)
        for shape in self.nested:
            passing = shape.conforming(data, passing)
        nodes = {node for node, own in values_of.items() if passing.issuperset(own)}
        for _, check in self.checks:
            if not check.passing:
                nodes = {node for node in nodes if not check.faults(data, node, values_of[node])}
        return nodes

    def faulted(self, data: Data, nodes: Iterable[Number]) -> Iterator[tuple[Term, str | None, Term | None, str]]:
        """Yield (focus node, path, value, component) for each fault, including those of nested property shapes.

        `nodes` are the focus nodes to check.
        """
        listed = list(nodes)
        conforming = self.conforming(data, set(listed)) if listed else listed
        if len(conforming) == len(listed):
            return
        failing = [node for node in listed if node not in conforming]
        reached = self._reached(data, set(failing))
        for focus in failing:
            values = reached.get(focus, ())
            for component, check in self.checks:
                for value in check.faults(data, focus, values):
                    yield data.term(focus), self.name, None if value is None else data.term(value), component
        for shape in self.nested:
            yield from shape.faulted(data, chain.from_iterable(reached.get(focus, ()) for focus in failing))


@dataclass(frozen=True)
class Rule:
    """One named shape: its target nodes, its checks and its queries."""

    iri: str
    targets: Targets
    shape: _Shape
    queries: tuple[sparql.Query, ...]

    @property
    def only_queries(self) -> bool:
        """Return whether all constraints of the rule are SPARQL constraints."""
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
                yield from query.findings(self.iri, data.exact if query.exceeds(data) else data.store)


def compile_shapes(shapes: Facts) -> tuple[Rule, ...]:
    """Compile the rules among shapes, in order of IRI. Raises UnsupportedShapeError."""
    kinds = {terms.SH_NodeShape, terms.SH_PropertyShape}
    named = [node for node in shapes if isinstance(node, NamedNode) and kinds & {*shapes.iris(node, terms.RDF_type)}]
    return tuple(
        Rule(
            iri=shape.value,
            targets=_targets(shapes, shape),
            shape=_compile(shapes, shape, top=True),
            queries=tuple(sparql.Query.of(shapes, shape, each) for each in shapes.values(shape, terms.SH_sparql)),
        )
        for shape in sorted(named, key=text)
    )


def _targets(shapes: Facts, shape: NamedNode) -> Targets:
    """Return a function from a document to the nodes that a shape checks. Raises UnsupportedShapeError."""
    classes = shapes.values(shape, terms.SH_targetClass)
    properties = [NamedNode(each) for each in shapes.iris(shape, terms.SH_targetSubjectsOf)]
    if not classes and not properties:
        raise UnsupportedShapeError(shape, "a named shape without a target")
    return lambda data: dict.fromkeys(
        chain(*(data.members(each) for each in classes), *(data.index(each) for each in properties))
    )


def _compile(shapes: Facts, shape: Value, *, top: bool = False) -> _Shape:
    """Compile one shape. Raises UnsupportedShapeError.

    If `top` is true, the shape is a rule itself, whose sh:sparql is left to Rule.queries; below a rule it is refused.
    """
    path = shapes.value(shape, terms.SH_path)
    checks: list[tuple[str, components.Check]] = []
    nested: list[_Shape] = []
    parameters = {each.removeprefix(terms.SH) for each in shapes.about(shape) if each.startswith(terms.SH)}
    for parameter in sorted(parameters - _SILENT - ({"sparql"} if top else set())):
        for value in sorted(shapes.values(shape, terms.SH + parameter), key=str):
            if parameter == "property":
                nested.append(_compile(shapes, value))
            elif parameter == "qualifiedValueShape":
                checks.append(_qualified(shapes, shape, value))
            elif parameter in components.MAKERS:
                checks.append((components.name(parameter), components.MAKERS[parameter](shapes, value)))
            elif made := _over_shapes(shapes, parameter, value):
                checks.append((components.name(parameter), made))
            else:
                raise UnsupportedShapeError(shape, f"sh:{parameter}")
    if terms.OWL_Class in shapes.iris(shape, terms.RDF_type):
        raise UnsupportedShapeError(shape, "an implicit class target")
    return _Shape(
        number=_NUMBERS.setdefault(shapes.meaning(shape), len(_NUMBERS)),
        name=path.value if isinstance(path, NamedNode) else None,
        path=_path(shapes, path) if path else None,
        checks=tuple(checks),
        nested=tuple(nested),
    )


# The number of each shape by its canonical text (Facts.meaning), for the life of the process.
_NUMBERS: dict[str, int] = {}


def _path(shapes: Facts, path: Value) -> Path:
    """Compile a path (SHACL, section 2.3.1), whose values are given without duplicates. Raises UnsupportedShapeError.

    Repeated paths (zeroOrMore …) are refused, because no rule of this project has one.
    """
    step = _step(shapes, path)
    if isinstance(path, NamedNode):
        return step  # a graph holds a triple once
    return lambda data, nodes: {node: list(dict.fromkeys(values)) for node, values in step(data, nodes).items()}


def _step(shapes: Facts, path: Value) -> Path:
    """Compile a path; its values may have duplicates. Raises UnsupportedShapeError."""
    if isinstance(path, NamedNode):
        return lambda data, nodes: _among(data.index(path), nodes)
    if steps := list(shapes.items(path)):
        return _sequence([_step(shapes, each) for each in steps])
    match shapes.pairs(path):
        case [(predicate, NamedNode() as inverse)] if predicate == terms.SH_inversePath:
            return lambda data, nodes: _among(data.inverse(inverse), nodes)
        case [(predicate, members)] if predicate == terms.SH_alternativePath:
            return _alternative([_step(shapes, each) for each in shapes.items(members)])
    raise UnsupportedShapeError(path, f"path {' '.join(sorted(shapes.about(path)))}")


def _among(index: Reached, nodes: set[Number]) -> Reached:
    """Return the entries of an index (values by node) whose nodes are among the given ones."""
    if len(index) < len(nodes):
        return {node: values for node, values in index.items() if node in nodes}
    return {node: index[node] for node in nodes if node in index}


def _sequence(steps: list[Path]) -> Path:
    """Return the path that follows all steps one after the other."""

    def values(data: Data, nodes: set[Number]) -> Reached:
        reached = steps[0](data, nodes)
        for step in steps[1:]:
            further = step(data, set(chain.from_iterable(reached.values())))
            along = {node: [value for each in own for value in further.get(each, ())] for node, own in reached.items()}
            reached = {node: own for node, own in along.items() if own}
        return reached

    return values


def _alternative(steps: list[Path]) -> Path:
    """Return the path that has the values of all the given steps together."""

    def values(data: Data, nodes: set[Number]) -> Reached:
        reached = (pair for step in steps for pair in step(data, nodes).items())
        return by_key((node, value) for node, own in reached for value in own)

    return values


def _over_shapes(shapes: Facts, parameter: str, value: Value) -> components.Check | None:
    """Return the check of values against other shapes (SHACL, section 4.6); None for other parameters.

    `parameter` is the parameter's local name, such as `not`, and `value` its value.
    """
    if parameter == "node":
        return components.of_values(_compile(shapes, value).conforming)
    if parameter == "not":
        negated = _compile(shapes, value)
        return components.of_values(lambda data, values: values - negated.conforming(data, values))
    if parameter not in ("and", "or"):
        return None
    members = [_compile(shapes, each) for each in shapes.items(value)]

    def all_of(data: Data, values: set[Number]) -> set[Number]:
        for each in members:
            values = each.conforming(data, values)
        return values

    def any_of(data: Data, values: set[Number]) -> set[Number]:
        rest = values
        for member in members:
            if not rest:
                break
            rest = rest - member.conforming(data, rest)
        return values - rest

    return components.of_values(all_of if parameter == "and" else any_of)


def _qualified(shapes: Facts, shape: Value, wanted: Value) -> tuple[str, components.Check]:
    """Return the component and the check of sh:qualifiedValueShape (SHACL, section 4.7.3).

    The check counts the values that conform to the shape `wanted`.
    """
    names = ("qualifiedMinCount", "qualifiedMaxCount")
    least, most = ([int(each) for each in shapes.texts(shape, terms.SH + name)] for name in names)
    conforming = _compile(shapes, wanted).conforming

    def faulted(data: Data, _focus: Number, values: Sequence[Number]) -> list[None]:
        count = len(conforming(data, set(values)))
        return [None] if any(count < each for each in least) or any(count > each for each in most) else []

    return components.name("qualifiedMinCount" if least else "qualifiedMaxCount"), components.Check(faulted)
