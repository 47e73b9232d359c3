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
from jixiao.server.views.conditions import AT_LEAST, Condition, Gathered, fact
from jixiao.server.views.selection import COUNTS, MEASURES, SQL_FUNCTIONS, Measure, Order, Related, Selection
from jixiao.store.index.readers import Reader
from jixiao.store.tables.exact import PARTS_OF_YUAN, number
from jixiao.store.tables.table import Column

_MANY = 10_000  # related rows, from which on a table is read faster than an index


@dataclass(frozen=True)
class Totals:
    """Figures of all rows of a selection, whatever its limit.

    `rows` is the number of rows. By column, `sums` has the sum over all rows, None without any value, and `counts` the
    number of rows with a value. `facets` has the values of columns, each with its label and its number of rows: the
    latest year or the most frequent value first. If the rows are groups, a sum is the measure of all that is in groups,
    where nothing counts twice, and `unnamed` is the number of groups without a value in the first column that they are
    made by.
    """

    rows: int
    sums: Mapping[str, Value]
    counts: Mapping[str, int]
    facets: Mapping[str, Sequence[tuple[Value, Value, int]]]
    unnamed: int


def rows(reader: Reader, selection: Selection) -> list[Row]:
    """Return the rows of a selection. Raises as Reader.all does."""
    reader.define(SQL_FUNCTIONS)
    return _Statement(reader, selection).rows()


def totals(reader: Reader, selection: Selection, sums: Sequence[str], facets: Mapping[str, str]) -> Totals:
    """Return the totals of a selection: sums of columns or measures, and the values of columns.

    `facets` are these columns, each with the one that has the labels of its values. Raises as Reader.all does.
    """
    reader.define(SQL_FUNCTIONS)
    return _Statement(reader, selection).totals(sums, facets)


class _Statement:
    """The parts of SQL statements about a selection, and the values that are bound in them.

    The table is `x`, a related table that is joined has its name in the selection, and `r` is one in a sub-select. The
    groups, and the related rows that meet conditions, are kept by the reader for the other statements of an answer.
    """

    def __init__(self, reader: Reader, selection: Selection) -> None:
        self._reader, self._selection = reader, selection
        self._values: dict[str, object] = {}

    def rows(self) -> list[Row]:
        """Return the rows of the selection."""
        selection, columns = self._selection, dict(self._selection.columns)
        order = [self._ordered(each) for each in selection.order]
        # In the order of the file if all else is equal, so that pages have every row once.
        order += ["x.rowid"] if not selection.grouped else []
        cells = "".join(f", {self._cell(column)} AS c{n}" for n, column in enumerate(columns.values()))
        texts = ", ".join(
            f'{_text(selection.column(column), f"c{n}")} AS "{name}"'
            for n, (name, column) in enumerate(columns.items())
        )
        source = self._source([*columns.values(), *(each.column for each in selection.order)])
        limit = self._bind(-1 if selection.limit is None else selection.limit)
        # Texts are looked up for the rows of the page alone; LIMIT keeps SQLite from merging the two statements.
        read = self._reader.rows(
            f"SELECT {texts} FROM (SELECT 1 AS one{cells} {source} "
            f"ORDER BY {', '.join(order) or 'NULL'} LIMIT {limit} OFFSET {self._bind(selection.offset)}) LIMIT -1",
            self._values,
        )
        return [{name: self._value(column, row[name]) for name, column in columns.items()} for row in read]

    def totals(self, sums: Sequence[str], facets: Mapping[str, str]) -> Totals:
        """Return the totals. The table `picked` gets a row for each combination of values of facets."""
        by = {f"f{n}": name for n, name in enumerate(facets)}
        labels = {f"l{each}": facets[name] for each, name in by.items()}
        figures = {f"n{n}": name for n, name in enumerate(sums)}
        # The plus hides indexes: rows in the order of one would be looked up one by one.
        cells = "".join(f", +{self._cell(name)} AS {each}" for each, name in (by | labels | figures).items())
        group = self._selection.group[:1]
        key = self._cell(group[0]) if group else "1"
        counts = "".join(f", min({each}) AS {each}" for each in labels)
        counts += "".join(f", count({each}) AS {each}, sum({each}) AS s{each}" for each in figures)
        self._reader.pick(
            f"SELECT {', '.join([*by, 'count(*) AS rows', 'count(*) - count(key) AS unnamed'])}{counts} "
            f"FROM (SELECT {key} AS key{cells} {self._source([*sums, *facets, *facets.values()])}) "
            f"GROUP BY {', '.join(by) or 'NULL'}",
            self._values,
        )
        added = "".join(f", sum({each}) AS {each}, sum(s{each}) AS s{each}" for each in figures)
        [counted] = self._reader.rows(
            f"SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(unnamed), 0) AS unnamed{added} FROM picked", {}
        )
        if self._selection.grouped and figures:
            counted |= self._measured({f"s{each}": name for each, name in figures.items()})
        return Totals(
            counted["rows"],
            {name: self._value(name, counted[f"s{each}"]) for each, name in figures.items()},
            {name: counted[each] or 0 for each, name in figures.items()},
            {name: self._facet(each, name, facets[name]) for each, name in by.items()},
            counted["unnamed"],
        )

    def _measured(self, measures: Mapping[str, str]) -> Mapping[str, Any]:
        """Return measures of all rows that are in groups, each row once."""
        clauses = self._from((), grouped=False)
        if self._selection.measured:
            keys = {name: self._own(name) for name in self._selection.group}
            given = "".join(f', +{cell} AS "{name}"' for name, cell in keys.items())
            same = "".join(f' AND m."{name}" IS x."{name}"' for name in keys)
            among = f"(SELECT x.rowid AS row{given} {self._from(())}) m"
            clauses += f" AND x.rowid IN (SELECT row FROM {among}, (SELECT * {self._source(())}) x WHERE TRUE{same})"
        items = "".join(f", {self._cell(name)} AS {each}" for each, name in measures.items())
        [row] = self._reader.rows(f"SELECT 1 AS one{items} FROM ({self._groups((), clauses)}) x", self._values)
        return row

    def _facet(self, each: str, name: str, label: str) -> list[tuple[Value, Value, int]]:
        column = self._selection.column(name)
        value, text = _text(column, "cell"), _text(self._selection.column(label), "named")
        order = "value DESC" if column.type == "year" else f"rows DESC, label LIMIT {MANY}"
        counted = self._reader.rows(
            f"SELECT {value} AS value, ifnull({text}, {value}) AS label, rows FROM (SELECT {each} AS cell, "
            f"min(l{each}) AS named, sum(rows) AS rows FROM picked WHERE {each} NOT NULL GROUP BY 1) ORDER BY {order}",
            {},
        )
        return [(self._value(name, row["value"]), row["label"], row["rows"]) for row in counted]

    def _source(self, names: Iterable[str]) -> str:
        """Return FROM and WHERE of a statement for the rows of the answer, which uses columns or measures `names`."""
        selection = self._selection
        if not selection.grouped:
            return self._from(names)
        met = [
            each.operator.sql(selection.column(each.column), self._cell(each.column), each.values, self._bind)
            for each in selection.measured
        ]
        own = _Statement(self._reader, selection)
        groups = self._reader.kept(own._groups(selection.group, own._from(())), own._values)
        return f"FROM {groups} x WHERE {' AND '.join(met) or 'TRUE'}"

    def _groups(self, by: Sequence[str], clauses: str) -> str:
        """Return a statement that selects groups of rows by columns, with the measures of rows.

        `clauses` are FROM and WHERE of the rows.
        """
        measures = [each for each in self._selection.measures if not each.figures]
        whole = "".join(f', {self._measure(each)} AS "{each.name}"' for each in measures if each.whole and by)
        cells = {name: self._own(name) for name in by}
        keys = ", ".join(f"+{cell}" for cell in cells.values())  # without an index, as in totals()
        cells |= {each.name: self._measure(each) for each in measures if not each.of_groups and not (each.whole and by)}
        given = ", ".join(f'{cell} AS "{name}"' for name, cell in cells.items())
        groups = f"SELECT {given} {clauses} {keys and f'GROUP BY {keys}'}"
        if by and any(each.of_groups for each in measures):
            over = "".join(f', {self._over(each)} AS "{each.name}"' for each in measures if each.of_groups)
            groups = f"SELECT x.*{over} FROM ({groups}) x"
        if whole:
            groups = f"SELECT g.*, w.* FROM ({groups}) g, (SELECT 1 AS one{whole} {self._from((), grouped=False)}) w"
        return groups

    def _from(self, names: Iterable[str], *, grouped: bool = True) -> str:
        """Return FROM and WHERE of a statement that uses columns `names` of rows, for groups if `grouped`."""
        selection, joins, joined = self._selection, "", list[Related]()
        # A related table gives what is gathered for all measures.
        used = {*names, *selection.used} if selection.grouped else {*names, *(each.column for each in selection.own)}
        for related in selection.related:
            keys = dict.fromkeys((*related.shared.values(), *(related.groups if grouped else ())))
            gathers = [each for each in related.gathers if each.name in used]
            if gathers or len(keys) > len(related.shared):
                given = "".join(f', {self._gathered(related, each)} AS "{each.name}"' for each in gathers)
                joins += self._join(related, related.name, keys, given)
                joined.append(related)
        for nth, side in enumerate(selection.sides.values()):
            for n, (related, _) in enumerate(side.tests):
                joins += self._join(replace(related, optional=True), f"side_{nth}_{n}", related.shared.values())
        met = self._own_met(selection.own)
        for related, there in selection.tests:
            if related not in joined and not related.optional:
                # An unknown value is no member of a list, and no list has one as a member.
                # The plus hides indexes: many rows are faster read than looked up.
                own = ("+" if self._has_many(related) else "") + _cells("x", related.shared)
                is_in = f"({own}) IN ({self._rows(related, related.shared.values())})"
                met += f" AND {is_in}" if there else f" AND {is_in} IS NOT TRUE"
        return f'FROM "{selection.table.name}" x{joins} WHERE {met}'

    def _join(self, related: Related, name: str, keys: Iterable[str], given: str = "") -> str:
        joined = f"{self._rows(related, keys, given)} GROUP BY {_cells('r', keys)}"
        same = f"({_cells(name, related.shared.values())}) = ({_cells('x', related.shared)})"
        # Without conditions there, the conditions on own rows leave fewest: SQLite reads those first in a CROSS JOIN.
        inner = "" if related.conditions else "CROSS"
        return f' {"LEFT" if related.optional else inner} JOIN ({joined}) "{name}" ON {same}'

    def _own_met(self, conditions: Iterable[Condition]) -> str:
        """Return SQL for conditions on columns of the table."""
        column, bind = self._selection.column, self._bind
        met = [each.operator.sql(column(each.column), self._own(each.column), each.values, bind) for each in conditions]
        return " AND ".join(["TRUE", *met])

    def _rows(self, related: Related, keys: Iterable[str], given: str = "") -> str:
        """Return a statement that selects keys of the related rows that pass the tests of all conditions."""
        return f"SELECT {_cells('r', keys)}{given} FROM {self._met(related)} r"

    def _has_many(self, related: Related) -> bool:
        """Return True if many related rows pass the tests of all conditions, or if there is no condition."""
        counted = f"SELECT max(rowid) FROM {self._met(related)}"
        return not related.conditions or (self._reader.all(counted)[0][0] or 0) > _MANY

    def _met(self, related: Related) -> str:
        """Return the name of a table with the related rows that pass the tests of all conditions."""
        if not related.conditions:
            return f'"{related.table.name}"'
        columns, own = related.table.by_name, _Statement(self._reader, self._selection)
        used = [*related.shared.values(), *related.groups]
        used += [name for each in related.gathers for name in (each.column, *each.alike)]
        used += [str(columns[name].of) for name in used if columns[name].stored == "part"]
        met = "TRUE"
        for condition in related.conditions:
            column = columns[condition.place[1]]
            met += f" AND {condition.operator.met_sql(column, _cells('r', [column.name]), condition.values, own._bind)}"
        kept = f'SELECT {_cells("r", dict.fromkeys(used))} FROM "{related.table.name}" r WHERE {met}'
        return self._reader.kept(kept, own._values)

    def _cell(self, name: str) -> str:
        """Return SQL for a value of a row of the answer: as it is stored, or a measure."""
        measure = self._selection.measure.get(name)
        if measure and measure.figures:
            one, other = map(self._cell, measure.figures)
            return MEASURES[measure.how].sql.format(one=one, other=other)
        return f'x."{name}"' if self._selection.grouped else self._own(name)

    def _own(self, name: str) -> str:
        """Return SQL for the value of a column of the table as it is stored, a gathered or related one, or ranges."""
        if name in self._selection.ranged:
            ranges, of = self._selection.ranged[name], self._selection.column(name)
            own = self._own(ranges.column)
            limits = [self._bind(fact(of, AT_LEAST, f"{limit:f}")) for limit in reversed(ranges.limits)]
            return f"CASE {' '.join(f'WHEN {own} >= {limit} THEN {limit}' for limit in limits)} END"
        if mark := self._selection.marked.get(name):
            met = (" OR " if mark.some else " AND ").join(f"({self._side_met(only)})" for only in mark.sets)
            return f"CASE WHEN {met} THEN 1 END"
        if name in self._selection.gathered:
            related, gathered = self._selection.gathered[name]
            cell = f'"{related.name}"."{name}"'
            return f"ifnull({cell}, 0)" if related.optional and gathered.how in COUNTS else cell
        table, _, _ = name.rpartition(".")
        return _stored(table or "x", self._selection.column(name))

    def _measure(self, measure: Measure) -> str:
        """Return SQL for a measure of the rows of a group."""
        cell = measure.column and self._own(measure.column)
        text = cell and _text(self._selection.column(str(measure.column)), cell)
        numbered = cell and self._selection.column(str(measure.column)).stored == "word"
        if numbered and MEASURES[measure.how].type == "integer":
            text = cell  # each word has one number, so that words are counted without being looked up
        counted = "count(*)"
        if measure.only:
            met = self._side_met(measure.only)
            cell, text, one = (f"CASE WHEN {met} THEN {each} END" for each in (cell, text, "1"))
            counted = f"count({one})"
        result = MEASURES[measure.how].sql.format(rows=counted, cell=cell, text=text)
        return _if_alike(result, str(cell), map(self._own, measure.alike))

    def _side_met(self, only: tuple[Condition, ...]) -> str:
        """Return SQL for the conditions of a side, whose related rows are joined."""
        side, nth = self._selection.sides[only], [*self._selection.sides].index(only)
        met = self._own_met(side.own)
        for n, (related, there) in enumerate(side.tests):
            is_met = "IS NOT NULL" if there else "IS NULL"
            met += f' AND "side_{nth}_{n}"."{next(iter(related.shared.values()))}" {is_met}'
        return met

    def _over(self, measure: Measure) -> str:
        """Return SQL for a measure that is computed over several groups, such as the share of a total, as a window."""
        cell = f'x."{measure.column}"'
        counted = MEASURES[measure.how].sql.format(rows="count(*)", cell=cell, text=cell)
        order = f"ORDER BY {self._ordered(measure.along)}" if measure.along else ""
        same = f"PARTITION BY {_cells('x', measure.over)} " if measure.over else ""
        over = f"{counted} OVER ({same}{order})"
        known = measure.along and measure.how == "rank" and self._cell(measure.along.column)
        return f"CASE WHEN {known} IS NOT NULL THEN {over} END" if known else over

    def _ordered(self, order: Order) -> str:
        """Return a column's part of ORDER BY."""
        value = f"{self._text(order.column)} IS NULL" if order.known else self._text(order.column)
        return f"{value} {'DESC' if order.down else 'ASC'} NULLS {'FIRST' if order.unknown_first else 'LAST'}"

    def _text(self, name: str) -> str:
        return _text(self._selection.column(name), self._cell(name))

    def _gathered(self, related: Related, gathered: Gathered) -> str:
        column = related.table.by_name[gathered.column]
        cell = _stored("r", column)
        result = MEASURES[gathered.how].sql.format(rows="count(*)", cell=cell, text=_text(column, cell))
        alike = (_stored("r", related.table.by_name[name]) for name in gathered.alike)
        return _if_alike(result, cell, alike)

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


def _if_alike(result: str, cell: str, others: Iterable[str]) -> str:
    """Return SQL for the result of a function of cells, NULL if the rows with such a cell differ in one of the others.

    What is not known is a value of its own.
    """
    for other in others:
        result = (
            f"CASE WHEN count(DISTINCT CASE WHEN {cell} IS NOT NULL THEN ifnull({other}, -1) END) < 2 THEN {result} END"
        )
    return result


def _stored(table: str, column: Column) -> str:
    """Return SQL for a cell as it is stored; that of a part begins with the number of what it is a part of."""
    cell = f'"{table}"."{column.name}"'
    return f'"{table}"."{column.of}" || {cell}' if column.stored == "part" else cell


def _text(column: Column, cell: str) -> str:
    """Return SQL for a cell's own text or number."""
    if column.stored == "part":
        return f"(SELECT text FROM word WHERE id = CAST({cell} AS INTEGER)) || ltrim({cell}, '0123456789')"
    word = f"(SELECT text FROM word WHERE id = {cell})"
    prose = f"CASE typeof({cell}) WHEN 'integer' THEN {word} ELSE {cell} END"
    return {"word": word, "prose": prose}.get(column.stored, cell)


def _cells(table: str, columns: Iterable[str]) -> str:
    return ", ".join(f'"{table}"."{column}"' for column in columns)
