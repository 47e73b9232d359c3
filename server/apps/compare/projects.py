"""Make the tables of a comparison of projects: basics, amounts, indicators, and the documents that they cite."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ontology import grouping, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, Side, Verdict
from jixiao.server.apps.compare.verdicts import (
    Facts,
    decimal,
    first,
    joined,
    kind_of_amount,
    note,
    of_cells,
    of_targets,
    paired,
    printed,
    reason,
    target,
)
from jixiao.server.views import answers, evidence, published

MOST_SIDES = 6
_STATED = ("text", "year", "concept", "date", "reading")
"""Types of the columns of a project that are no amounts, and whose values are shown."""
_PROPERTIES = {
    "yearFiscalFunds": ("currentYearAppropriation", "fiscalFunds"),
    "startDate": ("startDate", "narrativeStart"),
    "endDate": ("endDate", "narrativeEnd"),
}
"""The properties that values of a column are of, the preferred one first, if it is not the one with its name."""


def compared(facts: Facts, sides: Sequence[Side]) -> tuple[list[Said], dict[str, list[ComparedRow]]]:
    """Return the notes and the rows of the tables of a comparison of projects. Raises what Pool.run does."""
    labels, asked = [side.label for side in sides], {"project": [side.iri for side in sides]}
    by_iri, targets, documents = (
        grouping.by_key((str(row["project"]), row) for row in facts.rows(name, asked))
        for name in ("projects", "targets", "bases")
    )
    projects = [by_iri[side.iri][0] for side in sides]
    both, some, several = paired([targets.get(side.iri, []) for side in sides])
    cited = joined([documents.get(side.iri, []) for side in sides], "document")
    amounts = [*_of_columns(facts, projects, labels, ("yuan", "titles"))]
    tables = {
        "amounts": amounts,
        "stated": [*_of_columns(facts, projects, labels, _STATED)],
        "indicators": [of_targets(rows, labels) for rows in both],
        "some-indicators": [_some(rows, labels) for rows in some],
        "several-indicators": [
            ComparedRow(str(first(rows)["name"]), [_texts(each) for each in rows]) for rows in several
        ],
        "bases": [
            _document(rows)
            for rows in sorted(cited, key=lambda rows: (-sum(map(bool, rows)), str(first(rows)["name"])))
        ],
    }
    notes = [note("claimed" if any(row.money for row in amounts) else "no-amounts")]
    notes += [
        note("partial-project", side=side)
        for side, row in zip(labels, projects, strict=True)
        if answers.read_in_part(row)
    ]
    return notes, tables


def _of_columns(
    facts: Facts, projects: Sequence[answers.Row], labels: Sequence[Bilingual], types: Sequence[str]
) -> Iterator[ComparedRow]:
    """Yield a row for each column of some types in which any project has a value; amounts of one kind are compared."""
    for column in facts.query("projects").columns:
        cells = [_cell(facts, column, row) for row in projects]
        if column.type in types and any(row[column.name] for row in projects):
            row = of_cells(Bilingual(**column.label), cells, labels)
            yield row if column.type == "yuan" else replace(row, verdict=None)


def _cell(facts: Facts, column: answers.Column, row: answers.Row) -> Cell:
    """Return what a project states in a column, with the line where it does."""
    value, project, source = row[column.name], str(row["project"]), str(row["source"])
    if value is None:
        return Cell()
    lines = published.ledger_lines(facts.service).of(source)
    properties = _PROPERTIES.get(column.name, (column.name,))
    known = (evidence.line(lines, project, terms.JX + name) for name in properties)
    at: dict[str, Any] = {
        "source": source,
        "line": row["line"] if column.name == "name" else next(filter(None, known), None),
    }
    if column.type != "yuan":
        return Cell(text=column.words(value) or answers.written(value), iri=row.get(column.link or ""), **at)
    kind = row.get(column.note or "")
    detail = kind_of_amount(kind) if kind else None
    return Cell(number=decimal(value), money=True, detail=detail, like={"amountKind": kind}, **at)


def _some(rows: Sequence[Sequence[answers.Row]], labels: Sequence[Bilingual]) -> ComparedRow:
    """Return the row of an indicator that some projects lack."""
    lacking = [reason("missing", side=side) for of_side, side in zip(rows, labels, strict=True) if not of_side]
    cells = [target(of_side[0]) if of_side else Cell() for of_side in rows]
    return ComparedRow(str(first(rows)["name"]), cells, Verdict(lacking))


def _texts(rows: Sequence[answers.Row]) -> Cell:
    return Cell(text="；".join(str(row["text"] or "—") for row in rows) or None)


def _document(rows: Sequence[Sequence[answers.Row]]) -> ComparedRow:
    """Return the row of a document, with the line of each project that cites it."""
    cells = [Cell(Bilingual("引用", "cited"), **printed(of_side[0])) if of_side else Cell() for of_side in rows]
    return ComparedRow(str(first(rows)["name"]), cells, iri=str(first(rows)["document"]))
