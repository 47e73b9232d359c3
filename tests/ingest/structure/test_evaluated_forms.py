"""Self-evaluations as read and stored: what a form prints for all rows, and what makes its reading partial."""

from pathlib import Path

from jixiao.ingest.document import read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Evaluated, Form
from jixiao.ingest.readers import read
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
