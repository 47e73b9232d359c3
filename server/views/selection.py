"""Selections of a table: rows under conditions, or these rows in groups, with measures of each group.

Selections are compiled by table_sql.py, to answer, and by table_sparql.py, to show; both give the same rows. Names of
columns, of related columns and of measures come from tables' headers and this module alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from jixiao.server.views.conditions import Condition, Gathered
from jixiao.store.tables.table import Column, Table, tables


@dataclass(frozen=True)
class Function:
    """A function of the cells of several rows, as templates for SQL and SPARQL.

    In the templates `cell` is a cell, `text` its text or number, and `value` the same, but `blank` for a cell without
    one; `least` and `most` are beyond all others. `type` is that of the result, if it is not the column's. The result
    may be a list of the texts, `joined` by another text.
    """

    sql: str
    sparql: str
    type: str | None = None
    joined: str | None = None
    blank: str | None = None


_LIST = 'GROUP_CONCAT(DISTINCT {{value}}; SEPARATOR = "{}")'

MEASURES: Mapping[str, Function] = {
    "rows": Function("count(*)", "COUNT(*)", "integer"),
    "distinct": Function("count(DISTINCT {text})", "COUNT(DISTINCT {cell})", "integer"),
    "with": Function("count({cell})", "COUNT({cell})", "integer"),
    "without": Function("count(*) - count({cell})", "COUNT(*) - COUNT({cell})", "integer"),
    "sum": Function("sum({cell})", "SUM({value})", blank="0"),
    # Rounded to hundredths of a yuan.
    "mean": Function(
        "(2 * sum({cell}) + 100 * count({cell})) / (200 * count({cell})) * 100",
        "ROUND(SUM({value}) * 100 / COUNT({cell})) / 100",
        blank="0",
    ),
    "least": Function("min({text})", "MIN({value})", blank="{most}"),
    "most": Function("max({text})", "MAX({value})", blank="{least}"),
    # The least text, without the seven characters that it begins with to be sorted by.
    "first": Function("substr(min({text}), 8)", "SUBSTR(MIN({value}), 8)", "string", blank="{most}"),
    "list": Function("json_group_array(DISTINCT {text})", _LIST.format(" "), "string", " ", '""'),
    "lines": Function("json_group_array(DISTINCT {text})", _LIST.format("\\n"), "string", "\n", '""'),
}
"""Functions for measures of groups, and for what related rows give."""


@dataclass(frozen=True)
class Measure:
    """A measure of groups: its name, `how` (a key of MEASURES), and the column that it is of; `rows` has none.

    No column of the table and no gathered column has the name.
    """

    name: str
    how: str
    column: str | None = None


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

    The `shared` columns are those by which rows belong together; groups are made by the columns `groups`.
    """

    table: Table
    shared: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    gathers: tuple[Gathered, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selection:
    """Rows of a table that meet conditions; with `group` or `measures`, groups of these rows.

    `columns` are pairs: a name in the answer, and a column of the table, a gathered column, a column that groups are
    made by, or a measure. Groups are made by columns of the table or of related tables (`citations.document`). In each
    group a row counts once; a row without related rows is in no group by their columns, and if there are conditions on
    these rows, only those that meet them make groups. `others` are the tables that may be related.
    """

    table: Table
    columns: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...] = ()
    group: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    others: Mapping[str, Table] = field(default_factory=tables, repr=False)

    @property
    def grouped(self) -> bool:
        """True if the rows of the answer are groups."""
        return bool(self.group or self.measures)

    @cached_property
    def own(self) -> tuple[Condition, ...]:
        """The conditions on columns of the table, and on gathered columns."""
        measures = {measure.name for measure in self.measures}
        return tuple(each for each in self.conditions if not each.place[0] and each.column not in measures)

    @cached_property
    def measured(self) -> tuple[Condition, ...]:
        """The conditions on measures, which groups meet."""
        return tuple(each for each in self.conditions if each.column in {measure.name for measure in self.measures})

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """The related tables with conditions of which one row must meet all, or whose columns make groups."""
        conditions = [each for each in self.conditions if each.place[0] and not each.operator.inverted]
        names = [each.place[0] for each in conditions] + [name.partition(".")[0] for name in self.group if "." in name]
        return tuple(
            replace(
                self.relate(name),
                conditions=(own := tuple(each for each in conditions if each.place[0] == name)),
                gathers=tuple(gathered for each in own for gathered in each.gathers),
                groups=tuple(each.partition(".")[2] for each in self.group if each.startswith(f"{name}.")),
            )
            for name in dict.fromkeys(names)
        )

    @cached_property
    def barred(self) -> tuple[tuple[Related, Condition], ...]:
        """The inverted conditions on related tables: no row may pass the operator's test."""
        return tuple(
            (self.relate(each.place[0]), each) for each in self.conditions if each.place[0] and each.operator.inverted
        )

    def relate(self, name: str) -> Related:
        """Return a related table by name, without conditions."""
        return Related(self.others[name], self.table.shared(self.others[name]))

    @cached_property
    def gathered(self) -> Mapping[str, tuple[Related, Gathered]]:
        """The gathered columns by name, each with the related table that gives it."""
        return {each.name: (related, each) for related in self.related for each in related.gathers}

    @cached_property
    def used(self) -> frozenset[str]:
        """The names of all columns and measures that the answer shows, is sorted by, or is made from."""
        names = [column for _, column in self.columns] + [each.column for each in (*self.own, *self.measured)]
        names += [each.column for each in self.order] + [each.column or each.name for each in self.measures]
        return frozenset(names)

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
        for measure in self.measures:
            if measure.name == name:
                of = self.column(measure.column) if measure.column else Column(name, "integer")
                return _resulting(name, measure.how, of)
        table, _, column = name.rpartition(".")
        return (self.others[table] if table else self.table).by_name[column]


def _resulting(name: str, how: str, column: Column) -> Column:
    """Return the column of what a function gives for cells of a column; it holds texts as such, not as words."""
    return Column(name, MEASURES[how].type or ("string" if column.stored in ("word", "part", "prose") else column.type))
