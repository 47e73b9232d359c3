"""Numbers in words, which are one number or have several readings, and numbers as digits for readers."""

import pytest

from jixiao.ontology.numerals import exact, number
from jixiao.ontology.text.decimals import counted, percent


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("三", 3), ("十", 10), ("两", 2), ("十二", 12), ("二十四", 24), ("一百零五", 105), ("两百", 200),
        ("三千", 3000),
        ("一万二千", 12_000), ("一万零五十", 10_050), ("三十万五千", 305_000), ("一百二十万", 1_200_000),
        ("一亿二千万", 120_000_000), ("壹佰贰拾萬", 1_200_000), ("壹万贰仟叁佰肆拾伍", 12_345),
    ],
)  # fmt: skip
def test_one_number(printed: str, value: int) -> None:
    assert (
        exact(printed)
        == number(printed.translate(str.maketrans("两壹贰叁肆伍佰拾萬仟", "二一二三四五百十万千")))
        == value
    )


@pytest.mark.parametrize(
    "printed",
    ["", "三五", "三千五", "一万二", "一万五十", "一百五", "百", "千", "万", "零", "二〇", "十十", "一亿三百万", "三x"],
)
def test_several_readings_or_none(printed: str) -> None:
    assert exact(printed) is None


def test_ten_thousands_behind_hundred_millions() -> None:
    assert (number("三亿五千万"), number("一万亿")) == (350_000_000, 10**12)


@pytest.mark.parametrize(
    ("number", "few", "bodies"), [(0, "0 notes", "0 bodies"), (1, "1 note", "1 body"), (2, "2 notes", "2 bodies")]
)
def test_one_thing_has_no_plural(number: int, few: str, bodies: str) -> None:
    assert (counted(number, "note"), counted(number, "body", "bodies")) == (few, bodies)
    assert counted(1000 + number, "note").startswith("1,00")


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (0, "0.0"),
        (1.0, "100.0"),
        (0.125, "12.5"),
        (0.0003, "<0.1"),
        (0.9997, ">99.9"),
    ],
)
def test_a_share_is_rounded_to_none_or_all_only_if_it_is(share: float, printed: str) -> None:
    assert percent(share) == printed
