"""Words of a narrative give a term, a body or the sum of its year if they name one plainly, otherwise none."""

from decimal import Decimal

import pytest

from jixiao.ingest.model import Printed, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narratives.narrative import implementer, narrative_amount, term
from tests.support.forms import printed

YEAR = ("2022-01-01", "2022-12-31")
TERMS = {
    "从2022年1月至2022年12月。": YEAR,
    "实施周期：2022年1月至12月": YEAR,
    "2022.1.1-2022.12.31": YEAR,
    "2022全年度。": YEAR,
    "2022年1-12月": YEAR,
    "该项目分三年实施，本次周期为 2022 年 1 月至 2022 年 12 月。": YEAR,
    "2021年1月至2023年12月，本年度为2022年1月至12月": YEAR,
    "2022年9月至2023年2月": ("2022-09-01", "2023-02-28"),
    "详见填报表1": None,
    "2021年1月至12月、2022年1月至12月": None,
    "2022年3月，2022年5月至6月": None,
    "2022年13月至14月": None,
}
BODIES = {
    "区政协办秘书科负责档案工作。": "区政协办秘书科",
    "该项目责任主体为我办对口支援科，主要职能是服务。": "我办对口支援科",
    "该项目的责任主体为区大数据中心，主要职责是服务。": "区大数据中心",
    "由区民政局负责组织实施。": "区民政局",
    "该项目责任主体为我办接待科和对口支援科，主要是接待。": None,
    "该项目的责任主体为我办各科室，主要是协助。": None,
    "培训计划，由秘书科、联络科，学习委员会负责具体实施。": None,
    "采购的责任主体为我办文秘科；维护的责任主体为我办行政科。": None,
    "区教育局": None,
}


@pytest.mark.parametrize("text", TERMS)
def test_term(text: str) -> None:
    found = term(printed(text))
    assert (found and (found.first, found.last)) == TERMS[text]


@pytest.mark.parametrize("text", BODIES)
def test_body(text: str) -> None:
    found = implementer(printed(text))
    assert (found and found.text) == BODIES[text]


def claimed(text: str, year: int | None, meaning: str = "年度预算安排") -> Decimal | None:
    lines = Printed(tuple((Place(number, 0), line) for number, line in enumerate(text.split("\n"), 2)))
    found = narrative_amount([Section(meaning, meaning, Place(1, 0), lines)], year)
    return found and found.value


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("2026年度预算安排1,614.5万元。", 16_145_000),
        ("2026年拟申请财政资金30万元", 300_000),
        ("2025年度预算安排1,614.5万元。", None),
        ("2025年，安排资金共计80万元", None),
        ("2025年申请100万元，2026年申请120万元", 1_200_000),
        ("2025-2027年预算总额900万元", None),
        ("2025年至2026年预算总额900万元", None),
        ("总投资5000万元", None),
        ("概算批复资金5000万元", None),
        ("批复总投资为5000.5万元，其中建安费合计3000万元。2025年安排建设资金700万元", None),
        ("批复总投资为5000.5万元，其中建安费合计3000万元。2026年安排建设资金700万元", 7_000_000),
        ("项目总投资5000万元，本年度申请资金100万元", 1_000_000),
        ("根据2021年合同，项目预算50万元", 500_000),
        ("根据某财〔2021〕3号，项目预算50万元", 500_000),
        ("财政拨款安排50万元，其中办公10万元", 500_000),
        ("2026年度财政拨款50万元", 500_000),
        ("2024年度财政拨款50万元", None),
        ("50万元", 500_000),
        ("每人2000元，174×2000/=34.80万元元。其中，景洪市：16.60万元", 348_000),
        ("174×2000=34.80万元。另有50×2000=10万元", None),
    ],
)
def test_a_narrative_claims_the_money_of_its_year(text: str, yuan: int | None) -> None:
    assert claimed(text, 2026) == (None if yuan is None else Decimal(yuan))


def test_a_section_about_the_year_tells_its_year_if_the_filing_tells_none() -> None:
    assert claimed("2026年度预算安排50万元", None) == Decimal(500_000)
    assert claimed("2025年度预算安排50万元，2026年度预算安排60万元", None) is None
    assert claimed("本年度申请资金50万元", None) == Decimal(500_000)


def test_what_a_section_begins_with_counts_only_where_it_is_about_the_year() -> None:
    assert claimed("50万元", 2026, "项目概述") is None
