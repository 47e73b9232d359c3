"""Facts that an indicator's name and target tell, and the indicators that figures of running text are about."""

from decimal import Decimal

import pytest

from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.measures import Measure, about, comparable, measured
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.quantities import around
from jixiao.ingest.values import targets
from jixiao.ontology import terms


def told(name: str, printed: str, fact: str) -> set[str]:
    found = measured(name, targets.parse(printed))
    return {value.value for iri, value in found if value is not None and iri == terms.JX + fact}


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
        ("新增违法建筑数", "上升", "better", {"less"}),
        ("办公用电量", "增加", "better", {"less"}),
        ("信访案件办结数", "增加", "better", set()),
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


def named(text: str, *known: tuple[str, int, str], likely: bool = True) -> list[str]:
    """Return the name of what each quantity of a text is about; empty for none."""
    prose = Prose("g1", "annual", Flow.of_lines(text, Place(1, 1)))
    measures = [Measure.of(name, unit or None, name, Decimal(value)) for name, value, unit in known]
    found = (about(measures, around(prose, one, likely=likely)) for one in prose.quantities)
    return ["".join(each.name for each in one) for one in found]


@pytest.mark.parametrize(
    ("text", "name", "value", "unit"),
    [
        ("采购车辆10台", "车辆数", 12, ""),
        ("建成保鲜库1座，3550平方米", "新建保鲜库面积", 3505, "平方米"),
        ("柳湾至石坡绿道建设2公里、东坡绿道3公里", "柳湾至石坡新修绿道", 20, "km"),
        ("全年接待观众不少于6万人", "展厅接待观众数量", 6000, "人"),
    ],
)
def test_a_figure_is_about_a_thing_named_in_other_words(text: str, name: str, value: int, unit: str) -> None:
    assert name in named(text, (name, value, unit))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("建成保鲜库1座，水池410平方米", ("新建保鲜库面积", 3550, "平方米")),
        ("培训5次", ("绿地管护次数", 4, "次")),
    ],
)
def test_a_figure_of_another_thing_is_about_none(text: str, known: tuple[str, int, str]) -> None:
    assert not any(named(text, known))


def test_a_figure_that_fits_two_things_is_about_none() -> None:
    assert named("建成泵站5座", ("新建泵站", 2, "座"), ("改造泵站", 3, "座")) == [""]


def test_likeness_counts_only_if_asked_for() -> None:
    assert named("全年接待观众6万人", ("展厅接待观众数量", 6000, "人"), likely=False) == [""]


@pytest.mark.parametrize(
    ("value", "unit", "base"),
    [
        ("3", "公里", "3000 米"),
        ("1.5", "万人", "15000.0 人"),
        ("5", "台", "5 个"),
        ("2", "", "2 个"),
        ("3", "公顷", "30000 平方米"),
        ("2", "万元", "20000 元"),
        ("2", "日", "2 天"),
        ("5", "次/天", "5 次/天"),
    ],
)
def test_quantities_are_compared_in_one_unit(value: str, unit: str, base: str) -> None:
    number, word = comparable(Decimal(value), unit)
    assert f"{number} {word}" == base
