"""Answer selections with SQL over a file of tables.

A condition on a related table is a sub-select of keys, and what is gathered from related rows is joined by key, so that
no row counts twice. Money is summed in whole parts of a yuan. All names in a statement are of tables' headers and of
views, and all values are bound.
"""

# ruff: noqa: S608 - statements are made of names in headers and of texts of these modules

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from jixiao.server.views.answers import MANY, Row, Value
from jixiao.server.views.conditions import Gathered
from jixiao.server.views.selection import MEASURES, Related, Selection
from jixiao.store.index.facts import PARTS_OF_YUAN, number
from jixiao.store.index.readers import Reader
from jixiao.store.tables.table import Column


@dataclass(frozen=True)
class Totals:
    """Figures of all rows of a selection, whatever its limit.

    `rows` is the number of rows. By column, `sums` has the sum over all rows, None without any value, and `counts` the
    number of rows with a value. `facets` has the values of columns, each with its number of rows: the latest year or
    the most frequent value first. If the rows are groups, a sum is the measure of all that is in groups, where nothing
    counts twice.
    """

    rows: int
    sums: Mapping[str, Value]
    counts: Mapping[str, int]
    facets: Mapping[str, Sequence[tuple[Value, int]]]


def rows(reader: Reader, selection: Selection) -> list[Row]:
    """Return the rows of a selection. Raises as Reader.all does."""
    return _Statement(selection).rows(reader)


def totals(reader: Reader, selection: Selection, sums: Sequence[str], facets: Sequence[str] = ()) -> Totals:
    """Return the totals of a selection: sums of columns or measures, and the values of the columns `facets`.

    Raises as Reader.all does.
    """
    return _Statement(selection).totals(reader, sums, facets)


class _Statement:
    """The parts of SQL statements about a selection, and the values that are bound in them.

    The table is `x`, a related table that is joined has its own name, and `r` is a related table in a sub-select.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._values: dict[str, object] = {}

    def rows(self, reader: Reader) -> list[Row]:
        """Return the rows of the selection."""
        selection, columns = self._selection, dict(self._selection.columns)
        order = [
            f"{self._text(each.column)}{' IS NULL' * each.known}{' DESC' * each.down} "
            f"NULLS {'FIRST' if each.unknown_first else 'LAST'}"
            for each in selection.order
        ]
        # In the order of the file if all else is equal, so that pages have every row once.
        order += ["x.rowid"] * (not selection.grouped)
        cells = "".join(f", {self._cell(column)} AS c{n}" for n, column in enumerate(columns.values()))
        texts = ", ".join(
            f'{_text(selection.column(column), f"c{n}", "unit")} AS "{name}"'
            for n, (name, column) in enumerate(columns.items())
        )
        from_ = self._from([*columns.values(), *(each.column for each in selection.order)])
        limit = self._bind(-1 if selection.limit is None else selection.limit)
        # Texts are looked up for the rows of the page alone; LIMIT keeps SQLite from merging the two statements.
        read = reader.rows(
            f'SELECT {texts} FROM (SELECT x."{selection.table.unit.name}" AS unit{cells} {from_} {self._groups()} '
            f"ORDER BY {', '.join(order) or 'NULL'} LIMIT {limit} OFFSET {self._bind(selection.offset)}) LIMIT -1",
            self._values,
        )
        return [{name: self._value(column, row[name]) for name, column in columns.items()} for row in read]

    def totals(self, reader: Reader, sums: Sequence[str], facets: Sequence[str]) -> Totals:
        """Return the totals. The table `picked` gets a row for each combination of values of facets."""
        by = {f"f{n}": name for n, name in enumerate(facets)}
        figures = {f"n{n}": name for n, name in enumerate(sums)}
        # The plus hides indexes: rows in the order of one would be looked up one by one.
        cells = "".join(f", +{self._cell(name)} AS {each}" for each, name in (by | figures).items())
        one = "count(*)" if self._selection.grouped else "1"
        counts = "".join(f", count({each}) AS {each}, sum({each}) AS s{each}" for each in figures)
        reader.pick(
            f"SELECT {', '.join([*by, 'count(*) AS rows'])}{counts} "
            f"FROM (SELECT {one} AS one{cells} {self._from([*sums, *facets])} {self._groups()}) "
            f"GROUP BY {', '.join(by) or 'NULL'}",
            self._values,
        )
        added = "".join(f", sum({each}) AS {each}, sum(s{each}) AS s{each}" for each in figures)
        [counted] = reader.rows(f"SELECT coalesce(sum(rows), 0) AS rows{added} FROM picked", {})
        if self._selection.grouped:
            counted |= self._measured(reader, {f"s{each}": name for each, name in figures.items()})
        return Totals(
            counted["rows"],
            {name: self._value(name, counted[f"s{each}"]) for each, name in figures.items()},
            {name: counted[each] or 0 for each, name in figures.items()},
            {name: self._facet(reader, each, name) for each, name in by.items()},
        )

    def _measured(self, reader: Reader, measures: Mapping[str, str]) -> Mapping[str, Any]:
        """Return measures of all rows that are in groups, each row once."""
        items = "".join(f", {self._cell(name)} AS {each}" for each, name in measures.items())
        keys = dict(enumerate(map(self._cell, self._selection.group)))
        members = f"SELECT x.rowid {self._from(())}"
        if self._selection.measured:
            grouped = "".join(f", {key} AS k{n}" for n, key in keys.items())
            same = "".join(f" AND g.k{n} IS {key}" for n, key in keys.items())
            groups = f"SELECT count(*) AS one{grouped} {self._from(())} {self._groups()}"
            members += f" AND EXISTS (SELECT 1 FROM ({groups}) g WHERE TRUE{same})"
        [row] = reader.rows(
            f"SELECT count(*) AS one{items} {self._from(measures.values(), grouped=False)} AND x.rowid IN ({members})",
            self._values,
        )
        return row

    def _facet(self, reader: Reader, each: str, name: str) -> list[tuple[Value, int]]:
        column = self._selection.column(name)
        order = "value DESC" if column.type == "year" else f"rows DESC, value LIMIT {MANY}"
        counted = reader.rows(
            f"SELECT {_text(column, each, each)} AS value, sum(rows) AS rows FROM picked "
            f"WHERE {each} IS NOT NULL GROUP BY {each} ORDER BY {order}",
            {},
        )
        return [(self._value(name, row["value"]), row["rows"]) for row in counted]

    def _from(self, names: Iterable[str], *, grouped: bool = True) -> str:
        """Return FROM and WHERE of a statement that uses columns or measures `names`, for groups if `grouped`."""
        selection, joins, met = self._selection, "", "TRUE"
        for each in selection.own:
            sql = each.operator.sql(selection.column(each.column), self._cell(each.column), each.values, self._bind)
            met += f" AND {sql}"
        used = {*names, *(each.column for each in selection.own), *(each.column for each in selection.measures)}
        for related in selection.related:
            own = _cells("x", related.shared)
            keys = dict.fromkeys((*related.shared, *(related.groups if grouped else ())))
            gathers = [each for each in related.gathers if each.name in used]
            if gathers or len(keys) > len(related.shared):
                given = "".join(f', {self._gathered(related, each)} AS "{each.name}"' for each in gathers)
                name = related.table.name
                joined = f"{self._rows(related, keys, given)} GROUP BY {_cells('r', keys)}"
                joins += f' JOIN ({joined}) "{name}" ON ({_cells(name, related.shared)}) = ({own})'
            else:
                met += f" AND ({own}) IN ({self._rows(related, keys)})"
        for related, condition in selection.barred:
            own = _cells("x", related.shared)
            met += f" AND ({own}) NOT IN ({self._rows(replace(related, conditions=(condition,)), related.shared)})"
            if not condition.operator.keeps_unknown:
                met += f" AND ({own}) IN ({self._rows(related, related.shared)})"
        return f'FROM "{selection.table.name}" x{joins} WHERE {met}'

    def _rows(self, related: Related, keys: Iterable[str], given: str = "") -> str:
        """Return a statement that selects keys of the related rows that pass the tests of all conditions."""
        met = "TRUE"
        for each in related.conditions:
            _, column = each.place
            sql = each.operator.met_sql(related.table.by_name[column], f'r."{column}"', each.values, self._bind)
            met += f" AND {sql}"
        return f'SELECT {_cells("r", keys)}{given} FROM "{related.table.name}" r WHERE {met}'

    def _groups(self) -> str:
        selection = self._selection
        by = ", ".join(f"+{self._cell(name)}" for name in selection.group)  # without an index, as in totals()
        met = [
            each.operator.sql(selection.column(each.column), self._cell(each.column), each.values, self._bind)
            for each in selection.measured
        ]
        return f"{by and f'GROUP BY {by}'} {'HAVING ' * bool(met)}{' AND '.join(met)}"

    def _cell(self, name: str) -> str:
        """Return SQL for the value of a column as it is stored, of a gathered column or of a measure."""
        selection = self._selection
        for measure in selection.measures:
            if measure.name == name:
                of = measure.column
                return MEASURES[measure.how].sql.format(cell=of and self._cell(of), text=of and self._text(of))
        if name in selection.gathered:
            return f'"{selection.gathered[name][0].table.name}"."{name}"'
        table, _, column = name.rpartition(".")
        return f'"{table or "x"}"."{column}"'

    def _text(self, name: str) -> str:
        return _text(self._selection.column(name), self._cell(name), f'x."{self._selection.table.unit.name}"')

    def _gathered(self, related: Related, gathered: Gathered) -> str:
        cell, unit = f'r."{gathered.column}"', f'r."{related.table.unit.name}"'
        column = related.table.by_name[gathered.column]
        return MEASURES[gathered.how].sql.format(cell=cell, text=_text(column, cell, unit))

    def _value(self, name: str, value: Any) -> Value:
        """Return a value of a statement as answers have it."""
        column, function = self._selection.column(name), self._selection.functions.get(name)
        if value is None or column.stored == "decimal":
            return None if value is None else number(value)
        if function is not None and function.joined:
            return function.joined.join(sorted(filter(None, json.loads(value)))) or None
        return Decimal(value) / PARTS_OF_YUAN if column.stored == "yuan" else value

    def _bind(self, value: object) -> str:
        name = f"v{len(self._values)}"
        self._values[name] = value
        return f":{name}"


def _text(column: Column, cell: str, unit: str) -> str:
    """Return SQL for a cell's own text or number; `unit` is the cell of the row's unit."""
    if column.stored == "part":
        return f"(SELECT text FROM word WHERE id = {unit}) || {cell}"
    word = f"(SELECT text FROM word WHERE id = {cell})"
    prose = f"CASE typeof({cell}) WHEN 'integer' THEN {word} ELSE {cell} END"
    return {"word": word, "prose": prose}.get(column.stored, cell)


def _cells(table: str, columns: Iterable[str]) -> str:
    return ", ".join(f'"{table}"."{column}"' for column in columns)
