"""Judge files of RDF by the rules of the bundle `content`, each as one graph, and report on them as on other files."""

import hashlib
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, parse

from jixiao.ingest import result
from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ingest.workers import Allowance
from jixiao.ontology import properties, terms
from jixiao.ontology.processes.limits import processor_within
from jixiao.ontology.text.bilingual import Bilingual
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
    ".n3": RdfFormat.N3,
    ".owl": RdfFormat.RDF_XML,
}
"""Forms of RDF by the suffix of a file's name; an ontology (.owl) without mark-up is Turtle."""
_MARK_UP = re.compile(rb"\s*<(?:[?!]|(?:\w+:)?RDF\b)")
_NUMBER = re.compile(r"[0-9]{1,9}")

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
    with processor_within(PARSING + len(content) // 1_000_000):
        return enriched(_n_triples(content, name))


def _n_triples(content: bytes, name: str) -> bytes:
    """Return what a file of RDF states as N-Triples. Raises SyntaxError or ValueError for a file that is no RDF."""
    own, plain = PurePosixPath(name), content.removeprefix(BOM_UTF8)
    form = _FORMATS[own.suffix.lower()]
    if own.suffix.lower() == ".owl" and not _MARK_UP.match(plain):
        form = RdfFormat.TURTLE
    quads = parse(plain, form, base_iri=f"file:///{quote(own.name)}")
    # A formula of N3 is a graph that is quoted, not stated.
    stated = (quad for quad in quads if form != RdfFormat.N3 or quad.graph_name == DefaultGraph())
    return "".join(f"{quad.triple} .\n" for quad in stated).encode()


def judge_graph(content: bytes, name: str) -> Document:
    """Judge a file of RDF as one graph, and return its report under its name. A file that cannot be read is refused.

    An RDF file has no lines of text to quote. Its findings have a line number only if its nodes state one
    (jx:sourceLine). A rule that fails is named among what was left out, and so is the reading of the texts.
    """
    digest, failed = hashlib.sha256(content).hexdigest(), list[Bilingual]()
    with processor_within(PARSING + len(content) // 1_000_000):
        try:
            triples = _n_triples(content, name)
        except (SyntaxError, ValueError) as error:
            return Document(name, digest, (f"不是完好的 RDF：{error} · not valid RDF",))
        try:
            read = enriched(triples)
            data = Data(read)
        except Exception as error:  # noqa: BLE001 - what the texts state is not all that is judged
            kind = type(error).__name__
            failed.append(Bilingual(f"文字所述没有读成：{kind}", f"what its texts state could not be read: {kind}"))
            read, data = triples, Data(triples)
    filings = {text(node): filed_by(data, node) for node in _of_class(data, terms.Filing)}
    heads = {text(node): _head(data, node, filings) for node in _of_class(data, terms.Project)}
    if not heads:
        return Document(name, digest, ("没有一个 jx:Project · it has no jx:Project",))
    first = next(iter(filings.values()), Filed())
    of_projects = {iri: head.filed for iri, head in heads.items()}
    findings = tuple(
        replace(result, iri=f"r{number}", filed=of_projects.get(result.project or result.focus_node, first))
        for number, result in enumerate(sorted(_results(read, failed), key=validate.order), 1)
    )
    filed = tuple(dict.fromkeys((*filings.values(), *of_projects.values())))
    indicators, left_out = len(data.members(NamedNode(terms.Indicator))), tuple(map(str, failed))
    return Document(name, digest, (), filed, heads, findings, indicators, 1.0, left_out)


def _results(triples: bytes, failed: list[Bilingual]) -> Iterator[Finding]:
    """Yield the findings of the bundle's rules; rules about a whole store are applied to this graph only.

    A rule that fails is named in `failed`, and the others are applied all the same.
    """
    scopes: tuple[catalogue.Scope, ...] = ("document", "corpus")
    for scope in scopes:
        validation = validate.Validation(triples, scope=scope)
        for rule in (each for each in catalogue.faults(scope) if each.bundle == "content"):
            try:
                yield from validation.report(rule.__eq__).results
            except Exception as error:  # noqa: BLE001 - a graph of others may hold anything
                kind, named = type(error).__name__, rule.label
                zh = f"规则“{named.zh}”（{rule.name}）没有查成：{kind}"
                failed.append(Bilingual(zh, f"the rule “{named.en}” ({rule.name}) could not be checked: {kind}"))


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
    year = years[0] if len(years) == 1 and _NUMBER.fullmatch(years[0]) else None
    return Filed(next(labels, None), int(year) if year else None)


def _head(data: Data, node: Term, filings: dict[str, Filed]) -> ProjectHead:
    """Return a project's name, line and filing; `filings` has the body and year of each filing, by IRI."""
    parents = [text(each) for each in data.objects(node, _FILING)]
    lines = [text(each) for each in data.objects(node, _LINE) if _NUMBER.fullmatch(text(each))]
    filed = filings.get(parents[0]) if len(parents) == 1 else None
    name = next(iter(sorted(map(text, data.objects(node, _LABEL)))), "")
    return ProjectHead(name, int(lines[0]) if lines else None, filed or filed_by(data, node))
