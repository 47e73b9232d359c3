"""Open a knowledge graph and ask it: views by name, SPARQL, search."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import rdflib

from jixiao.python.answers import DatasetError, Given, Remote, Rows, of_query, of_search, of_view
from jixiao.server.apps.search import answers
from jixiao.server.errors import ServerError
from jixiao.server.http.negotiation import JSON, TURTLE
from jixiao.server.query import evaluation, guard, jobs
from jixiao.server.views.view_folder import load_all
from jixiao.store import Store, StoreError
from jixiao.viewing import Viewing

__all__ = ["Dataset", "DatasetError", "open_dataset"]

MOST_ROWS = 10_000
"""Rows of a view that are asked for at a time."""

_TRIES = 3  # times that a view of many pages is read anew because the dataset changed meanwhile
_MOST_HITS = 100


def open_dataset(target: str | os.PathLike[str], views: str | os.PathLike[str] | None = None) -> Dataset:
    """Open a store's directory, or the site at an http(s) address. Raises DatasetError.

    `views` is a folder of views that a store is to answer besides jixiao's own; a site has its own.
    """
    if isinstance(target, str) and target.startswith(("http://", "https://")):
        return Dataset(Remote(target))
    return Dataset(Local(Path(target), None if views is None else Path(views)))


@contextmanager
def _as_dataset_error() -> Iterator[None]:
    """Turn errors of store and server into DatasetError."""
    try:
        yield
    except (ServerError, StoreError) as error:
        raise DatasetError(str(error)) from error


class Local:
    """A store's directory, and a folder of further views. Raises DatasetError if one is missing, empty or wrong."""

    @_as_dataset_error()
    def __init__(self, path: Path, views: Path | None = None) -> None:
        self._store = Store.open(path)
        self._views = load_all(self._store.base_iri, views)
        self._lines = answers.QuotedLines(self._store)
        self._store.present()

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Return name, title, question, parameters and columns of each view."""
        return [view.described() for view in self._views.values()]

    @_as_dataset_error()
    def view(self, name: str, given: Given) -> Mapping[str, Any]:
        """Answer a view with the parameters `given`; return the JSON of the answer as data."""
        return dict(
            json.loads(
                Viewing(self._store, self._store.present(), self._views).answer(name, given).to_json(),
                parse_float=Decimal,
            )
        )

    @_as_dataset_error()
    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run a query in this process, without limits of time or size; SERVICE and updates are refused."""
        now = self._store.present()
        base, memory = now.manifest.base_iri, jobs.Memory()
        graph = guard.check(sparql, base).gives_graph
        wanted = (TURTLE if graph else JSON).name
        evaluation.evaluate(
            now.graph, jobs.Job(now.graph_directory, base, sparql, wanted=wanted, max_bytes=sys.maxsize), memory
        )
        return of_query(memory.getvalue(), graph, sparql, now.version)

    @_as_dataset_error()
    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Search names, document numbers and texts by the parameters `given`; return the JSON of the answer as data."""
        now = self._store.present()
        hits = self._lines.exact(answers.find(now, answers.Asked.of(given)))
        return dict(json.loads(json.dumps(answers.to_json(hits, now.version)), parse_float=Decimal))

    def close(self) -> None:
        """Do nothing: files of a store are closed when nobody reads them."""


class Dataset:
    """A knowledge graph, in a store of this machine or behind a server. Close it, or use it as a context manager.

    Each answer comes from the version that is current when it is asked for, and names that version.
    """

    def __init__(self, place: Local | Remote) -> None:
        self._place = place

    def __enter__(self) -> Dataset:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release files and connections."""
        self._place.close()

    def views(self) -> Sequence[Mapping[str, Any]]:
        """List the views: name, title, question, description, params and columns; words have `zh` and `en`."""
        return self._place.views()

    def view(self, name: str, **params: str | float | Sequence[str | float]) -> Rows:
        """Answer a view: all its rows, or a page of them if `limit` or `offset` is given.

        A parameter is a text as people would type it, a number, or a sequence of these. Amounts are in yuan. Raises
        DatasetError for an unknown view, a wrong parameter, or a reply that is none.
        """
        known = [each["name"] for each in self._place.views()]
        if name not in known:
            raise DatasetError(f"没有视图 {name}；有 · there is no view {name}; there are: {', '.join(known)}")
        given = {key: _text(value) for key, value in params.items()}
        if "limit" in given or "offset" in given:
            return of_view([self._place.view(name, given)])
        for _ in range(_TRIES):
            pages = list(self._pages(name, given))
            if len({page["dataset_version"] for page in pages}) == 1:
                return of_view(pages)
        raise DatasetError("数据一再变化，请再试 · the dataset keeps changing; try again")

    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run SPARQL: a SELECT gives rows, an ASK a bool, CONSTRUCT and DESCRIBE an rdflib Graph.

        A store of this machine sets no limit of time; SERVICE and updates are refused everywhere. Raises DatasetError.
        """
        return self._place.query(sparql)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> Rows:
        """Find names, document numbers and texts; at most `limit` hits of each kind (up to 100).

        Columns: kind, label, iri, snippet, project (IRI), projectName, department, year, amount (yuan), source (IRI)
        and line. `kind` is org, basis, project, indicator, goal, section, stated-basis or cost-item. Raises
        DatasetError.
        """
        given = {"q": text, "limit": str(min(limit, _MOST_HITS))} | ({} if kind is None else {"kind": kind})
        return of_search(self._place.search(given))

    def _pages(self, name: str, given: Given) -> Iterator[Mapping[str, Any]]:
        """Yield the pages of a view's answer, as JSON data; `given` are the parameters."""
        start = 0
        while True:
            page = self._place.view(name, {**given, "limit": str(MOST_ROWS), "offset": str(start)})
            yield page
            if not page["truncated"]:
                return
            start += len(page["rows"])


def _text(value: str | float | Sequence[str | float]) -> str | Sequence[str]:
    if isinstance(value, str | int | float):
        return str(value)
    return [str(each) for each in value]
