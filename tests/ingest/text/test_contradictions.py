"""Statements that contradict themselves."""

import pytest

from jixiao.ingest.text.slips import contradictions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("受益人口176户174人", ["176户174人"]),
        ("受益1.2万户（共9000人）", ["1.2万户（共9000人"]),
        ("培训200人、150人次", ["200人、150人次"]),
        ("走访300户200户次", ["300户200户次"]),
        ("户籍人口76户174人，慰问5人5人次", []),
        ("入户走访100户，5人参加", []),
        ("奖励100户5人以上家庭，补助100户50人/户", []),
    ],
)
def test_households_are_not_more_than_persons(text: str, found: list[str]) -> None:
    """Counts must stand side by side; with words or a comma between them, they may be of different things."""
    assert [words for _, words, _, _ in contradictions(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新增项目√延续项目√", ["新增项目√延续项目√"]),
        ("项目属性 新增项目☑   延续项目 ☑", ["新增项目☑ 延续项目 ☑"]),
        ("☑新增 ☑延续", ["☑新增 ☑延续"]),
        ("一次性项目（√） 经常性项目（√）", ["一次性项目（√） 经常性项目（√）"]),
        ("新增项目□延续项目√", []),
        ("√新增项目 □延续项目 √其他", []),
        ("□新增项目 ☑延续项目 ☑跨年", []),
        ("☑新增项目 □延续项目", []),
        ("是否必要：是☑ 否☑", ["是☑ 否☑"]),
        ("是☑ 否□", []),
        ("（□）新增（√）延续（√）其他", []),
    ],
)
def test_one_of_two_options_is_ticked(text: str, found: list[str]) -> None:
    """Ticks stand behind all options, or before them."""
    assert [words for _, words, _, _ in contradictions(text)] == found
