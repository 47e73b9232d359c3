"""Answer a view from a table: its parameters are conditions, and its columns those of rows or measures of groups.

The entries of a view's file for this: `table`; for each parameter `where`, a condition (Where) or a list of several;
`where` for the conditions of all answers; for a column of the view `of`, the table's column if its name is another, and
`how` for a measure of groups (a key of MEASURES), where the other columns make the groups; with it `only`, conditions
of the rows that are measured, `figures`, the two measures that it is made of, or `over`, some columns of the groups, if
it is of all groups with the same values there, `along`, a column in whose order it adds up, or `whole`, if it is of all
groups together; for a column that makes groups `ranges`, the least numbers of ranges that it falls into; `measures`,
those that are no columns; `order`, the columns to sort by, with - before those that begin with the largest value;
`last`, the columns without which rows come last in any order, by default the first that makes groups; and `limit`, the
number of rows if none is asked for, otherwise 1,000.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

from pyoxigraph import Literal

from jixiao.ontology.text.yaml_text import check, known, made
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.tables import Tables
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.runtime import turns
from jixiao.server.views import table_sparql, table_sql
from jixiao.server.views.answers import (
    COLUMN_TYPES,
    CONTESTED,
    PARTIAL,
    Apart,
    Column,
    FacetValue,
    Row,
    Value,
    Whole,
    summed_variables,
    written,
)
from jixiao.server.views.apart import AXES, SHOWN, Groups, Read, grouped, ordered
from jixiao.server.views.conditions import OPERATORS, Condition, Gathered
from jixiao.server.views.parameters import Given
from jixiao.server.views.selection import MEASURES, Measure, Order, Ranges, Selection
from jixiao.server.views.typed_names import Run
from jixiao.store.index.readers import SECONDS, Reader
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import Table, tables

_LOCAL = re.compile(r"[/#]")
_PROJECTS, _WITH, _WITHOUT = "projects", "withAmount", "withoutAmount"
"""Columns of an answer whose rows are groups of projects: the numbers of all, and of those with and without amounts."""

Files = Callable[["Tabled"], TableFile]
"""A function that returns the file of tables that answers; it raises as Tabled.file does."""


@dataclass(frozen=True)
class Asked:
    """A request for rows: terms by parameter, order by columns of the view, and the page as `limit` and `offset`."""

    values: Mapping[str, Sequence[Term]]
    order: tuple[Order, ...]
    limit: int
    offset: int


@dataclass(frozen=True)
class Where:
    """A condition: a column, an operator, and what the related rows that met it give.

    Its values are those typed for the parameters `typed`; otherwise `values`, which the file states. A parameter's
    condition is of what is typed for this parameter, unless it has one of the two. If `each`, the typed values must all
    be met, each by some related row, instead of one of them. If `local`, the column holds local names of what is typed.
    Conditions with the same `apart` are met by one related row; without it, a parameter has a row of its own. If
    `optional`, rows without such a related row stay. There is no condition if a parameter of `unless` is typed.
    """

    column: str
    operator: str = "is"
    values: Sequence[str] = ()
    gathers: Sequence[Mapping[str, str]] = ()
    each: bool = False
    local: bool = False
    apart: str | None = None
    typed: Sequence[str] | None = None
    optional: bool = False
    unless: Sequence[str] = ()

    def conditions(self, parameter: str, given: Mapping[str, Sequence[Term]]) -> list[Condition]:
        """Return the conditions for typed values (`given`), none if it needs some and none are typed.

        The condition is a `parameter`'s, or that of all answers if this is an empty text.
        """
        table, _, column = self.column.rpartition(".")
        operator, gathers = OPERATORS[self.operator], tuple(Gathered(**each) for each in self.gathers)
        row = parameter if self.apart is None else self.apart
        own = () if self.values else (parameter,)
        names = own if self.typed is None else self.typed
        typed = [term for name in names for term in given.get(name, ())]
        if self.local:
            typed = [Literal(_LOCAL.split(term.value)[-1]) for term in typed]

        def of(values: Sequence[Term], n: str = "") -> Condition:
            related = f"{table} {row}{n}".strip()
            return Condition(f"{related}.{column}" if table else column, operator, tuple(values))

        values = typed or [Literal(value) for value in self.values]
        is_set = not operator.test or values or any(name in given for name in names)
        if not is_set or any(name in given for name in self.unless):
            return []
        any_of = replace(of(values), gathers=gathers, optional=self.optional)
        return [any_of, *(of([value], f" {n}") for n, value in enumerate(typed) if self.each and len(typed) > 1)]


class _Related(dict[str, Table]):
    """Related tables by name, of which what follows a blank is ignored."""

    def __missing__(self, name: str) -> Table:
        return tables()[name.partition(" ")[0]]


def completed(header: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries for columns in the header of a view's file, with what they leave out as the table states it.

    An entry may be the name alone. Raises EntryError for an unknown table or column.
    """
    columns = _known(tables(), header["table"], "table").by_name
    entries = [
        {"name": known(each, columns, "column")} if isinstance(each, str) else each for each in header["columns"]
    ]
    owns = [columns.get(each.get("of", each.get("name"))) for each in entries]
    return [
        {
            "type": SHOWN.get(own.type, own.type),
            "link": own.link,
            "sum": own.sum,
            **({"label": asdict(own.label)} if own.label else {}),
            **each,
        }
        if own
        else each
        for each, own in zip(entries, owns, strict=True)
    ]


class Tabled:
    """Selections of a table for a view, by the header of its file and its columns.

    Its `own` table is that of an operator's file; without one, the header names a table. Raises EntryError,
    KeyError and TypeError for a wrong header.
    """

    def __init__(self, header: Mapping[str, Any], columns: Sequence[Column], own: Table | None = None) -> None:
        self.own = own
        self._table = own or _known(tables(), header["table"], "table")
        self._columns, self._own_order = columns, header.get("order", ())
        keys = [each.name for each in columns if not each.how]
        self._last = header.get("last", keys[:1] if len(keys) < len(columns) else ())
        for entry in header.get("params") or ():
            check(entry, ("name", "where"), entry)
        stated = {entry["name"]: entry["where"] for entry in header.get("params") or ()}
        self._where = {name: _wheres(entry) for name, entry in {"": header.get("where", ()), **stated}.items()}
        of_answers = [made(Column, {"type": "", "label": {}, **each}) for each in header.get("measures", ())]
        measured = [each for each in (*of_answers, *columns) if each.how]
        self._only = {each.name: _wheres(each.only) for each in measured}
        self._gathered = {each["name"] for where in chain(*self._where.values()) for each in where.gathers}
        others = {*self._table.by_name, *self._gathered}
        names = {each.name: f"{each.how}_{each.name}" if each.name in others else each.name for each in measured}
        self._ranges = {
            each.name: Ranges(f"{each.name}_ranges", each.of or each.name, tuple(map(Decimal, each.ranges)))
            for each in columns
            if each.ranges
        }
        owns = {each.name: each.of or each.name for each in columns}
        sources = {**owns, **{name: each.name for name, each in self._ranges.items()}, **names}
        self._measures = {
            each.name: Measure(
                names[each.name],
                str(each.how),
                of if (of := each.of or each.name) in others else names.get(str(each.of)),
                figures=tuple(_known(names, name, "column") for name in each.figures),
                over=tuple(_known(sources, name, "column") for name in each.over),
                along=_order(each.along, sources) if each.along else None,
                whole=each.whole,
            )
            for each in measured
        }
        self._check()
        # Lines of different files have no order.
        lines = {each.name for each in columns if each.type == "line" and not each.sort}
        self.sortable = frozenset(self._sources(stated, self._gathered)) - lines
        """The names of the columns that rows can be sorted by, some of them only if a parameter is given."""

    @property
    def table(self) -> Table | None:
        """The table of which all rows are asked for, None if only some are."""
        return None if self._where[""] else self._table

    def ordered_by(self, typed: str) -> str:
        """Return the name of the column that orders rows first, whatever direction: the one typed, or the view's."""
        return (typed or next(iter(self._own_order), "")).removeprefix("-")

    @property
    def among(self) -> Table | None:
        """The table of which all rows are asked for, but for those that lack a value; None if only others are."""
        return None if any(each.operator != "present" for each in self._where[""]) else self._table

    @property
    def conditioned(self) -> Mapping[str, str]:
        """The parameters that set one condition on what is typed, by the condition's name in addresses of tables."""
        plain = {name: wheres[0] for name, wheres in self._where.items() if len(wheres) == 1 and name}
        measured = {own: name for name, own in self.measured.items() if own not in self._table.by_name}
        return {
            f"{measured.get(each.column, each.column)}.{each.operator}": name
            for name, each in plain.items()
            if not each.values
        }

    @property
    def measured(self) -> Mapping[str, str]:
        """The view's columns that are measures, by the names that measures have in addresses of tables."""
        plain = {
            name: each
            for name, each in self._measures.items()
            if not (self._only[name] or each.figures or each.of_groups or each.whole)
        }
        hows = {"several": "distinct"}  # these differ where there are none
        return {"_".join(filter(None, (hows.get(each.how, each.how), each.column))): own for own, each in plain.items()}

    def address(self, given: Given, values: Mapping[str, Sequence[str]]) -> str | None:
        """Return the address of the rows for typed parameters that have one of some values in each of some columns.

        Without a value, the column has none. None if no address of a table asks for a parameter.
        """
        names = {name: condition for condition, name in self.conditioned.items()}
        typed = {name: value for name, value in given.items() if requests.several(value)}
        if typed.keys() - names.keys():
            return None
        always = [each for each in self._where[""] if not (each.optional or each.typed)]
        asked = {names[name]: value for name, value in typed.items()}
        asked |= {f"{each.column}.{each.operator}": each.values or "1" for each in always}
        for column, of_column in values.items():
            condition = f"{column}.{'is' if of_column else 'absent'}"
            asked[f"{condition}.2" if condition in asked else condition] = of_column or "1"
        return requests.address(f"/tables/{self._table.name}", asked)

    def file(self, tables: Tables, now: Edition, run: Run) -> TableFile:
        """Return the file of tables that answers from a state of the dataset. Raises as Tables.of and fill."""
        return tables.of(now) if self.own is None else tables.wait(tables.fill(now, self.own, run))

    def _check(self) -> None:
        """Raise EntryError for an unknown table, column, operator, parameter, function or order."""
        own = {**self._table.by_name, **dict.fromkeys(self._gathered)}
        names = {**own, **dict.fromkeys(each.name for each in self._measures.values())}
        for where in chain(*self._where.values(), *self._only.values()):
            table, _, column = where.column.rpartition(".")
            known(where.operator, OPERATORS, "operator")
            known(column, _known(tables(), table, "table").by_name if table else names, "column")
            for name in where.typed or ():
                known(name, self._where, "parameter")
        for measure in self._measures.values():
            known(measure.how, MEASURES, "function")
        for name in (*self._own_order, *self._last):
            known(name.removeprefix("-"), {**names, **dict.fromkeys(each.name for each in self._columns)}, "column")

    def sparql(self, asked: Asked, limit: int) -> str:
        """Return the SPARQL for a page of `limit` rows."""
        return table_sparql.sparql(self._selection(asked, limit))

    def answer(self, file: TableFile, asked: Asked, limit: int) -> tuple[list[Row], Whole, Apart]:
        """Return a page of at most `limit` rows, the counts of all rows, and the parts of the page's money.

        Raises as Reader.all does.
        """
        selection = self._selection(asked, limit)
        with _opened(file) as reader:
            asks = selection.columns, selection.conditions, selection.group, selection.measures, selection.ranges
            key = self._table.name, *asks, *((each.name, each.sum, each.facet) for each in self._columns)
            whole: Whole = reader.known.get_or_make(key, lambda: self._whole(reader, selection, file.odd))
            rows = self._rows(reader, selection)
            return rows, whole, self._apart(reader, selection, rows)

    def rows(self, file: TableFile, asked: Asked) -> tuple[list[Row], Apart]:
        """Return the rows of a page, and their money apart, without counting all rows; otherwise as answer() does."""
        selection = self._selection(asked, asked.limit)
        with _opened(file) as reader:
            rows = self._rows(reader, selection)
            return rows, self._apart(reader, selection, rows)

    def _apart(self, reader: Reader, selection: Selection, rows: Sequence[Row]) -> Apart:
        """Return the parts of money in rows that are groups, or that gather it."""
        for name, (related, gathered) in selection.gathered.items():
            if gathered.how == "sum" and not selection.grouped:
                names = {column: answered for answered, column in selection.columns}
                by = {names[own]: theirs for own, theirs in related.shared.items()}
                selection = replace(
                    selection,
                    table=related.table,
                    columns=(*by.items(), (names[name], f"sum_{name}")),
                    conditions=tuple(replace(of, column=of.place[1], gathers=()) for of in related.conditions),
                    group=tuple(by.values()),
                    measures=(Measure(f"sum_{name}", "sum", gathered.column),),
                )
        return Groups(selection, self._axes(selection), partial(self._rows, reader)).parts(rows)

    def _axes(self, selection: Selection) -> dict[str, str]:
        """Return the columns that keep money apart, by axis: the table's, gathered ones, or else its project's."""
        own, projects = {*selection.table.by_name, *selection.gathered}, _Related()["projects"].by_name
        of_project = projects if "project" in own and self.own is None else ()
        places = {axis: column if column in own else f"projects.{column}" for axis, column in AXES.items()}
        return {axis: place for axis, place in places.items() if "." not in place or AXES[axis] in of_project}

    @property
    def ends_apart(self) -> bool:
        """True unless rows that were read in part include those of which only the end was not seen."""
        return "lastLine" in self._table.by_name or all(each.type != "reading" for each in self._columns)

    @property
    def two_sided(self) -> bool:
        """True if sums of amounts are of some rows each, such as those of one year and those of another."""
        return any(
            self._only[name] for name, each in self._measures.items() if (each.how, each.column) == ("sum", "amount")
        )

    @property
    def of_projects(self) -> bool:
        """True if a row of the table is a project; other tables may have several rows of one."""
        return self._table.key == ("project",)

    @property
    def noun(self) -> Mapping[str, str]:
        """The words for a row of the table, `zh`, `one` and `many`."""
        return self._table.row

    def _parts(self, read: Read, selection: Selection) -> Sequence[Row]:
        """Return the money of all rows by kind and year; none if there is no money, or if the table has no year."""
        by = {axis: column for axis, column in self._axes(selection).items() if "." not in column}
        is_money = any(each.sum and each.type == "yuan" for each in self._columns)
        if not is_money or "year" not in by or selection.measured:
            return ()
        # Rows without a related row are in no group by its columns.
        related = [Condition(name, OPERATORS["present"]) for name in selection.group if "." in name]
        return ordered(grouped(read, selection, [*selection.conditions, *related], by))

    def _left_out(self, read: Read, selection: Selection, column: str) -> int:
        """Return how many rows an answer of given years, or kinds of amounts, leaves out since theirs was not read."""
        stated = [each for each in selection.own if each.column == column and not each.operator.keeps_unknown]
        if not stated or any(selection.measure[each.column].how != "rank" for each in selection.measured):
            return 0
        others = [each for each in selection.conditions if each not in (*stated, *selection.measured)]
        [row] = grouped(read, selection, [*others, Condition(column, OPERATORS["absent"])], {})
        return int(row["rows"] or 0)

    def _in_part(self, read: Read, selection: Selection) -> int:
        """Return the number of self-evaluations among the rows' own that were read in part."""
        if self._measures or "inPart" not in self._table.by_name:
            return 0
        [row] = grouped(read, selection, selection.conditions, {}, {"n": Measure("n", "distinct", "inPart")})
        return int(row["n"] or 0)

    def _unnamed(self, read: Read, selection: Selection) -> int:
        """Return how many rows are in the groups of what was not read."""
        if selection.measured:
            return 0
        [row] = grouped(
            read, selection, [*selection.conditions, Condition(selection.group[0], OPERATORS["absent"])], {}
        )
        return int(row["rows"] or 0)

    def _rows(self, reader: Reader, selection: Selection, columns: Sequence[Column] | None = None) -> list[Row]:
        """Return the rows of a selection with `columns`, by default the view's."""
        rows, columns = table_sql.rows(reader, selection), columns or self._columns
        return [{each.name: _read(each, row.get(each.name)) for each in columns} for row in turns.looked(rows)]

    def _whole(self, reader: Reader, selection: Selection, odd: Mapping[str, int]) -> Whole:
        """Return the counts of all rows of a selection; `odd` has the numbers of values that tables cannot hold."""
        read, every = partial(self._rows, reader), replace(selection, order=(), limit=None, offset=0)
        own = dict(selection.columns)
        columns = {
            name: own.get(name, name)
            for name in summed_variables([each for each in self._columns if not each.asked or each.name in own])
        }
        labels = {each.link: own[each.name] for each in reversed(self._columns) if each.link and each.name in own}
        facets = {own[each.name]: labels.get(each.name, own[each.name]) for each in self._columns if each.facet}
        totals = table_sql.totals(reader, every, [*columns.values()], facets)
        sums = {name: Decimal(totals.sums[column] or 0) for name, column in columns.items()}
        stated = {name: totals.counts[column] for name, column in columns.items() if name in own}
        flagged = {name: int(total) for name, total in sums.items()}
        projects, with_amount = flagged.get(_PROJECTS), flagged.get(_WITH)
        if projects is not None and _WITHOUT in flagged:
            with_amount = projects - flagged[_WITHOUT]
        elif projects is None and self.of_projects and "project" in own and "amount" in stated:
            projects, with_amount = totals.rows, stated["amount"]
        return Whole(
            rows=totals.rows,
            sums={name: sums[name] for name, number in stated.items() if number},
            stated=stated,
            projects=projects,
            with_amount=with_amount,
            partial=flagged.get(PARTIAL),
            contested=flagged.get(CONTESTED),
            evaluations=self._in_part(read, selection),
            facets={
                str(each.facet): [
                    FacetValue(written(value), written(label), rows)
                    for value, label, rows in totals.facets[own[each.name]]
                ]
                for each in self._columns
                if each.facet
            },
            unnamed=totals.unnamed,
            of_none=self._unnamed(read, selection) if totals.unnamed else 0,
            parts=self._parts(read, selection),
            undated=self._left_out(read, selection, "year"),
            unpriced=self._left_out(read, selection, "amountKind"),
            lacking=_lacking(read, selection),
            odd=sum(odd.get(name, 0) for name in {each.name for each in selection.tables}),
        )

    def _selection(self, asked: Asked, limit: int) -> Selection:
        conditions = tuple(
            each
            for name in ("", *asked.values)
            for where in self._where[name]
            for each in where.conditions(name, asked.values)
        )
        sources = self._sources(asked.values, [each.name for condition in conditions for each in condition.gathers])
        own = ((name.removeprefix("-"), name.startswith("-")) for name in self._own_order)
        orders: dict[str, Order] = {}
        for order in (
            *(replace(each, column=sources[each.column]) for each in asked.order if each.column in sources),
            *(Order(sources.get(name, name), down, unknown_first=not down) for name, down in own),
        ):
            orders.setdefault(order.column, order)
        if self.own is None and not self._measures and all(each.type != "key" for each in self._table.columns):
            orders |= {name: Order(name) for name in self._table.key if name not in orders}
        return Selection(
            self._table,
            columns=tuple(sources.items()),
            conditions=conditions,
            group=tuple(column for name, column in sources.items() if self._measures and name not in self._measures),
            measures=tuple(
                replace(each, only=tuple(chain(*(where.conditions("", asked.values) for where in self._only[name]))))
                for name, each in self._measures.items()
            ),
            order=(*(Order(sources[name], known=True) for name in self._last if name in sources), *orders.values()),
            limit=limit,
            offset=asked.offset,
            ranges=tuple(self._ranges.values()),
            others=_Related(),
        )

    def _sources(self, given: Collection[str], gathered: Iterable[str]) -> dict[str, str]:
        """Return what the view's columns are for given parameters: gathered, a measure, or the table's column.

        A column that is none of these, or that is not asked for, is left out.
        """
        own = {each.name: each.of or each.name for each in self._columns if not each.asked or {*each.asked} & {*given}}
        sources = {name: column for name, column in own.items() if "." in column or column in self._table.by_name}
        sources |= {name: name for name in gathered}
        sources |= {name: each.name for name, each in self._ranges.items()}
        sources |= {name: measure.name for name, measure in self._measures.items()}
        return {name: sources[name] for name in own if name in sources}


def _lacking(read: Read, selection: Selection) -> Row:
    """Return how many rows of each side lack an amount, by the name of the column with the side's sum."""
    names = {source: name for name, source in selection.columns}
    of_sides = [each for each in selection.measures if each.only and (each.how, each.column) == ("sum", "amount")]
    sides = {names[each.name]: replace(each, how="without") for each in of_sides if each.name in names}
    return grouped(read, selection, selection.conditions, {}, sides)[0] if sides and not selection.measured else {}


def _opened(file: TableFile) -> AbstractContextManager[Reader]:
    """Return a reader of a file, for the time that is left to a request."""
    turn = turns.turn()
    return file.reader(SECONDS if turn is None else turn.left)


def _wheres(stated: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[Where]:
    """Return the conditions that an entry of a file states, one or several."""
    return [made(Where, each) for each in ([stated] if isinstance(stated, Mapping) else stated)]


def _order(column: str, sources: Mapping[str, str]) -> Order:
    """Return the order of groups by a column of the view, with - before the name if the largest is first."""
    name = column.removeprefix("-")
    return Order(_known(sources, name, "column"), down=name != column)


def _known(among: Mapping[str, Any], name: str, of: str) -> Any:
    """Return what a name stands for. Raises EntryError, which tells the known names."""
    return among[known(name, among, of)]


def _read(column: Column, value: Value) -> Value:
    """Return a value of a table as an answer has it: lists in their order, None for an empty text."""
    typed = COLUMN_TYPES[column.type](value) if isinstance(value, str) and value else value
    return None if typed == "" else typed
