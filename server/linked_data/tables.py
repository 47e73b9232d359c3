"""Read the tables on pages of things: profiles/{kind}/*.rq about one thing, lists/{kind}.rq with a row per thing.

A table is a query file with a header as views have one (views/view_files.py); its parameter `node` takes the things.
The tables of a profile stand on the page in the order of their files' names; a table of one row holds the totals. The
rows of a table whose first column is `project` come from lists/project.rq, so that projects look alike everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime.service import Service
from jixiao.server.views import published, view_files
from jixiao.server.views.columns import Column, Row
from jixiao.server.views.view_files import View

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table of a page: title, columns and rows, of which there are at most `limit`."""

    title: Bilingual
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    limit: int

    @property
    def cut(self) -> bool:
        """True if there may be more rows than are shown."""
        return len(self.rows) >= self.limit > 1

    @property
    def of_projects(self) -> bool:
        """True if each row is a project."""
        return self.columns[0].name == "project"


class _Files:
    """The query files of all tables, read once."""

    def __init__(self, base_iri: str) -> None:
        folders = sorted(path for path in (_HERE / "profiles").iterdir() if path.is_dir())
        self.profiles: Mapping[str, tuple[View, ...]] = {
            folder.name: tuple(view_files.load(base_iri, folder).values()) for folder in folders
        }
        self.lists: Mapping[str, View] = view_files.load(base_iri, _HERE / "lists")


def profile(service: Service, now: Edition, kind: str, node: NamedNode) -> list[Table]:
    """Return the tables about a thing that have rows; none for a kind without tables. Raises what Pool.run does."""
    tables = [_of_profile(service, now, view, node) for view in _files(service).profiles.get(kind, ())]
    return [table for table in tables if table.rows]


def listed(service: Service, now: Edition, kind: str, names: Mapping[str, str]) -> Table | None:
    """Return a row for each of some things of a kind, given by IRI and name, in their order.

    A thing of which nothing but its name is known has a row with its name alone. Return None for a kind without a list.
    Raises what Pool.run does.
    """
    view = _files(service).lists.get(kind)
    if view is None or not names:
        return None
    known_rows = _rows(service, now, view, [NamedNode(iri) for iri in names])
    iri, name = view.columns[0].name, next(column.name for column in view.columns if column.type == "text")
    of = {str(row[iri]): row for row in known_rows}
    nothing: Row = dict.fromkeys((column.name for column in view.columns), None)
    rows = (of.get(each) or {**nothing, iri: each, name: text} for each, text in names.items())
    return Table(Bilingual(view.title_zh, view.title_en), view.columns, tuple(rows), len(names) + 1)


def lists(service: Service) -> Mapping[str, View]:
    """Return the files of lists, by kind."""
    return _files(service).lists


def _of_profile(service: Service, now: Edition, view: View, node: NamedNode) -> Table:
    rows, title = _rows(service, now, view, [node]), Bilingual(view.title_zh, view.title_en)
    if rows and view.columns[0].name == "project":
        projects = listed(service, now, "project", {str(row["project"]): "" for row in rows})
        if projects is not None:
            return Table(title, projects.columns, projects.rows, view.default_limit)
    return Table(title, view.columns, tuple(rows), view.default_limit)


def _rows(service: Service, now: Edition, view: View, nodes: Sequence[NamedNode]) -> list[Row]:
    values = {"node": nodes}
    if now.index is not None and view.from_facts is not None and view.from_facts.reads("scope"):
        values["scope"] = [NamedNode(iri) for node in nodes for iri in now.index.scopes(node.value)]
    return published.rows(service, now, view, values)


def _files(service: Service) -> _Files:
    return service.own(_Files, lambda: _Files(service.store.base_iri))
