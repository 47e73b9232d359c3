"""Define a request for rows of a view, and fit the text of the view's query to a request.

Fitting concerns the query's conditional blocks, its order, its page, and its totals. Lines between `# given a b` and `#
end` are kept if parameter a or b was given, lines between `# without a b` and `# end` if neither was. Three names count
as given without being parameters: `page` in a query for a page of rows, `whole` in one that counts all rows, `by_x` in
one that sorts by column x. Lines between `# rows` and `# end rows` are a sub-select that picks the rows and gives their
sortable and summed values; the rest of the query looks up other columns of those rows. This module inserts only text of
the file, names of its columns and whole numbers: typed values are bound afterwards.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.views import answers, parameters

_BLOCK = re.compile(r"^[ \t]*(?:#|--) (given|without) ([\w ]+)\n(.*?)^[ \t]*(?:#|--) end\n", re.MULTILINE | re.DOTALL)
_ROWS = re.compile(r"^[ \t]*# rows\n(.*?)^[ \t]*# end rows\n", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"^[ \t]*# (?:rows|end rows)\n", re.MULTILINE)
_ORDER = re.compile(r"^([ \t]*)ORDER BY (.*)$", re.MULTILINE)
_LIMIT = re.compile(r"^([ \t]*)LIMIT (\d+)(?=\s*(?:\}|\Z))", re.MULTILINE)
_PREFIXES = re.compile(r"\A(?:PREFIX .*\n|\s*\n)*")
_NAME = re.compile(r"\?(\w+)")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_PART = re.compile(r"\((?:[^()]* AS (\?\w+) *|[^()]*)\)")
_CONDITION = re.compile(r"(?:\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\?\w+)")

PAGE, WHOLE = "page", "whole"


@dataclass(frozen=True)
class Order:
    """A column to sort rows by, from the largest if `down`: its `name`, and its part of ORDER BY in SPARQL and SQL."""

    name: str
    sparql: str
    sql: str
    down: bool = False


@dataclass(frozen=True)
class Asked:
    """A request for rows: terms by parameter, the order, and the page as `limit` and `offset`."""

    values: Mapping[str, Sequence[Term]]
    order: tuple[Order, ...]
    limit: int
    offset: int


def read_order(params: parameters.Given, columns: Sequence[answers.Column], sparql: str) -> tuple[Order, ...]:
    """Return the order that the parameter `sort` asks for, such as `-amount,year`, by columns among `columns`.

    Raises ParameterError.
    """
    sortable = {column.name: column for column in columns}
    orders: dict[str, Order] = {}
    for typed in filter(None, map(str.strip, requests.once(params, "sort").split(","))):
        name = typed.removeprefix("-")
        if name not in sortable:
            raise ParameterError(
                f"不能按 {name} 排序；可用的列：{'、'.join(sortable)}，前加 - 为从大到小。",
                f"Rows cannot be sorted by {name}; columns are {', '.join(sortable)}, with - for largest first.",
            )
        orders[name] = order_by(sortable[name], sparql, down=typed != name)
    return tuple(orders.values())


def order_by(column: answers.Column, sparql: str, *, down: bool) -> Order:
    """Return the order that sorts the rows of a query by a column, descending if `down`.

    Rows without a value come last, except for a variable that SELECT computes: `(… AS ?x)`.
    """
    name = column.sort or column.name
    computed = f"AS ?{name})" in _selecting(sparql)
    # Virtuoso refuses functions of a variable that SELECT computes.
    value = f"STR(?{name})" if column.type in ("text", "concept") and not computed else f"?{name}"
    if down:
        return Order(column.name, f"DESC({value})", f"{name} DESC", down=True)
    if computed:
        return Order(column.name, f"ASC({value})", f"{name} ASC NULLS FIRST")
    # Virtuoso sorts wrongly by BOUND(?x) if a sub-select groups by x or counts it.
    bound = f'COALESCE(STR(?{name}), "") != ""'
    return Order(column.name, f"DESC({bound}) ASC({value})", f"{name} ASC NULLS LAST")


def conditions(sparql: str) -> set[str]:
    """Return the names in the file's `# given` lines; a parameter among them is optional."""
    return {name for block in _BLOCK.finditer(sparql) if block[1] == "given" for name in block[2].split()}


def default_limit(sparql: str) -> int:
    """Return the number in the file's last LIMIT, or 0 without a LIMIT."""
    limits = _LIMIT.findall(sparql)
    return int(limits[-1][1]) if limits else 0


def has_rows(sparql: str) -> bool:
    """Return True if the file has a sub-select that picks the rows; without one, a page costs as much as all rows."""
    return _ROWS.search(sparql) is not None


@lru_cache(maxsize=512)
def _selecting(text: str) -> str:
    """Return the SELECT clause of the sub-select that picks the rows or, without a sub-select, of the whole query."""
    inner = _ROWS.search(text)
    clause = _COMMENT.sub("", inner[1] if inner else _PREFIXES.sub("", text))
    return clause.partition("WHERE")[0]


@lru_cache(maxsize=512)
def selected(sparql: str, given: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the variables that the sub-select for rows or, without one, the query selects.

    `given` are the given parameters, whose blocks are kept.
    """
    clause, parts = _selecting(chosen(sparql, given)), 1
    while parts:  # each pass replaces the innermost parentheses, such as (SUM(?x) AS ?y), by the name after AS
        clause, parts = _PART.subn(lambda part: part[1] or "", clause)
    return tuple(_NAME.findall(clause))


def fitted(sparql: str, asked: Asked, limit: int, rows: str = "") -> str:
    """Return the text of the query for a request, with a page of `limit` rows; the limit in `asked` is ignored.

    `rows` is a VALUES block that replaces the sub-select for rows; the block has the rows of the page alone, so that
    the offset in `asked` is then ignored too.
    """
    text = _laid_out(sparql, frozenset(asked.values), asked.order)
    if rows:
        return _LIMIT.sub(rf"\g<1>LIMIT {limit:d}", _ROWS.sub(lambda _: rows, text))
    window = f"LIMIT {limit:d}" + (f" OFFSET {asked.offset:d}" if asked.offset else "")
    if _ROWS.search(text):
        text = _LIMIT.sub(rf"\g<1>{window}", text, count=1)
        return _LIMIT.sub(rf"\g<1>LIMIT {limit:d}", _MARK.sub("", text))
    return _LIMIT.sub(rf"\g<1>{window}", text)


def summed(sparql: str, given: Collection[str], by: Iterable[str], sums: Iterable[str]) -> str:
    """Return a query that counts and sums all rows, grouped by the variables `by`.

    Its variables are `by`, `rows` (the number of rows) and, for each column c of `sums` that the query names, `c_sum`
    and `c_count` (the number of rows with a value).
    """
    text = chosen(sparql, {*given, WHOLE})
    unprefixed = _PREFIXES.sub("", text)
    inner = _ROWS.search(text)
    body = _LIMIT.sub("", _ORDER.sub("", inner[1] if inner else f"{{ {unprefixed} }}\n"))
    keys = " ".join(f"?{name}" for name in by)
    # Virtuoso counts unbound variables of a SELECT DISTINCT too, and takes them for bound.
    figures = " ".join(
        f"(SUM(COALESCE(?{c}, 0)) AS ?{c}_sum) (SUM(COALESCE(?{c} * 0 + 1, 0)) AS ?{c}_count)"
        for c in sorted({*sums} & {*_NAME.findall(body)})
    )
    grouped = f"GROUP BY {keys}" if keys else ""
    return (
        f"{text.removesuffix(unprefixed)}SELECT {keys} (COUNT(*) AS ?rows) {figures}\nWHERE {{\n{body}}}\n{grouped}\n"
    )


@lru_cache(maxsize=256)
def _laid_out(sparql: str, given: frozenset[str], order: tuple[Order, ...]) -> str:
    """Return the query with the blocks for the `given` parameters, sorted by `order` and then by the query's own order.

    If the query's own order begins with DESC(BOUND(?x)), that condition stays first: the row without an x is the last.
    """
    text = chosen(sparql, {*given, PAGE, *(f"by_{each.name}" for each in order)})
    if not order:
        return text
    conditions = [each.sparql for each in order]
    sorted_by = {name for condition in conditions for name in _NAME.findall(condition)}

    def ordered(own: re.Match[str]) -> str:
        # The query's own condition for the same variable is removed: Virtuoso mixes up two conditions on one variable.
        others = [each[0] for each in _CONDITION.finditer(own[2]) if set(_NAME.findall(each[0])) - sorted_by]
        last = [others.pop(0)] if others and others[0].startswith("DESC(BOUND(") else []
        return f"{own[1]}ORDER BY {' '.join([*last, *conditions, *others])}"

    return _ORDER.sub(ordered, text)


def chosen(sparql: str, given: Collection[str]) -> str:
    """Return the file's text without the blocks that do not apply to the given names.

    A block of `# given a b` applies if a or b is among the names, and one of `# without a b` if neither is.
    """

    def chosen_lines(block: re.Match[str]) -> str:
        return block[3] if bool(set(block[2].split()) & set(given)) == (block[1] == "given") else ""

    return _BLOCK.sub(chosen_lines, sparql)
