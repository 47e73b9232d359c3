"""Comma-separated filings read as the same filing's text; text with commas in it stays text."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from jixiao.ingest.document import read_document
from jixiao.ingest.readers import csv as reader, read, text
from jixiao.ingest.rendition import Row
from tests.support.generated import tries
from tests.support.writers import facts, texts_of

BASE = "http://localhost:8000/"
ROOT = Path(__file__).parents[3]
# The smallest first, which is the one that `make test` takes.
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"), key=lambda path: path.stat().st_size)


def written(rows: tuple[Row, ...], *, padded: bool, encoding: str, sign: str = ",", head: str = "") -> bytes:
    stream = io.StringIO(newline="")
    width = max(len(row.cells) for row in rows) if padded else 0
    for row in rows:
        record = [cell.text for cell in row.cells]
        csv.writer(stream, delimiter=sign).writerow(record + [""] * (width - len(record)))
    return (head + stream.getvalue()).encode(encoding)


@pytest.mark.sampled(5)  # each way once, with the smallest
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
@pytest.mark.parametrize(("padded", "encoding"), [(True, "utf-8-sig"), (False, "gb18030")])
def test_records_give_the_facts_of_the_text(example: Path, padded: bool, encoding: str) -> None:
    content = example.read_bytes()
    table = written(text.read(content).rows, padded=padded, encoding=encoding)
    assert reader.accepts(table)
    found, wanted = facts(read_document(table, "a.csv", BASE)), facts(read_document(content, "a.txt", BASE))
    assert found == wanted, texts_of(found ^ wanted)


def shown(content: bytes) -> list[list[str]]:
    """Return the filled cells of the rows that have some, as they are read."""
    assert reader.accepts(content)
    return [cells for row in read(content).rows if (cells := [cell.text for cell in row.filled])]


@pytest.mark.parametrize(
    ("sign", "head", "encoding"),
    [
        (";", "", "utf-8-sig"),
        (";", "sep=;\r\n", "gb18030"),
        (",", "sep=,\r\n", "utf-8-sig"),
        ("\t", "sep=\t\r\n", "utf-16"),
        ("\t", "", "utf-16"),
    ],
)
def test_separators_of_spreadsheets_divide_cells_as_commas_do(sign: str, head: str, encoding: str) -> None:
    rows = text.read(EXAMPLES[0].read_bytes()).rows
    wanted = shown(written(rows, padded=True, encoding="utf-8"))
    table = written(rows, padded=True, encoding=encoding, sign=sign, head=head)
    assert shown(table) == wanted
    ends = table.decode(encoding).replace("\r\n", "\r").replace("\r", f"{sign}\r\r").encode(encoding)
    if not head:
        assert shown(ends) == wanted


def test_tabs_divide_a_table_if_a_field_is_quoted() -> None:
    rendition = read('项目名称\t"甲""乙"""\t丁\n目标\t"一\n二"\t\n丙\t"1,200"\t\n'.encode("utf-16"))
    assert [[cell.text for cell in row.cells] for row in rendition.rows] == [
        ["项目名称", '甲"乙"', "丁"],
        ["目标", "一\n二", ""],
        ["丙", "1,200", ""],
    ]
    assert not reader.accepts('项目名称\t"甲"\t丁\n目标\t"一"\t\n丙\t"1"\t\n'.encode())


def test_fields_keep_commas_quotes_and_line_breaks() -> None:
    rendition = read('表,,\n项目,"1,200","甲""乙""\n丙"\n丁,,戊\n,,\n己,庚,辛\n'.encode())
    assert rendition.media_type == "text/csv"
    assert [[cell.text for cell in row.cells] for row in rendition.rows] == [
        ["表"],
        ["项目", "1,200", '甲"乙"\n丙'],
        ["丁", "", "戊"],
        ["己", "庚", "辛"],
    ]
    assert rendition.lines[-1].where == {"table": 1, "row": 5, "cell": 3}


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ('"一网通办"平台', "一网通办平台"),
        ('"更新"好差评"系统"', '更新好差评"系统"'),
        ('"一网通办"、"好差评"', '一网通办、"好差评"'),
        ('"甲,乙"平台', "甲,乙平台"),
    ],
)
def test_quotation_marks_that_are_not_doubled_are_read_as_spreadsheets_do(field: str, cell: str) -> None:
    rows = shown(f'名称,{field},"甲""乙\n丙"\n目标,55"屏,\n\n丁,,戊'.encode())
    assert rows == [["名称", cell, '甲"乙\n丙'], ["目标", '55"屏'], ["丁", "戊"]]


@pytest.mark.parametrize(
    "content",
    [
        '甲,"乙"丙,丁\n戊,"己,庚\n辛,,壬\n',  # a mark that is not closed
        '甲,"乙,丙\n丁,"戊",己\n辛,,壬\n',
        '甲,"乙"丙",丁",戊\n己,,庚\n辛,,壬\n',  # a separator within marks
        "项目名称\t甲\n资金\t46,670,000\n",
        "46,670,000\n10,000,000\n1,200,000\n3,400,000\n",
        "项目概述\n修复善本,编目。\n立项依据,一,二。\n实施主体\n",
        '甲,乙,丙\n丁,"戊,己\n庚,辛,壬\n',
        "a,b\nc,d\ne,f\n",
    ],
)
def test_text_with_commas_is_no_table(content: str) -> None:
    assert not reader.accepts(content.encode())


def test_every_filing_in_text_stays_text() -> None:
    texts = [*EXAMPLES, *(ROOT / "tests" / "ingest" / "cases").glob("*/filing.txt")]
    assert not [path for path in texts if reader.accepts(path.read_bytes())]


PIECES = ["甲", "项目", "1", "12", "345", "1,234", "46,670,000", ",", ",", ";", "\n", "\n", '"', "\t", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@example("甲,100,200\n" * 3, "utf-8")
@example("sep=,\n甲,1\n", "utf-8-sig")
@example("12,1,234\n100,12甲项目甲,甲\n34534546,670,000", "utf-16")
@tries(400)
def test_each_table_has_a_sign_of_one(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert reader.SIGNS.search(content.replace(b"\0", b"").lower()) or not reader.accepts(content)
