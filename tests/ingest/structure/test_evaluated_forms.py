"""Self-evaluations as read and stored: what a form prints for all rows, total scores, what makes a reading partial."""

from pathlib import Path

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Evaluated, Form
from jixiao.ingest.readers import read
from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE

CASES = Path(__file__).parents[1] / "cases"
BARRED = """部门预算项目支出绩效自评表(2023年度) | ||||||||||
项目名称 | 青河县电脑更新 | |||||||||
主管部门 | 青河县司法局 | 实施单位 | 青河县司法局 | |||||||
项目基本情况 | 1.项目年度目标完成情况 | 项目年度目标 | 年度目标完成情况 | |||||||
按要求购买设备,并付清款项。 | 完成 | |||||||||
预算执行情况(10分) | 年度预算数(万元) | 年初预算 | 调整后预算数 | 预算执行数 | 预算执行率 | 权重 | 得分 | 原因 | ||
总额 | 0.00 | 3.36 | 3.36 | 100.00% | 10 | 10 | 执行率低的说明原因(100字以内) | |||
其中:财政资金 | 0.00 | 3.36 | 3.36 | 100.00% | / | / | ||||
其他资金 | / | / | ||||||||
绩效指标(90分) | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 完成值 | 权重 | 得分 | 未完成原因分析 |
产出指标 | 数量指标 | 购买电脑 | = | 13 | 台 | 13 | 60 | 60 | ||
满意度指标 | 服务对象满意度指标 | 职工满意度 | ≥ | 95 | % | 96 | 30 | 30 | ||
合计 | 100 | 100 | ||||||||
存在问题 | 结合自评情况,分析存在的问题及原因。(200字以内) | |||||||||
改进措施 | 提出改进完善的意见。(200字以内) | |||||||||
"""


def form(text: str) -> Form:
    return extract(read(text.encode())).projects[-1].form


def evaluated(text: str) -> Evaluated:
    found = form(text).evaluated
    assert found is not None
    return found


def partial(text: str) -> bool:
    deposit = read_document(text.encode(), "evaluation.txt", DEFAULT_BASE).deposit
    assert deposit is not None
    return bool(deposit.contents.partial)


def test_the_words_over_a_goal_and_its_result_are_neither() -> None:
    [goal] = form(BARRED).goals.values()
    told = evaluated(BARRED)
    assert told.done is not None
    assert (goal.text, told.done.text) == ("按要求购买设备,并付清款项。", "完成")


def test_money_beside_words_that_tell_how_to_explain_it_is_read() -> None:
    total, *_ = evaluated(BARRED).executions
    assert [str(each.value) for each in total.amounts] == ["0.00", "33600.00", "33600.00"]
    assert str(total.score) == "10"


def test_a_label_is_no_reason_and_words_of_the_form_make_no_reading_partial() -> None:
    assert evaluated(BARRED).reason is None
    assert not partial(BARRED)


def test_a_sum_of_weights_below_rows_without_scores_is_no_total_left_out() -> None:
    below = BARRED.replace("100 | 100 |", "100 | |")
    assert partial(below.replace("60 | 60 |", "60 | 58 |"))  # a sum that may be of the scores
    blank = below.replace("60 | 60 |", "60 | |").replace("30 | 30 |", "30 | |")
    assert evaluated(blank).total_score is None
    assert not partial(blank)


BLANKS = CASES / "self-evaluation-whose-blank-cells-vanished" / "filing.txt"


def test_a_text_that_ends_within_a_numbered_name_breaks_off() -> None:
    above, *_ = BLANKS.read_text(encoding="utf-8").partition("满意度指标")
    assert form(above + " 指标2:保护").breaks_off is not None
    assert form(BLANKS.read_text(encoding="utf-8")).breaks_off is None


ITEMS = """食品监管补助资金绩效目标自评表

专项名称

食品监管补助资金

主管部门

青河县市场监管局

全年预算数

全年执行数

执行率

年度资金总额

2.38万元

2.38万元

100%

年度目标完成情况

预期目标

目标实际完成情况

目标1:排查食品隐患。

目标1:排查食品"""


def test_goals_by_turns_with_their_results_are_left_out_if_items_may_follow() -> None:
    assert form(ITEMS).goals == {}
    assert [goal.text for goal in form(ITEMS.replace("目标1:", "")).goals.values()] == ["排查食品隐患。"]


FORM = """柳溪县水利局项目支出绩效自评表
项目支出绩效自评表
(2022年度)
项目名称 渡口修缮补助
主管部门 柳溪县水利局 实施单位 柳溪县水利局
项目资金(万元)   年初预算数 全年预算数 全年执行数 分值 执行率 得分
年度资金总额 0 35 25 10 71.43% 7.14
年度总体目标 预期目标 实际完成情况
修缮渡口7座。 修缮渡口5座。
绩效指标 一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施
产出指标 数量指标 修缮渡口数量 7座 5座 40 28.3 两座渡口取消。
质量指标 渡口验收合格率 100% 100% 10 10
效益指标 社会效益指标 渡口投诉起数 ≤5起 0起 30 30
满意度指标 服务对象满意度指标 乘客满意度 ≥95% 96.4% 10 10
总分 100 """


@pytest.mark.parametrize(
    ("end", "is_read"),
    [
        ("85.44", True),  # the sum of the scores
        ("86.44", True),  # two decimals
        ("86.4", False),
        ("8", False),
        ("\n", False),  # the sum of the weights, or the score
    ],
)
def test_a_total_at_the_end_of_a_text_is_read_if_it_is_whole(end: str, is_read: bool) -> None:
    deposit = read_document((FORM + end).encode(), "evaluation.txt", DEFAULT_BASE).deposit
    assert deposit
    triples = deposit.source_triples.decode()
    assert (f'<{terms.totalScore}> "' in triples) is is_read
    assert (f"<{terms.withheld}> <{terms.totalScore}>" in triples) is not is_read
    is_torn = f"<{terms.withheld}> <{terms.hasResult}>" in triples
    assert is_torn is not (is_read or end == "\n")


CELL_A_LINE = """项目支出绩效自评表
(2021年度)
项目名称
渡口修缮补助
主管部门
实施单位
柳溪县水利局
项目资金
(万元)
年初预算数
调整预算数
全年执行数
分值
执行率
得分
年度资金总≥90%
95%
10
10
满意度
指标
服务对象满意度指标
服务对象满意度
≥90%
100%
10
10
总分
100
99
备注:无
"""


def test_the_row_of_the_total_is_no_indicator_although_the_head_with_the_results_is_lost() -> None:
    told = form(CELL_A_LINE)
    assert "总分" not in {each.name.text for each in told.indicators}
    assert told.evaluated
    assert told.evaluated.total_score == 99


def test_a_last_form_that_ends_in_its_head_is_a_self_evaluation_below_others() -> None:
    begun = f"{FORM}85.44\n\n{''.join(FORM.splitlines(keepends=True)[3:6]).replace('修缮', '加固')}"
    for cut in (" 执行", " 分值", " 全年执行数", " 全年预算数"):
        [whole, last] = extract(read(begun[: begun.rindex(cut) + len(cut)].encode())).projects
        assert last.name
        assert last.name.text == "渡口加固补助"
        assert last.form.evaluated
        assert (whole.form.breaks_off, last.form.breaks_off) == (None, begun.count("\n"))


SPENT = """项目支出绩效自评表
（2025年度）

项目名称	乡村道路养护	主管部门	青河县交通运输局	实施单位	青河县公路站
项目资金（万元）		年初预算数	全年预算数	全年执行数	分值	执行率	得分
	年度资金总额	120	120	118.5	10	98.75%	9.9
	其中：财政拨款	120	120	118.5	—	—	—
绩效指标	一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分
	产出指标	数量指标	养护里程	≥30公里	31公里	50	50
	满意度指标	服务对象满意度指标	群众满意度	≥90%	92%	40	40
总分						100	99.9
"""


@pytest.mark.parametrize("rate", ["98.75%", "98.75"])
@pytest.mark.parametrize("spent", ["约118.5", "不超过118.5", "110-118.5", "待定"])
def test_money_that_is_no_figure_costs_its_own_cell_alone(spent: str, rate: str) -> None:
    text = SPENT.replace("118.5\t10\t98.75%", f"{spent}\t10\t{rate}")
    found = form(text)
    told = found.evaluated
    assert told is not None
    assert [str(each.value) for each in told.executions[0].amounts] == ["1200000", "1200000", spent]
    assert (str(told.executions[0].score), str(told.total_score), found.breaks_off) == ("9.9", "99.9", None)
    reading = read_document(text.encode(), "evaluation.txt", DEFAULT_BASE)
    assert [(each.fault.name, each.lines) for each in reading.report.results] == [("AmountNotANumber", (6,))]


def test_money_in_words_needs_a_column_and_a_figure_beside_it() -> None:
    lacks_a_cell = SPENT.replace("120\t120\t118.5\t10", "120\t待定\t10")
    words_alone = SPENT.replace("120\t120\t118.5\t10", "待定\t待定\t待定\t10")
    for text in (lacks_a_cell, words_alone):
        assert all(row.score is None for row in evaluated(text).executions)


def test_a_minus_sign_of_any_kind_makes_money_negative() -> None:
    [first, *_] = evaluated(SPENT.replace("118.5\t10", "−118.5\t10")).executions
    assert str(first.amounts[-1].value) == "-1185000.0"
