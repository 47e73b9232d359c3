"""Group the rows of a spreadsheet by project: values given once per project, indicators and cost items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jixiao.ingest.sheets.columns import WORDING, Column
from jixiao.ingest.sheets.problems import Problem
from jixiao.ingest.sheets.table import Row
from jixiao.ontology.identity import key

_ERRORS = frozenset(WORDING.words("errors"))
_OF_A_ROW = frozenset({"indicator", "item"})


@dataclass(frozen=True)
class Value:
    """The text of a cell, with its row number and its column."""

    row: int
    column: Column
    text: str

    def problem(self, zh: str, en: str) -> Problem:
        """Return a problem of this cell; the cell's text is added to the message."""
        return Problem(self.row, self.column.heading, f"{zh}：{self.text}", f"{en}: {self.text}")


Part = dict[str, Value]
"""The values of one indicator or cost item, by the meanings of their columns."""


@dataclass
class Gathered:
    """One project: the number of its first row, its indicators and its cost items.

    `once` has the values that a project has once, such as its name and amounts, by the meaning of their columns.
    """

    row: int
    once: dict[str, Value] = field(default_factory=dict)
    indicators: list[Part] = field(default_factory=list)
    items: list[Part] = field(default_factory=list)


def gathered(columns: Sequence[Column], rows: Iterable[Row]) -> tuple[dict[str, Value], list[Gathered], list[Problem]]:
    """Return the filing's values by meaning, its projects in order, and problems.

    A row with a new project name begins a project. A value of the filing or of a project may be in any of its rows, and
    may be repeated, but a different value in a later row is a problem.
    """
    filing: dict[str, Value] = {}
    projects: list[Gathered] = []
    problems: list[Problem] = []
    for row in rows:
        values = [Value(row.number, column, row.cell(column.index)) for column in columns]
        values = [value for value in values if value.text]
        problems += [
            value.problem("电子表格没有算出这一格", "the spreadsheet failed to compute the cell")
            for value in values
            if value.text in _ERRORS
        ]
        values = [value for value in values if value.text not in _ERRORS]
        of_project = [value for value in values if value.column.kind not in {"filing", *_OF_A_ROW}]
        problems += _said_once(filing, (value for value in values if value.column.kind == "filing"))
        name = next((value for value in of_project if value.column.meaning == "name"), None)
        if name and (not projects or key(name.text) != key(projects[-1].once["name"].text)):
            projects.append(Gathered(row.number))
        if not projects:
            if any(value.column.kind != "filing" for value in values):
                problems.append(
                    Problem(row.number, None, "这一行之前没有项目名称", "no project is named before this row")
                )
            continue
        problems += _said_once(projects[-1].once, of_project)
        for kind, parts in (("indicator", projects[-1].indicators), ("item", projects[-1].items)):
            if part := {value.column.meaning: value for value in values if value.column.kind == kind}:
                parts.append(part)
    return filing, projects, problems


def _said_once(known: dict[str, Value], values: Iterable[Value]) -> list[Problem]:
    """Add values to `known`, one for each meaning; return a problem for each that differs from the one there."""
    problems = []
    for value in values:
        before = known.setdefault(value.column.meaning, value)
        if key(before.text) != key(value.text):
            problems.append(value.problem(f"与第 {before.row} 行所填的不同", f"not what row {before.row} says"))
    return problems
