"""An amount of a scan needs a unit that is sure: sums and products hold in any."""

import pytest

from jixiao.ingest import document
from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading
from jixiao.ontology import terms
from tests.ingest.certainty.test_weighing import entries, values
from tests.support.scanned import scanned

FORM = """财政项目支出绩效目标申报表
（2023年度）
项目名称	{name}	项目类别	经常性项目
主管部门	临江市文化局	实施单位	临江市图书馆
项目资金（{unit}）	项目资金总额	{total}	年度资金申请总额	{total}
	其中：财政资金	{total}	其中：当年财政拨款	{total}
项目绩效目标	项目总目标	年度总目标
	馆藏善本得到修复{claim}。	修复善本两百册。
绩效指标	一级指标	二级指标	三级指标	年度指标值
	产出指标	数量指标	修复册数	≥200册
"""


def form(unit: str = "元", total: str = "120000", claim: str = "", name: str = "古籍修复") -> str:
    return FORM.format(unit=unit, total=total, claim=claim, name=name)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Reads a text as a scan with the scores given."""

    def reading(text: str, scores: dict[str, float] | None = None) -> Reading:
        monkeypatch.setattr(document, "read", lambda content, _: scanned(content.decode(), scores))
        return read_document(text.encode(), "a.png", "http://localhost:8000/")

    return reading


STATED = [
    (form(), {}),
    (form("万元", "12"), {}),
    # The text states the amount, and its unit.
    (form("万元", "12", "，共需12万元"), {"万元）": 0.9}),
    (form("元", "9000", "，共需0.9万元"), {}),
    # Each cell states the unit.
    (form("万元", "12万元"), {"项目资金（万元）": 0.9}),
]
WITHHELD = [
    # The unit in the label was not recognised for sure.
    (form("万元", "12"), {"万元）": 0.9}),
    # A project of twelve yuan: a 万 was lost.
    (form("元", "12"), {}),
    (form("元", "12元"), {}),
]


@pytest.mark.parametrize(("text", "scores"), STATED)
def test_amounts_in_a_sure_unit_are_stated(read, text: str, scores: dict[str, float]) -> None:  # type: ignore[no-untyped-def]
    assert values(read(text, scores), terms.totalAmount)


@pytest.mark.parametrize(("text", "scores"), WITHHELD)
def test_amounts_whose_unit_is_not_sure_are_withheld(read, text: str, scores: dict[str, float]) -> None:  # type: ignore[no-untyped-def]
    found = read(text, scores)
    assert values(found, terms.totalAmount) == []
    assert entries(found, terms.totalAmount)[0]["why"]["codes"] == ("unsure-unit",)


def test_a_label_whose_unit_differs_from_that_of_the_other_forms_lost_a_character(read) -> None:  # type: ignore[no-untyped-def]
    names = ("古籍修复", "流动书车", "读者培训")
    text = "".join(form(unit, "120000", "", name) for unit, name in zip(("万元", "万元", "元"), names, strict=True))
    assert values(read(text), terms.totalAmount) == ["1200000000", "1200000000"]
