"""Answer a view from a table: its parameters are conditions, and its columns those of rows or measures of groups.

The entries of a view's file for this: `table`; for each parameter `where`, a condition (Where) or a list of several;
`where` for the conditions of all answers; for a column of the view `of`, the table's column if its name is another, and
`how` for a measure of groups (a key of MEASURES), where the other columns make the groups; with it `only`, conditions
of the rows that are measured, `figures`, the two measures that it is made of, or `over`, some columns of the groups, if
it is of all groups with the same values there, `along`, a column in whose order it adds up, or `whole`, if it is of all
groups together; for a column that makes groups `ranges`, the least numbers of ranges that it falls into; `measures`,
those that are no columns; `order`, the columns to sort by, with - before those that begin with the largest value;
`words`, the conditions of words by which rows are ordered, each with its `name` and `where` (word_order.py);
`last`, the columns without which rows come last in any order, by default the first that makes groups; and `limit`, the
number of rows if none is asked for, otherwise 1,000.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

from pyoxigraph import Literal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.yaml_text import check, known, made
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.tables import Tables
from jixiao.server.http import requests
from jixiao.server.query.binding import Term
from jixiao.server.runtime import turns
from jixiao.server.views import figures, table_sparql, table_sql
from jixiao.server.views.answers import (
    COLUMN_TYPES,
    CONTESTED,
    PARTIAL,
    UNLABELLED,
    Column,
    FacetValue,
    Row,
    Sum,
    Value,
    Whole,
    summed_variables,
    written,
)
from jixiao.server.views.conditions import NUMBERS, OPERATORS, Condition, Gathered
from jixiao.server.views.figures import SHOWN, Phases, Read, grouped
from jixiao.server.views.parameters import Given
from jixiao.server.views.selection import MEASURES, Mark, Measure, Order, Ranges, Selection
from jixiao.server.views.typed_names import Run
from jixiao.server.views.word_order import EVERY, SOME
from jixiao.store.index.readers import SECONDS, Reader
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import Column as TableColumn, Table, tables

_LOCAL = re.compile(r"[/#]")
_AXES = {"year": "year", "kind": figures.PHASE, "of": "amountPeriod", "period": "period", "fund": "fund"}
"""The columns of tables by which money is kept apart; those of funds have the period of each amount, too."""
_COMPARING = ("difference", "ratio")
"""Functions of two sides."""
_PLACE, _PLACES, _PLACED = "locations.place", ("locations.", "locations "), Bilingual("地方", "place")
_PARTS = ("types", "indicators", "citations", "documents", "bases", "texts", "units", "issuing")
"""Tables of parts of projects, which a project that was read in part may have without them being read."""
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
class Answered:
    """The answer of a table: columns, a page of rows, the counts of all rows, and the query that gives the page."""

    columns: tuple[Column, ...]
    rows: list[Row]
    whole: Whole
    sparql: str


@dataclass(frozen=True)
class Where:
    """A condition: a column, an operator, and what the related rows that met it give.

    Its values are those typed for the parameters `typed`; otherwise `values`, which the file states. A parameter's
    condition is of what is typed for this parameter, unless it has one of the two. If `each`, the typed values must all
    be met, each by some related row, instead of one of them. If `local`, the column holds local names of what is typed.
    Conditions with the same `apart` are met by one related row; without it, a parameter has a row of its own. If
    `optional`, rows without such a related row stay. There is no condition if a parameter of `unless` is typed, or
    none of `beside`, if there are some.
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
    beside: Sequence[str] = ()

    def conditions(self, parameter: str, given: Mapping[str, Sequence[Term]]) -> list[Condition]:
        """Return the conditions for typed values (`given`), none if it needs some and none are typed.

        The condition is a `parameter`'s, or that of all answers if this is an empty text.
        """
        table, _, column = self.column.rpartition(".")
        operator, gathers = OPERATORS[self.operator], tuple(Gathered.stated(**entry) for entry in self.gathers)
        row = parameter if self.apart is None else self.apart
        names = self.typed
        if names is None:
            names = () if self.values else (parameter,)
        typed = [term for name in names for term in given.get(name, ())]
        if self.local:
            typed = [Literal(_LOCAL.split(term.value)[-1]) for term in typed]
        values = typed or [Literal(value) for value in self.values]
        is_set = not operator.test or values or not given.keys().isdisjoint(names)
        is_alone = self.beside and given.keys().isdisjoint(self.beside)
        if not is_set or is_alone or not given.keys().isdisjoint(self.unless):
            return []

        def on_row(values: Sequence[Term], number: str = "") -> Condition:
            related = f"{table} {row}{number}".strip()
            return Condition(f"{related}.{column}" if table else column, operator, tuple(values))

        any_of = replace(on_row(values), gathers=gathers, optional=self.optional)
        apart = enumerate(typed) if self.each and len(typed) > 1 else ()
        return [any_of, *(on_row([value], f" {number}") for number, value in apart)]


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


def columns_of(header: Mapping[str, Any], own: Table | None = None) -> dict[str, TableColumn]:
    """Return the columns of a header's table, or of an operator's own, and those that are gathered, by name."""
    where = header.get("where", ())
    stated = [where] if isinstance(where, Mapping) else where
    gathered = {}
    for entry in stated:
        related = tables().get(entry["column"].partition(".")[0])
        for each in entry.get("gathers", ()):
            named = related.by_name.get(each["column"]) if related else None
            gathered[each["name"]] = named or TableColumn(each["name"], "text")
    return {**gathered, **(own or tables()[header["table"]]).by_name}


class Tabled:
    """Selections of a table for a view, by the header of its file and its columns.

    Its `own` table is that of an operator's file; without one, the header names a table. Raises EntryError,
    KeyError and TypeError for a wrong header.
    """

    def __init__(self, header: Mapping[str, Any], columns: Sequence[Column], own: Table | None = None) -> None:
        self.own = own
        self._table = own or _known(tables(), header["table"], "table")
        self._columns, self._own_order = columns, header.get("order", ())
        self._names = {each.name for each in columns}
        keys = [each.name for each in columns if not each.how]
        self._last = header.get("last", keys[:1] if len(keys) < len(columns) else ())
        for entry in header.get("params") or ():
            check(entry, ("name", "where"), entry)
        stated = {entry["name"]: entry["where"] for entry in header.get("params") or ()}
        self._where = {name: _wheres(entry) for name, entry in {"": header.get("where", ()), **stated}.items()}
        of_answers = [made(Column, {"type": "", "label": UNLABELLED, **each}) for each in header.get("measures", ())]
        measured = [each for each in (*of_answers, *columns) if each.how]
        words = {
            entry["name"]: tuple(chain(*(where.conditions("", {}) for where in _wheres(entry["where"]))))
            for entry in header.get("words", ())
        }
        self._marks = tuple(Mark(name, (only,)) for name, only in words.items())
        if words:
            sets = tuple(words.values())
            self._marks += Mark(EVERY, sets), Mark(SOME, sets, some=True)
        self._only = {each.name: _wheres(each.only) for each in measured}
        self._gathered = {each["name"] for where in chain(*self._where.values()) for each in where.gathers}
        others = {*self._table.by_name, *self._gathered}
        names = {each.name: f"{each.how}_{each.name}" if each.name in others else each.name for each in measured}
        self._aliases: dict[str, dict[str, str]] = {}
        for each in columns:
            if each.phase and not each.name.startswith("with_"):
                stem = figures.column_stem(each)
                for alias in (stem, stem.removeprefix("sum_")):
                    self._aliases.setdefault(alias, {})[each.phase] = names[each.name]
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
                alike=tuple(each.alike) if each.how in ("sum", "mean") else (),
            )
            for each in measured
        }
        named = columns_of(header, own)
        parted = dict.fromkeys(str(each.money) for each in columns if each.phase)
        self._roots = {root: str(figures.phase_of(root, named)) for root in parted}
        self._check()
        # Lines of different files have no order.
        lines = {each.name for each in columns if each.type == "line" and not each.sort}
        marks = {mark.name for mark in self._marks}
        self.sortable = frozenset(self._sources(stated, self._gathered, figures.every_phase())) - lines - marks
        """The names of the columns that rows can be sorted by, some of them only if a parameter is given."""
        self.aliases = frozenset(self._aliases)
        """The names of sums without a phase, which stand for those of the phase of most amounts."""

    @property
    def table(self) -> Table | None:
        """The table of which all rows are asked for, None if only some are."""
        return None if self._where[""] else self._table

    def ordered_by(self, typed: str) -> str:
        """Return the name of the column that orders rows first, whatever direction: the one typed, or the view's."""
        return (typed or self.own_order).removeprefix("-")

    @property
    def own_order(self) -> str:
        """The column that orders rows first if no order is asked for, with - before it if the largest is first."""
        return next(iter(self._own_order), "")

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
        sums = {
            name: name
            for column in self._columns
            for name in [figures.column_stem(column)]
            if column.phase and column.how == "sum" and len(column.only) == 1 and not column.whole
        }
        return sums | {
            "_".join(filter(None, (hows.get(each.how, each.how), each.column))): own for own, each in plain.items()
        }

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
        names = {**own, **dict.fromkeys((*self._aliases, *(each.name for each in self._measures.values())))}
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
        """Return the SPARQL for a page of `limit` rows, with sums of money that is requested."""
        return table_sparql.sparql(self._selection(asked, limit, figures.ONE))

    def answer(self, file: TableFile, asked: Asked, limit: int) -> Answered:
        """Return the answer with a page of at most `limit` rows. Raises as Reader.all does."""
        with _opened(file) as reader:
            phases = self._phases(reader, asked)
            selection = self._selection(asked, limit, phases)
            asks = (
                selection.columns,
                selection.conditions,
                selection.group,
                selection.measures,
                selection.ranges,
                selection.marks,
            )
            key = self._table.name, *asks, *((each.name, each.sum, each.facet) for each in self._columns)
            whole: Whole = reader.known.get_or_make(key, lambda: self._whole(reader, selection, file.odd))
            ordering = self._sources(asked.values, (), phases).get(asked.order[0].column, "") if asked.order else ""
            read = partial(self._rows, reader)
            unranked = reader.known.get_or_make(
                ("unranked", ordering, *key), lambda: self._unranked(read, selection, ordering)
            )
            first = [each.column for each in selection.order if not each.known][:1]
            mixed, largest = reader.known.get_or_make(
                ("mixed", *first, *key), lambda: self._not_added(reader, selection, whole, first)
            )
            rows = self._rows(reader, selection)
        main = {of[phases.main] for of in self._aliases.values() if phases.main in of}
        used = {*first, *(each.column for each in selection.measured)}
        # A rank, or a figure of two measures, is of the money that these are of.
        made_of = (measure for measure in selection.measures if measure.name in used)
        used |= {str(measure.along.column if measure.along else measure.column) for measure in made_of}
        whole = replace(
            whole,
            main=phases.main if main & used else None,
            unranked=unranked,
            mixed=mixed,
            largest=largest,
        )
        columns = tuple(
            each for each in self._columns if phases.has(each) and whole.has(each) and not self._mixes(each, whole)
        )
        return Answered(columns, rows, whole, table_sparql.sparql(selection))

    def rows(self, file: TableFile, asked: Asked) -> list[Row]:
        """Return the rows of a page, with the columns of all phases, without counting all rows."""
        with _opened(file) as reader:
            return self._rows(reader, self._selection(asked, asked.limit, figures.every_phase()))

    def _mixes(self, column: Column, whole: Whole) -> bool:
        """Return True for a running total, or a figure of two sides, of money of several years or periods.

        Sides that are years have a difference.
        """
        if column.phase is None or (column.how not in _COMPARING and not (column.along and column.how == "sum")):
            return False
        if any(where.column == "year" for name in column.figures for where in self._only[name]):
            return False
        of_phase = [each for each in whole.parts if each.phase == column.phase]
        return len({(each.year, column.money == figures.USUAL and each.period) for each in of_phase}) > 1

    def _phases(self, reader: Reader, asked: Asked) -> Phases:
        """Return the phases of the money that is asked for; without sums of money, these do not matter."""
        if not self._aliases:
            return figures.ONE
        selection = self._selection(asked, 0, figures.every_phase())
        plain = tuple(each for each in selection.conditions if each not in selection.measured)
        selection = replace(selection, conditions=plain)
        key = "phases", self._table.name, selection.conditions, tuple(self._roots)
        read = partial(self._rows, reader)
        known: Phases = reader.known.get_or_make(key, lambda: figures.occurring(read, selection, self._roots))
        return known

    def _axes(self) -> dict[str, str]:
        """Return the columns of the table that keep money apart, by axis."""
        names = {*self._table.by_name, *self._gathered}
        return {axis: column for axis, column in _AXES.items() if column in names}

    @property
    def ends_apart(self) -> bool:
        """True unless rows that were read in part include those of which only the end was not seen."""
        return "lastLine" in self._table.by_name or all(each.type != "reading" for each in self._columns)

    @property
    def two_sided(self) -> bool:
        """True if sums of amounts are of some rows each, such as those of one year and those of another."""
        return any(each.money == figures.USUAL and len(each.only) > 1 for each in self._columns)

    @property
    def of_projects(self) -> bool:
        """True if a row of the table is a project; other tables may have several rows of one."""
        return self._table.key == ("project",)

    @property
    def noun(self) -> Mapping[str, str]:
        """The words for a row of the table, `zh`, `one` and `many`."""
        return self._table.row

    def _parts(self, read: Read, selection: Selection) -> list[Sum]:
        """Return the sums of all rows; none if there is no money, or if the table has no phases."""
        axes = self._axes()
        usual = self._table.by_name.get(figures.USUAL)
        is_money = any((each.sum or each.phase) and each.type == "yuan" for each in self._columns)
        # Tables of which several rows repeat the amount of a project have no sum of all.
        if not is_money or usual is None or not usual.sum or not axes.keys() >= {"year", "kind"} or selection.measured:
            return []
        # Rows without a related row are in no group by its columns.
        related = [Condition(name, OPERATORS["present"]) for name in selection.group if "." in name]
        every = replace(selection, conditions=(*selection.conditions, *related))
        return figures.sums(figures.groups(read, every, axes))

    def _left_out(self, read: Read, selection: Selection, column: str) -> int:
        """Return how many rows an answer of given years, or kinds of amounts, leaves out since theirs was not read."""
        stated = [each for each in selection.own if each.column == column and not each.operator.keeps_unknown]
        if not stated or any(selection.measure[each.column].how != "rank" for each in selection.measured):
            return 0
        others = [each for each in selection.conditions if each not in (*stated, *selection.measured)]
        return figures.number_of_rows(read, selection, *others, _absent(column))

    def _in_part_priced(self, read: Read, selection: Selection) -> int:
        """Return how many projects lack an amount although other money was read, also as parts that a text lists."""
        others = [each.name for each in self._table.columns if each.phase and each.name != figures.USUAL]
        if not (others and self.of_projects) or selection.measured:
            return 0
        bare = *selection.conditions, _absent(figures.USUAL)
        none_read = *bare, *map(_absent, (*others, "sums.mention"))
        return figures.number_of_rows(read, selection, *bare) - figures.number_of_rows(read, selection, *none_read)

    def _not_added(
        self, reader: Reader, selection: Selection, whole: Whole, ordering: Collection[str]
    ) -> tuple[dict[str, int], dict[str, tuple[Row, Sum]]]:
        """Return what Whole tells of groups whose money is not added up, for the columns that order groups."""
        mixed = self._mixed(reader, selection, whole.parts, ordering)
        return mixed, self._largest(partial(self._rows, reader), selection, mixed)

    def _mixed(
        self, reader: Reader, selection: Selection, parts: Sequence[Sum], measures: Collection[str]
    ) -> dict[str, int]:
        """Return how many groups have money of several years or periods, by the column that does not add it up.

        `parts` are the sums of all rows by year, phase and period; of the columns, those of some `measures` count.
        """
        sources, numbers = dict(selection.columns), dict[str, int]()
        several = [phase for phase, number in Counter(part.phase for part in parts).items() if number > 1]
        for column in self._columns if selection.group else ():
            number = sources.get(figures.number_beside(column))
            if column.how not in ("sum", "mean") or column.phase not in several or number is None:
                continue
            if sources.get(column.name) not in measures:
                continue
            mixed = _absent(sources[column.name]), Condition(number, OPERATORS["above"], (Literal(0),))
            groups = replace(selection, conditions=(*selection.conditions, *mixed), order=(), limit=None, offset=0)
            numbers[column.name] = table_sql.totals(reader, groups, (), {}).rows
        return numbers

    def _largest(self, read: Read, selection: Selection, mixed: Mapping[str, int]) -> dict[str, tuple[Row, Sum]]:
        """Return the group with the largest sum of one year and period, by the column that does not add money up."""
        money = [column for column in self._columns if mixed.get(column.name) and column.money == figures.USUAL]
        if not money or selection.measured:
            return {}
        keys = {name: source for name, source in selection.columns if source in selection.group}
        rows = figures.groups(read, selection, {**keys, **self._axes()})
        sums = [(row, part) for row in rows for part in figures.sums([row])]
        largest = {}
        for column in money:
            of_phase = [(row, part) for row, part in sums if part.phase == column.phase and part.year]
            if column.how == "sum" and of_phase:
                largest[column.name] = max(of_phase, key=lambda pair: pair[1].amount)
        return largest

    def _mixed_left_out(self, reader: Reader, selection: Selection, parts: Sequence[Sum]) -> int:
        """Return how many groups have money of several years or periods, and so meet no condition on its sum."""
        if not selection.measured:
            return 0
        plain = tuple(condition for condition in selection.conditions if condition not in selection.measured)
        conditioned = {condition.column for condition in selection.measured}
        mixed = self._mixed(reader, replace(selection, conditions=plain), parts, conditioned)
        return max(mixed.values(), default=0)

    def _omitted(self, read: Read, selection: Selection) -> list[tuple[Bilingual, int]]:
        """Return how many rows lack a value that the view asks for, or for which a bound was typed, with its words.

        Rows without a year are counted by themselves.
        """
        own = self._table.by_name
        asked = [where.column for where in self._where[""] if where.operator == "present"]
        asked += [
            condition.column
            for condition in selection.own
            if condition.operator.test and condition.column in own and own[condition.column].stored in NUMBERS
        ]
        omitted = []
        for column in dict.fromkeys(asked):
            words = self._words(column)
            if words and column != "year":
                number = self._left_out(read, selection, column)
                omitted += [(words, number)] if number else []
        if placed := self._of_places(selection):
            remaining = [condition for condition in selection.conditions if condition not in placed]
            number = figures.number_of_rows(read, selection, *remaining, _absent(_PLACE))
            omitted += [(_PLACED, number)] if number else []
        return omitted

    def _of_places(self, selection: Selection) -> list[Condition]:
        """Return the conditions on where rows lie, if these leave out rows of unknown place."""
        placed = [condition for condition in selection.conditions if condition.column.startswith(_PLACES)]
        asks = any(condition.operator.test and not condition.operator.inverted for condition in placed)
        return placed if asks and not selection.measured else []

    def _words(self, name: str) -> Bilingual | None:
        """Return the words for the values of a column, None for a column without a label."""
        labels = {column.link: column.label for column in self._table.columns if column.link}
        label = labels.get(name) or (self._table.by_name[name].label if name in self._table.by_name else None)
        return label and Bilingual(label.zh.removesuffix(" IRI"), label.en.removesuffix(" IRI").lower())

    def _unranked(self, read: Read, selection: Selection, column: str) -> list[tuple[Bilingual, int]]:
        """Return how many rows have no value of the column that they were asked to be ordered by, with its words."""
        words = self._words(column)
        if words is None or selection.grouped or column == figures.USUAL:
            return []  # how many have no amount is told of all lists
        number = figures.number_of_rows(read, selection, *selection.conditions, _absent(column))
        return [(words, number)] if number else []

    def _in_part(self, read: Read, selection: Selection) -> int:
        """Return the number of self-evaluations among the rows' own that were read in part."""
        if self._measures or "inPart" not in self._table.by_name:
            return 0
        [row] = grouped(read, selection, selection.conditions, {}, {"n": Measure("n", "distinct", "inPart")})
        return int(row["n"] or 0)

    def _unsure(self, read: Read, selection: Selection, rows: int) -> int | None:
        """Return of how many projects it is not known that they lack what an answer asks for the lack of.

        None for an answer that does not ask so.
        """
        asks = any(each.operator.inverted and each.place[0] in _PARTS for each in selection.conditions)
        if not (asks and self.of_projects and not selection.grouped and self.own is None):
            return None
        whole = Condition("readingStatus", OPERATORS["is"], (Literal("whole"),))
        of_form = Condition("indicators", OPERATORS["above"], (Literal(0),))
        certain = *selection.conditions, whole, of_form, _absent("withheld")
        return rows - figures.number_of_rows(read, selection, *certain)

    def _unnamed(self, read: Read, selection: Selection) -> int:
        """Return how many rows are in the groups of what was not read."""
        if selection.measured:
            return 0
        return figures.number_of_rows(read, selection, *selection.conditions, _absent(selection.group[0]))

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
            for name in summed_variables(
                [each for each in self._columns if not (each.asked or each.phase) or each.name in own]
            )
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
        parts = self._parts(read, selection)
        plain = tuple(condition for condition in selection.conditions if condition not in selection.measured)
        of_all = self._parts(read, replace(selection, conditions=plain)) if selection.measured else parts
        sums_up = any((each.how, each.column) == ("sum", figures.USUAL) for each in selection.measures)
        is_known = self.of_projects and sums_up and not selection.measured
        if projects is not None and with_amount is None and is_known:
            with_amount = sum(each.rows for each in parts)
        money = {each.name for each in self._columns if each.type == "yuan" and not each.how}
        mixed = money if len({each.likeness for each in parts}) > 1 else ()
        return Whole(
            rows=totals.rows,
            sums={
                name: sums[name]
                for name, number in stated.items()
                if number and name not in mixed and totals.sums[columns[name]] is not None
            },
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
            parts=parts,
            of_all=of_all,
            undated=self._left_out(read, selection, "year"),
            unpriced=self._left_out(read, selection, figures.PHASE),
            in_part_priced=self._in_part_priced(read, selection),
            omitted=self._omitted(read, selection),
            lacking=_lacking(read, selection),
            odd=sum(odd.get(name, 0) for name in {each.name for each in selection.tables}),
            filed=_filed(read, selection),
            unsure=self._unsure(read, selection, totals.rows),
            mixed_left_out=self._mixed_left_out(reader, selection, of_all),
        )

    def _selection(self, asked: Asked, limit: int, phases: Phases) -> Selection:
        main = {alias: of[phases.main] for alias, of in self._aliases.items() if phases.main in of}
        conditions = tuple(
            replace(
                each, column=each.column if each.column in self._table.by_name else main.get(each.column, each.column)
            )
            for name in ("", *asked.values)
            for where in self._where[name]
            for each in where.conditions(name, asked.values)
        )
        gathered = [each.name for condition in conditions for each in condition.gathers]
        sources = self._sources(asked.values, gathered, phases)
        plain, sources = sources, {**main, **sources} if self._measures else sources
        own = ((name.removeprefix("-"), name.startswith("-")) for name in self._own_order)
        # Groups whose money is not added up come before those that have none.
        numbers = {
            sources[each.name]: sources.get(str(each.note), "") for each in self._columns if each.name in sources
        }
        orders: dict[str, Order] = {}
        for order in (
            *(replace(each, column=sources[each.column]) for each in asked.order if each.column in sources),
            *(Order(sources.get(name, name), down, unknown_first=not down) for name, down in own),
        ):
            orders.setdefault(order.column, order)
            if number := numbers.get(order.column):
                orders.setdefault(number, Order(number, order.down, unknown_first=not order.down))
        sources = plain
        if self.own is None and not self._measures and all(each.type != "key" for each in self._table.columns):
            orders |= {name: Order(name) for name in self._table.key if name not in orders}
        marked = [name for name in (EVERY, SOME) if self._marks and not self._measures]
        last = [sources[name] for name in self._last if name in sources]
        return Selection(
            self._table,
            columns=tuple(sources.items()),
            conditions=conditions,
            group=tuple(column for name, column in sources.items() if self._measures and name not in self._measures),
            measures=tuple(
                replace(each, only=tuple(chain(*(where.conditions("", asked.values) for where in self._only[name]))))
                for name, each in self._measures.items()
                if name in sources or name not in self._names
            ),
            order=(*(Order(name, known=True) for name in (*marked, *last)), *orders.values()),
            limit=limit,
            offset=asked.offset,
            ranges=tuple(self._ranges.values()),
            marks=self._marks,
            others=_Related(),
        )

    def _sources(self, given: Collection[str], gathered: Iterable[str], phases: Phases) -> dict[str, str]:
        """Return what the view's columns are for given parameters: gathered, a measure, or the table's column.

        A column that is none of these, or that is not asked for, is left out, and so is one of another phase.
        """
        own = {
            each.name: each.of or each.name
            for each in self._columns
            if phases.has(each) and (not each.asked or {*each.asked} & {*given})
        }
        sources = {name: column for name, column in own.items() if "." in column or column in self._table.by_name}
        sources |= {name: name for name in gathered}
        sources |= {name: each.name for name, each in self._ranges.items()}
        sources |= {mark.name: mark.name for mark in self._marks}
        sources |= {name: measure.name for name, measure in self._measures.items()}
        return {name: sources[name] for name in own if name in sources}


def _absent(column: str) -> Condition:
    """Return the condition that a column has no value."""
    return Condition(column, OPERATORS["absent"])


def _lacking(read: Read, selection: Selection) -> Row:
    """Return how many rows of each side lack an amount, by the name of a column with the side's sum."""
    names = {source: name for name, source in selection.columns}
    of_sides = {
        each.only[:-1]: each
        for each in reversed(selection.measures)
        if each.only[1:] and each.how == "sum" and each.column == figures.USUAL and not each.whole
    }
    sides = {names[each.name]: replace(each, how="without", only=only, alike=()) for only, each in of_sides.items()}
    return grouped(read, selection, selection.conditions, {}, sides)[0] if sides and not selection.measured else {}


def _filed(read: Read, selection: Selection) -> Sequence[int]:
    """Return how many bodies have rows on each of two sides of different years, and on both; () for other sides."""
    sides = list(dict.fromkeys(each.only[:-1] for each in selection.measures if each.only[1:] and not each.whole))
    years = [[each.values for each in only if each.column == "year"] for only in sides]
    if (
        len(sides) != 2
        or not all(years)
        or years[0] == years[1]
        or "body" in selection.group
        or "body" not in selection.table.by_name
    ):
        return ()
    numbers = {f"side{n}": Measure(f"side{n}", "rows", only=only) for n, only in enumerate(sides)}
    plain = [each for each in selection.conditions if each not in selection.measured]
    bodies = grouped(read, selection, plain, {"body": "body"}, numbers)
    having = [[bool(row[name]) for name in numbers] for row in bodies if row["body"] is not None]
    return sum(one for one, _ in having), sum(other for _, other in having), sum(all(both) for both in having)


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
