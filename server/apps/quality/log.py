"""Answer /quality/log, the stewards' decisions with their withdrawals and replacements."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import identity, terms
from jixiao.server.apps.quality import listing
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, VIEWS, choose
from jixiao.server.pages import rules
from jixiao.server.query.binding import query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, names
from jixiao.store import LogEntry
from jixiao.store.decisions.registry_file import read_statement

router = APIRouter()

_DECISION_PROPERTIES = (
    terms.keeps,
    terms.merges,
    terms.formerBody,
    terms.laterBody,
    terms.effectiveFrom,
    terms.acceptedFault,
    terms.acceptedGroup,
    terms.concerns,
    terms.correctedProperty,
    terms.printedValue,
    terms.correctedValue,
)
"""Properties of a decision that the log shows, in reading order."""

DecisionValue = tuple[str, NamedNode | Decimal | str]


@router.get("/quality/log", summary="管理者的决定 · stewards' decisions")
def log(request: Request, service: ServiceDep) -> Response:
    """Answer with decisions, withdrawals and replacements, latest first; as RDF, the graph of decisions in force."""
    form = choose(request.headers.get("accept"), requests.only(request, "format"), REPORTS)
    language.settle(form)
    if form not in VIEWS:
        content = service.on_current(lambda now: service.named_graph(now, "graph/registry", form))
        return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})
    entries = tuple(reversed(service.store.log()))
    if form == HTML:
        said = [(entry, _decision_values(entry, service.store.base_iri)) for entry in entries]
        gone = service.on_current(lambda now: lapsed(service, now))
        return service.pages.html("log.html", entries=said, names=_names(service, said), rules=rules, lapsed=gone)
    generation = service.generation()
    rows = tuple(asdict(entry) for entry in entries)
    if form == JSON:
        return JSONResponse({"dataset_version": generation.version, "entries": rows}, headers={"Vary": "Accept"})
    answer = answers.Answer("log", {}, generation.version, False, listing.columns("log"), rows, "", None)
    return downloads.download(
        answer, form, listing.subject(service, "log", "/quality/log"), downloads.Style.of(requests.repeated(request))
    )


def lapsed(service: Service, now: Edition) -> frozenset[str]:
    """Return the IRIs of the corrections in force that have no effect, as the value they replace is not printed."""
    return frozenset(row["decision"]["value"] for row in service.rows(now, query("lapsed")))


def _decision_values(entry: LogEntry, base_iri: str) -> list[DecisionValue]:
    """Return the properties and values of a decision, in the order of _DECISION_PROPERTIES.

    Reason and author are left out, since the log has columns for them.
    """
    if entry.statement is None:
        return []
    says = read_statement(entry.statement, identity.Iris(base_iri)).says
    members = ((name, says.get(name)) for name in _DECISION_PROPERTIES)
    return [(name, _value(term)) for name, term in members if isinstance(term, NamedNode | Literal)]


def _value(term: NamedNode | Literal) -> NamedNode | Decimal | str:
    if isinstance(term, NamedNode):
        return term
    return Decimal(term.value) if term.datatype.value in (terms.XSD_decimal, terms.XSD_integer) else term.value


def _names(service: Service, said: Sequence[tuple[LogEntry, list[DecisionValue]]]) -> dict[str, str]:
    """Return a dict from the IRIs of things in the decisions to their names; things no longer in the data lack one."""
    values = {value for _, pairs in said for _, value in pairs if isinstance(value, NamedNode)}
    iris = [value.value for value in values if value.value.startswith(service.store.base_iri)]
    return service.on_current(lambda now: names.labels(partial(service.run, now), iris))
