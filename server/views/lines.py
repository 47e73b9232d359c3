"""Add to an answer the lines of its sources from which the values of its rows were read."""

from dataclasses import replace

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.editions.evidence import LedgerLines, line
from jixiao.server.views.answers import Answer, Column, Row

EVIDENCE = "evidence"
"""The parameter of every view that asks, with the value 1, for a column of lines beside each column of values."""


def with_lines(answer: Answer, ledgers: LedgerLines) -> Answer:
    """Return an answer whose rows have the lines of values read from ledgers.

    Rows about one property of a project get their empty `line`. If the parameter EVIDENCE asks for them, columns with
    values of a project (`amount`) are followed by columns of lines (`amountLine`); an answer whose rows are not about
    one project each has none.
    """
    columns = {column.name for column in answer.columns}
    if not {"project", "source"} <= columns:
        return answer
    if "property" in columns:
        return replace(answer, rows=tuple(_of_property(row, ledgers) for row in answer.rows))
    if answer.params.get(EVIDENCE) != "1":
        return answer
    more = {column.name: _of_column(column) for column in answer.columns if _is_read(column)}
    rows = tuple({**row, **{of.name: _line(row, name, ledgers) for name, of in more.items()}} for row in answer.rows)
    with_more = (each for column in answer.columns for each in (column, more.get(column.name)) if each)
    return replace(answer, columns=tuple(with_more), rows=rows)


def _of_property(row: Row, ledgers: LedgerLines) -> Row:
    """Return a row with the line of its property, if it has no line and is not about a part of the project."""
    if row["line"] is not None or row["itemIri"] is not None:
        return row
    return {**row, "line": _line(row, str(row["property"]).removeprefix(terms.JX), ledgers)}


def _line(row: Row, name: str, ledgers: LedgerLines) -> int | None:
    """Return the line of the value of a property, by local name, of the project in a row."""
    return line(ledgers.of(str(row["source"])), str(row["project"]), terms.JX + name)


def _is_read(column: Column) -> bool:
    """Return True for a column with the values, as words or figures, of a property that projects have."""
    term = reference().get(terms.JX + column.name)
    return term is not None and terms.Project in term.domains and column.type in ("text", "year", "yuan")


def _of_column(column: Column) -> Column:
    label = {"zh": f"{column.label['zh']}（行）", "en": f"{column.label['en']} (line)"}
    return Column(f"{column.name}Line", "line", label, None, sum=False)
