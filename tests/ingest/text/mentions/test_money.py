"""Money, prices, products and sources of money in running text: what is read of each wording."""

import pyoxigraph as ox
import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.text.mentions.lists import sources
from jixiao.ingest.text.mentions.money import money, of_text, products
from jixiao.ingest.text.mentions.subject import Graph, Mention, Subject
from jixiao.ontology import terms

PRODUCTS = {
    "为1760名学生每人补助10元": ("元", 17600, None),
    "按10元/人的标准补助1,760人": ("元", 17600, None),
    "每户慰问500元，慰问120户": ("元", 60000, None),
    "志愿者30名，每人每月补助100元，一年合计30000元": ("元", 36000, 30000),
    "每半年体检260人，单价450元，全年约26万元": ("元", 234000, 260000),
    "每月购买餐券400张（每张20元），全年按10个月，共80000元": ("元", 80000, 80000),
    "长30米宽8米，面积240平方米": ("平方米", 240, 240),
    "总额90万元，分三批下达，每批30万元": ("元", 900000, 900000),
    "每年支付20.4万元，租期5年，共计101万元": ("元", 1020000, 1010000),
    "100株/栋×10栋": ("株", 1000, None),
    "按180株/棚的标准，在10棚中种植": ("株", 1800, None),
    "每期2次共12期": ("次", 24, None),
    "每人每月发放100元，全年发放12000人次": ("元", 1200000, None),
    "补助10个村，每村5万元": ("元", 500000, None),
    "培训3期，每期5天，每天20人，每人每天100元": ("元", 30000, None),
}
NO_PRODUCTS = (
    "聘用20人，每人每月3000元",  # for how long?
    "120户每亩补助300元",
    "1500元*10篇=15000元",  # a calculation
    "每年支付20.4万元，租期5年",  # the money of several years
    "每月发放400元，每张卡20元",
    "五千年历史，每年维护2.6万平方米",
)


def subject(text: str) -> Subject:
    section, literal = "http://x/s", ox.Literal(text, language="zh")
    triples: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
        ("http://x/p", terms.RDF_type, ox.NamedNode(terms.Project)),
        ("http://x/p", terms.hasSection, ox.NamedNode(section)),
        (section, terms.text, literal),
    ]
    (found,) = Graph(triples).subjects
    return found


def of(mention: Mention) -> dict[str, str]:
    return {name.rpartition("#")[2]: value.value.rpartition("#")[2] for name, value in mention.facts()}


@pytest.mark.parametrize("text", PRODUCTS)
def test_a_product_is_read_with_its_result(text: str) -> None:
    (prose,) = subject(text).sections
    found = [(one.unit, one.value, one.result and one.result.value) for one in of_text(prose)]
    assert found[-1] == PRODUCTS[text]


@pytest.mark.parametrize("text", NO_PRODUCTS)
def test_nothing_is_multiplied_if_a_unit_stays_open(text: str) -> None:
    (prose,) = subject(text).sections
    assert not list(of_text(prose))


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("每人10元", "10"), ("3万元/个", "30000"), ("人均300元", "300"), ("单价450元", "450"), ("月均2.5万元", "25000"),
        ("10人×3万", "30000"), ("每台1,500元", "1500"),
    ],
)  # fmt: skip
def test_money_for_one_of_something_is_a_price(text: str, yuan: str) -> None:
    (price,) = money(subject(text))
    assert (price.kind, of(price)["targetValue"]) == (terms.StatedPrice, yuan)


@given(st.text(alphabet="每人均月年共分×/*:：%，。；、0123456789.万元株栋长宽米其中第一二 \n", max_size=60))
def test_any_text_is_read(text: str) -> None:
    project = subject(text)
    for mention in (*money(project), *sources(project)):
        assert list(mention.facts())
    for prose in project.sections:
        for one in of_text(prose):
            assert one.rounded >= 0


@pytest.mark.parametrize(
    ("period", "other", "factors"),
    [
        ("2020年1月--2020年11月", "2020年1月--2020年11月", ["6200000元/月 × 11月"]),
        ("2020年1月至2020年12月", "长期", ["6200000元/月 × 12月"]),
        ("长期", "长期", ["6200000元/月 × 12月"]),
        ("2020年1月--2020年11月", "2020年3月--2020年4月", []),  # for which of them?
    ],
)
def test_the_price_of_a_month_is_multiplied_by_the_months_stated(period: str, other: str, factors: list[str]) -> None:
    project, yuan = "http://x/p", ox.Literal("620", datatype=ox.NamedNode(terms.XSD + "decimal"))
    triples: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [(project, terms.RDF_type, ox.NamedNode(terms.Project))]
    for n, (name, target) in enumerate((("人工成本", "≤620万元/月"), ("使用周期", period), ("保障期限", other))):
        node = f"{project}#{n}"
        triples += [
            (project, terms.hasIndicator, ox.NamedNode(node)),
            (node, terms.RDFS_label, ox.Literal(name, language="zh")),
            (node, terms.targetText, ox.Literal(target, language="zh")),
        ]
    triples += [
        (f"{project}#0", terms.targetValue, yuan), (f"{project}#0", terms.targetUnit, ox.Literal("万元/月")),
    ]  # fmt: skip
    (found,) = Graph(triples).subjects
    assert [of(one)["factors"] for one in products(found)] == factors
