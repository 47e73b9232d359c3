"""Text that is raised, struck out, unseen or in the font Symbol is written alike for all formats."""

import pytest

from jixiao.ingest.formats.rendering import Run, Shown, symbol
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import occurring


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([Run("120.50"), Run("1", raised=True)], "120.50¹"),
        ([Run("3000m"), Run("2", raised=True)], "3000m²"),
        ([Run("≥"), Run("30", raised=True), Run("台")], "≥\ufffd台"),
        ([Run("2024", raised=True), Run("年市民大厅")], "\ufffd年市民大厅"),
        ([Run("1", raised=True), Run("本表数据为预算数")], "¹本表数据为预算数"),
        ([Run("≥98%"), Run("[1]", raised=True)], "≥98%⁽¹⁾"),
        ([Run("城区路灯维护"), Run("注1", raised=True)], "城区路灯维护注¹"),
        ([Run("城区路灯"), Run("①", raised=True)], "城区路灯①"),
        ([Run("城区"), Run("路灯", raised=True)], "城区路灯"),
        ([Run("120.50", raised=True)], "120.50"),
        ([Run(" "), Run("120.50", raised=True)], " 120.50"),
        ([Run("120.50"), Run("1", lowered=True)], "120.50₁"),
        ([Run("98%"), Run("(1)", lowered=True)], "98%₍₁₎"),
        ([Run("24小时"), Run("1", lowered=True)], "24小时₁"),
        ([Run("2024年"), Run("1", lowered=True), Run("月")], "2024年1月"),
        ([Run("附件"), Run("1", lowered=True)], "附件1"),
        ([Run("1", lowered=True), Run("120.50")], "₁120.50"),
        ([Run("1", lowered=True), Run("、概况")], "1、概况"),
        ([Run("120.50 "), Run("1", lowered=True)], "120.50 ₁"),
        ([Run("H"), Run("2", lowered=True), Run("O")], "H2O"),
        ([Run("120"), Run(".50", lowered=True)], "120.50"),
        ([Run("120.50", lowered=True)], "120.50"),
        ([Run("³", symbols=True), Run("3000盏")], "≥3000盏"),
        ([Run("\uf0b324盏", symbols=True)], "≥24盏"),
    ],
)
def test_runs_become_plain_text(runs: list[Run], text: str) -> None:
    shown = Shown()
    assert shown.text(runs) == text
    assert not occurring(shown.left_out)


def test_text_that_is_not_shown_is_counted() -> None:
    shown = Shown()
    assert shown.text([Run("≥95%", struck=True), Run("≥98%"), Run("≥70%", unseen=True)]) == "≥98%"
    assert [(kind.en, kind.count) for kind in occurring(shown.left_out)] == [
        ("struck-out texts", 1),
        ("texts that are not seen", 1),
    ]


def test_sign_of_a_symbol_font_that_forms_do_not_need_is_unknown() -> None:
    assert [symbol(char) for char in "5%盏\uf0b3a\uf0e5"] == ["5", "%", "盏", "≥", UNREAD, UNREAD]
