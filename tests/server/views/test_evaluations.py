"""The views of self-evaluations: what was reached, spent and scored, and what nobody can judge."""

from decimal import Decimal
from itertools import product

import pytest

from jixiao.ontology import terms
from jixiao.server.errors import ParameterError
from jixiao.server.views import answer_sentence, view_files
from tests.server.conftest import answered, answering, graph_of

VIEWS = view_files.load()
PREFIXES = "".join(f"PREFIX {name}: <{terms.PREFIXES[name]}> " for name in ("jx", "jxi", "prov", "rdfs"))
OWN = {"results", "execution", "evaluations", "findings-by-body"}
"""Views of self-evaluations, and of all findings; the others are of filings."""
CPPCC, LIBRARY = "中国人民政治协商会议上海市松江区委员会办公室", "上海市松江区图书馆"


def run(store, name, **given):
    now = store.current()
    return VIEWS[name].answer(answering(now.graph), given, now.version, now.index, tables=lambda _: now.tables)


def test_each_result_has_share_and_outcome_where_two_numbers_have_one_unit(evaluated):
    found = {row["name"]: (row["share"], row["outcome"]) for row in run(evaluated, "results").rows}
    assert found == {
        "培训通过率": (Decimal("105.6"), "exceeded"),
        "学员满意度": (95, "missed"),
        "培训期数": (200, "exceeded"),
        "培训人数": (100, "met"),
        "履职能力": (None, None),  # words
        "资料归档": (None, None),  # blank
        "人均成本": (90, "within"),
        "节约经费": (None, None),  # 万元 and 元
        "借阅人次": (90, "missed"),
        "读者满意度": (100, "met"),
        "开放天数": (100, "met"),  # equal, one without a unit
    }


OUTCOMES = [
    ("jx:targetValue 5.0 ; jx:targetOperator jx:le ; jx:achievedValue 6.0", 120, "missed"),
    ("jx:targetValue 5.0 ; jx:targetOperator jx:lt ; jx:achievedValue 5.0", 100, "missed"),
    ("jx:targetValue 5.0 ; jx:targetOperator jx:gt ; jx:achievedValue 5.0", 100, "missed"),
    ("jx:targetValue 0.0 ; jx:targetOperator jx:eq ; jx:achievedValue 0.0", None, "met"),
    ("jx:targetOperator jx:between ; jx:targetValue 5 ; jx:targetUpper 8 ; jx:achievedValue 6.0", 120, "within"),
    ("jx:targetOperator jx:between ; jx:targetValue 5 ; jx:targetUpper 8 ; jx:achievedValue 9.0", 180, "missed"),
    ("jx:targetValue 5.0 ; jx:targetOperator jx:approx ; jx:achievedValue 4.0", 80, None),
    # A share is printed as a fraction, or the unit is left out: 0.95 of ≥90% is no miss.
    ("jx:targetValue 90.0 ; jx:targetUnit '%' ; jx:targetOperator jx:ge ; jx:achievedValue 0.95", None, None),
    ("jx:targetValue 90.0 ; jx:targetUnit '%' ; jx:achievedValue 90.0", 100, "met"),
    ("jx:targetValue 80.0 ; jx:targetUnit '%' ; jx:achievedValue 100.0", 125, "exceeded"),
    ("jx:targetValue 80.0 ; jx:targetUnit '百分比' ; jx:achievedValue 40.0 ; jx:achievedUnit '%'", 50, "missed"),
    ("jx:targetValue 10.0 ; jx:targetUnit '个' ; jx:achievedValue 0.0", 0, "missed"),
    ("jx:targetValue 5.0 ; jx:targetUnit '万人次' ; jx:achievedValue 60000.0", None, None),
    ("jx:targetValue 5.0 ; jx:targetUnit '元' ; jx:achievedValue 4.0", None, None),
    ("jx:targetValue 10.0 ; jx:achievedValue 5.0 ; jx:achievedUnit '个'", None, None),
    # “Over 80” tells nothing of a target of at least 90, and an upper end leaves open what was reached.
    ("jx:targetValue 90 ; jx:targetOperator jx:ge ; jx:achievedValue 80 ; jx:achievedOperator jx:gt", None, None),
    ("jx:targetValue 90 ; jx:targetOperator jx:ge ; jx:achievedValue 90 ; jx:achievedOperator jx:ge", 100, "atLeast"),
    ("jx:targetValue 75 ; jx:targetOperator jx:ge ; jx:achievedValue 90 ; jx:achievedOperator jx:ge", 120, "exceeded"),
    ("jx:targetValue 90 ; jx:targetOperator jx:ge ; jx:achievedValue 45 ; jx:achievedOperator jx:ge", 50, None),
    ("jx:targetValue 5 ; jx:targetOperator jx:gt ; jx:achievedValue 5 ; jx:achievedOperator jx:gt", 100, "atLeast"),
    ("jx:targetValue 5 ; jx:targetOperator jx:le ; jx:achievedValue 5 ; jx:achievedOperator jx:le", 100, "within"),
    ("jx:targetValue 5 ; jx:targetOperator jx:le ; jx:achievedValue 6 ; jx:achievedOperator jx:le", 120, None),
    ("jx:targetValue 5 ; jx:targetOperator jx:approx ; jx:achievedValue 5 ; jx:achievedOperator jx:approx", 100, None),
    ("jx:targetValue 90.0 ; jx:achievedValue 80.0 ; jx:achievedUpper 95.0", None, None),
    # A cost below a bare target may be thrift or a miss.
    ("jx:targetValue 5.0 ; jx:achievedValue 4.0 ; jx:indicatorType jxi:cost-economic", 80, None),
    ("jx:targetValue 5.0 ; jx:targetUnit '万元' ; jx:achievedValue 4.0 ; jx:achievedUnit '万元'", 80, None),
    ("jx:targetValue 5.0 ; jx:targetUnit '万元' ; jx:achievedValue 5.0 ; jx:achievedUnit '万元'", 100, "met"),
    ("jx:targetValue 5.0 ; jx:achievedValue 4.0", 80, "missed"),
    # A rate is no sum of money, whatever it is the rate of.
    ("jx:targetValue 100 ; jx:targetUnit '%' ; jx:achievedValue 95 ; jx:achievedUnit '%' # 支出", 95, "missed"),
    ("jx:targetValue 100 ; jx:achievedValue 95 # 支出", 95, None),
]  # fmt: skip
"""The value that a result states, the share that was reached, and the outcome."""


@pytest.fixture(scope="module")
def judged():
    """Share and outcome of each of these, which are results of one self-evaluation, by its number."""
    results = "".join(
        f"<x:a> jx:hasResult <x:a#e{n}> . <x:a#e{n}> a jx:Result ;"
        f" rdfs:label '{said.partition(' # ')[2]}·{n}' ; {said}\n ."
        for n, (said, *_) in enumerate(OUTCOMES)
    )
    graph = graph_of(
        f"{PREFIXES} INSERT DATA {{ <x:a> a jx:Evaluation ; rdfs:label '一' ; prov:wasDerivedFrom <x:s> . {results} }}"
    )
    rows = answered(VIEWS["results"], graph, {}).rows
    return {str(row["name"]).partition("·")[2]: (row["share"], row["outcome"]) for row in rows}


@pytest.mark.parametrize("number", range(len(OUTCOMES)), ids=[said for said, *_ in OUTCOMES])
def test_an_outcome_is_judged_by_operator_and_unit(number, judged):
    _, share, outcome = OUTCOMES[number]
    assert judged[str(number)] == (share, outcome)


def test_a_choice_that_was_left_open_is_no_category():
    natures = ("一次性项目", "（一次性项目/经常性项目）", "□经常性 □一次性", "经常性项目")
    graph = graph_of(
        f"{PREFIXES} INSERT DATA {{ "
        + "".join(
            f"<x:{n}> a jx:Project ; rdfs:label '{n}' ; prov:wasDerivedFrom <x:s> ; jx:printedNature '{each}' . "
            for n, each in enumerate(natures)
        )
        + "}"
    )
    found = {q: answered(VIEWS["projects"], graph, {"category": q}).rows for q in ("一次性项目", "经常性项目")}
    assert {q: [row["name"] for row in rows] for q, rows in found.items()} == {"一次性项目": ["0"], "经常性项目": ["3"]}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        ({"outcome": "未达到", "department": LIBRARY}, ["借阅人次"]),
        ({"outcome": "超过"}, ["培训期数", "培训通过率"]),
        ({"outcome": "达到", "type": "满意度"}, ["读者满意度"]),
        ({"outcome": "exceeded", "least": "200"}, ["培训期数"]),
        ({"evaluation": "/id/evaluation/yn5lxgknfyyrb/2022/sraw2xojdxl35"}, ["借阅人次", "开放天数", "读者满意度"]),
        ({"project": "图书", "text": "满意"}, ["读者满意度"]),
        ({"named": "图书"}, ["借阅人次", "开放天数", "读者满意度"]),
        ({"named": "满意"}, ["学员满意度", "读者满意度"]),
        ({"region": "闵行区"}, []),
    ],
)
def test_results_are_narrowed(evaluated, given, names):
    if names:
        assert sorted(str(row["name"]) for row in run(evaluated, "results", **given).rows) == names
    else:
        with pytest.raises(ParameterError):
            run(evaluated, "results", year="2022", **{**given, "region": "上海市奉贤区"})


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", sorted(VIEWS.keys() - OWN))
def test_a_self_evaluation_is_no_project_and_its_targets_no_indicators(name, store, evaluated):
    required = {each.name: each.example for each in VIEWS[name].params if each.required}
    for given in (required, {each.name: each.example for each in VIEWS[name].params}):
        assert run(store, name, **given).rows == run(evaluated, name, **given).rows


@pytest.mark.parametrize(
    "given",
    [
        {"fault": "ResultOfAnotherUnit"},
        {"fault": "ResultOfAnotherUnit", "year": "2022", "region": "松江区", "department": CPPCC, "text": "培训"},
        {"fault": "all", "text": "业务培训", "severity": "警告", "year": "2022", "source": "evaluations"},
    ],
)
def test_findings_on_self_evaluations_have_name_body_and_year(evaluated, given):
    """They are met by region, year, body and name, as those on projects are."""
    if "source" in given:
        given = {**given, "source": str(run(evaluated, "results").rows[0]["source"]).rpartition("/")[2]}
    rows = run(evaluated, "findings", **given).rows
    names = ("evaluationName", "department", "year", "project", "filing")
    assert [tuple(row[name] for name in names) for row in rows] == [("业务培训", CPPCC, 2022, None, None)]


def test_findings_on_self_evaluations_count_for_their_bodies(evaluated):
    names = ("department", "findings", "projects", "evaluations")
    rows = run(evaluated, "findings-by-body", department=f"{CPPCC},{LIBRARY}").rows
    assert [tuple(row[name] for name in names) for row in rows] == [(CPPCC, 2, 1, 1), (LIBRARY, 1, 0, 1)]
    assert [row["department"] for row in run(evaluated, "findings-by-body", text="图书").rows] == [LIBRARY]


def test_a_result_meets_the_target_of_the_filing(evaluated):
    rows = run(evaluated, "results", project="培训", outcome="missed").rows
    assert [(row["filedTarget"], row["reason"], row["score"], row["line"]) for row in rows] == [
        (">=80%", "题目偏难", 8, 8)
    ]
    assert str(rows[0]["indicator"]).endswith("/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7#i2")


def test_money_spent_is_summed_by_body_and_year():
    """A rate is of the self-evaluations with both amounts and some budget; without any the cell is blank."""
    graph = graph_of(
        f"{PREFIXES} INSERT DATA {{"
        " <x:b> a jx:Department ; jx:fullName '甲' . <x:c> a jx:Department ; jx:fullName '乙' ."
        " <x:1> a jx:Evaluation ; jx:department <x:b> ; jx:year 2022 ; jx:initialBudget 8.0 ; jx:adjustedBudget 10.0 ;"
        "   jx:executed 9.0 ; jx:evaluates <x:p> . <x:p> a jx:Project ; jx:amount 7.0 ;"
        f"   jx:amountSource jx:annualRequest ; jx:amountPhase <{terms.JXD}planned> ."
        " <x:2> a jx:Evaluation ; jx:department <x:b> ; jx:year 2022 ; jx:executed 5.0 ."
        " <x:3> a jx:Evaluation ; jx:department <x:b> ; jx:year 2023 ; jx:adjustedBudget 5.0 ."
        " <x:4> a jx:Evaluation ; jx:department <x:c> ; jx:year 2022 ; jx:adjustedBudget 4.0 ; jx:executed 1.0 ."
        " <x:5> a jx:Evaluation ; jx:department <x:c> ; jx:year 2022 ; jx:adjustedBudget 0.0 ; jx:executed 5.0 ."
        " <x:6> a jx:Evaluation ; jx:department <x:c> ; jx:year 2023 ; jx:adjustedBudget 0.0 ; jx:executed 5.0 . }"
    )
    names = (
        "department",
        "year",
        "evaluations",
        "initial",
        "adjusted",
        "executed",
        "rate",
        "withRate",
        "sum_asked_planned",
        "joined",
    )
    answer = answered(VIEWS["execution"], graph, {})
    # Planned money was not asked for.
    assert {column.name for column in answer.columns if column.money == "asked"} == {
        "sum_asked_planned",
        "with_asked_planned",
    }
    rows = answer.rows
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("甲", 2022, 2, 8, 10, 14, 90, 1, 7, 1),
        ("乙", 2022, 2, None, 4, 6, 25, 1, None, 0),
        ("乙", 2023, 1, None, 0, 5, None, 0, None, 0),
        ("甲", 2023, 1, None, 5, None, None, 0, None, 0),
    ]
    for sort, spent in (("executed", [5, 6, 14, None]), ("-executed", [14, 6, 5, None])):
        rows = answered(VIEWS["execution"], graph, {"sort": sort}).rows
        assert [row["executed"] for row in rows] == spent


def test_rows_of_self_evaluations_that_disagree_are_marked_and_counted():
    """The counts of a page and of all rows are one, and those read in part are told."""
    graph = graph_of(
        f"{PREFIXES} PREFIX jxr: <{terms.VOCAB}reading-status/> INSERT DATA {{"
        " <x:1> a jx:Evaluation ; rdfs:label '甲' ; prov:wasDerivedFrom <x:s> ; prov:alternateOf <x:2> ;"
        "   jx:hasResult <x:1#e1>, <x:1#e2> . <x:1#e1> rdfs:label 'a' . <x:1#e2> rdfs:label 'b' ."
        " <x:2> a jx:Evaluation ; rdfs:label '甲' ; prov:wasDerivedFrom <x:s> ; prov:alternateOf <x:1> ."
        " <x:3> a jx:Evaluation ; rdfs:label '乙' ; prov:wasDerivedFrom <x:s> ; jx:readingStatus jxr:partial ;"
        "   jx:withheld jx:totalScore, jx:executed ; jx:hasResult <x:3#e1> . <x:3#e1> rdfs:label 'c' . }"
    )
    for name, page in product(("results", "evaluations"), (None, 1)):
        whole = answered(VIEWS[name], graph, {}, page).whole
        assert (whole.rows, whole.contested, whole.partial, whole.evaluations) == (3, 2, 1, 1)
    rows = answered(VIEWS["evaluations"], graph, {}).rows
    assert sorted((str(row["name"]), row["disputed"], str(row["unread"])) for row in rows) == [
        ("乙", 0, "executed totalScore"),
        ("甲", 1, "None"),
        ("甲", 1, "None"),
    ]


def test_a_rate_that_is_not_printed_is_computed_and_nothing_of_nothing_has_none():
    graph = graph_of(
        f"{PREFIXES} INSERT DATA {{"
        " <x:1> a jx:Evaluation ; rdfs:label 'a' ; prov:wasDerivedFrom <x:s> ; jx:adjustedBudget 3 ; jx:executed 1 ."
        " <x:2> a jx:Evaluation ; rdfs:label 'b' ; prov:wasDerivedFrom <x:s> ; jx:adjustedBudget 3 ; jx:executed 1 ;"
        "   jx:executionRate 30.0 ; jx:executionRateText '30%' ."
        " <x:3> a jx:Evaluation ; rdfs:label 'c' ; prov:wasDerivedFrom <x:s> ; jx:adjustedBudget 0 ; jx:executed 1 ."
        " <x:4> a jx:Evaluation ; rdfs:label 'd' ; prov:wasDerivedFrom <x:s> ; jx:adjustedBudget 0 ; jx:executed 0 ;"
        "   jx:executionRate 100.0 ; jx:executionRateText '100%' ."
        " <x:5> a jx:Evaluation ; rdfs:label 'e' ; prov:wasDerivedFrom <x:s> ; jx:adjustedBudget 0 ; jx:executed 5 ;"
        "   jx:executionRate 100.0 . }"
    )
    rows = answered(VIEWS["evaluations"], graph, {"sort": "rate"}).rows
    assert [(row["name"], row["rate"], row["printedRate"]) for row in rows] == [
        ("b", 30, "30%"),
        ("a", Decimal("33.3"), None),
        ("e", 100, None),
        ("c", None, None),
        ("d", None, "100%"),
    ]
    assert [row["name"] for row in answered(VIEWS["evaluations"], graph, {"rateBelow": "90"}).rows] == ["b", "a"]


def test_the_least_of_a_column_is_told_beside_the_rows_without_a_value(evaluated):
    """Test that a first place among few scores does not pass for one among all self-evaluations."""
    answer = run(evaluated, "evaluations", sort="-initial")
    assert answer_sentence.said(VIEWS["evaluations"], answer).en == (
        "Largest (Initial budget): 业务培训, 400,000 yuan (not compared, as “initial budget” was not read:"
        " 1 self-evaluation)"
    )
