"""Self-evaluations and projects name in jx:withheld what their unread lines may hold."""

import pytest

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE
from tests.ingest.cells.test_glued_results import TORN

FORM = """项目支出绩效自评表
(2022年度)
项目名称\t渡口修缮补助
主管部门\t柳溪县水利局\t实施单位\t柳溪县水利局
资金(万元)\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
年度资金总额\t35\t35\t25\t10\t71.43%\t7.14
其中:本年财政拨款\t35\t35\t25\t—\t—\t—
年度总体目标\t预期目标\t实际完成情况
\t修缮渡口7座。\t修缮渡口5座。
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t修缮渡口数量\t7座\t5座\t60\t42.8
满意度指标\t服务对象满意度指标\t乘客满意度\t≥95%\t96%\t30\t30
总分\t\t\t\t\t100\t79.94
"""


def withheld(text: str) -> set[str]:
    deposit = read_document(text.encode(), "evaluation.txt", DEFAULT_BASE).deposit
    assert deposit is not None
    lines = (line.split() for line in deposit.source_triples.decode().splitlines())
    return {line[2].strip("<>").removeprefix(terms.JX) for line in lines if line[1] == f"<{terms.withheld}>"}


@pytest.mark.parametrize(
    ("line", "text", "names"),
    [
        ("其中:本年财政拨款\t35\t35\t25\t—\t—\t—", "三十五个\t25\n年度总额以内\t35\t35\t25", {"hasExecution"}),
        (
            "产出指标\t数量指标\t修缮渡口数量\t7座\t5座\t60\t42.8\n满意度",
            "产出指标\t数量指标\t船\t座\t艘\t多\t少\t余\n满意度",
            {"hasResult"},
        ),
    ],
)
def test_unread_lines_are_named(line: str, text: str, names: set[str]) -> None:
    assert line in FORM
    assert withheld(FORM) == set()
    assert withheld(FORM.replace(line, text)) == names


def test_goals_whose_texts_are_not_told_apart_are_named() -> None:
    goals = "修缮渡口7座, 修缮栈桥, 护渡安全 修缮渡口5座, 修缮栈桥, 护渡 安全"
    assert withheld(FORM.replace("\t修缮渡口7座。\t修缮渡口5座。", goals).replace("\t", " ")) == {"hasGoal", "doneText"}


def test_rows_of_a_torn_table_that_were_not_read_are_named() -> None:
    assert withheld(TORN) >= {"hasResult"}


def test_a_total_whose_figure_is_not_beside_its_label_is_named() -> None:
    apart = FORM.replace("主管部门\t柳溪县水利局", "自评得分\n主管部门\t柳溪县水利局").replace(
        "总分\t\t\t\t\t100\t79.94\n", ""
    )
    assert "totalScore" in withheld(apart)
    assert "totalScore" not in withheld(apart.replace("自评得分\n", "自评得分\t\n"))


FILING = """项目支出绩效目标申报表
(2024年度)
项目名称 | 水文站补助
主管部门 | 柳溪县水利局
项目金额(万元)
年度资金总额 | 20.50万元
{money}
年度目标 | 修缮水文站三座。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 修缮水文站座数 | 3座
"""


@pytest.mark.parametrize(
    ("money", "is_named"),
    [
        ("其中:财政拨款 | 20.50万元", False),
        ("其中:财政投款 | 20.50", True),
        ("资金来源 | 财政拔款 | 非税安排 | 政府债券\n20.50 | 0 | 0", True),
        ("其中:财政投款 |", False),
        ("经办机构 | 财政股 | 3号", False),
    ],
)
def test_fiscal_funds_that_were_not_understood_are_named(money: str, is_named: bool) -> None:
    assert ("fiscalFunds" in withheld(FILING.format(money=money))) == is_named


def test_a_value_below_a_label_is_not_that_of_a_label_above_it() -> None:
    """Labels and values alternate; the person of one label is missing, and no later value stands in for that name."""
    money = "年度资金总额:\n20.50万元\n其中:财政拨款\n20.5万20.5万(测流10万元)"
    text = FILING.replace("项目金额(万元)\n年度资金总额 | 20.50万元", "项目负责人及电话").format(money=money)
    assert "fiscalFunds" in withheld(text.replace(" | ", "\n").replace("\n", "\n\n"))
