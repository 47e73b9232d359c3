"""Selections of a table: rows under conditions, or these rows in groups, with measures of each group.

Selections are compiled by table_sql.py, to answer, and by table_sparql.py, to show; both give the same rows. Names of
columns, of related columns and of measures come from tables' headers and this module alone.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from math import floor
from pathlib import Path
from typing import Any

from jixiao.server.views.conditions import Condition, Gathered
from jixiao.store.tables.exact import sortable
from jixiao.store.tables.table import Column, Table, tables


@dataclass(frozen=True)
class Function:
    """A function of the cells of several rows, as templates for SQL and SPARQL.

    In the templates `rows` is the number of rows, `cell` is a cell, `text` its text or number, and `value` the same,
    but `blank` for a cell without one; `least` and `most` are beyond all others. `type` is that of the result, if it is
    not the column's. The result may be a list of the texts, `joined` by another text. An `ordered` function takes the
    rows in the order of their cells, which are of one column in all measures of a selection.

    A function of two `figures` has these as `one` and `other` in its templates instead; that for SPARQL is a pattern
    which gives the variable `result`.
    """

    sql: str
    sparql: str
    type: str | None = None
    joined: str | None = None
    blank: str | None = None
    ordered: bool = False


MEASURES: Mapping[str, Function] = {
    name: Function(**entries)
    for name, entries in tomllib.loads(Path(__file__).with_name("measures.toml").read_text(encoding="utf-8")).items()
}
"""Functions for measures of groups, and for what related rows give."""
COUNTS = ("rows", "distinct", "with", "without")
"""Functions that are 0 where there is no row."""


def percentage(digits: Sequence[int], one: int | None, other: int | None) -> str | None:
    """Return one number as a percentage of another, as a text that sorts like numbers; None without a number.

    It is rounded to the first of the `digits` (decimals) at which it is neither 0 nor 100 unless
    exactly so, or else to the last.
    """
    if one is None or other is None or other <= 0:
        return None
    exact = Fraction(100 * one, other)
    *rough, finest = (Decimal(floor(exact * 10**each + Fraction(1, 2))).scaleb(-each) for each in digits)
    return sortable(next((each for each in rough if not 0 < exact < 100 or 0 < each < 100), finest))


def listed(texts: str, joint: str) -> str | None:
    """Return the values of a JSON array in order, as one text; None if there are none."""
    return (
        joint.join(str(each) for each in sorted(each for each in json.loads(texts) if each not in (None, ""))) or None
    )


PERCENTAGES = {"ratio": partial(percentage, (1,)), "share": partial(percentage, (1, 3, 7))}
SQL_FUNCTIONS: Mapping[str, Callable[[Any, Any], str | None]] = {**PERCENTAGES, "listed": listed}
"""The functions of two values that SQL lacks: quotients of exact sums, and lists in order."""


@dataclass(frozen=True)
class Measure:
    """A measure of groups: its name, `how` (a key of MEASURES), and the column that it is of; `rows` has none.

    If there are conditions (`only`), it is a measure of the rows of the group that meet them. A function of two figures
    is of other measures, whose names are `figures`, and not of rows. A measure `over` some of the columns that groups
    are made by, which need a value in each row, is of all groups with the same values there: its column is another
    measure, and its rows are groups. Measured `along` an order, by none of these columns, it is of the group, and of
    those that come before it or are equal to it in this order; what is not known is last, and has no rank. A measure of
    the `whole` is of all rows that are in groups, each row once. Rows that differ in a column of `alike`, such as the
    year of money, have none. No column of the table and no gathered column has the name.
    """

    name: str
    how: str
    column: str | None = None
    only: tuple[Condition, ...] = ()
    figures: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    along: "Order | None" = None
    whole: bool = False
    alike: tuple[str, ...] = ()

    @property
    def of_groups(self) -> bool:
        """True if its rows are groups."""
        return bool(self.over or self.along)


@dataclass(frozen=True)
class Mark:
    """A column with 1 in rows that meet conditions: those of all `sets` or, for `some`, those of one of them."""

    name: str
    sets: tuple[tuple[Condition, ...], ...]
    some: bool = False


@dataclass(frozen=True)
class Ranges:
    """A column to make groups by that has the range of a number: the last of some `limits` that is not above it.

    `column` is the number's, and `limits` rise. What is below the first has no range, as has what is not known.
    """

    name: str
    column: str
    limits: tuple[Decimal, ...]


@dataclass(frozen=True)
class Order:
    """A column of the table, a gathered column or a measure to sort by; what is not known is last, or first.

    If `known`, only what is known and what is not are told apart: the former is first.
    """

    column: str
    down: bool = False
    unknown_first: bool = False
    known: bool = False


@dataclass(frozen=True)
class Related:
    """A related table in a selection: one row of it meets all the conditions, and gives what is gathered.

    Of several rows of one table, each has a `name` of its own. The `shared` columns are those by which rows belong
    together, with those of the related table; groups are made by the columns `groups`. If it is `optional`, rows of the
    selection need no such row.
    """

    name: str
    table: Table
    shared: Mapping[str, str]
    conditions: tuple[Condition, ...] = ()
    gathers: tuple[Gathered, ...] = ()
    groups: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Selection:
    """Rows of a table that meet conditions; with `group` or `measures`, groups of these rows.

    `columns` are pairs: a name in the answer, and a column of the table, a gathered column, a column that groups are
    made by, or a measure. Groups are made by columns of the table or of related tables (`citations.document`), or by
    `ranges`; rows that are in no groups may have `marks`. In each group a row counts once; a row without related rows
    is in no group by their columns, and if there are conditions on these rows, only those that meet them make groups.
    `others` are the tables that may be related.
    """

    table: Table
    columns: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...] = ()
    group: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    ranges: tuple[Ranges, ...] = ()
    marks: tuple[Mark, ...] = ()
    others: Mapping[str, Table] = field(default_factory=tables, repr=False)

    @property
    def grouped(self) -> bool:
        """True if the rows of the answer are groups."""
        return bool(self.group or self.measures)

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        """The measures by name."""
        return {each.name: each for each in self.measures}

    @cached_property
    def ranged(self) -> Mapping[str, Ranges]:
        """The columns that divide numbers into ranges, by the name of the column."""
        return {each.name: each for each in self.ranges}

    @cached_property
    def marked(self) -> Mapping[str, Mark]:
        """The marks of rows by name; groups have none."""
        return {} if self.grouped else {mark.name: mark for mark in self.marks}

    @cached_property
    def own(self) -> tuple[Condition, ...]:
        """The conditions on columns of the table, and on gathered columns."""
        return tuple(each for each in self.conditions if not each.place[0] and each.column not in self.measure)

    @cached_property
    def measured(self) -> tuple[Condition, ...]:
        """The conditions on measures, which groups meet."""
        return tuple(each for each in self.conditions if each.column in self.measure)

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """The related tables of which one row must meet all conditions, must be there, or whose columns make groups."""
        conditions = [each for each in self.conditions if each.place[0] and not each.operator.inverted]
        names = [each.place[0] for each in conditions] + [name.partition(".")[0] for name in self.group if "." in name]
        names += [each.place[0] for each in self._inverted if not each.operator.keeps_unknown]
        return tuple(
            replace(
                self.relate(name),
                conditions=(own := tuple(each for each in conditions if each.place[0] == name)),
                gathers=tuple(gathered for each in own for gathered in each.gathers),
                groups=tuple(each.partition(".")[2] for each in self.group if each.startswith(f"{name}.")),
                optional=any(each.optional for each in own),
            )
            for name in dict.fromkeys(names)
        )

    @cached_property
    def barred(self) -> tuple[Related, ...]:
        """The related tables of which no row may pass the test of an inverted operator."""
        passed = [replace(each, operator=replace(each.operator, inverted=False)) for each in self._inverted]
        return tuple(replace(self.relate(each.place[0]), conditions=(each,)) for each in passed)

    @property
    def tests(self) -> list[tuple[Related, bool]]:
        """The related tables, each with True if some row must be there, or with False if none may be."""
        return [*((each, True) for each in self.related), *((each, False) for each in self.barred)]

    @property
    def _inverted(self) -> list[Condition]:
        return [each for each in self.conditions if each.place[0] and each.operator.inverted]

    @cached_property
    def sides(self) -> Mapping[tuple[Condition, ...], "Selection"]:
        """The rows that meet the conditions of some measure or mark, by these conditions."""
        rows = replace(self, group=(), measures=(), marks=())
        of_measures = [each.only for each in self.measures if each.only]
        of_marks = [only for mark in self.marked.values() for only in mark.sets]
        return {only: replace(rows, conditions=only) for only in (*of_measures, *of_marks)}

    @property
    def tables(self) -> list[Table]:
        """The table and the related ones."""
        return [self.table, *(each.table for rows in (self, *self.sides.values()) for each, _ in rows.tests)]

    def relate(self, name: str) -> Related:
        """Return a related table by name, without conditions."""
        return Related(name, self.others[name], self.table.shared(self.others[name]))

    @cached_property
    def gathered(self) -> Mapping[str, tuple[Related, Gathered]]:
        """The gathered columns by name, each with the related table that gives it."""
        return {each.name: (related, each) for related in self.related for each in related.gathers}

    @cached_property
    def used(self) -> frozenset[str]:
        """The names of all columns and measures that the answer shows, is sorted by, or is made from."""
        of_sides = (each for side in self.sides.values() for each in side.own)
        named = [each.column for each in (*self.own, *self.measured, *of_sides)]
        measures = [name for each in self.measures for name in (each.column or each.name, *each.alike)]
        ordered = [each.column for each in self.order] + [each.column for each in self.ranges]
        return frozenset((*(column for _, column in self.columns), *named, *measures, *ordered, *self.group))

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The functions that give the gathered columns and measures, by name."""
        gathers = {name: MEASURES[each.how] for name, (_, each) in self.gathered.items()}
        return gathers | {each.name: MEASURES[each.how] for each in self.measures}

    def column(self, name: str) -> Column:
        """Return the column of rows or groups with a name; a measure or gathered column has the type of its result."""
        if name in self.gathered:
            related, gathered = self.gathered[name]
            return _resulting(name, gathered.how, related.table.by_name[gathered.column])
        if name in self.marked:
            return Column(name, "integer")
        if name in self.measure:
            measure = self.measure[name]
            of = measure.column or next(iter(measure.figures), None)
            return _resulting(name, measure.how, self.column(of) if of else Column(name, "integer"))
        if name in self.ranged:
            return replace(self.column(self.ranged[name].column), name=name)
        table, _, column = name.rpartition(".")
        return (self.others[table] if table else self.table).by_name[column]


def _resulting(name: str, how: str, column: Column) -> Column:
    """Return the column of what a function gives for cells of a column; it holds texts as such, not as words."""
    return Column(name, MEASURES[how].type or ("string" if column.stored in ("word", "part", "prose") else column.type))
