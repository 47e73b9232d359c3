"""Write a `Report` as RDF for its graph, or as one line per result that explains a refusal.

The RDF follows docs/shapes.md: one sh:ValidationResult per finding, named `#r1` onwards in the order of the report.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

import pyoxigraph as ox

from jixiao.ontology import identity, terms
from jixiao.shapes.findings.documents import Document
from jixiao.shapes.findings.finding import Finding, Report

_PREFIXES = {prefix: terms.PREFIXES[prefix] for prefix in ("jx", "jxs", "prov", "rdfs", "sh")}


def ntriples(report: Report, graph: str, source: str) -> bytes:
    """Return the report on the document with the IRI `source` as N-Triples for the report graph with the IRI `graph`.

    A report without findings gives no bytes.
    """
    return ox.serialize(_triples(report.results, graph, source), format=ox.RdfFormat.N_TRIPLES) or b""


def bare_ntriples(findings: Sequence[Finding], graph: str, source: str) -> bytes:
    """Return findings about a source as N-Triples, named {graph}#1, #2 …, without the statements about their report.

    `graph` and `source` are IRIs.
    """
    numbered = ((ox.NamedNode(f"{graph}#{number}"), finding) for number, finding in enumerate(findings, start=1))
    triples = (triple for node, finding in numbered for triple in _result(node, finding, source))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def turtle(report: Report, graph: str, source: str) -> str:
    """Return the triples of `ntriples` as Turtle with prefixes, for people."""
    return _turtle(_triples(report.results, graph, source))


def documents_turtle(documents: Iterable[Document], iris: identity.Iris) -> str:
    """Return the reports of many documents as Turtle, each with its file name and, even without findings, sh:conforms.

    The report of a refused document gives the reasons as rdfs:comment. A document without digest, whose bytes could not
    be read, is a blank node.
    """
    return _turtle(triple for document in documents for triple in _of_document(document, iris))


def reasons(report: Report) -> tuple[str, ...]:
    """Return a line for each finding: line numbers, fault, project and message in Chinese, then English."""
    return tuple(_reason(result) for result in report.results)


def _reason(result: Finding) -> str:
    where = f"第 {'、'.join(map(str, result.lines))} 行 " if result.lines else ""
    about = f"「{result.about}」" if result.about else ""
    return f"{where}{result.fault.label.zh}：{about}{result.message.zh} / {result.fault.label.en}: {result.message.en}"


def _turtle(triples: Iterable[ox.Triple]) -> str:
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
    lines = written.decode().splitlines(keepends=True)
    # pyoxigraph writes prefixes in a different order each time.
    return "".join(sorted(lines, key=lambda line: (0, line) if line.startswith("@prefix") else (1, "")))


def _of_document(document: Document, iris: identity.Iris) -> Iterator[ox.Triple]:
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
        yield from _triples(document.findings, iris.report_graph(document.sha256), iris.source(document.sha256))
    else:
        yield from _head(graph, conforms=not document.refused)


def _head(report: ox.NamedNode | ox.BlankNode, conforms: bool) -> Iterator[ox.Triple]:
    """Yield the class of a report, and whether the document conforms."""
    yield ox.Triple(report, _term(terms.RDF_type), _term(terms.SH_ValidationReport))
    yield ox.Triple(report, _term(terms.SH_conforms), ox.Literal(conforms))


def _triples(results: Sequence[Finding], graph: str, source: str) -> Iterator[ox.Triple]:
    """Yield the triples of a report and its results; a report with results does not conform (SHACL, 3.6.1.1).

    A result that has no name yet is named after its position in the report.
    """
    if results:
        yield from _head(ox.NamedNode(graph), conforms=False)
    for number, result in enumerate(results, start=1):
        node = ox.NamedNode(f"{graph}#{result.anchor or f'r{number}'}")
        yield ox.Triple(ox.NamedNode(graph), _term(terms.SH_result), node)
        yield from _result(node, result, source)


def _result(node: ox.NamedNode, finding: Finding, source: str) -> Iterator[ox.Triple]:
    statements: list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]] = [
        (terms.RDF_type, _term(terms.SH_ValidationResult)),
        (
            terms.SH_focusNode,
            (
                ox.BlankNode(finding.focus_node.removeprefix("_:"))
                if finding.focus_node.startswith("_:")
                else ox.NamedNode(finding.focus_node)
            ),
        ),
        (terms.SH_sourceShape, _term(finding.fault.iri)),
        (terms.SH_sourceConstraintComponent, _term(finding.component)),
        (terms.SH_resultSeverity, _term(finding.fault.severity)),
        (terms.SH_resultMessage, ox.Literal(finding.message.zh, language="zh")),
        (terms.SH_resultMessage, ox.Literal(finding.message.en, language="en")),
        (terms.findingGroup, ox.Literal(finding.group)),
        *(
            (terms.difference, ox.Literal(f"{each:f}", datatype=_term(terms.XSD_decimal)))
            for each in (finding.difference,)
            if each is not None
        ),
        *((terms.SH_resultPath, _term(path)) for path in (finding.path,) if path),
        *((terms.sourceLine, ox.Literal(line)) for line in finding.lines),
        (terms.PROV_wasDerivedFrom, _term(source)),
    ]
    return (ox.Triple(node, _term(name), value) for name, value in statements)


_term = ox.NamedNode
