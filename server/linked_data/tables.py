"""Read the tables on pages of things: profiles/{kind}/*.rq about one thing, lists/{kind}.rq with a row per thing.

Each table is made by a query file with a header like a view's (views/view_files.py), whose parameter `node` takes the
things. A *profile* is all tables about a thing, shown in the order of their file names; a table with a single row gives
totals. If a table's first column is `project`, its rows are read with lists/project.rq, so that tables of projects have
the same columns everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import lookups
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, published, view_files

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table on a page: title, columns, and at most `limit` rows."""

    title: Bilingual
    columns: tuple[answers.Column, ...]
    rows: tuple[answers.Row, ...]
    limit: int

    @property
    def cut(self) -> bool:
        """Return whether there may be more rows than are shown."""
        return len(self.rows) >= self.limit > 1


def profile(service: Service, now: Edition, kind: str, node: NamedNode) -> list[Table]:
    """Return the tables about a thing, without empty ones. Raises the errors of Pool.run."""
    return [
        table
        for view in view_files.load(service.store.base_iri, _HERE / "profiles" / kind).values()
        if (table := _of_profile(service, now, view, node)).rows
    ]


def listed(service: Service, now: Edition, kind: str, names: Mapping[str, str]) -> Table | None:
    """Return a table with a row for each thing in `names` (IRI to name), in that order; None for a kind without one.

    A thing about which the query returns nothing has a row with its name only. Raises the errors of Pool.run.
    """
    view = lists(service).get(kind)
    if view is None or not names:
        return None
    known_rows = rows(service, now, view, [NamedNode(iri) for iri in names])
    iri, name = view.columns[0].name, next(column.name for column in view.columns if column.type == "text")
    of = {str(row[iri]): row for row in known_rows}
    nothing: answers.Row = dict.fromkeys((column.name for column in view.columns), None)
    return Table(
        view.title,
        view.columns,
        tuple(of.get(each) or {**nothing, iri: each, name: text} for each, text in names.items()),
        len(names) + 1,
    )


def lists(service: Service) -> Mapping[str, view_files.View]:
    """Return the query files lists/{kind}.rq, by kind."""
    return view_files.load(service.store.base_iri, _HERE / "lists")


def _of_profile(service: Service, now: Edition, view: view_files.View, node: NamedNode) -> Table:
    found, title = rows(service, now, view, [node]), view.title
    if found and view.columns[0].name == "project":
        projects = listed(service, now, "project", {str(row["project"]): "" for row in found})
        if projects is not None:
            return Table(title, projects.columns, projects.rows, view.default_limit)
    return Table(title, view.columns, tuple(found), view.default_limit)


def rows(service: Service, now: Edition, view: view_files.View, nodes: Sequence[NamedNode]) -> list[answers.Row]:
    """Return the rows of a table about some things. Raises the errors of Pool.run."""
    values = {"node": nodes}
    index = lookups.index_for_views(now)
    if index is not None and view.indexed is not None and view.indexed.reads("scope"):
        values["scope"] = [NamedNode(iri) for node in nodes for iri in index.scopes(node.value)]
    return published.rows(service, now, view, values)
