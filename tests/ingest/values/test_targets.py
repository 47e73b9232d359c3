"""Printed targets: what they say as operator, number, unit and qualifier, and which stay words."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.values.targets import Target, parse
from jixiao.ontology import terms
from tests.support.generated import tries

# printed: operator, value, upper, unit, qualifier
READ: dict[str, tuple[str | None, str, str | None, str | None, str | None]] = {
    ">=90%": ("ge", "90", None, "%", None),
    "≥90.00(%)": ("ge", "90", None, "%", None),
    "=278人": ("eq", "278", None, "人", None),
    "约80批次": ("approx", "80", None, "批次", None),
    "2-4小时": ("between", "2", "4", "小时", None),
    "100%（2022年12月底前）": (None, "100", None, "%", "2022年12月底前"),
    "=12场": ("eq", "12", None, "场", None),
    "< 2次": ("lt", "2", None, "次", None),
    "≤25.00(万元)": ("le", "25", None, "万元", None),
    r"$\geq 90.00\%$": ("ge", "90", None, "%", None),
    r"$\leq 25.00$ (万元)": ("le", "25", None, "万元", None),
    "》=90%": ("ge", "90", None, "%", None),
    "》90%": ("gt", "90", None, "%", None),
    "≥９０％": ("ge", "90", None, "%", None),
    "100% (每月1次)": (None, "100", None, "%", "每月1次"),
    "=100% (2022年12月中下旬)": ("eq", "100", None, "%", "2022年12月中下旬"),
    "≥200名用户": ("ge", "200", None, "名用户", None),
    "6个月内": ("le", "6", None, "个月", None),
    "不少于5次": ("ge", "5", None, "次", None),
    "不超过3‰": ("le", "3", None, "‰", None),
    "控制在5万元以内": ("le", "5", None, "万元", None),
    "达90%以上": ("ge", "90", None, "%", None),
    "95%（含）以上": ("ge", "95", None, "%", None),
    "95%以上。": ("ge", "95", None, "%", None),
    "≤3天；": ("le", "3", None, "天", None),
    "98.": (None, "98", None, None, None),
    "5%左右": ("approx", "5", None, "%", None),
    "80%-90%": ("between", "80", "90", "%", None),
    "3至5天": ("between", "3", "5", "天", None),
    "约2-3次": ("between", "2", "3", "次", None),
    "50000元/人": (None, "50000", None, "元/人", None),
    "1,200人次": (None, "1200", None, "人次", None),
    "10个（含2个重点）": (None, "10", None, "个", "含2个重点"),
    "0起": (None, "0", None, "起", None),
    "100": (None, "100", None, None, None),
    "12个月": (None, "12", None, "个月", None),
    "2年": (None, "2", None, "年", None),
    # Marks of notes.
    "≥3000盏①": ("ge", "3000", None, "盏", None),
    "①≥98%": ("ge", "98", None, "%", None),
    "①3000盏": (None, "3000", None, "盏", None),
    "≥①98%": ("ge", "98", None, "%", None),
    "≥10注¹": ("ge", "10", None, None, None),
    "四万五千毫升": (None, "45000", None, "毫升", None),
    "九十五％": (None, "95", None, "%", None),
    "≤24①小时": ("le", "24", None, "小时", None),
    "≥5²%": ("ge", "5", None, "%", None),
    "≥98%[1]": ("ge", "98", None, "%", None),
    "≤24小时（注1）": ("le", "24", None, "小时", None),
    "98%①（2024年）": (None, "98", None, "%", "2024年"),
    # Units in one character, with powers, and signs beside them.
    "1804㎡": (None, "1804", None, "㎡", None),
    "4500m2": (None, "4500", None, "㎡", None),
    "≥3000m²": ("ge", "3000", None, "㎡", None),
    "≥50m³": ("ge", "50", None, "㎥", None),
    "≥90km2": ("ge", "90", None, "㎢", None),
    "≥3.5㎢": ("ge", "3.5", None, "㎢", None),
    "5m2/人": (None, "5", None, "㎡/人", None),
    "≤24㎞": ("le", "24", None, "km", None),
    "≥90℅": ("ge", "90", None, "%", None),
    "5.0％%": (None, "5", None, "%", None),
    "≥5%*": ("ge", "5", None, "%", None),
    # Signs and blanks.
    "≥9 8 %": ("ge", "98", None, "%", None),
    "≥3\u2009000盏": ("ge", "3000", None, "盏", None),
    "≥3\xa0000盏": ("ge", "3000", None, "盏", None),
    "−5%": (None, "-5", None, "%", None),
    "2‑4小时": ("between", "2", "4", "小时", None),
    "2−4小时": ("between", "2", "4", "小时", None),
    "95%〜98%": ("between", "95", "98", "%", None),
    "1―2次": ("between", "1", "2", "次", None),
    ".5": (None, "0.5", None, None, None),
    "≥.9": ("ge", "0.9", None, None, None),
    "\uf0b33000盏": ("ge", "3000", None, "盏", None),
    "\uf0a324小时": ("le", "24", None, "小时", None),
    "£24小时": ("le", "24", None, "小时", None),
    "\u202d≥98%\u202c": ("ge", "98", None, "%", None),
    # Figures in words.
    "三千盏": (None, "3000", None, "盏", None),
    "一万二千人": (None, "12000", None, "人", None),
    "三万人": (None, "3", None, "万人", None),
    "三亿二千万人": (None, "320000000", None, "人", None),
    "十二点五公里": (None, "12.5", None, "公里", None),
    "3.5万人": (None, "3.5", None, "万人", None),
    "两次": (None, "2", None, "次", None),
    "百分之九十八": (None, "98", None, "%", None),
    "百分之九十八点五": (None, "98.5", None, "%", None),
    "百分之百": (None, "100", None, "%", None),
    "百分之九十以上": ("ge", "90", None, "%", None),
    "千分之三": (None, "3", None, "‰", None),
    "九成以上": ("ge", "90", None, "%", None),
    "九成五": (None, "95", None, "%", None),
    "二十四小时内": ("le", "24", None, "小时", None),
    "不少于三次": ("ge", "3", None, "次", None),
    "2次/半年": (None, "2", None, "次/半年", None),
    "3个点位": (None, "3", None, "个点位", None),
    "三至五天": ("between", "3", "5", "天", None),
    "3000余盏": ("approx", "3000", None, "盏", None),
    "≥3000多盏": ("ge", "3000", None, "盏", None),
    "三十余盏": ("approx", "30", None, "盏", None),
    "5多媒体教室": (None, "5", None, "多媒体教室", None),
    "12-24小时之间": ("between", "12", "24", "小时", None),
}
WORDS = [
    "有效", "提高", "优", "及时", "第一名", "前3名", "5A级", "十四五", "G60", "降低总体运行成本 提高整体运转效率",
    "全年，7×24小时", "7*24小时", "满足2年内用户增长需求", "2022年", "2022年12月底前", "2022年12月31日",
    "11月30日前", "12月底", "≥80%且≤90%", "80%≤x≤90%",
    "2022-01-01", "2022‑2023", "2022-2023", "2021年-2023年", "每年1次", "1:3", "3/4", "1,2,3", "1000,00", "1个,2个",
    "①优秀", "⑵及时完成", "≥9O%", "l2次", "1O0人",
    "10³盏", "≥3×10³盏", "≥10^4盏", "1①2", "⒊24小时", "³3000盏", "‡3000盏", "3½天", "5₂1%", "5*人", "1**", "\u202e89%",
    "2点半前", "8点整前", "9点到岗", "8时前", "100+", "98%+", "1000＋人次", "2天半", "1个半月", "2半天",
    "£24", "£24万元", "≥3 000盏", "100 200", "9 8", "(90%,100%]", "[90%,100%]", "[3，5]天", "[1,200盏]", "24小时之间",
    "3000盏≤", "98%≥", "半数以上", "翻一番", "一次性", "一级", "三好学生", "第一", "二等奖", "四季度", "百年", "千人",
    "百余人",
    "三五个", "七八成", "两三次", "十几人", "八成新", "一户一档", "八项规定", "第三次", "三千五盏", "二期", "六月",
    "一流",
    "≥2次，每次≥10人", "不少于2-3次", "≥2-3次", "增长5%", "较上年增长5%以上", "±5%", "+5%", "", "--", "/",
    "≤24�时", "�3000盏", "≥9�0%",
]  # fmt: skip
SIGNS = {
    "eq": ["=", "＝", "等于"],
    "ge": [">=", "≥", "》=", "不低于", "不少于", "大于等于", "$\\geq$"],
    "le": ["<=", "≤", "《=", "不超过", "不高于", "小于等于", "$\\leq$"],
    "gt": [">", "＞", "大于", "超过"],
    "lt": ["<", "＜", "小于", "低于"],
    "approx": ["约", "大约", "≈"],
}


@pytest.mark.parametrize("printed", READ)
def test_target_is_read(printed: str) -> None:
    operator, value, upper, unit, qualifier = READ[printed]
    wanted = Target(printed, operator, Decimal(value), Decimal(upper) if upper else None, unit, qualifier)
    assert parse(printed) == wanted


@pytest.mark.parametrize("printed", WORDS)
def test_words_stay_words(printed: str) -> None:
    assert parse(printed) == Target(printed)


def test_text_is_kept_as_printed() -> None:
    assert parse("  ≥ 90 ％ ").text == "≥ 90 ％"


@given(st.text(max_size=30) | st.text("0123456789.,-~%≥≤=<>《》约至年月日（）()万元 ", max_size=20))
@tries(150)
def test_nothing_raises(printed: str) -> None:
    target = parse(printed)
    assert (target.upper is not None) == (target.operator == "between")
    assert target.value is not None or (target.operator, target.unit, target.qualifier) == (None, None, None)


@given(
    st.sampled_from([(name, sign) for name, signs in SIGNS.items() for sign in signs]),
    st.decimals(0, 10**9, places=2, allow_nan=False) | st.integers(0, 10**9).map(Decimal),
    st.booleans(),
    st.sampled_from(["", "%", "人", "万元", "(家)", "（%）"]),
)
@tries(150)
def test_number_and_sign_come_back(sign: tuple[str, str], number: Decimal, grouped: bool, unit: str) -> None:
    target = parse(f"{sign[1]}{number:,f}{unit}" if grouped else f"{sign[1]} {number:f} {unit}")
    assert (target.operator, target.value) == (sign[0], number)
    assert target.unit == (unit.strip("()（）") or None)


def test_operators_are_terms() -> None:
    assert all(hasattr(terms, name) for name in [*SIGNS, "between"])
