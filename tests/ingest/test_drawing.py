"""The cells of a file with their roles, drawn as lines of text."""

import re
from pathlib import Path

import pytest

from jixiao.ingest.cells.run_together.contents import WORDING
from jixiao.ingest.cells.run_together.decoding import MARGIN
from jixiao.ingest.drawing import read_evidence, read_roles
from jixiao.ingest.result import Document
from jixiao.ingest.roles import labels

CASES = Path(__file__).parent / "cases"


def drawn(case: str) -> str:
    [found] = read_roles([Document((CASES / case / "filing.txt").read_bytes(), "filing.txt")])
    return "\n".join(found.drawing)


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        pytest.param(
            "cells-that-run-together-in-one-line",
            "    1  ●field:name 项目名称 │ ○value 古渡口清淤及护岸加固",
            id="cells that ran together stand apart",
        ),
        pytest.param("unit-in-the-cell", "●column:level1 一级指标", id="a column"),
        pytest.param("unit-in-the-cell", "●level 产出指标", id="a cell that is surely a level"),
        pytest.param("unit-in-the-cell", "◐title ", id="a cell that is less surely a title"),
        pytest.param("form-whose-first-rows-have-other-labels", "≈", id="a word with the listed one that it is like"),
        pytest.param("table-without-a-head-with-weights", "○column:level1 → 一级指标 │", id="a head not printed"),
        pytest.param("notice-issued-with-the-finance-bureau", "○field:name → 项目名称 │", id="a label not printed"),
        pytest.param("levels-called-targets", " │ ●column:target 绩效目标值", id="a known word in an unknown head"),
        pytest.param("indicators-in-sentences-broken-over-lines", "⊘ 绩效指标/indicator", id="what is withheld"),
    ],
)
def test_roles_say_what_a_cell_is_and_how_surely(case: str, shown: str) -> None:
    assert shown in drawn(case)


def test_no_person_is_drawn() -> None:
    text = drawn("contact-persons")
    assert text
    assert not [person for person in ("赵甲乙", "0571-88880001", "钱丙丁", "13900000001") if person in text]


def test_evidence_of_a_refused_file_is_told_with_what_lacks() -> None:
    content = (CASES / "award-of-a-contract-with-name-body-and-money" / "filing.txt").read_bytes()
    [found] = read_evidence([Document(content, "filing.txt")])
    text = "\n".join(found.drawing)
    assert "不够 · too little" in found.drawing[0]
    assert "-3  招标、采购或合同的栏目" in text
    assert "缺 lacking  +3  绩效目标一栏" in text
    assert "缺 lacking  -" not in text


def test_evidence_names_the_lines_that_are_divided_at_once() -> None:
    content = (CASES / "labels-and-two-goals-between-single-blanks" / "filing.txt").read_bytes()
    [reading] = read_evidence([Document(content, "filing.txt")])
    assert ": the form was divided at once" in "\n".join(reading.drawing)


def test_evidence_of_a_form_lacks_nothing() -> None:
    content = (CASES / "unit-in-the-cell" / "filing.txt").read_bytes()
    [found] = read_evidence([Document(content, "filing.txt")])
    assert "够了 · enough" in found.drawing[0]
    assert "lacking" not in "".join(found.drawing)


def test_evidence_of_a_file_that_is_no_text_is_a_refusal() -> None:
    [found] = read_evidence([Document(b"\x00\x01\x02" * 99, "filing.bin")])
    assert found.refusal


def told(content: bytes) -> list[str]:
    """Return the lines about how the rows of tables were divided, without their head."""
    [found] = read_evidence([Document(content, "filing.txt")])
    head = next(at for at, line in enumerate(found.drawing) if line.startswith("表格各行怎样分格"))
    return list(found.drawing[head + 1 :])


def test_a_divided_row_is_told_with_the_cost_of_each_cell_and_the_nearest_rival() -> None:
    lines = told((CASES / "cells-that-run-together-in-one-line" / "filing.txt").read_bytes())
    assert lines[0] == "第 1 行 line: 收录 stated"
    assert [line.split(maxsplit=1)[1] for line in lines[1:5]] == [
        "一级指标 first level │ 产出指标",
        "二级指标 second level │ 数量指标",
        "名称 name │ 清淤河道长度",
        "指标值 target │ ≥12公里",
    ]
    costs = [float(line.split()[0]) for line in lines[1:5]]
    assert costs[0] < costs[3] < costs[2]
    cell, rival = lines[5].split(" → ")
    assert cell.strip() == "名称 name │ 清淤河道长度"
    assert re.fullmatch(r"\+\d\.\d\d  名称 name │ 清淤河道长度≥12公里护坡加固面积", rival)


def test_a_row_whose_rival_costs_hardly_more_is_withheld() -> None:
    """Only this row of the file has a rival within the margin."""
    lines = told((CASES / "self-evaluation-whose-blank-cells-vanished" / "filing.txt").read_bytes())
    margins = [float(found[1]) if (found := re.search("→ ([+]\\S+)", line)) else 99 for line in lines if "→" in line]
    states = [line.split()[-1] for line in lines if line.startswith("第")]
    near = [at for at, margin in enumerate(margins) if margin < MARGIN]
    assert [at for at, state in enumerate(states) if state == "withheld"] == near != []
    assert any("名称 name │ 指标1:完工时间年底前 → " in line for line in lines)


def test_a_person_in_a_divided_row_or_in_its_rival_is_not_told() -> None:
    """The label stands at the end of a row, so that the name below is found once the rows are divided."""
    rows = (
        "项目支出绩效目标表(2024年度)",
        "项目名称 古渡口清淤 主管部门 青河市水务局",
        "一级指标 二级指标 三级指标 指标值 备注",
        "产出指标 数量指标 培训人次 280人次 联系人",
        "赵甲乙质量指标 合格率 100% 无",
        "满意度指标 服务对象满意度指标 群众满意度 90%",
    )
    shown = "\n".join(told("\n".join(rows).encode()))
    assert "备注 remark │ 联系人■■■" in shown
    assert "赵甲乙" not in shown


def test_every_column_has_a_name_in_both_languages() -> None:
    tables = labels.wording().tables
    columns = WORDING.tables["columns"]
    assert columns.keys() == {*tables["column"], *tables["column_pattern"], "other"} - {"group"}
    assert all(re.fullmatch("[\u4e00-\u9fff]+ [a-z ]+", name) for name in columns.values())


def test_a_head_in_unknown_words_is_drawn_as_printed_with_what_it_was_taken_for() -> None:
    text = (
        "项目支出绩效目标表\n（2023年度）\n项目名称\t道路养护\n一级指标\t二级指标\t三级指标\t指标目标数值\n"
        "产出指标\t数量指标\t养护里程\t≥20公里\n产出指标\t质量指标\t合格率\t≥95%\n满意度指标\t满意度\t群众满意度\t≥90%\n"
    )
    [found] = read_roles([Document(text.encode(), "filing.txt")])
    assert found.drawing is not None
    assert found.drawing[4].endswith("●column:name 三级指标 │ ○column:target 指标目标数值 → 指标值")
