"""Workbooks read as the same filing's text; numbers, fonts and what is hidden as shown; broken ones are refused."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.colors import Color

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import read, text, xlsx
from jixiao.ingest.readers.xlsx.texts import displayed
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


WHOLE = workbook(lambda sheet: sheet.append(["甲", "乙"]))
PARTS = list(unzipped(WHOLE))


def with_part(name: str, change: Callable[[bytes], bytes], content: bytes | None = None) -> bytes:
    """A workbook in which one part is another."""
    parts = unzipped(content or WHOLE)
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
        lambda data: data.replace(b"</sheetData>", b"<row/>" * 600_001 + b"</sheetData>"),
        lambda data: data.replace(b"</sheetData>", b"<row>" + b"<c/>" * 200_001 + b"</row></sheetData>"),
    ],
)
def test_broken_or_boundless_sheet_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnreadableError):
        read(with_part(SHEET, change))


@pytest.mark.parametrize(
    ("far", "near"),
    [
        ("A2:A1048576", "A2:A3"),
        ("B2:XFD2", "B2:C2"),
        ("A1:XFD1048576", "A1:C3"),
        ("A1:&#88;FD1", "A1:C1"),
        ("1:1", "A1:C1"),
        ("A:B", "A1:B3"),
    ],
)
def test_merged_range_ends_with_the_rows_and_columns_that_are_used(far: str, near: str) -> None:
    book = workbook(lambda sheet: [*map(sheet.append, (["申报表"], ["产出", "册数", "≥2册"], [None, "合格率", "95%"]))])

    def merged(area: str) -> bytes:
        return with_part(
            SHEET, lambda data: data.replace(b"</sheetData>", b"</sheetData>" + MERGED % area.encode()), book
        )

    assert read(merged(far)).rows == read(merged(near)).rows


def test_cells_that_many_ranges_cover_are_counted_for_each() -> None:
    areas = "".join(f'<mergeCell ref="A1:XFD{row}"/>' for row in range(100_001, 200_002)).encode()
    content = with_part(
        SHEET, lambda data: data.replace(b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>")
    )
    with pytest.raises(UnreadableError, match="more than 200,000 cells"):
        read(content)


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


@tries(60)
@given(st.sampled_from(PARTS), st.integers(0, 400), st.binary(max_size=6))
def test_no_damage_raises_anything_else(part: str, at: int, noise: bytes) -> None:
    content = with_part(part, lambda data: data[:at] + noise + data[at + len(noise) :])
    with suppress(UnreadableError):
        assert all(row.cells for row in xlsx.read(content).rows)


NAVY, PAPER = PatternFill("solid", "FF000080"), PatternFill("solid", "FFFFFFFF")
WHITE, WHITE_THEME = Font(color="FFFFFFFF"), Font(color=Color(theme=0))


def seen(value: Any, font: Font | None = None, fill: PatternFill | None = None, code: str = "General") -> str:
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
    assert seen(**cell) == shown


def _form() -> bytes:
    def fill(sheet: Sheet) -> None:
        for row in (["申报表"], ["名称", "修复"], ["合格率", 0.95]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet["A2"].font, sheet["B3"].number_format = Font(family=2, color="FFFF0000"), "0%"
        sheet["A2"].border, sheet["A3"].fill = Border(left=Side("thin")), NAVY
        sheet.row_dimensions[2].height, sheet.column_dimensions["B"].width = 20, 20

    return workbook(fill)


STYLES, BOOK, LINKS = "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@pytest.mark.parametrize(
    ("part", "usual", "odd"),
    [
        (STYLES, r"<fill>", "<fill/><fill>"),
        (STYLES, r'<family val="2" ?/>', '<family val="34"/><charset val="GB"/><sz val="5pt"/><u val="?"/>'),
        (STYLES, r'rgb="FFFF0000"', 'rgb="#FF0000"'),
        (STYLES, r'<cellStyle name="Normal"', "<cellStyle"),
        (STYLES, r'style="thin"', 'style="single"'),
        (STYLES, r"(<cellXfs[^>]*><xf )", r'\1foo="1" protection="?" '),
        (STYLES, r"(<cellXfs.*<xf [^>]*?)/>", r'\1><alignment horizontal="middle" textRotation="999"/></xf>'),
        (STYLES, r'fontId="0"', 'fontId="99"'),
        (STYLES, r"</styleSheet>", "<dxfs><dxf><font><sz/></font></dxf></dxfs><extLst><ext/></extLst></styleSheet>"),
        (BOOK, r"<calcPr[^>]*/>", '<calcPr calcMode="?" foo="1"/><externalReferences><externalReference/>'
         "</externalReferences>"),
        (BOOK, r"<calcPr", '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="7">#REF!</definedName>'
         "</definedNames><calcPr"),
        (BOOK, r"<workbookView[^>]*/>", '<workbookView visibility="?" activeTab="9"/>'),
        (BOOK, r'state="visible"', 'state="?"'),
        (SHEET, r"<pageMargins[^>]*/>", '<pageMargins left=""/><pageSetup orientation="横向"/><headerFooter foo=""/>'),
        (SHEET, r"<sheetViews>.*</sheetViews>", '<sheetViews><sheetView><pane state="?"/></sheetView></sheetViews>'),
        (SHEET, r"</mergeCells>", '<mergeCell/><mergeCell ref="?"/></mergeCells><hyperlinks><hyperlink/></hyperlinks>'
         '<dataValidations><dataValidation type="?"/></dataValidations>'),
        (SHEET, r"<cols>", '<cols><col/><col min="?" foo="1"/>'),
        (SHEET, r'ht="20"', 'ht="auto" hidden="no" foo="1"'),
        (SHEET, r'r="A3" s="\d+"', 'r="A3" s="999"'),
        (LINKS, r'Target="/?(?:xl/)?worksheets/', r'foo="1" Target="../xl/./Worksheets\\'),
        (LINKS, r"sheet1\.xml", "sheet%31.xml"),
        (LINKS, r"</Relationships>", '<Relationship/><Relationship Id="r9" Target="NULL"/></Relationships>'),
        ("docProps/core.xml", r"(<dcterms:created[^>]*>)[^<]*", r"\1昨天"),
        ("docProps/core.xml", r".*", "<!DOCTYPE x [<!ENTITY e 'e'>]>"),
        ("xl/theme/theme1.xml", r".*", "<"),
        ("[Content_Types].xml", r"sheet\.main", "SHEET.main"),
    ],
)  # fmt: skip
def test_what_reading_does_not_need_refuses_no_workbook(part: str, usual: str, odd: str) -> None:
    def changed_part(data: bytes) -> bytes:
        text, times = re.subn(usual, odd, data.decode(), count=1, flags=re.DOTALL)
        assert times
        return text.encode()

    content = with_part(part, changed_part, _form())
    assert texts(xlsx.read(content)) == [["申报表"], ["名称", "修复"], ["合格率", "95%"]]


def test_broken_hidden_sheet_and_sheet_without_a_part_are_named() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["甲", "乙"])
    book.create_sheet("草稿").sheet_state = "veryHidden"
    book.create_sheet("附表")
    broken = {"xl/worksheets/sheet2.xml": b"<", "xl/worksheets/sheet3.xml": None}
    parts = unzipped(saved(book)) | broken
    rendition = xlsx.read(zipped(*((name, part) for name, part in parts.items() if part is not None)))
    assert texts(rendition) == [["甲", "乙"]]
    assert [kind.names for kind in rendition.left_out] == [("草稿",), ("附表",)]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('t="b"><v>TRUE</v>', "TRUE"),
        ('t="n"><v>甲</v>', "甲"),
        ('t="n"><v>NaN</v>', "NaN"),
        ('t="d"><v>某日</v>', "某日"),
        ('t="s"><v>99</v>', "\ufffd"),
        ('t="?"><v>甲</v>', "甲"),
        ('t="str"><f>1+(</f><v>甲</v>', "甲"),
        ('t="inlineStr"><is><r><rPr><family val="34"/></rPr><t>甲</t></r><rPh><t>乙</t></rPh></is>', "甲"),
    ],
)
def test_cell_has_the_value_that_its_file_tells(cell: str, shown: str) -> None:
    more = f'<c r="H1" {cell}</c></row>'.encode()
    content = with_part(SHEET, lambda data: data.replace(b"</row>", more, 1))
    assert texts(xlsx.read(content))[0][-1] == shown


PICTURE = '=DISPIMG("ID_1F",1)'


@pytest.mark.parametrize(
    "cell",
    [
        f't="str"><f>_xlfn.{PICTURE[1:]}</f><v>{PICTURE}</v>',
        f"><f>{PICTURE[1:]}</f>",
        f't="inlineStr"><is><t>{PICTURE}</t></is>',
        't="e" vm="1"><f>_xlfn.IMAGE("https://example.org/1.png","图（一）",0)</f><v>#VALUE!</v>',
        't="str"><f>IFERROR(__xludf.DUMMYFUNCTION("image(""https://example.org/1.png"")"),"")</f><v></v>',
        't="e" vm="1"><v>#VALUE!</v>',  # a picture placed in the cell
    ],
)
def test_picture_in_a_cell_is_not_read_as_text(cell: str) -> None:
    more = f'<c r="H1" {cell}</c></row>'.encode()
    content = with_part(SHEET, lambda data: data.replace(b"</row>", more, 1))
    assert texts(read(content))[0][-1] == "\ufffd"


@pytest.mark.parametrize(
    "form",
    [
        '项目名称,古籍修复,\n实施单位,"=DISPIMG(""ID_1F"",1)",\n年度目标,修复善本,\n',
        f"项目名称\t古籍修复\n实施单位\t{PICTURE}\n",
        f"<table><tr><td>项目名称<td>古籍修复<tr><td>实施单位<td>{PICTURE}</table>",
    ],
)
def test_formula_of_a_picture_is_no_text_in_any_format(form: str) -> None:
    assert texts(read(form.encode()))[1][1] == "\ufffd"


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


ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1_200_000, "General", "1200000"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "100000000000000000000"),
        (123, "@", "123"),
        (1_200_000, "#,##0", "1,200,000"),
        (0.9, "0%", "90%"),
        (0.905, "0.0%", "90.5%"),
        (0.9, '"≥"0%', "≥90%"),
        (12, '0"万元"', "12万元"),
        (12, "0\\人", "12人"),
        (7, "[$¥-804]#,##0.00", "¥7.00"),
        (12.5, "0.##", "12.5"),
        (12, "0.##", "12"),
        (0.5, "#.0", ".5"),
        (7, "000", "007"),
        (0, "#", ""),
        (5, ";;;", ""),
        # A comma behind the last digit divides by a thousand; an escaped point only looks like one.
        (123_456, "0!.0,", "12.3"),
        (123_456, '0!.0,"万"', "12.3万"),
        (1_234_567, "0.0,", "1234.6"),
        (50_000, '[>=10000]0!.0,"万";0', "5.0万"),
        (5, '[>=10000]0!.0,"万";0', "5"),
        (-5, "0", "-5"),
        (-5, "0;(0)", "(5)"),
        (-5, "#,##0_);[Red](#,##0)", "(5)"),
        (-0.001, "0.0", "0.0"),
        # Red alone is a sign. A number that looks like a positive one, or is not shown, lacks a character.
        (-120.5, "0.00;[Red]0.00", "-120.50"),
        (-120.5, "#,##0.00;[Color 3]#,##0.00;0", "-120.50"),
        (-120.5, '0.00;[红色]"△"0.00', "△120.50"),
        (-120.5, "0.00;0.00", "\ufffd120.50"),
        (-0.05, "0.0%;[Blue]0.0%", "\ufffd5.0%"),
        (-12, '0"万元";"（含税）"0"万元"', "\ufffd（含税）12万元"),
        (-120.5, "0.00;;", "\ufffd"),
        (-120.5, "[>=0]0.00;0.00", "-120.50"),
        (-0.001, "0.00;0.00", "0.00"),
        (0, ACCOUNTING, "-"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        # Formats that no filing needs are shown plainly.
        (0.25, "# ?/?", "0.25"),
        (3, "0.00E+00", "3"),
        (12, "[DBNum2]General", "12"),
    ],
)
def test_shown(value: float, code: str, shown: str) -> None:
    assert displayed(value, code) == shown


@given(
    st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%;"[]!\\_*元E/-')
)
def test_any_format_shows_some_text(value: float, code: str) -> None:
    assert isinstance(displayed(value, code), str)


@given(st.integers(0, 10**12))
def test_grouping_keeps_the_figure(value: int) -> None:
    assert int(displayed(value, "#,##0").replace(",", "")) == value
