"""Filter and page the findings of a generation, for HTML pages and as an Answer for JSON and CSV.

This module is separate from the routes because a rule's page, the list of all findings and a filing's report share it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.quality.counting import Entry, Tally
from jixiao.server.apps.quality.indexed import IndexTallies
from jixiao.server.apps.quality.tally import Tallies
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import ParameterError
from jixiao.server.pages import findings, rules
from jixiao.server.pages.findings import Finding
from jixiao.server.query.binding import query
from jixiao.server.runtime.places import Places, places
from jixiao.server.runtime.service import Service
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Column, Row
from jixiao.server.views.downloads import Subject
from jixiao.server.views.ordering import count
from jixiao.server.views.parameters import Parameter
from jixiao.shapes.catalogue import Fault

PAGE = 50
MOST = 10_000
"""Findings on a page (PAGE), and in one download (MOST)."""

_NOTHING = {"zh": "没有发现问题。", "en": "Nothing was found."}

_QUESTION = Bilingual("检查发现了什么问题？", "What did validation find?")

FILTERS = (
    Parameter("department", "department", False, "单位名称", "部门", "Department"),
    Parameter("year", "year", False, "2022", "年度", "Year"),
    Parameter("severity", "severity", False, "警告", "程度", "Severity"),
    Parameter("status", "status", False, "待办", "状态", "Status"),
)
Naming = Callable[[str | None], str | None]
"""A function from a body's or project's IRI to its name."""

_COLUMNS = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in columns.toml."""
    return tuple(
        Column(name, kind, MappingProxyType({"zh": zh, "en": en}), None, False)
        for name, (zh, en, kind) in _COLUMNS[table].items()
    )


COLUMNS = columns("findings")


@dataclass(frozen=True)
class Filters:
    """A request for findings: the parameters as typed, and the values that findings must have."""

    given: Mapping[str, str]
    wanted: Mapping[str, Any]
    limit: int
    offset: int


@dataclass(frozen=True)
class Selection:
    """One page of a list of findings: the total, the number accepted, both of groups too, and the findings shown.

    `further` is the offset of the next page, or None if there is none.
    """

    total: int
    accepted: int
    groups: int
    accepted_groups: int
    shown: tuple[tuple[Entry, Finding], ...]
    further: int | None

    @property
    def open(self) -> int:
        """The number of open findings."""
        return self.total - self.accepted

    @property
    def open_groups(self) -> int:
        """The number of groups of open findings."""
        return self.groups - self.accepted_groups


def tally(service: Service, generation: Edition) -> Tally:
    """Return the tally of all findings of a generation. Raises what Pool.run raises."""
    if generation.index is not None:
        return service.own(IndexTallies).of(generation.index, service.store.base_iri)

    def run(name: str) -> bytes:
        return service.run(generation, query(name), timeout=service.settings.query_timeout)

    return service.own(Tallies).of(generation.version, run, findings.place)


def read_filters(service: Service, given: Mapping[str, str], page: int = PAGE) -> Filters:
    """Read the filters from parameters; `page` is the default limit. Raises ParameterError."""
    known = {parameter.name: parameter for parameter in FILTERS}
    if unknown := sorted(set(given) - known.keys() - {"limit", "offset"}):
        named = ", ".join((*known, "limit", "offset"))
        raise ParameterError(
            f"没有参数 {'、'.join(unknown)}；可用的参数：{named}。",
            f"There is no parameter {', '.join(unknown)}; there are {named}.",
        )
    typed = {
        name: parameter.term(given[name], service.store.base_iri).value
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
    """Return the findings that match the filters and the values in `also`; if `folded`, the first of each group.

    Raises what Pool.run raises.
    """
    found = tally(service, generation).find(filters.limit, filters.offset, folded, **filters.wanted, **also)
    iris = [entry.finding for entry in found.entries]
    details = {each.iri: each for each in findings.named(service, generation, iris)}
    end = filters.offset + len(iris)
    return Selection(
        total=found.total,
        accepted=found.accepted,
        groups=found.groups,
        accepted_groups=found.accepted_groups,
        shown=tuple((entry, details[entry.finding]) for entry in found.entries if entry.finding in details),
        further=end if end < (found.groups if folded else found.total) else None,
    )


def answer(service: Service, generation: Edition, listed: Selection, given: Mapping[str, str], sparql: str) -> Answer:
    """Return a list as an Answer, for JSON and CSV; `sparql` is a query that anyone may run for the findings."""
    return Answer(
        view="findings",
        params=given,
        dataset_version=generation.version,
        truncated=listed.further is not None,
        columns=COLUMNS,
        rows=rows(generation, listed.shown, tally(service, generation).name, places(service)),
        sparql=sparql,
        message=None if listed.shown else _NOTHING,
        credit=service.credit(generation),
    )


def subject(service: Service, name: str, path: str) -> Subject:
    """Return what a downloaded list is about, for the page at a path."""
    return Subject(name, _QUESTION, f"{service.store.base_iri}{path.removeprefix('/')}")


def rows(generation: Edition, shown: Sequence[tuple[Entry, Finding]], name: Naming, where: Places) -> tuple[Row, ...]:
    """Return the findings as rows with the columns of COLUMNS."""
    return tuple(_row(generation, entry, finding, name, where) for entry, finding in shown)


def _row(generation: Edition, entry: Entry, finding: Finding, name: Naming, where: Places) -> Row:
    fault: Fault | None = rules.known(entry.fault)
    label = rules.label(entry.fault)
    record = generation.sources.get(entry.source)
    return {
        "finding": finding.iri,
        "fault": finding.fault,
        "faultName": label.zh,
        "faultNameEn": label.en,
        "severity": finding.level,
        "status": "accepted" if entry.accepted else "open",
        "departmentIri": entry.body,
        "department": name(entry.body),
        "year": entry.year,
        "projectIri": entry.project,
        "project": name(entry.project),
        "nodeIri": finding.node,
        "part": finding.part,
        "message": finding.message.zh,
        "messageEn": finding.message.en,
        "remedy": fault.remedy.zh if fault else None,
        "source": f"{generation.manifest.base_iri}id/source/{entry.source}",
        "file": record.file_name if record else None,
        "line": finding.lines[0] if finding.lines else None,
        "lines": "、".join(map(str, finding.lines)) or None,
        "page": where.page(entry.source, finding.lines[0]) if finding.lines else None,
        "group": finding.group,
    }
