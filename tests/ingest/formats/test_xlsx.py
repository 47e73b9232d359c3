"""Workbooks read as the same filing's text; what is shown counts, what is hidden does not; broken ones are refused."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, strategies as st
from openpyxl.styles import Border, Side

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import read, text, xlsx
from jixiao.ingest.rendition import Rendition
from tests.support.generated import tries
from tests.support.packing import saved, unzipped, zipped
from tests.support.writers import as_plain_xlsx, as_xlsx, facts, texts_of

BASE = "http://localhost:8000/"
# The smallest first, which is the one that `make test` takes.
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"), key=lambda path: path.stat().st_size)
Sheet = Any


def workbook(fill: Callable[[Sheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    return saved(book)


def texts(rendition: Rendition) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in rendition.rows]


@pytest.mark.sampled(5)  # each way once, with the smallest
@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
@pytest.mark.parametrize("way", [as_plain_xlsx, as_xlsx])
def test_workbook_gives_the_facts_of_the_text(example: Path, way: Callable[[Rendition], bytes]) -> None:
    content = example.read_bytes()
    found = facts(read_document(way(text.read(content)), "a.xlsx", BASE))
    wanted = facts(read_document(content, "a.txt", BASE))
    assert found == wanted, texts_of(found ^ wanted)


def test_values_are_read_as_they_are_shown() -> None:
    def fill(sheet: Sheet) -> None:
        sheet.append(["数", 1_200_000, 0.9, date(2023, 3, 1), datetime(2023, 3, 1, 9, 30), time(8), True, "#REF!", 0.5])
        for column, code in {"C": "0%", "D": "yyyy/m/d", "I": '"≥"0.0"万元"'}.items():
            sheet[f"{column}1"].number_format = code

    (row,) = texts(read(workbook(fill)))
    assert row == ["数", "1200000", "90%", "2023-03-01", "2023-03-01 09:30", "08:00:00", "TRUE", "#REF!", "≥0.5万元"]


def test_cell_with_breaks_is_a_line_each_and_knows_its_place() -> None:
    def fill(sheet: Sheet) -> None:
        sheet.title = "附表1"
        sheet.append(["年度目标", "修复善本_x000D_\n编目"])

    rendition = read(workbook(fill))
    assert [line.text for line in rendition.lines] == ["年度目标", "修复善本", "编目"]
    assert [line.where for line in rendition.lines] == [{"sheet": "附表1", "cell": cell} for cell in ("A1", "B1", "B1")]


def test_merged_cell_stands_in_its_first_row_and_column_alone() -> None:
    def fill(sheet: Sheet) -> None:
        sheet.append(["申报表"])
        sheet.append(["产出指标", "数量指标", None, "册数", "≥2册"])
        sheet.append([None, "质量指标", None, "合格率", None])
        for area in ("A1:E1", "A2:A3", "B2:C2", "B3:C3"):
            sheet.merge_cells(area)

    rendition = read(workbook(fill))
    assert texts(rendition) == [
        ["申报表"],
        ["产出指标", "数量指标", "册数", "≥2册"],
        ["", "质量指标", "合格率", ""],
    ]
    assert [cell.column for cell in rendition.rows[1].cells] == [cell.column for cell in rendition.rows[2].cells]


@pytest.mark.parametrize("framed", ["C1", "C3"])
def test_blank_merged_column_belongs_to_the_table_if_its_first_or_last_cell_is_framed(framed: str) -> None:
    def fill(sheet: Sheet) -> None:
        for row in (["名称", "目标"], ["册数", "≥2册"], ["修复善本"]):
            sheet.append(row)
        sheet.merge_cells("C1:C3")
        sheet[framed].border = Border(bottom=Side("thin"))

    assert texts(xlsx.read(workbook(fill)))[:2] == [["名称", "目标", ""], ["册数", "≥2册", ""]]


def test_only_text_of_a_row_is_a_paragraph_where_no_frame_holds_it() -> None:
    line = Side(style="thin")

    def fill(sheet: Sheet) -> None:
        for row in (["填表说明"], ["项目名称", "古籍修复"], ["实施单位"]):
            sheet.append(row)
        for cell in (*sheet[2], *sheet[3]):
            cell.border = Border(left=line, right=line, top=line, bottom=line)

    assert texts(read(workbook(fill))) == [["填表说明"], ["项目名称", "古籍修复"], ["实施单位", ""]]


def test_only_text_of_a_row_is_a_paragraph_where_it_runs_over_its_column() -> None:
    def fill(sheet: Sheet) -> None:
        for row in (["本表由实施单位填报，一式两份。"], ["项目名称", "古籍修复"], ["单位"]):
            sheet.append(row)

    assert texts(read(workbook(fill))) == [["本表由实施单位填报，一式两份。"], ["项目名称", "古籍修复"], ["单位", ""]]


def test_what_is_hidden_is_left_out() -> None:
    book = openpyxl.Workbook()
    sheet, hidden = book.active, book.create_sheet("草稿")
    for row in (["甲", "乙", "丙"], ["丁", "戊", "己"], ["合并", "庚", "辛"], [None, "壬", "癸"]):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True
    hidden["A1"], hidden.sheet_state = "项目名称", "hidden"
    book.create_sheet("二")["C3"] = "末"
    assert texts(read(saved(book))) == [["甲", "丙"], ["合并", "癸"], ["末"]]


def with_part(name: str, change: Callable[[bytes], bytes], content: bytes | None = None) -> bytes:
    """A workbook in which one part is another."""
    parts = unzipped(content or workbook(lambda sheet: sheet.append(["甲", "乙"])))
    return zipped(*(parts | {name: change(parts[name])}).items())


SHEET = "xl/worksheets/sheet1.xml"
MERGED = b'<mergeCells><mergeCell ref="%s"/></mergeCells>'


def test_formula_shows_the_value_kept_with_it_and_never_passes_for_a_blank() -> None:
    book = workbook(lambda sheet: sheet.append(["合计", "=SUM(1,2)"]))
    assert texts(read(book)) == [["合计", "=SUM(1,2)"]]
    kept = with_part(SHEET, lambda data: re.sub(rb"<v ?/>|<v></v>", b"<v>3</v>", data), book)
    assert texts(read(kept)) == [["合计", "3"]]
    empty = with_part(SHEET, lambda data: data.replace(b'r="B1"', b'r="B1" t="str"'), book)
    assert texts(read(empty)) == [["合计"]]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=A1+$B$1", "3.5"),
        ("=SUM(A1:B2)", "5"),
        ("=SUM(A1:A2,B2)", "2.5"),
        ("=SUM(B2:A1)", "5"),
        ("=A1+ZZZ9999999", "1"),
        ("=A1+D1", "=A1+D1"),  # a text, and another formula
        ("=A1+C1", "=A1+C1"),
        ("=A1*B1", "=A1*B1"),
        ("=SUM(Z8:Z9)", "=SUM(Z8:Z9)"),  # nothing is added
        ("=SUM(A1:XFD1048576)", "=SUM(A1:XFD1048576)"),
    ],
)
def test_sum_without_a_kept_value_is_computed_from_cells_that_hold_numbers(formula: str, shown: str) -> None:
    def fill(sheet: Sheet) -> None:
        sheet.append([1, 2.5, "=A1*2", "项"])
        sheet.append([None, 1.5, formula])

    assert texts(read(workbook(fill)))[1][2] == shown


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b'r="B1"', b'r="?"'),
        lambda data: b"<!DOCTYPE x [<!ENTITY e 'e'>]>" + data,
        lambda data: b'<?xml version="1.0" encoding="UTF-16"?>' + data,
        lambda data: data.replace(b"</worksheet>", b"").decode().encode("utf-16"),
        lambda data: data.replace(b"</sheetData>", b"</sheetData>" + MERGED % b"A1:XFD1048576"),
        lambda data: data.replace(b"</sheetData>", b"</sheetData>" + MERGED % b"A1:&#88;FD99999"),
        lambda data: data.replace(b"</sheetData>", b"<row>" + b"<c/>" * 200_001 + b"</row></sheetData>"),
    ],
)
def test_broken_or_boundless_sheet_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnreadableError):
        read(with_part(SHEET, change))


def test_cell_far_away_costs_nothing() -> None:
    def fill(sheet: Sheet) -> None:
        sheet["A1"] = "甲"
        sheet["XFD1048576"].number_format = "0%"
        sheet.column_dimensions["B"].hidden, sheet.column_dimensions["B"].max = True, 999_999_999

    assert texts(read(workbook(fill))) == [["甲"]]


def test_table_over_a_whole_empty_sheet_is_refused() -> None:
    def fill(sheet: Sheet) -> None:
        for row in range(1, 20):
            sheet.cell(row, 1, "甲")
            sheet.cell(row, 16_000, "乙")

    with pytest.raises(UnreadableError, match="more than 200,000 cells"):
        read(workbook(fill))


PARTS = list(unzipped(workbook(lambda sheet: sheet.append(["甲", 0.9, "=1+1"]))))


@tries(60)
@given(st.sampled_from(PARTS), st.integers(0, 400), st.binary(max_size=6))
def test_no_damage_raises_anything_else(part: str, at: int, noise: bytes) -> None:
    content = with_part(part, lambda data: data[:at] + noise + data[at + len(noise) :])
    with suppress(UnreadableError):
        assert all(row.cells for row in xlsx.read(content).rows)
