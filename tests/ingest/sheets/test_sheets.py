"""A spreadsheet becomes facts, whatever program saved it; a wrong cell is named by row and column, not guessed at."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from jixiao.ingest.sheets import columns
from jixiao.ingest.sheets.columns import SheetError
from jixiao.ingest.sheets.sheet import convert
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.reference import reference
from jixiao.shapes.validate import validate
from tests.support.generated import tries

JX = Namespace(terms.JX)
IRIS = Iris("https://data.example.org/")
HEAD = ["申报单位", "年度", "项目名称", "年度资金申请总额", "一级指标", "二级指标", "三级指标", "年度指标值"]
ROW = ["示例区图书馆", "2024", "阅读推广", "850000", "产出指标", "数量指标", "讲座场次", "≥24场"]
SHEET = (Path(__file__).parent / "library.csv").read_text(encoding="utf-8")


def written(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def graph(content: bytes) -> Graph:
    return Graph().parse(data=convert(content, "a.csv", IRIS).triples, format="nt")


def problems(content: bytes) -> list[str]:
    with pytest.raises(SheetError) as error:
        convert(content, "a.csv", IRIS)
    return [str(problem) for problem in error.value.problems]


def test_a_sheet_becomes_all_that_reading_a_filing_gives() -> None:
    said = graph(SHEET.encode())
    counted = {
        kind: len(set(said.subjects(RDF.type, JX[kind])))
        for kind in ("Project", "Indicator", "Goal", "Citation", "CostItem", "CostSubtotal", "StatedFigure", "Filing")
    }
    assert counted == {
        "Project": 2, "Indicator": 7, "Goal": 2, "Citation": 2, "CostItem": 2, "CostSubtotal": 1, "StatedFigure": 3,
        "Filing": 1,
    }  # fmt: skip
    assert {str(number) for number in said.objects(None, JX.documentNumber)} == {"示府发〔2021〕5号"}


def test_every_fact_of_a_row() -> None:
    said = graph(written(HEAD, ROW))
    [project] = said.subjects(RDF.type, JX.Project)
    assert project == URIRef(IRIS.project("示例区图书馆", 2024, "阅读推广"))
    assert str(said.value(project, JX.annualRequest)) == "850000"
    assert said.value(project, JX.year).toPython() == 2024  # type: ignore[union-attr]
    [indicator] = said.objects(project, JX.hasIndicator)
    assert said.value(indicator, JX.indicatorType) == URIRef(terms.VOCAB + "indicator-type/output-quantity")
    assert (said.value(indicator, JX.targetOperator), str(said.value(indicator, JX.targetUnit))) == (JX.ge, "场")
    assert said.value(indicator, JX.sourceLine).toPython() == 2  # type: ignore[union-attr]


def test_what_is_converted_breaks_no_rule_of_our_own_graphs() -> None:
    report = validate(convert(SHEET.encode(), "library.csv", IRIS).triples)
    assert [(each.fault.name, each.lines) for each in report.results if each.fault.bundle == "integrity"] == []


@pytest.mark.usefixtures("every_rule")
def test_findings_name_the_row_of_the_sheet() -> None:
    report = validate(convert(SHEET.encode(), "library.csv", IRIS).triples)
    found = {each.fault.name: each.lines for each in report.results if each.fault.level == "Warning"}
    assert found["DirectionReversed"] == (7,)
    assert found["CostSubtotalDiffers"] == (4,)
    assert found["QuantityTimesPriceDiffers"] == (3,)


@pytest.mark.sampled(5)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("divider", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_it_was_saved(encoding: str, divider: str, end: str) -> None:
    rows = list(csv.reader(io.StringIO(SHEET)))
    out = io.StringIO()
    csv.writer(out, delimiter=divider, lineterminator=end).writerows(rows)
    source = (None, JX.sha256, None)
    wanted, found = graph(SHEET.encode()), graph(out.getvalue().encode(encoding))
    labels = {str(label) for label in wanted.objects(None, RDFS.label)} - {"a.csv"}
    assert labels == {str(label) for label in found.objects(None, RDFS.label)} - {"a.csv"}
    assert len(wanted) == len(found)
    assert list(wanted.triples(source))


def test_english_headings_and_any_order_give_the_same() -> None:
    kinds = {kind: columns.WORDING.tables["meanings"][kind] for kind in columns.KINDS}
    english = {
        word: next(each for each in words if each.isascii())
        for kind in kinds.values()
        for words in kind.values()
        for word in words
    }
    row = dict(zip(HEAD, ROW, strict=True))
    turned = [english[heading].upper() for heading in reversed(HEAD)]
    found = graph(written(turned, [row[heading] for heading in reversed(HEAD)]))
    wanted = graph(written(HEAD, ROW))
    for each in (found, wanted):
        for node in set(each.subjects(RDF.type, JX.SourceDocument)):
            each.remove((node, None, None))
            each.remove((None, None, node))
    assert isomorphic(found, wanted)


def test_units_of_money_stand_in_the_heading() -> None:
    head = [*HEAD[:3], "年度资金申请总额（万元）", "Total (10,000 yuan)", "财政资金/元"]
    said = graph(written([*HEAD[:3], *head[3:5]], [*ROW[:3], "85.5", "90"]))
    [project] = said.subjects(RDF.type, JX.Project)
    assert {str(said.value(project, name)) for name in (JX.annualRequest, JX.totalAmount)} == {"855000", "900000"}
    assert str(said.value(project, JX.roundedTo)) == "1000"


def test_cells_guarded_against_formulas_are_read_as_they_were() -> None:
    said = graph(written(HEAD, [*ROW[:7], "'=100%"]))
    assert [str(text) for text in said.objects(None, JX.targetText)] == ["=100%"]


def test_a_target_in_three_cells_is_one() -> None:
    head = [*HEAD[:7], "运算符", "年度指标值", "计量单位"]
    for sign, value, unit, wanted in (
        ("≥", "24", "场", "≥24场"),
        ("", "≥24", "场", "≥24场"),
        ("≥", "95%", "%", "≥95%"),
        ("定性", "良好", "", "良好"),
    ):
        said = graph(written(head, [*ROW[:7], sign, value, unit]))
        assert [str(text) for text in said.objects(None, JX.targetText)] == [wanted]


def test_levels_go_on_until_another_begins() -> None:
    rows = [
        ROW,
        ["", "", "", "", "", "", "读者人次", "≥2万人次"],
        ["", "", "", "", "", "质量指标", "完成率", "100%"],
        ["", "", "", "", "效益指标", "", "影响", "提高"],
    ]
    said = graph(written(HEAD, *rows))
    levels = {
        str(said.value(node, RDFS.label)): (said.value(node, JX.printedLevel1), said.value(node, JX.printedLevel2))
        for node in said.subjects(RDF.type, JX.Indicator)
    }
    shown = {name: tuple(each and str(each) for each in both) for name, both in levels.items()}
    assert shown == {
        "讲座场次": ("产出指标", "数量指标"),
        "读者人次": ("产出指标", "数量指标"),
        "完成率": ("产出指标", "质量指标"),
        "影响": ("效益指标", None),
    }


def test_weights_are_kept_as_printed() -> None:
    said = graph(written([*HEAD, "分值"], [*ROW, "20分"], ["", "", "", "", "", "", "读者人次", "≥2万人次", "12.5%"]))
    assert sorted(str(weight) for weight in said.objects(None, JX.weight)) == ["12.5", "20"]


def test_a_blank_cell_of_a_column_was_left_blank() -> None:
    said = graph(written([*HEAD[:4], "项目总目标", "计划开始日期"], [*ROW[:3], "", "", ""]))
    assert set(said.objects(None, JX.leftBlank)) == {JX.annualRequest, JX.OverallGoal, JX.startDate}


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("年度", "今年", "第 2 行 row 2“年度”：不是年份：今年 · not a year: 今年"),
        ("年度资金申请总额", "八十五万", "第 2 行 row 2“年度资金申请总额”：不是金额：八十五万"),
        ("年度资金申请总额", "1.2E+07", "不是金额"),
        ("年度资金申请总额", "100 200", "不是金额"),
        ("年度资金申请总额", "#REF!", "电子表格没有算出这一格"),
        ("计划完成日期", "2月30日", "不是日期"),
        ("计划完成日期", "2024-02-30", "不是日期"),
        ("运算符", "大约等于", "不是比较符"),
        ("编报项目数", "几个", "不是整数"),
        ("编报总额", "很多", "不是金额"),
        ("数量", "若干", "不是数"),
        ("权重", "较高", "不是数"),
    ],
)
def test_a_wrong_cell_is_named(column: str, text: str, said: str) -> None:
    head, row = [*HEAD, "费用名称"], [*ROW, "讲课费"]
    if column in head:
        row = [text if heading == column else cell for heading, cell in zip(head, row, strict=True)]
    else:
        head, row = [*head, column], [*row, text]
    [found] = problems(written(head, row))
    assert said in found


def test_all_problems_are_named_at_once_by_row() -> None:
    rows = [
        ["", "", "", "5", "", "", "", ""],
        ROW,
        ["别的单位", "", "", "", "", "", "", "≥1场"],
        ["", "2023", "古籍修复", "x", "", "", "", ""],
    ]
    found = problems(written(HEAD, *rows))
    assert [one.split("行")[0] for one in found] == ["第 2 ", "第 4 ", "第 4 ", "第 5 ", "第 5 "]
    assert "没有项目名称" in found[0]
    assert any("没有指标名称" in one for one in found)
    assert any("与第 3 行所填的不同" in one for one in found)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "表格是空的"),
        ("项目名称\n甲\n".encode(), "缺少“年度”一栏"),
        ("年度\n2024\n".encode(), "缺少“项目名称”一栏"),
        ("年度,项目名称\n".encode(), "没有一个项目"),
        ("年度,项目名称\n,甲\n".encode(), "没有填年度"),
        ("年度,项目名称,预算年度\n2024,甲,2024\n".encode(), "出现了两次"),
        ('年度,项目名称\n2024,"甲\n'.encode(), "引号"),
        (b"PK\x03\x04\x00\x00", "不是文本"),
        ("年度,项目名称,费用名称,金额\n2024,甲,,5\n".encode(), "没有费用名称"),
    ],
)
def test_what_is_no_such_sheet_says_why(content: bytes, said: str) -> None:
    assert any(said in one for one in problems(content))


def test_columns_that_are_not_known_are_named() -> None:
    assert convert(written([*HEAD, "备注", ""], [*ROW, "x", "y"]), "a.csv", IRIS).unknown == ("备注",)


def test_every_meaning_is_a_term() -> None:
    known = {iri.removeprefix(terms.JX) for iri in reference()}
    others = {
        "name",
        "item",
        "indicator",
        "level1",
        "level2",
        "operator",
        "target",
        "unit",
        "quantity",
        "times",
        "unitPrice",
    }
    headings = {kind: columns.WORDING.tables["meanings"][kind] for kind in columns.KINDS}
    for kind, words in headings.items():
        assert kind == "section" or set(words) - others <= known | {"overallGoal", "annualGoal"}
        for each in words.values():
            assert any(word.isascii() for word in each), each
            assert any(not word.isascii() for word in each), each
    everything = [word for kind in headings.values() for words in kind.values() for word in words]
    assert len(set(everything)) == len(everything)
    assert all(columns.is_heading(word) for word in everything)


@tries(100)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=8, max_size=8), max_size=4))
def test_any_cells_give_facts_or_problems(rows: list[list[str]]) -> None:
    content = written(HEAD, ROW, *rows)
    try:
        found = convert(content, "a.csv", IRIS).triples
    except SheetError:
        assert problems(content)
    else:
        assert "讲座".encode() in found
