"""Run pySHACL (W3C SHACL Core and SHACL-SPARQL) over one document's graph and convert its results to findings.

pySHACL is slower than the compiled engine by two orders of magnitude and is the reference for its results. A result of
an anonymous property shape is reported under the fault that encloses the shape. pySHACL keeps no bindings of a SPARQL
constraint, only the message made of them, so the constraint's query runs a second time to read its bindings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import pyoxigraph as ox
from pyshacl import validate
from rdflib import SH, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import Node

from jixiao.shapes import catalogue
from jixiao.shapes.engine.data import Match, Term, background_triples
from jixiao.shapes.engine.sparql import match
from jixiao.shapes.validate import Chosen, Validation


class _Prepared(Graph):
    """A graph that parses each query once, because pySHACL passes the same text for every focus node."""

    def query(self, query_object: Any, *arguments: Any, initNs: Any = None, **options: Any) -> Any:
        if isinstance(query_object, str):
            query_object = _prepared(query_object, tuple(sorted((initNs or {}).items())))
        return super().query(query_object, *arguments, **options)


@lru_cache(maxsize=1_000)
def _prepared(text: str, namespaces: tuple[tuple[str, str], ...]) -> Query:
    return prepareQuery(text, initNs=dict(namespaces))


@dataclass(frozen=True)
class Judge:
    """The reference engine: pySHACL with one shapes graph."""

    shapes: Graph

    def findings(self, triples: bytes) -> Iterator[Match]:
        """Find the faults in a document's N-Triples. Raises rdflib's ParserError if the bytes are not N-Triples."""
        data = _Prepared()
        data.parse(data=background_triples() + triples, format="nt")
        _, results, _ = validate(data, shacl_graph=self._silent, inplace=True)
        asked: set[tuple[Node, Node]] = set()
        for node in sorted(results.objects(None, SH.result)):  # leaves out the nested results of sh:node (sh:detail)
            shape, focus = self._owner(_known(results, node, SH.sourceShape)), _known(results, node, SH.focusNode)
            constraint = results.value(node, SH.sourceConstraint)
            if constraint is None:
                path, value = results.value(node, SH.resultPath), results.value(node, SH.value)
                name = str(path) if isinstance(path, URIRef) else None
                component = str(_known(results, node, SH.sourceConstraintComponent))
                yield Match(str(shape), term(focus), name, None if value is None else term(value), component)
            elif (constraint, focus) not in asked:
                asked.add((constraint, focus))
                yield from self._rows(data, shape, constraint, focus)

    @cached_property
    def _silent(self) -> Graph:
        """The shapes without their messages.

        pySHACL 0.40.1 fills in messages by re.sub, which a backslash in a value stops.
        """
        silent = Graph()
        silent += (triple for triple in self.shapes if triple[1] != SH.message)
        return silent

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that the shapes declare, with their namespaces."""
        declared = list(self.shapes.objects(None, SH.declare))
        return {
            str(self.shapes.value(each, SH.prefix)): str(self.shapes.value(each, SH.namespace)) for each in declared
        }

    def _owner(self, shape: Node) -> Node:
        """Return the named shape that contains an anonymous one, at any depth. Raises LookupError."""
        while not isinstance(shape, URIRef):
            enclosing = self.shapes.value(None, SH.property, shape)
            if enclosing is None:
                raise LookupError(f"a result of a shape without a name: {shape}")
            shape = enclosing
        return shape

    def _rows(self, data: Graph, shape: Node, constraint: Node, focus: Node) -> Iterator[Match]:
        """Run a constraint's query for one focus node again; yield a match per row."""
        select = str(self.shapes.value(constraint, SH.select))
        this: dict[str, Any] = {"this": focus}
        for row in data.query(select, initNs=self.prefixes, initBindings=this).bindings:
            yield match(str(shape), {"this": term(focus)} | {str(name): term(value) for name, value in row.items()})


class JudgedValidation(Validation):
    """A validation of which pySHACL finds the matches."""

    def __init__(self, triples: bytes, scope: catalogue.Scope = "document") -> None:
        super().__init__(triples, scope=scope)
        self._matches = tuple(Judge(shapes_graph(scope)).findings(triples))

    def _findings(self, _chosen: Chosen) -> Iterator[Match]:
        return iter(self._matches)


@cache
def shapes_graph(scope: catalogue.Scope) -> Graph:
    """Read the rules of a scope with the prefixes of their queries. The graph is cached: callers must not change it."""
    return Graph().parse(data="".join(f"{triple} .\n" for triple in catalogue.rules(scope)), format="nt")


def term(node: Node) -> Term:
    """Convert a term of rdflib to one of Oxigraph, with its lexical form unchanged."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if not isinstance(node, Literal):
        return ox.BlankNode(str(node))
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)


def _known(results: Graph, node: Node, predicate: Node) -> Node:
    """Return the value of a property of a result. Raises LookupError if there is none."""
    value = results.value(node, predicate)
    if value is None:
        raise LookupError(f"a validation result without {predicate}")
    return value
