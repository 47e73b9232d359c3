"""Sums that a narrative claims for the year of its filing, not for other years or for the whole works."""

from decimal import Decimal

import pytest

from jixiao.ingest.model import Printed, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narratives.narrative import narrative_amount


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


def test_an_amount_of_a_named_year_needs_the_year_of_the_filing() -> None:
    assert claimed("2026年度预算安排50万元", None) is None
    assert claimed("本年度申请资金50万元", None) == Decimal(500_000)


def test_what_a_section_begins_with_counts_only_where_it_is_about_the_year() -> None:
    assert claimed("50万元", 2026, "项目概述") is None
