"""Totals of tables of money outside of forms, and the sum that a notice hands down above one."""

import pytest

from jixiao.ingest.readers import read
from jixiao.ingest.text.allotments import wrong_results, wrong_totals

HEAD = "现下达2024年补助资金{handed}万元，用于球场修缮。\n资金分配表（单位：{unit}）\n乡镇\t金额\n"


def found(table: str, handed: int = 50, unit: str = "万元") -> list[str | None]:
    rows = read((HEAD.format(handed=handed, unit=unit) + table).encode()).rows
    return [one.prescribed for one in wrong_totals(rows)]


@pytest.mark.parametrize(
    ("table", "handed", "said"),
    [
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t45\n", 45, ["500000≠450000"]),
        ("合 计\t45\n甲镇\t20\n乙镇\t15\n丙镇\t15\n", 45, ["500000≠450000"]),
        ("甲镇\t20\n乙镇\t20\n丙镇\t20\n合计\t60\n", 55, ["600000≠550000"]),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t50\n", 50, []),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n", 45, []),
        ("甲镇\t20\n小计\t20\n丙镇\t15\n合计\t45\n", 45, []),
        ("甲县\t30\n甲镇\t20\n乙镇\t10\n丙县\t10\n合计\t40\n", 40, []),  # 甲镇 and 乙镇 are of 甲县
        ("甲镇\t20\n乙镇\t15\n合计\t80\n", 80, []),  # other rows are missing
    ],
)
def test_a_total_is_what_its_rows_come_to(table: str, handed: int, said: list[str]) -> None:
    assert found(table, handed) == said


def test_figures_without_a_unit_of_money_are_not_added_up() -> None:
    assert found("甲镇\t20\n乙镇\t15\n合计\t45\n", unit="人") == []
    assert found("甲镇\t20\n乙镇\t15\n合计\t45\n", unit="元") == ["35≠45"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.保险2次*1500=2000元", [("2次*1500=2000元", "3000≠2000")]),
        ("1.保险2次*1500=3000元 2.洗车30次*20=6000元", [("30次*20=6000元", "600≠6000")]),
        ("保险2次*1500=3000元，电费27*3=81万元", []),
        ("规格1200*600", []),
        ("复印10.39*3850=40000元", []),  # rounded
    ],
)
def test_a_product_in_any_cell_has_its_result(text: str, found: list[tuple[str, str]]) -> None:
    """A cell that is read as no part of a project is a place of amounts, too."""
    told = wrong_results(read(text.encode()).rows)
    assert [(each.text, each.prescribed) for each in told] == found
