"""bench/variations.py damages filings as crawlers do, and expects no fact of a row that it cut."""

import pytest

from bench import variations

FORM = """甲馆项目支出绩效目标表
（2024年度）
项目名称\t门窗更换
实施单位\t甲市图书馆
年度资金总额\t12万元
年度目标\t更换门窗
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t更换门窗数量\t≥50扇
产出指标\t数量指标\t更换门锁数量\t≥60把
产出指标\t质量指标\t验收合格率\t100%
产出指标\t时效指标\t完成月份\t11月
产出指标\t成本指标\t每扇成本\t≤2000元
满意度指标\t服务对象满意度指标\t读者满意度\t≥90%
"""


@pytest.fixture(scope="module")
def varied() -> dict[str, tuple[str, variations.Facts]]:
    made = variations.variations(FORM.encode(), b"")
    texts = ("bars", "borders lost", "pages", "two rows cut")
    return {kind: (made[kind][0].decode(), made[kind][2]) for kind in texts}


def test_one_bar_in_twenty_becomes_a_blank(varied: dict[str, tuple[str, variations.Facts]]) -> None:
    whole, damaged = (varied[kind][0].count(" | ") for kind in ("bars", "borders lost"))
    assert whole // 20 == whole - damaged > 0


def test_a_number_and_a_title_stand_between_pages(varied: dict[str, tuple[str, variations.Facts]]) -> None:
    text, _ = varied["pages"]
    assert "\n- 1 -\n甲馆项目支出绩效目标表\n" in text


def test_facts_of_cut_rows_are_told(varied: dict[str, tuple[str, variations.Facts]]) -> None:
    text, facts = varied["two rows cut"]
    assert list(facts) == [("indicator", "完成月份", "11月")]
    assert "完成月份" not in text
    assert "年度目标" not in text
