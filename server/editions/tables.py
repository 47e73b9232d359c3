"""Give the tables of a state of the dataset: those that it has itself, or else those in the cache.

Tables of an operator's views, each a file of its own, are always in the cache.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import TablesPendingError, ViewFileError
from jixiao.server.query.binding import texts
from jixiao.store import Generation, StoreUnusableError
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.index.building import made_by_child
from jixiao.store.tables import filling
from jixiao.store.tables.cache import Cache
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import Table, tables

_LOG = logging.getLogger(__name__)
_HELD = 64  # files of tables that are kept open


Run = Callable[[str], bytes]
"""A function that runs a SELECT, and returns SPARQL 1.1 Query Results JSON."""


class Tables:
    """The tables of a dataset's states. Safe to share between threads.

    Tables that are being made are waited for so many seconds of `patience`, or until they are there if this is None.
    """

    def __init__(self, cache: Cache, patience: float | None = None) -> None:
        self._cache, self._patience = cache, patience
        self._filler = ThreadPoolExecutor(1)
        self._made: BoundedCache[Future[TableFile]] = BoundedCache(_HELD)

    def of(self, now: Edition) -> TableFile:
        """Return the tables of a state. Raises TablesPendingError while they are made, and StoreUnusableError.

        A generation that an older jixiao wrote gets its tables in the cache. The state of an endpoint has none only
        before its first tables are made.
        """
        if now.tables is not None:
            return now.tables
        made = None
        if isinstance(now, Generation):
            made = self._made.get_or_make(now.path, lambda: self._filler.submit(self._make, now))
        return self.wait(made)

    def fill(self, now: Edition, table: Table, run: Run) -> Future[TableFile]:
        """Fill the file of a view's own table in a state, by one query that `run` runs, unless this was done before.

        The result raises the errors of `run`, which are kept for the state; ViewFileError for values that a column
        cannot have; and StoreUnusableError.
        """
        state = f"{now.version} {now.manifest.checksum}"
        return self._made.get_or_make(
            (state, table.name), lambda: self._filler.submit(self._make_of_view, state, table, run)
        )

    def wait(self, made: Future[TableFile] | None) -> TableFile:
        """Return the tables that are being made, or raise as of() does; None are those that only an endpoint can."""
        try:
            if made is not None:
                return made.result(self._patience)
        except StoreUnusableError:
            self._made.clear()  # so that the next call tries again
            raise
        except TimeoutError:
            pass
        raise TablesPendingError(
            "这份数据的表正在做，请稍后再试。", "The tables of these data are being made; try again in a moment."
        )

    def _make_of_view(self, state: str, table: Table, run: Run) -> TableFile:
        def fill(path: Path) -> None:
            found = texts(run(table.sparql))
            filling.fill(path, [table], lambda of: [[*map(row.get, of.by_name)] for row in found])

        file = self._cache.made(f"view {table.name}", state, [table], fill)
        if file.odd:
            raise ViewFileError(
                f"{table.name}.rq 的查询给出了与列的 type 不合的值。",
                f"{table.name}.rq: its query gives values that do not have the type of their column.",
            )
        return file

    def _make(self, now: Generation) -> TableFile:
        def fill(path: Path) -> None:
            _LOG.warning(
                "版本 %s 没有现在这样的表：现在做在 %s 里，下一次提交会存进库里。 Version %s has no tables as they are"
                " now defined: they are made in %s, and the next commit keeps them in the store.",
                *(now.version, self._cache.folder) * 2,
            )
            with made_by_child(filling.PROGRAM, path, now.graph_directory):
                pass  # it needs minutes for 100,000 projects, in which this process goes on

        filling.check()
        state = f"{now.version} {now.manifest.checksum}"
        return self._cache.made(f"{now.path.parent}", state, [*tables().values()], fill)
