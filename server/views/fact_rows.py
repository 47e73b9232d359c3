"""Pick the rows of a view's page, and count all rows, from the tables of facts of a generation's index.

`{view}.sql` says in SQL what `{view}.rq` says between `# rows` and `# end rows`: an engine takes seconds to count and
order what a large store holds. All else about the rows of a page still comes from the query, in which they replace that
sub-select. The file selects over segments (store/index/readers.py) and has blocks as queries have them, with `--` for
`#`. Where it has a block for a `page`, it gives rows there and in `whole` their sums by facet, which are kept; other
files give all rows, which are few. A page is read in one of two ways: `look` at each matching row, or `walk` in the
order of the answer. Blocks `whole_x`, `look_x` and `walk_x` are for a parameter x in one of the three. Values are bound
as JSON arrays: money in parts of a yuan, other decimals as sortable texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.server.query.binding import Term
from jixiao.server.views import query_text, totals
from jixiao.server.views.columns import Column, Row, read_rows
from jixiao.store.index.facts import PARTS_OF_YUAN, OddError, number, scaled, sortable
from jixiao.store.index.kept import Kept

_ORDER = re.compile(r"^-- (order|within): (.*)$", re.MULTILINE)
_PARAMETER = re.compile(r":(\w+)\b")
_FACET = """
SELECT {name} AS value, {rows} AS rows FROM picked WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {order} {many}
"""
_TOTALS = "SELECT {figures} FROM picked"
_PAGE = "SELECT picked.* FROM picked {order} LIMIT :rows OFFSET :offset"
_FEW = 10_000
"""Matching rows up to which each is looked at for a page; more are met soon in the order of the answer."""


class Facts(Protocol):
    """The tables of facts of one state of the dataset; `known` keeps counts of it."""

    @property
    def known(self) -> Kept[Any]:
        """Counts that were made before."""

    def pick(self, statement: str, values: Mapping[str, object]) -> None:
        """Keep the rows of a statement as the table `picked`."""

    def rows(self, statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        """Return the rows of a statement by the names of their columns."""


@dataclass(frozen=True)
class Asked:
    """A request for a page: values by parameter, SQL conditions to sort by, by column, and the window."""

    values: Mapping[str, Sequence[Term]]
    order: Mapping[str, str]
    limit: int
    offset: int


class FactQuery:
    """The SQL of a view with the given columns."""

    def __init__(self, sql: str, columns: Sequence[Column], yuan: Sequence[str], base_iri: str) -> None:
        self._sql, self._columns, self._yuan, self._base_iri = sql, columns, frozenset(yuan), base_iri
        self._orders = {found[1]: found[2] for found in _ORDER.finditer(sql)}
        self._by_page = query_text.PAGE in query_text.conditions(sql)
        self._aside = self._by_page and "picked" not in query_text.chosen(sql, {query_text.PAGE})
        self._known = {found[1] for found in _PARAMETER.finditer(sql)}
        self._types = {name: column.type for column in columns for name in (column.name, column.sort or column.name)}

    def takes(self, asked: Asked) -> bool:
        """Tell if the tables can answer: to all parameters, to each number exactly, and in the order asked for."""
        try:
            self._bound(asked.values)
        except OddError:
            return False
        names = (condition.partition(" ")[0] for condition in asked.order.values())
        return self._known >= asked.values.keys() and all(re.search(rf"\b{name}\b", self._sql) for name in names)

    def reads(self, name: str) -> bool:
        """Tell if the SQL has a parameter."""
        return name in self._known

    def pick(self, facts: Facts, asked: Asked) -> list[dict[str, Any]]:
        """Return the rows of a page by variable; `counted` tells of all of them afterwards. Raises as Facts do."""
        ordered = {*asked.values, *(f"by_{name}" for name in asked.order)}
        values = self._bound(asked.values) | {"base": self._base_iri, "rows": asked.limit, "offset": asked.offset}
        values["most_rows"] = asked.limit + asked.offset
        if not self._by_page:
            facts.pick(self._text(ordered, asked), values)
            return facts.rows(_PAGE.format(order=self._order(asked, "order")), values)
        known = facts.known.get(self._key(asked)) if self._aside else None
        if known is None:
            facts.pick(self._text({*asked.values, *_in(query_text.WHOLE, asked)}, asked), values)
            (found,) = facts.rows("SELECT sum(rows) AS rows FROM picked", {})
        number = (found["rows"] or 0) if known is None else known.rows
        way = "look" if asked.order or number <= _FEW else "walk"
        return facts.rows(self._text({*ordered, query_text.PAGE, *_in(way, asked)}, asked), values)

    def counted(self, facts: Facts, asked: Asked, named: totals.Named) -> totals.Whole:
        """Count all rows, of which a page was picked just now. Raises as Facts do."""
        if not self._aside:
            return self._counted(facts, named)
        found: totals.Whole = facts.known.get_or_make(self._key(asked), lambda: self._counted(facts, named))
        return found

    def _counted(self, facts: Facts, named: totals.Named) -> totals.Whole:
        sums = totals.summed(self._columns)
        rows = "coalesce(sum(rows), 0)" if self._by_page else "count(*)"
        figures = [self._figures(name) for name in sums]
        (row,) = facts.rows(_TOTALS.format(figures=", ".join([f"{rows} AS rows", *figures])), {})
        for name in sums:
            row[f"{name}_sum"] = self.value(name, row[f"{name}_sum"] or 0)
        facets = {column.facet: self._facet(facts, column, rows) for column in self._columns if column.facet}
        return totals.of_totals(self._columns, row, facets, named)

    def _key(self, asked: Asked) -> tuple[object, ...]:
        return self._sql, *sorted(self._bound(asked.values).items())

    def term(self, name: str, value: Any) -> Term | None:
        """Return the term of a variable's value."""
        if value is None or self._types.get(name) == "decimal":
            return None  # the query itself looks up decimals that are no money
        if self._types.get(name) == "iri":
            return NamedNode(value)
        figure = self.value(name, value)
        return Literal(str(figure), datatype=NamedNode(terms.XSD_decimal)) if figure is not value else Literal(value)

    def _figures(self, name: str) -> str:
        if self._by_page:
            return f"sum({name}_sum) AS {name}_sum, coalesce(sum({name}_count), 0) AS {name}_count"
        return f"sum({name}) AS {name}_sum, count({name}) AS {name}_count"

    def _facet(self, facts: Facts, column: Column, rows: str) -> list[totals.Value]:
        name = column.sort or column.name
        many = "" if column.type == "year" else f"LIMIT {totals.MANY}"
        order = "value DESC" if column.type == "year" else "rows DESC, value"
        found = facts.rows(_FACET.format(name=name, rows=rows, order=order, many=many), {})
        return [totals.Value(str(row["value"]), str(row["value"]), row["rows"]) for row in found]

    def value(self, name: str, value: Any) -> Any:
        """Return money in yuan, other decimals as numbers, and anything else as it is."""
        kind = None if value is None else self._types.get(name)
        if kind == "decimal":
            return number(value)
        return Decimal(value) / PARTS_OF_YUAN if kind == "yuan" else value

    def told(self, page: Sequence[Mapping[str, Any]]) -> list[Row] | None:
        """Return the rows of a page as an answer has them; None if the tables do not have all columns."""
        names = [column.name for column in self._columns]
        if not page or any(name not in page[0] for name in names):
            return None
        return [{name: self.value(name, row[name]) for name in names} for row in page]

    def _text(self, given: set[str], asked: Asked) -> str:
        text = query_text.chosen(self._sql, given)
        return text.replace("{order}", self._order(asked, "order")).replace("{within}", self._order(asked, "within"))

    def _order(self, asked: Asked, place: str) -> str:
        own = self._orders["order"]
        if not asked.order:
            own = self._orders.get(place, own)
        return f"ORDER BY {', '.join([*asked.order.values(), own])}"

    def _bound(self, values: Mapping[str, Sequence[Term]]) -> dict[str, object]:
        return {name: json.dumps([self._value(name, term) for term in given]) for name, given in values.items()}

    def _value(self, name: str, term: Term) -> str | int:
        kind = term.datatype.value if isinstance(term, Literal) else ""
        if kind == terms.XSD_integer:
            return int(term.value)
        if kind != terms.XSD_decimal:
            return term.value
        return scaled(term.value) if name in self._yuan else sortable(term.value)


def _in(way: str, asked: Asked) -> set[str]:
    """Return the names of blocks for a way of reading the tables: its own, and those of parameters read in this way."""
    return {way, *(f"{way}_{name}" for name in asked.values)}


def read(path: Path, columns: Sequence[Column], yuan: Sequence[str], base_iri: str) -> FactQuery | None:
    """Read the SQL beside a view's file, if there is one; `yuan` are the parameters that are amounts."""
    path = path.with_suffix(".sql")
    return FactQuery(path.read_text(encoding="utf-8"), columns, yuan, base_iri) if path.exists() else None


def looked_up(
    fact_query: FactQuery,
    rows: Sequence[Mapping[str, Any]],
    sparql: str,
    columns: Sequence[Column],
    query: Callable[[str], bytes],
) -> list[Row]:
    """Return typed rows of a table without parameters but its things; `query` looks up what the rows do not have."""
    told = fact_query.told(rows)
    if rows and told is None:
        text = query_text.fitted(sparql, (), {}, len(rows), 0, values(fact_query, rows))
        return read_rows(query(text), columns)
    return told or []


def values(fact_query: FactQuery, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the rows of a page as VALUES of a query."""
    names = [name for name in rows[0] if any(fact_query.term(name, row[name]) is not None for row in rows)]
    lines = (" ".join(str(fact_query.term(name, row[name]) or "UNDEF") for name in names) for row in rows)
    return (
        f"VALUES ({' '.join(f'?{name}' for name in names)}) {{\n"
        + "".join(f"    ({line})\n" for line in lines)
        + "  }\n"
    )
