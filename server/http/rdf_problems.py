"""An error comes in, a small graph that says it goes out: for those who asked for RDF.

Hydra's vocabulary of errors (hydra:Error, statusCode, title, description); the same words as problems.py.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.server.http import graph_response, problems
from jixiao.server.http.negotiation import Form


def response(error: Exception, form: Form, document: str) -> Response:
    """The answer to a request for a document, by its IRI."""
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
    """Text that may hold what was typed, as XML can hold it, too."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
