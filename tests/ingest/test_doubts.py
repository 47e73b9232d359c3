"""Say of nothing that a filing lacks it if it was printed and not read, or read uncertainly."""

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

pytestmark = pytest.mark.usefixtures("every_rule")
WORKS = """柳溪县2024年县级部门预算
预算主管部门：柳溪县交通局
码头装修工程项目经费情况说明
一、项目概述
装修码头一处。
二、立项依据
柳溪县财政局批复。
三、年度预算安排
总投资13526万元，其中建筑安装费11668万元，其他费用1858万元。2023年安排建设资金5000万元。
四、绩效目标
详见绩效目标表。
"""
VILLAGES = """一级指标\t二级指标\t三级指标\t指标解释\t东坝村\t西坝村
产出指标\t数量指标\t修缮渡口\t反映修缮情况\t2\t
\t质量指标\t验收合格率\t反映质量\t100%\t100%
效益指标\t社会效益指标\t通行安全\t反映效益\t提高\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t反映满意\t≥90%\t≥90%
"""
LIST = """2024年冷库补助资金任务清单
单位：万元
分档
项目单位
项目名称
项目建设内容
绩效指标
分配
资金
第三档
柳溪县供销社
2024年冷库补助
围绕水产品建设冷库。
围绕水产品
"""


def read(text: str) -> Reading:
    [reading] = read_documents([Document(text.encode(), "filing.txt")], BASE)
    assert reading.deposit, reading.refusal
    return reading


def told(text: str) -> set[str]:
    reading = read(text)
    return {each.fault.name for each in reading.report.results} if reading.report else set()


def graph(text: str) -> str:
    deposit = read(text).deposit
    return deposit.source_triples.decode() if deposit else ""


def reasons(text: str) -> set[str]:
    ledger = read(text).ledger or {}
    facts = (fact for line in ledger["lines"] for fact in line["facts"] if fact["why"])
    return {code for fact in facts for code in fact["why"]["codes"]}


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


def test_a_target_is_not_blank_beside_what_was_not_read() -> None:
    text = form().partition("一级指标")[0] + VILLAGES
    assert "left-blank" not in reasons(text)
    assert "TargetMissing" not in told(text)
    assert "left-blank" in reasons(form().replace("2处", ""))


def test_a_total_is_not_blank_beside_money_that_was_not_read() -> None:
    money = "资金金额（万元）\t年度资金总额\t\n\t其中：中央补助\t{}\n\t地方资金\t\n"
    blank = form().replace("年度资金总额\t30万元\n", money)
    assert "leftBlank" not in graph(blank.format("50.29"))
    assert "leftBlank" in graph(blank.format(""))


def test_money_in_a_narrative_that_was_not_read_is_withheld() -> None:
    assert "withheld> <https://w3id.org/jixiao/ontology#annualRequest" in graph(WORKS)
    assert "reading-status/partial" in graph(WORKS)
    assert "reading-status/whole" in graph(
        WORKS.replace("2023年安排", "2024年预算安排").replace("总投资", "2024年预算总额")
    )


def test_a_list_that_ends_within_its_row_is_not_seen_to_end() -> None:
    assert "FormBreaksOff" in told(LIST)


def test_an_end_that_loses_projects_says_so() -> None:
    text = "柳溪县交通局7个项目绩效目标表\n" + form().split("满意度指标")[0]
    reading = read(text)
    ends = [each.message.zh for each in reading.report.results if each.fault.name == "FormBreaksOff"]
    assert len({*ends}) == len(ends) == 2
    assert sum("别的项目" in each for each in ends) == 1


def test_a_sign_is_not_missing_in_a_copy_that_misread_signs() -> None:
    rows = "满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%\n\t\t船员满意度\t85%\n"
    text = form().replace("满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%\n", rows)
    assert "TargetIncomplete" in told(text)
    assert "TargetIncomplete" not in told(text + "\t\t商户满意度\t292%\n")
