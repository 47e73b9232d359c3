"""Rows of results whose blank cells left no trace, or whose cells run together, assigned to the columns of a head."""

import pytest

from jixiao.ingest.cells.run_together import decoding, glued, glued_table
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.columns import Columns

NATIONAL = ("name", "target", "achieved", "weight", "score", "reason")
PUBLIC = ("name", "operator", "target", "unit", "achieved", "weight", "score", "reason")
POVERTY = ("name", "weight", "target", "achieved", "score", "reason")
TRANSFER = ("name", "target", "achieved", "reason")


def divided(meanings: tuple[str, ...], text: str, blank: str = "") -> list[dict[str, str]]:
    """Return the stated rows of a text behind its levels, which `blank` parts, by the meanings of their columns."""
    known = Columns(dict(enumerate(("level1", "level2", *meanings))))
    text = blank.join(("产出指标", "数量指标", text))
    stream = Stream.of(Row((Cell(((number, line),)),)) for number, line in enumerate((text, "备注"), 1))
    found = decoding.rows(stream, known, (0, len(stream.text) - len("备注")))
    return [
        {str(known.meanings[cell.column]): cell.text for cell in row.cells if cell} for row in found if not row.withheld
    ]


@pytest.mark.parametrize(
    ("meanings", "text", "cells"),
    [
        (NATIONAL, "渡口修缮数量 ≥5处 5 8 8", ["渡口修缮数量", "≥5处", "5", "8", "8"]),
        (NATIONAL, "完成清淤项目 1 1 10 9.5", ["完成清淤项目", "1", "1", "10", "9.5"]),
        (NATIONAL, "新增床位数 50张 48张 10 9", ["新增床位数", "50张", "48张", "10", "9"]),
        (
            NATIONAL,
            "提交报告及时性 按计划提交报告 达成预期指标 8 8",
            ["提交报告及时性", "按计划提交报告", "达成预期指标", "8", "8"],
        ),
        (NATIONAL, "参训率 ≥95% 0 10 0 受疫情影响", ["参训率", "≥95%", "0", "10", "0", "受疫情影响"]),
        (POVERTY, "红薯种植面积 5.5亩 5.5亩", ["红薯种植面积", "5.5亩", "5.5亩"]),
        (PUBLIC, "受资助学生 ≥ 73 人次 70 10 9.5", ["受资助学生", "≥", "73", "人次", "70", "10", "9.5"]),
        (NATIONAL, "指标1:工程质量合格 10 9", ["指标1:工程质量合格", "10", "9"]),
    ],
)
def test_words_are_dealt_by_what_they_hold(meanings: tuple[str, ...], text: str, cells: list[str]) -> None:
    (found,) = divided(meanings, text, " ")
    assert [found[name] for name in meanings if name in found] == cells


@pytest.mark.parametrize(
    ("meanings", "text"),
    [
        (TRANSFER, "储备到 位率100%100%库存真实率100% 100%"),
        (NATIONAL, "完工率 50 8 8"),
        (NATIONAL, "完工时间 年底前 10 10"),
    ],
)
def test_a_row_with_several_divisions_is_withheld(meanings: tuple[str, ...], text: str) -> None:
    assert not any("name" in row for row in divided(meanings, text, " "))


def test_rows_without_line_ends_are_parted() -> None:
    found = divided(NATIONAL, "培训人次 ≥90人次 95人次 10 10 培训课程 3门 3门 10 10", " ")
    assert [(row["name"], row["target"], row["score"]) for row in found] == [
        ("培训人次", "≥90人次", "10"),
        ("培训课程", "3门", "10"),
    ]


def test_the_reason_of_a_lower_score_is_no_part_of_the_next_name() -> None:
    first, second = divided(NATIONAL, "设备合格率 ≥95% 93% 10 8 因设备老化 培训及时率 100% 100% 10 10", " ")
    assert (first["name"], first["score"], first["reason"]) == ("设备合格率", "8", "因设备老化")
    assert second["name"] == "培训及时率"


def test_cells_run_together_are_divided_if_only_one_division_fits() -> None:
    first, second = divided(POVERTY, "安装水标尺10≥26米≥26米10标尺总投资1020万元20万元10")
    assert (first["name"], first["weight"], first["target"], first["score"]) == ("安装水标尺", "10", "≥26米", "10")
    assert (second["name"], second["target"], second["achieved"]) == ("标尺总投资", "20万元", "20万元")
    (words,) = divided(POVERTY, "村民生产生活条件10显著提升显著提升10")
    assert (words["name"], words["target"], words["achieved"]) == ("村民生产生活条件", "显著提升", "显著提升")


@pytest.mark.parametrize(
    "text",
    [
        "入库数51121人2021人5",  # weight 5 or 51
        "工程质量良好合格1010",  # nothing shows where the target begins
        "群众状况显著提升10培训人数50人50人1010",  # a row without result
    ],
)
@pytest.mark.parametrize("meanings", [NATIONAL, POVERTY])
def test_cells_with_two_divisions_stay_together(meanings: tuple[str, ...], text: str) -> None:
    assert not divided(meanings, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("总分10098.5", ["100", "98.5"]),
        ("总分100 100", ["100", "100"]),
        ("总分100", ["100"]),  # a weight or a score
        ("总分101010", []),
        ("总分98 100", []),  # a score above its weight
    ],
)
def test_figures_of_a_sum_of_scores_are_divided_if_they_may_be_points(text: str, found: list[str]) -> None:
    stream = Stream.of([Row((Cell(((1, text),)),)), Row((Cell(((2, "注:无"),)),))])
    (row,) = glued_table.below(stream, Columns(dict(enumerate(NATIONAL))), (0, len(stream.text) - len("注:无")))
    assert [cell.text for cell in row.cells[1:] if cell] == found
    assert bool(row.withheld) is not bool(found)


LINES = """绩效目标完成情况 一级
指标
二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施
数量指标 指标1:清淤河道 3条 3条 10 10
指标2:
质量指标 指标1:质量合格 10 9
总分 100 99
注:无"""


def test_lines_of_results_are_divided_at_blanks() -> None:
    lines = [Row((Cell(((number, line),)),)) for number, line in enumerate(LINES.splitlines(), 1)]
    found = {
        row.cells[2].text: [cell.text for cell in row.cells] for row in glued.blanks_apart(lines) if len(row.cells) > 2
    }
    assert found["指标1:清淤河道"] == ["", "数量指标", "指标1:清淤河道", "3条", "3条", "10", "10", ""]
    assert found["指标1:质量合格"] == ["", "质量指标", "指标1:质量合格", "", "", "10", "9", ""]
    assert ["总分", "100", "99"] in found.values()


def test_the_last_line_of_a_text_may_be_torn() -> None:
    text = LINES.replace("\n总分 100 99\n注:无", "")
    lines = [Row((Cell(((number, line),)),)) for number, line in enumerate(text.splitlines(), 1)]
    *_, above, last = glued.blanks_apart(lines)
    assert not above.withheld
    assert last.withheld == {"hasIndicator"}


HEAD = "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分"


def texts(*lines: str) -> list[list[str]]:
    rows = [Row((Cell(((number, line),)),)) for number, line in enumerate((HEAD, *lines, "总分 100 99", "注:无"), 1)]
    return [[cell.text for cell in row.cells] for row in glued.blanks_apart(rows)]


def test_a_row_whose_name_may_go_on_in_the_line_below_it_is_withheld() -> None:
    found = texts("产出指标 数量指标 修缮渡口和栈桥 3座 3座 10 10", "的数量", "质量指标 合格率 95% 96% 10 10")
    assert not any("修缮渡口和栈桥" in cells for cells in found)
    assert ["", "质量指标", "合格率", "95%", "96%", "10", "10"] in found


def test_a_row_whose_broken_cell_is_unknown_is_withheld() -> None:
    rows = [Row((Cell(((n, line),)),)) for n, line in enumerate((HEAD, "数量指标 渡口 完成 已完成 10 10", "计划"), 1)]
    assert [row.withheld for row in glued.blanks_apart(rows)][1] == {"hasIndicator"}


def test_a_second_form_begins_below_a_table_of_results() -> None:
    found = texts(
        "产出指标 数量指标 修缮渡口 3座 3座 10 10",
        "指标2:/ / /",
        "项目名称 栈桥修缮补助",
        "主管部门 柳溪县水利局 实施单位 柳溪县水利站",
        HEAD,
        "产出指标 数量指标 修缮栈桥 2座 1座 10 5",
    )
    assert ["主管部门", "柳溪县水利局", "实施单位", "柳溪县水利站"] in found
    assert ["产出指标", "数量指标", "修缮栈桥", "2座", "1座", "10", "5"] in found
    assert ["指标2:/ / /"] in found
