"""Printed dates: days, months that stand for a day, and what is no date."""

import datetime

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.dates import day, term
from tests.support.generated import tries


@pytest.mark.parametrize(
    "printed",
    ["2023-01-05", "2023年1月5日", "2023.1.5", "2023/01/05", "20230105", "２０２３－０１－０５", "2023 年 1 月 5 日",
     "2023-01-05 00:00:00"],
)  # fmt: skip
def test_day(printed: str) -> None:
    assert day(printed, last=False) == day(printed, last=True) == ("2023-01-05", None)


@pytest.mark.parametrize("printed", ["2024年2月", "2024-02", "2024.2"])
def test_month_stands_for_its_first_or_last_day_and_says_so(printed: str) -> None:
    first, last = day(printed, last=False), day(printed, last=True)
    assert first
    assert last
    assert (first[0], last[0]) == ("2024-02-01", "2024-02-29")
    assert first[1] == last[1]
    assert "月" in (first[1] or "")


@pytest.mark.parametrize(
    "printed",
    ["2023-13-01", "2023-02-29", "2023-00-01", "2023年13月", "0000-01", "2023年", "长期", "",
     "2023-1-1至2023-12-31", "5月1日"],
)  # fmt: skip
def test_what_is_no_date(printed: str) -> None:
    assert day(printed, last=False) is None


@given(
    st.dates(),
    st.sampled_from(["{:04}-{:02}-{:02}", "{:04}年{}月{}日", "{:04}.{}.{}", "{:04}{:02}{:02}"]),
    st.booleans(),
)
@tries(60)
def test_every_day_comes_back(date: datetime.date, form: str, last: bool) -> None:
    printed = form.format(date.year, date.month, date.day)
    assert day(printed, last=last) == (date.isoformat(), None)


@given(st.text(max_size=20) | st.text("0123456789-年月日. ", max_size=12))
@tries(100)
def test_nothing_raises(printed: str) -> None:
    found = day(printed, last=True)
    assert found is None or datetime.date.fromisoformat(found[0])


@pytest.mark.parametrize(
    ("printed", "dates"),
    [
        ("2023年3月-2023年11月", ("2023年3月", "2023年11月")),
        ("2023.1-2023.12", ("2023.1", "2023.12")),
        ("202304-202310", ("2023-04", "2023-10")),
        ("20230401至20231031", ("20230401", "20231031")),
        ("自2023年1月 至 12月底", ("2023年1月", "2023-12月")),
        ("2023年1月1日—2023年12月31日（12个月）", ("2023年1月1日", "2023年12月31日")),
        ("2023年", None),
        ("2019-2021", None),
        ("3年", None),
        ("20246-202516", None),
        ("2023年3月-2023年11月，2024年3月", None),
    ],
)
def test_term_of_two_dates(printed: str, dates: tuple[str, str] | None) -> None:
    assert term(printed) == dates
    assert dates is None or all(day(date, last=True) for date in dates)
