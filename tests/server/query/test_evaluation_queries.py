"""The queries of docs/evaluations.md have the answers that they are said to have."""

import re
from itertools import product
from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions

from jixiao.ontology import terms
from jixiao.server.views import view_files
from tests.server.conftest import answered, graph_of

PAGE = (Path(__file__).parents[3] / "docs" / "evaluations.md").read_text("utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
MISSED, EXCEEDED, BODIES, SCORES, POINTS, UNSCORED, WEIGHTS, FILED, DISAGREEING = QUERIES
TWOFOLD = re.sub(r"  FILTER\(IF\(.*?\n}", EXCEEDED + "}", MISSED, flags=re.DOTALL)
PREFIXES = "".join(f"PREFIX {name}: <{terms.PREFIXES[name]}> " for name in ("jx", "jxi", "prov", "rdfs", "skos"))


def of_all_bodies(query):
    """Return a query of the page without the line that it says to remove."""
    return re.sub(r"(?m)^  FILTER\(CONTAINS\(\?body, .*\n", "", query)


def answers(query, graph):
    found = graph.query(PREFIXES + query)
    assert isinstance(found, QuerySolutions)
    return [
        tuple(re.sub(r"\.0+$", "", value.value) if isinstance(value, Literal) else str(value or "") for value in row)
        for row in found
    ]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (MISSED, [("图书借阅", "借阅人次", ">=10000人次", "9000人次", "闭馆维修")]),
        (of_all_bodies(TWOFOLD), [("业务培训", "培训期数", "2期", "4期", "")]),
        (
            BODIES,
            [
                ("上海市松江区图书馆", "2022", "1", "1", "82000", "1", "82"),
                ("中国人民政治协商会议上海市松江区委员会办公室", "2022", "1", "1", "450000.5", "1", "90.0001"),
            ],
        ),
        (SCORES, [("图书借阅", "2022", "82", "95.2"), ("业务培训", "2022", "90", "97")]),
        (POINTS, [("业务培训", "2022", "97", "", ""), ("图书借阅", "2022", "95.2", "60", "158.7")]),
        (UNSCORED, []),
        (
            WEIGHTS,
            [
                ("产出指标", "数量指标", "3", "3", "70"),
                ("产出指标", "时效指标", "2", "2", "30"),
                ("产出指标", "质量指标", "1", "1", "10"),
                ("成本指标", "经济成本指标", "1", "1", "10"),
                ("效益指标", "社会效益指标", "1", "1", "10"),
                ("效益指标", "经济效益指标", "1", "1", "10"),
                ("满意度指标", "", "1", "1", "10"),
                ("满意度指标", "服务对象满意度指标", "1", "1", "10"),
            ],
        ),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_query_of_the_page_answers(query, answer, evaluated):
    assert answers(query, evaluated.current().graph) == answer


@pytest.fixture(scope="module")
def varied():
    """One evaluation whose results have every sign, with units and values that can and cannot be compared."""
    signs = [f"jx:targetOperator jx:{each}" for each in ("ge", "gt", "le", "lt", "eq", "approx")]
    signs += ["jx:targetOperator jx:between ; jx:targetUpper 15.0", "jx:weight 1.0"]
    units = ["", *(f"; jx:targetUnit '{each}'" for each in ("%", "百分比", "元", "万元", "万人次", "个"))]
    told = ["", *(f"; jx:achievedUnit '{each}'" for each in ("%", "元", "个")), "; jx:achievedUpper 30.0"]
    told += ["; jx:achievedOperator jx:ge", "; jx:indicatorType jxi:output-cost"]
    every = [*product(signs, units, told, (0.0, 5.0, 10.0, 20.0))][::3]
    rows = [
        f"<x:a#e{n}> a jx:Result ; rdfs:label '{n}' ; jx:targetText 't' ; jx:achievedText 'r' ;"
        f" jx:targetValue 10.0 ; jx:achievedValue {value} ; {sign} {unit} {other} ."
        for n, (sign, unit, other, value) in enumerate(every)
    ]
    rows += [
        f"<x:a#e{name}{value}> a jx:Result ; rdfs:label '{name}' ; jx:targetText 't' ; jx:achievedText 'r' ;"
        f" jx:targetValue 10.0 ; jx:achievedValue {value} ."
        for name, value in product(("工程金额", "期数"), (5.0, 20.0))
    ]
    graph = graph_of(
        f"{PREFIXES} INSERT DATA {{ <x:a> a jx:Evaluation ; rdfs:label 'a' ; prov:wasDerivedFrom <x:s> ; jx:year 2022 ."
        f" {' '.join(rows)} }}"
    )
    graph.update(f"{PREFIXES} INSERT {{ <x:a> jx:hasResult ?each }} WHERE {{ ?each a jx:Result }}")
    return graph


@pytest.mark.parametrize(
    ("query", "given"),
    [(MISSED, {"outcome": "missed"}), (TWOFOLD, {"outcome": "exceeded", "least": "200"})],
    ids=["missed", "twofold"],
)
def test_a_query_on_outcomes_has_the_rows_of_the_view(query, given, varied):
    found = sorted(indicator for _, indicator, *_ in answers(of_all_bodies(query), varied))
    assert found == sorted(row["name"] for row in answered(view_files.load()["results"], varied, given).rows)
    assert len(found) > 10


SCORED = "a jx:Evaluation ; jx:totalScore 45.0 ; jx:executionWeight 10.0 ; rdfs:label"
COMPUTED = {
    "weights of results without a type": (
        WEIGHTS,
        "jxi:output skos:prefLabel '产出指标'@zh, 'output indicator'@en ."
        " jxi:output-cost skos:prefLabel '成本指标'@zh ; skos:broader jxi:output ."
        " <x:a> a jx:Evaluation ; jx:hasResult <x:a#e1>, <x:a#e2>, <x:a#e3>, <x:a#e4> ."
        " <x:a#e1> jx:weight 10.0 . <x:a#e2> jx:indicatorType jxi:output ; jx:weight 20.0 ."
        " <x:a#e3> jx:indicatorType jxi:output-cost ; jx:weight 30.0 . <x:a#e4> jx:indicatorType jxi:output-cost",
        [("", "", "1", "1", "10"), ("产出指标", "", "1", "1", "20"), ("产出指标", "成本指标", "2", "1", "30")],
    ),
    "full marks if every weight was read": (
        POINTS,
        f"<x:a> {SCORED} 'a' ; jx:hasResult <x:a#e1>, <x:a#e2> . <x:a#e1> jx:weight 40.0 ."
        f" <x:b> {SCORED} 'b' ; jx:hasResult <x:b#e1>, <x:b#e2> . <x:b#e1> jx:weight 40.0 . <x:b#e2> jx:weight 40.0 ."
        f" <x:c> {SCORED} 'c' ; jx:hasResult <x:c#e1> ; jx:withheld jx:hasResult . <x:c#e1> jx:weight 90.0 ."
        f" <x:d> {SCORED} 'd' ; jx:hasResult <x:d#e1> . <x:d#e1> jx:weight 100.0",
        [*((name, "", "45", "", "") for name in "acd"), ("b", "", "45", "90", "50")],
    ),
    "rates that are not printed": (
        SCORES,
        "<x:a> a jx:Evaluation ; rdfs:label 'a' ; jx:totalScore 90.0 ; jx:adjustedBudget 3.0 ; jx:executed 1.0 ."
        " <x:b> a jx:Evaluation ; rdfs:label 'b' ; jx:totalScore 80.0 ; jx:adjustedBudget 0.0 ; jx:executed 0.0",
        [("b", "", "", "80"), ("a", "", "33.3", "90")],
    ),
    "rates of bodies in each year, of all self-evaluations": (
        BODIES,
        "<x:m> jx:fullName '甲' . <x:n> jx:fullName '乙' ."
        " <x:a> a jx:Evaluation ; jx:department <x:m> ; jx:adjustedBudget 100.0 ; jx:executed 50.0 ."
        " <x:b> a jx:Evaluation ; jx:department <x:m> ; jx:adjustedBudget 0.0 ; jx:executed 7.0 ."
        " <x:c> a jx:Evaluation ; jx:department <x:m> ; jx:adjustedBudget 100.0 ."
        " <x:d> a jx:Evaluation ; jx:department <x:n> ; jx:adjustedBudget 0.0 ; jx:executed 1.0 ."
        " <x:e> a jx:Evaluation ; jx:adjustedBudget 4.0 ; jx:executed 3.0 ."
        " <x:h> a jx:Evaluation ; jx:department <x:m> ; jx:year 2022 ; jx:adjustedBudget 5.0 ; jx:executed 4.5 ."
        " <x:f> a jx:Evaluation ; jx:executed 9.0 ; prov:alternateOf <x:g>",
        [
            ("乙", "", "1", "1", "1", "0", ""),
            ("甲", "", "3", "2", "57", "1", "50"),
            ("", "", "1", "1", "3", "1", "75"),
            ("甲", "2022", "1", "1", "4.5", "1", "90"),
        ],
    ),
    "totals that were not read, and that are not printed": (
        UNSCORED,
        "<x:a> a jx:Evaluation ; rdfs:label 'a' ; jx:totalScore 90.0 ."
        " <x:b> a jx:Evaluation ; rdfs:label 'b' ; jx:withheld jx:totalScore ; jx:year 2022 ."
        " <x:c> a jx:Evaluation ; rdfs:label 'c'",
        [("b", "2022", "true", ""), ("c", "", "false", "")],
    ),
    "targets by value and unit": (
        FILED,
        "<x:a> a jx:Evaluation ; rdfs:label '甲' ; jx:hasResult <x:a#e0>, <x:a#e1>, <x:a#e2> ."
        + "".join(
            f" <x:a#e{n}> rdfs:label '{n}' ; jx:ofIndicator <x:p#i{n}> ; jx:targetText '{here}{unit}' ;"
            f" jx:targetValue {here} ; jx:targetUnit '{unit}' . <x:p#i{n}> jx:targetText '{there}{other}' ;"
            f" jx:targetValue {there} ; jx:targetUnit '{other}' ."
            for n, (here, unit, there, other) in enumerate(
                [("4.0", "次", "4", "次"), ("12", "公里", "15.0", "公里"), ("5.0", "万元", "50000.0", "元")]
            )
        ),
        [("甲", "1", "15.0公里", "12公里")],
    ),
    "two that disagree, down to their rows": (
        DISAGREEING,
        "".join(
            f"<x:{iri}> a jx:Evaluation ; rdfs:label '甲' ; prov:alternateOf <x:{other}> ; jx:totalScore {total} ;"
            f" jx:executed 5.0 ; jx:hasResult <x:{iri}#e1>, <x:{iri}#e2>, <x:{iri}#e3> ."
            f" <x:{iri}#e1> rdfs:label '册数' ; jx:achievedValue {reached}.0 ; jx:score {score} ."
            f" <x:{iri}#e2> rdfs:label '次数' ; jx:achievedValue 1.0 ."
            f" <x:{iri}#e3> rdfs:label '次数' ; jx:achievedValue 2.0 . "
            for iri, other, total, reached, score in (
                ("1", "2", "98.2", "195", "29.2"),
                ("2", "1", "97.5", "190", "28.5"),
            )
        ),
        [
            ("甲", "", "totalScore", "98.2", "97.5"),
            ("甲", "册数", "achievedValue", "195", "190"),
            ("甲", "册数", "score", "29.2", "28.5"),
        ],
    ),
}
"""Queries of the page, triples, and the rows that they give."""


@pytest.mark.parametrize(("query", "triples", "rows"), COMPUTED.values(), ids=COMPUTED)
def test_what_is_computed_leaves_the_unknown_blank(query, triples, rows):
    assert answers(query, graph_of(f"{PREFIXES} INSERT DATA {{ {triples} }}")) == rows
