"""The ledger accounts for every line of a source: read, the form's own words, a person, blank, or unread."""

from typing import Any

import pytest

from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.facts import Fact, plain
from jixiao.ingest.ledger import settle
from jixiao.ingest.model import Cover, Extraction
from jixiao.ingest.rendition import Line, Place, Rendition
from jixiao.ontology import terms

BASE = "http://localhost:8000/"
EXTRA = "注：本表一式两份。\n联系人：赵甲乙\n"


@pytest.fixture(scope="module")
def reading(filing: str) -> Reading:
    return read_document((filing + EXTRA).encode(), "filing.txt", BASE)


@pytest.fixture(scope="module")
def lines(reading: Reading) -> list[dict[str, Any]]:
    return reading.deposit.ledger["lines"]


def line_of(filing: str, text: str) -> int:
    return next(number for number, line in enumerate(filing.split("\n"), 1) if text in line)


def facts(lines: list[dict[str, Any]], number: int) -> dict[str, str | None]:
    """The properties read from a line, with the codes of the reason where they were inferred."""
    return {fact["property"]: fact["why"] and fact["why"]["codes"] for fact in lines[number - 1]["facts"]}


def test_cells_of_facts(reading: Reading, lines: list[dict[str, Any]], filing: str) -> None:
    number = line_of(filing, "计划开始日期")
    columns = {fact["property"]: fact["columns"] for fact in lines[number - 1]["facts"]}
    assert (columns[terms.startDate], columns[terms.endDate]) == ([1], [3])
    assert all(fact["columns"] for line in lines for fact in line["facts"])


def test_places_are_the_cells_of_a_property() -> None:
    places = (Place(4, 1), Place(7, 0), Place(4, 2), Place(4, 1))
    facts = [Fact("p", "amount", None, places), Fact("p", terms.misprint, plain("a"), (Place(4, 0),))]
    rows = tuple(Line(number, "") for number in range(1, 8))
    ledger = settle(
        Rendition("text/plain", "utf-8", rows, ()), Extraction(Cover(), (), frozenset(), frozenset(), {}), facts
    )
    assert ledger.places_of("p", "amount") == (Place(4, 1), Place(4, 2), Place(7, 0))
    assert ledger.places_of("p", "none") == ()
    assert ledger.places_of("p", terms.misprint, "a") == (Place(4, 0),)
    assert ledger.places_of("p", terms.misprint, "b") == ()


def test_the_share_leaves_out_lines_outside_forms(filing: str) -> None:
    far = "某市某局预算说明\n" * 99
    assert read_document((far + filing + EXTRA).encode(), "filing.txt", BASE).share > 0.8


def test_lines_of_forms_are_told_from_those_outside(filing: str) -> None:
    deposit = read_document(("某市某局预算说明\n" * 9 + filing).encode(), "filing.txt", BASE).deposit
    inside = {line["n"] for line in deposit.ledger["lines"] if line.get("form")}
    assert inside.isdisjoint(range(1, 6))
    assert 9 + line_of(filing, "计划开始日期") in inside


def test_every_line_is_accounted_for(reading: Reading, lines: list[dict[str, Any]], filing: str) -> None:
    texts = (filing + EXTRA).removesuffix("\n").split("\n")
    assert [line["n"] for line in lines] == list(range(1, len(texts) + 1))
    for line, text in zip(lines, texts, strict=True):
        assert (line["use"] == "blank") == (not text.strip()), text
    assert reading.deposit.ledger["share"] == round(reading.share, 4)


def test_uses_of_lines(lines: list[dict[str, Any]], filing: str) -> None:
    uses = {
        "fact": ["项目经费情况说明", "二、立项依据", "《临江市古籍保护办法》", "善本修复\t", "项目名称", "修复册数"],
        "boilerplate": ["绩效目标申报表", "一级指标"],
        "unread": ["注："],
        "person": ["联系人"],
    }
    for text, use in ((text, use) for use, texts in uses.items() for text in texts):
        assert lines[line_of(filing + EXTRA, text) - 1]["use"] == use, text


def test_unread_lines_are_named_with_their_text(reading: Reading, filing: str) -> None:
    number = line_of(filing + EXTRA, "注：")
    assert reading.account
    assert [(each.line, each.text) for each in reading.account.unread] == [(number, "注：本表一式两份。")]
    written = sum(1 for line in (filing + EXTRA).split("\n") if line.strip())
    assert reading.share == pytest.approx(1 - 1 / written)


def test_blank_amounts_are_listed_with_why(reading: Reading, lines: list[dict[str, Any]], filing: str) -> None:
    blank = {
        terms.currentYearAppropriation: "其中：当年财政拨款",
        terms.carriedOver: "上年结转资金",
        terms.otherFunds: "其他资金",
    }
    for name, text in blank.items():
        assert facts(lines, line_of(filing, text))[name] == ("no-value",)
    assert facts(lines, line_of(filing, "其他资金"))[terms.annualOtherFunds] is None
    triples = reading.deposit.source_triples.decode()
    assert not any(f'<{name}> "' in triples for name in blank)
    empty = {name for name in blank if f"<{terms.leftBlank}> <{name}> " in triples}
    assert empty == {terms.currentYearAppropriation, terms.otherFunds}  # a stroke is an answer


def test_blank_cell_on_a_line_of_its_own_is_listed_there() -> None:
    cells = ["项目名称", "古籍修复", "主管部门", "临江市文化局", "其他资金", "", "", "绩效指标"]
    text = "\n".join(f"\t{cell}" for cell in cells)
    table = "\n\t一级指标\n\t三级指标\n\t年度指标值\n\n\t满意度指标\n\t读者满意度\n\t≥85%\n"
    reading = read_document((text + "\n" + table).encode(), "filing.txt", BASE)
    assert reading.deposit, reading.refusal
    entry = reading.deposit.ledger["lines"][5]
    assert (entry["use"], [fact["property"] for fact in entry["facts"]]) == (
        "blank",
        [terms.otherFunds, terms.leftBlank],
    )


@pytest.mark.parametrize(
    ("printed", "instead", "label", "names", "codes"),
    [
        ("", "", "项目资金总额", (terms.totalAmount, terms.annualRequest), None),
        (
            *("项目资金（元）", "项目资金", "项目资金总额"),
            *((terms.totalAmount, terms.annualRequest), ("taken-as-yuan", "equals-cover")),
        ),
        ("2023-12-31", "2023年12月", "计划开始日期", (terms.startDate,), None),
        ("2023-12-31", "2023年12月", "计划开始日期", (terms.endDate,), ("month-only",)),
    ],
    ids=["stated unit", "inferred unit", "stated day", "month that stands for a day"],
)
def test_what_is_inferred_says_why(  # noqa: PLR0917 - a table of cases
    filing: str, printed: str, instead: str, label: str, names: tuple[str, ...], codes: tuple[str, ...] | None
) -> None:
    reading = read_document(filing.replace(printed, instead).encode(), "filing.txt", BASE)
    why = facts(reading.deposit.ledger["lines"], line_of(filing, label))
    assert [why[name] for name in names] == [codes] * len(names)


def test_every_fact_of_the_graph_that_a_cell_says_has_its_line(reading: Reading) -> None:
    listed = {(f["node"], f["property"]) for line in reading.deposit.ledger["lines"] for f in line["facts"]}
    said = {
        tuple(line.split(" ")[:2])
        for line in reading.deposit.source_triples.decode().splitlines()
        if any(
            f"<{name}>" in line
            for name in (
                terms.targetText,
                terms.totalAmount,
                terms.text,
                terms.startDate,
                terms.citedBasis,
                terms.itemAmount,
            )
        )
    }
    assert len(said) > 10
    assert {(node.strip("<>"), name.strip("<>")) for node, name in said} <= listed
