"""Describe the endpoint in RDF: the forms of its results, and the graphs of its dataset.

This module is separate from the endpoint because it makes RDF about the service, not about filings. It follows SPARQL
1.1 Service Description, sections 2 and 3; forms are named as in http://www.w3.org/ns/formats/.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.responses import Response
from starlette.types import Scope

from jixiao.ontology import terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import LimitError
from jixiao.server.http.conditional import holds
from jixiao.server.http.negotiation import GRAPHS, RDF_XML, SHORT, Form
from jixiao.server.http.requests import site
from jixiao.server.query.binding import query
from jixiao.server.rdf.rdf_xml import well_formed
from jixiao.server.runtime.service import Service

MANY = 100
"""Named graphs that the description lists."""

_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
    "N3",
)
_PREFIXES = {"sd": terms.SD, "void": terms.VOID, "dcat": terms.DCAT, "rdfs": terms.RDFS, "xsd": terms.XSD}


def response(service: Service, scope: Scope, said: Mapping[bytes, str], form: Form) -> Response:
    """Return the description of the endpoint, with its IRI at the requested address. Raises what Service.run raises."""
    triples = service.on_current(lambda now: list(_triples(service, now, _address(service, scope, said))))
    rdf = RdfFormat.from_media_type(form.proper)
    content = serialize(triples, format=rdf, prefixes=_PREFIXES if form.name in SHORT else None) or b""
    content = well_formed(content, GRAPHS) if form.name == RDF_XML.name else content
    tag = f'W/"{blake2b(b"".join(sorted(content.splitlines())), digest_size=16).hexdigest()}"'
    headers = {"Content-Type": form.content_type, "Vary": "Accept", "Cache-Control": "no-cache", "ETag": tag}
    held = said.get(b"if-none-match", "")
    if held.strip() == "*" or holds(held, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)


def _address(service: Service, scope: Scope, said: Mapping[bytes, str]) -> NamedNode:
    """Return the endpoint's IRI as the client has it, or below the base IRI if the request names no host."""
    here = site(scope["scheme"], said.get(b"host", ""), scope.get("root_path", ""), service.store.base_iri)
    return NamedNode(f"{here}/sparql")


def _triples(service: Service, now: Edition, endpoint: NamedNode) -> Iterator[Triple]:
    yield _is(endpoint, "Service")
    yield _sd(endpoint, "endpoint", endpoint)
    yield _sd(endpoint, "supportedLanguage", NamedNode(f"{terms.SD}SPARQL11Query"))
    for name in _FORMATS:
        yield _sd(endpoint, "resultFormat", NamedNode(f"http://www.w3.org/ns/formats/{name}"))
    yield Triple(endpoint, NamedNode(terms.RDFS_label), Literal("绩效 SPARQL 端点", language="zh"))
    yield Triple(endpoint, NamedNode(terms.RDFS_label), Literal("jixiao SPARQL endpoint", language="en"))
    dataset = NamedNode(f"{service.store.base_iri}dataset")
    yield _sd(endpoint, "defaultDataset", dataset)
    yield _is(dataset, "Dataset")
    yield _is(dataset, "Dataset", terms.VOID)
    yield Triple(endpoint, NamedNode(f"{terms.RDFS}seeAlso"), dataset)
    if now.number:
        yield Triple(dataset, NamedNode(f"{terms.DCAT}hasCurrentVersion"), NamedNode(service.credit(now).iri))
    yield Triple(dataset, NamedNode(f"{terms.DCAT}version"), Literal(now.version))
    default = BlankNode("default")
    yield _sd(dataset, "defaultGraph", default)
    yield _is(default, "Graph")
    size = now.statistics.triples if now.statistics else _size(service, now)
    if size is not None:
        yield Triple(default, NamedNode(f"{terms.VOID}triples"), Literal(size))
    for number, name in enumerate(_named(service, now)):
        graph = BlankNode(f"g{number}")
        yield _sd(dataset, "namedGraph", graph)
        yield _is(graph, "NamedGraph")
        yield _sd(graph, "name", NamedNode(name))


def _named(service: Service, now: Edition) -> list[str]:
    """Return the first hundred named graphs below the base IRI.

    A default graph that has a name at an endpoint elsewhere is left out.
    """
    below = f"{service.store.base_iri}graph/"
    rows = service.rows(now, query(service.engine.named_graphs))
    names = sorted(row["graph"]["value"] for row in rows)
    return [name for name in names if name.startswith(below) and name != f"{below}default"][:MANY]


def _size(service: Service, now: Edition) -> int | None:
    """Return the number of triples in the default graph; None if counting them runs into a limit."""
    try:
        [row] = service.rows(now, query("size"))
    except LimitError:
        return None
    return int(row["triples"]["value"])


def _is(node: NamedNode | BlankNode, kind: str, namespace: str = terms.SD) -> Triple:
    return Triple(node, NamedNode(terms.RDF_type), NamedNode(namespace + kind))


def _sd(node: NamedNode | BlankNode, term: str, value: NamedNode | BlankNode) -> Triple:
    return Triple(node, NamedNode(terms.SD + term), value)
