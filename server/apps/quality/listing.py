"""Answer /quality/findings and /quality/{rule}, lists of findings, and /quality/refused, the refused documents.

The overview and the report on a source share the filters, pages and tables of findings.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.quality.tally import UNREAD, Tallies, Tally, tally_of_endpoint
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.source_lines import SourceLines
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import HTML, VIEWS, Form, choose
from jixiao.server.pages import findings, rules
from jixiao.server.query.binding import query
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import answers, downloads, published
from jixiao.server.views.parameters import Parameter
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import Count
from jixiao.store import Refusal

router = APIRouter()

PAGE = 20
MOST = 10_000
"""Findings on an HTML page (PAGE), and most findings in one answer, such as a download (MOST)."""
REFUSALS = 30
"""Most refused documents on a page of them."""

FILTERS = (
    Parameter("department", "department", False, "机构名称", Bilingual("申报单位", "Filing body")),
    Parameter("year", "year", False, "2022", Bilingual("年度", "Year")),
    Parameter("severity", "severity", False, "警告", Bilingual("程度", "Severity")),
    Parameter("status", "status", False, "待办", Bilingual("状态", "Status")),
)
_COLUMNS = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Filters:
    """A request for findings: typed parameters (`given`), wanted values by name, and the page as `limit` and `offset`.

    A wanted value of None matches any finding.
    """

    given: Mapping[str, str]
    wanted: Mapping[str, Any]
    limit: int
    offset: int


@dataclass(frozen=True)
class Selection:
    """One page of a list of findings.

    `count` has the numbers of all findings that match the filters. Each item of `shown` is a row of findings.sql
    (`body`, `year`, `project`, and `members`, the size of the group that the finding stands for) with the `finding`
    itself. `further` is the offset of the next page, None if there is none.
    """

    count: Count
    shown: Sequence[Mapping[str, Any]]
    further: int | None


@router.get("/quality/findings", summary="全部发现 · all findings")
def everything(request: Request, service: ServiceDep) -> Response:
    """Answer with all findings, filtered by department, year, severity or status."""
    return service.on_current(lambda now: _selected(request, service, now, None))


@router.get("/quality/refused", summary="拒收的文件 · refused documents")
def refused(request: Request, service: ServiceDep) -> Response:
    """Answer with the refused documents and the reasons, REFUSALS on a page. Raises NotInStoreError."""
    given = requests.parameters(request)
    requests.refuse_unknown(given, ("page", "format"))
    choose(request.headers.get("accept"), given.get("format"), (HTML,))
    number, every = requests.count(given, "page", 1, 1, requests.LAST_PAGE), service.store.refusals()
    start, last = (number - 1) * REFUSALS, max(1, -(-len(every) // REFUSALS))
    if number > last:
        raise requests.missing(f"/quality/refused?page={number}")
    shown = every[start : start + REFUSALS]
    turns = {"first": 1, "prev": number - 1} if number > 1 else {}
    turns |= {"next": number + 1, "last": last} if number < last else {}
    return service.pages.html(
        "refusals.html",
        refusals=shown,
        shown_names=shown_names(every),
        pager={
            "links": {name: requests.address("/quality/refused", {"page": str(page)}) for name, page in turns.items()},
            "first": start + 1,
            "last": start + len(shown),
            "total": len(every),
        },
    )


@router.get("/quality/{name}", summary="一条规则 · a rule and its findings")
def rule(name: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a rule of this name, its SHACL, its query and its findings."""
    return service.on_current(lambda now: _selected(request, service, now, f"{catalogue.SHAPES}{name}"))


def _selected(request: Request, service: Service, now: Edition, iri: str | None) -> Response:
    """Return the page of the findings of a rule, given by IRI, or of all findings if `iri` is None."""
    form, style, given = options(request)
    known = catalogue.known(iri) if iri else None
    retired = catalogue.retired().get(iri) if iri else None
    if iri is not None and not (known or retired or tally(service, now).find(1, 0, fault=iri)[0].total):
        raise NotInStoreError(f"没有规则 {catalogue.name(iri)}。", f"There is no rule {catalogue.name(iri)}.")
    own = {} if iri is None else {"fault": iri}
    wrong: ParameterError | None = None
    try:
        filters = read_filters(service, given, PAGE if form == HTML else MOST)
    except ParameterError as error:
        if form != HTML:
            raise
        filters, wrong = read_filters(service, {}), error
    if wrong is None:
        language.settle(form)
    counted, listed = tally(service, now), select(service, now, filters, form == HTML, **own)
    path = f"/quality/{catalogue.name(iri)}" if iri else "/quality/findings"
    further = None if listed.further is None else requests.address(path, given, offset=str(listed.further))
    if form != HTML:
        found = answer(service, now, listed, filters.given, _sparql(service, iri))
        links = [] if further is None else [signposting.Link(further, "next")]
        return downloads.download(
            found, form, subject(service, path.rpartition("/")[2], requests.address(path, given)), style, links
        )
    return service.pages.html(
        "rule.html",
        error=wrong,
        iri=iri,
        rule=known,
        retired=retired,
        sentence=known.pattern if known else None,
        turtle=rules.turtle(iri) if iri and known else None,
        sparql=_sparql(service, iri),
        listed=listed,
        given=given,
        path=path,
        name=counted.name,
        choices=counted.margins(iri),
        further=further,
        offset=filters.offset,
        version=now.version,
        parts=parts(listed.count.total, given),
    )


def _sparql(service: Service, iri: str | None) -> str:
    """Return the text of a query for the findings of a rule, given by IRI, or for all findings if `iri` is None."""
    return published.views(service)["findings"].bind({"fault": catalogue.name(iri)}) if iri else query("all-findings")


def parts(total: int, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a dict for each download of MOST findings that is needed for all `total` findings.

    The dict has the numbers of the `first` and `last` finding, and the `query` string of the download's address.
    `given` are the parameters of the page.
    """
    filters = {name: value for name, value in given.items() if value.strip() and name not in ("limit", "offset")}
    return [
        {
            "first": start + 1,
            "last": min(start + MOST, total),
            "query": urlencode({**filters, "limit": str(MOST), "offset": str(start)}),
        }
        for start in range(0, total, MOST)
    ]


def options(request: Request) -> tuple[Form, downloads.Style, dict[str, str]]:
    """Return the form of the answer, the style of a downloaded table, and all other parameters of a request.

    Raises ParameterError, NotAcceptableError.
    """
    given, how, form = requests.taken(request, VIEWS)
    return form, downloads.Style.of(how), {name: requests.once(given, name) for name in given}


def columns(table: str) -> tuple[answers.Column, ...]:
    """Return the columns of the table `table` in columns.toml."""
    return tuple(answers.Column(name, kind, {"zh": zh, "en": en}) for name, (zh, en, kind) in _COLUMNS[table].items())


def tally(service: Service, generation: Edition) -> Tally:
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
        "severity": typed.get("severity", "").rpartition("#")[2] or None,
        "accepted": typed["status"] == "accepted" if "status" in typed else None,
        # The findings of a body are what its filings get wrong.
        "own": UNREAD if "department" in typed and not typed.get("severity", "").endswith("Violation") else None,
    }
    return Filters(
        {name: value for name, value in given.items() if value.strip()},
        wanted,
        requests.count(given, "limit", page, 1, MOST),
        requests.count(given, "offset", 0, 0, 10**9),
    )


def select(service: Service, generation: Edition, filters: Filters, folded: bool = False, **also: Any) -> Selection:
    """Return a page of the findings that match the filters and the values in `also`, such as `fault` or `source`.

    If `folded`, only the first finding of each group (findings of a source with one cause) is shown. Raises what
    Pool.run raises.
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
    service: Service, generation: Edition, listed: Selection, given: Mapping[str, str], sparql: str
) -> answers.Answer:
    """Return a page of findings as an Answer, for JSON and CSV; `sparql` is the query to show for these findings."""
    name, where = tally(service, generation).name, service.lines
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
    """Return the file name, question and address of a downloaded list of findings; `path` leads to the list's page."""
    return downloads.Subject(
        name,
        Bilingual("检查发现了什么问题？", "What did validation find?"),
        language.wish().site(service.store.base_iri) + path,
    )


def _row(
    generation: Edition, listed: Mapping[str, Any], name: Callable[[str | None], str | None], where: SourceLines
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


def shown_names(refusals: Iterable[Refusal]) -> dict[str, str]:
    """Return the names to show for refused documents, by SHA-256.

    A name that several documents share is shown with the document's folder and, if that does not distinguish them, with
    the first 8 digits of the SHA-256.
    """
    every = tuple(refusals)
    named = Counter(each.file_name for each in every)
    paths = {
        each.sha256: f"{each.folder}/{each.file_name}" if each.folder and named[each.file_name] > 1 else each.file_name
        for each in every
    }
    alike = Counter(paths.values())
    return {sha256: path if alike[path] == 1 else f"{path} ({sha256[:8]})" for sha256, path in paths.items()}
