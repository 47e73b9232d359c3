"""The account of a document: what was found, what it lacks, how sure, what stayed unread."""

from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.result import Account
from jixiao.ontology import terms
from jixiao.ontology.reasons import reason

BASE = "http://localhost:8000/"
PART_OF_OTHERS = "".join(f"第{number}段：与项目无关的一行文字。\n" for number in range(30))


def read(text: str) -> Reading:
    return read_document(text.encode(), "filing.txt", BASE)


def account(text: str) -> Account:
    found = read(text).account
    assert found
    return found


def withheld(text: str) -> set[str]:
    """Return the properties that the graph of a filing states as withheld."""
    deposit = read(text).deposit
    found = parse(deposit.source_triples if deposit else b"", RdfFormat.N_TRIPLES)
    return {str(quad.object.value) for quad in found if quad.predicate.value == terms.withheld}  # type: ignore[union-attr]


def test_a_whole_filing_lacks_nothing(filing: str) -> None:
    found = account(filing)
    [project] = found.projects
    assert (project.name, project.year, project.lacks) == ("古籍修复", 2023, ())
    assert (project.indicators, project.goals, project.citations, project.stated_bases) == (4, 2, 1, 1)
    assert filing.split("\n")[(project.line or 0) - 1].startswith("项目名称")
    assert (project.amount.term, project.amount.value) == (terms.annualRequest, Decimal(120_000))
    assert project.amount.certainty == "stated"
    assert (found.declared, found.inferred, found.unread, found.left_out) == (1, (), (), ())


def test_facts_are_counted_as_they_are_published(filing: str) -> None:
    reading = read(filing)
    stated = {(f["node"], f["property"]) for line in reading.ledger["lines"] for f in line["facts"] if not f["why"]}
    assert reading.account.stated == len(stated)
    assert sum(count for _, count in reading.account.withheld) == 3  # blank cells of money


@pytest.mark.parametrize(
    ("printed", "changed", "lack"),
    [
        ("主管部门\t临江市文化局\t实施单位\t临江市图书馆（本级）\n", "", "body"),
        ("2023年度", "本年度", "year"),
        ("项目总目标\t年度总目标\n\t馆藏善本得到修复。\t修复善本两百册。", "", "goals"),
        ("≥200册", "", "targets"),
        ("古籍修复", "", "name"),
    ],
)
def test_what_a_project_lacks(filing: str, printed: str, changed: str, lack: str) -> None:
    assert printed in filing
    text = filing.replace(printed, changed)
    if lack == "body":
        text = text.replace("临江市图书馆2023年度", "2023年度")
    if lack == "year":
        text = text.replace("计划开始日期\t2023-01-01", "计划开始日期\t2022-09-01")  # twelve months would tell the year
    [project] = account(text).projects
    assert project.lacks == (lack,)


def test_a_body_that_the_cover_alone_names_is_none_lacking(filing: str) -> None:
    [project] = account(filing.replace("主管部门\t临江市文化局\t实施单位\t临江市图书馆（本级）\n", "")).projects
    assert project.lacks == ()


def test_an_inferred_unit_is_told_from_a_stated_one(filing: str) -> None:
    found = account(filing.replace("项目资金（元）", "项目资金"))
    amount = found.projects[0].amount
    assert (amount.value, amount.certainty) == (Decimal(120_000), "inferred")
    assert amount.why
    assert amount.why.codes == ("taken-as-yuan", "equals-cover")
    assert found.inferred == ((amount.why, 3),)
    assert (found.counted("inferred"), found.counted("stated")) == (1, 0)


def test_an_amount_that_nothing_proves_is_not_given_and_says_why(filing: str) -> None:
    [project] = account(filing.replace("项目资金（元）", "项目资金").replace("12.00万元", "若干")).projects
    assert (project.amount.value, project.amount.certainty, project.lacks) == (None, "none", ("amount",))
    assert project.amount.why == reason("no-unit")


def test_an_amount_that_is_no_number_is_none_and_its_parts_do_not_stand_for_it(filing: str) -> None:
    [project] = account(filing.replace("\t120000\n", "\t十二万余\n").replace("120000.00", "--")).projects
    assert (project.amount.value, project.lacks) == (None, ("amount",))
    assert "金额不是数字" in str(project.amount.why)


def test_a_claim_of_the_narrative_is_named_as_such(filing: str) -> None:
    story = filing[: filing.index("财政项目支出")].replace("经费情况说明1", "古籍修复经费情况说明")
    text = story + "2023年度项目总预算30万元。\n\n七、绩效目标\n\n善本得到修复。\n"
    [project] = account(text.replace("项目古籍修复", "古籍修复")).projects
    assert (project.amount.term, project.amount.value) == (terms.narrativeAmount, Decimal(300_000))
    assert project.lacks == ("goals", "indicators")


def test_more_projects_declared_than_read(filing: str) -> None:
    assert account(filing.replace("项目1个", "项目3个")).declared == 3


def test_unread_lines_in_a_form_are_told_from_those_elsewhere(filing: str) -> None:
    found = account(PART_OF_OTHERS + filing + "注：本表一式两份。\n")
    elsewhere = [unread.text for unread in found.unread if not unread.in_form]
    assert "注：本表一式两份。" in {unread.text for unread in found.unread_in_forms}
    assert "第0段：与项目无关的一行文字。" in elsewhere
    assert "注：本表一式两份。" not in elsewhere


def test_lines_before_a_narrative_without_a_form_are_none_of_its_project(filing: str) -> None:
    story = filing[: filing.index("财政项目支出")].replace("经费情况说明1", "古籍修复经费情况说明")
    text = story.replace("项目古籍修复", "古籍修复") + "2023年度项目总预算30万元。\n\n七、绩效目标\n\n善本得到修复。\n"
    found = account("浙江省杭州市2023年部门预算\n" + PART_OF_OTHERS + text)
    assert found.unread
    assert (found.unread_in_forms, found.partial) == ((), frozenset())


def test_rows_behind_the_last_one_that_was_understood_are_in_the_form(filing: str) -> None:
    rows = "".join(f"甲{number}\t乙\t丙\t丁\t戊\t己\t庚\t辛\n" for number in range(15))
    found = account(filing + rows + PART_OF_OTHERS)
    assert {unread.line for unread in found.unread_in_forms} >= {
        unread.line for unread in found.unread if "乙" in unread.text
    }
    assert sum("乙" in unread.text for unread in found.unread) == 15
    assert not all(unread.in_form for unread in found.unread)


def test_a_file_without_a_form_has_no_account() -> None:
    assert read("周三开会。\n").account is None


FILING = Path(__file__).with_name("whole-filing.txt").read_text(encoding="utf-8")
ABOVE, _, BELOW = FILING.partition("项目资金（元）")
BELOW = BELOW[BELOW.index("项目绩效目标\t") :]
RUN_TOGETHER = (
    "项目绩效目标表(2022年度)项目名称镇区道路养护主管部门石桥镇人民政府成本构成养护费191合计814年度目标道路平整。"
    "一级指标二级指标指标内容指标值产出指标数量指标77100质量指标77100满意度指标社会公众满意度指标55100填表说明:无\n"
)
SEVERAL = "项目预算\t成本构成2022年实际执行数修复费80元培训费40元合计120\n"


@pytest.mark.parametrize(
    ("text", "code", "lacking"),
    [
        pytest.param(RUN_TOGETHER, "run-together", set(), id="cells run together"),
        pytest.param(ABOVE + SEVERAL + BELOW, "several-figures", {terms.totalAmount}, id="none is surely the amount"),
        pytest.param(ABOVE + "项目预算\t见2022年预算\n" + BELOW, None, set(), id="a year is no amount"),
        pytest.param(ABOVE, "breaks-off", {terms.annualRequest}, id="a torn form may have had one"),
    ],
)
def test_an_amount_that_is_not_read_is_withheld_with_the_reason(text: str, code: str | None, lacking: set[str]) -> None:
    [project] = account(text).projects
    assert project.amount.value is None
    assert project.amount.why == (code and reason(code))
    assert withheld(text) & {terms.totalAmount, terms.annualRequest} == lacking <= {project.amount.term}


def test_cells_that_run_together_are_not_understood() -> None:
    text = (Path(__file__).parent / "cases/digits-that-run-together/filing.txt").read_text("utf-8")
    assert read(text).share < 1


def test_rows_below_the_words_of_a_form_are_in_the_form() -> None:
    """A table none of whose rows was read is part of the form, though no fact stands in its last lines."""
    head = "某县体育馆场地维护\n项目支出绩效目标表\n（2023年度）\n项目名称\n体育馆场地维护\n年度目标\n场地常年开放。\n"
    of_terms = [f"二级指标({term})\n三级指标({term})\n指标值({term})\n" for term in ("长期", "年度")]
    table = "".join(["绩效指标\n一级指标\n", *of_terms])
    rows = "产出指标\n数量指标\n开放场地\n4片\n数量指标\n开放场地\n"
    found = read(head + "\n" + table.replace("\n", "\n\n") + rows.replace("\n", "\n\n") + PART_OF_OTHERS)
    assert "4片" in [each.text for each in found.account.unread_in_forms]
    assert found.ledger["share"] < 1
