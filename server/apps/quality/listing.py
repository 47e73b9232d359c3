"""Filter and page the findings of a generation, for HTML pages and as an Answer for JSON and CSV.

This module is separate from the routes because a rule's page, the list of all findings and a filing's report share it.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.quality.tally import Tallies, Tally, tally_of_endpoint
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language, requests
from jixiao.server.pages import findings
from jixiao.server.query.binding import query
from jixiao.server.runtime.service import Service
from jixiao.server.sources.sheets import Places, places
from jixiao.server.views import answers, downloads
from jixiao.server.views.parameters import Parameter, count
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import Count

PAGE = 50
MOST = 10_000
"""Findings on an HTML page (PAGE), and most findings in one answer, such as a download (MOST)."""

FILTERS = (
    Parameter("department", "department", False, "机构名称", Bilingual("部门", "Department")),
    Parameter("year", "year", False, "2022", Bilingual("年度", "Year")),
    Parameter("severity", "severity", False, "警告", Bilingual("程度", "Severity")),
    Parameter("status", "status", False, "待办", Bilingual("状态", "Status")),
)
_COLUMNS = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def columns(table: str) -> tuple[answers.Column, ...]:
    """Return the columns of a table in columns.toml."""
    return tuple(
        answers.Column(name, kind, {"zh": zh, "en": en}, None, False)
        for name, (zh, en, kind) in _COLUMNS[table].items()
    )


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
        "severity": typed["severity"].rpartition("#")[2] if "severity" in typed else None,
        "accepted": typed["status"] == "accepted" if "status" in typed else None,
    }
    return Filters(
        {name: value for name, value in given.items() if value.strip()},
        wanted,
        count(given, "limit", page, 1, MOST),
        count(given, "offset", 0, 0, 10**9),
    )


def select(service: Service, generation: Edition, filters: Filters, folded: bool = False, **also: Any) -> Selection:
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
    service: Service, generation: Edition, listed: Selection, given: Mapping[str, str], sparql: str
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
        message=None if listed.shown else {"zh": "没有发现问题。", "en": "Nothing was found."},
        credit=service.credit(generation),
    )


def subject(service: Service, name: str, path: str) -> downloads.Subject:
    """Return the file name, question and address of a downloaded list of findings; `path` is that of its page."""
    question = Bilingual("检查发现了什么问题？", "What did validation find?")
    return downloads.Subject(name, question, language.wish().site(service.store.base_iri) + path)


def _row(
    generation: Edition, listed: Mapping[str, Any], name: Callable[[str | None], str | None], where: Places
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
        "source": f"{generation.manifest.base_iri}id/source/{finding.source}",
        "file": record.file_name if record else None,
        "line": finding.lines[0] if finding.lines else None,
        "lines": "、".join(map(str, finding.lines)) or None,
        "page": where.page(finding.source, finding.lines[0]) if finding.lines else None,
        "group": None if finding.group == finding.iri else finding.group,
    }


def lapsed(service: Service, now: Edition) -> frozenset[str]:
    """Return the IRIs of the corrections in force that have no effect, as the value they replace is not printed."""
    return frozenset(row["decision"]["value"] for row in service.rows(now, query("lapsed")))
