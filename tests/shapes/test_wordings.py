"""Rules on words, figures, dates and bases: the wordings that filings print, and false alarms, in tables of wordings/.

A table fills a template of Turtle with its sound values, the columns of a case and the fields of its group, in which
the columns may stand. A case ends with what its rule finds: the number of findings, whether there are any, or what each
tells.
"""

import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.shapes.findings import groups
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.validate import Validation
from tests.shapes.asked import HEADER, found

TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("wordings/*.toml")}
CASES = [
    pytest.param(table | group, case, id=f"{name}: {group['about']}, {number}")
    for name, table in sorted(TABLES.items())
    for group in table["group"]
    for number, case in enumerate(group["cases"], 1)
]


@pytest.mark.parametrize(("group", "case"), CASES)
def test_a_rule_finds_just_the_wordings_that_are_wrong(group: dict[str, Any], case: list[Any]) -> None:
    *cells, expected = case
    given = group["sound"] | dict(zip(group["columns"], cells, strict=True))
    given |= {name: text.format(**given) for name, text in group.get("fields", {}).items()}
    turtle = (group["turtle"] + group.get("beside", "")).format(**given)
    findings = found(group["rule"], turtle)
    if "tells" in group:
        assert [group["tells"].format(**each) for each in findings] == expected
    else:
        assert (bool(findings) if isinstance(expected, bool) else len(findings)) == expected, findings
    if group.get("quoted"):
        printed = "".join(turtle.replace("\\n", "").split())
        assert all(each["quote"] and "".join(each["quote"].split()) in printed for each in findings)


def results_of(turtle: str, *rules: str) -> tuple[Finding, ...]:
    triples = ox.serialize(ox.parse(turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    assert triples
    return Validation(enriched(triples)).report(lambda fault: fault.name in rules).results


@pytest.mark.parametrize(
    ("name", "target", "beside", "count"),
    [
        ("村民满意度(≥**%)", "≥90", ("成活率(≥**%)", "≥95%"), 0),
        ("合格率（%）", ">=98", ("满意度（%）", ">=90%"), 0),
        ("出勤率(百分比)", "95", ("满意度(百分比)", "90%"), 0),
        ("知晓度(≥80%)", "≥80", ("覆盖率(≥90%)", "≥90%"), 0),
        ("满意度", "≥90", ("成活率(≥**%)", "≥95%"), 1),
        ("村民满意度(≥**%)", "≥90", ("成活率(≥**%)", "≥95"), 0),
        ("合格率（%）", ">=98", ("满意度", ">=90%"), 0),
        ("株数(≥**株)", "≥90", ("成活率(≥**%)", "≥95%"), 0),
        ("村民满意度(≥**%)", "≥90%", ("成活率(≥**%)", "≥95%"), 0),
        ("入学率(%)", "1", ("成活率(%)", "≥95%"), 0),
    ],
)
def test_a_percent_sign_in_the_name(name: str, target: str, beside: tuple[str, str], count: int) -> None:
    """The sign is the unit of the target, if other targets repeat it or not."""
    turtle = HEADER + "".join(
        f'<p> a jx:Project ; jx:hasIndicator <i{n}> . <i{n}> a jx:Indicator ; rdfs:label "{row[0]}"@zh ;'
        f' jx:targetText "{row[1]}"@zh ; jx:targetValue {row[1].strip("≥>=%")} '
        + ('; jx:targetUnit "%" .\n' if "%" in row[1] else ".\n")
        for n, row in enumerate([(name, target), beside])
    )
    assert len(results_of(turtle, "PercentSignMissing")) == count


def test_the_blank_years_of_a_blank_goal_stand_below_it() -> None:
    blank = '<p> a jx:Project ; jx:goalPeriod "（ 年- 年）"@zh ; jx:leftBlank jx:OverallGoal ; jx:sourceLine 5 .'
    folded = groups.folded(groups.grouped(results_of(HEADER + blank, "OverallGoalBlank", "GoalPeriodBlank")))
    (cause,) = (each for each in folded.grave if each.fault.name == "OverallGoalBlank")
    assert [each.fault.name for each in cause.effects] == ["GoalPeriodBlank"]
    assert "GoalPeriodBlank" not in {each.fault.name for each in folded.grave}


@pytest.mark.parametrize(("unit", "count"), [("人", 1), ("次", 1), ("分", 0), ("%", 0)])
def test_a_degree_as_a_count(unit: str, count: int) -> None:
    turtle = (
        f'{HEADER}<p> a jx:Project ; jx:hasIndicator <i> . <i> a jx:Indicator ; rdfs:label "村民满意度"@zh ;\n'
        f'    jx:targetText "≥90{unit}"@zh ; jx:targetValue 90 ; jx:targetUnit "{unit}" .'
    )
    assert len(results_of(turtle, "RateWithCount")) == count
