"""Answer a view from the tables of facts of a generation's index, with SQL made of the entry `facts` in its header.

SPARQL takes seconds to count and order what a large store holds. The tables pick the rows of a page and count all rows;
the view's query then looks up the other columns, with the picked rows in place of its sub-select for rows.

The entry has `of`, the name of a table (fact_tables.py), and optionally:
- `gives`: by variable of the sub-select, the table's column of another name, or a figure such as `count` or
  `sum amount` (_FIGURE); with figures, rows are grouped by the other columns;
- `filters`: by parameter, the table's filter of another name, or null if the tables have none, so that the query
  answers; a row has to match one of the parameters with one filter;
- `order`: the order of the rows, if the query's ORDER BY has functions that the tables lack.

Values are bound as JSON arrays: money in parts of a yuan, other decimals as sortable texts.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import grouping, terms
from jixiao.server.query.binding import Term
from jixiao.server.views import fact_tables, query_text
from jixiao.server.views.answers import (
    MANY,
    Column,
    FacetValue,
    Row,
    Whole,
    count_groups,
    facet_variables,
    read_rows,
    summed_variables,
)
from jixiao.server.views.names import Run, labels
from jixiao.server.views.query_text import PAGE, Asked
from jixiao.store.index.facts import PARTS_OF_YUAN, OddError, number, scaled, sortable
from jixiao.store.index.readers import Reader

_FIGURES = {
    "count": "sum({count })",
    "some": "nullif(sum({count }), 0)",
    "stated": "sum({count })",
    "missing": "sum(n) - sum({count })",
    "sum": "iif(sum({count }) > 0, sum({sum }), NULL)",
    "total": "coalesce(sum({sum }), 0)",
    "least": "min({min })",
    "any": "min({min })",
    "most": "max({max })",
    "units": "sum({count DISTINCT })",
}
"""SQL of the figures of a group: `count` and `stated` number the rows with a value, as does `some`, which is NULL if
there are none; `missing` numbers those without; `sum` is NULL without any value and `total` is 0; `units` numbers the
different units. `{f }` is a function over a part of the group's rows; the function around it combines the parts."""

_FIGURE = re.compile(
    rf"(?P<kind>{'|'.join(_FIGURES)}|distinct)"
    r"(?: (?!where\b)(?P<column>\w+))?(?: where (?P<holds>\w+)(?: not (?P<fails>\w+))?)?"
)
"""Pattern of a figure: `sum amount`, or `distinct body` for the number of different values. `count where later not
earlier` counts only rows whose year is among the values of the parameter `later` and not among those of `earlier`."""

_FUNCTION = re.compile(r"\{(\w+) ([^}]*)\}")
_DIFFERENCE = re.compile(r"(\w+) - (\w+)")
_GROUPED = """{first}SELECT {figures} FROM (
  SELECT {values} FROM (SELECT {codes}count(*) AS n{pieces} FROM {origin} WHERE {conditions} GROUP BY {groups}) g
) GROUP BY {keys} HAVING sum(n) > 0"""
_DIFFERENT = """(SELECT count(DISTINCT value) FROM (
  SELECT {decoded} AS value FROM (SELECT DISTINCT {code} AS code FROM {origin} WHERE {conditions}) g
))"""
_PAGE = """SELECT {variables} FROM (
  SELECT {all} FROM (SELECT {columns} FROM {origin} WHERE {conditions} ORDER BY {within} LIMIT :most_rows)
) ORDER BY {order} LIMIT :rows OFFSET :offset"""
_INDEXED = re.compile(r"\bx\.(?=\w+ (?:NOT )?IN\b)")
_FACET = """
SELECT {name} AS value, {rows} AS rows FROM picked WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {order}
"""
_FEW = 10_000
"""Most matching rows for which a page looks up and sorts all of them; with more, it reads rows in the order of the
answer until the page is full."""


class FactQuery:
    """The SQL of a view: `header` is its entry `facts`, and `parameters` maps the view's parameters to their kinds.

    Raises KeyError for a table, column or filter that does not exist.
    """

    def __init__(
        self,
        header: Mapping[str, Any],
        sparql: str,
        columns: Sequence[Column],
        parameters: Mapping[str, str],
        base_iri: str,
    ) -> None:
        self._table = fact_tables.TABLES[header["of"]]
        self._gives: Mapping[str, str] = header.get("gives", {})
        self._filters = {name: name for name in (*parameters, "printed")} | header.get("filters", {})
        self._sparql, self._columns, self._base_iri = sparql, columns, base_iri
        self._yuan = frozenset(name for name, kind in parameters.items() if kind == "yuan")
        self._types = {name: column.type for column in columns for name in (column.name, column.sort or column.name)}
        self._order = [
            (name.removeprefix("-"), " DESC" if name.startswith("-") else "")
            for name in header.get("order") or query_text.order(sparql)
        ]
        self._by_group = any(map(_FIGURE.fullmatch, self._gives.values()))
        known = {name for name in parameters if self._filters[name]}
        variables = (*self._gives, *query_text.selected(sparql, frozenset({*known, PAGE})), *dict(self._order))
        lacking = [name for name in variables if not self._has(name)]
        lacking += [self._filters[name] for name in known if not self.reads(name)]
        if lacking:
            raise KeyError(lacking[0])

    def takes(self, asked: Asked) -> bool:
        """Return True if the tables have filters for all parameters and their exact values, and can sort as asked."""
        try:
            self._bound(asked.values)
        except OddError:
            return False
        sorted_by = [each.sql.partition(" ")[0] for each in asked.order]
        return all(map(self.reads, asked.values)) and all(map(self._has, (*self._wanted(asked), *sorted_by)))

    def reads(self, name: str) -> bool:
        """Return True if the tables have a filter for the parameter `name`."""
        return self._filters.get(name) in self._table.filters

    def rows(self, facts: Reader, query: Run, asked: Asked) -> list[Row]:
        """Return a page of rows; `query` runs the view's query if it has columns that the tables lack.

        Call `counted` next. Raises as Reader.all does, and what `query` raises.
        """
        page = self.pick(facts, asked)
        names = [column.name for column in self._columns]
        if not page or all(name in page[0] for name in names):
            return [{name: self._value(name, row[name]) for name in names} for row in page]
        return read_rows(query(query_text.fitted(self._sparql, asked, len(page), self._values(page))), self._columns)

    def pick(self, facts: Reader, asked: Asked) -> list[dict[str, Any]]:
        """Return the rows of a page, each a dict from variable to value. Raises as Reader.all does."""
        values = self._bound(asked.values) | {
            "base": self._base_iri,
            "rows": asked.limit,
            "offset": asked.offset,
            "most_rows": asked.limit + asked.offset,
        }
        if self._by_group:
            wanted = {name: self._given(name) for name in self._wanted(asked)}
            facts.pick(self._grouped(asked, wanted), values)
            different = [name for name, given in wanted.items() if given.startswith("distinct")]
            columns = ", ".join(["picked.*", *(f"{self._different(asked, name)} AS {name}" for name in different)])
            order = self._sorted(asked) or "NULL"
            return facts.rows(f"SELECT {columns} FROM picked ORDER BY {order} LIMIT :rows OFFSET :offset", values)  # noqa: S608
        known = facts.known.get(self._key(asked))
        if known is None:
            facts.pick(self._grouped(asked, self._sums()), values)
            (row,) = facts.rows("SELECT coalesce(sum(rows), 0) AS rows FROM picked", {})
        matching = row["rows"] if known is None else known.rows
        return facts.rows(self._page(asked, walk=not asked.order and matching > _FEW), values)

    def counted(self, facts: Reader, query: Run, asked: Asked) -> Whole:
        """Return the counts over all rows of the request for which `rows` has just returned a page.

        `query` looks up the names of things in facets. Raises as `rows` does.
        """
        count = partial(self._counted, facts, query)
        whole: Whole = count() if self._by_group else facts.known.get_or_make(self._key(asked), count)
        return whole

    def _values(self, page: Sequence[Mapping[str, Any]]) -> str:
        """Return the rows of a page as a VALUES block, which replaces the sub-select of the view's query."""
        terms_of = {name: [self._term(name, row[name]) for row in page] for name in page[0]}
        terms_of = {name: column for name, column in terms_of.items() if any(term is not None for term in column)}
        lines = [" ".join(str(term or "UNDEF") for term in row) for row in zip(*terms_of.values(), strict=True)]
        names = " ".join(f"?{name}" for name in terms_of)
        return f"VALUES ({names}) {{\n" + "".join(f"    ({line})\n" for line in lines) + "  }\n"

    def _given(self, variable: str) -> str:
        """Return the table's column, or the figure, for a variable: its entry in `gives`, otherwise its own name."""
        return self._gives.get(variable, variable)

    def _has(self, variable: str) -> bool:
        given = self._given(variable)
        figure = _FIGURE.fullmatch(given)
        column = figure["column"] if figure else given
        return column is None or column in {*self._table.columns, *self._table.codes} or " - " in given

    def _wanted(self, asked: Asked) -> tuple[str, ...]:
        return query_text.selected(
            self._sparql, frozenset({*asked.values, *(f"by_{each.name}" for each in asked.order), PAGE})
        )

    def _sums(self) -> dict[str, str]:
        """Return what the counts over all rows need: by name, columns with a facet and figures such as `sum amount`.

        The names of figures are those that answers.count_groups takes: `rows`, `c_sum` and `c_count`.
        """
        figures = {name: self._given(name) for name in facet_variables(self._columns)} | {"rows": "count"}
        for name in summed_variables(self._columns):
            figures |= {f"{name}_sum": f"sum {self._given(name)}", f"{name}_count": f"stated {self._given(name)}"}
        return figures

    def _grouped(self, asked: Asked, wanted: Mapping[str, str]) -> str:
        """Return the SQL that groups the matching rows; `wanted` maps names to columns and figures.

        Figures with `distinct` are left out, since _different() computes them for the groups on a page only.
        """
        keys = {name: self._table.code(given) for name, given in wanted.items() if not _is_figure(given)}
        codes = {code: f"c{n}" for n, code in enumerate(dict.fromkeys(code for code, _ in keys.values()))}
        pieces: dict[str, str] = {}
        figures = {name: name for name in keys}
        for name, given in wanted.items():
            if difference := _DIFFERENCE.fullmatch(given):
                figures[name] = " - ".join(self._figure(wanted[each], pieces) for each in difference.groups())
            elif name not in keys and not given.startswith("distinct"):
                figures[name] = self._figure(given, pieces)
        values = [f"{value.replace('{code}', f'g.{codes[code]}')} AS {name}" for name, (code, value) in keys.items()]
        values += [f"g.{alias} AS {alias}" for alias in pieces.values()]
        conditions = self._conditions(asked.values)
        expressions = [
            _fill(self._table.expressions[name], names)
            for name, names in self._by_filter(asked.values).items()
            if name in self._table.expressions
        ]
        # A search in labels reads every row, as no index has them; + keeps SQLite from the slower reading by group.
        plus = "+" if "x.label" in conditions else ""
        return _GROUPED.format(
            first=f"WITH {', '.join(expressions)} " if expressions else "",
            figures=", ".join(f"{figure} AS {name}" for name, figure in figures.items()),
            values=", ".join([*values, "g.n AS n"]),
            codes="".join(f"{code} AS {alias}, " for code, alias in codes.items()),
            pieces="".join(f", {piece} AS {alias}" for piece, alias in pieces.items()),
            origin=self._table.origin,
            conditions=conditions,
            groups=", ".join(f"{plus}{code}" for code in codes) or "NULL",
            keys=", ".join(keys) or "NULL",
        )

    def _figure(self, given: str, pieces: dict[str, str]) -> str:
        """Return the SQL that combines a figure (`given`) over all rows of a group.

        Its SQL within a part of the group is added to `pieces`, which maps SQL to the alias used for the result.
        """
        figure = _FIGURE.fullmatch(given)
        if figure is None:
            raise KeyError(given)
        column = "x.unit" if figure["kind"] == "units" else self._table.columns.get(figure["column"] or "", "1")
        for words, parameter in (("", figure["holds"]), ("NOT ", figure["fails"])):
            if parameter:
                column = f"iif({words}{_fill(self._table.filters['year'], [parameter])}, {column}, NULL)"

        def piece(function: re.Match[str]) -> str:
            return pieces.setdefault(f"{function[1]}({function[2]}{column})", f"f{len(pieces)}")

        return _FUNCTION.sub(piece, _FIGURES[figure["kind"]])

    def _different(self, asked: Asked, variable: str) -> str:
        """Return the SQL for a variable that is the number of different values in a group on the page."""
        code, value = self._table.code(self._given(variable).removeprefix("distinct "))
        same = [
            self._table.filters[self._given(name)].replace("{given}", f"(picked.{name})")
            for name in self._wanted(asked)
            if not _is_figure(self._given(name))
        ]
        values = [name for name in asked.values if self._filters[name] not in self._table.expressions]
        # + leaves SQLite the index of the group, the best one here.
        others = self._conditions(values)
        return _DIFFERENT.format(
            decoded=value.replace("{code}", "g.code"),
            code=code,
            origin=self._table.origin,
            conditions=" AND ".join([*same, _INDEXED.sub("+x.", others) if same else others]),
        )

    def _page(self, asked: Asked, *, walk: bool) -> str:
        """Return the SQL for a page of single rows: the first rows.

        With `walk`, rows are read in the order of the answer; otherwise all matching rows are looked up and sorted.
        """
        table, wanted = self._table, self._wanted(asked)
        columns = dict.fromkeys([*wanted, *(name for name, _ in self._order)])
        looked = table.looked or table.origin
        within = self._sorted(asked)
        if not asked.order:
            within = ", ".join(table.sorts.get(self._given(name), name) + down for name, down in self._order)
        return _PAGE.format(
            variables=", ".join(wanted),
            all=", ".join(columns),
            columns=", ".join(f"{table.columns[self._given(name)]} AS {name}" for name in columns),
            origin=table.walked or looked if walk else looked,
            conditions=self._conditions(asked.values, "" if walk else " look"),
            within=within,
            order=self._sorted(asked),
        )

    def _sorted(self, asked: Asked) -> str:
        return ", ".join([*(each.sql for each in asked.order), *(name + down for name, down in self._order)])

    def _conditions(self, given: Iterable[str], way: str = "") -> str:
        filters = self._table.filters
        conditions = [
            _fill(filters.get(f"{name}{way}", filters[name]), names) for name, names in self._by_filter(given).items()
        ]
        return " AND ".join(["TRUE", *conditions])

    def _by_filter(self, given: Iterable[str]) -> dict[str, list[str]]:
        """Return a dict from each filter of the table that is needed to the given parameters that use it."""
        return grouping.by_key((self._filters[name], name) for name in given)

    def _counted(self, facts: Reader, query: Run) -> Whole:
        sums = summed_variables(self._columns)
        if self._by_group:
            rows, sql = "count(*)", "sum({0}) AS {0}_sum, count({0}) AS {0}_count"
        else:
            rows = "coalesce(sum(rows), 0)"
            sql = "sum({0}_sum) AS {0}_sum, coalesce(sum({0}_count), 0) AS {0}_count"
        figures = ", ".join([f"{rows} AS rows", *(sql.format(name) for name in sums)])
        (row,) = facts.rows(f"SELECT {figures} FROM picked", {})  # noqa: S608 - names of this file and of headers
        for name in sums:
            row[f"{name}_sum"] = self._value(name, row[f"{name}_sum"] or 0)
        facets = {column.facet: self._facet(facts, column, rows) for column in self._columns if column.facet}
        return count_groups(self._columns, [row], facets, partial(labels, query))

    def _facet(self, facts: Reader, column: Column, rows: str) -> list[FacetValue]:
        name = column.sort or column.name
        order = "value DESC" if column.type == "year" else f"rows DESC, value LIMIT {MANY}"
        return [
            FacetValue(str(row["value"]), str(row["value"]), row["rows"])
            for row in facts.rows(_FACET.format(name=name, rows=rows, order=order), {})
        ]

    def _key(self, asked: Asked) -> tuple[object, ...]:
        return self._sparql, *sorted(self._bound(asked.values).items())

    def _bound(self, values: Mapping[str, Sequence[Term]]) -> dict[str, object]:
        return {name: json.dumps([self._fact(name, term) for term in given]) for name, given in values.items()}

    def _fact(self, name: str, term: Term) -> str | int:
        """Return a parameter's value in the form in which the tables store it, such as money in parts of a yuan.

        Raises OddError for a number that they cannot store.
        """
        kind = term.datatype.value if isinstance(term, Literal) else ""
        if kind == terms.XSD_integer:
            return int(term.value)
        if kind != terms.XSD_decimal:
            return term.value
        return scaled(term.value) if name in self._yuan else sortable(term.value)

    def _value(self, name: str, value: Any) -> Any:
        """Return the table's value of a variable as views give it: money in yuan, other decimals as Decimal."""
        kind = None if value is None else self._types.get(name)
        if kind == "decimal":
            return number(value)
        return Decimal(value) / PARTS_OF_YUAN if kind == "yuan" else value

    def _term(self, name: str, value: Any) -> Term | None:
        """Return a variable's value as a term; None for no value and for decimals, which the query looks up itself."""
        if value is None or self._types.get(name) == "decimal":
            return None
        if self._types.get(name) == "iri":
            return NamedNode(value)
        figure = self._value(name, value)
        return Literal(str(figure), datatype=NamedNode(terms.XSD_decimal)) if figure is not value else Literal(value)


def _is_figure(given: str) -> bool:
    return bool(_FIGURE.fullmatch(given) or _DIFFERENCE.fullmatch(given))


def _fill(sql: str, parameters: Sequence[str]) -> str:
    """Return a filter's SQL with the parameters' values for {given} and the first parameter's name for {name}."""
    values = " UNION ".join(map("SELECT value FROM json_each(:{})".format, parameters))
    return sql.replace("{given}", f"({values})").replace("{name}", parameters[0])
