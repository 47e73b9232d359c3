"""Make the tables of a comparison of projects: basics, amounts, indicators, and the documents that they cite."""

from collections.abc import Callable, Iterator, Sequence

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, Side, sentence
from jixiao.server.apps.compare.verdicts import (
    Facts,
    decimal,
    first,
    joined,
    note,
    of_cells,
    of_targets,
    paired,
    printed,
    said,
    target,
)
from jixiao.server.views import answers, view_files

Rows = Sequence[answers.Row]
_STATED = ("text", "year", "concept", "date", "reading")
"""Types of the columns of a project that are no amounts, and whose values are shown."""


def compared(facts: Facts, sides: Sequence[Side]) -> tuple[list[Said], dict[str, list[ComparedRow]]]:
    """Return the notes and the rows of the tables of a comparison of projects. Raises what Pool.run does."""
    labels, asked = [side.label for side in sides], {"project": [side.iri for side in sides]}
    columns = facts.query("projects").columns
    by_iri = {row["project"]: row for row in facts.rows("projects", {**asked, view_files.EVIDENCE: "1"})}
    rows = [by_iri[side.iri] for side in sides]
    targets, documents = (
        grouping.by_key((str(row["project"]), row) for row in facts.rows(name, asked)) for name in ("targets", "bases")
    )
    both, others = paired([targets.get(side.iri, []) for side in sides])
    cited = joined([documents.get(side.iri, []) for side in sides], "document")
    amounts = [*_of_columns(columns, rows, labels, ("yuan", "titles"))]
    tables = {
        "amounts": amounts,
        "stated": [*_of_columns(columns, rows, labels, _STATED)],
        "indicators": [of_targets(each, labels) for each in both],
        "other-indicators": [_named(each, _targets) for each in others],
        "bases": [_named(each, _cited, "document") for each in sorted(cited, key=lambda each: -sum(map(bool, each)))],
    }
    read = zip(labels, map(answers.read_in_part, rows), strict=True)
    in_part = [note("partial-project", side=side) for side, is_partial in read if is_partial]
    return [note("claimed" if any(row.money for row in amounts) else "no-amounts"), *in_part], tables


def _of_columns(
    columns: Sequence[answers.Column], rows: Sequence[answers.Row], labels: Sequence[Bilingual], types: Sequence[str]
) -> Iterator[ComparedRow]:
    """Yield a row for each column of some types in which any project has a value; amounts of one kind are compared."""
    for column in columns:
        if column.type in types and any(row[column.name] for row in rows):
            name, cells = column.label, [_cell(column, row) for row in rows]
            yield of_cells(name, cells, labels) if column.type == "yuan" else ComparedRow(name, cells)


def _cell(column: answers.Column, row: answers.Row) -> Cell:
    """Return what a project states in a column, with the line where it does."""
    value, line = row[column.name], row["line"] if column.name == "name" else row.get(f"{column.name}Line")
    if value is None:
        return Cell()
    if column.type != "yuan":
        text = column.words(value) or answers.written(value)
        return Cell(text=text, iri=row.get(column.link or ""), source=row["source"], line=line)
    kind = row.get(column.note or "")
    detail = said("amountKind", kind) if kind else None
    # Money besides an amount is of one period by its column.
    like = {"amountKind": kind, "period": row["period"] if column.name == "amount" else None}
    return Cell(number=decimal(value), money=True, detail=detail, like=like, source=row["source"], line=line)


def _named(rows: Sequence[Rows], cell: Callable[[Rows], Cell], thing: str = "") -> ComparedRow:
    """Return the row for rows of one name, with a cell of those of each side; it links to the IRI of the `thing`."""
    iri = str(first(rows)[thing]) if thing else None
    return ComparedRow(str(first(rows)["name"]), [*map(cell, rows)], iri=iri)


def _targets(rows: Rows) -> Cell:
    return target(rows[0]) if len(rows) == 1 else Cell(text="；".join(str(row["text"] or "—") for row in rows) or None)


def _cited(rows: Rows) -> Cell:
    return Cell(sentence("cited"), **printed(rows[0])) if rows else Cell()
