"""Functions and filters for templates that use the folders `apps`, `pages` or `views`.

The templates' renderer, Pages in `runtime`, may not import these folders; `app` may, and passes the functions to it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from pyoxigraph import NamedNode

from jixiao.server.apps.charts.routes import CHARTS_OF_VIEWS
from jixiao.server.apps.sparql.query_page import query_about
from jixiao.server.pages import completeness, findings, rules
from jixiao.server.pages.findings import of_project
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.places import places
from jixiao.server.runtime.service import Service
from jixiao.server.views.answers import Answer
from jixiao.shapes import catalogue
from jixiao.shapes.findings.groups import runs
from jixiao.store.records import SourceRecord

Facts = TypeVar("Facts")


def functions(service: Service) -> Mapping[str, Any]:
    """Return functions and constants by the names under which templates use them."""
    return {
        "beside": partial(beside, service),
        "partial_of": partial(_if_answered, completeness.partial, service),
        "cover_of": partial(_if_answered, completeness.cover, service),
        "filings_of": partial(filings_of, service),
        "levels": catalogue.LEVELS,
        "page_of": places(service).page,
        "query_about": query_about,
        "charts_of": CHARTS_OF_VIEWS,
        "checks": service.settings.checks,
    }


def filters(service: Service) -> Mapping[str, Callable[..., Any]]:
    """Return filters by the names under which templates use them."""
    return {
        "fault_label": rules.label,
        "fault_name": rules.name,
        "finding_address": findings.address,
        "project_address": findings.project_address,
        "runs": runs,
        "line_href": places(service).href,
    }


def beside(service: Service, answer: Answer) -> dict[str, Any] | None:
    """Return the findings and further facts to show with the project of a view's answer; None for an empty answer.

    A limit is an error here and leaves nothing out, since the page may be cached with a strong ETag. Raises the errors
    of Pool.run.
    """
    if not answer.rows:
        return None
    parts = {str(row["itemIri"]) for row in answer.rows if row["itemIri"]}
    return of_project(service, str(answer.rows[0]["project"]), sorted(parts))


def filings_of(service: Service, record: SourceRecord) -> list[tuple[str, str]]:
    """Return IRI and name (body and year) of each filing in a source; an empty list if a limit stops the query."""
    if not record.live or not record.filings:
        return []
    asked = bind(query("filed-by"), {"node": [NamedNode(iri) for iri in record.filings]})
    rows = findings.unless_limited(lambda: service.rows(service.generation(), asked), [])
    return [
        (row["filing"]["value"], row["body"]["value"] + (f"（{row['year']['value']}）" if "year" in row else ""))
        for row in rows
        if "body" in row
    ]


def _if_answered(
    ask: Callable[[Service, str], Facts | None], service: Service, thing: str, whole: bool
) -> Facts | None:
    """Return what `ask` returns about a thing. If a limit stops its query, only a page that must be `whole` fails.

    Raises the errors of Pool.run for such a page.
    """
    return ask(service, thing) if whole else findings.unless_limited(lambda: ask(service, thing), None)
