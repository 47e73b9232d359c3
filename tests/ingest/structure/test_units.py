"""Amounts without a unit get one only where size, precision, or a sum that states its unit leaves no other."""

from dataclasses import replace
from decimal import Decimal

import pytest

from jixiao.ingest.model import Claim, Form, Indicator, Narrative, Printed, Project
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.structure.funds import UNSTATED, Asked, Funds, Unstated, settled, unit_of_file
from jixiao.ingest.values.targets import parse

PLACE = Place(1, 0)


def project(number: str, claim: str | None = None, cost: str | None = None) -> Project:
    """A project whose form states one bare total; its narrative claims yuan, an indicator has a cost."""
    indicators = (Indicator(Printed(((PLACE, "总成本"),)), None, None, (), parse(cost), ()),) if cost else ()
    money = (Unstated("annualRequest", None, (PLACE,), UNSTATED, number=Decimal(number)),)
    story = Narrative(None, None, (), (), Claim(Decimal(claim), (PLACE,))) if claim else None
    return Project(1, Form({}, money, {}, indicators), story, (), ())


def value(single: Project) -> Decimal | str | None:
    return single.form.amounts[0].value


def totals(*numbers: str) -> list[Row]:
    return [Row((Cell(((1, "年度资金总额"),), 0), Cell(((1, number),), 1))) for number in numbers]


@pytest.mark.parametrize(
    ("single", "yuan"),
    [
        (project("12", claim="120000"), 120000),
        (project("120000", claim="120000"), 120000),
        (project("12", claim="130000"), None),
        (project("12", cost="≤12万元"), None),
        (project("12"), None),
    ],
)
def test_unit_is_that_of_a_sum_that_agrees(single: Project, yuan: int | None) -> None:
    (found,) = settled([single], None)
    assert value(found) == yuan
    assert found.form.amounts[0].why


def test_projects_that_add_up_to_the_cover_share_its_unit() -> None:
    declared = Claim(Decimal(200_000), (PLACE,))
    assert [value(each) for each in settled([project("12"), project("8")], declared)] == [120_000, 80_000]
    assert [value(each) for each in settled([project("12"), project("9")], declared)] == [None, None]
    assert [value(each) for each in settled([project("12")], None)] == [None]


def test_amounts_that_state_their_unit_stay() -> None:
    stated = project("12", claim="120000")
    stated = replace(stated, form=replace(stated.form, amounts=()))
    assert settled([stated], None) == (stated,)


@pytest.mark.parametrize(
    ("numbers", "unit"),
    [
        (["120000", "46,670,000", "46,670,000"], 1),
        (["120000", "46,670,000"], None),
        (["12.345", "20", "13.456"], 10_000),
        (["12.345", "20"], None),
        (["12.34", "20.12"], None),
        (["120000.00000001"], None),
        (["120000"], None),
        (["46670000", "46670000", "12.345", "12.345"], None),
        (["46670000", "46670000", "500"], None),
        (["46670000元"], None),
        ([], None),
    ],
)
def test_unit_of_a_file_by_size_and_precision(numbers: list[str], unit: int | None) -> None:
    found = unit_of_file(totals(*numbers))
    assert (found and found.unit) == unit


def test_amounts_of_several_years_stand_in_the_order_of_their_labels() -> None:
    money = Funds(None)
    money.take_unit(Cell(((1, "单位：元"),), 0))
    for column, name in enumerate(["midTerm", "fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds"]):
        label = Cell(((1, name),), column)
        money.take(money.label(Asked(name), label, 0), Cell(((2, str(column + 1)),), column))
    assert [(each.name, each.value) for each in money.amounts()] == [
        ("totalAmount", 1),
        ("fiscalFunds", 2),
        ("currentYearAppropriation", 3),
        ("carriedOver", 4),
        ("otherFunds", 5),
    ]


def test_levels_of_money_of_several_years_are_no_amounts() -> None:
    money = Funds(None)
    money.take(money.label(Asked("midTerm"), Cell(((1, "中期资金总额（元）"),), 0), 0), Cell(((1, "9"),), 1))
    money.take(
        money.label(Asked("省级资金", of_level=True), Cell(((2, "省级资金（元）"),), 0), 1), Cell(((2, "9"),), 1)
    )
    assert [(each.name, each.value) for each in money.amounts()] == [("totalAmount", 9)]
