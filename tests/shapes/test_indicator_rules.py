"""The rules on levels, targets and rates: rows as printed, read by the real parser, have just the faults listed.

All rows and tables are checked in one run, each row in a project of its own beside one sound row.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Literal

from jixiao.ingest.values import targets
from jixiao.ontology import schemes
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.validate import Validation
from tests.shapes.asked import with_mentions
from tests.support.complete import assert_complete


class Row(NamedTuple):
    """One row as printed, and the names of the faults expected of it."""

    level1: str
    level2: str
    name: str
    target: str
    faults: str


BASE = "http://localhost:8000/id/project/o/2022/"
SUBJECTS = ("levels", "targets", "rates")
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
def found() -> set[tuple[str, str]]:
    """Focus node, without the base, and fault of each finding of these rules."""
    rows = [_project(f"r{number}", 2022, [SOUND, row]) for number, row in enumerate(ROWS)]
    tables = [_project(f"t{number}", year, table) for number, (_, year, table, _) in enumerate(TABLES)]
    results = Validation(with_mentions("".join(rows + tables))).report(lambda fault: fault.subject in SUBJECTS).results
    return {(result.focus_node.removeprefix(BASE), result.fault.name) for result in results}


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: f"{ROWS[number].name} {ROWS[number].target}")
def test_a_row_has_its_faults_and_no_other(number: int, found: set[tuple[str, str]]) -> None:
    assert {fault for node, fault in found if node == f"r{number}#i2"} == set(ROWS[number].faults.split())
    assert not [fault for node, fault in found if node == f"r{number}#i1"]


@pytest.mark.parametrize("number", range(len(TABLES)), ids=lambda number: TABLES[number][0])
def test_a_table_has_its_fault_and_no_other(number: int, found: set[tuple[str, str]]) -> None:
    assert [fault for node, fault in found if node.partition("#")[0] == f"t{number}"] == TABLES[number][3].split()


def test_missing_levels_are_a_list_in_either_language() -> None:
    project = _project("p", 2024, [row for row in WHOLE if row not in OUTPUT[:2]])
    [result] = Validation(with_mentions(project)).report(lambda fault: fault.name == "SecondLevelAbsent").results
    said = Bilingual("项目的指标中没有数量、质量指标。", "The project has no indicators of quantity, quality.")
    assert result.message == said


def test_every_rule_is_tried() -> None:
    named = {fault.name for fault in catalogue.faults() if fault.subject in SUBJECTS}
    tried = {fault for row in ROWS for fault in row.faults.split()} | {fault for *_, fault in TABLES if fault}
    assert_complete(tried, named, "add a row to ROWS or TABLES")


def _project(name: str, year: int, rows: list[Row]) -> str:
    """Return a project with an indicator for each row, as the readers state it."""
    stated = [
        f'<{BASE}{name}> a jx:Project ; jx:year {year} ; jx:startDate "{year}-01-01"^^xsd:date ;'
        f' jx:endDate "{year}-12-31"^^xsd:date ; jx:hasGoal <{BASE}{name}#g1> .'
    ]
    for number, row in enumerate(rows, 1):
        target = targets.parse(row.target)
        concept = schemes.indicator_type(row.level1 or None, row.level2 or None)
        given = {
            "a": "jx:Indicator",
            "jx:sourceLine": str(number),
            "rdfs:label": _literal(row.name.replace("（", "(").replace("）", ")")),
            "jx:printedLevel1": _literal(row.level1),
            "jx:printedLevel2": _literal(row.level2),
            "jx:indicatorType": concept and f"<{concept}>",
            "jx:targetText": _literal(target.text),
            "jx:targetOperator": target.operator and f"jx:{target.operator}",
            "jx:targetValue": target.value is not None and f'"{target.value}"^^xsd:decimal',
            "jx:targetUpper": target.upper is not None and f'"{target.upper}"^^xsd:decimal',
            "jx:targetUnit": target.unit and str(Literal(target.unit)),
        }
        told = " ; ".join(f"{property_} {value}" for property_, value in given.items() if value)
        stated.append(f"<{BASE}{name}> jx:hasIndicator <{BASE}{name}#i{number}> . <{BASE}{name}#i{number}> {told} .")
    return "\n".join(stated)


def _literal(text: str) -> str | None:
    return str(Literal(text, language="zh")) if text else None
