"""Check RDF files with the rules of the bundle `content`, each file as one graph, for `jixiao validate`.

An RDF file has no lines of text to quote. Its findings have a line number only if its nodes state one (jx:sourceLine);
in RDF made by `jixiao rdf-from-csv` this is the row of the spreadsheet.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.ontology.properties import bodies
from jixiao.shapes.catalogue import Scope
from jixiao.shapes.engine.data import Data, Term, text
from jixiao.shapes.findings.documents import Document, ProjectHead
from jixiao.shapes.findings.finding import Filed, Finding
from jixiao.shapes.validate import Engine, Validation, order

_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
"""Forms of RDF by the suffix of a file's name."""

_LABEL, _YEAR, _LINE = NamedNode(terms.RDFS_label), NamedNode(terms.year), NamedNode(terms.sourceLine)
_FILING = NamedNode(terms.partOfFiling)


def is_rdf(path: Path) -> bool:
    """Tell if a file is RDF, by the suffix of its name."""
    return path.suffix.lower() in _FORMATS


def check(path: Path, name: str, engine: Engine = "compiled") -> Document:
    """Judge a file of RDF, to be shown under a name. A file that cannot be read is refused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Document(name, "", (f"无法读取：{error} · cannot be read",))
    digest = hashlib.sha256(content).hexdigest()
    try:
        triples = _triples(content, path)
    except (SyntaxError, ValueError) as error:
        return Document(name, digest, (f"不是完好的 RDF：{error} · not valid RDF",))
    data = Data(triples)
    filings = {text(node): filed_by(data, node) for node in _of_class(data, terms.Filing)}
    heads = {text(node): _head(data, node, filings) for node in _of_class(data, terms.Project)}
    if not heads:
        return Document(name, digest, ("没有一个 jx:Project · it has no jx:Project",))
    first = next(iter(filings.values()), Filed())
    findings = tuple(
        replace(result, iri=f"r{number}", filed=_filed_of(result, heads, first))
        for number, result in enumerate(sorted(_results(triples, engine), key=order), 1)
    )
    filed = tuple(dict.fromkeys((*filings.values(), *(head.filed for head in heads.values()))))
    return Document(name, digest, (), filed, heads, findings, len(data.members(NamedNode(terms.Indicator))), 1.0)


def _results(triples: bytes, engine: Engine) -> Iterator[Finding]:
    """Yield the findings of the bundle's rules; rules about a whole store are applied to this graph only."""
    scopes: tuple[Scope, ...] = ("document", "corpus")
    for scope in scopes:
        yield from (
            Validation(triples, engine=engine, scope=scope).report(lambda fault: fault.bundle == "content").results
        )


def _triples(content: bytes, path: Path) -> bytes:
    """Return the triples of a file, of all its graphs, as N-Triples. Raises SyntaxError or ValueError."""
    quads = parse(content, _FORMATS[path.suffix.lower()], base_iri=path.resolve().as_uri())
    return "".join(f"{quad.triple} .\n" for quad in quads).encode()


def _of_class(data: Data, name: str) -> Iterator[Term]:
    return (data.term(number) for number in data.members(NamedNode(name)))


def filed_by(data: Data, node: Term) -> Filed:
    """Return who filed a filing, or answers for a project, and the year."""
    named = (body for name in (terms.filedBy, *bodies()) for body in data.objects(node, NamedNode(name)))
    labels = (text(label) for body in named for label in data.objects(body, _LABEL))
    years = [value.value for value in data.objects(node, _YEAR) if isinstance(value, Literal)]
    year = years[0] if len(years) == 1 and years[0].isascii() and years[0].isdigit() else None
    return Filed(next(labels, None), int(year) if year else None)


def _head(data: Data, node: Term, filings: dict[str, Filed]) -> ProjectHead:
    whole = [text(each) for each in data.objects(node, _FILING)]
    lines = [each.value for each in data.objects(node, _LINE) if isinstance(each, Literal) and each.value.isdigit()]
    filed = filings.get(whole[0]) if len(whole) == 1 else None
    name = next(iter(sorted(map(text, data.objects(node, _LABEL)))), "")
    return ProjectHead(name, int(lines[0]) if lines else None, filed or filed_by(data, node))


def _filed_of(result: Finding, heads: dict[str, ProjectHead], otherwise: Filed) -> Filed:
    head = heads.get(result.project or result.focus_node)
    return head.filed if head else otherwise
