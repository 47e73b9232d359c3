"""Self-evaluations whose cells run together: money, goals, and rows that number themselves."""

import pytest

from jixiao.ingest.cells.run_together import money
from jixiao.ingest.cells.run_together.glued import apart
from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.extract import extract
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Cell, Row
from tests.support.pages import absent

NATIONAL = ("initialBudget", "adjustedBudget", "executed", "weight", "rate", "score")
POVERTY = NATIONAL[1:]
HUBEI = ("adjustedBudget", "executed", "rate", "score")


@pytest.mark.parametrize(
    ("meanings", "text", "found"),
    [
        (POVERTY, "202010100.00%10", "20 20 10 100.00% 10"),
        (NATIONAL, "3030291096.67%9.67", "30 30 29 10 96.67% 9.67"),
        (NATIONAL, "64.864.864.810100%10", "64.8 64.8 64.8 10 100% 10"),
        (HUBEI, "10001000100%20", "1000 1000 100% 20"),
        (NATIONAL, "3030291095.67%9.67", ""),  # another rate
        (NATIONAL, "303029109.67", ""),  # without a rate
    ],
)
def test_figures_run_together_are_divided_if_the_rate_proves_it(
    meanings: tuple[str, ...], text: str, found: str
) -> None:
    assert " ".join(text[slice(*cell)] for cell in money.divided(meanings, text)) == found


def rows(text: str) -> list[Row]:
    return [Row((Cell(((number, line),)),)) for number, line in enumerate(text.splitlines(), 1)]


GLUED = """绩效目标自评表(2022年度)项目名称渡口修缮补助主管部门柳溪县水利局实施单位柳溪县水利局资金情况(万元)\
全年预算数全年执行数分值执行率得分年度资金总额:202010100.00%10其中:本年财政拨款2020其他资金\
年度总体目标年初设定目标年度总体目标完成情况综述渡口安全,预算资金90万元,渡口通行安全绩效指标一级指标二级\
指标三级指标\
分值年度指标值全年实际值得分未完成原因产出指标(70分)数量指标修缮渡口10≥6座≥6座10总分10\
0100注:无"""


def test_a_form_run_together_has_rows_of_money_and_results() -> None:
    found = [[cell.text for cell in row.cells] for row in apart(rows(GLUED))]
    assert (
        absent(
            found,
            ["年度资金总额:", "20", "20", "10", "100.00%", "10"],
            ["其中:本年财政拨款", "20", "20"],
            ["产出指标(70分)", "数量指标", "修缮渡口", "10", "≥6座", "≥6座", "10", ""],
            ["总分", "100", "100"],
        )
        == []
    )
    assert not any("90万元" in cell for cells in found for cell in cells)  # of a goal that cannot be divided


ONE_LINE = """附件: 项目支出绩效自评表 (2022年度) 项目名称 渡口修缮补助 主管部门 柳溪县水利局 实施单位 \
柳溪县水利站 项目资金 (万元) \
年初预算数 全年预算数 全年执行数 分值 执行率 得分 年度资金总额: 88 88 80 10 90.91% 9.09 \
其中:本年财政拨款 88 88 80 上年结转资金 \
年度总体目标 预期目标 实际完成情况 用预算资金90万元修缮渡口。其中:项目预算30万元。 \
已修缮渡口。其中:项目预算29万元。 绩效指标 \
一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施 产出指标(50分) \
数量指标 修缮渡口 ≥6座 6 8 8 \
时效指标 按时完工率 100% 90% 8 7 受汛期影响 效益指标(30分) 社会效益指标 渡口安全 效果明显 达成预期指标 \
30 30 总分 100 98 注:无"""


def test_a_form_on_one_line_is_divided_at_its_blanks() -> None:
    found = apart(rows(ONE_LINE))
    texts = [[cell.text for cell in row.cells] for row in found]
    assert (
        absent(
            texts,
            ["项目名称", "渡口修缮补助"],
            ["年度资金总额:", "88", "88", "80", "10", "90.91%", "9.09"],
            ["年度总体目标", "预期目标", "实际完成情况"],
            ["用预算资金90万元修缮渡口。其中:项目预算30万元。", "已修缮渡口。其中:项目预算29万元。"],
            ["产出指标(50分)", "数量指标", "修缮渡口", "≥6座", "6", "8", "8", ""],
            ["", "时效指标", "按时完工率", "100%", "90%", "8", "7", "受汛期影响"],
            ["总分", "100", "98"],
        )
        == []
    )
    assert not any(row.withheld for row in found)


@pytest.mark.parametrize(("score", "is_total"), [("9.09", True), ("8.09", False)])
def test_of_figures_before_any_label_only_a_proven_total_is_read(score: str, is_total: bool) -> None:
    torn = ONE_LINE.replace("年度资金总额: 88 88 80 10 90.91% 9.09", f"88 88 80 10 90.91% {score} 年度资金总额:")
    found = apart(rows(torn))
    total = ["", "88", "88", "80", "10", "90.91%", score]
    assert any([cell.text for cell in row.cells] == total for row in found) == is_total
    assert [len(row.cells) for row in found if "executed" in row.withheld] == [1]


TORN = """项目支出绩效自评表 (2021年度) 项目名称 渡口修缮补助 主管部门 柳溪县水利局 实施单位 \
柳溪县水利站 年度 总体 目标 渡口安全 一级 指标 \
年度 实际 指标值 完成值 指标1:修缮渡口 6座 二级指标 三级指标 指标2:修缮栈桥 分值 得分 5座 3 3 2座 2座 1 1 \
指标3:渡工人数 214人 203人 2 1.8 指标4:验收合格率 100.00% 97.30% 2 1.9 指标5:0-6岁儿童票数 20张 20张 2 2 \
指标6:渡船 艘 指标7:培训 14次 14次 2 2 24人 22人 2 1.7"""


def test_rows_that_number_themselves_need_no_whole_head() -> None:
    found = [[cell.text for cell in row.cells] for row in apart(rows(TORN))]
    at = found.index(["二级指标", "三级指标", "指标值", "完成值", "分值", "得分"])
    assert found[at + 1] == ["指标6:渡船艘指标7:培训 14次 14次 2 2 24人 22人 2 1.7"]  # withheld: torn rows
    assert found[at + 2 :] == [
        ["", "指标3:渡工人数", "214人", "203人", "2", "1.8"],
        ["", "指标4:验收合格率", "100.00%", "97.30%", "2", "1.9"],
        ["", "指标5:0-6岁儿童票数", "20张", "20张", "2", "2"],
    ]
    without = [[cell.text for cell in row.cells] for row in apart(rows(TORN.replace("指标5", "指标6")))]
    assert not any("214人" in cells for cells in without)


LINES = """项目支出绩效自评表
(2022年度)
项目名称 渡口修缮补助
主管部门 实施单位 柳溪县水利局
项目资金
(万元)
年初预算数 全年预算数 全年执行数 分值 执行率 得分
年度资金总额: 88 88 80 10 90.91% 9.09
其中:本年财政拨款 88 88 80 - -
年度总体目标 预期目标 实际完成情况
修缮渡口。 已修缮渡口。
一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施
产出指标 数量指标 修缮渡口 ≥60座 58座 10 9.5 因受汛期影响
质量指标 验收合格率 100% 100% 40 40
效益指标 社会效益指标 渡口安全 效果明显 达成预期指标 30 30
满意度指标 服务对象满意度指标 乘客满意度 ≥90% 95% 10 10
总分 100 98.59
注:无"""


_PARTS_OF_ROW = 5  # name, target, result, weight, score


def facts(text: str) -> set[tuple[str, ...]]:
    """Return the money and the rows that a text states."""
    try:
        projects = extract(read(text.encode())).projects
    except NotAFilingError:
        return set()
    found: set[tuple[str, ...]] = set()
    for form in (project.form for project in projects):
        for row in form.evaluated.executions if form.evaluated else ():
            found |= {(amount.name, str(amount.value)) for amount in row.amounts}
            found.add(("rate", row.rate.text if row.rate else "", str(row.score)))
        found.add(("total", str(form.evaluated and form.evaluated.total_score)))
        for each in form.indicators:
            told = (each.target, each.result and each.result.achieved, each.weight, each.result and each.result.score)
            found.add((each.name.text, *(getattr(part, "text", str(part)) for part in told)))
    return found - {("total", "None")}


@pytest.mark.parametrize("step", [31, pytest.param(5, marks=pytest.mark.judge)])
@pytest.mark.parametrize("text", [GLUED, ONE_LINE, LINES, TORN], ids=["glued", "one line", "lines", "torn"])
def test_a_cut_gives_no_fact_that_the_whole_does_not_give(text: str, step: int) -> None:
    whole = facts(text)
    assert any(len(fact) == _PARTS_OF_ROW for fact in whole)
    for end in range(40, len(text), step):
        assert facts(text[:end]) <= whole, text[:end][-40:]


HUBEI_FORM = """2022年度项目自评表 单位名称:柳溪县文化馆 填报日期:2023年3月1日 项目名称 文化活动经费 主管部门 \
柳溪县文化局 项目实施单位 柳溪县文化馆 项目类型 1、常年性项目 √ 2、一次性项目 □ 预算执行情况(万元) (20分) \
预算数(A) 执行数(B) \
执行率(B/A) 得分 (20分*执行率) 年度财政资金总额 50 48.5 97% 19.4 一级指标 二级指标 三级指标 年初目标值(A) \
实际完成值(B) \
得分 (40分) 数量指标 活动场次 20场 22场 20 质量指标 合格率 95% 96% 20 总分 79.4 备注:无"""


def test_the_label_before_the_head_of_money_has_its_unit() -> None:
    found = [[cell.text for cell in row.cells] for row in apart(rows(HUBEI_FORM))]
    assert [cells[0] for cells in found if "预算数(A)" in cells] == ["预算执行情况(万元) (20分)"]
    assert ("executed", "485000.0") in facts(HUBEI_FORM)


def test_a_table_whose_first_levels_are_lost_is_divided() -> None:
    found = [[cell.text for cell in row.cells] for row in apart(rows(HUBEI_FORM))]
    assert (
        absent(
            found,
            ["", "数量指标", "活动场次", "20场", "22场", "20"],
            ["", "质量指标", "合格率", "95%", "96%", "20"],
            ["总分", "79.4"],
        )
        == []
    )
