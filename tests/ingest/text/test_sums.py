"""Parts and totals in running text: what they come to, what is printed, and what is no list of parts."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.readers import read
from jixiao.ingest.text.sums import calculations, stated_sums, wrong_results, wrong_totals
from tests.support.forms import printed

# text: what the parts come to, the total as printed
READ = {
    "整个项目预算为102万，其中党建阵地56万，群团工作预算为46万。": (1020000, 1020000),
    "整个项目预算为102万，其中党建阵地56万，群团工作预算为36万。": (920000, 1020000),
    "预算30万元：设备费20万元，培训费8万元。": (280000, 300000),
    "图解：1500 元*10 篇=15000 元；视频：7500 元*2 篇=15000 元；宣传：20000 元；共 5 万元。": (50000, 50000),
    "预计价格3万元。另需购买档案用具等计1万元。合计5万元。": (40000, 50000),
    "1.设备5万元。\n2.培训3万元。\n3.印刷2万元。\n合计11万元。": (100000, 110000),
    "下达甲镇 20 万元乙镇 25 万元共 40 万元": (450000, 400000),
    "资金40万元，其中甲镇20万元乙镇25万元": (450000, 400000),
    "勘察设计审批需20万元;监督检查需20万元;竣工验收需10万元,合计50万元。": (500000, 500000),
    "批复总投资100万元，其中建安费80万元，其他费用12万元，预备费8万元。2025年安排50万元。": (1000000, 1000000),
    "经费10万元，其中：讲课费3万元、场地费2万元和资料费6万元，用于全年培训。": (110000, 100000),
    "补助62人，62人×3000元/人=18.60万元。其中，甲县：9.60万元；乙县：8万元；丙县：2万元。": (196000, 186000),
    "投资854万元（农田400万元，示范259万元，通村路159万元），完成主体工程。": (8180000, 8540000),
    "854万(农田400万元,示范259万元,通村路159万元)": (8180000, 8540000),
    "补助资金21.40万元，计划改造320户，其中：材料补贴16.25万元、人工补贴5.51万元，年底前付清。": (217600, 214000),
    "预算30万元。其中教材用于全年课程，计10万元；讲师费，计20万元。": (300000, 300000),
}
NONE = (
    "资金需求100万元，其中人员经费30万元。",
    "10个村，每村4400元，市级配套704元/村。",
    "补助资金21.40万元，计划改造320户。其中：材料补贴16.25万元，人工补贴另行安排。",
    "预算20万元，其中讲课费每次2000元，资料费每人50元。",
    "预算20万元，比上年增加5万元，其中已支付3万元。",
    "覆盖5万人、3万亩，培训8万人。",
    "预算50万元，其中设备30万元，其余用于培训。",
    "讲课费5万元（含税5.3万元），资料费6万元（印刷约4万元）。",
    "单价3万元、2万元，共计采购若干。",
    "奖励5万元以上3万元以下共40万元",
)
# the section about the year's money: what its parts come to, the total or None
OF_THE_YEAR = {
    "第一部分预算为20万元，第二部分12万元。": [(320000, None)],
    "投影仪（2万元×3）；场地租赁每年4.5万元。": [(105000, None)],
    "投影仪3台×2万元；讲课费1500元/课时*20课时。": [(90000, None)],
    "场地租赁每年5万元，三年共15万元；印刷费2万元。": [],
    "讲课费6万元（1500元×40）；印刷费2万元。": [(80000, None)],
    "培训测算，预算为14万。训练营测算为15万元。": [(290000, None)],
    "餐费：每月购买400张，全年72000元；印刷：约10000元；其他：办公用品，全年约18000元。": [(100000, None)],
    "本项目预算30万元。设备费20万元。培训费12万元。": [(320000, 300000)],
    "甲10万元，乙20万元，共30万元。\n丙5万元。": [(300000, 300000), (350000, None)],
    "完成勘察设计费结算53万元，以及3个项目补助尾款结算38万元。": [(910000, None)],
    "完成勘察设计费结算53万元，以及完成3个项目补助尾款38万元的结算。": [(910000, None)],
    "完成勘察设计费结算53万元，以及3个项目补助尾款38万元。": [],
    "总预算30万元，其中设备费20万元，培训费10万元，合计30万元。": [(300000, 300000)],
    "总预算30万元。设备费20万元，培训费10万元，合计30万元。": [(300000, 300000)],
    "合计30万元。": [],
    "2024年安排10万元，2025年安排20万元。": [],
    "甲10万元。乙每年5万元。": [(150000, None)],
}


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    (found,) = stated_sums(printed(text), 0, of_the_year=False)
    assert (found.computed, found.result) == READ[text]
    assert found.text in text


@pytest.mark.parametrize("text", NONE)
def test_no_list_of_parts(text: str) -> None:
    assert stated_sums(printed(text), 0, of_the_year=False) == ()


@pytest.mark.parametrize("text", OF_THE_YEAR)
def test_parts_of_the_section_about_the_years_money(text: str) -> None:
    found = stated_sums(printed(text), 0, of_the_year=True)
    assert [(each.computed, each.result) for each in found] == OF_THE_YEAR[text]


def test_an_approximate_part_is_compared_to_its_last_digit() -> None:
    (exact,) = stated_sums(printed("甲72000元，乙10000元。"), 0, of_the_year=True)
    (about,) = stated_sums(printed("甲72000元，乙约10000元。"), 0, of_the_year=True)
    assert (exact.step, about.step) == (1, 501)


def test_a_rounded_total_is_compared_to_a_hundredth() -> None:
    (found,) = stated_sums(printed("甲15000元，乙14800元，共3万元。"), 0, of_the_year=False)
    assert found.step == 300


def test_places_are_those_of_all_parts() -> None:
    (found,) = stated_sums(printed("1.设备5万元。\n2.培训3万元。\n合计8万元。"), 0, of_the_year=False)
    assert [place.line for place in found.places] == [1, 2, 3]


@given(st.text(alphabet="甲乙，。；：、（）()其中共合计约每0123456789.万元=*\n", max_size=80), st.booleans())
def test_any_text_is_read(text: str, of_the_year: bool) -> None:
    for found in stated_sums(printed(text), 0, of_the_year=of_the_year):
        assert found.step > 0
        assert isinstance(found.computed, Decimal)


def test_an_approximate_total_may_be_a_fortieth_off() -> None:
    (found,) = stated_sums(printed("资金约200万元，其中接待40万元，出访90万元，交流80万元。"), 0, of_the_year=False)
    assert (found.computed, found.result) == (2100000, 2000000)
    assert found.step / 2 < found.computed - found.result


# text: computed, printed, last digit printed, all in yuan
EXPRESSIONS = {
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
NO_EXPRESSIONS = (
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


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_read(text: str) -> None:
    (found,) = calculations(printed(text), 0)
    assert (found.computed, found.result, found.step) == tuple(map(Decimal, EXPRESSIONS[text]))
    assert found.text in text


@pytest.mark.parametrize("text", NO_EXPRESSIONS)
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
    assert [(each.text, each.prescribed) for each in wrong_results(read(text.encode()).rows)] == found


HEAD = "现下达2024年补助资金{handed}万元，用于球场修缮。\n资金分配表（单位：{unit}）\n乡镇\t金额\n"


def totals(table: str, handed: int = 50, unit: str = "万元") -> list[str | None]:
    rows = read((HEAD.format(handed=handed, unit=unit) + table).encode()).rows
    return [one.prescribed for one in wrong_totals(rows)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t45\n", ["500000≠450000"]),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n合计\t50\n", []),
        ("甲镇\t20\n乙镇\t15\n丙镇\t15\n", []),
        ("甲镇\t20\n小计\t20\n丙镇\t15\n合计\t45\n", []),
        ("甲县\t30\n甲镇\t20\n乙镇\t10\n丙县\t10\n合计\t40\n", []),  # 甲镇 and 乙镇 are of 甲县
        ("甲镇\t20\n乙镇\t15\n合计\t80\n", []),  # other rows are missing
        ("甲镇\t20\t灯\t20\n乙镇\t15\t网\t15\n合计\t38\t35\n", ["350000≠380000"]),  # a total moved left
        ("甲镇\t20\t灯\t20\n乙镇\t15\t网\t15\n合计\t35\t35\n", []),
        ("甲镇\t20\t灯\t20\n乙镇\t15\n合计\t38\t20\n", []),  # a row without its second figure
        ("1\t甲镇\t20\n2\t乙镇\t15\n合计\n38\n", ["350000≠380000"]),  # a total on lines of its own
        ("1\t甲镇\t20\n2\t乙镇\t15\n合计\n35\n", []),
        ("1\t甲镇\t30\n2\t乙镇\t20\n3\t丙镇\t10\n4\t丁镇\t15\n合计\t70\n", ["750000≠700000"]),  # 30 by chance
        ("1\t甲县\t30\n2\t乙镇\t20\n3\t丙镇\t10\n4\t丁县\t15\n合计\t45\n", []),
    ],
)
def test_a_total_is_what_its_rows_come_to(table: str, said: list[str]) -> None:
    assert totals(table) == said


@pytest.mark.parametrize(
    ("unit", "handed", "said"),
    [("人", 50, []), ("元", 50, ["35≠38"]), ("", 38, ["350000≠380000"]), ("", 50, [])],  # 38 is what is handed down
)
def test_figures_have_a_unit_of_money(unit: str, handed: int, said: list[str]) -> None:
    assert totals("甲镇\t20\n乙镇\t15\n合计\t38\n", handed, unit) == said
