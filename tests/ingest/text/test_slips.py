"""Slips of the pen and misprinted fixed phrases, each beside wordings that are none; documents that all cite."""

import pytest

from jixiao.ingest.text.slips import (
    misquoted,
    no_days,
    repeated,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("落实领导的的要求", ["落实领导的的要求"]),
        ("完成年度任务，，确保质量", ["完成年度任务，，确保质量"]),
        ("开展规范性文件性文件审查，提高质量。", ["性文件性文件"]),
        ("进一步加强加强管理，提高质量。", ["加强加强"]),
        ("为了了解情况，以及及时整改，的的确确", []),
        ("主管机关党的工作的工作机关，负责党建。", []),
        ("群众生产条件10显著提升显著提升10，其他", []),
        ("特种设备维保、设备维保", []),
        ("区区级机关拟于年内实施", []),
        ("青浦区区级机关", []),
        ("内容很多。。。", []),
        ("", []),
    ],
)
def test_what_stands_twice_is_found(text: str, found: list[str]) -> None:
    """Words that repeat a character by right, and items that only end alike, are none."""
    assert [words for _, words, _, _ in repeated(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("忠县财政局\n2022年2月30日", "2022年2月30日"),
        ("填报日期：2023 年 1 月 38 日", "2023 年 1 月 38 日"),
        ("签订日期2023-04-31", "2023-04-31"),
        ("二〇二三年十一月三十一日", "十一月三十一日"),
        ("2023年2月29日前报送", "2023年2月29日"),
        ("2024年13月5日", "2024年13月5日"),
        ("2024 年 13 月底前", "2024 年 13 月"),
        ("分别在3月、5月和13月完成", "和13月"),
        ("2024年2月29日前报送", None),
        ("2022年12月30日", None),
        ("十二月三十日", None),
        ("标准号2022.13.45，附件2-31-5", None),
        ("截至2022年11月30日共30日", None),
        ("工期为2023年3月至2023年8月，共8个月。", "2023年3月至2023年8月，共8个月"),
        ("公示期为2023年6月12日至16日，共7天", "2023年6月12日至16日，共7天"),
        ("2021年1月至2023年12月（共两年）", "2021年1月至2023年12月（共两年"),
        ("2023年3月至2023年8月，共6个月", None),
        ("2023年6月12—16日,共5天", None),
        ("2023年6月12日至26日，共10天", None),  # working days
        ("2022年6月至2023年6月，为期一年", None),
        ("2021年3月至2023年，共3年", None),
    ],
)
def test_days_that_no_calendar_has(text: str, found: str | None) -> None:
    assert [words for _, words, _, _ in no_days(text)] == ([found] if found else [])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》(中发〔2018〕43号)", "中发〔2018〕34号"),
        ("《中共中央、国务院关于全面实施预算绩效管理的意见》（中发[2018]34号）", None),
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》（国发〔2018〕34号）", "中发〔2018〕34号"),
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》（某发〔2018〕34号）", None),
        ("《财政部关于印发〈项目支出绩效评价管理办法〉的通知》（财预〔2020〕1号）", "财预〔2020〕10号"),
        ("《项目支出绩效评价管理办法》（某财绩〔2021〕1号）", None),  # a place's own
        ("没有标题，财预〔2020〕1号", None),
        ("《地质灾害防治条例》（中华人民共和国国务院令第349号）", "国务院令第394号"),
        ("《志愿服务条例》（国务院令第685号）", None),
        ("《全民健身条例》（国务院令第666号）", None),  # an order that amended many regulations
    ],
)
def test_a_known_document_is_held_to_its_title_and_number(text: str, right: str | None) -> None:
    """A number with another code is that of another document."""
    assert [told for _, _, told, _ in misquoted(text)] == ([right] if right else [])
