"""Withholding of facts, parts and projects that are uncertain; the rest of the file goes in, marked partial."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ingest import document, judging
from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.emitting.emit import Emitted, emit
from jixiao.ingest.facts import Fact, plain
from jixiao.ontology import terms

BASE = "http://localhost:8000/"


def triples(reading: Reading) -> set[Triple]:
    assert reading.deposit, reading.refusal
    return {quad.triple for quad in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)}


def values(reading: Reading, name: str) -> set[str]:
    found = (triple.object for triple in triples(reading) if triple.predicate.value == name)
    return {value.value for value in found if isinstance(value, Literal | NamedNode)}


def damaged(monkeypatch: pytest.MonkeyPatch, change: Callable[[Fact], Fact | None]) -> None:
    """Damage the facts of every document before they are judged."""

    def emit_damaged(*args: object) -> Emitted:
        emitted = emit(*args)  # type: ignore[arg-type]
        emitted.facts.stated[:] = [kept for fact in emitted.facts.stated if (kept := change(fact))]
        return emitted

    monkeypatch.setattr(document, "emit", emit_damaged)


FORM = """财政项目支出绩效目标申报表
（2024年度）
项目名称\t{name}\t主管部门\t柳溪县交通局
项目资金（万元）\t项目资金总额\t{0}\t年度资金申请总额\t{1}
\t其中：财政资金\t{2}\t其中：当年财政拨款\t{3}
\t其他资金\t{4}\t其他资金\t{5}
年度目标\t修缮渡口2处。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t修缮渡口\t2处
效益指标\t社会效益指标\t通行安全\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%
"""
AMOUNTS = (
    terms.totalAmount, terms.annualRequest, terms.fiscalFunds, terms.currentYearAppropriation, terms.otherFunds,
    terms.annualOtherFunds,
)  # fmt: skip
READABLE = ["30.60", "30.60", "20.40", "20.40", "10.20", "10.20"]
UNEQUAL = ("约30.60", "待定", "待定", "约30.60", "约10.20")
BAD_CELLS = (("待定",) * 6, ("不超过30.60万元",) * 4, ("20-30.60",) * 5, UNEQUAL)


def of_node(reading: Reading, node: str, name: str) -> set[str]:
    return {
        triple.object.value  # type: ignore[union-attr]
        for triple in triples(reading)
        if triple.subject.value == node and triple.predicate.value == name  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("cells", BAD_CELLS)
@pytest.mark.parametrize("alone", [True, False])
def test_amounts_that_cannot_be_read_cost_no_file_however_many_are_equal(cells: tuple[str, ...], alone: bool) -> None:
    words = [*cells, *READABLE[len(cells) :]]
    text = FORM.format(*words, name="渡口修缮") + ("" if alone else FORM.format(*READABLE, name="码头照明"))
    found = read_document(text.encode(), "a.txt", BASE)
    assert found.deposit, found.refusal
    iri_of = {name: iri for iri, name in found.deposit.contents.projects.items()}
    assert of_node(found, iri_of["渡口修缮"], terms.withheld) == {*AMOUNTS[: len(cells)]}
    assert len(of_node(found, iri_of["渡口修缮"], terms.hasIndicator)) == 3
    assert of_node(found, iri_of["渡口修缮"], terms.readingStatus) == {terms.readPartial}
    told = [one for one in found.report.violations.results if one.fault.name == "AmountNotANumber"]
    assert [one.lines for one in told] == [(4 + place // 2,) for place in range(len(cells))]
    assert {one.path for one in told} == {*AMOUNTS[: len(cells)]}
    if not alone:
        assert of_node(found, iri_of["码头照明"], terms.totalAmount) == {"306000"}
        assert of_node(found, iri_of["码头照明"], terms.readingStatus) == {terms.readWhole}


@pytest.mark.parametrize("rows", [5, 6])
def test_funds_that_were_read_are_not_among_those_that_may_follow(rows: int) -> None:
    text = "\n".join(FORM.format(*READABLE, name="渡口修缮").splitlines()[:rows])
    found = read_document(text.encode(), "a.txt", BASE)
    assert found.deposit, found.refusal
    [project] = found.deposit.contents.projects
    stated = {name for name in AMOUNTS if of_node(found, project, name)}
    withheld = of_node(found, project, terms.withheld)
    assert terms.hasGoal in withheld
    assert stated.isdisjoint(withheld)
    assert {terms.otherFunds, terms.annualOtherFunds} <= stated | withheld


def test_a_form_of_which_no_pass_takes_the_last_violation_is_withheld_and_the_others_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "_MOST_PASSES", 1)
    words = ["待定", *READABLE[1:]]
    text = FORM.format(*words, name="渡口修缮") + FORM.format(*READABLE, name="码头照明")
    found = read_document(text.encode(), "a.txt", BASE)
    assert found.deposit, found.refusal
    assert [*found.deposit.contents.projects.values()] == ["码头照明"]
    [(line, why)] = found.account.dropped
    assert line == 4
    assert "金额不是数字" in why or "不能读成数字" in why
    assert values(found, terms.readingStatus) == {terms.readWhole, terms.readPartial}
    assert read_document(FORM.format(*words, name="渡口修缮").encode(), "a.txt", BASE).refusal


def test_an_indicator_without_a_name_is_withheld_with_its_target(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_document(filing.encode(), "a.txt", BASE)
    damaged(
        monkeypatch,
        lambda fact: None if fact.subject.endswith("#i2") and fact.property == terms.RDFS_label else fact,
    )
    found = read_document(filing.encode(), "a.txt", BASE)
    assert len(values(found, terms.hasIndicator)) == len(values(whole, terms.hasIndicator)) - 1
    assert values(found, terms.withheld) == {terms.hasIndicator}
    assert not any(triple.subject.value.endswith("#i2") for triple in triples(found))  # type: ignore[union-attr]


def test_a_basis_that_is_malformed_takes_its_citations_with_it(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged(monkeypatch, lambda fact: None if fact.property == terms.issuerCode else fact)
    found = read_document(filing.encode(), "a.txt", BASE)
    assert values(found, terms.hasCitation) == values(found, terms.cites) == set()
    assert terms.LegalBasis not in values(found, terms.RDF_type)
    assert values(found, terms.withheld) == {terms.hasCitation}


def test_a_file_of_which_nothing_is_left_is_refused(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged(monkeypatch, lambda fact: None if fact.property == terms.partOfFiling else fact)
    found = read_document(filing.encode(), "a.txt", BASE)
    assert found.deposit is None
    assert any("项目不属于一份申报" in reason for reason in found.refusal.reasons)


def test_violations_that_nothing_can_withhold_refuse_the_file(filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged(
        monkeypatch,
        lambda fact: (
            Fact(fact.subject, fact.property, plain("0"), fact.places) if fact.property == terms.sha256 else fact
        ),
    )
    found = read_document(filing.encode(), "a.txt", BASE)
    assert found.deposit is None
    assert found.refusal


def test_borrowed_names_are_named_in_the_deposit() -> None:
    case = Path(__file__).parent / "cases" / "names-taken-from-titles-and-headings" / "filing.txt"
    found = read_document(case.read_bytes(), "a.txt", BASE)
    assert sorted(found.deposit.contents.projects.values()) == ["古籍修复经费", "馆藏整理"]
    assert {*found.deposit.contents.borrowed} == found.deposit.contents.projects.keys()
