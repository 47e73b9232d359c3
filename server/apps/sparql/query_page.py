"""Render the page of /sparql, and list the terms from which its editor completes names at /sparql/terms."""

import json
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.server.http import conditional, negotiation
from jixiao.server.query import binding, results, unknown_terms
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import names
from jixiao.server.views.questions.published import examples

router = APIRouter()

HEADER = "X-Unknown-Terms"
NOTE = "X-Query-Note"
"""The header with a note on a query whose result may lack values without an error."""


@router.get("/sparql/terms", summary="查询可用的词 · terms for queries")
def known_terms(request: Request) -> Response:
    """Answer with the prefixes, and each term's name, kind, labels and scheme, as JSON."""
    content = _content()
    return conditional.Validator.of(content).response(
        request, {"Content-Type": negotiation.JSON.content_type}, lambda: content
    )


@cache
def _content() -> str:
    listed = {"prefixes": terms.PREFIXES, "terms": [term.as_json() for term in unknown_terms.known().values()]}
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


TABLE_ROWS = 1000
"""Most rows of a result that the page shows; the other forms have all rows."""

_NAMED = 2000  # things of a result whose names are looked up


def query_about(iri: str) -> str:
    """Return the query for the statements about a thing and the statements that refer to it."""
    return binding.bind(binding.query("open-as-query"), {"thing": NamedNode(iri)}).strip()


def of_result(service: Service, sparql: str, result: results.Result) -> Response:
    """Return the page of a query with its result, which a worker has written as JSON."""
    return page(service, sparql, json.loads(result.read()), cut=result.head.cut)


def page(
    service: Service,
    sparql: str,
    result: Mapping[str, Any] = {},
    *,
    cut: bool = False,
    error: Exception | None = None,
) -> Response:
    """Return the page of a query with its result, or with the error that it raised.

    `result` is SPARQL 1.1 Query Results JSON, or has triples as `turtle`; with `cut` it is only the first part.
    """
    generation = service.store.settled()
    return service.pages.html(
        "sparql.html",
        error=error,
        headers={"X-Result-Cut": f"rows={TABLE_ROWS}"} if cut else None,
        query=sparql,
        first=binding.query("largest-projects").strip(),
        result=result,
        cut=cut,
        names=_names(service, result),
        unknown=unknown_terms.find(sparql),
        corrected=unknown_terms.corrected(sparql),
        most=TABLE_ROWS,
        timeout=service.settings.query_timeout,
        version="" if generation is None else generation.version,
        examples=examples(service),
    )


def _names(service: Service, result: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of things in a result by IRI, or none if the look-up fails: the page works without."""
    terms_of_rows = (row.values() for row in result.get("results", {}).get("bindings", ()))
    uris = (term["value"] for row in terms_of_rows for term in row if term["type"] == "uri")
    iris = dict.fromkeys(uri for uri in uris if uri.startswith(f"{service.store.base_iri}id/"))
    return unless_limited(
        lambda: service.on_current(lambda now: names.labels(partial(service.run, now), list(iris)[:_NAMED])), {}
    )
