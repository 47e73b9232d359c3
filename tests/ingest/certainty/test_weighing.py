"""Facts of a scan: amounts need a confirmation, and other facts characters that are sure enough."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ingest import document
from jixiao.ingest.certainty import kinds
from jixiao.ingest.document import read_document
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.result import Reading
from jixiao.ontology import terms
from jixiao.ontology.reasons import DOUBTED, kept
from tests.support.scanned import ENGINE, scanned

BASE = "http://localhost:8000/"
DOUBTFUL = (kinds.limits("figure").doubted + kinds.limits("figure").withheld) / 2


@pytest.fixture
def scan(monkeypatch: pytest.MonkeyPatch, filing: str) -> Any:
    """Reads the filing, or a text, as a scan: words may stand for others, and have scores and second readings."""

    def read(
        instead: Mapping[str, str] | None = None,
        scores: Mapping[str, float] | None = None,
        second: Mapping[str, str] | None = None,
        text: str = filing,
    ) -> Reading:
        for words, others in (instead or {}).items():
            assert words in text
            text = text.replace(words, others, 1)
        monkeypatch.setattr(document, "read", lambda content, _: scanned(content.decode(), scores, second))
        return read_document(text.encode(), "a.png", BASE)

    return read


def values(reading: Reading, name: str) -> list[str]:
    assert reading.deposit, reading.refusal
    found = (
        quad.object
        for quad in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)
        if quad.predicate.value == name
    )
    return sorted(value.value for value in found if isinstance(value, Literal | NamedNode))


def entries(reading: Reading, name: str) -> list[dict[str, Any]]:
    return [fact for line in reading.ledger["lines"] for fact in line["facts"] if fact["property"] == name]


def test_what_is_sure_and_confirmed_is_stated_as_of_any_format(scan: Any, filing: str, monkeypatch: Any) -> None:
    found = scan()
    monkeypatch.undo()
    plain = read_document(filing.encode(), "a.png", BASE)
    added = {triple for triple in lines(found) - lines(plain) if terms.recognisedBy not in triple}
    assert {triple.split()[1] for triple in added} == {
        f"<{terms.lookAlike}>",
        f"<{terms.DCTERMS_format}>",
        f"<{terms.sourcePage}>",
    }
    assert {triple.split()[1] for triple in lines(plain) - lines(found)} == {f"<{terms.DCTERMS_format}>"}
    assert values(found, terms.recognisedBy) == [", ".join(" ".join(part) for part in sorted(ENGINE.items()))]
    [total] = entries(found, terms.totalAmount)
    assert (total["why"], total["score"]) == (None, 0.999)
    assert (
        str(kept(total["confirmed"])) == "与第 25 行的“其中：财政资金”相同 · equals “of which fiscal funds” on line 25"
    )
    assert "score" not in json.dumps(plain.ledger)


def lines(reading: Reading) -> set[str]:
    return set(reading.deposit.source_triples.decode().splitlines())


CONFIRMED = [
    (terms.declaredTotal, {}, "sum-of-projects"),
    (terms.totalAmount, {}, "equals-amount"),
    (terms.annualRequest, {}, "sum-of-parts"),
    (terms.itemAmount, {}, "product"),
    (
        terms.itemAmount,
        {
            "善本修复	200	500	100000": "善本修复			100000\n耗材			20000\n合计			120000"
        },
        "sum-of-items",
    ),
    (
        terms.totalAmount,
        {"总额	120000.00": "总额	150000.00", "单位职责。": "单位职责。总投资15万元。"},
        "stated-again",
    ),
]


@pytest.mark.parametrize(("name", "instead", "code"), CONFIRMED)
def test_amounts_are_confirmed_by_others(scan: Any, name: str, instead: dict[str, str], code: str) -> None:
    found = scan(instead)
    assert all(code in fact["confirmed"]["codes"] and fact["why"] is None for fact in entries(found, name))
    assert values(found, name)


@pytest.mark.usefixtures("every_rule")
def test_an_amount_that_nothing_confirms_is_withheld_alone(scan: Any) -> None:
    whole, found = scan(), scan({"总额	120000.00": "总额	130000.00"})
    assert set(values(whole, terms.readingStatus)) == {terms.readWhole}
    assert values(found, terms.totalAmount) == []
    assert values(found, terms.withheld) == [terms.totalAmount]
    assert set(values(found, terms.readingStatus)) == {terms.readPartial}
    [total] = entries(found, terms.totalAmount)
    assert total["why"]["codes"] == ("unconfirmed",)
    assert total["withheld"].startswith('"130000"')
    assert values(found, terms.annualRequest) == ["120000"]
    names = {result.fault.name for result in found.report.results}
    [told] = [result.message for result in found.report.results if result.fault.name == "PrintedNotTakenIn"]
    assert "not wholly taken in: total amount: an amount recognised in a picture" in told.en
    assert "项目资金总额没有读准，没有全部收录：由图片识别的金额" in told.zh
    assert not {name for name in names if "Total" in name or "Funds" in name}


def test_an_amount_that_two_scales_read_differently_is_withheld_however_confirmed(scan: Any) -> None:
    found = scan(second={"100000": "180000"})
    assert values(found, terms.itemAmount) == []
    assert [fact["confirmed"] for fact in entries(found, terms.itemAmount)] == [
        entries(scan(), terms.itemAmount)[0]["confirmed"]
    ]
    assert entries(found, terms.itemAmount)[0]["why"]["codes"] == ("scales-differ",)


@pytest.mark.usefixtures("every_rule")
def test_a_target_goes_by_its_least_character(scan: Any) -> None:
    doubted = scan(scores={"≥200册": DOUBTFUL})
    assert "≥200册" in values(doubted, terms.targetText)
    assert terms.targetValue in values(doubted, terms.inferredProperty)
    assert str(DOUBTED) in values(doubted, terms.text)
    assert set(DOUBTED.codes) <= set(values(doubted, terms.reasonCode))
    assert "InferredValue" in {result.fault.name for result in doubted.report.results}

    for found in (scan(scores={"≥200册": kinds.limits("figure").withheld - 0.01}), scan(second={"≥200册": "≥208册"})):
        assert "≥200册" not in values(found, terms.targetText)
        assert "修复册数" in values(found, terms.RDFS_label)
        assert {terms.targetText, terms.targetValue, terms.targetUnit} <= set(values(found, terms.withheld))
        assert values(found, terms.inferredProperty) == []
        assert "TargetMissing" not in {result.fault.name for result in found.report.results}


def test_a_doubtful_document_number_takes_its_citation_away(scan: Any) -> None:
    assert values(scan(), terms.documentNumber) == ["沪府发〔2020〕6号"]
    for found in (scan(scores={"2020": 0.1}), scan(second={"〔2020〕": "〔2026〕"})):
        assert values(found, terms.documentNumber) == []
        assert values(found, terms.cites) == []
        assert terms.hasCitation in values(found, terms.withheld)
        assert "NoLegalBasis" not in {result.fault.name for result in found.report.results}


def test_numbers_that_recognition_takes_for_each_other_are_named(scan: Any) -> None:
    assert "泸府发〔2020〕6号" in values(scan(), terms.lookAlike)
    assert all(other.endswith("〔2020〕6号") for other in values(scan(), terms.lookAlike))


def test_a_name_or_text_that_two_scales_read_differently_is_withheld(scan: Any) -> None:
    found = scan(second={"读者知晓度": "读者知哓度", "馆藏善本得到修复。": "馆藏善本得到修夏。"})
    assert "读者知晓度" not in values(found, terms.RDFS_label)
    assert "馆藏善本得到修复。" not in values(found, terms.text)
    assert {terms.hasIndicator, terms.hasGoal} <= set(values(found, terms.withheld))
    assert "馆藏善本得到修复。" in values(scan(second={"馆藏善本得到修复。": "馆藏、善本得到修复"}), terms.text)


def test_a_name_that_stands_elsewhere_too_is_sure(scan: Any) -> None:
    assert scan(scores={"古籍修复": 0.1}).refusal
    assert values(scan({"保护馆藏善本": "古籍修复"}, {"项目名称	古籍修复": 0.1}), terms.inferredProperty) == []


UNREAD_CELLS = [
    ("≥200册", terms.targetText, {"TargetMissing"}),
    ("120000.00", terms.totalAmount, {"PartsWithoutTotal", "AmountMalformed"}),
    ("2023-12-31", terms.endDate, set()),
]


@pytest.mark.parametrize(("printed", "name", "silent"), UNREAD_CELLS)
def test_a_cell_of_which_nothing_was_read_is_not_blank(scan: Any, printed: str, name: str, silent: set[str]) -> None:
    found = scan({printed: UNREAD}, {UNREAD: 0.0})
    assert name in values(found, terms.withheld)
    assert UNREAD not in "".join(lines(found))
    assert values(found, terms.leftBlank) == values(scan(), terms.leftBlank)
    assert not silent & {result.fault.name for result in found.report.results}


def test_the_last_digit_of_amounts_is_not_sure_if_one_of_them_was_not_read(scan: Any) -> None:
    assert "0.01" in values(scan(), terms.roundedTo)
    assert values(scan({"120000.00": UNREAD}, {UNREAD: 0.0}), terms.roundedTo) == ["1"]  # of the cost item alone


def test_a_comma_that_may_be_a_point_withholds_its_amount(scan: Any) -> None:
    clear = {"总额	120000.00	年度资金申请总额	120000": "总额	120,000	年度资金申请总额	120,000"}
    assert values(scan(clear), terms.totalAmount) == ["120000"]
    found = scan(clear, {",": kinds.MARK - 0.01})
    assert values(found, terms.totalAmount) == []
    assert entries(found, terms.totalAmount)[0]["why"]["codes"] == ("unsure-mark",)


def test_a_project_whose_name_is_not_sure_is_withheld_whole(scan: Any, filing: str) -> None:
    form = filing[filing.index("财政项目支出绩效目标申报表") :]
    two = {"财政项目支出绩效目标申报表": form.replace("古籍修复", "流动书车") + "\n财政项目支出绩效目标申报表"}
    assert len(values(scan(two), terms.ordinal)) == 2
    found = scan(two, {"书车": 0.9})
    assert values(found, terms.ordinal) == ["2"]
    assert terms.partOfFiling in values(found, terms.withheld)
    assert set(values(found, terms.readingStatus)) == {terms.readWhole, terms.readPartial}
    reasons = [fact["why"] for fact in entries(found, terms.RDFS_label) if "流动书车" in fact.get("withheld", "")]
    assert any("unsure-name" in why["codes"] for why in reasons)


def test_misprints_of_a_scan_may_be_those_of_its_recognition(scan: Any) -> None:
    assert values(scan({"满意度指标	服务对象满意度指标": "满意度指标	服务对像满意度指标"}), terms.misprint) == []


@pytest.mark.usefixtures("every_rule")
def test_a_finding_about_a_doubtful_text_would_blame_the_filer_for_a_misreading(scan: Any) -> None:
    unclosed = {"《临江市古籍保护办法》": "《临江市古籍保护办法"}
    for scores, silent in (({}, False), ({"》": 0.1, "《临江市": 0.9}, True)):
        found = scan(unclosed, scores)
        assert ("WrittenTwice" in {result.fault.name for result in found.report.results}) != silent


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
def test_amounts_in_a_sure_unit_are_stated(scan: Any, text: str, scores: dict[str, float]) -> None:
    assert values(scan(scores=scores, text=text), terms.totalAmount)


@pytest.mark.parametrize(("text", "scores"), WITHHELD)
def test_amounts_whose_unit_is_not_sure_are_withheld(scan: Any, text: str, scores: dict[str, float]) -> None:
    found = scan(scores=scores, text=text)
    assert values(found, terms.totalAmount) == []
    assert entries(found, terms.totalAmount)[0]["why"]["codes"] == ("unsure-unit",)


def test_a_label_whose_unit_differs_from_that_of_the_other_forms_lost_a_character(scan: Any) -> None:
    names = ("古籍修复", "流动书车", "读者培训")
    text = "".join(form(unit, "120000", "", name) for unit, name in zip(("万元", "万元", "元"), names, strict=True))
    assert values(scan(text=text), terms.totalAmount) == ["1200000000", "1200000000"]
