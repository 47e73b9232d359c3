"""Functions and filters with which templates show findings, rules, corrections and the completeness of readings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pyoxigraph import NamedNode

from jixiao.server.quality import corrections, findings, reading, rules
from jixiao.server.quality.corrections import Corrected
from jixiao.server.quality.findings import Finding
from jixiao.server.quality.reading import Cover, Partial
from jixiao.server.queries.binding import bind, query
from jixiao.server.service.service import Service
from jixiao.server.views.answers import Answer
from jixiao.shapes import catalogue
from jixiao.store.records import SourceRecord


def install(service: Service) -> None:
    """Offer the functions and filters to the templates."""
    service.pages.offer(
        functions={
            "findings_on": partial(findings_on, service),
            "corrections_of": partial(corrections_of, service),
            "partial_of": partial(partial_of, service),
            "cover_of": partial(cover_of, service),
            "filings_of": partial(filings_of, service),
            "levels": catalogue.LEVELS,
        },
        filters={"fault_label": rules.label, "fault_name": rules.name},
    )


def findings_on(service: Service, answer: Answer, whole: bool) -> tuple[Finding, ...]:
    """Return the open findings about a project and its parts, which are the rows of its view.

    A page that need not be `whole` shows none if a limit keeps them from being read. A page of linked data has a strong
    ETag and must be whole or an error: for such a page this raises what Pool.run raises.
    """
    nodes = {str(row[name]) for row in answer.rows for name in ("project", "itemIri") if row[name]}
    ask = partial(findings.of_nodes, service, sorted(nodes))
    return tuple(each for each in (ask() if whole else findings.unless_limited(ask, ())) if each.decision is None)


def corrections_of(service: Service, project: str, whole: bool) -> Mapping[str, list[Corrected]]:
    """Return the corrections of a project and its parts by node; `whole` and errors as for findings_on."""
    ask = partial(corrections.of_project, service, project)
    return ask() if whole else findings.unless_limited(ask, {})


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
    """Return what was not read of a project or filing, None if nothing; `whole` and errors as for findings_on."""
    ask = partial(reading.partial, service, thing)
    return ask() if whole else findings.unless_limited(ask, None)


def cover_of(service: Service, filing: str, whole: bool) -> Cover | None:
    """Return a cover's numbers that differ from those read, None if none; `whole` and errors as for findings_on."""
    ask = partial(reading.cover, service, filing)
    return ask() if whole else findings.unless_limited(ask, None)
