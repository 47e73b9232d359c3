"""Write a `Report` as RDF for its graph, or as one line per result that explains a refusal.

The RDF follows docs/shapes.md: one sh:ValidationResult per finding, named `#r1` onwards in the order of the report.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import PurePath

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.shapes.findings.documents import Document
from jixiao.shapes.results import Report, Result

_PREFIXES = {prefix: terms.PREFIXES[prefix] for prefix in ("jx", "jxs", "prov", "rdfs", "sh")}


def ntriples(report: Report, graph: str, source: str) -> bytes:
    """Write the report on the document with the IRI `source` as N-Triples for the report graph with the IRI `graph`.

    A report without results gives no bytes.
    """
    return _serialize(_triples(_numbered(report), graph, source), ox.RdfFormat.N_TRIPLES)


def bare_ntriples(results: Sequence[Result], graph: str, source: str) -> bytes:
    """Write results without the head of their report, numbered from 1, as N-Triples."""
    named = ((ox.NamedNode(f"{graph}#{number}"), result) for number, result in enumerate(results, start=1))
    return _serialize(
        (triple for node, result in named for triple in _result(node, result, source)), ox.RdfFormat.N_TRIPLES
    )


def turtle(report: Report, graph: str, source: str) -> str:
    """Write the triples of `ntriples` as Turtle with prefixes, for people."""
    return _turtle(_triples(_numbered(report), graph, source))


def documents_turtle(documents: Iterable[Document], iris: Iris) -> str:
    """Write the reports of many documents as Turtle, each with its file name and, even without findings, sh:conforms.

    The report of a refused document gives the reasons as rdfs:comment. A document without digest, whose bytes could not
    be read, is a blank node.
    """
    return _turtle(triple for document in documents for triple in _of_document(document, iris))


def reasons(report: Report) -> tuple[str, ...]:
    """State each result in one line: line numbers, fault, project and message in Chinese, then the English."""
    return tuple(_reason(result) for result in report.results)


def _reason(result: Result) -> str:
    where = f"第 {'、'.join(map(str, result.lines))} 行 " if result.lines else ""
    about = f"「{result.about}」" if result.about else ""
    return f"{where}{result.fault.label.zh}：{about}{result.message.zh} / {result.fault.label.en}: {result.message.en}"


def _turtle(triples: Iterable[ox.Triple]) -> str:
    lines = _serialize(triples, ox.RdfFormat.TURTLE).decode().splitlines(keepends=True)
    # pyoxigraph writes prefixes in a different order each time.
    return "".join(sorted(lines, key=lambda line: (0, line) if line.startswith("@prefix") else (1, "")))


def _serialize(triples: Iterable[ox.Triple], syntax: ox.RdfFormat) -> bytes:
    out = BytesIO()
    ox.serialize(triples, out, syntax, prefixes=_PREFIXES if syntax == ox.RdfFormat.TURTLE else None)
    return out.getvalue()


def _numbered(report: Report) -> list[tuple[str, Result]]:
    return [(f"r{number}", result) for number, result in enumerate(report.results, start=1)]


def _of_document(document: Document, iris: Iris) -> Iterator[ox.Triple]:
    graph: ox.NamedNode | ox.BlankNode = ox.BlankNode()
    source: ox.NamedNode | ox.BlankNode = ox.BlankNode()
    if document.sha256:
        graph, source = (
            ox.NamedNode(iri) for iri in (iris.report_graph(document.sha256), iris.source(document.sha256))
        )
    yield ox.Triple(source, _term(terms.RDF_type), _term(terms.SourceDocument))
    yield ox.Triple(source, _term(terms.fileName), ox.Literal(PurePath(document.path).name))
    yield ox.Triple(graph, _term(terms.PROV_wasDerivedFrom), source)
    for reason in document.refused:
        yield ox.Triple(graph, _term(terms.RDFS_comment), ox.Literal(reason))
    if document.findings:
        found = [(finding.node, finding.result) for finding in document.findings]
        yield from _triples(found, iris.report_graph(document.sha256), iris.source(document.sha256))
    else:
        yield from _head(graph, conforms=not document.refused)


def _head(report: ox.NamedNode | ox.BlankNode, conforms: bool) -> Iterator[ox.Triple]:
    yield ox.Triple(report, _term(terms.RDF_type), _term(terms.SH_ValidationReport))
    yield ox.Triple(report, _term(terms.SH_conforms), ox.Literal(conforms))


def _triples(results: Sequence[tuple[str, Result]], graph: str, source: str) -> Iterator[ox.Triple]:
    """Describe a report and its results; a report with results does not conform (SHACL, section 3.6.1.1)."""
    if results:
        yield from _head(ox.NamedNode(graph), conforms=False)
    for name, result in results:
        node = ox.NamedNode(f"{graph}#{name}")
        yield ox.Triple(ox.NamedNode(graph), _term(terms.SH_result), node)
        yield from _result(node, result, source)


def _result(node: ox.NamedNode, result: Result, source: str) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _term(terms.RDF_type), _term(terms.SH_ValidationResult))
    yield ox.Triple(node, _term(terms.SH_focusNode), _node(result.focus_node))
    yield ox.Triple(node, _term(terms.SH_sourceShape), _term(result.fault.iri))
    yield ox.Triple(node, _term(terms.SH_sourceConstraintComponent), _term(result.component))
    yield ox.Triple(node, _term(terms.SH_resultSeverity), _term(result.fault.severity))
    yield ox.Triple(node, _term(terms.SH_resultMessage), ox.Literal(result.message.zh, language="zh"))
    yield ox.Triple(node, _term(terms.SH_resultMessage), ox.Literal(result.message.en, language="en"))
    yield ox.Triple(node, _term(terms.findingGroup), ox.Literal(result.group))
    if result.path:
        yield ox.Triple(node, _term(terms.SH_resultPath), _term(result.path))
    for line in result.lines:
        yield ox.Triple(node, _term(terms.sourceLine), ox.Literal(line))
    yield ox.Triple(node, _term(terms.PROV_wasDerivedFrom), _term(source))


def _term(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _node(name: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(name.removeprefix("_:")) if name.startswith("_:") else ox.NamedNode(name)
