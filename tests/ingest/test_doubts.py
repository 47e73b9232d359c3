"""What was printed and not read, or read uncertainly, is never told as something that a filing lacks."""

import pytest

from jixiao.ingest.document import read_documents
from jixiao.ingest.result import Document, Reading
from tests.support.forms import form

BASE = "http://localhost:8000/"
STORY = """渡口修缮项目经费情况说明
一、项目概述
修缮渡口两处。
{}三、实施方案
汛期之后施工。
四、年度预算安排

项目\t金额（元）
1、石料\t29000
{}3、人工\t58000
五、绩效目标
两处渡口安全通行。
"""
EVALUATION = """项目支出绩效自评表
（2024年度）
项目名称\t渡口修缮\t主管部门\t柳溪县交通局
资金\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
年度资金总额（万元）\t30\t30\t30\t10\t100%\t10
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分{}
产出指标\t数量指标\t修缮渡口\t2处\t1处\t50\t25{}
效益指标\t社会效益指标\t通行安全\t提高\t提高\t30\t30{}
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%\t95%\t10\t10{}
"""
NOTICE = """关于柳溪县渡口修缮项目绩效目标设定的公示
柳溪县交通局安排资金30万元，实施柳溪县渡口修缮项目。现将2024年绩效目标设定如下：
一、产出指标
数量指标：修缮渡口（≥**处）≥2处；质量指标：验收合格率（≥**%）≥{}；时效指标：完成及时率（≥**%）≥100%。
二、效益指标
社会效益指标：受益人口（≥**人）≥300人。
三、满意度指标
服务对象满意度指标：乘客满意度（≥**%）≥95%。
柳溪县交通局
"""

pytestmark = pytest.mark.usefixtures("every_rule")


def read(text: str) -> Reading:
    [reading] = read_documents([Document(text.encode(), "filing.txt")], BASE)
    assert reading.deposit, reading.refusal
    return reading


def told(text: str) -> set[str]:
    reading = read(text)
    return {each.fault.name for each in reading.report.results} if reading.report else set()


def test_a_number_of_a_line_that_was_not_read_is_not_missing() -> None:
    costs = "2、木料\t20000\n"
    assert "OrdinalsSkip" in told(STORY.format("", costs))
    assert "OrdinalsSkip" not in told(STORY.format("二、便民措施\n设临时渡船。\n", costs))


def test_a_number_of_a_cost_that_was_not_read_is_not_missing() -> None:
    basis = "二、立项依据\n渡口年久失修。\n"
    assert "OrdinalsSkip" in told(STORY.format(basis, ""))
    assert "OrdinalsSkip" not in told(STORY.format(basis, "2、木料\t另行核定\n"))


def test_the_year_of_another_form_is_not_in_the_name_of_a_project() -> None:
    other = "部门整体绩效目标申报表 |||||\n（2025年度） |||||\n"
    assert "NameYearDiffers" not in told(form() + other)
    assert "NameYearDiffers" in told(form("2023年渡口修缮"))


def test_a_reason_is_missing_only_in_its_blank_cell() -> None:
    reasons = "\t偏差原因分析及改进措施"
    assert "ReasonMissing" in told(EVALUATION.format(reasons, *"\t\t\t"))
    assert "ReasonMissing" not in told(EVALUATION.format("", "", "", ""))
    assert "ReasonMissing" not in told(EVALUATION.format(reasons, "", "", ""))


def test_a_sign_in_the_bracket_of_a_name_is_not_missing() -> None:
    assert "PercentSignMissing" not in told(NOTICE.format("85"))
    assert "PercentSignMissing" in told(NOTICE.replace("**%", "**").format("85"))
