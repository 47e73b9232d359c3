"""What an indicator measures, as its name and target tell; the rules on the facts are tried in tests/shapes."""

from decimal import Decimal

import pytest

from jixiao.ingest.text.measured import Target, measured, span_of_years, states_figure, unit_of
from jixiao.ingest.values import targets
from jixiao.ontology import terms


def told(name: str, printed: str, fact: str) -> set[str]:
    parsed = targets.parse(printed)
    target = Target(parsed.text, parsed.value, parsed.upper, parsed.unit, parsed.operator)
    return {value.value for iri, value in measured(name, target) if value is not None and iri == terms.JX + fact}


@pytest.mark.parametrize(
    ("unit", "base", "size"),
    [
        ("公里", "米", 1000),
        ("万元", "元", 10000),
        ("名", "人", 1),
        ("万人次", "人", 10000),
        ("公顷", "平方米", 10000),
        ("套", "个", 1),
        ("次/天", "次/天", 1),
    ],
)
def test_units_have_a_first_one_of_their_dimension(unit: str, base: str, size: int) -> None:
    assert unit_of(unit)[2:] == (base, Decimal(size))


@pytest.mark.parametrize(
    ("name", "target", "fact", "value"),
    [
        ("新修村道长度", "3公里", "comparableValue", {"3000"}),
        ("采购车辆数", "12", "comparableUnit", {"个"}),
        ("参训人数", "12", "comparableUnit", {"人"}),
        ("群众意见", "12", "comparableUnit", set()),
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
        ("竣工时间", "2024年3月底前", "deadline", {"2024-03-01"}),
        ("合格率", "比2024年底高", "deadline", set()),
        ("服务周期", "2023.08-2024.02", "periodTo", {"2024-02-29"}),
        ("上年服务结算周期", "2023.08-2024.02", "periodTo", set()),
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


def test_running_text() -> None:
    assert span_of_years("（2024年—2026年）") == (2024, 2026)
    assert span_of_years("3年") is None
    assert states_figure("开展三场活动")
    assert not states_figure("按〔2017〕38号文，完成2021年的工作。1.提高水平。")
