"""SQL and SPARQL give the same rows for whatever is selected, over real filings."""

import os
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, Store as Graph

from jixiao.server.views import table_sparql, table_sql
from jixiao.server.views.conditions import NUMBERS, OPERATORS, Condition, Gathered
from jixiao.server.views.selection import Measure, Order, Ranges, Selection
from jixiao.store import Store
from jixiao.store.index.readers import Reader
from jixiao.store.tables import filling
from jixiao.store.tables.table import tables
from tests.server.views.test_selections import read
from tests.support.generated import tries
from tests.support.shared import made_once

SHARED = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[4] / "shared"))
TABLES = tables()
GATHERING = ("least", "most", "distinct")
LISTS = ("list", "lines")
LISTED = ("unknown", "withheld", "titles")
"""Columns that tables' queries make as lists, whose order differs from one query to another."""
COMPARING = ("difference", "ratio", "share")
SUMMED = ("sum", "with", "without", "mean")


@dataclass(frozen=True)
class Filled:
    """A store's graph, and the file of its tables."""

    graph: Graph
    path: Path

    @property
    def reader(self):
        """A connection to the file, with a minute for the statements of an answer."""
        self._reader.begin(60)
        return self._reader

    @cached_property
    def _reader(self):
        return Reader(self.path)

    @cache  # noqa: B019 - as long as the tests of the module
    def values(self, table, column):
        """Return some values of a column."""
        selection = Selection(TABLES[table], (("value", column),), group=(column,), limit=40)
        return [row["value"] for row in table_sql.rows(self.reader, selection) if row["value"] is not None]


@pytest.fixture(scope="module", params=["examples", pytest.param("shared", marks=pytest.mark.judge)])
def filled(
    request,
    tmp_path_factory,
    run,
):
    """The examples, and the seeds with some real filings of other kinds."""

    def make(place):
        some = [*sorted((SHARED / "seeds").iterdir()), *sorted((SHARED / "filings" / "texts").glob("*.txt"))[::4]]
        done = run("ingest", *some, "--store", place / "store")
        assert done.returncode in (0, 1), done.stderr

    if request.param == "examples":
        path = request.getfixturevalue("examples")
    elif not (SHARED / "seeds").is_dir():
        pytest.skip(f"no filings at {SHARED}")
    else:
        path = made_once(tmp_path_factory, "selections", make) / "store"
    graph = Graph.read_only(str(Store.open(path).current().graph_directory))
    file = tmp_path_factory.mktemp("selections") / "tables.sqlite"
    filling.fill_from_graph(file, [*TABLES.values()], graph)
    return Filled(graph, file)


@st.composite
def conditions(draw, filled, table, prefix=""):
    """Draw a condition on a column of a table, with values of the file, parts of these and others."""
    columns = [each for each in table.columns if each.name not in LISTED]
    column = draw(st.sampled_from(columns))
    operator = draw(st.sampled_from([each for each in OPERATORS.values() if each.takes(column)]))
    known = st.sampled_from(filled.values(table.name, column.name) or ["?"])
    numbers = st.sampled_from([1, -1, "0.00001", "49.5", 10**6])
    parts = known.map(lambda value: str(value)[1:3]).filter(bool) | st.sampled_from(["绩效", '"', "A", "\\", "}"])
    values = draw(st.lists(known | (numbers if column.stored in NUMBERS else parts), min_size=1, max_size=3))
    chosen = tuple(map(term, values)) if operator.test else ()
    gathers = []
    if prefix and not operator.inverted:
        others = [each for each in columns if each.name != column.name]
        for each in draw(st.lists(st.sampled_from(others), max_size=2, unique_by=lambda other: other.name)):
            how = draw(st.sampled_from(GATHERING + LISTS * (each.stored not in NUMBERS) + ("sum",) * each.sum))
            gathers.append(Gathered(f"{each.name}Of", each.name, how))
    return Condition(prefix + column.name, operator, chosen, tuple(gathers))


def term(value):
    """Return a value as a parameter has it."""
    return NamedNode(value) if str(value).startswith("http") else Literal(str(value))


@st.composite
def selections(draw, filled):
    """Draw a selection: of rows or groups, with conditions on the table and on related ones, in some order."""
    table = draw(st.sampled_from([*TABLES.values()]))
    related = [each for each in TABLES.values() if each is not table and table.shared(each)]
    drawn = draw(st.lists(conditions(filled, table), max_size=2))
    gathered = set()
    for other in draw(st.lists(st.sampled_from(related), max_size=2)) if related else ():
        for each in draw(st.lists(conditions(filled, other, f"{other.name}."), min_size=1, max_size=2)):
            new = tuple(gather for gather in each.gathers if gather.name not in gathered)
            gathered |= {gather.name for gather in new}
            drawn.append(replace(each, gathers=new))
    base = Selection(table, (), tuple(drawn))
    names = [name for name in (*table.by_name, *gathered) if name not in LISTED]
    if draw(st.booleans()):
        sides = [
            draw(conditions(filled, table)),
            *(draw(conditions(filled, other, f"{other.name}.")) for other in related),
        ]
        sides = [replace(each, gathers=()) for each in draw(st.lists(st.sampled_from(sides), max_size=2, unique=True))]
        return draw(groups(base, related, [name for name in names if name not in lists(base)], tuple(sides)))
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=6, unique=True))
    answered = draw(st.permutations(chosen)) if draw(st.booleans()) else chosen
    keyed = [*draw(st.lists(orders([name for name in names if name not in lists(base)]), max_size=2))]
    limit = draw(st.none() | st.integers(0, 20)) if not table.repeats else None
    keyed += map(Order, table.key)
    columns = (*zip(answered, chosen, strict=True), *((f"key{n}", name) for n, name in enumerate(table.key)))
    return replace(
        base, columns=columns, order=tuple(keyed), limit=limit, offset=draw(st.integers(0, 3)) if limit else 0
    )


def lists(selection):
    """Return the columns that are lists, whose order differs between engines and queries."""
    gathered = {name for name, function in selection.functions.items() if function.joined}
    return gathered | {each.name for each in selection.table.columns if each.type == "property"}


@st.composite
def groups(draw, base, related, names, side):
    """Draw a grouping, with measures of all rows or of a `side` of them, functions of two, and conditions on them."""
    keys = [each.name for each in base.table.columns if each.group]
    keys += [
        f"{other.name}.{each.name}"
        for other in related
        for each in other.columns
        if each.group and each.name not in base.table.shared(other)
    ]
    by = draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)) if keys else []
    figures = [name for name in names if base.column(name).stored in NUMBERS]
    if figures and draw(st.booleans()):
        limits = sorted(
            draw(st.sets(st.sampled_from([Decimal(-1), Decimal(1), Decimal(50), Decimal(10**5)]), min_size=1))
        )
        base = replace(base, ranges=(Ranges("range", draw(st.sampled_from(figures)), tuple(limits)),))
        by = [*by[:1], "range"]
    measures = [Measure("rowsOf", "rows"), Measure("ofSide", draw(st.sampled_from(["rows", "some"])), only=side)]
    ordered = next((name for name in names if base.column(name).stored == "integer"), None)
    for n, name in enumerate(draw(st.lists(st.sampled_from(names), max_size=3))):
        stored = base.column(name).stored
        hows = GATHERING + LISTS * (stored not in NUMBERS) + SUMMED * (stored == "yuan")
        hows += ("several", *(("commas",) * (name == ordered)))
        how, only = draw(st.sampled_from(hows)), draw(st.sampled_from([(), side]))
        # Money of different years, and the like, has no sum.
        others = [each.name for each in base.table.columns if each.group and how in ("sum", "mean")]
        alike = tuple(draw(st.lists(st.sampled_from(others), max_size=2, unique=True))) if others else ()
        measures.append(Measure(f"measure{n}", how, name, only, alike=alike))
    of = replace(base, measures=tuple(measures)).column
    numbers = [each.name for each in measures if of(each.name).stored in ("integer", "yuan")]
    pairs = [(one, other) for one in numbers for other in numbers if of(one).stored == of(other).stored]
    if by and draw(st.booleans()):
        measured = draw(st.sampled_from(numbers))
        measures.append(Measure("wholeOf", "rows", only=draw(st.sampled_from([(), side])), whole=True))
        measures.append(Measure("portion", "share", figures=("rowsOf", "wholeOf")))
        along = Order(draw(st.sampled_from([*by, "rowsOf"])), down=draw(st.booleans()))
        measures.append(Measure("running", "sum", measured, along=along))
    if (columns := [name for name in by if name not in base.ranged]) and draw(st.booleans()):
        over = tuple(draw(st.lists(st.sampled_from(columns), min_size=1, unique=True)))
        measures += [Measure("rowsOver", "rows", over=over), Measure("sumOver", "sum", "rowsOf", over=over)]
        ordering = st.sampled_from([*numbers, *(name for name in by if name not in over)])
        for n in range(draw(st.integers(1, 3))):
            along = Order(draw(ordering), down=draw(st.booleans()))
            measures.append(Measure(f"rank{n}", "rank", over=draw(st.sampled_from([(), over])), along=along))
        # SPARQL joins groups without a value with those of any value.
        base = replace(base, conditions=(*base.conditions, *(Condition(name, OPERATORS["present"]) for name in over)))
    measures += [
        Measure(f"{how}Of", how, figures=draw(st.sampled_from(pairs)))
        for how in draw(st.lists(st.sampled_from(COMPARING), max_size=2, unique=True))
    ]
    met = ()
    if draw(st.booleans()):
        measured = draw(
            st.sampled_from([each.name for each in measures if each.figures or each.along] + ["rowsOf", "ofSide"])
        )
        operator = OPERATORS[draw(st.sampled_from(["least", "below", "is", "isNot", "absent"]))]
        values = (Literal(draw(st.sampled_from(["2", "50", "0.1", "100"]))),) if operator.test else ()
        met = (Condition(measured, operator, values),)
    answered = [*((f"group{n}", name) for n, name in enumerate(by)), *((each.name, each.name) for each in measures)]
    return replace(
        base, columns=tuple(answered), conditions=(*base.conditions, *met), group=tuple(by), measures=tuple(measures)
    )


@st.composite
def orders(draw, names):
    """Draw an order by one of the columns."""
    return Order(draw(st.sampled_from(names)), down=draw(st.booleans()), unknown_first=draw(st.booleans()))


def comparable(selection, rows):
    """Return rows whose lists are sorted, and in the order of their texts if the selection's order is not of all."""
    joined = {name: function.joined for name, function in selection.functions.items()}
    answered = dict(selection.columns)
    joined |= {name: " " for name in answered.values() if selection.column(name).type == "property"}
    listed = [
        [
            (joined[column] or "").join(sorted(filter(None, str(value).split(joined[column])))) or None
            if value is not None and joined.get(column)
            else value
            for column, value in zip(answered.values(), row.values(), strict=True)
        ]
        for row in rows
    ]
    return listed if selection.order and not selection.table.repeats else sorted(listed, key=str)


@tries(240)
@given(data=st.data())
def test_sql_and_sparql_give_the_same_rows(filled, data):
    selection = data.draw(selections(filled))
    by_sql = table_sql.rows(filled.reader, selection)
    sparql = table_sparql.sparql(selection)
    results = filled.graph.query(sparql).serialize(format=QueryResultsFormat.JSON)
    assert comparable(selection, by_sql) == comparable(selection, read(results, selection)), sparql


@tries(100)
@given(data=st.data())
def test_totals_are_those_of_all_rows(filled, data):
    selection = replace(data.draw(selections(filled)), limit=None, offset=0)
    if selection.grouped:
        sums = ["rowsOf"]
    else:
        sums = [name for name in selection.used if selection.column(name).stored == "yuan"]
        selection = replace(selection, columns=(*selection.columns, *((f"sum of {name}", name) for name in sums)))
    totals = table_sql.totals(filled.reader, selection, sums, {})
    rows = table_sql.rows(filled.reader, selection)
    assert totals.rows == len(rows)
    if not selection.grouped:
        values = {name: [row[f"sum of {name}"] for row in rows if row[f"sum of {name}"] is not None] for name in sums}
        assert totals.sums == {name: sum(each) if each else None for name, each in values.items()}
        assert totals.counts == {name: len(each) for name, each in values.items()}
    elif not any("." in name for name in selection.group) and rows:
        assert totals.sums["rowsOf"] == sum(int(str(row["rowsOf"])) for row in rows)
