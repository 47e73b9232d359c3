"""Requests for rows of a view, and the reading of the parameters `sort`, `limit` and `offset`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.server.errors import ParameterError
from jixiao.server.query.binding import Term
from jixiao.server.views.columns import Column
from jixiao.server.views.parameters import Given, several


@dataclass(frozen=True)
class Order:
    """A column to sort rows by; `made` is true if the query computes its variable in SELECT: `(… AS ?x)`."""

    column: Column
    down: bool
    made: bool

    @property
    def sparql(self) -> str:
        """The condition of ORDER BY. Rows without a value come last, except for a variable computed in SELECT."""
        variable = f"?{self.column.sort or self.column.name}"
        # Virtuoso refuses functions of a variable that SELECT computes.
        value = f"STR({variable})" if self.column.type == "text" and not self.made else variable
        up = f"ASC({value})" if self.made else f"DESC(BOUND({variable})) ASC({value})"
        return f"DESC({value})" if self.down else up

    @property
    def sql(self) -> str:
        """The condition of ORDER BY in SQL."""
        name = self.column.sort or self.column.name
        return f"{name} DESC" if self.down else f"{name} ASC NULLS {'FIRST' if self.made else 'LAST'}"


@dataclass(frozen=True)
class Asked:
    """A request for rows: terms by parameter, the order, and the page as `limit` and `offset`."""

    values: Mapping[str, Sequence[Term]]
    order: Sequence[Order]
    limit: int
    offset: int


def read_order(params: Given, columns: Sequence[Column], sparql: str) -> tuple[Order, ...]:
    """Read the parameter `sort`, such as `-amount,year`, which may name `columns`. Raises ParameterError."""
    sortable = {column.name: column for column in columns}
    order: dict[str, Order] = {}
    for typed in ",".join(several(params.get("sort", ""))).split(","):
        name = typed.strip().removeprefix("-")
        if typed.strip() and name not in sortable:
            raise ParameterError(
                f"不能按 {name} 排序；可用的列：{'、'.join(sortable)}，前加 - 为从大到小。",
                f"Rows cannot be sorted by {name}; columns are {', '.join(sortable)}, with - for largest first.",
            )
        if typed.strip():
            column = sortable[name]
            order[name] = Order(column, typed.strip() != name, f"AS ?{column.sort or name})" in sparql)
    return tuple(order.values())


def count(params: Given, name: str, default: int, least: int, most: int) -> int:
    """Return the whole number typed for a parameter, or `default` if none was typed. Raises ParameterError."""
    typed = "".join(several(params.get(name, ""))).strip()
    if not typed:
        return default
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and least <= int(typed) <= most):
        raise ParameterError(
            f"参数 {name} 应为 {least} 到 {most} 的整数；收到的是“{typed}”。",
            f'Parameter {name} takes a whole number from {least} to {most}; it was "{typed}".',
        )
    return int(typed)
