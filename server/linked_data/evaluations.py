"""Read the statements of self-evaluations, for their own pages and for the pages of the projects that they evaluate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.server.editions.protocols import Edition
from jixiao.server.linked_data.tables import Table, profile
from jixiao.server.pages import findings
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.answers import Row
from jixiao.server.views.evidence import line

KIND = "evaluation"
_MOST = 500  # results of a page
_RESULTS = (
    *("name", "level2", "targetText", "achievedText", "share", "outcome", "weight", "score", "reason", "filedTarget"),
    *("line", "page"),
)
_MONEY = ("asked", "initial", "adjusted", "executed", "rate", "score", "points", "grade", "line", "page")
"""Columns of the views of results and of self-evaluations that pages show."""


@dataclass(frozen=True)
class Evaluated:
    """A self-evaluation of a project: its IRI, its money and scores, what was done, and its results.

    `file` is the name of the file that it was read from, and `disputed` the number of those that disagree with it.
    `paired` are the IRIs of the project's indicators that a result is of; `beside` has its findings and what was not
    read of it, as findings.of_project() returns them.
    """

    iri: str
    file: str
    disputed: int
    money: Table
    told: Sequence[Table]
    results: Table
    paired: frozenset[str]
    beside: Mapping[str, Any]


def results(service: Service, now: Edition, node: NamedNode) -> Table:
    """Return the table of the results of a self-evaluation. Raises the errors of Pool.run."""
    return _of_view(service, now, "results", node, _RESULTS)


def with_lines(service: Service, found: Table) -> Table:
    """Return the table of money with the line of its total, which the ledger alone tells; other rows have theirs."""
    if not {"executed", "row"} <= {column.name for column in found.columns}:
        return found
    ledgers = published.ledger_lines(service)

    def of(row: Row) -> Row:
        lines, node = ledgers.of(str(row["source"])), str(row["row"])
        read = (line(lines, node, name) for name in (terms.executed, terms.adjustedBudget, terms.initialBudget))
        return row if row["line"] is not None else {**row, "line": next((each for each in read if each), None)}

    return replace(found, rows=tuple(map(of, found.rows)))


def file_names(now: Edition, sources: Iterable[str]) -> str:
    """Return the names of the files of sources, given by IRI, as one text."""
    records = (now.sources.get(source.rpartition("/")[2]) for source in sources)
    return "、".join(sorted({record.file_name for record in records if record}))


def beside(service: Service, iri: str, listed: Sequence[Table]) -> dict[str, Any]:
    """Return the findings and unread parts that a page shows beside a self-evaluation, as findings.of_project() does.

    Raises the errors of Pool.run.
    """
    cells = {str(cell) for table in listed for row in table.rows for cell in row.values()}
    return findings.of_project(service, iri, sorted(cell for cell in cells if cell.startswith(f"{iri}#")))


def of_project(service: Service, project: str) -> list[Evaluated]:
    """Return the self-evaluations of a project, none if it has none. Raises the errors of Pool.run."""

    def read(now: Edition) -> list[Evaluated]:
        found = _of_view(service, now, "evaluations", NamedNode(project), _MONEY)
        return [_read(service, now, found, row) for row in found.rows]

    return service.on_current(read)


def _read(service: Service, now: Edition, found: Table, row: Row) -> Evaluated:
    node = NamedNode(str(row["evaluation"]))
    listed = results(service, now, node)
    own = profile(service, now, KIND, node)
    told = [table for table in own if table.columns[0].name == "goal"]
    paired = frozenset(str(each["indicator"]) for each in listed.rows if each["indicator"])
    money = Table(found.title, found.columns, (row,), found.limit)
    file, found_beside = file_names(now, [str(row["source"])]), beside(service, node.value, [listed, *own])
    return Evaluated(node.value, file, int(row["disputed"] or 0), money, told, listed, paired, found_beside)


def _of_view(service: Service, now: Edition, name: str, node: NamedNode, columns: Sequence[str]) -> Table:
    """Return the rows of a view about one self-evaluation, or those of one project, with a few of its columns."""
    view = published.views(service)[name]
    rows = published.rows(service, now, view, {"evaluation": [node]})[:_MOST]
    shown = {column.name: column for column in view.columns}
    return Table(view.title, tuple(shown[each] for each in columns), tuple(rows), _MOST)
