"""Names of projects and documents that stand elsewhere in a file with another character."""

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.readers import read
from jixiao.ingest.text.variants import variants
from jixiao.ontology import terms
from tests.support.forms import printed

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


# Two texts of one project.
SLIPS = [
    ("组织志愿者参加社区、道口抗疫工作", "组织志愿者参加社区、道品抗疫工作"),
    ("扩大区政府公开和建议提案工作知晓度", "扩大区政府政务公开和建议提案工作知晓度"),
    ("使剧场设备始终处于安全演出的状态", "使剧场设备始终处于安全演岀的状态"),
]
OTHERS = [
    ("组织志愿者参加社区抗疫工作两场", "组织志愿者参加社区抗疫工作三场"),  # numbers
    ("做好援藏干部人才的各项保障工作", "做好援滇干部人才的各项保障工作"),  # places
    ("做好培训和宣传的各项保障工作", "做好培训与宣传的各项保障工作"),  # particles
    ("做好全年的各项保障工作任务", "完成全年的各项保障工作任务"),  # at the start
    ("做好全年12场培训的保障工作", "做好全年15场培训的保障工作"),  # figures
    ("接待来访外宾的工作", "接待来访客人的工作"),  # short
]


@pytest.mark.parametrize(("one", "other"), SLIPS)
def test_a_slip_within_a_project(one: str, other: str) -> None:
    found = variants([(0, 0, printed(f"今年，{one}。")), (0, "annualGoal", printed(f"{other}；"))])
    ((variant,),) = found.values()
    assert (variant.text, variant.other, variant.holder, variant.there) == (other, one, "annualGoal", (0, 0))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_thing(one: str, other: str) -> None:
    assert not variants([(0, 0, printed(one)), (0, 1, printed(other))])


def test_items_of_one_text() -> None:
    assert not variants([(0, 0, printed("慰问团出访云南的慰问费用，慰问团出访六安的慰问费用"))])


def test_clauses_that_both_texts_print_are_two_things() -> None:
    both = printed("依法办理行政复议案件，依法办理行政应诉案件")
    assert not variants([(0, 0, both), (0, "annualGoal", both)])


def test_a_variant_is_told_once() -> None:
    texts = [(0, 0, SLIPS[0][0]), (0, "overallGoal", SLIPS[0][1]), (0, "annualGoal", SLIPS[0][1])]
    (found,) = variants([(project, holder, printed(text)) for project, holder, text in texts]).values()
    assert len(found) == 1
