"""Render the page of /sparql: the query, its result with names of things, and hints on terms that do not exist."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from pyoxigraph import NamedNode
from starlette.responses import Response

from jixiao.server.apps.sparql import query_terms
from jixiao.server.pages import findings
from jixiao.server.query import binding, results
from jixiao.server.runtime.service import Service
from jixiao.server.views import names, published

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
        unknown=query_terms.find(sparql),
        corrected=query_terms.corrected(sparql),
        most=TABLE_ROWS,
        timeout=service.settings.query_timeout,
        version="" if generation is None else generation.version,
        examples=[(view.title.zh, view.title.en, view.example()) for view in published.views(service).values()],
    )


def _names(service: Service, result: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of things in a result by IRI, or none if the look-up fails: the page works without."""
    rows = result.get("results", {}).get("bindings", ())
    things = f"{service.store.base_iri}id/"
    uris = (term["value"] for row in rows for term in row.values() if term["type"] == "uri")
    iris = dict.fromkeys(uri for uri in uris if uri.startswith(things))
    return findings.unless_limited(
        lambda: service.on_current(lambda now: names.labels(partial(service.run, now), list(iris)[:_NAMED])), {}
    )
