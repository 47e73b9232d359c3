"""Files of narratives without forms: a title that names its project makes one; nothing is taken for more than it is."""

from decimal import Decimal

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Extraction
from jixiao.ingest.readers import read

COVER = "海陵市2026年市级部门预算\n预算主管部门：海陵市档案局\n"
SECTIONS = {
    "项目概述": "整理馆藏。",
    "立项依据": "《海陵市档案管理办法》（海政发〔2024〕7号）。",
    "实施主体": "海陵市档案局",
    "实施方案": "分批整理。",
    "实施周期": "2026.1.1-2026.12.31",
    "年度预算安排": "2026年度项目总预算12.50万，其中数字化12.50万。",
    "绩效目标": "详见附件",
}


def narrative(title: str, **changed: str | None) -> str:
    texts = {**SECTIONS, **changed}
    numbered = zip("一二三四五六七", texts.items(), strict=True)
    return f"{title}\n" + "".join(f"{n}、{label}\n{text}\n" for n, (label, text) in numbered if text is not None)


def extraction(*parts: str) -> Extraction:
    return extract(read("".join(parts).encode()))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("馆藏整理专项经费情况说明", "馆藏整理专项"),
        ("馆藏整理业务经费项目经费情况说明", "馆藏整理业务经费"),
        ("馆藏整理（二期）项目经费情况说明", "馆藏整理（二期）"),
        ("关于馆藏整理项目经费使用情况说明", "馆藏整理"),
    ],
)
def test_title_names_the_project(title: str, name: str) -> None:
    (project,) = extraction(COVER, narrative(title)).projects
    assert project.name.text == name
    assert project.narrative.amount.value == Decimal(125_000)
    assert [citation.number and citation.number.canonical for citation in project.citations] == ["海政发〔2024〕7号"]
    assert {name: printed.text for name, printed in project.form.fields.items()} == {
        "startDate": "2026.1.1",
        "endDate": "2026.12.31",
    }
    assert (project.form.amounts, project.form.indicators, project.form.breaks_off) == ((), (), None)


def test_narratives_are_published_under_the_body_of_the_title_page() -> None:
    text = COVER + narrative("馆藏整理经费情况说明") + narrative("库房维修经费情况说明", 年度预算安排="按合同付款。")
    reading = read_document(text.encode(), "a.txt", "http://localhost:8000/")
    assert sorted(reading.deposit.contents.projects.values()) == ["库房维修", "馆藏整理"]
    triples = reading.deposit.source_triples.decode()
    assert "海陵市档案局2026年度绩效目标申报" in triples
    assert triples.count("#narrativeAmount>") == 1
    assert "#totalAmount>" not in triples
    assert "#annualRequest>" not in triples


@pytest.mark.parametrize(
    ("budget", "yuan"), [("2026年度预算安排12.5万元。", 125_000), ("2025年预算安排12.5万元。", None)]
)
def test_amount_of_another_year_is_none_of_this(budget: str, yuan: int | None) -> None:
    (project,) = extraction(COVER, narrative("馆藏整理经费情况说明", 年度预算安排=budget)).projects
    assert (project.narrative.amount and project.narrative.amount.value) == yuan


@pytest.mark.parametrize("period", ["2026全年度。", "2026年", "2026.1.1-2026.12.31，分两期", "2026年1月1日起"])
def test_period_in_words_gives_no_dates(period: str) -> None:
    (project,) = extraction(COVER, narrative("馆藏整理经费情况说明", 实施周期=period)).projects
    assert project.form.fields == {}


@pytest.mark.parametrize(
    "text",
    [
        "2026年“三公”经费情况说明\n本年度预算数与上年持平。\n",
        "机关运行经费情况说明\n本年度预算数与上年持平。\n",
        "会议经费情况说明\n本年度预算数与上年持平。\n",
        "七、项目经费情况说明\n",
        narrative("项目经费情况说明1--馆藏整理"),
        narrative("项目经费情况说明"),
    ],
    ids=["receptions", "office", "no headings", "contents", "numbered: its form is missing", "without a name"],
)
def test_what_is_no_narrative_of_a_project(text: str) -> None:
    with pytest.raises(NotAFilingError, match="没有找到"):
        extraction(COVER, text)


def test_explanation_of_other_money_stays_with_the_cover() -> None:
    declared = "本部门编报绩效目标的项目3个，涉及项目预算资金60万元，均已开展绩效目标编报。\n"
    found = extraction(COVER, "会议经费情况说明\n", declared, narrative("馆藏整理经费情况说明"))
    assert len(found.projects) == 1
    assert found.cover.count.value == 3


@pytest.mark.parametrize(
    "words",
    ["涉及项目预算资金60万元", "上述项目所涉预算共计600000元", "项目预算总额为60万元", "共涉及资金合计60.0万元"],
)
def test_cover_declares_the_total_of_its_projects(words: str) -> None:
    declared = f"本部门编报绩效目标的项目3个，{words}，均已开展绩效目标编报。\n"
    assert extraction(COVER, declared, narrative("馆藏整理经费情况说明")).cover.total.value == 600000


def test_last_narrative_that_breaks_off_is_kept_in_part() -> None:
    whole = narrative("馆藏整理经费情况说明")
    torn = narrative("库房维修经费情况说明", 年度预算安排=None, 绩效目标=None)
    assert [project.form.breaks_off is None for project in extraction(COVER, whole, torn).projects] == [True, False]
    reading = read_document((COVER + torn).encode(), "a.txt", "http://localhost:8000/")
    assert {*reading.deposit.contents.partial} == reading.deposit.contents.projects.keys()
    fewer = narrative("库房维修经费情况说明", 绩效目标=None)
    assert [project.form.breaks_off for project in extraction(COVER, fewer, fewer).projects] == [None, None]
