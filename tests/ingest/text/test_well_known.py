"""Documents that all cite, under their own titles and numbers and under others."""

import pytest

from jixiao.ingest.text.slips import misquoted


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》(中发〔2018〕43号)", "中发〔2018〕34号"),
        ("《中共中央、国务院关于全面实施预算绩效管理的意见》（中发[2018]34号）", None),
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》（国发〔2018〕34号）", "中发〔2018〕34号"),
        ("《中共中央 国务院关于全面实施预算绩效管理的意见》（某发〔2018〕34号）", None),
        ("《财政部关于印发〈项目支出绩效评价管理办法〉的通知》（财预〔2020〕1号）", "财预〔2020〕10号"),
        ("《项目支出绩效评价管理办法》（某财绩〔2021〕1号）", None),  # a place's own
        ("《中华人民共和国政府信息公开法》", "《中华人民共和国政府信息公开条例》"),
        ("《中华人民共和国文物保户法》（2017年修正）", "《中华人民共和国文物保护法》"),
        ("《中华人民共和国公路法（2017修正）》", None),
        ("《某省档案条例》", None),
        ("《中华人民共和国非物质文化遗产保护法》", "《中华人民共和国非物质文化遗产法》"),
        ("《中华人民共和国公路管理条例》", None),  # a regulation of its own
        ("《中国共产党党组工作条列》", "《中国共产党党组工作条例》"),
        ("没有标题，财预〔2020〕1号", None),
        ("《地质灾害防治条例》（中华人民共和国国务院令第349号）", "国务院令第394号"),
        ("《志愿服务条例》（国务院令第685号）", None),
        ("《全民健身条例》（国务院令第666号）", None),  # an order that amended many regulations
        ("《中华人民共和国城市规划法》", None),  # repealed, not misprinted
    ],
)
def test_a_known_document_is_held_to_its_title_and_number(text: str, right: str | None) -> None:
    """A number with another code is that of another document."""
    assert [told for _, _, told, _ in misquoted(text)] == ([right] if right else [])
