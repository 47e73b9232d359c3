"""Serialize a named graph, in a worker and under the limit on any result.

TriG names the graph; the other forms hold its triples alone.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from jixiao.ontology import terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.http.negotiation import N_TRIPLES, RDF_XML, RESOURCES, TRIG, Form
from jixiao.server.query.binding import bind, query
from jixiao.server.rdf.rdf_xml import well_formed
from jixiao.server.runtime.service import Service


def content(service: Service, now: Edition, path: str, form: Form) -> bytes:
    """Return the graph with that path below the base, empty if there is none.

    Raises NotAcceptableError for data that XML cannot express, and the errors of Pool.run.
    """
    graph = NamedNode(f"{service.store.base_iri}{path}")
    text = bind(query("named-graph"), {"graph": graph})
    if form == TRIG:
        triples = parse(service.run(now, text, N_TRIPLES.media_type), format=RdfFormat.N_TRIPLES)
        quads = (Quad(each.subject, each.predicate, each.object, graph) for each in triples)
        return serialize(quads, format=RdfFormat.TRIG, prefixes=terms.PREFIXES) or b""
    written = service.run(now, text, form.media_type)
    return well_formed(written, RESOURCES) if form == RDF_XML else written
