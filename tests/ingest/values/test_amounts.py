"""Printed money and quantities: what is a number, in which unit, what is blank, and what is neither."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.amounts import UNITS, YUAN, decimal, is_blank, names_unit, quantity, scale, stated, unit
from tests.support.generated import tries

WAN = UNITS["万元"]


def money(printed: str, default: Decimal) -> Decimal | None:
    found = stated(printed, default)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("37,780,000.00", "37780000"), ("１２０，０００．００", "120000"), ("0", "0"), ("0.00", "0"),
        ("¥5", "5"), ("￥5.50", "5.5"), ("-5", "-5"), (r"$120$", "120"), ("[bookmark: x]7", "7"),
        ("人民币 5 元整", "5"), ("12.5万元", "125000"), ("12.5 万", "125000"), ("3亿元", "300000000"),
        ("2千元", "2000"), ("水利发展补助资金(水毁修复)50", "50"), ("农田建设资金（高标准农田）1.5万元", "15000"),
        ("−120.50", "-120.5"), (".50", "0.5"), ("¥.50", "0.5"), ("-.50", "-0.5"), ("RMB120.50", "120.5"),
        ("1 205.00", "1205"), ("1\xa0205.00", "1205"), ("1\u202f205", "1205"), ("￥1 205 000.00", "1205000"),
        ("一百二十万零五千元", "1205000"), ("壹佰贰拾万零伍仟元整", "1205000"), ("伍拾万圆整", "500000"),
        ("一百二十点五万元", "1205000"), ("（大写）伍萬圓整", "50000"),
        ("人民币大写：伍拾万元整", "500000"), ("一百二十点零五万元", "1200500"), ("一万零五元", "10005"),
        # Behind 亿, 万 is part of one number.
        ("一亿二千万元", "120000000"), ("三亿零五百万元", "305000000"), ("壹億貳仟万元", "120000000"),
    ],
)  # fmt: skip
def test_amount_is_read(printed: str, yuan: str) -> None:
    assert money(printed, YUAN) == Decimal(yuan)


def test_unit_of_the_cell_goes_before_that_of_the_form() -> None:
    assert money("12.5", WAN) == money("12.5万元", YUAN) == money("12.5万元", WAN) == Decimal(125_000)
    assert money("125000元", WAN) == Decimal(125_000)


@pytest.mark.parametrize(
    "printed", ["", " ", "\u3000", "-", "--", "—", "——", "/", "无", "—元", "–", "−", "―", "<p></p>", "[bookmark: x]"]
)
def test_blank_has_no_value(printed: str) -> None:
    assert is_blank(printed)
    assert money(printed, YUAN) is None


@pytest.mark.parametrize(
    "printed",
    [
        "约12万", "12/13", "1,20", "十二万", "12万-13万", "1.2.3", "12.", "12 万元/年", "a", "1e5", "0元0",
        "补助资金(2023年)50", "1 205", "1\xa0205", "100 200", "12.5 205.00", "一百二十万五元", "12\n205.00",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_not_guessed(printed: str) -> None:
    assert not is_blank(printed)
    with pytest.raises(ValueError, match=r".*"):
        money(printed, YUAN)


@given(
    st.decimals(0, 10**11, places=2, allow_nan=False),
    st.sampled_from(["", "元", "千元", "万元", "亿元", "万"]),
    st.booleans(),
)
@tries(100)
def test_printed_amount_comes_back(number: Decimal, suffix: str, grouped: bool) -> None:
    printed = f"{number:,f}{suffix}" if grouped else f" {number:f} {suffix}"
    assert money(printed, YUAN) == number * (scale(suffix) if suffix else 1)
    assert decimal(f"{number:,f}") == number
    assert names_unit(printed) == bool(suffix)


@given(st.text(max_size=20))
@tries(100)
def test_any_text_is_a_number_or_blank_or_refused(printed: str) -> None:
    try:
        found = money(printed, YUAN)
    except ValueError:
        return
    assert (found is None) == is_blank(printed)


@pytest.mark.parametrize(
    ("label", "yuan"),
    [
        ("项目资金（万元）", WAN), ("项目资金\n（元）", YUAN), ("单位：万元", WAN), ("（金额单位:人民币万元）", WAN),
        ("资金需求/千元", Decimal(1000)), ("元", YUAN), ("项目资金总额", None), ("单元测试（个）", None),
        ("公元", None),
    ],
)  # fmt: skip
def test_unit_that_a_label_states(label: str, yuan: Decimal | None) -> None:
    assert unit(label) == yuan


@pytest.mark.parametrize(
    ("printed", "found"),
    [("2000 人", ("2000", "人")), ("1,000", ("1000", "")), ("50000元/人", ("50000", "元/人")), ("若干", None),
     ("2人3天", None)],
)  # fmt: skip
def test_quantity(printed: str, found: tuple[str, str] | None) -> None:
    assert quantity(printed) == (found and (Decimal(found[0]), found[1]))
