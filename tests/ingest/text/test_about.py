"""Figures of running text are resolved to the indicators that they are about."""

from decimal import Decimal

import pytest

from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.measures import Measure, about, comparable
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.quantities import around


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
        ("按购置价的50%给予补贴", "农机补贴比例", 60, "%"),
    ],
)
def test_a_figure_is_about_a_thing_named_in_other_words(text: str, name: str, value: int, unit: str) -> None:
    assert name in named(text, (name, value, unit))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("建成保鲜库1座，水池410平方米", ("新建保鲜库面积", 3550, "平方米")),
        ("补贴面提高5%", ("农机补贴比例", 60, "%")),
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
