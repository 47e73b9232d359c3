"""Answer views over a store in this process, for the command line and for Python."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import pyoxigraph

from jixiao.server import errors
from jixiao.server.editions import metadata
from jixiao.server.editions.tables import Tables
from jixiao.server.views import answer_sentence, evidence, heads, parameters, table_address, view_files, view_folder
from jixiao.server.views.answers import Answer, Row
from jixiao.server.views.tabled import Tabled
from jixiao.store import Generation, Store
from jixiao.store.tables.cache import Cache
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import tables


@dataclass(frozen=True)
class Viewing:
    """A store, its current generation, and its views by name."""

    store: Store
    generation: Generation
    views: Mapping[str, view_files.View]

    @staticmethod
    def open(path: Path, folder: Path | None = None) -> "Viewing":
        """Open a store, with the views of a folder besides jixiao's.

        Raises StoreError, as for an empty store, and ViewFileError.
        """
        store = Store.open(path)
        return Viewing(store, store.present(), view_folder.load_all(store.base_iri, folder))

    @cached_property
    def tables(self) -> Tables:
        """The cache in which tables that the generation lacks, and those of the operator's views, are filled."""
        from jixiao.server.settings import read  # noqa: PLC0415 - most answers do not need the cache

        settings = read()
        return Tables(Cache(settings.tables_folder, settings.tables_bytes))

    def answer(self, view: str, params: parameters.Given) -> Answer:
        """Answer the view of this name with the parameters `params`. Raises as answer_of() does."""
        return self.answer_of(self.views[view], params)

    def answer_of(self, view: view_files.View, params: parameters.Given) -> Answer:
        """Answer a view, which may be that of a table's address, with a head. Raises as rows_of() does."""

        def rows(name: str, params: parameters.Given) -> Sequence[Row]:
            return self.rows_of(self.views[name], params).rows

        answer = self.rows_of(view, params)
        all_rows = partial(evidence.all_rows, answer, partial(self.rows_of, view))
        declared = evidence.Caveats().of(answer.dataset_version, rows, answer.params, all_rows)
        return answer_sentence.stated(view, heads.headed(view, answer, declared))

    def rows_of(self, view: view_files.View, params: parameters.Given) -> Answer:
        """Answer a view with the parameters `params`, without a head.

        Raises ParameterError, and StoreUnusableError and ViewFileError if its table cannot be made.
        """
        now = self.generation
        answer = view.answer(self._run, params, now.version, now.index, tables=self._file)
        credit = metadata.Credit.of(self.store.publisher(), now.manifest)
        return evidence.completed(answer, evidence.LedgerLines(self.store), credit)

    def table(self, name: str, given: parameters.Given) -> Answer:
        """Answer an address of a table with the parameters `given`. Raises NotInStoreError, and as answer_of() does."""
        own = {view.name: view.tabled.own for view in self.views.values() if view.tabled and view.tabled.own}
        table, asked = errors.named({**tables(), **own}, "表", "table", name), table_address.ordered(given)
        return self.answer_of(table_address.read(table, asked, self.store.base_iri), asked)

    def every(self, view: str) -> Sequence[Row]:
        """Return all rows of the view of this name. Raises as rows_of() does."""
        return replace(self.views[view], default_limit=sys.maxsize).rows(self._run, {}, self._file)

    def _file(self, tabled: Tabled) -> TableFile:
        """Return the generation's own tables, if it has those that are asked for, without reading settings."""
        own = None if tabled.own else self.generation.tables
        return own or tabled.file(self.tables, self.generation, self._run)

    def _run(self, sparql: str) -> bytes:
        results = self.generation.graph.query(sparql)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise TypeError("a view is a SELECT")
        return results.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""
