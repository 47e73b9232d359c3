"""Answer a view from the tables of a generation's index, with the SQL in the file {name}.sql beside its query.

SPARQL takes seconds to count and order what a large store holds. The SQL picks the rows of a page and counts all rows;
the view's query then looks up the other columns, with the picked rows in place of its sub-select for rows. The query
stays the definition: it answers what the SQL has no parameter or column for, and where there is no index.

The file is a SELECT over the tables in store/index/tables.sql that gives the variables of that sub-select, and ends
with the lines ORDER BY and LIMIT. Its parameters are JSON arrays: money in parts of a yuan, other decimals as sortable
texts. Lines between `-- given a` and `-- end` are kept as in a query (query_text.py).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.server.query.binding import Term
from jixiao.server.views import query_text
from jixiao.server.views.answers import (
    MANY,
    Column,
    FacetValue,
    Row,
    Whole,
    count_groups,
    count_rows,
    read_rows,
    summed_variables,
)
from jixiao.server.views.typed_names import Run, labels
from jixiao.store.index.facts import PARTS_OF_YUAN, OddError, number, scaled, sortable
from jixiao.store.index.readers import Reader

_PARAMETER = re.compile(r":([a-z]\w*)", re.IGNORECASE)
_VARIABLE = re.compile(r"\bAS (\w+)")
_ORDER = re.compile(r"^ORDER BY (.*)\nLIMIT .*\n", re.MULTILINE)
_WINDOW = "LIMIT :rows OFFSET :offset"
_FACET = """
SELECT {name} AS value, sum(rows) AS rows FROM picked WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {order}
"""


class Indexed:
    """The SQL of a view, which answers requests from the tables of an index.

    It has the view's query `sparql`, the view's columns, and the parameters by name with their kinds.
    """

    def __init__(
        self, sql: str, sparql: str, columns: Sequence[Column], parameters: Mapping[str, str], base_iri: str
    ) -> None:
        self._sql, self._sparql, self._columns, self._base_iri = sql, sparql, columns, base_iri
        self._known, self._variables = frozenset(_PARAMETER.findall(sql)), frozenset(_VARIABLE.findall(sql))
        self._yuan = frozenset(name for name, kind in parameters.items() if kind == "yuan")
        self._types = {name: column.type for column in columns for name in (column.name, column.sort or column.name)}

    def takes(self, asked: query_text.Asked) -> bool:
        """Return True if the SQL can answer a request: it has its parameters and sort columns, and takes its values."""
        try:
            self._bound(asked.values)
        except OddError:
            return False
        sorted_by = {each.sql.partition(" ")[0] for each in asked.order}
        return self._known.issuperset(asked.values) and self._variables.issuperset(sorted_by)

    def answer(self, tables: Reader, query: Run, asked: query_text.Asked) -> tuple[list[Row], Whole]:
        """Return a page of rows, with one more if another page follows, and the counts over all rows.

        `query` runs the view's query if it has columns that the SQL lacks, and looks up the names of things in facets.
        Raises as Reader.all does, and what `query` raises.
        """
        rows = self._rows(query, asked, self._page(tables, replace(asked, limit=asked.limit + 1)))
        if len(rows) <= asked.limit and not asked.offset:
            return rows, count_rows(self._columns, rows)
        return rows, self._count_picked(tables, query)

    def rows(self, tables: Reader, query: Run, asked: query_text.Asked) -> list[Row]:
        """Return a page of rows alone. Parameters and errors are the same as in `answer`."""
        return self._rows(query, asked, self._page(tables, asked))

    def _page(self, tables: Reader, asked: query_text.Asked) -> list[dict[str, Any]]:
        """Return the rows of a page, each a dict from variable to value.

        All rows are picked into a temporary table, also for _count_picked(). Raises as Reader.all does.
        """
        values = self._bound(asked.values) | {"rows": asked.limit, "offset": asked.offset}
        order = [each.sql for each in asked.order]
        text = self._text(asked)
        tables.pick(f"SELECT g.*, 1 AS rows FROM (\n{_ORDER.sub('', text)}) g", values)  # noqa: S608 - a file's SQL
        own = "".join(_ORDER.findall(text))
        return tables.rows(f"SELECT picked.* FROM picked ORDER BY {', '.join([*order, own])} {_WINDOW}", values)  # noqa: S608

    def _rows(self, query: Run, asked: query_text.Asked, page: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return the rows of a page as an answer has them.

        If the SQL lacks columns of the answer, the view's query looks up all columns of these rows.
        """
        names = [column.name for column in self._columns]
        if not page or all(name in page[0] for name in names):
            return [{name: self._value(name, row[name]) for name in names} for row in page]
        rows = self._values(self._wanted(asked), page)
        return read_rows(query(query_text.fitted(self._sparql, asked, len(page), rows)), self._columns)

    def _text(self, asked: query_text.Asked) -> str:
        return query_text.chosen(self._sql, asked.values)

    def _count_picked(self, tables: Reader, query: Run) -> Whole:
        """Return the counts over the rows that _page picked on this connection just before."""
        names = summed_variables(self._columns)
        sums = "sum({0}) AS {0}_sum, count({0}) AS {0}_count"
        figures = ", ".join(["coalesce(sum(rows), 0) AS rows", *map(sums.format, names)])
        [row] = tables.rows(f"SELECT {figures} FROM picked", {})  # noqa: S608 - names of this file and of headers
        for name in names:
            row[f"{name}_sum"] = self._value(name, row[f"{name}_sum"] or 0)
        facets = {column.facet: self._facet(tables, column) for column in self._columns if column.facet}
        return count_groups(self._columns, [row], facets, partial(labels, query))

    def _facet(self, tables: Reader, column: Column) -> list[FacetValue]:
        order = "value DESC" if column.type == "year" else f"rows DESC, value LIMIT {MANY}"
        rows = tables.rows(_FACET.format(name=column.sort or column.name, order=order), {})
        return [FacetValue(str(row["value"]), str(row["value"]), row["rows"]) for row in rows]

    def _wanted(self, asked: query_text.Asked) -> tuple[str, ...]:
        by = (f"by_{each.name}" for each in asked.order)
        return query_text.selected(self._sparql, frozenset({*asked.values, *by, query_text.PAGE}))

    def _values(self, names: Iterable[str], page: Sequence[Mapping[str, Any]]) -> str:
        """Return the variables `names` of a page's rows as a SPARQL VALUES block, which replaces a sub-select.

        A variable without a value in any row is left out.
        """
        terms_of = {name: [self._term(name, row[name]) for row in page] for name in names}
        terms_of = {name: column for name, column in terms_of.items() if any(term is not None for term in column)}
        lines = [" ".join(str(term or "UNDEF") for term in row) for row in zip(*terms_of.values(), strict=True)]
        heads = " ".join(f"?{name}" for name in terms_of)
        return f"VALUES ({heads}) {{\n" + "".join(f"    ({line})\n" for line in lines) + "  }\n"

    def _bound(self, values: Mapping[str, Sequence[Term]]) -> dict[str, object]:
        given = {name: json.dumps([self._fact(name, term) for term in each]) for name, each in values.items()}
        return {**dict.fromkeys(self._known, "[]"), "base": self._base_iri, **given}

    def _fact(self, name: str, term: Term) -> str | int:
        """Return a parameter's value in the form in which the tables store it, such as money in parts of a yuan.

        Raises OddError for a number that the tables cannot store.
        """
        kind = term.datatype.value if isinstance(term, Literal) else ""
        if kind == terms.XSD_integer:
            return int(term.value)
        if kind != terms.XSD_decimal:
            return term.value
        return scaled(term.value) if name in self._yuan else sortable(term.value)

    def _value(self, name: str, value: Any) -> Any:
        """Return a value of a table in the form in which answers have it: money in yuan, other decimals as Decimal.

        `name` is the value's variable.
        """
        kind = None if value is None else self._types.get(name)
        if kind == "decimal":
            return number(value)
        return Decimal(value) / PARTS_OF_YUAN if kind == "yuan" else value

    def _term(self, name: str, value: Any) -> Term | None:
        """Return a variable's value as a term, None for no value.

        None also for decimals, which the view's query looks up itself.
        """
        if value is None or self._types.get(name) == "decimal":
            return None
        if self._types.get(name) == "iri":
            return NamedNode(value)
        figure = self._value(name, value)
        return Literal(str(figure), datatype=NamedNode(terms.XSD_decimal)) if figure is not value else Literal(value)
