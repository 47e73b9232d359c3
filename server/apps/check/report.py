"""Prepare the report on a checked file, which a process made as JSON, for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.check.process import Checked
from jixiao.server.pages import report_page
from jixiao.server.pages.findings import Finding
from jixiao.server.pages.groups import Place
from jixiao.server.pages.report_page import Quoted, ReportPage
from jixiao.shapes import catalogue
from jixiao.shapes.findings.excerpt import Shown, merged

MOST_FINDINGS = 2_000
"""Findings that the page shows, the most severe first; the files hold all of them."""
_LARGEST_LINK = 4 << 20  # characters of a file that a page holds in a link
_LONGEST_LINE = 300  # characters of a line that the page shows, around its first mark
_ESCAPED = re.compile(r"[\x00-\x20\"#%<>\\^`{|}\x7f]")
_LEVELS = list(catalogue.LEVELS)


@dataclass(frozen=True)
class DocumentPage:
    """One document of a checked file, a zip having several; `refused` are the reasons if it was refused.

    `left_out` counts findings that are not shown; `parts_left_out` names parts of the file that were not looked into.
    """

    name: str
    refused: Sequence[str]
    filed: Sequence[str]
    projects: int
    indicators: int
    read: float
    findings: ReportPage
    left_out: int
    parts_left_out: Sequence[str]


def documents(report: Mapping[str, Any]) -> list[DocumentPage]:
    """Return the documents of a report, with at most 2,000 findings between them."""
    left = MOST_FINDINGS
    pages = []
    for number, document in enumerate(report["documents"], start=1):
        found = sorted(document["findings"], key=lambda each: _LEVELS.index(each["severity"]))
        prefix = f"d{number}-" if len(report["documents"]) > 1 else ""
        pages.append(_document(document, found[:left], len(found) - left, prefix))
        left = max(0, left - len(found))
    return pages


def links(checked: Checked, report: str) -> dict[str, str]:
    """Return the report's files as addresses that contain them (RFC 2397): nothing need be kept for a download."""
    files = {
        "html": ("text/html", checked.html),
        "csv": ("text/csv", f"\ufeff{checked.csv}"),
        "json": ("application/json", report),
    }
    return {
        name: f"data:{kind};charset=utf-8,{_ESCAPED.sub(_percent, text)}"
        for name, (kind, text) in files.items()
        if text and len(text) <= _LARGEST_LINK
    }


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _document(document: Mapping[str, Any], found: Sequence[Mapping[str, Any]], more: int, prefix: str) -> DocumentPage:
    projects = {each["project"]["iri"]: each["project"]["name"] for each in found if each["project"]}
    excerpts = {f"{prefix}{each['node']}": [_shown(line) for line in each["excerpt"]] for each in found}
    shown = report_page.report(
        [_finding(each, prefix) for each in found], projects, partial(_quoted, excerpts), prefix=prefix
    )
    return DocumentPage(
        name=document["file"],
        refused=document["refused"] or (),
        filed=[" ".join(str(each) for each in filing.values() if each) for filing in document["filings"]],
        projects=document["projects"],
        indicators=document["indicators"],
        read=document["read"],
        findings=shown,
        left_out=max(0, more),
        parts_left_out=document["leftOut"],
    )


def _finding(found: Mapping[str, Any], prefix: str) -> Finding:
    return Finding(
        iri=f"#{prefix}{found['node']}",
        fault=catalogue.SHAPES + found["fault"],
        level=found["severity"],
        node=found["focusNode"],
        part=found["part"],
        target=None,
        message=Bilingual(found["message"]["zh"], found["message"]["en"]),
        lines=tuple(found["lines"]),
        source="",
        decision=None,
        group=found["group"],
    )


def _shown(line: Mapping[str, Any]) -> Shown:
    marks = tuple((first, last) for first, last in line["marks"])
    return Shown(line["line"], line["place"] or "", line["text"], line["atFault"], marks)


def _quoted(excerpts: Mapping[str, Sequence[Shown]], place: Place) -> Iterator[Quoted]:
    """Yield the lines of a place with their neighbours, each line once and with all its marks."""
    for line in merged(excerpts[found.anchor] for found in place.findings):
        yield Quoted(line.number, line.at_fault, tuple(line.pieces(_LONGEST_LINE)))
