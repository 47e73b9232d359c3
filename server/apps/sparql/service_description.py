"""Describe the endpoint in RDF: the forms of its results, and the graphs of its dataset.

This module is separate from the endpoint because it makes RDF about the service, not about filings. It follows SPARQL
1.1 Service Description, sections 2 and 3; forms are named as in http://www.w3.org/ns/formats/.
"""

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import conditional, language, negotiation
from jixiao.server.pages import findings
from jixiao.server.query.binding import query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service

MANY = 100
"""Most named graphs that the description lists."""

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
_PREFIXES = {**terms.PREFIXES, "sd": terms.SD}


def response(service: Service, request: Request, form: negotiation.Form) -> Response:
    """Return the description of the endpoint, with its IRI at the requested address. Raises what Service.run raises."""
    # The endpoint's IRI is as the client has it, or below the base IRI if the request names no host.
    here = language.wish().site(service.store.base_iri)
    triples = service.on_current(lambda now: _triples(service, now, NamedNode(f"{here}/sparql")))
    content = graph_response.written(triples, form, _PREFIXES)
    headers = {"Content-Type": form.content_type, "Vary": "Accept"}
    return conditional.Validator.of(content).response(request, headers, lambda: content)


def _triples(service: Service, now: Edition, endpoint: NamedNode) -> list[Triple]:
    dataset, default = NamedNode(f"{service.store.base_iri}dataset"), BlankNode("default")
    # A default graph that has a name at an endpoint elsewhere is left out.
    below = f"{service.store.base_iri}graph/"
    named = sorted(row["graph"]["value"] for row in service.rows(now, query(service.engine.named_graphs)))
    listed = [name for name in named if name.startswith(below) and name != f"{below}default"][:MANY]
    graphs = [(BlankNode(f"g{number}"), name) for number, name in enumerate(listed)]
    size = now.statistics.triples if now.statistics else _size(service, now)
    said: list[tuple[NamedNode | BlankNode, str, NamedNode | BlankNode | Literal]] = [
        (endpoint, terms.RDF_type, NamedNode(f"{terms.SD}Service")),
        (endpoint, f"{terms.SD}endpoint", endpoint),
        (endpoint, f"{terms.SD}supportedLanguage", NamedNode(f"{terms.SD}SPARQL11Query")),
        *(
            (endpoint, f"{terms.SD}resultFormat", NamedNode(f"http://www.w3.org/ns/formats/{name}"))
            for name in _FORMATS
        ),
        (endpoint, terms.RDFS_label, Literal("绩效 SPARQL 端点", language="zh")),
        (endpoint, terms.RDFS_label, Literal("jixiao SPARQL endpoint", language="en")),
        (endpoint, f"{terms.SD}defaultDataset", dataset),
        (endpoint, terms.RDFS_seeAlso, dataset),
        (dataset, terms.RDF_type, NamedNode(f"{terms.SD}Dataset")),
        (dataset, terms.RDF_type, NamedNode(terms.VOID_Dataset)),
        *([(dataset, terms.DCAT_hasCurrentVersion, NamedNode(service.credit(now).iri))] if now.number else []),
        (dataset, terms.DCAT_version, Literal(now.version)),
        (dataset, f"{terms.SD}defaultGraph", default),
        *((dataset, f"{terms.SD}namedGraph", graph) for graph, _ in graphs),
        (default, terms.RDF_type, NamedNode(f"{terms.SD}Graph")),
        *([(default, terms.VOID_triples, Literal(size))] if size is not None else []),
        *((graph, terms.RDF_type, NamedNode(f"{terms.SD}NamedGraph")) for graph, _ in graphs),
        *((graph, f"{terms.SD}name", NamedNode(name)) for graph, name in graphs),
    ]
    return [Triple(subject, NamedNode(name), value) for subject, name, value in said]


def _size(service: Service, now: Edition) -> int | None:
    """Return the number of triples in the default graph; None if counting them runs into a limit."""
    rows = findings.unless_limited(lambda: service.rows(now, query("size")), ())
    return next((int(row["triples"]["value"]) for row in rows), None)
