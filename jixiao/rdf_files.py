"""Judge files of RDF by the rules of the bundle `content`, each as one graph, and report on them as on other files."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ingest import result
from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ingest.workers import Allowance
from jixiao.ontology import properties, terms
from jixiao.ontology.processes.limits import processor_within
from jixiao.shapes import catalogue, validate
from jixiao.shapes.engine.data import Data, Term, text
from jixiao.shapes.findings.documents import Document, ProjectHead
from jixiao.shapes.findings.finding import Filed, Finding

GRAPH = Allowance(seconds=20, memory=1 << 30, pace=50_000)
"""Limits for one file of RDF: five megabytes take fifteen seconds."""
PARSING = 10
"""Seconds of processor time for parsing one, and one more for each megabyte; most of the time is for judging."""

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
"""Forms of RDF by the suffix of a file's name."""

_LABEL, _YEAR, _LINE, _FILING = (
    NamedNode(iri) for iri in (terms.RDFS_label, terms.year, terms.sourceLine, terms.partOfFiling)
)


def is_rdf(path: Path) -> bool:
    """Return whether a file is RDF, by the suffix of its name."""
    return path.suffix.lower() in _FORMATS


def judge_graphs(files: Sequence[result.Document]) -> list[Document]:
    """Read files of RDF, judge each as one graph, and return their reports in the same order."""
    return [judge_graph(each.content, each.name) for each in files]


def with_mentions(content: bytes, name: str) -> bytes:
    """Return a file of RDF with the mentions of its texts, as N-Triples.

    The suffix of the name gives the format; relative IRIs are resolved by this name alone, wherever the file lies.
    Raises SyntaxError or ValueError for a file that is no RDF.
    """
    own = PurePosixPath(name)
    with processor_within(PARSING + len(content) // 1_000_000):
        quads = parse(content, _FORMATS[own.suffix.lower()], base_iri=f"file:///{quote(own.name)}")
        return enriched("".join(f"{quad.triple} .\n" for quad in quads).encode())


def judge_graph(content: bytes, name: str) -> Document:
    """Judge a file of RDF as one graph, and return its report under its name. A file that cannot be read is refused.

    An RDF file has no lines of text to quote. Its findings have a line number only if its nodes state one
    (jx:sourceLine).
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        triples = with_mentions(content, name)
    except (SyntaxError, ValueError) as error:
        return Document(name, digest, (f"不是完好的 RDF：{error} · not valid RDF",))
    data = Data(triples)
    filings = {text(node): filed_by(data, node) for node in _of_class(data, terms.Filing)}
    heads = {text(node): _head(data, node, filings) for node in _of_class(data, terms.Project)}
    if not heads:
        return Document(name, digest, ("没有一个 jx:Project · it has no jx:Project",))
    first = next(iter(filings.values()), Filed())
    of_projects = {iri: head.filed for iri, head in heads.items()}
    findings = tuple(
        replace(result, iri=f"r{number}", filed=of_projects.get(result.project or result.focus_node, first))
        for number, result in enumerate(sorted(_results(triples), key=validate.order), 1)
    )
    filed = tuple(dict.fromkeys((*filings.values(), *of_projects.values())))
    return Document(name, digest, (), filed, heads, findings, len(data.members(NamedNode(terms.Indicator))), 1.0)


def _results(triples: bytes) -> Iterator[Finding]:
    """Yield the findings of the bundle's rules; rules about a whole store are applied to this graph only."""
    scopes: tuple[catalogue.Scope, ...] = ("document", "corpus")
    for scope in scopes:
        yield from validate.Validation(triples, scope=scope).report(lambda fault: fault.bundle == "content").results


def _of_class(data: Data, name: str) -> Iterator[Term]:
    return (data.term(number) for number in data.members(NamedNode(name)))


def filed_by(data: Data, node: Term) -> Filed:
    """Return the body and the year of a filing or project.

    The body is the one that filed the filing, or answers for the project; the year is None unless exactly one is
    stated.
    """
    named = (body for name in (terms.filedBy, *properties.bodies()) for body in data.objects(node, NamedNode(name)))
    labels = (text(label) for body in named for label in data.objects(body, _LABEL))
    years = [value.value for value in data.objects(node, _YEAR) if isinstance(value, Literal)]
    year = years[0] if len(years) == 1 and years[0].isascii() and years[0].isdigit() else None
    return Filed(next(labels, None), int(year) if year else None)


def _head(data: Data, node: Term, filings: dict[str, Filed]) -> ProjectHead:
    """Return a project's name, line and filing; `filings` has the body and year of each filing, by IRI."""
    parents = [text(each) for each in data.objects(node, _FILING)]
    lines = [each.value for each in data.objects(node, _LINE) if isinstance(each, Literal) and each.value.isdigit()]
    filed = filings.get(parents[0]) if len(parents) == 1 else None
    name = next(iter(sorted(map(text, data.objects(node, _LABEL)))), "")
    return ProjectHead(name, int(lines[0]) if lines else None, filed or filed_by(data, node))
