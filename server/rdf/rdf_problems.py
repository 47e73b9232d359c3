"""Describe an error in RDF for clients that ask for RDF, in Hydra's terms and with the words of problems.py."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.server.http import problems
from jixiao.server.http.negotiation import Form
from jixiao.server.rdf import graph_response


def response(error: Exception, form: Form, document: str) -> Response:
    """Return the response for an error; `document` is the IRI of the document that was requested."""
    body = problems.problem(error)
    about, status = NamedNode(document), body["status"]
    said = (
        (terms.RDF_type, NamedNode(terms.HYDRA_Error)),
        (terms.HYDRA_statusCode, Literal(status)),
        (terms.HYDRA_title, Literal(body["title"])),
        (terms.HYDRA_description, Literal(_shown(body["detail_zh"]), language="zh")),
        (terms.HYDRA_description, Literal(_shown(body["detail_en"]), language="en")),
    )
    triples = [Triple(about, NamedNode(name), value) for name, value in said]
    headers = {**problems.headers(error, status), "Content-Type": form.content_type}
    return Response(graph_response.written(triples, form), status_code=status, headers=headers)


def _shown(text: str) -> str:
    """Replace the characters that XML cannot hold, which a detail may quote from a request."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
