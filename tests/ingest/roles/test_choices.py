"""Choices among boxes: the one that is ticked, none, or the whole text where several are, or where none surely is."""

import pytest

from jixiao.ingest.roles.role import chosen

CHOICES = {
    "经常性项目（√） 一次性项目（ ）": "经常性项目",
    "经常性项目(   )一次性项目( √ )": "一次性项目",
    "（√）经常性项目 （ ）一次性项目": "经常性项目",
    "【 】新增项目【✔】延续项目": "延续项目",
    "新增项目[x] 延续项目[ ]": "新增项目",
    "经常性项目（V） 一次性项目（）": "经常性项目",
    "经常性项目（ ）\u3000一次性项目（∨）\u3000其他（ ）": "一次性项目",
    "经常性项目＿√＿ 一次性项目＿＿": "经常性项目",
    "经常性 V 一次性 □": "经常性",
    "○经常性 ●一次性": "一次性",
    "经常性☐ 一次性☒": "一次性",
    "1.□经常性项目 2.☑一次性项目": "一次性项目",
    "☑\ufe0f经常性项目 □一次性项目": "经常性项目",
    "\uf0fe经常性 \uf06f一次性": "经常性",
    "经常性\uf0a3 一次性\uf052": "一次性",
    # A cross beside a tick strikes its choice out.
    "经常性项目（×） 一次性项目（√）": "一次性项目",
    "☒经常性项目 ☑一次性项目": "一次性项目",
    "经常性✘ 一次性√": "一次性",
    "经常性项目（ ） 一次性项目（ ）": "",
    # Several, none for sure, and pieces of choices: the text as it is.
    "经常性项目（√） 一次性项目（√）": "经常性项目（√） 一次性项目（√）",
    "☒经常性 ☒一次性": "☒经常性 ☒一次性",
    "经常性项目（×） 一次性项目（ ）": "经常性项目（×） 一次性项目（ ）",
    "经常性项目（是√ 否□）": "经常性项目（是√ 否□）",
    "经常性 项目√ 一次性 项目□": "经常性 项目√ 一次性 项目□",
    # No boxes: brackets and letters of other words.
    "电压（V）": None,
    "\uf0a324小时": None,
    "经常性项目": None,
}


@pytest.mark.parametrize("text", CHOICES)
def test_choice_that_is_ticked(text: str) -> None:
    assert chosen(text) == CHOICES[text]
