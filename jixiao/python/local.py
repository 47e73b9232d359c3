"""Answer from a store of this machine, each time from its current version."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import rdflib

from jixiao.python.answers import DatasetError, Given, Rows, of_query
from jixiao.server.apps.search import answers
from jixiao.server.apps.search.answers import QuotedLines
from jixiao.server.errors import ServerError
from jixiao.server.http.negotiation import JSON, TURTLE
from jixiao.server.query.evaluation import evaluate
from jixiao.server.query.guard import check
from jixiao.server.query.jobs import Job
from jixiao.server.query.sink import Memory
from jixiao.server.views.view_folder import load_all
from jixiao.store import Generation, Store, StoreError
from jixiao.viewing import Viewing


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
        self._lines = QuotedLines(self._store)
        self._current()

    def views(self) -> Sequence[Mapping[str, Any]]:
        """Return name, title, question, parameters and columns of each view."""
        return [view.described() for view in self._views.values()]

    @_as_dataset_error()
    def view(self, name: str, given: Given) -> Mapping[str, Any]:
        """Answer a view with the parameters `given`; return the JSON of the answer as data."""
        viewing = Viewing(self._store, self._current(), self._views)
        return dict(json.loads(viewing.answer(name, given).to_json(), parse_float=Decimal))

    @_as_dataset_error()
    def query(self, sparql: str) -> Rows | bool | rdflib.Graph:
        """Run a query in this process, without limits of time or size; SERVICE and updates are refused."""
        now = self._current()
        base, memory = now.manifest.base_iri, Memory()
        graph = check(sparql, base).gives_graph
        wanted = (TURTLE if graph else JSON).name
        evaluate(now.graph, Job(now.graph_directory, base, sparql, wanted=wanted, max_bytes=sys.maxsize), memory)
        return of_query(memory.getvalue(), graph, sparql, now.version)

    @_as_dataset_error()
    def search(self, given: Mapping[str, str]) -> Mapping[str, Any]:
        """Search names, document numbers and texts by the parameters `given`; return the JSON of the answer as data."""
        now = self._current()
        found = self._lines.exact(answers.find(now, answers.Asked.of(given)))
        return dict(json.loads(json.dumps(answers.to_json(found, now.version)), parse_float=Decimal))

    def close(self) -> None:
        """Do nothing: files of a store are closed when nobody reads them."""

    def _current(self) -> Generation:
        """Return the current generation. Raises DatasetError if the store is empty."""
        generation = self._store.current()
        if generation is None:
            raise DatasetError(f"库 {self._store.path} 中还没有数据 · the store {self._store.path} holds nothing yet")
        return generation
