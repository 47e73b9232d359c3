"""Convert findings and rules to plain data for JSON and to rows for CSV. The schema is in docs/quality.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

from jixiao.ontology.text.spreadsheets import csv_text, harmless
from jixiao.shapes import catalogue
from jixiao.shapes.findings import groups
from jixiao.shapes.findings.documents import FAIL_ON, Document, all_groups, by_fault, fails, read_in_part
from jixiao.shapes.findings.finding import Finding, Report

FINDING_COLUMNS = (
    "file", "department", "year", "project", "part", "severity", "kind", "fault", "name", "name_en", "sentence",
    "sentence_en", "lines", "sheet_cells", "source_text", "remedy", "remedy_en", "key", "group",
)  # fmt: skip
RULE_COLUMNS = (
    "fault", "severity", "family", "family_en", "name", "name_en", "sentence", "sentence_en", "why", "why_en",
    "remedy", "remedy_en", "source", "source_en",
)  # fmt: skip
REFUSED = "Refused"
"""Value of the column `severity` for a refused document; the column `sentence` then gives the reason."""


def results_as_json(report: Report) -> list[dict[str, Any]]:
    """Convert the findings of one document to values for `json.dumps`, without excerpts."""
    return [
        {
            "fault": result.fault.iri,
            "name": asdict(result.fault.label),
            "severity": result.level,
            "focusNode": result.focus_node,
            "about": result.about,
            "path": result.path,
            "value": result.value,
            "message": asdict(result.message),
            "remedy": asdict(result.fault.remedy),
            "lines": list(result.lines),
            "group": result.group,
        }
        for result in report.results
    ]


def documents_as_json(documents: Sequence[Document], fail_on: str = FAIL_ON) -> dict[str, Any]:
    """Convert all documents with their findings; each fault found is described once, under `rules`.

    `fail_on` is the threshold of fails(), for the members `fails` and `readInPart`. Findings of the kind `reading`
    stand and count apart as notes, since the filing is not to blame for them.
    """
    every = all_groups(documents)
    notes, counts = (
        groups.count(group for group in every if (group.fault.kind == "reading") is each) for each in (True, False)
    )
    return {
        "failOn": fail_on,
        "fails": fails(documents, fail_on),
        "readInPart": read_in_part(documents, fail_on),
        "counts": {
            "documents": len(documents),
            "refused": sum(1 for document in documents if document.refused),
            **_count(counts),
            "notes": _count(notes),
        },
        "rules": [rule(fault) for fault in by_fault(documents)],
        "documents": [_document(document) for document in documents],
    }


def _count(counts: groups.Count) -> dict[str, Any]:
    return {"open": _by_level(counts.open), "groups": {"open": _by_level(counts.groups)}}


def _by_level(numbers: Mapping[str, int]) -> dict[str, int]:
    return {level: numbers.get(level, 0) for level in catalogue.LEVELS}


def rule(fault: catalogue.Fault) -> dict[str, Any]:
    """Describe one rule in both languages, as values for `json.dumps`."""
    return {
        "fault": fault.name,
        "iri": fault.iri,
        "severity": fault.level,
        "kind": fault.kind,
        "family": asdict(fault.family),
        "name": asdict(fault.label),
        "message": asdict(fault.pattern),
        "why": asdict(fault.why),
        "remedy": asdict(fault.remedy),
        "source": asdict(fault.source),
        "foldsBy": fault.folds_by,
    }


def findings_csv(documents: Iterable[Document]) -> str:
    """Return CSV with a row per finding; a refused document without findings gets a row per reason."""
    return _csv(FINDING_COLUMNS, (row for document in documents for row in _rows(document)))


def rules_csv(faults: Iterable[catalogue.Fault]) -> str:
    """Return CSV with a row per rule."""
    rows = (
        (
            fault.name,
            fault.level,
            *astuple(fault.family),
            *astuple(fault.label),
            *astuple(fault.pattern),
            *astuple(fault.why),
            *astuple(fault.remedy),
            *astuple(fault.source),
        )
        for fault in faults
    )
    return _csv(RULE_COLUMNS, rows)


def _document(document: Document) -> dict[str, Any]:
    return {
        "file": document.path,
        "sha256": document.sha256 or None,
        "refused": list(document.refused) or None,
        "filings": [{"department": filed.department, "year": filed.year} for filed in document.filings],
        "projects": len(document.projects),
        "evaluations": len(document.evaluations),
        "indicators": document.indicators,
        "read": round(document.share, 6),
        "leftOut": list(document.left_out),
        "sheetCells": {str(line): cell for line, cell in document.sheet_cells.items()},
        "notRead": [asdict(each) for each in document.not_read],
        "unchecked": [asdict(each) | {"project": each.project or None} for each in document.unchecked],
        "findings": [_finding(finding) for finding in document.findings if finding.fault.kind != "reading"],
        "notes": [_finding(finding) for finding in document.findings if finding.fault.kind == "reading"],
        "groups": [_group(group) for group in document.groups],
    }


def _group(group: groups.Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "fault": group.fault.name,
        "severity": group.level,
        "messages": [asdict(message) for message in group.messages],
        "projects": list(group.projects),
        "lines": list(group.lines),
        "findings": [finding.anchor for finding in group.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "node": finding.anchor,
        "key": finding.key,
        "group": finding.group,
        "fault": finding.fault.name,
        "severity": finding.level,
        "message": asdict(finding.message),
        "department": finding.filed.department,
        "year": finding.filed.year,
        "project": {"iri": finding.project, "name": finding.about} if finding.project else None,
        "part": finding.part,
        "focusNode": finding.focus_node,
        "path": finding.path,
        "value": finding.value,
        "quote": finding.quote,
        "difference": None if finding.difference is None else f"{finding.difference:f}",
        "lines": list(finding.lines),
        "cells": [{"line": line, "column": column} for line, column in finding.cells],
        "excerpt": [
            {
                "line": line.number,
                "place": line.place or None,
                "text": line.text,
                "atFault": line.at_fault,
                "marks": [list(span) for span in line.marks],
            }
            for line in finding.excerpt
        ],
    }


def _rows(document: Document) -> Iterator[tuple[str, ...]]:
    filed = document.filed
    for reason in () if document.findings else document.refused:
        filing = (document.path, filed.department or "", str(filed.year or ""), "", "")
        about = (*filing, REFUSED, "", "", "", "", reason, "")
        yield (*about, *[""] * (len(FINDING_COLUMNS) - len(about)))
    for finding in document.findings:
        yield (
            document.path,
            finding.filed.department or "",
            str(finding.filed.year or ""),
            finding.project_name or "",
            finding.part or "",
            finding.level,
            finding.fault.kind,
            finding.fault.name,
            *astuple(finding.fault.label),
            *astuple(finding.message),
            " ".join(map(str, finding.lines)),
            " ".join(document.sheet_cells[line] for line in finding.lines if line in document.sheet_cells),
            " ⋯ ".join(line.text for line in finding.excerpt if line.at_fault),
            *astuple(finding.fault.remedy),
            finding.key,
            finding.group,
        )


def _csv(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    return csv_text([columns, *([harmless(cell) for cell in row] for row in rows)])
