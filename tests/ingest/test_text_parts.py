"""A text is divided where its second form begins, and never above its first."""

from jixiao.ingest.readers import read

LINES = "".join(f"第{n}个项目20万元\n" for n in range(20))
FORM = "项目支出绩效目标表 | |||\n" + "".join(f"| 产出指标 | 数量指标 | 维修第{n}座桥 | ≥1座 |\n" for n in range(15))
CELLS = "项目支出绩效目标表 |\n" + "".join(f"维修第{n}座桥 |\n≥1座 |\n" for n in range(15))


def test_lines_above_the_first_form_stay_lines_of_their_own() -> None:
    assert [row.cells[0].text for row in read(f"{LINES}|\n{FORM}".encode()).rows[:20]] == LINES.splitlines()


def test_forms_in_different_ways_are_read_apart() -> None:
    rows = read(f"{CELLS}{FORM}".encode()).rows
    assert [row.cells[0].text for row in rows if len(row.cells) == 1 and "维修" in row.cells[0].text] == [
        f"维修第{n}座桥" for n in range(15)
    ]
    assert sum("维修" in cell.text for row in rows if len(row.cells) > 1 for cell in row.cells) == 15
