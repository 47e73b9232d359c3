"""PDF: watermarks, stamps and sideways remarks are in no cell; a label set sideways in its own cell is a label."""

from math import cos, radians, sin

import pytest

from jixiao.ingest.readers import pdf
from jixiao.ingest.recognition import UNREAD
from tests.ingest.formats.test_pdf_shown import REMARKS, shown
from tests.support.pdfs import at, document, table

STATES = "/ExtGState << /Half << /ca 0.2 >> >>"
XS, YS = [40.0, 140, 240, 340], [90.0, 120, 150, 180]
ROWS = (("名称", "河道保洁", "甲"), ("资金总额", "120.50", "公里"), ("其他资金", "", "乙"))
FORM = table(XS, YS) + "".join(
    at(x + 5, y + 10, words) for y, row in zip(YS, ROWS, strict=False) for x, words in zip(XS, row, strict=False)
)
READ = "名称|河道保洁|甲|资金总额|120.50|公里|其他资金||乙"


def turned(degrees: float) -> str:
    """The first four numbers of a matrix that turns text counterclockwise."""
    across, up = cos(radians(degrees)), sin(radians(degrees))
    return f"{across:.6f} {up:.6f} {-up:.6f} {across:.6f}"


def over(  # noqa: PLR0917 - as `at`
    words: str, x: float, top: float, size: int = 10, paint: str = "0 g", degrees: float = 0
) -> str:
    return f"q {paint}\n{at(x, top, words, size, turned(degrees))}Q\n"


@pytest.mark.parametrize("degrees", [3, 45, 85, 88, 89, 90, 91, 135, 180, 270, 272])
@pytest.mark.parametrize(
    ("paint", "size", "x", "top"), [("0 g", 10, 170, 100), ("0.8 g", 9, 165, 130), ("1 0 0 rg", 20, 30, 140)]
)
def test_words_of_another_direction_are_in_no_cell(degrees: float, paint: str, size: int, x: float, top: float) -> None:
    stamp = over("财政局2023公开", x, top, size, paint, degrees)
    assert shown(pdf.read(document(FORM + stamp))) == READ
    assert shown(pdf.read(document(stamp + FORM))) == READ


def test_sideways_words_that_are_no_label_are_counted() -> None:
    rendition = pdf.read(
        document(FORM + over("公开2023", 170, 175, 10, "0.8 g", 90) + over("第3页", 20, 175, degrees=90))
    )
    assert [str(each) for each in rendition.left_out] == [f"批注、图章、水印和签名 {REMARKS} 2"]


@pytest.mark.parametrize("degrees", [90, 270])
@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        (("项目资金（万元）",), "项目资金（万元）"),
        (("产出指标(50分)",), "产出指标(50分)"),
        (("社会效益", "指标"), "社会效益指标"),
        (("项目资", "金", "（万元）"), "项目资金（万元）"),
        (("2023",), UNREAD),
        (("公开2023",), UNREAD),
        (("章",), UNREAD),
    ],
)
def test_label_set_sideways_is_read_in_both_directions(words: tuple[str, ...], read_as: str, degrees: int) -> None:
    xs, but = [40.0, 100, 200, 300], ("h1.0",)
    page = table(xs, [90, 140, 190], but) + at(105, 100, "总额") + at(205, 100, "120.50") + at(105, 150, "其他")
    page += at(40, 40, "某某项目支出绩效目标申报表")
    for line, part in enumerate(words):
        x, top = (60 + 12 * line, 188) if degrees == 90 else (75 - 12 * line, 92)
        page += over(part, x, top - 0.88 * 10, degrees=degrees)
    [_, first, second] = pdf.read(document(page)).rows
    assert [cell.text for cell in first.cells] == [read_as, "总额", "120.50"]
    assert [cell.text for cell in second.cells] == ["", "其他", ""]


TILES = [(x, top) for x in (60, 165, 290) for top in (85, 114, 145, 172, 200)]


@pytest.mark.parametrize(
    "laid",
    [
        "".join(over("公开88", x, top, 10, "0.8 g") for x, top in TILES),
        "".join(over("公开88", x, top, 10, "1 0.6 0.6 rg") for x, top in TILES),
        "".join(over("公开88", x, top, 10, "0.5 g") for x in (60, 180) for top in (70, 101, 131, 161, 200)),
        over("内部资料2023", 60, 110, 40, "0.8 g"),
        over("内部资料2023", 60, 110, 40, "/Half gs 0 g"),
        over("作废2023", 60, 110, 40, "1 0 0 rg"),
        over("作废2023", 60, 110, 40),
        "q 0.8 g BT /F 20 Tf 25 Tc 60 650 Td <516c5f00003200300032003300380038> Tj ET Q\n",  # far apart
    ],
)
def test_level_watermark_is_in_no_cell(laid: str) -> None:
    for page in (laid + FORM, FORM + laid):
        assert shown(pdf.read(document(page, resources=STATES))).replace("|公开88", "") == READ


def test_watermark_with_more_glyphs_than_the_text_does_not_turn_the_page() -> None:
    tiles = "".join(over("公开2023", x, top, 8, "0.8 g", 90) for x in range(20, 580, 28) for top in range(60, 780, 60))
    assert shown(pdf.read(document(tiles + FORM))) == READ


@pytest.mark.parametrize(
    ("laid", "read_as"),
    [
        (over("公开88", 155, 130, 10, "0.8 g"), READ.replace("120.50", UNREAD)),  # as large as the text
        (over("公开88", 155, 160, 10, "0.8 g"), READ.replace("||", f"|{UNREAD}|")),  # alone
        (over("88", 205, 130, 10, "1 0 0 rg"), READ.replace("120.50", UNREAD)),  # beside a figure, as if part of it
        (over("2023", 150, 155, 20), READ.replace("||", f"|{UNREAD}|")),
        (over("已审2023", 210, 130, 10, "1 0 0 rg"), READ.replace("120.50|公里", f"{UNREAD}|{UNREAD}")),
    ],
)
def test_words_that_nothing_tells_apart_withhold_their_cell(laid: str, read_as: str) -> None:
    rendition = pdf.read(document(FORM + laid))
    assert shown(rendition) == read_as
    assert rendition.left_out


@pytest.mark.parametrize(
    ("laid", "read_as"),
    [
        (over("7.50", 145, 160, 10, "0 0 1 rg"), "7.50"),
        (over("7.50", 145, 160, 12, "0.4 g"), "7.50"),
        ("0 0 0.5 rg 141 621 98 28 re f\n" + over("白字", 145, 160, 12, "1 g"), "白字"),
    ],
)
def test_text_of_another_look_in_its_cell_is_read(laid: str, read_as: str) -> None:
    for page in (FORM + laid, FORM + laid + "".join(over("公开", x, 114, 30, "0.8 g") for x in (60, 160))):
        assert shown(pdf.read(document(page, page))) == "|".join([READ.replace("||", f"|{read_as}|")] * 2)


@pytest.mark.parametrize(
    ("words", "size", "paint", "degrees"),
    [("公开88", 14, "0.8 g", 0), ("2023", 20, "1 0 0 rg", 0), ("公开", 7, "0.8 g", 0), ("88", 12, "0.8 g", 90)],
)
def test_light_words_and_large_figures_withhold_their_cell(words: str, size: int, paint: str, degrees: int) -> None:
    page = FORM + over(words, 150 + degrees / 3, 155 + degrees / 9, size, paint, degrees)
    assert shown(pdf.read(document(page))) == READ.replace("||", f"|{UNREAD}|")


def test_title_and_labels_of_several_pages_are_read_whatever_their_look() -> None:
    page = FORM + table([40, 340], [60, 90]) + over("绩效目标表", 60, 65, 16, "0 0 0.6 rg")
    assert shown(pdf.read(document(page, page))) == f"绩效目标表|{READ}|绩效目标表|{READ}"
