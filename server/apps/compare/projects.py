"""Make the tables of a comparison of projects: basics, amounts, indicators, and the documents that they cite."""

from collections.abc import Iterator, Sequence

from jixiao.ontology import grouping
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, Side
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
from jixiao.server.views import answers, published, view_files

_STATED = ("text", "year", "concept", "date", "reading")
"""Types of the columns of a project that are no amounts, and whose values are shown."""


def compared(facts: Facts, sides: Sequence[Side]) -> tuple[list[Said], dict[str, list[ComparedRow]]]:
    """Return the notes and the rows of the tables of a comparison of projects. Raises what Pool.run does."""
    labels, asked = [side.label for side in sides], {"project": [side.iri for side in sides]}
    view, given = facts.query("projects"), {**asked, view_files.EVIDENCE: "1"}
    by_iri = {row["project"]: row for row in published.answer_from(facts.service, facts.now, view, given).rows}
    rows = [by_iri[side.iri] for side in sides]
    targets, documents = (
        grouping.by_key((str(row["project"]), row) for row in facts.rows(name, asked)) for name in ("targets", "bases")
    )
    both, some, several = paired([targets.get(side.iri, []) for side in sides])
    cited = joined([documents.get(side.iri, []) for side in sides], "document")
    amounts = [*_of_columns(view.columns, rows, labels, ("yuan", "titles"))]
    tables = {
        "amounts": amounts,
        "stated": [*_of_columns(view.columns, rows, labels, _STATED)],
        "indicators": [of_targets(each, labels) for each in both],
        "some-indicators": [_some(each, labels) for each in some],
        "several-indicators": [ComparedRow(str(first(each)["name"]), [*map(_texts, each)]) for each in several],
        "bases": [_document(each) for each in sorted(cited, key=lambda each: -sum(map(bool, each)))],
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
            name, cells = Bilingual(**column.label), [_cell(column, row) for row in rows]
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
    detail, like = kind_of_amount(kind) if kind else None, {"amountKind": kind}
    return Cell(number=decimal(value), money=True, detail=detail, like=like, source=row["source"], line=line)


def _some(rows: Sequence[Sequence[answers.Row]], labels: Sequence[Bilingual]) -> ComparedRow:
    """Return the row of an indicator that some projects lack."""
    lacking = [reason("missing", side=side) for of_side, side in zip(rows, labels, strict=True) if not of_side]
    cells = [target(of_side[0]) if of_side else Cell() for of_side in rows]
    return of_cells(str(first(rows)["name"]), cells, labels, lacking)


def _texts(rows: Sequence[answers.Row]) -> Cell:
    return Cell(text="；".join(str(row["text"] or "—") for row in rows) or None)


def _document(rows: Sequence[Sequence[answers.Row]]) -> ComparedRow:
    """Return the row of a document, with the line of each project that cites it."""
    cells = [Cell(Bilingual("引用", "cited"), **printed(of_side[0])) if of_side else Cell() for of_side in rows]
    return ComparedRow(str(first(rows)["name"]), cells, iri=str(first(rows)["document"]))
