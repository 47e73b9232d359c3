"""Marks of notes beside figures and names: a mark never changes the value that is stated."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.amounts import YUAN, ends_in_figure, named, quantity, stated, two_figures
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse
from tests.support.generated import tries

MARKS = [
    "①", "⑳", "⑴", "⒈", "⒛", "❶", "㈠", "㊀", "¹", "²", "³", "⁴", "¹²", "⁽¹⁾", "[1]", "[注1]", "（注1）", "【注】",
    "注¹", "注1",
    "*", "**", "※", "★", "†", "‡", "§", "<sup>1</sup>", "<sup>[1]</sup>", "①②", "₂", "½", "㏠", "㋀", "\u202e",
    "\ufe0f", "\u200b",
]  # fmt: skip
FIGURES = st.integers(0, 10**6).map(str) | st.decimals(0, 10**6, places=2, allow_nan=False).map(lambda n: f"{n:f}")


@given(FIGURES, st.sampled_from(MARKS), st.sampled_from(["", "盏", "%", "小时", "万元", "㎡", "km"]))
@tries(400)
def test_mark_never_changes_a_target(figure: str, mark: str, unit: str) -> None:
    for sign in ("", "≥"):
        for printed in (f"{sign}{figure}{mark}{unit}", f"{sign}{figure}{unit}{mark}", f"{mark}{sign}{figure}{unit}"):
            found = parse(printed)
            # Behind km, ² and ³ are powers; ³ before a figure may be ≥, and is withheld.
            assert found.value in (None, Decimal(figure)), printed
            assert found.value is None or found.unit in (unit or None, "㎢", "㎥", "㎡"), printed


@given(FIGURES, st.sampled_from(MARKS))
@tries(400)
def test_mark_never_changes_an_amount(figure: str, mark: str) -> None:
    for printed in (f"{figure}{mark}", f"{mark}{figure}", f"{figure}{mark}元", f"{figure}元{mark}"):
        assert (quantity(printed) or (Decimal(figure), ""))[0] == Decimal(figure), printed
        try:
            found = stated(printed, YUAN)
        except ValueError:
            continue
        assert found[0] == Decimal(figure), printed


@given(st.dates(), st.sampled_from(MARKS))
@tries(100)
def test_mark_never_changes_a_day(date: str, mark: str) -> None:
    assert day(f"{date}{mark}", last=True) in (None, (str(date), None))


@given(FIGURES, st.sampled_from(MARKS), FIGURES)
@tries(200)
def test_figures_around_a_mark_never_join(first: str, mark: str, second: str) -> None:
    joined = parse(f"{first}{mark}{second}").value
    unseen = not folded(mark).strip()
    assert (
        joined is None or (unseen and joined == Decimal(first + second)) or joined in (Decimal(first), Decimal(second))
    )


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("120.50①", "120.50"), ("120.50¹", "120.50"), ("①120.50", "120.50"), ("⑴100.50", "100.50"),
        ("120.50[1]", "120.50"),
        ("120.50（注1）", "120.50"), ("120.50*", "120.50"), ("120.50元※", "120.50"), ('="120.50"', "120.50"),
        ("\u200e100.50\u200f", "100.50"), ("壹佰贰拾万元整", "1200000"), ("人民币一百二十万元", "1200000"),
        ("𝟏𝟐𝟎", "120"),
    ],
)  # fmt: skip
def test_amount_beside_a_mark(printed: str, yuan: str) -> None:
    assert (stated(printed, YUAN) or ())[0] == Decimal(yuan)


@pytest.mark.parametrize(
    "printed", ["⒈20.00", "⒊20", "10¹", "¹120", "1①2", "1¹2", "120.50**", "3×10³", "一百五元", "12㏠"]
)
def test_mark_that_may_be_part_of_the_amount(printed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        stated(printed, YUAN)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("城区路灯维护①", "城区路灯维护"), ("维护路灯数量¹", "维护路灯数量"), ("路灯（注1）", "路灯"),
        ("路灯 [1]", "路灯"), ("路灯＊", "路灯"),
        ("路灯※①", "路灯"), ("面积（m²）", "面积（m²）"), ("绿化m²", "绿化m²"), ("张**", "张**"), ("①", "①"),
        ("①路灯", "①路灯"), ("路灯（一期）", "路灯（一期）"), ("[101001]局", "[101001]局"),
    ],
)  # fmt: skip
def test_name_without_its_marks(printed: str, name: str) -> None:
    assert named(printed) == name


@pytest.mark.parametrize("printed", ["100 200", "9 8", "12 3 %", "3 000", "9 8 7 6 %", "1\xa0205", "12.5 205.00"])
def test_two_figures(printed: str) -> None:
    assert two_figures(printed)


@pytest.mark.parametrize(
    "printed", ["9 8 %", "≥1 0 0 ％", "3\u2009000", "3\u202f000 盏", "1 205.00", "12\xa0050\xa0000元"]
)
def test_one_figure_set_apart(printed: str) -> None:
    assert not two_figures(printed)


@pytest.mark.parametrize(
    ("printed", "ends"), [("3000①", True), ("≥90[1]", True), ("三千", True), ("3000盏", False), ("优", False)]
)
def test_unit_in_another_cell_is_that_of_a_figure(printed: str, ends: bool) -> None:
    assert ends_in_figure(printed) is ends
