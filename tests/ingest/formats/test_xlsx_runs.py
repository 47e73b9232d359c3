"""Text of workbooks that is raised, crossed out, unseen or in the font Symbol; the strict form; parts by name."""

import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from jixiao.ingest.readers import xlsx
from tests.ingest.formats.test_xlsx import Sheet, workbook
from tests.support.packing import saved, unzipped, zipped

NAVY, PAPER = PatternFill("solid", "FF000080"), PatternFill("solid", "FFFFFFFF")
WHITE, WHITE_THEME = Font(color="FFFFFFFF"), Font(color=Color(theme=0))


def text(value: Any, font: Font | None = None, fill: PatternFill | None = None, code: str = "General") -> str:
    """The text that is read in a cell beside another one."""

    def written(sheet: Sheet) -> None:
        sheet.append(["名称", value])
        cell = sheet["B1"]
        cell.font, cell.fill, cell.number_format = font or Font(), fill or PatternFill(), code

    [row] = xlsx.read(workbook(written)).rows
    return row.cells[1].text if len(row.cells) > 1 else ""


def rich(*parts: str | tuple[str, dict[str, Any]]) -> CellRichText:
    return CellRichText(
        *(part if isinstance(part, str) else TextBlock(InlineFont(**part[1]), part[0]) for part in parts)
    )


RAISED: dict[str, Any] = {"vertAlign": "superscript"}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ({"value": rich("120.50", ("1", RAISED))}, "120.50¹"),
        ({"value": rich("m", ("2", RAISED), "以上")}, "m²以上"),
        ({"value": rich("H", ("2", {"vertAlign": "subscript"}), "O")}, "H2O"),
        ({"value": rich(("95", {"strike": True}), ("98", {"b": True}))}, "98"),
        ({"value": rich(("³", {"rFont": "Symbol"}), "3000")}, "≥3000"),
        ({"value": rich(("95", {"color": "FFFFFFFF"}), "98")}, "98"),
        ({"value": rich(("95", {"color": "FFFFFFFF"}), "98"), "fill": NAVY}, "9598"),
        ({"value": rich("95", ("98", {"b": True})), "font": Font(strike=True)}, "98"),
        ({"value": 0.95, "font": Font(strike=True), "code": "0%"}, ""),
        ({"value": "³95", "font": Font(name="Symbol")}, "≥95"),
        ({"value": "R", "font": Font(name="Wingdings 2")}, "☑"),
        ({"value": "1", "font": Font(vertAlign="superscript")}, "1"),
        ({"value": "95", "font": WHITE}, ""),
        ({"value": "95", "font": WHITE_THEME, "fill": PAPER}, ""),
        ({"value": "95", "font": Font(color=Color(indexed=9))}, ""),
        ({"value": "95", "font": Font(color=Color(theme=0, tint=-0.5))}, "95"),
        ({"value": "95", "font": WHITE, "fill": NAVY}, "95"),
        ({"value": "95", "font": WHITE, "fill": PatternFill("lightGrid")}, "95"),
        ({"value": "甲", "code": ";;;"}, ""),
        ({"value": 95, "code": ";;;"}, ""),
        ({"value": "甲", "code": "0;;;@"}, "甲"),
    ],
)
def test_cell_has_the_look_that_its_fonts_and_formats_give_it(cell: dict[str, Any], shown: str) -> None:
    assert text(**cell) == shown


def test_text_that_is_not_shown_is_counted() -> None:
    def written(sheet: Sheet) -> None:
        sheet.append(["名称", "甲", "乙", "丙", rich("丁", ("戊", {"strike": True}))])
        sheet["B1"].font, sheet["C1"].font, sheet["D1"].number_format = Font(strike=True), WHITE, ";;;"

    assert [(kind.en, kind.count) for kind in xlsx.read(workbook(written)).left_out] == [
        ("struck-out texts", 2), ("texts that are not seen", 2),
    ]  # fmt: skip


def test_white_text_may_have_a_background_by_a_condition() -> None:
    def written(sheet: Sheet) -> None:
        sheet.append(["名称", "甲"])
        sheet["B1"].font = WHITE
        sheet.conditional_formatting.add("B1", CellIsRule(operator="greaterThan", formula=["0"], fill=NAVY))

    assert [cell.text for cell in xlsx.read(workbook(written)).rows[0].cells] == ["名称", "甲"]


def changed(content: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    return zipped(*((name, change(name, part)) for name, part in unzipped(content).items()), *more.items())


def test_strict_workbook_is_read_as_the_transitional_one() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["名称", 1, rich("m", ("2", RAISED))])
    book.create_sheet("旧表").sheet_state = "hidden"

    def strict(name: str, part: bytes) -> bytes:
        part = re.sub(
            rb"http://schemas.openxmlformats.org/(\w+)/2006/(main|rel)", rb"http://purl.oclc.org/ooxml/\1/\2", part
        )
        return part.replace(b'<c r="B1" t="n"><v>1</v>', b'<c r="B1" t="d"><v>2024-12-31</v>')

    content = changed(saved(book), strict)
    assert b"purl.oclc.org/ooxml/spreadsheetml/main" in unzipped(content)["xl/worksheets/sheet1.xml"]
    rendition = xlsx.read(content)
    assert [[cell.text for cell in row.cells] for row in rendition.rows] == [["名称", "2024-12-31", "m²"]]
    assert [kind.names for kind in rendition.left_out] == [("旧表",)]


def test_text_boxes_and_controls_are_named() -> None:
    content = workbook(lambda sheet: sheet.append(["名称", "甲"]))
    box = "<xdr:sp><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    drawing = f"<xdr:wsDr>{box.format('一')}{box.format('')}{box.format('二')}</xdr:wsDr>".encode()
    more = {"xl/drawings/drawing1.xml": drawing, "xl/ctrlProps/ctrlProp1.xml": b"<formControlPr/>"}
    rendition = xlsx.read(changed(content, lambda _, part: part, **more))
    assert [(kind.en, kind.count) for kind in rendition.left_out] == [("text boxes", 2), ("form controls", 1)]
