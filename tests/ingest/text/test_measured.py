"""Facts that the name and target of an indicator tell; the rules on the facts are tried in tests/shapes."""

import pytest

from jixiao.ingest.text.measures import Target, measured
from jixiao.ingest.values import targets
from jixiao.ontology import terms


def told(name: str, printed: str, fact: str) -> set[str]:
    parsed = targets.parse(printed)
    target = Target(parsed.text, parsed.value, parsed.upper, parsed.unit, parsed.operator)
    return {value.value for iri, value in measured(name, target) if value is not None and iri == terms.JX + fact}


@pytest.mark.parametrize(
    ("name", "target", "fact", "value"),
    [
        ("新修村道长度", "3公里", "comparableValue", {"3000"}),
        ("达标率（%）", "95", "comparableUnit", {"%"}),
        ("采购车辆数", "12", "comparableUnit", {"个"}),
        ("参训人数", "12", "comparableUnit", {"人"}),
        ("群众意见", "12", "comparableUnit", {"个"}),
        ("举办培训次数(≥**次)", "≥12次", "thing", {"培训"}),
        ("管网改造补助标准", "≤90元/米", "measuredBy", {"per-length"}),
        ("种植面积（公顷）", "60亩", "namedUnit", {"公顷"}),
        ("养殖成活率(目标)", "≥95%", "namedUnit", set()),
        ("修缮12座公厕并验收", "≥21座", "namedValue", {"12"}),
        ("聘请教师12人", "≥15个", "namedValue", {"12"}),
        ("新建10米宽道路的长度", "300米", "namedValue", set()),
        ("每3户配1个桶的户数", "600户", "namedValue", set()),
        ("差错率", "≤5%", "better", {"less"}),
        ("群众满意度", "≥90%", "better", {"more"}),
        ("投诉处理率", "≥90%", "better", set()),
        ("差错率", "有所提高", "asksFor", {"more"}),
        ("差错率", "100%", "asksFor", {"more"}),
    ],
)
def test_names_and_targets_tell_facts(name: str, target: str, fact: str, value: set[str]) -> None:
    assert told(name, target, fact) == value


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("——", "blank"),
        ("（填写指标值）", "blank"),
        ("≥次", "figureless"),
        ("=>90%", "malformed"),
        ("≥3天以内", "contradicted"),
        ("培训3期，共150人", "two-numbers"),
        ("约80批次", "approximate"),
        ("较高", "vague"),
        ("及时", "on_time"),
        ("1:8", "ratio"),
    ],
)
def test_forms_of_targets(target: str, form: str) -> None:
    assert form in told("服务质量", target, "targetForm")
