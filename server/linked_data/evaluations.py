"""Read what self-evaluations state, for their own pages and for those of the projects that they evaluate."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from jixiao.server.editions.protocols import Edition
from jixiao.server.linked_data.tables import Table, profile
from jixiao.server.runtime.service import Service
from jixiao.server.views import published
from jixiao.server.views.answers import Row

KIND = "evaluation"
_MOST = 500  # results of a page
_RESULTS = (
    *("name", "level2", "targetText", "achievedText", "share", "outcome", "weight", "score", "reason", "filedTarget"),
    *("line", "page"),
)
_MONEY = ("asked", "initial", "adjusted", "executed", "rate", "score", "grade", "line", "page")
"""Columns of the views of results and of self-evaluations that pages show."""


@dataclass(frozen=True)
class Evaluated:
    """A self-evaluation of a project: its IRI, its money and scores, what was done, and its results.

    `paired` are the IRIs of the project's indicators that a result is of.
    """

    iri: str
    money: Table
    told: Sequence[Table]
    results: Table
    paired: frozenset[str]


def results(service: Service, now: Edition, node: NamedNode) -> Table:
    """Return the table of the results of a self-evaluation. Raises the errors of Pool.run."""
    return _of_view(service, now, "results", node, _RESULTS)


def of_project(service: Service, project: str) -> list[Evaluated]:
    """Return the self-evaluations of a project, none if it has none. Raises the errors of Pool.run."""

    def read(now: Edition) -> list[Evaluated]:
        found = _of_view(service, now, "evaluations", NamedNode(project), _MONEY)
        return [_read(service, now, found, row) for row in found.rows]

    return service.on_current(read)


def _read(service: Service, now: Edition, found: Table, row: Row) -> Evaluated:
    node = NamedNode(str(row["evaluation"]))
    listed = results(service, now, node)
    told = [table for table in profile(service, now, KIND, node) if table.columns[0].name == "goal"]
    paired = frozenset(str(each["indicator"]) for each in listed.rows if each["indicator"])
    return Evaluated(node.value, Table(found.title, found.columns, (row,), found.limit), told, listed, paired)


def _of_view(service: Service, now: Edition, name: str, node: NamedNode, columns: Sequence[str]) -> Table:
    """Return the rows of a view about one self-evaluation, or those of one project, with a few of its columns."""
    view = published.views(service)[name]
    rows = published.rows(service, now, view, {"evaluation": [node]})[:_MOST]
    shown = {column.name: column for column in view.columns}
    return Table(view.title, tuple(shown[each] for each in columns), tuple(rows), _MOST)
