"""Figures of running text that are about what an indicator counts bear the indicator's name."""

import pytest

from jixiao.ingest.model import Indicator, Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.figures import figures, measures
from jixiao.ingest.values.targets import parse


def indicator(name: str, target: str) -> Indicator:
    return Indicator(Printed(((Place(9, 2), name),)), None, None, (), parse(target), (Place(9, 3),))


def labels(text: str, *indicators: tuple[str, str]) -> list[str]:
    known = measures(indicator(*each) for each in indicators)
    return [figure.label for figure in figures(Printed(((Place(1, 0), text),)), "g1", known)]


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("12个合作社为贫困户分红", "入股合作社个数", "=12个"),
        ("对村口约800米公路沿线绿化", "绿化美化公路", "800"),
        ("修筑堤坝长度达到3公里", "修筑堤坝长度(公里)", "3"),
        ("组织30家基层党组织开展轮训", "参与轮训的基层党组织数量", ">=30家"),
        ("展墙长300米，展墙总长300米", "展墙长度", "300公里"),
        ("道路全长约985米", "道路建设长度", "985米"),
        ("对所属55家党组织的书记轮训", "参与培训的基层党组织数量", ">=50家"),
        ("对年度培训计划的认同度达到90%", "对年度培训工作的认同度", ">=90%"),
    ],
)
def test_a_figure_of_the_thing_that_an_indicator_counts_has_its_name(text: str, name: str, target: str) -> None:
    assert labels(text, (name, target))[-1] == name


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("完成30部剧目的录制", "传习课程采用剧目数量", ">=12部"),
        ("改造管网5万亩、修建堤坝30公里", "修建堤坝长度", "30公里"),
        ("举办4次活动", "党员活动次数", "4次"),
        ("培训学员50人", "培训学员满意度", ">=90%"),
        ("培训12次", "培训人数", "12人"),
        ("建成展厅1座，绿地550平方米", "新建展厅面积", "550平方米"),
        ("学员通过率达到90%，教师通过率达到95%", "培训通过率", ">=90%"),
        ("计划完成率达到90%", "项目完成率", ">=90%"),
    ],
)
def test_a_figure_of_another_thing_does_not(text: str, name: str, target: str) -> None:
    assert name not in labels(text, (name, target))[:1]


def test_a_thing_that_two_indicators_count_in_one_unit_is_that_of_none() -> None:
    both = (("新建泵站数量", "2座"), ("改造泵站数量", "3座"))
    assert labels("建成5座泵站", *both) == ["泵站"]
    assert labels("建成新建泵站2座", *both) == ["新建泵站数量"]
    assert labels("建成2座泵站", ("新建泵站数量", "2座"), ("新建泵站面积", "60平方米")) == ["新建泵站数量"]
