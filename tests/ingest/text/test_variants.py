"""Names of projects and documents that stand elsewhere in a file with another character."""

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.readers import read
from jixiao.ontology import terms

_FORM = """\
{heading}
项目支出绩效目标申报表
（2023年度）
项目名称\t{name}
主管部门\t某县水利局\t实施单位\t某县水利局
项目资金（万元）\t年度资金总额\t50
年度目标
{goal}
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t改造水闸数量\t3座
满意度指标\t服务对象满意度指标\t群众满意度\t≥90%
"""


@pytest.mark.parametrize(
    ("heading", "name", "goal", "found"),
    [
        ("某县水利局", "沙沟子村养殖场项目", "改造沙湾子村养殖场。", "沙沟子村养殖场→沙湾子村养殖场"),
        ("某县水利局", "沙湾子村养殖场项目", "改造沙湾子村养殖场。", ""),
        ("某县第一高级中学", "操场维修", "改善某县第一初级中学的条件。", ""),
        ("某县水利局", "东区水闸改造工程", "西区水闸改造工程不在内。", ""),
        ("某县水利局", "文化中心运营经费", "文化中心运行良好。", ""),
        ("某县水利局", "水闸改造", "落实《2023年财政支出项目绩效目标表》，对2023年财政支出项目绩效目标进行公开。", ""),
        ("某县2023年洒水车降尘服务项目绩效目标表", "雾炮车降尘服务", "改善空气。", "雾炮车降尘服务→洒水车降尘服务"),
        ("某县残疾人联合会-残疾人精准康复项目目标表", "残疾人就业扶持", "改善生活。", ""),
        ("附件1：项目绩效目标表", "水闸改造", "改善灌溉。", ""),
        ("某县2023年部门预算项目绩效目标表", "水闸改造", "改善灌溉。", ""),
    ],
)
def test_a_name_that_varies_is_found(heading: str, name: str, goal: str, found: str) -> None:
    """Another place or number makes another name; a general heading names no project."""
    text = _FORM.format(heading=heading, name=name, goal=goal)
    told = (each for each in extract(read(text.encode())).misprints if each.kind == terms.nameVariant)
    assert "".join(f"{each.text}→{each.prescribed}" for each in told) == found
