"""Prepare the report on a checked file, which a child process made as JSON, for the page."""

import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.check.desk import Checked
from jixiao.server.pages import rules
from jixiao.server.pages.findings import ReportPage
from jixiao.shapes import catalogue
from jixiao.shapes.findings import excerpt, finding

MOST_FINDINGS = 2_000
"""Most findings that the page shows, the most severe first; the report's files have all of them."""
_LARGEST_LINK = 4 << 20  # most characters of a file that the page offers as a data: URL
_ESCAPED = re.compile(r"[\x00-\x20\"#%<>\\^`{|}\x7f]")


def documents(report: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], ReportPage, int]]:
    """Return the documents of a report (a zip has several), with MOST_FINDINGS findings in all for the page.

    Each is a triple: the document as JSON values, its findings for the page, and the number of findings left out.
    """
    left = MOST_FINDINGS
    pages = []
    for number, document in enumerate(report["documents"], start=1):
        findings = sorted(document["findings"], key=lambda each: list(catalogue.LEVELS).index(each["severity"]))
        prefix = f"d{number}-" if len(report["documents"]) > 1 else ""
        projects = {each["project"]["iri"]: each["project"]["name"] for each in findings[:left] if each["project"]}
        page = ReportPage(
            [_finding(each, prefix) for each in findings[:left]],
            projects,
            attrgetter("excerpt"),
            prefix=prefix,
            longest=300,  # characters of a line that the page shows, around its first mark
        )
        pages.append((document, page, max(0, len(findings) - left)))
        left = max(0, left - len(findings))
    return pages


def links(checked: Checked, report: str) -> dict[str, str]:
    """Return the report's files as data: URLs (RFC 2397), so that downloads need no storage."""
    files = {
        "html": ("text/html", checked.html),
        "csv": ("text/csv", f"\ufeff{checked.csv}"),
        "json": ("application/json", report),
    }
    return {
        name: f"data:{kind};charset=utf-8,{_ESCAPED.sub(lambda character: f'%{ord(character[0]):02X}', text)}"
        for name, (kind, text) in files.items()
        if text and len(text) <= _LARGEST_LINK
    }


def _finding(said: Mapping[str, Any], prefix: str) -> finding.Finding:
    """Return a finding from its JSON values (`said`); `prefix` makes its anchor unique among the page's documents."""
    return finding.Finding(
        iri=f"#{prefix}{said['node']}",
        fault=rules.stated(catalogue.SHAPES + said["fault"], terms.SH + said["severity"]),
        focus_node=said["focusNode"],
        project=said["focusNode"].partition("#")[0],
        about=said["project"] and said["project"]["name"],
        part=said["part"],
        path=said["path"],
        value=said["value"],
        message=Bilingual(**said["message"]),
        lines=tuple(said["lines"]),
        stated_group=said["group"],
        excerpt=tuple(
            excerpt.Shown(
                line["line"], line["place"] or "", line["text"], line["atFault"], tuple(map(tuple, line["marks"]))
            )
            for line in said["excerpt"]
        ),
    )
