"""Self-evaluations as facts: what the evaluation states, and that it states nothing of a project or filing."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.ingest.emitting.emit import Emitted, Source, emit
from jixiao.ingest.emitting.parts import rate
from jixiao.ingest.model import (
    BODIES,
    Amount,
    Cover,
    Evaluated,
    Execution,
    Extraction,
    Form,
    Indicator,
    Printed,
    Project,
    Result,
    Withheld,
)
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Resolver
from jixiao.ingest.values.targets import parse
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.reasons import reason

IRIS = Iris("http://localhost:8000/")
SOURCE = Source("0123456789abcdef" * 4, "evaluation.txt", "text/plain", 1)
EVALUATION = IRIS.evaluation("滁州市天长市水利局", 2022, "河道保洁")


def said(line: int, text: str) -> Printed:
    return Printed(((Place(line, 0), text),))


def money(line: int, label: str, *yuan: int, total: bool = False, rate: str = "80%") -> Execution:
    names = ("initialBudget", "adjustedBudget", "executed")
    amounts = tuple(
        Amount(name, Decimal(each), (Place(line, at),), reason("no-unit"), step=Decimal(10000))
        for at, (name, each) in enumerate(zip(names, yuan, strict=True), 1)
    )
    return Execution(said(line, label), total, amounts, said(line, rate), Decimal(10), Decimal(8), (Place(line, 6),))


def result(line: int, name: str, target: str, achieved: str, score: int | None = 10) -> Indicator:
    places = (Place(line, 3),)
    reached = Result(parse(achieved), (Place(line, 4),), None if score is None else Decimal(score), (Place(line, 6),))
    return Indicator(
        said(line, name), "产出指标", "数量指标", (Place(line, 0),), parse(target), places, Decimal(10),
        (Place(line, 5),), result=replace(reached, reason=said(line, "汛期推迟")),
    )  # fmt: skip


EVALUATED = Evaluated(
    executions=(
        money(4, "年度资金总额", 1000000, 1000000, 800000, total=True),
        money(5, "其中：财政拨款", 1000000, 1000000, 800000),
    ),
    done=said(8, "清理河道12公里。"),
    total_score=Decimal("96.5"),
    total_score_places=(Place(12, 1),),
    grade=said(12, "优"),
)
FORM = Form(
    fields={"name": said(2, "河道保洁"), **dict.fromkeys(BODIES, said(3, "天长市水利局"))},
    amounts=(),
    goals={"annualGoal": said(7, "保持河道清洁。")},
    indicators=(result(10, "清理河道", "≥12公里", "0公里"), result(11, "清理次数", "24次", "24次", None)),
    year=2022,
    year_place=Place(1, 0),
    titles=(said(1, "项目支出绩效自评表"),),
    evaluated=EVALUATED,
)  # fmt: skip


def emitted(*forms: Form) -> Emitted:
    projects = tuple(Project(at, form, None, (), ()) for at, form in enumerate(forms, 1))
    extraction = Extraction(Cover(), projects, frozenset(), frozenset(), {}, text="安徽省天长市水利局")
    return emit(Resolver(extraction), SOURCE, IRIS)


def values(of: Emitted, node: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for fact in of.facts.stated:
        if fact.subject == node and fact.value is not None:
            found[fact.property.removeprefix(terms.JX)].add(fact.value.value)
    return found


@pytest.fixture(scope="module")
def alone() -> Emitted:
    return emitted(FORM)


def test_an_evaluation_is_no_project_and_makes_no_filing(alone: Emitted) -> None:
    assert dict(alone.contents.evaluations) == {EVALUATION: "河道保洁"}
    assert not alone.contents.projects
    assert not alone.contents.filings
    classes = {fact.value.value for fact in alone.facts.stated if fact.property == terms.RDF_type and fact.value}
    assert classes.isdisjoint({terms.Project, terms.Filing, terms.ProjectSeries, terms.Indicator})
    assert terms.amount not in {fact.property for fact in alone.facts.stated}


def test_it_states_its_money_and_scores(alone: Emitted) -> None:
    found = values(alone, EVALUATION)
    assert found["initialBudget"] == found["adjustedBudget"] == {"1000000"}
    assert (found["executed"], found["executionRate"], found["executionRateText"]) == ({"800000"}, {"80"}, {"80%"})
    assert (found["executionWeight"], found["executionScore"], found["totalScore"]) == ({"10"}, {"8"}, {"96.5"})
    assert (found["grade"], found["doneText"]) == ({"优"}, {"清理河道12公里。"})
    assert (found["year"], found[terms.RDFS_label]) == ({"2022"}, {"河道保洁"})
    body = {IRIS.org("滁州市天长市水利局")}
    assert found["competentDepartment"] == found["filedBy"] == found["implementingUnit"] == body
    assert found[terms.PROV_wasDerivedFrom] == {IRIS.source(SOURCE.sha256)}
    assert found["hasExecution"] == {f"{EVALUATION}#x1"}
    assert values(alone, f"{EVALUATION}#x1")[terms.RDFS_label] == {"其中：财政拨款"}


def test_a_result_has_the_target_printed_there_and_what_was_reached_even_0(alone: Emitted) -> None:
    first, second = (values(alone, f"{EVALUATION}#e{at}") for at in (1, 2))
    assert (first["targetText"], first["targetValue"], first["targetUnit"]) == ({"≥12公里"}, {"12"}, {"公里"})
    assert (first["achievedText"], first["achievedValue"], first["achievedUnit"]) == ({"0公里"}, {"0"}, {"公里"})
    assert (first["weight"], first["score"], first["reasonText"]) == ({"10"}, {"10"}, {"汛期推迟"})
    assert first["sourceLine"] == {"10"}
    assert "score" not in second


def test_each_part_has_one_line_and_each_printed_fact_its_places(alone: Emitted) -> None:
    parts = {fact.subject for fact in alone.facts.stated if fact.subject.startswith(EVALUATION)}
    for node in parts:
        assert len(values(alone, node)["sourceLine"]) == 1, node
    printed = {
        "executed",
        "executionRate",
        "executionScore",
        "totalScore",
        "grade",
        "doneText",
        "achievedValue",
        "score",
    }
    facts = [fact for fact in alone.facts.stated if fact.property.removeprefix(terms.JX) in printed]
    assert facts
    assert all(fact.places for fact in facts)


def test_inferred_money_is_said_of_the_evaluation(alone: Emitted) -> None:
    about = {each for at in range(1, 7) for each in values(alone, f"{EVALUATION}#n{at}")["inferredProperty"]}
    assert {terms.initialBudget, terms.executed} <= about


def test_what_was_not_read_is_withheld_as_a_property_of_evaluations() -> None:
    why = reason("run-together")
    withheld = (Withheld("annualRequest", (Place(4, 0),), why), Withheld("hasIndicator", (Place(10, 0),), why))
    found = values(emitted(replace(FORM, withheld=withheld, breaks_off=12)), EVALUATION)
    assert found["withheld"] == {terms.executed, terms.hasResult}
    assert found["breaksOffAt"] == {"12"}


def test_beside_a_filing_neither_takes_the_others_facts() -> None:
    both = emitted(replace(FORM, evaluated=None), FORM, FORM)
    [project] = both.contents.projects
    assert sorted(both.contents.evaluations) == [EVALUATION, f"{EVALUATION}-2"]
    assert "initialBudget" not in values(both, project)
    assert "hasResult" not in values(both, project)
    assert "hasIndicator" not in values(both, EVALUATION)
    assert "partOfFiling" not in values(both, EVALUATION)
    assert len(both.contents.filings) == 1


@pytest.mark.parametrize(
    ("printed", "yuan", "expected"),
    [
        ("100%", (), 100),
        ("88.4％", (100, 100, 88), Decimal("88.4")),
        ("100.00", (100, 100, 100), 100),
        ("0.88", (100, 100, 88), 88),
        ("1", (100, 100, 100), 100),
        ("20", (100, 100, 100), None),  # points, in the wrong column
        ("100.00", (), None),
        ("已执行完毕", (100, 100, 100), None),
    ],
)
def test_a_rate_is_a_number_only_if_it_is_clear(printed: str, yuan: tuple[int, ...], expected: Decimal | None) -> None:
    row = replace(money(1, "总额", *(yuan or (0, 0, 0)), rate=printed), **({} if yuan else {"amounts": ()}))
    assert rate(row) == expected
