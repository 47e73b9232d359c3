"""Texts that no form has, but a stranger's file may: read or refused, and never by trying all ways there are."""

from collections import Counter
from collections.abc import Sequence
from unittest.mock import Mock

import pytest

from jixiao.ingest.cells import lines
from jixiao.ingest.cells.run_together import money
from jixiao.ingest.document import read_document
from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.extract import extract
from jixiao.ingest.formats.text_tables import rows as table_rows
from jixiao.ingest.model import Printed
from jixiao.ingest.readers import text as plain_text
from jixiao.ingest.rendition import Cell, Line, Marks, Place, Row, joined
from jixiao.ingest.roles import aligning
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.structure import records
from jixiao.ingest.structure.dividing import divided_paragraphs
from jixiao.ingest.structure.forms.form import read as read_form
from jixiao.ingest.structure.narratives.narrative import implementer, term
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.text.citations import malformed_numbers
from jixiao.ingest.text.figures import figures
from jixiao.ingest.text.flow import Spans
from jixiao.ingest.text.sums import calculations
from jixiao.ingest.values.plain import plain
from tests.support.forms import row

HEAD = ["一级指标", "二级指标", "三级指标", "运算符", "指标值", "单位", "权重"]
FREE = ["备注", "说明", "评分标准"]
ROW = ["产出指标", "数量指标", "植树数", "=", "5", "棵", "10"]


def one_cell_a_line(cells: list[str]) -> list[Row]:
    return [Row((Cell(((number, cell),)),)) for number, cell in enumerate(cells, 1)]


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    "text",
    [
        "|||||\n" * 2_000,
        "项目名称|" * 20_000,
        "项目  " * 20_000,
        "甲|\n" + "|乙\n" * 2_000,
        "".join(f"（{number % 9 + 1}）立项依据。" for number in range(8_000)),
        "项目名称" + " " * 100_000 + "植树",
        "根据" + "号下达" * 10_000,
        "\n".join(HEAD * 200),
    ],
    ids=["bars", "bars in one line", "blanks", "open cells", "headings", "one gap", "notice", "heads"],
)
def test_text_without_a_form_is_refused(text: str) -> None:
    with pytest.raises(NotAFilingError):
        extract(plain_text.read(text.encode()))


def test_labels_on_lines_of_their_own_are_not_counted_anew_from_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Mock(wraps=money._amount)
    monkeypatch.setattr(money, "_amount", looked)
    rows = one_cell_a_line(["中央资金"] * 1_000)
    assert not any(records.at(rows, index) for index in range(len(rows)))
    assert joined(rows, money.unpaired) == rows
    assert 0 < looked.call_count < 250 * len(rows)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "text",
    [
        "一个" * 8_000,
        "3-" * 8_000 + "次",
        "率和" * 8_000 + "率100%",
        "全年" * 8_000 + "3%",
        "“" * 16_000 + "1名党员",
        "松委发〔2020" * 3_000,
        "〔2020〕" * 3_000,
        "1元×" * 5_000 + "1=",
        "负责" * 8_000,
        "责任主体为" + "局" * 16_000,
        "2022年1月至" * 2_000,
    ],
    ids=["counts", "ranges", "rates", "fill", "quotes", "numbers", "years", "factors", "verbs", "body", "terms"],
)
def test_running_text_of_any_kind_is_read_once(text: str) -> None:
    told = Printed(((Place(1, 0), text),))
    assert len(figures(told, 0)) <= 1
    assert not list(calculations(told, 0))
    assert (term(told) is None) == ("至" not in text)
    assert not implementer(told)
    assert len(malformed_numbers(text)) <= 1


@pytest.mark.parametrize("times", [40, pytest.param(300, marks=pytest.mark.judge)])
def test_rows_over_many_lines_are_put_together(times: int) -> None:
    joined = lines.rejoined(one_cell_a_line(HEAD + ROW * times))
    assert len(joined) == times + 1
    assert {len(row.cells) for row in joined} == {len(HEAD)}


@pytest.mark.parametrize("times", [3, 40, pytest.param(500, marks=pytest.mark.judge)])
def test_blank_columns_are_found_in_a_table_of_any_length(times: int) -> None:
    joined = lines.rejoined(one_cell_a_line(HEAD + FREE + ROW * times))
    assert [len(row.filled) for row in joined[1:]] == [len(ROW)] * times


def test_a_row_is_fitted_to_a_head_with_any_number_of_columns_that_may_be_blank() -> None:
    short = row("产出指标", "数量指标", "植树数", "5", "棵")
    told = ["level1", "level2", "name", "operator", "target", "unit"]
    for weights in (1, 400):
        assert aligning.fit(Columns(dict(enumerate(told + ["weight"] * weights))), short).target[0] == "5棵"


BESIDE_NUMBERS = "101001" + " " * 4 + "植树办公室" + " " * 200_000 + "（101001）"
ALONE = ("101 -101101", "[101] （101101）", "2101　(101", "101    101", "植树" + " " * 200_000 + "办公室")


@pytest.mark.parametrize(
    ("printed", "body"),
    [(BESIDE_NUMBERS, "植树办公室"), *((each, each) for each in ALONE)],
    ids=["numbers beside any blanks", *(f"as printed {number}" for number, _ in enumerate(ALONE))],
)
def test_a_body_is_read_without_its_numbers(printed: str, body: str) -> None:
    form = read_form(Segment("form", (row("主管部门", printed),)), Marks())
    assert form.fields["competentDepartment"].text == body


def test_a_notice_without_a_sum_is_told_from_one_with_a_sum() -> None:
    assert labels().line("notice", "根据" + "号下达" * 50_000) is None
    assert labels().line("notice", "根据林发〔2021〕5号，下达你单位5万元。")


def test_a_long_paragraph_of_headings_is_cut_at_each() -> None:
    text = "".join(f"（{number}）项目内容：植树。" for number in range(1, 100))
    assert len(list(divided_paragraphs([Row((Cell(((1, text),)),))]))) == 99


def test_open_mark_up_stays() -> None:
    text = "$" + r"\text{" * 50_000 + "$"
    assert plain(text) == text.strip("$")


def test_columns_of_blanks_are_distances_from_the_edge() -> None:
    texts = ["项目  甲", "名称  乙  丙", "  部门  丁", "单位    戊"]
    found = list(table_rows(tuple(Line(number, text) for number, text in enumerate(texts, 1))))
    assert [[cell.column for cell in row.cells] for row in found] == [[0, 6], [0, 6, 10], [2, 8], [0, 8]]


def test_many_forms_are_read_with_the_lines_near_them() -> None:
    form = "项目支出绩效目标表\n项目名称\t植树{n}\n主管部门\t园林处\n年度目标\t种下许多新的树木\n"
    table = "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t植树数\t5棵\n"
    text = "".join(form.format(n=number) + table for number in range(20)) + "此处另起一段\n" * 20
    reading = read_document(text.encode(), "多.txt", "https://example.org/")
    assert len(reading.account.projects) == 20
    assert 0 < len(reading.account.unread_in_forms) < len(reading.account.unread)


def test_spans_that_overlap_meet_what_any_of_them_meets() -> None:
    spans = Spans([(5, 9), (0, 20), (30, 31)])
    assert [spans.meet(at, at + 1) for at in (0, 19, 20, 29, 30, 31)] == [True, True, False, False, True, False]
    assert not Spans([]).meet(0, 5)


def test_lists_that_only_begin_are_looked_at_near_their_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Counter[str]()
    function = lines._side_by_side

    def counted(rows: Sequence[Row]) -> Row:
        looked["cells"] += len(rows)
        return function(rows)

    monkeypatch.setattr(lines, "_side_by_side", counted)
    for cells in (
        ["序号", "项目名称", "金额"],
        ["序号"],
        ["序号", "项目名称", "金额", "1"],
        ["单位:万元", "项目名称", "金额", "甲"],
    ):
        rows = one_cell_a_line(cells * 300)
        assert [cell for row in joined(rows, lines.list_joined) for cell in row.cells]
        assert looked.pop("cells", 0) <= 4 * len(rows)


def test_heads_of_money_are_looked_for_near_their_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a header in each sentence of a long text, and in line after line, are not looked at time and again."""
    looked = Mock(wraps=money.execution_meaning)
    monkeypatch.setattr(money, "execution_meaning", looked)
    sentence = "财政拨款支出120万元，其中项目支出40万元，预算执行率100%，资金使用规范"
    for texts in ([sentence] * 300, ["执行数", "10"] * 300, ["全年预算数", "10", "执行数", "9"] * 150):
        looked.reset_mock()
        money.spending_restored(one_cell_a_line(texts))
        assert looked.call_count < 250 * len(texts)
