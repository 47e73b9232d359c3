"""The functions and filters that templates use and Pages does not have: those of pages, applications and sources.

They stand in this folder, which may import all others, so that templates need no folder that theirs may not import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pyoxigraph import NamedNode

from jixiao.server.apps.charts.routes import CHARTS_OF_VIEWS
from jixiao.server.apps.sparql.query_page import query_about
from jixiao.server.pages import completeness, findings, rules
from jixiao.server.pages.completeness import Cover, Partial
from jixiao.server.pages.project_findings import Beside, of_project
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.places import places
from jixiao.server.runtime.service import Service
from jixiao.server.views.answers import Answer
from jixiao.shapes import catalogue
from jixiao.shapes.findings.groups import runs
from jixiao.store.records import SourceRecord


def functions(service: Service) -> Mapping[str, Any]:
    """Return the functions and constants by the name that templates use."""
    return {
        "beside": partial(beside, service),
        "partial_of": partial(partial_of, service),
        "cover_of": partial(cover_of, service),
        "filings_of": partial(filings_of, service),
        "levels": catalogue.LEVELS,
        "page_of": places(service).page,
        "query_about": query_about,
        "charts_of": CHARTS_OF_VIEWS,
        "checks": service.settings.checks,
    }


def filters(service: Service) -> Mapping[str, Callable[..., Any]]:
    """Return the filters by the name that templates use."""
    return {
        "fault_label": rules.label,
        "fault_name": rules.name,
        "finding_address": findings.address,
        "project_address": findings.project_address,
        "runs": runs,
        "line_href": places(service).href,
    }


def beside(service: Service, answer: Answer) -> Beside | None:
    """Return what stands beside the project that is the answer of its view; None if there is no such project.

    Answers may be kept and have strong ETags, so they are whole or an error. Raises what Pool.run raises.
    """
    if not answer.rows:
        return None
    parts = {str(row["itemIri"]) for row in answer.rows if row["itemIri"]}
    return of_project(service, str(answer.rows[0]["project"]), sorted(parts))


def filings_of(service: Service, record: SourceRecord) -> list[tuple[str, str]]:
    """Return IRI and name (body and year) of each filing that a source holds; none if a limit keeps them unread."""
    if not record.live or not record.filings:
        return []
    asked = bind(query("filed-by"), {"node": [NamedNode(iri) for iri in record.filings]})
    rows = findings.unless_limited(lambda: service.rows(service.generation(), asked), [])
    return [
        (row["filing"]["value"], row["body"]["value"] + (f"（{row['year']['value']}）" if "year" in row else ""))
        for row in rows
        if "body" in row
    ]


def partial_of(service: Service, thing: str, whole: bool) -> Partial | None:
    """Return what was not read of a project or filing, None if nothing.

    A page that need not be `whole` shows none if a limit stops the query. Raises what Pool.run raises.
    """
    ask = partial(completeness.partial, service, thing)
    return ask() if whole else findings.unless_limited(ask, None)


def cover_of(service: Service, filing: str, whole: bool) -> Cover | None:
    """Return a cover's numbers that differ from those read, None if none does; `whole` as for partial_of()."""
    ask = partial(completeness.cover, service, filing)
    return ask() if whole else findings.unless_limited(ask, None)
