"""Read the tables on pages of things: profiles/{kind}/*.rq about one thing, lists/{kind}.rq with a row per thing.

A table is a query file with a header as views have one (views/view_files.py); its parameter `node` takes the things.
The tables of a profile stand on the page in the order of their files' names; a table of one row holds the totals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from jixiao.server.publication.protocols import Edition
from jixiao.server.queries.binding import bind
from jixiao.server.service.service import Service
from jixiao.server.views import view_files
from jixiao.server.views.answers import Row, read_rows
from jixiao.server.views.view_files import View

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table of a page: its query file, and the rows, at most as many as the file's LIMIT."""

    view: View
    rows: tuple[Row, ...]

    @property
    def cut(self) -> bool:
        """True if there may be more rows than are shown."""
        return len(self.rows) >= self.view.default_limit > 1


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
    found = [_table(service, now, view, [node]) for view in _files(service).profiles.get(kind, ())]
    return [table for table in found if table.rows]


def listed(service: Service, now: Edition, kind: str, iris: Sequence[str]) -> Table | None:
    """Return a row for each of some things of a kind, in their order; None for a kind without a list.

    Raises what Pool.run does.
    """
    view = _files(service).lists.get(kind)
    if view is None or not iris:
        return None
    table = _table(service, now, view, [NamedNode(iri) for iri in iris])
    of = {str(row[view.columns[0].name]): row for row in table.rows}
    return Table(view, tuple(of[iri] for iri in iris if iri in of))


def _table(service: Service, now: Edition, view: View, nodes: Sequence[NamedNode]) -> Table:
    return Table(view, tuple(read_rows(service.run(now, bind(view.sparql, {"node": nodes})), view.columns)))


def _files(service: Service) -> _Files:
    return service.own(_Files, lambda: _Files(service.store.base_iri))
