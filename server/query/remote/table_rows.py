"""Ask an endpoint for the rows of tables, by queries that stay below its limits.

Virtuoso sorts at most 10,000 rows, and cuts results at a limit of its own. So the units of all tables are asked for
first, in order and each page from the last one on, and then the rows of some units at a time: of half as many, if the
endpoint refuses a query or cuts its result. Results are CSV, which Virtuoso writes in a fifth of the time of JSON.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from jixiao.server.errors import LimitError, QueryFailedError
from jixiao.store.tables.table import UNITS, Table

_A_PAGE, _AT_ONCE = 5000, 100  # units in a page, and units whose rows one query asks for
_TOGETHER = 2  # queries that run at the same time

Rows = Sequence[Sequence[str]]
Ask = Callable[[str, Sequence[str]], Rows]
"""A function that returns the rows of a SELECT of the variables named. It is called from several threads."""


def reading(ask: Ask, most: int | None) -> Callable[[Table], Iterator[Sequence[str]]]:
    """Return a function that yields the rows of a table; all by one query if this has no place for units.

    `most` is the number of rows that the endpoint gives at most. Raises the errors of `ask`.
    """
    return partial(_rows, ask, _units(ask, min(_A_PAGE, most or _A_PAGE)))


def _units(ask: Ask, number: int) -> list[str]:
    """Return the IRIs of all things that may be units, in order, asked for in pages of fewer than `number`."""
    units = [""]
    page: Rows = [units]
    while page:
        page = ask(
            "SELECT DISTINCT (STR(?thing) AS ?unit)\n"
            'WHERE { ?thing a ?class FILTER(CONTAINS(STR(?thing), "/id/") && !CONTAINS(STR(?thing), "#")'
            f' && STR(?thing) > "{units[-1]}") }}\nORDER BY ?unit LIMIT {number - 1}',
            ["unit"],
        )
        units += [unit for (unit,) in page]
    return units[1:]


def _rows(ask: Ask, units: Sequence[str], table: Table) -> Iterator[Sequence[str]]:
    own = [*filter(table.takes, units)]
    parts = [own[start : start + _AT_ONCE] for start in range(0, len(own), _AT_ONCE)] if UNITS in table.sparql else [[]]
    asked = deque[Future[Rows]]()
    with ThreadPoolExecutor(_TOGETHER) as threads:
        for part in parts:
            asked.append(threads.submit(_rows_of, ask, table, part))
            if len(asked) > _TOGETHER:
                yield from asked.popleft().result()
        for each in asked:
            yield from each.result()


def _rows_of(ask: Ask, table: Table, units: Sequence[str]) -> Rows:
    try:
        return ask(table.of(units), [*table.by_name])
    except (LimitError, QueryFailedError):
        if len(units) < 2:
            raise
        half = len(units) // 2
        return [*_rows_of(ask, table, units[:half]), *_rows_of(ask, table, units[half:])]
