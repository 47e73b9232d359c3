"""List findings and decisions: the report on a source at /quality/filing/{sha16}, and the log at /quality/log.

A rule's page, the list of all findings and the report on a source share the filters, pages and tables of findings.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import JSONResponse, Response

from jixiao.ontology import identity, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.quality.tally import Tallies, Tally, tally_of_endpoint
from jixiao.server.editions import lookups, protocols, renditions
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, REPORTS, TABLES, TURTLE, VIEWS, Form, choose
from jixiao.server.pages import completeness, findings, rules
from jixiao.server.query.binding import bind, query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.sources.sheets import Places, places
from jixiao.server.views import answers, downloads, names
from jixiao.server.views.parameters import Parameter
from jixiao.shapes.findings.finding import Finding, Shown
from jixiao.shapes.findings.groups import Count, Place
from jixiao.store import LogEntry, Refusal, records
from jixiao.store.decisions.registry_file import read_statement

router = APIRouter()

REFUSAL_FORMS = (JSON, HTML, TURTLE)
"""Forms of the report on a refused document."""
AROUND = 1
"""Lines with text that are quoted on each side of a line at fault."""

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

PAGE = 50
MOST = 10_000
"""Findings on an HTML page (PAGE), and most findings in one answer, such as a download (MOST)."""

FILTERS = (
    Parameter("department", "department", False, "机构名称", Bilingual("申报单位", "Filing body")),
    Parameter("year", "year", False, "2022", Bilingual("年度", "Year")),
    Parameter("severity", "severity", False, "警告", Bilingual("程度", "Severity")),
    Parameter("status", "status", False, "待办", Bilingual("状态", "Status")),
)
_COLUMNS = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def columns(table: str) -> tuple[answers.Column, ...]:
    """Return the columns of a table in columns.toml."""
    return tuple(answers.Column(name, kind, {"zh": zh, "en": en}) for name, (zh, en, kind) in _COLUMNS[table].items())


@dataclass(frozen=True)
class Filters:
    """A request for findings: typed parameters (`given`), the values that findings must have (`wanted`), the page."""

    given: Mapping[str, str]
    wanted: Mapping[str, Any]
    limit: int
    offset: int


@dataclass(frozen=True)
class Selection:
    """One page of a list of findings: counts of all that match the filters, and the findings shown.

    Each item of `shown` is a row of findings.sql (`body`, `year`, `project`, and `members`, the size of the group that
    the finding represents) with the `finding` itself. `further` is the offset of the next page, None if there is none.
    """

    count: Count
    shown: Sequence[Mapping[str, Any]]
    further: int | None


def tally(service: Service, generation: protocols.Edition) -> Tally:
    """Return the tally of all findings of a generation. Raises what Pool.run raises."""
    index = generation.index
    if index is not None:
        return service.own(Tallies).of(index, lambda: Tally(index.tables, index.entries.label))
    limit = service.settings.query_timeout
    return service.own(Tallies).of(
        generation.version,
        lambda: tally_of_endpoint(lambda name: service.run(generation, query(name), timeout=limit)),
    )


def read_filters(service: Service, given: Mapping[str, str], page: int = PAGE) -> Filters:
    """Return the filters that the parameters `given` state; `page` is the default limit. Raises ParameterError."""
    known = {parameter.name: parameter for parameter in FILTERS}
    requests.refuse_unknown(given, (*known, "limit", "offset"))
    typed = {
        name: parameter.terms(given[name], service.store.base_iri)[0].value
        for name, parameter in known.items()
        if given.get(name, "").strip()
    }
    wanted = {
        "body": typed.get("department"),
        "year": int(typed["year"]) if "year" in typed else None,
        "severity": typed["severity"].rpartition("#")[2] if "severity" in typed else None,
        "accepted": typed["status"] == "accepted" if "status" in typed else None,
    }
    return Filters(
        {name: value for name, value in given.items() if value.strip()},
        wanted,
        requests.count(given, "limit", page, 1, MOST),
        requests.count(given, "offset", 0, 0, 10**9),
    )


def select(
    service: Service, generation: protocols.Edition, filters: Filters, folded: bool = False, **also: Any
) -> Selection:
    """Return a page of the findings that match the filters and the values in `also`, such as `fault` or `source`.

    If `folded`, only the first finding of each group is shown.

    Raises what Pool.run raises.
    """
    count, rows = tally(service, generation).find(filters.limit, filters.offset, folded, **filters.wanted, **also)
    below = f"{service.store.base_iri}graph/report/"
    iris = [f"{below}{row['source']}#{row['series']}{row['n']}" for row in rows]
    named = {each.iri: each for each in findings.named(service, generation, iris)}
    end = filters.offset + len(rows)
    return Selection(
        count=count,
        shown=[{**row, "finding": named[iri]} for iri, row in zip(iris, rows, strict=True) if iri in named],
        further=end if end < (count.total_groups if folded else count.total) else None,
    )


def answer(
    service: Service, generation: protocols.Edition, listed: Selection, given: Mapping[str, str], sparql: str
) -> answers.Answer:
    """Return a page of findings as an Answer, for JSON and CSV; `sparql` is the query to show for these findings."""
    name, where = tally(service, generation).name, places(service)
    return answers.Answer(
        view="findings",
        params=given,
        dataset_version=generation.version,
        truncated=listed.further is not None,
        columns=columns("findings"),
        rows=tuple(_row(generation, each, name, where) for each in listed.shown),
        sparql=sparql,
        message=None
        if listed.shown
        else {
            "zh": "没有符合条件的发现；机构要写全名。",
            "en": "No findings meet the conditions; the name of a body has to be written in full.",
        },
        credit=service.credit(generation),
    )


def subject(service: Service, name: str, path: str) -> downloads.Subject:
    """Return the file name, question and address of a downloaded list of findings; `path` is that of its page."""
    question = Bilingual("检查发现了什么问题？", "What did validation find?")
    return downloads.Subject(name, question, language.wish().site(service.store.base_iri) + path)


def _row(
    generation: protocols.Edition, listed: Mapping[str, Any], name: Callable[[str | None], str | None], where: Places
) -> answers.Row:
    finding: Finding = listed["finding"]
    record = generation.sources.get(finding.source)
    return {
        "finding": finding.iri,
        "fault": finding.fault.iri,
        "faultName": finding.fault.label.zh,
        "faultNameEn": finding.fault.label.en,
        "severity": finding.level,
        "status": "open" if finding.accepted is None else "accepted",
        "departmentIri": listed["body"],
        "department": name(listed["body"]),
        "year": listed["year"],
        "projectIri": listed["project"],
        "project": name(listed["project"]),
        "nodeIri": finding.focus_node,
        "part": finding.part,
        "message": finding.message.zh,
        "messageEn": finding.message.en,
        "remedy": finding.fault.remedy.zh or None,
        "remedyEn": finding.fault.remedy.en or None,
        "source": f"{generation.manifest.base_iri}id/source/{finding.source}",
        "file": record.file_name if record else None,
        "line": finding.lines[0] if finding.lines else None,
        "lines": "、".join(map(str, finding.lines)) or None,
        "page": where.page(finding.source, finding.lines[0]) if finding.lines else None,
        "group": None if finding.group == finding.iri else finding.group,
    }


def lapsed(service: Service, now: protocols.Edition) -> frozenset[str]:
    """Return the IRIs of the corrections in force that have no effect, as the value they replace is not printed."""
    return frozenset(row["decision"]["value"] for row in service.rows(now, query("lapsed")))


@router.get("/quality/filing/{sha16}", summary="一份来源的报告 · the report on a source")
def report(sha16: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a source's report as HTML, JSON, a table or its graph; for a refused document, with the reasons."""
    stem, suffix = graph_response.split_suffix(sha16, REPORTS)
    wanted = suffix or requests.only(request, "format")
    form = choose(request.headers.get("accept"), wanted, REPORTS)
    if stem not in service.generation().sources:
        refusal = next((each for each in service.store.refusals() if each.sha256[: records.SHA16] == stem), None)
        if refusal is not None:
            return _refused(service, refusal, choose(request.headers.get("accept"), wanted, REFUSAL_FORMS))
    record = lookups.readable_source(service.store, stem)
    language.settle(form)
    if form == HTML:
        lines = renditions.lines(service.store, stem)
        shown = findings.ReportPage(
            findings.of_source(service, stem),
            record.projects,
            partial(_quoted, lines),
            stem,
            cells=places(service).cells(stem),
        )
        unread = [line.n for line in lines if line.use in ("unread", "part")]
        not_read = completeness.not_read(service, stem, unread) if record.live else ()
        return service.pages.html("filing.html", record=record, report=shown, not_read=not_read)
    if form == JSON or form in TABLES:
        return service.on_current(
            lambda now: _table(service, now, stem, form, downloads.Style.of(requests.repeated(request)))
        )
    content = service.on_current(lambda now: service.named_graph(now, f"graph/report/{stem}", form))
    return Response(content, headers={"Content-Type": form.content_type, "Vary": "Accept"})


def shown_names(refusals: Iterable[Refusal]) -> dict[str, str]:
    """Return the names of refused documents by SHA-256; those of one name with their folders, or digits of it."""
    every = tuple(refusals)
    named = Counter(each.file_name for each in every)
    paths = {
        each.sha256: f"{each.folder}/{each.file_name}" if each.folder and named[each.file_name] > 1 else each.file_name
        for each in every
    }
    alike = Counter(paths.values())
    return {sha256: path if alike[path] == 1 else f"{path} ({sha256[:8]})" for sha256, path in paths.items()}


def _refused(service: Service, refusal: Refusal, form: Form) -> Response:
    if form == TURTLE:
        return Response(refusal.report_turtle, headers={"Content-Type": TURTLE.content_type, "Vary": "Accept"})
    if form == HTML:
        name = shown_names(service.store.refusals())[refusal.sha256]
        return service.pages.html("refused.html", refusal=refusal, name=name)
    body = {"sha256": refusal.sha256, "file": refusal.file_name, "refused": True, "reasons": list(refusal.reasons)}
    return JSONResponse(body, headers={"Vary": "Accept"})


def _table(service: Service, now: protocols.Edition, sha16: str, form: Form, style: downloads.Style) -> Response:
    listed = select(service, now, read_filters(service, {}, MOST), source=sha16)
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    about = subject(service, sha16, f"/quality/filing/{sha16}")
    return downloads.download(answer(service, now, listed, {"source": sha16}, text), form, about, style)


def _quoted(lines: tuple[renditions.Line, ...], place: Place) -> Iterator[Shown]:
    """Yield the lines of a place in a source and AROUND lines on each side, with the words at fault marked."""
    for line in renditions.around(lines, place.lines, AROUND):
        text = line.text.strip()
        at_fault = [each for each in place.findings if line.n in each.lines]
        words = tuple(choice for each in at_fault for choice in findings.marks(each))
        yield Shown(line.n, "", text, bool(at_fault), renditions.spans(text, words) if at_fault else ())


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
    answer = answers.Answer("log", {}, generation.version, False, columns("log"), rows, "", None)
    return downloads.download(
        answer, form, subject(service, "log", "/quality/log"), downloads.Style.of(requests.repeated(request))
    )


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
