"""Expressions in running text: what they come to, what is printed, and what is no expression."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.readers import read
from jixiao.ingest.text.sums import calculations, wrong_results
from tests.support.forms import printed

# text: computed, printed, last digit printed, all in yuan
READ = {
    "图解：1500 元*10 篇=15000 元；": ("15000", "15000", "1"),
    "27×3=81万元": ("810000", "810000", "10000"),
    "5×27万元=135": ("1350000", "1350000", "10000"),
    "100万元×5%=5万元": ("50000", "50000", "10000"),
    "10万元+5=15万元": ("150000", "150000", "10000"),
    "1.2万元/月×12个月=14.4万元": ("144000", "144000", "1000"),
    "800 × 47 = 38000": ("37600", "38000", "1"),
    "每人50元*30人*2次＝3000元。": ("3000", "3000", "1"),
    "按标准,62×3000/=16.80万元元。": ("186000", "168000", "100"),
    "按标准,62人×3000元/人=18.60万元。": ("186000", "186000", "100"),
    "440㎡*30元/㎡=1.32万元": ("13200", "13200", "100"),
    "5000元×12月=6万元": ("60000", "60000", "10000"),
    "0.5亿人次×2元=1亿元": ("100000000", "100000000", "100000000"),
}
NONE = (
    "(1+2)×3=9",
    "1,234,×3=9",
    "2×3=6+4=10",
    "3×4=12人次",
    "=100%",
    "合格率=95%",
    "2元×3元=6元",
    "100÷4=25元",
    "约3×4=",
    "1×2",
)


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    (found,) = calculations(printed(text), 0)
    assert (found.computed, found.result, found.step) == tuple(map(Decimal, READ[text]))
    assert found.text in text


@pytest.mark.parametrize("text", NONE)
def test_no_expression(text: str) -> None:
    assert not [*calculations(printed(text), 0)]


@given(st.integers(2, 10**6), st.integers(2, 10**4), st.integers(0, 9))
def test_products_are_computed(price: int, count: int, off: int) -> None:
    (found,) = calculations(printed(f"印刷费{price}元×{count}本={price * count + off}元"), 0)
    assert (found.computed, found.result - found.computed) == (price * count, off)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.保险2次*1500=2000元", [("2次*1500=2000元", "3000≠2000")]),
        ("1.保险2次*1500=3000元 2.洗车30次*20=6000元", [("30次*20=6000元", "600≠6000")]),
        ("保险2次*1500=3000元，电费27*3=81万元", []),
        ("规格1200*600", []),
        ("复印10.39*3850=40000元", []),  # rounded
        ("总额300万元（叁佰叁拾万元整）", [("300万元（叁佰叁拾万元", "3300000≠3000000")]),
        ("总额300万元\t人民币叁佰叁拾万元整", [("300万元 人民币叁佰叁拾万元", "3300000≠3000000")]),
        ("大写：贰万伍仟元整（小写：2.8万元）", [("贰万伍仟元整（小写：2.8万元", "25000≠28000")]),
        ("总额330万元（叁佰叁拾万元整），其中25,000元（贰万伍仟元整）", []),
        ("每人300元，三十万元整", []),
    ],
)
def test_a_product_in_any_cell_has_its_result(text: str, found: list[tuple[str, str]]) -> None:
    """A cell that is read as no part of a project is a place of amounts, too."""
    told = wrong_results(read(text.encode()).rows)
    assert [(each.text, each.prescribed) for each in told] == found
