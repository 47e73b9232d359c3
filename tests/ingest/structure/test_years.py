"""The year of a notice that states none is that of its number and date, if no other year is named."""

import pytest

from jixiao.ingest.model import Cover
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.structure.cover import with_agreed_year

NUMBER, OTHER = "衢财农〔2023〕31号", "根据《某办法》（浙财农〔2020〕22号），下达示范资金180万元"


@pytest.mark.parametrize(
    ("lines", "year", "code"),
    [
        ([NUMBER, OTHER, "2023年6月12日"], 2023, "year-agrees"),
        ([NUMBER, OTHER, "衢州市财政局2023-06-12"], 2023, "year-agrees"),
        (["根据《关于下达2023年资金的通知》（衢财农〔2022〕9号）", "2023年3月2日"], 2023, "year-agrees"),
        ([NUMBER, "关于提前下达示范资金的通知", "2023年11月30日"], 2024, "year-after"),
        ([NUMBER, OTHER, "2023年11月30日"], None, None),
        (["关于提前下达2023年资金的通知", "2023年11月30日"], None, None),
        ([NUMBER, OTHER, "2024年1月12日"], None, None),
        ([NUMBER, "用于2022年度的项目", "2023年6月12日"], None, None),
        ([NUMBER, OTHER, "2023年6月至2024年6月"], None, None),
        ([NUMBER, OTHER], None, None),
        ([OTHER, "2023年6月12日"], None, None),
        ([], None, None),
    ],
)
def test_year_of_a_notice_without_one(lines: list[str], year: int | None, code: str | None) -> None:
    rows = [Row((Cell(((number, text),), 0),)) for number, text in enumerate(lines, 1)]
    found = with_agreed_year(Cover(), rows)
    assert found.year == year
    assert (found.year_why.codes[0] if found.year_why else None) == code
    assert bool(found.year_places) == (year is not None)
