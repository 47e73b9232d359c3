"""Printed dates: days, months that stand for a day, and what is no date."""

import datetime

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.dates import day, doubt, term
from jixiao.ontology.reasons import reason
from tests.support.generated import tries


@pytest.mark.parametrize(
    "printed",
    ["2023-01-05", "2023年1月5日", "2023.1.5", "2023/01/05", "20230105", "２０２３－０１－０５", "2023 年 1 月 5 日",
     "2023-01-05 00:00:00", "2023-01-0500:00:00", "2023-1-5 0:00:00", "2023-01-05 00:00:00.0", "2023-01-05T00:00:00",
     "2023-01-05T00:00:00Z", "2023-01-05T23:59:59+08:00", "2023—01—05", "2023–1–5", "2023―1―5", "2023−1−5",
     "二〇二三年一月五日",
     "二○二三年一月五日",
     "二零二三年一月5日", "2023-01-05①"],
)  # fmt: skip
def test_day(printed: str) -> None:
    assert day(printed, last=False) == day(printed, last=True) == ("2023-01-05", None)


@pytest.mark.parametrize("printed", ["2024年2月", "2024-02", "2024.2"])
def test_month_stands_for_its_first_or_last_day_and_says_so(printed: str) -> None:
    first, last = day(printed, last=False), day(printed, last=True)
    assert (first[0], last[0]) == ("2024-02-01", "2024-02-29")
    assert first[1] == last[1] == reason("month-only")


@pytest.mark.parametrize(
    "printed",
    ["2023-13-01", "2023-02-29", "2023-00-01", "2023年13月", "0000-01", "2023年", "长期", "",
     "2023-1-1至2023-12-31", "5月1日", "23.01.05", "23年1月5日", "2023年1月5日前", "2023年1月前",
     "二〇二三年二月三十日",
     "05.01.2023"],
)  # fmt: skip
def test_what_is_no_date(printed: str) -> None:
    assert day(printed, last=False) is None


def test_blank_before_a_time_ends_the_day() -> None:
    assert day("2023-1-1 10:00", last=True) == ("2023-01-01", None)
    assert day("2023-1-11 0:00", last=True) == ("2023-01-11", None)


def test_year_of_two_digits_is_read_beside_the_same_year() -> None:
    assert day("24.12.31", last=True, year=2024) == ("2024-12-31", None)
    assert day("24.12.31", last=True, year=2023) is day("24-12", last=True, year=2024) is None


def test_day_before_which_something_ends_is_an_end_only() -> None:
    assert day("2024年12月31日前", last=True) == ("2024-12-31", reason("ends-before-a-day"))


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *[("24.12.31", "two-digit-year"), ("2024年1月1日前", "before-a-day"), ("长期", "no-date")],
        *[("2023-02-30", None), ("1月x", None)],
    ],
)
def test_doubt_is_told(printed: str, code: str | None) -> None:
    assert doubt(printed) == (code and reason(code))


@given(
    st.dates(),
    st.sampled_from(["{:04}-{:02}-{:02}", "{:04}年{}月{}日", "{:04}.{}.{}", "{:04}{:02}{:02}"]),
    st.booleans(),
)
@tries(60)
def test_every_day_comes_back(date: datetime.date, form: str, last: bool) -> None:
    assert day(form.format(date.year, date.month, date.day), last=last) == (date.isoformat(), None)


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
        ("2024—01—01至2024—12—31", ("2024—01—01", "2024—12—31")),
        ("2024.01〜2024.12", ("2024.01", "2024.12")),
        ("2024-01-01 00:00:00至2024-12-31 00:00:00", ("2024-01-01T00:00:00", "2024-12-31T00:00:00")),
        ("二〇二四年一月一日至二〇二四年十二月三十一日", ("2024年1月1日", "2024年12月31日")),
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
