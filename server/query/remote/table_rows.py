"""Ask an endpoint for the rows of a table, by queries that stay below its limits.

Virtuoso sorts at most 10,000 rows, and cuts results at a limit of its own. So the units of a table are asked for first,
in order and each page from the last one on, and then the rows of some units at a time: of half as many, if the endpoint
refuses a query or cuts its result.
"""

from collections.abc import Callable, Iterator, Sequence

from jixiao.server.errors import LimitError, QueryFailedError
from jixiao.server.query.binding import bindings
from jixiao.store.tables.table import UNITS, Table

_A_PAGE, _AT_ONCE = 5000, 200  # units in a page, and units whose rows one query asks for


def rows(ask: Callable[[str], bytes], most: int | None, table: Table) -> Iterator[list[str | None]]:
    """Yield the rows of a table, with the texts of its columns; all by one query if this has no place for units.

    `ask` returns the result of a query as SPARQL 1.1 Query Results JSON; its errors are raised. The endpoint gives at
    most so many rows.
    """
    units = _units(ask, min(_A_PAGE, most or _A_PAGE), table) if UNITS in table.sparql else []
    for start in range(0, len(units) or 1, _AT_ONCE):
        yield from _rows_of(ask, table, units[start : start + _AT_ONCE])


def _units(ask: Callable[[str], bytes], number: int, table: Table) -> list[str]:
    """Return the IRIs of all units of a table, in order; less than a `number` of them is asked for at a time."""
    prefixes, _, query = table.sparql.partition("\nSELECT ")
    unit, units = table.unit.name, [""]
    while True:
        page = (
            f"{prefixes}\nSELECT DISTINCT (STR(?{unit}) AS ?unit_)\n"
            f'WHERE {{ {{ SELECT {query} }} FILTER(STR(?{unit}) > "{units[-1]}") }}\n'
            f"ORDER BY ?unit_ LIMIT {number - 1}"
        )
        found = [row["unit_"]["value"] for row in bindings(ask(page))]
        if not found:
            return units[1:]
        units += found


def _rows_of(ask: Callable[[str], bytes], table: Table, units: Sequence[str]) -> list[list[str | None]]:
    try:
        results = ask(table.of(units))
    except (LimitError, QueryFailedError):
        if len(units) < 2:
            raise
        half = len(units) // 2
        return [*_rows_of(ask, table, units[:half]), *_rows_of(ask, table, units[half:])]
    return [
        [row[each.name]["value"] if each.name in row else None for each in table.columns] for row in bindings(results)
    ]
