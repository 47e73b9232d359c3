"""Rows as JSON and CSV."""

import csv
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.text import decimals
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views import view_files
from jixiao.server.views.answers import COLUMN_TYPES, Answer, Column, Value, read_rows, unlisted
from jixiao.server.views.csv_text import to_csv

LABEL = {"zh": "甲", "en": "a"}


def answer(kind: str, value: Value) -> Answer:
    column = Column("a", kind, LABEL, None, True)
    return Answer("v", {"p": "松"}, "000001", False, (column,), ({"a": value},), "ASK {}", None)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (Decimal("400000.00"), "400000"),
        (Decimal("12.50"), "12.5"),
        (Decimal("1E+6"), "1000000"),
        (7, "7"),
        (Decimal("0.00"), "0"),
    ],
)
def test_numbers_are_plain_digits(number: int | Decimal, digits: str) -> None:
    assert decimals.digits(number) == digits


def test_decimals_stay_exact_in_json() -> None:
    exact = Decimal("12345678901234567890.123456789")
    assert json.loads(answer("yuan", exact).to_json(), parse_float=Decimal)["rows"] == [{"a": exact}]


def test_headings_stand_in_the_order_of_their_lines_each_once() -> None:
    column = Column("a", "headings", LABEL, None, False)
    said = "120 项目概述\n12 立项依据\n30 立项依据\n5 \n40 政策 依据"
    found = {"results": {"bindings": [{"a": {"type": "literal", "value": said}}, {}]}}
    assert read_rows(json.dumps(found).encode(), [column]) == [{"a": "立项依据、政策 依据、项目概述"}, {"a": None}]


def test_json_has_the_members_of_the_contract() -> None:
    assert json.loads(answer("text", "松").to_json()) == {
        "view": "v",
        "params": {"p": "松"},
        "dataset_version": "000001",
        "truncated": False,
        "columns": [{"name": "a", "label": LABEL, "type": "text"}],
        "rows": [{"a": "松"}],
        "sparql": "ASK {}",
    }


@pytest.mark.parametrize(
    "cell",
    [
        "=A1",
        "+cmd|' /C calc'!A0",
        "-2+3+A1",
        "@x",
        "\tx",
        "\r=x",
        "＝ＳＵＭ(1)",
        "='[1]1'!$1:$1",
        '=HYPERLINK("http://a")',
    ],
)
def test_cells_by_which_a_spreadsheet_could_run_something_are_harmless(cell: str) -> None:
    assert list(csv.reader(io.StringIO(to_csv(answer("text", cell)), newline="")))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["=100.00(%)", "=10个", "=", "-5", "+1", "＝1", "=278人", "－"])
def test_cells_that_can_do_nothing_are_as_printed(cell: str) -> None:
    assert list(csv.reader(io.StringIO(to_csv(answer("text", cell)), newline="")))[1] == [cell]


def test_negative_numbers_stay_numbers_in_csv() -> None:
    assert to_csv(answer("yuan", Decimal("-5.50"))) == "a\r\n-5.5\r\n"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_csv_reads_back(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(to_csv(answer("text", f"x{text}")), newline=""))
    assert row == [f"x{text}"]


def test_titles_stand_in_one_order() -> None:
    assert COLUMN_TYPES["titles"]("乙\n甲") == "乙；甲"
    assert COLUMN_TYPES["titles"]("") is None


def test_codes_are_shown_by_their_names() -> None:
    [fault, *_] = view_files.load()["findings"].params
    assert fault.shown("arithmetic,AmountNotANumber") == Bilingual(
        "金额计算、金额不是数字", "Arithmetic, Amount that is not a number"
    )
    assert fault.shown("不认得的") == Bilingual("不认得的", "不认得的")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("3.其他专项类", "其他专项类"),
        ("32-专项资金项目", "专项资金项目"),
        ("（2）运转类", "运转类"),
        ("*****其他专项业务费", "其他专项业务费"),
        ("经常性项目", "经常性项目"),
        ("2.5 类", "2.5 类"),
        ("211", "211"),
    ],
)
def test_an_entry_of_a_list_is_shown_without_its_number(printed: str, shown: str) -> None:
    assert unlisted(printed) == shown
