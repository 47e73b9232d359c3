"""Totals of tables of money outside of forms."""

import pytest

from jixiao.ingest.readers import read
from jixiao.ingest.text.sums import wrong_totals

HEAD = "现下达2024年补助资金{handed}万元，用于球场修缮。\n资金分配表（单位：{unit}）\n乡镇\t金额\n"


def found(table: str, handed: int = 50, unit: str = "万元") -> list[str | None]:
    rows = read((HEAD.format(handed=handed, unit=unit) + table).encode()).rows
    return [one.prescribed for one in wrong_totals(rows)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t45\n", ["500000≠450000"]),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t50\n", []),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n", []),
        ("甲镇\t20\n小计\t20\n丙镇\t15\n合计\t45\n", []),
        ("甲县\t30\n甲镇\t20\n乙镇\t10\n丙县\t10\n合计\t40\n", []),  # 甲镇 and 乙镇 are of 甲县
        ("甲镇\t20\n乙镇\t15\n合计\t80\n", []),  # other rows are missing
        ("甲镇\t20\t灯\t20\n乙镇\t15\t网\t15\n合计\t38\t35\n", ["350000≠380000"]),  # a total moved left
        ("甲镇\t20\t灯\t20\n乙镇\t15\t网\t15\n合计\t35\t35\n", []),
        ("甲镇\t20\t灯\t20\n乙镇\t15\n合计\t38\t20\n", []),  # a row without its second figure
        ("1\t甲镇\t20\n2\t乙镇\t15\n合计\n38\n", ["350000≠380000"]),  # a total on lines of its own
        ("1\t甲镇\t20\n2\t乙镇\t15\n合计\n35\n", []),
        ("1\t甲镇\t30\n2\t乙镇\t20\n3\t丙镇\t10\n4\t丁镇\t15\n合计\t70\n", ["750000≠700000"]),  # 30 by chance
        ("1\t甲县\t30\n2\t乙镇\t20\n3\t丙镇\t10\n4\t丁县\t15\n合计\t45\n", []),
    ],
)
def test_a_total_is_what_its_rows_come_to(table: str, said: list[str]) -> None:
    assert found(table) == said


@pytest.mark.parametrize(
    ("unit", "handed", "said"),
    [("人", 50, []), ("元", 50, ["35≠38"]), ("", 38, ["350000≠380000"]), ("", 50, [])],  # 38 is what is handed down
)
def test_figures_have_a_unit_of_money(unit: str, handed: int, said: list[str]) -> None:
    assert found("甲镇\t20\n乙镇\t15\n合计\t38\n", handed, unit) == said
