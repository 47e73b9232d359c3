"""Forms as copies show them: torn levels and headers, joined bodies, and goals in one line with what was done."""

import pytest

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Form
from jixiao.ingest.readers import read
from jixiao.ingest.roles.labels import bare

EVALUATION = """青河县碑刻保护经费绩效自评表(2023年度)
项目名称 青河县碑刻保护经费
主管部门 青河县文化局   实施单位 青河县文化局
项目资金 年初预算数 全年预算数 全年执行数 分值 执行率 得分
(万元) 年度资金总额 10 10 9 10 0.9 9
年度总体目标 预期目标 实际完成情况
通过项目实施,完成碑刻的日常维护。 基本完成年度目标。
绩效指标 一级指标 二级指标 三级指标 年度 实际 分值 得分 偏差原因分析及改进措施
指标值 完成值
产出指标 数量指标 指标1:修缮碑刻数量 20通 20通 20 20
质量指标 指标1:验收通过率 100% 95% 30 25
效益指标 社会效益指标 指标1:群众知晓率 ≥80% 85% 30 30
满意度指标 服务对象满意度指标 游客满意度 ≥90% 92% 10 10
总分 100 94
"""
TORN = """青河县碑刻保护经费绩效自评表(2023年度)
项目名称 青河县碑刻保护经费
主管部门 青河县文化局   实施单位 青河县文化局
绩 效 指 标 一级指标 二级指标 三级指标 年度指标值 全年完成值 分值 得分 未完成原因和改进措施
产
出
指
标 数量指标 修缮碑刻数量 ≥20通 20通 20 20
质量指标 提升保护质量 明显 明显 30 30
效
益
指
标 经济效益
指标 全年到馆参观人数 ≥4万人次 4.4万人次 30 30
门票收入 ≥150万元 188万元 10 10
总分 100 100
"""
LISTED = """项目支出绩效目标表
（2024年度）
{label}	青河水闸维修
主管部门	{department}	实施单位	临江市水务局
项目资金（万元）	年度资金总额	12
绩效指标	一级指标	二级指标	三级指标	指标值
	产出指标	数量指标	{name}	≥2座
	满意度指标	服务对象满意度指标	群众满意度	≥85%
"""
NOTICE = """助学金项目情况公示

2019年高中助学金资金项目由临江地区第一高级中学实施，涉及资金4.5万元。根据临地财教【2019年】8号《关于提前下达2019年助学补助经费预算的通知》拨付助学金4.5万元。现将项目情况公示如下：

1.实施地点：临江地区第一高级中学

2.建设内容：资助困难学生

3.补助标准：1250元/人。

4.资金来源及规模：财政专项资金4.5万元

5.实施期限：2019年1月1日至2019年12月31日

6.实施单位及责任人：临江地区第一高级中学

7.绩效目标：让每位困难学生安心读书。
"""


def form(text: str) -> Form:
    return extract(read(text.encode())).projects[0].form


def listed(label: str = "项目名称", department: str = "临江市水务局", name: str = "维修水闸数量") -> Form:
    return form(LISTED.format(label=label, department=department, name=name))


def test_words_of_a_head_that_end_in_the_row_below_are_joined() -> None:
    rows = form(EVALUATION).indicators
    achieved = [each.result.achieved.text for each in rows if each.result and each.result.achieved]
    assert [each.target.text for each in rows if each.target] == ["20通", "100%", "≥80%", "≥90%"]
    assert achieved == ["20通", "95%", "85%", "92%"]
    assert not any(each.result and each.result.unread for each in rows)


def test_targets_and_results_below_unknown_heads_are_named_as_unread() -> None:
    rows = form(EVALUATION.replace("指标值 完成值", "数 数")).indicators
    assert rows
    assert all(each.target is None and each.result and each.result.unread for each in rows)


def test_end_of_a_torn_level_is_no_part_of_a_name() -> None:
    rows = form(TORN).indicators
    assert [each.name.text for each in rows] == ["修缮碑刻数量", "提升保护质量", "全年到馆参观人数", "门票收入"]
    assert rows[0].level2 == "数量指标"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("标数量指标维修水闸数量", "维修水闸数量"),
        ("数量指标 维修水闸数量", "维修水闸数量"),
        ("指标 维修水闸数量", "维修水闸数量"),
        ("指标下达及时率", "指标下达及时率"),
        ("成本指标控制率", "成本指标控制率"),
    ],
)
def test_level_before_a_name_is_cut_off_where_it_is_certain(printed: str, name: str) -> None:
    assert listed(name=printed).indicators[0].name.text == name


@pytest.mark.parametrize("label", ["专项名称金", "项目名称栏"])
def test_label_of_a_name_with_a_stray_character_labels_all_the_same(label: str) -> None:
    assert listed(label=label).fields["name"].text == "青河水闸维修"
    assert bare("企业名称录") == "企业名称录"


def test_two_bodies_in_one_cell_are_not_joined() -> None:
    found = listed(department="重庆市林业局 重庆市荣昌区林业局")
    assert "competentDepartment" not in found.fields
    assert "competentDepartment" in {each.name for each in found.withheld}
    local = form(
        LISTED.replace("主管部门", "地方主管部门").format(
            label="项目名称", department="重庆市林业局 重庆市荣昌区林业局", name="维修水闸数量"
        )
    )
    assert local.fields["competentDepartment"].text == "重庆市荣昌区林业局"


@pytest.mark.parametrize(
    ("below", "goal"),
    [
        ("修好两座水闸。 修好两座水闸。 100.00", "修好两座水闸。"),
        ("修好两座水闸 修好两座水闸", "修好两座水闸"),
        ("修好两座水闸，保证安全 已修好 100.00", None),
    ],
)
def test_heading_of_a_rate_is_no_result_and_a_goal_twice_in_a_line_is_divided(below: str, goal: str | None) -> None:
    told = "年度总体目标 年度预期目标 实际完成情况 总体完成率(%)"
    text = EVALUATION.replace("年度总体目标 预期目标 实际完成情况", told)
    found = form(text.replace("通过项目实施,完成碑刻的日常维护。 基本完成年度目标。", below))
    assert [text.text for text in found.goals.values()] == ([goal] if goal else [])
    assert found.evaluated
    assert (found.evaluated.done.text if found.evaluated.done else None) == goal


@pytest.mark.parametrize(
    "line", ["项目事前绩效评估报告(通用9篇)", "以下是小编收集整理的评估报告，希望能够帮助到大家。"]
)
def test_specimen_of_a_site_is_refused_as_one(line: str) -> None:
    with pytest.raises(NotAFilingError, match="范文"):
        form(f"{line}\n{LISTED.format(label='项目名称', department='临江市水务局', name='维修水闸数量')}")


def test_sentence_that_names_a_project_in_prose_cites_its_document_and_a_school_files() -> None:
    found = extract(read(NOTICE.encode()))
    [project] = found.projects
    assert [each.number.serial for each in project.citations if each.number] == ["8"]
    assert project.narrative
    assert project.narrative.body
    assert project.narrative.body.text == "临江地区第一高级中学"
