"""Define a request for rows of a view, and fit a page into the text of a query."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.views import parameters

_LIMIT = re.compile(r"^LIMIT (\d+)\s*\Z", re.MULTILINE)


@dataclass(frozen=True)
class Order:
    """A column to sort rows by, from the largest if `down`."""

    name: str
    down: bool = False


@dataclass(frozen=True)
class Asked:
    """A request for rows: terms by parameter, the order, and the page as `limit` and `offset`."""

    values: Mapping[str, Sequence[Term]]
    order: tuple[Order, ...]
    limit: int
    offset: int


def read_order(params: parameters.Given, sortable: Collection[str]) -> tuple[Order, ...]:
    """Return the order that the parameter `sort` asks for, such as `-amount,year`, by columns that are `sortable`.

    Raises ParameterError.
    """
    orders: dict[str, Order] = {}
    for typed in filter(None, map(str.strip, requests.once(params, "sort").split(","))):
        name = typed.removeprefix("-")
        if name not in sortable:
            raise ParameterError(
                f"不能按 {name} 排序；可用的列：{'、'.join(sortable)}，前加 - 为从大到小。",
                f"Rows cannot be sorted by {name}; columns are {', '.join(sortable)}, with - for largest first.",
            )
        orders[name] = Order(name, typed != name)
    return tuple(orders.values())


def default_limit(sparql: str) -> int:
    """Return the number in the LIMIT at the end of a query, 0 without one."""
    limit = _LIMIT.search(sparql)
    return int(limit[1]) if limit else 0


def paged(sparql: str, limit: int, offset: int) -> str:
    """Return a query with another page: at most `limit` rows from row `offset` on."""
    window = f"LIMIT {limit:d}" + f" OFFSET {offset:d}" * bool(offset)
    return _LIMIT.sub(f"{window}\n", sparql)
