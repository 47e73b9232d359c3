"""Selections of tables: counterexamples by name."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Store as Graph

from jixiao.server.query.binding import bindings
from jixiao.server.views import table_sparql, table_sql
from jixiao.server.views.conditions import OPERATORS, Condition, Gathered
from jixiao.server.views.selection import PERCENTAGES, Measure, Order, Ranges, Selection, listed
from jixiao.store.index.readers import Reader
from jixiao.store.tables import filling
from jixiao.store.tables.exact import sortable
from jixiao.store.tables.table import tables

ID = "http://localhost:8000/id"
JX = "https://w3id.org/jixiao/ontology#"
GRAPH = f"""
@prefix jx: <{JX}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix jxs: <https://w3id.org/jixiao/shapes#> .
@prefix : <{ID}/> .
@base <{ID}/> .

<p1> a jx:Project ; rdfs:label "培训 Plan Ⅱ"@zh ; prov:wasDerivedFrom :s1 ; jx:sourceLine 1 ;
  jx:year 2022 ; jx:amount 100.0005 ; jx:amountSource jx:annualRequest ;
  jx:annualRequest 100.0005 ; jx:otherFunds 7.5 ; jx:department :a ;
  jx:hasIndicator <p1#i1>, <p1#i2> ;
  jx:hasCitation <p1#c1>, <p1#c2>, <p1#c3> ; jx:cites :d1, :d2 .
<p1#i1> rdfs:label "满意度"@zh ; jx:printedLevel2 "满意度指标"@zh ; jx:targetValue 90 .
<p1#i2> rdfs:label "合格率"@zh ; jx:printedLevel2 "质量指标"@zh ; jx:targetValue 80 .
<p1#c1> jx:citedBasis :d1 ; jx:sourceLine 12 ; jx:inSection "立项依据" .
<p1#c2> jx:citedBasis :d1 ; jx:sourceLine 9 ; jx:inSection "实施方案" .
<p1#c3> jx:citedBasis :d2 ; jx:sourceLine 13 ; jx:inSection "立项依据" .
<p2> a jx:Project ; rdfs:label "会议"@zh ; prov:wasDerivedFrom :s1 ; jx:sourceLine 20 ; jx:year 2022 ; jx:amount 50 ;
  jx:department :a ; jx:hasIndicator <p2#i1> ; jx:hasCitation <p2#c1> ; jx:cites :d1 .
<p2#i1> rdfs:label "满意度"@zh ; jx:printedLevel2 "满意度指标"@zh ; jx:targetValue 80.50 .
<p2> jx:hasSection <p2#s1> . <p2#s1> rdfs:label "年度目标"@zh .
<p2#c1> jx:citedBasis :d1 ; jx:sourceLine 21 .
<p3> a jx:Project ; rdfs:label "没有年度"@zh ; prov:wasDerivedFrom :s2 ; jx:sourceLine 3 ; jx:hasIndicator <p3#i1> .
<p3#i1> rdfs:label "数量"@zh ; jx:targetValue -3 .
<p4> a jx:Project ; rdfs:label "培训会议"@zh ; prov:wasDerivedFrom :s2 ; jx:sourceLine 30 ;
  jx:year 2021 ; jx:amount 0 ; jx:department :b .
:d1 rdfs:label "办法"@zh ; jx:documentNumber "松委发〔2009〕97号" . :d2 rdfs:label "通知"@zh .
:a jx:fullName "甲局"@zh . :b jx:fullName "乙局"@zh .
<p1> jx:implementingUnit :a .
:h a jx:Department ; jx:place :here . :t a jx:Department ; jx:place :there . :nowhere a jx:Department .
:empty a jx:Place .
<r1#r1> sh:sourceShape jxs:Amount ; sh:focusNode <p1> ; sh:resultSeverity sh:Warning ; prov:wasDerivedFrom :s1 .
<r2#r1> sh:sourceShape jxs:Year ; sh:focusNode <p3> ; sh:resultSeverity sh:Warning ; prov:wasDerivedFrom :s2 .
:here a jx:Place ; rdfs:label "此地"@zh, "Here"@en . :there a jx:Place ; rdfs:label "彼地"@zh ; jx:placeLevel :county .
"""
TABLES = tables()


@pytest.fixture(scope="module")
def graph():
    """The graph with four projects."""
    graph = Graph()
    graph.load(GRAPH.encode(), RdfFormat.TURTLE)
    return graph


@pytest.fixture(scope="module")
def reader(graph, tmp_path_factory):
    """A file with the tables of the graph."""
    path = tmp_path_factory.mktemp("tables") / "tables.sqlite"
    run = filling.of_graph(graph, path.parent)
    filling.fill(path, [*TABLES.values()], lambda table: run(table.sparql))  # the IRIs of this graph tell no kind
    return Reader(path)


@pytest.fixture(params=["sql", "sparql"])
def answer(request, reader, graph):
    """Answer a selection in each language."""

    def in_sparql(selection):
        results = graph.query(table_sparql.sparql(selection)).serialize(format=QueryResultsFormat.JSON)
        return read(results, selection)

    return in_sparql if request.param == "sparql" else lambda selection: table_sql.rows(reader, selection)


def read(results, selection):
    """Return the rows in the results of a selection's query."""
    kinds = {"integer": int, "yuan": Decimal, "decimal": Decimal}
    reads = {name: kinds.get(selection.column(column).stored, str) for name, column in selection.columns}
    rows = [{name: row.get(name, {"value": ""})["value"] for name in reads} for row in bindings(results)]
    return [{name: reads[name](text) if text else None for name, text in row.items()} for row in rows]


def on(column, operator, *values, gathers=()):
    """Return a condition for values: names of things, and texts and numbers."""
    terms = tuple(value if isinstance(value, NamedNode) else Literal(str(value)) for value in values)
    return Condition(column, OPERATORS[operator], terms, gathers)


def projects(answer, *conditions):
    """Return the numbers of the projects that meet conditions, in their order, such as `1 2`."""
    selection = Selection(TABLES["projects"], (("project", "project"),), conditions, order=(Order("project"),))
    return " ".join(str(row["project"]).removeprefix(f"{ID}/p") for row in answer(selection))


def thing(name):
    """Return a thing of the graph."""
    return NamedNode(f"{ID}/{name}")


MEASURES = (
    Measure("projects", "rows"),
    Measure("money", "sum", "amount"),
    Measure("without", "without", "amount"),
    Measure("mean", "mean", "amount"),
    Measure("last", "most", "name"),
)
FIGURES = tuple((measure.name, measure.name) for measure in MEASURES)


@pytest.mark.parametrize(
    ("table", "key", "conditions", "expected"),
    [
        ("places", "place", [("bodies.body", "absent")], ["empty"]),
        ("places", "place", [("bodies.body", "isNot", "h"), ("bodies.body", "absent")], ["empty"]),
        ("bodies", "body", [("places.place", "isNot", "here")], ["nowhere", "t"]),
        ("bodies", "body", [("places.place", "is", "here")], ["h"]),
        ("bodies", "body", [("places.place", "other", "here")], ["t"]),
        ("findings", "project", [("bodies.body", "isNot", "h")], ["p1", "p3"]),
        ("findings", "project", [("bodies.body", "present")], []),
    ],
)
def test_what_is_not_known_is_related_to_nothing(answer, table, key, conditions, expected):
    asked = tuple(on(column, operator, *map(thing, values)) for column, operator, *values in conditions)
    rows = answer(Selection(TABLES[table], (("key", key),), asked))
    assert sorted(str(row["key"]).removeprefix(f"{ID}/") for row in rows) == expected
    measures = (Measure("some", "rows", only=asked),)
    assert answer(Selection(TABLES[table], (("some", "some"),), measures=measures)) == [{"some": len(expected)}]


def test_what_is_barred_follows_the_rows_that_give_its_key():
    conditions = on("bodies.body", "isNot", NamedNode(f"{ID}/a")), on("absences.project", "is", NamedNode(f"{ID}/p1"))
    text = table_sparql.sparql(Selection(TABLES["findings"], (("source", "source"),), conditions))
    assert 0 < text.index("AS ?body)") < text.index("?met_0")


IN_BASIS = ("citations.section", "is", "立项依据")
SATISFACTION = ("indicators.level2", "is", "满意度指标")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        # One row of a related table meets all conditions on it; an inverted one is about all of its rows.
        ([("types.type", "is", "满意度指标")], "1 2"),
        ([SATISFACTION, ("indicators.target", "below", 85)], "2"),
        ([("indicators.level2", "is", "质量指标"), ("indicators.target", "below", 85)], "1"),
        ([("citations.document", "is", thing("d2")), ("citations.section", "is", "实施方案")], ""),
        ([("citations.document", "isNot", thing("d2"))], "2 3 4"),
        ([("citations.document", "other", thing("d2"))], "2"),
        ([("indicators.level2", "lacks", "满意度指标")], "3"),
        ([("citations.number", "absent")], "3 4"),
        ([("indicators.level2", "blank")], "3"),
        ([("indicators.level2", "blank"), ("indicators.target", "above", 0)], ""),
        ([IN_BASIS, ("citations.document", "isNot", thing("d2"))], ""),
        # One body answers for the first project and carries it out.
        ([("roles.answering", "is", thing("a"))], "1"),
        # The unknown.
        ([("year", "is", "2022")], "1 2"),
        ([("year", "isNot", "2022")], "3 4"),
        ([("year", "other", "2022")], "4"),
        ([("year", "present")], "1 2 4"),
        ([("year", "absent")], "3"),
        ([("citations.number", "codeOrWords", "发〔2009〕")], "1 2"),
        ([("citations.section", "codeOrWords", "2009")], ""),
    ],
)
def test_conditions_are_met_by_projects(answer, conditions, expected):
    asked = (on(str(column), str(operator), *values) for column, operator, *values in conditions)
    assert projects(answer, *asked) == expected


SECTIONS = (Gathered("citedAt", "line", "least"), Gathered("sections", "section", "lines"))
OTHER_FUNDS = (Gathered("amount", "amount", "most"), Gathered("amountSource", "fundSource", "least"))
CITED = replace(on(*IN_BASIS, gathers=(Gathered("cited", "document", "least"),)), optional=True)
BY_LEVEL = Selection(
    TABLES["bodies"],
    (("of", "places.level"), ("bodies", "bodies")),
    (),
    ("places.level",),
    (Measure("bodies", "rows"),),
    (Order("bodies"), Order("places.level", down=True)),
)
MEAN = Selection(TABLES["projects"], (("mean", "mean"),), measures=(Measure("mean", "mean", "amount"),))
SELECTIONS = {
    "a name within an optional part is no condition on the rest": (
        Selection(
            TABLES["places"], (("place", "place"),), (on("bodies.placeName", "isNot", "此地"),), order=(Order("place"),)
        ),
        [[f"{ID}/empty"], [f"{ID}/there"]],
    ),
    "names are met in either language": (
        Selection(TABLES["places"], (("place", "place"),), (on("nameEn", "is", "Here"),)),
        [[f"{ID}/here"]],
    ),
    "what is not known is in no group by related columns": (BY_LEVEL, [[f"{ID}/county", 1], [None, 1]]),
    "nor by two": (replace(BY_LEVEL, group=("place", "places.level")), [[f"{ID}/county", 1], [None, 1]]),
    "gathered columns replace columns": (
        Selection(
            TABLES["projects"],
            (("project", "project"), ("money", "amount"), ("of", "amountSource")),
            (on("funds.property", "is", NamedNode(f"{JX}otherFunds"), gathers=OTHER_FUNDS), on("amount", "below", 50)),
        ),
        [[f"{ID}/p1", Decimal("7.5"), "otherFunds"]],
    ),
    "and are met by conditions": (
        Selection(
            TABLES["projects"],
            (("project", "project"),),
            (on("funds.property", "is", NamedNode(f"{JX}otherFunds"), gathers=OTHER_FUNDS), on("amount", "above", 50)),
        ),
        [],
    ),
    "groups": (
        Selection(
            TABLES["projects"],
            (("body", "body"), ("year", "year"), *FIGURES),
            group=("body", "year"),
            measures=MEASURES,
            order=(Order("money", down=True), Order("body")),
        ),
        [
            [f"{ID}/a", 2022, 2, Decimal("150.0005"), 0, None, "培训 Plan Ⅱ"],
            [f"{ID}/b", 2021, 1, Decimal(0), 0, None, "培训会议"],
            [None, None, 1, None, 1, None, "没有年度"],
        ],
    ),
    "a mean is of three values or more": (MEAN, [[Decimal(50)]]),
    "of two amounts there is none": (replace(MEAN, conditions=(on("amount", "above", 0),)), [[None]]),
    "lists in order may be of some rows": (
        Selection(
            TABLES["projects"],
            (("years", "years"), ("first", "first"), ("last", "last")),
            (on("year", "present"),),
            measures=(
                Measure("years", "commas", "year"),
                Measure("first", "commas", "year", (on("year", "is", 2021),)),
                Measure("last", "commas", "year", (on("year", "is", 2022),)),
            ),
        ),
        [["2021, 2022", "2021", "2022"]],
    ),
    "what is looked up once for all rows sees no other variable": (
        Selection(TABLES["absences"], (("least", "least"),), measures=(Measure("least", "least", "section"),)),
        [[f"{ID}/p2#s1"]],
    ),
    "rows without a related row may stay": (
        Selection(
            TABLES["projects"],
            (("cited", "cited"), ("projects", "projects"), ("money", "money")),
            (CITED,),
            ("cited",),
            (Measure("projects", "rows"), Measure("money", "sum", "amount")),
            (Order("cited"),),
        ),
        [[f"{ID}/d1", 1, Decimal("100.0005")], [None, 3, Decimal(50)]],
    ),
    "and are listed": (
        Selection(TABLES["projects"], (("project", "project"),), (CITED,), order=(Order("project"),)),
        [[f"{ID}/p{n}"] for n in (1, 2, 3, 4)],
    ),
}


@pytest.mark.parametrize(("selection", "rows"), SELECTIONS.values(), ids=SELECTIONS)
def test_a_selection_has_its_rows(answer, selection, rows):
    assert [list(row.values()) for row in answer(selection)] == rows


@pytest.mark.parametrize(
    ("column", "operator", "values", "expected"),
    [
        ("name", "contains", ["plan"], "1"),
        ("name", "contains", ["ⅱ"], "1"),
        ("name", "contains", ['"会议"', "年"], "2 3"),
        ("name", "containsNot", ["培训"], "2 3"),
        ("name", "starts", ["培训", "没"], "1 3 4"),
        ("name", "starts", ["plan"], ""),
        ("name", "is", ["会议", "'; DROP TABLE word; --"], "2"),
        ("name", "contains", ['" . } #', "\\", "\n", "%", "_"], ""),
        ("amount", "least", [50], "1 2"),
        ("amount", "above", [50], "1"),
        ("amount", "above", ["49.99999"], "1 2"),
        ("amount", "least", ["50.00001"], "1"),
        ("amount", "most", ["49.99999"], "4"),
        ("amount", "below", ["0.00001"], "4"),
        ("amount", "is", ["50.0", "7"], "2"),
        ("amount", "is", ["100.00051"], ""),
        ("amount", "isNot", ["50.00001"], "1 2 3 4"),
        ("amount", "least", ["500", "50"], "1 2"),
        ("amount", "most", [10**18], "1 2 4"),
        ("year", "is", ["2021", "2022-05"], "4"),
        ("year", "is", ["2021", "2021"], "4"),
        ("year", "other", ["2022-05"], "1 2 4"),
        ("indicators.target", "below", [0], "3"),
        ("indicators.target", "is", ["80.5"], "2"),
        ("indicators.target", "above", ["80.5"], "1"),
        ("functions.function", "codeOrWords", ["201"], ""),
    ],
)
def test_operators(answer, column, operator, values, expected):
    assert projects(answer, on(column, operator, *values)) == expected


def test_gathered_columns(answer):
    gathers = (*SECTIONS, Gathered("cited", "citation", "distinct"))
    rows = answer(
        Selection(
            TABLES["projects"],
            (("project", "project"), ("citedAt", "citedAt"), ("section", "sections"), ("cited", "cited")),
            (on("citations.document", "is", thing("d1"), gathers=gathers),),
            order=(Order("citedAt", down=True),),
        )
    )
    assert [{**row, "section": sorted(str(row["section"] or "").split())} for row in rows] == [
        {"project": f"{ID}/p2", "citedAt": 21, "section": [], "cited": 1},
        {"project": f"{ID}/p1", "citedAt": 9, "section": ["实施方案", "立项依据"], "cited": 2},
    ]


def test_a_measure_may_be_of_some_rows_of_a_group(answer):
    in_2022, citing = (on("year", "is", 2022),), (on("citations.document", "is", thing("d1")),)
    not_citing = (on("citations.document", "isNot", thing("d1")), on("amount", "present"))
    measures = (
        Measure("projects", "rows"),
        Measure("some", "some", only=in_2022),
        Measure("money", "sum", "amount", in_2022),
        Measure("citing", "rows", only=citing),
        Measure("without", "without", "amount", not_citing),
        Measure("notCiting", "most", "name", not_citing),
    )
    columns = (("body", "body"), *((each.name, each.name) for each in measures))
    selection = Selection(
        TABLES["projects"], columns, group=("body",), measures=measures, order=(Order("some", down=True), Order("body"))
    )
    assert [list(row.values())[1:] for row in answer(selection)] == [
        [2, 2, Decimal("150.0005"), 2, 0, None],
        [1, None, None, 0, 0, "培训会议"],
        [1, None, None, 0, 0, None],
    ]
    assert [row["citing"] for row in answer(replace(selection, conditions=(on("citing", "above", 0),)))] == [2]


def test_functions_of_two_measures(answer, reader):
    of_2022 = (on("year", "is", 2022),)
    measures = (
        Measure("projects", "rows"),
        Measure("inYear", "rows", only=of_2022),
        Measure("money", "sum", "amount"),
        Measure("largest", "most", "amount"),
        Measure("rest", "difference", figures=("money", "largest")),
        Measure("rate", "ratio", figures=("rest", "money")),
        Measure("share", "share", figures=("inYear", "projects")),
    )
    columns = tuple((name, name) for name in ("body", "rest", "rate", "share"))
    selection = Selection(
        TABLES["projects"], columns, (), ("body",), measures, (Order("rate", down=True), Order("body"))
    )
    assert [list(row.values())[1:] for row in answer(selection)] == [
        [Decimal(50), Decimal("33.3"), Decimal(100)],
        [Decimal(0), None, Decimal(0)],
        [None, None, Decimal(0)],
    ]
    above = replace(selection, conditions=(on("rate", "least", "33.3"), on("rate", "below", "33.35")))
    assert len(answer(above)) == 1
    assert answer(replace(selection, conditions=(on("rate", "above", "33.3"),))) == []
    assert table_sql.totals(reader, selection, ["rest"], {}).sums == {"rest": Decimal(50)}
    assert table_sql.totals(reader, above, ["rest", "projects"], {}).sums == {"rest": Decimal(50), "projects": 2}


def test_shares_of_the_whole_and_running_totals_by_range(answer):
    measures = (
        Measure("projects", "rows"),
        Measure("every", "rows", whole=True),
        Measure("share", "share", figures=("projects", "every")),
        Measure("upto", "sum", "projects", along=Order("range")),
    )
    columns = tuple((name, name) for name in ("range", "projects", "every", "share", "upto"))
    ranges = (Ranges("range", "amount", (Decimal(0), Decimal(50), Decimal("100.0005"), Decimal(200))),)
    selection = Selection(
        TABLES["projects"], columns, group=("range",), measures=measures, order=(Order("range"),), ranges=ranges
    )
    assert [list(row.values()) for row in answer(selection)] == [
        [Decimal(0), 1, 4, Decimal(25), 1],
        [Decimal(50), 1, 4, Decimal(25), 2],
        [Decimal("100.0005"), 1, 4, Decimal(25), 3],
        [None, 1, 4, Decimal(25), 4],
    ]
    # The whole is that of the projects, not of the groups, and of all of them whatever their groups meet.
    cited = replace(
        selection,
        conditions=(on("projects", "above", 1),),
        group=("citations.document",),
        measures=measures[:3],
        columns=columns[1:4],
        order=(),
    )
    assert [list(row.values()) for row in answer(cited)] == [[2, 2, Decimal(100)]]


@pytest.mark.parametrize(
    ("of", "within", "conditions", "expected"),
    [
        ("indicators", None, [], {"p1": 1, "p2": 2, "p3": 2, "p4": 4}),
        ("indicators", None, [("rank", "most", 2)], {"p1": 1, "p2": 2, "p3": 2}),
        ("amount", "year", [("year", "present")], {"p1": 1, "p2": 2, "p4": 1}),
        ("amount", "year", [("year", "present"), ("rank", "is", 2)], {"p2": 2}),
        ("otherFunds", "citations.document", [], {"d1 p1": 1, "d1 p2": None, "d2 p1": 1}),
    ],
)
def test_groups_have_ranks_within_groups_which_equal_ones_share(answer, of, within, conditions, expected):
    keys = (*filter(None, [within]), "project")
    rank = Measure("rank", "rank", over=keys[:-1], along=Order("sum", down=True))
    shown = (*keys[len(keys) - len(next(iter(expected)).split()) :], "rank")
    met = tuple(on(str(column), str(operator), *values) for column, operator, *values in conditions)
    measures = (Measure("sum", "sum", of), rank)
    found = answer(
        Selection(TABLES["projects"], tuple((f"c{n}", name) for n, name in enumerate(shown)), met, keys, measures)
    )
    rows = (list(row.values()) for row in found)
    assert {" ".join(str(key).removeprefix(f"{ID}/") for key in row[:-1]): row[-1] for row in rows} == expected


@pytest.mark.parametrize(
    ("one", "other", "ratio", "share"),
    [
        (1, 3, "33.3", "33.3"),
        (1, 10**7, "0", "0.00001"),
        (3, 10**4, "0", "0.03"),
        (125, 10**4, "1.3", "1.3"),
        (9995, 10**4, "100", "99.95"),
        (10**9 - 1, 10**9, "100", "99.9999999"),
        (10**20 + 1, 2 * 10**20, "50", "50"),
        (0, 5, "0", "0"),
        (5, 5, "100", "100"),
        (-1, 8, "-12.5", "-12.5"),
        (2, 1, "200", "200"),
    ],
)
def test_percentages_are_exact(one, other, ratio, share):
    of = {name: function(one, other) for name, function in PERCENTAGES.items()}
    assert of == {"ratio": sortable(ratio), "share": sortable(share)}
    assert all(
        function(*none) is None for function in PERCENTAGES.values() for none in ((one, 0), (None, 1), (1, None))
    )


def test_what_is_only_in_a_sub_select_is_not_looked_up():
    implementers = Selection(TABLES["projects"], (("implementer", "implementer"),), limit=1)
    assert "jx:competentDepartment" not in table_sparql.sparql(implementers)


def test_rows_that_meet_listed_values_come_first():
    """Values that must only be known are looked up for rows that meet the conditions on related rows."""
    conditions = on("year", "present"), on("locations.place", "is", thing("here"))
    text = table_sparql.sparql(Selection(TABLES["funds"], (("project", "project"),), conditions))
    parts = ["VALUES ?locations_place", "OPTIONAL { ?project jx:year"]
    assert sorted(parts, key=text.index) == parts


def test_an_order_names_a_column_once():
    order = (Order("year"), Order("project", down=True), Order("project"))
    text = table_sparql.sparql(Selection(TABLES["projects"], (("project", "project"),), order=order))
    assert text.count("(STR(?project))") == 1


def test_zero_is_a_value_of_a_list():
    assert listed("[1, 0, null]", ", ") == "0, 1"
    assert listed('["b", "", null, "a"]', "; ") == "a; b"


def test_groups_by_a_related_column_count_each_row_once(answer, reader):
    by_document = Selection(
        TABLES["projects"],
        (("document", "citations.document"), *FIGURES),
        group=("citations.document",),
        measures=MEASURES,
        order=(Order("projects", down=True),),
    )
    assert [list(row.values())[:3] for row in answer(by_document)] == [
        [f"{ID}/d1", 2, Decimal("150.0005")],
        [f"{ID}/d2", 1, Decimal("100.0005")],
    ]
    totals = table_sql.totals(reader, by_document, ["projects", "money"], {})
    assert (totals.rows, totals.sums) == (2, {"projects": 2, "money": Decimal("150.0005")})


def test_totals(reader):
    selection = Selection(TABLES["projects"], (("project", "project"),), limit=1)
    totals = table_sql.totals(reader, selection, ["amount", "largerTotal"], {"year": "year", "body": "bodyName"})
    assert (totals.rows, totals.sums) == (4, {"amount": Decimal("150.0005"), "largerTotal": None})
    assert totals.counts == {"amount": 3, "largerTotal": 0}
    assert totals.facets == {
        "year": [(2022, 2022, 2), (2021, 2021, 1)],
        "body": [(f"{ID}/a", "甲局", 2), (f"{ID}/b", "乙局", 1)],
    }
    nothing = Selection(TABLES["projects"], (), (on("year", "is", "1999"),))
    assert table_sql.totals(reader, nothing, ["amount"], {}) == table_sql.Totals(
        0, {"amount": None}, {"amount": 0}, {}, 0
    )


@pytest.mark.parametrize(
    ("order", "part", "expected"),
    [
        (Order("year"), {}, "4 1 2 3"),
        (Order("year", down=True), {}, "1 2 4 3"),
        (Order("year", unknown_first=True), {}, "3 4 1 2"),
        (Order("name"), {}, "2 1 4 3"),
        (Order("amount", down=True), {"limit": 2, "offset": 1}, "2 4"),
    ],
)
def test_pages_and_the_place_of_the_unknown(answer, order, part, expected):
    selection = Selection(TABLES["projects"], (("project", "project"),), order=(order, Order("project")), **part)
    assert " ".join(str(row["project"])[-1] for row in answer(selection)) == expected


def test_a_value_is_never_a_part_of_a_query(answer):
    for typed in ("\\", '\\" } #', "'", '") || (1=1', "{text}", ":v0", "?x"):
        assert projects(answer, on("names.name", "is", typed), on("name", "contains", typed)) == ""
        assert projects(answer, on("roles.bodyName", "isNot", typed)) == "1 2 3 4"
