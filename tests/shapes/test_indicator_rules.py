"""The rules on levels, targets and rates: rows as printed, read by the real parser, have just the faults listed.

All rows and tables are checked in one run, each row in a project of its own beside one sound row.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, Namespace, URIRef

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ingest.values import targets
from jixiao.ontology import schemes, terms
from jixiao.shapes import catalogue
from jixiao.shapes.validate import Validation
from tests.support.complete import assert_complete


class Row(NamedTuple):
    """One row as printed, and the names of the faults expected of it."""

    level1: str
    level2: str
    name: str
    target: str
    faults: str


JX = Namespace(terms.JX)
BASE = "http://localhost:8000/id/project/o/2022/"
SUBJECTS = ("levels", "targets", "rates")
FILES = [catalogue.FOLDER / "document" / f"{stem}.ttl" for stem in (*SUBJECTS, "target-words")]
ROWS = tuple(
    Row(*(cell.strip() for cell in line.split("|")))
    for line in (Path(__file__).parent / "indicator-rows.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
SOUND = Row("产出指标", "数量指标", "宣传场次数", "≥5场", "")
"""A row in which nothing is wrong, so that each table states both levels."""

OUTPUT = [
    SOUND,
    Row("产出指标", "质量指标", "合格率", "≥95%", ""),
    Row("产出指标", "时效指标", "完成及时率", "≥95%", ""),
]
EFFECT = Row("效益指标", "社会效益指标", "知晓率", "≥95%", "")
CONTENT = Row("满意度指标", "服务对象满意度指标", "群众满意度", "≥95%", "")
COST = Row("成本指标", "经济成本指标", "人均费用", "≤5万元", "")
NO_LEVEL = Row("", "", "参与人数", "≥5人", "")
ONE_COLUMN = [row._replace(level1="") for row in (*OUTPUT, EFFECT)]
WHOLE = [*OUTPUT, EFFECT, CONTENT, COST]


def _but(row: Row, **changes: str) -> list[Row]:
    return [row._replace(**changes) if each == row else each for each in WHOLE]


TABLES: tuple[tuple[str, int, list[Row], str], ...] = (
    ("whole", 2024, WHOLE, ""),
    ("without costs in an older form", 2022, WHOLE[:-1], "SecondLevelAbsent"),
    ("with costs below output", 2022, [*WHOLE[:-1], COST._replace(level1="产出指标", level2="成本指标")], ""),
    ("without costs", 2024, WHOLE[:-1], "SecondLevelAbsent"),
    ("without output", 2024, WHOLE[3:], "FirstLevelAbsent"),
    ("without effect", 2024, [*OUTPUT, CONTENT, COST], "FirstLevelAbsent"),
    ("without satisfaction", 2024, [*OUTPUT, EFFECT, COST], "SecondLevelAbsent"),
    ("without quantity", 2024, WHOLE[1:], "SecondLevelAbsent"),
    ("without quality", 2024, [row for row in WHOLE if row.level2 != "质量指标"], "SecondLevelAbsent"),
    ("without timeliness", 2024, [row for row in WHOLE if row.level2 != "时效指标"], "SecondLevelAbsent"),
    ("satisfaction elsewhere", 2024, _but(CONTENT, level1="效益指标", level2="社会效益指标"), "IndicatorNotOfItsLevel"),
    (
        "a rate for a quantity",
        2024,
        [SOUND._replace(name="宣传完成率", target="≥95%"), *WHOLE[1:]],
        "IndicatorElsewhere",
    ),
    ("timeliness elsewhere", 2024, _but(OUTPUT[2], level2="质量指标"), "IndicatorNotOfItsLevel"),
    (
        "cost elsewhere",
        2024,
        _but(COST, level1="产出指标", level2="质量指标", name="培训成本"),
        "IndicatorNotOfItsLevel",
    ),
    ("one column of levels", 2022, [CONTENT._replace(level2=""), *ONE_COLUMN, COST._replace(level1="")], ""),
    ("no levels at all", 2024, [NO_LEVEL], ""),
    ("no targets at all", 2022, [row._replace(target="") for row in WHOLE], ""),
    ("one level only", 2024, [row._replace(level2="") for row in WHOLE], ""),
    ("twice", 2024, [*WHOLE, SOUND], "SameIndicatorTwice"),
    ("twice, written otherwise", 2024, [*WHOLE, SOUND._replace(target=">= 5.0 (场)")], "SameIndicatorTwice"),
    ("twice with two targets", 2024, [*WHOLE, SOUND._replace(target="≥6场")], "SameIndicatorTwice"),
    (
        "one name under two levels",
        2024,
        [*WHOLE, EFFECT._replace(level1="产出指标", level2="质量指标")],
        "SameIndicatorTwice",
    ),
)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for file in FILES:
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def data() -> Graph:
    graph = Graph()
    for number, row in enumerate(ROWS):
        _project(graph, f"r{number}", 2022, [SOUND, row])
    for number, (_, year, rows, _) in enumerate(TABLES):
        _project(graph, f"t{number}", year, rows)
    return graph


@pytest.fixture(scope="module")
def found(data: Graph) -> set[tuple[str, str]]:
    """Focus node, without the base, and fault of each finding of these rules."""
    checked = Validation(enriched(data.serialize(format="nt", encoding="utf-8")))
    results = checked.report(lambda fault: fault.subject in SUBJECTS).results
    return {(result.focus_node.removeprefix(BASE), result.fault.name) for result in results}


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: f"{ROWS[number].name} {ROWS[number].target}")
def test_a_row_has_its_faults_and_no_other(number: int, found: set[tuple[str, str]]) -> None:
    assert {fault for node, fault in found if node == f"r{number}#i2"} == set(ROWS[number].faults.split())
    assert not [fault for node, fault in found if node == f"r{number}#i1"]


@pytest.mark.parametrize("number", range(len(TABLES)), ids=lambda number: TABLES[number][0])
def test_a_table_has_its_fault_and_no_other(number: int, found: set[tuple[str, str]]) -> None:
    assert [fault for node, fault in found if node.partition("#")[0] == f"t{number}"] == TABLES[number][3].split()


def test_missing_levels_are_a_list_in_either_language() -> None:
    graph = Graph()
    _project(graph, "p", 2024, [row for row in WHOLE if row not in OUTPUT[:2]])
    report = Validation(enriched(graph.serialize(format="nt", encoding="utf-8"))).report(
        lambda fault: fault.name == "SecondLevelAbsent"
    )
    [message] = [result.message for result in report.results]
    assert message.zh == "项目的指标中没有数量、质量指标。"
    assert message.en == "The project has no indicators of quantity, quality."


def test_every_rule_is_tried(shapes: Graph) -> None:
    named = {str(shape).removeprefix(catalogue.SHAPES) for shape in shapes.subjects(SH.severity)}
    tried = {fault for row in ROWS for fault in row.faults.split()} | {fault for *_, fault in TABLES if fault}
    assert_complete(tried, named, "add a row to ROWS or TABLES")


def _project(graph: Graph, name: str, year: int, rows: list[Row]) -> None:
    project = URIRef(f"{BASE}{name}")
    graph.add((project, RDF.type, JX.Project))
    graph.add((project, JX.year, Literal(year)))
    graph.add((project, JX.startDate, Literal(f"{year}-01-01", datatype=XSD.date)))
    graph.add((project, JX.endDate, Literal(f"{year}-12-31", datatype=XSD.date)))
    graph.add((project, JX.hasGoal, URIRef(f"{project}#g1")))
    for number, row in enumerate(rows, 1):
        node = URIRef(f"{project}#i{number}")
        graph.add((project, JX.hasIndicator, node))
        graph.add((node, JX.sourceLine, Literal(number)))
        _indicator(graph, node, row)


def _indicator(graph: Graph, node: URIRef, row: Row) -> None:
    graph.add((node, RDF.type, JX.Indicator))
    graph.add((node, RDFS.label, Literal(row.name.replace("（", "(").replace("）", ")"), lang="zh")))
    concept = schemes.indicator_type(row.level1 or None, row.level2 or None)
    if concept:
        graph.add((node, JX.indicatorType, URIRef(concept)))
    target = targets.parse(row.target) if row.target else None
    for name, text in (
        ("printedLevel1", row.level1),
        ("printedLevel2", row.level2),
        ("targetText", target and target.text),
    ):
        if text:
            graph.add((node, JX[name], Literal(text, lang="zh")))
    if target is None:
        return
    if target.operator:
        graph.add((node, JX.targetOperator, JX[target.operator]))
    for name, number in (("targetValue", target.value), ("targetUpper", target.upper)):
        if number is not None:
            graph.add((node, JX[name], Literal(number, datatype=XSD.decimal)))
    if target.unit:
        graph.add((node, JX.targetUnit, Literal(target.unit)))
