"""One document's triples go in, a `Report` of named faults with their lines comes out.

pySHACL is the judge (W3C SHACL Core and SHACL-SPARQL); here its anonymous property shapes are traced back to the fault
that encloses them. Apart from `place`, which finds a result in the source, and from `report`, which renders it.
"""

import logging
from dataclasses import dataclass, field
from functools import cache

from rdflib import RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from jixiao.ontology import terms, turtle_files
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Bilingual, Fault
from jixiao.shapes.place import LinesOf, Place

_LONGEST_QUOTE = 60

# An ill-typed literal is a finding here; rdflib would also log it, with a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Result:
    """One fault at one place (sh:ValidationResult).

    `focus_node` is an IRI; `about` the label of its project or else of itself; `path` the property and `value` the
    lexical value at fault, where there is one; `message` the fault's sentence with that value; `lines` are 1-based in
    the rendition, in order, empty only where nothing leads to a line.
    """

    fault: Fault
    focus_node: str
    about: str | None
    path: str | None
    value: str | None
    message: Bilingual
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """What was found in one document, by line, then fault, then node: the same for the same triples."""

    results: tuple[Result, ...]

    @property
    def refuses(self) -> bool:
        """Say whether a Violation keeps the document out."""
        return any(result.fault.severity == terms.SH_Violation for result in self.results)


def validate(triples: bytes, lines_of: LinesOf | None = None) -> Report:
    """Check a document's graph against all shapes.

    `triples` are N-Triples (ParserError of rdflib where they are not); `lines_of` asks the document's ledger.
    """
    from pyshacl import validate as pyshacl_validate  # noqa: PLC0415 - half a second that pages and listings need not pay

    data = Graph()
    data.parse(data=triples, format="nt")
    for concept in _concepts():
        data.add((concept, RDF.type, SKOS.Concept))
    shapes = _shapes()
    _, found, _ = pyshacl_validate(data, shacl_graph=shapes.graph, inplace=True)
    place = Place(data, lines_of or (lambda _node, _property: ()))
    results = {_result(found, node, shapes, place) for node in found.subjects(RDF.type, SH.ValidationResult)}
    return Report(tuple(sorted(results, key=_order)))


@dataclass(frozen=True)
class _Shapes:
    graph: Graph
    owner: dict[Node, Fault] = field(compare=False)


@cache
def _shapes() -> _Shapes:
    graph = Graph()
    for file in catalogue.turtle_files():
        graph.parse(file, format="turtle")
    owner: dict[Node, Fault] = {}
    for fault in catalogue.faults():
        for shape in graph.transitive_objects(URIRef(fault.iri), SH.property):
            owner[_known(shape)] = fault
    return _Shapes(graph, owner)


@cache
def _concepts() -> tuple[Node, ...]:
    vocabulary = Graph()
    for file in turtle_files():
        vocabulary.parse(file, format="turtle")
    return tuple(vocabulary.subjects(RDF.type, SKOS.Concept))


def _result(found: Graph, node: Node, shapes: _Shapes, place: Place) -> Result:
    focus = found.value(node, SH.focusNode)
    fault = shapes.owner[_known(found.value(node, SH.sourceShape))]
    value = found.value(node, SH.value)
    path = place.path(_known(focus), fault, found.value(node, SH.resultPath), value)
    return Result(
        fault=fault,
        focus_node=str(focus) if isinstance(focus, URIRef) else f"_:{focus}",
        about=place.about(_known(focus)),
        path=path,
        value=None if value is None or value == focus else str(value),
        message=_message(fault.message, value),
        lines=place.lines(_known(focus), fault, path),
    )


def _known(node: Node | None) -> Node:
    if node is None:
        raise LookupError("a validation result without focus node or source shape")
    return node


def _message(sentence: Bilingual, value: Node | None) -> Bilingual:
    """Add what stands there to the fault's sentence, where it is short text."""
    if not isinstance(value, Literal) or not str(value).strip() or len(value) > _LONGEST_QUOTE:
        return sentence
    return Bilingual(f"{sentence.zh}读到的是“{value}”。", f"{sentence.en} It reads “{value}”.")


def _order(result: Result) -> tuple[tuple[int, ...], str, str, str, str]:
    lines = result.lines or (10**9,)
    return lines, result.fault.iri, result.focus_node, result.path or "", result.value or ""
