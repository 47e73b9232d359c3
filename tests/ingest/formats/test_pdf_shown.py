"""PDF: a page is what it shows. What is covered, struck out or on a layer that is off is left out, and counted."""

import re

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.readers import pdf, read
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import Rendition
from tests.support.pdfs import HEIGHT, at, carrying, document, stream, table
from tests.support.printers import CHROMIUM, printed_by_chromium

BLANK, BLACK = "1 1 1 rg\n", "0 0 0 rg\n"
UNSEEN, STRUCK = "texts that are not seen", "struck-out texts"
REMARKS, ON_EACH_OTHER = (
    "remarks, stamps, watermarks and signatures",
    "pages with texts covered or printed on each other",
)
CELL = table([40, 200, 360], [90, 120])


def box(x: float, top: float, wide: float, high: float, paint: str = "f") -> str:
    return f"{x} {HEIGHT - top - high} {wide} {high} re {paint}\n"


def shown(rendition: Rendition) -> str:
    return "|".join(row.text.replace("\t", "|") for row in rendition.rows)


def left_out(rendition: Rendition) -> dict[str, int]:
    return {each.en: each.count for each in rendition.left_out}


STATES = (
    "/ExtGState << /Half << /ca 0.5 >> /Times << /BM /Multiply >> /Mask << /SMask << /S /Luminosity >> >> "
    "/None << /ca 0 >> /Full << /ca 1 /BM /Normal /SMask /None >> >> /Pattern << /Tiles << /PatternType 1 >> >>"
)
COVER = box(45, 95, 150, 20)
OLD, NEW = at(50, 100, "980.00"), at(50, 100, "120.50")


@pytest.mark.parametrize(
    "cover",
    [
        BLANK + COVER,
        "/Half gs /Full gs\n" + BLANK + COVER,
        "1 g\n" + COVER,
        "0 0 0 0 k\n" + box(45, 95, 150, 20, "f*"),
        "1 0 0 rg\n" + box(45, 95, 150, 20, "B"),
        "1 1 1 RG 22 w 45 695 m 195 695 l S\n",
        "1 g 45 685 m 195 685 l 195 705 l 45 705 l h f\n",
        "1 g 45 685 m 195 685 l 200 690 200 700 195 705 c 45 705 l 40 700 40 690 45 685 c f\n",
        "q 1 g 45 685 150 20 re W n 0 0 600 800 re F Q\n",
        "q 150 0 0 20 45 685 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q\n",
    ],
)
def test_text_below_what_is_painted_later_is_not_seen(cover: str) -> None:
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + OLD + cover + BLACK + NEW, resources=STATES))
    assert shown(rendition) == "120.50|甲"
    assert left_out(rendition) == {UNSEEN: 1}


@pytest.mark.parametrize(
    "paint",
    [
        BLANK + COVER + BLACK + NEW,
        "0.8 g\n" + COVER + BLACK + NEW,
        NEW + "/Half gs 1 1 0 rg\n" + COVER,
        NEW + "/Times gs 1 1 0 rg\n" + COVER,
        NEW + "/Mask gs 1 1 0 rg\n" + COVER,
        NEW + "1 g 45 685 m 195 685 l 45 670 l f\n",
        NEW + "1 g\n" + box(45, 90, 150, 8) + box(45, 112, 150, 8),
        NEW + box(40, 90, 160, 30, "n") + box(40, 90, 160, 30, "") + box(42, 92, 156, 26, "f*"),
        NEW + "q 1 g 0 0 10 10 re W n\n" + COVER + "Q\n",
        NEW + BLANK + COVER + BLACK + NEW,
        NEW + "q 150 0 0 20 45 685 cm BI /W 1 /H 1 /IM true ID z EI Q\n",
    ],
)
def test_paint_that_covers_no_text_hides_none(paint: str) -> None:
    assert shown(pdf.read(document(CELL + at(205, 100, "甲") + paint, resources=STATES))) == "120.50|甲"


@pytest.mark.parametrize(
    ("paint", "seen"),
    [
        (BLANK + OLD, False),
        ("0.99 g\n" + OLD, False),
        ("0 0 0 0 k\n" + OLD, False),
        ("/None gs\n" + OLD, False),
        ("1 Tr 1 G\n" + OLD, False),
        ("0.2 0.4 0.6 rg\n" + COVER + BLANK + OLD, True),
        ("0.9 g\n" + OLD, True),
        (BLANK + "2 Tr 0 G\n" + OLD, True),
        (BLANK + "/DeviceGray cs\n" + OLD, True),
        ("q 150 0 0 20 45 685 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q\n" + BLANK + OLD, True),
        ("/Half gs 0 g\n" + COVER + "/Full gs\n" + BLANK + OLD, True),
        ("0 g\n" + COVER + "1 g 45 685 m 120 705 l 195 685 l f\n" + BLANK + at(60, 96, "1", 6), True),
    ],
)
def test_text_in_the_colour_of_its_ground_is_not_seen(paint: str, seen: bool) -> None:
    assert (shown(pdf.read(document(CELL + at(205, 100, "甲") + paint, resources=STATES))) != "|甲") is seen


RULE = "40 695 m 200 695 l S\n"
TWO_LINES = "0 g " + at(50, 92, "甲") + at(50, 107, "乙") + at(205, 100, "丙")
BLUE = "0.2 0.4 0.8 rg\n"


@pytest.mark.parametrize(
    "paint",
    [
        "1 1 1 RG\n" + RULE,
        "/DeviceGray CS 0.98 SC\n" + RULE,
        "1 G 5 w\n" + RULE,
        BLANK + box(40, 104.7, 160, 0.6),
        "1 G 1 g 0.2 w\n" + box(40, 104.7, 160, 0.6, "B"),
        "q /None gs\n" + box(40, 104.7, 160, 0.6) + "Q\n",
        "q /Faint gs\n" + RULE + "Q\n",
        "q 40 697 160 10 re W n\n" + RULE + "Q\n",
        RULE + BLANK + box(41, 91, 158, 28),
        RULE + "q 160 0 0 28 40 681 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q\n",
        BLUE + box(40, 90, 160, 30) + "0.2 0.4 0.8 RG\n" + RULE,
        "/None gs 0 g\n" + box(40, 90, 160, 30) + "/Full gs 1 G\n" + RULE,
    ],
)
def test_rule_that_nobody_sees_divides_nothing(paint: str) -> None:
    states = STATES.replace("/Half", "/Faint << /CA 0.02 >> /Half")
    assert shown(pdf.read(document(CELL + paint + TWO_LINES, resources=states))) == "甲\n乙|丙"


@pytest.mark.parametrize(
    "paint",
    [
        "0.8 G\n" + RULE,
        "1 G /DeviceGray CS\n0 SC\n" + RULE,
        "q /None gs 0 G\n" + RULE + "Q\n",  # whose fills alone are not seen
        BLUE + box(40, 90, 160, 30) + "1 G\n" + RULE,
        BLUE + box(40, 90, 160, 15) + box(40, 105, 160, 15) + BLANK + box(40, 104.7, 160, 0.6),
        BLANK + box(40, 90, 160, 30) + "0 G\n" + RULE,
        "1 w\n" + RULE + BLUE + box(40, 90, 160, 15) + "1 g\n" + box(41, 105.5, 158, 14),  # of which half is covered
        BLUE + box(40, 90, 8, 30) + "1 G\n" + RULE,  # of which a part is seen
    ],
)
def test_rule_that_is_seen_divides_its_cell(paint: str) -> None:
    assert shown(pdf.read(document(CELL + paint + TWO_LINES, resources=STATES))) == "甲|丙|乙|"


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        (at(50, 100, "86.30") + at(100, 103, "1", 6), "86.30₁"),
        (at(50, 100, "86.30") + at(100, 104.5, "12", 6), "86.30₁₂"),
        (at(50, 100, "共") + at(60, 102, "1", 8) + at(68, 100, "座") + at(78, 102, "12", 8), "共1座12"),
    ],
)
def test_smaller_digit_behind_a_figure_is_a_mark(words: str, read_as: str) -> None:
    assert shown(pdf.read(document(CELL + at(205, 100, "甲") + words))) == f"{read_as}|甲"


TYPE_3 = (
    "/Resources << /ExtGState << /Full << /ca 1 >> >> /Font << /F 3 0 R /T << /Type /Font /Subtype /Type3 "
    "/FontBBox [0 -120 1000 880] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 57 /LastChar 57 /Widths [1000] "
    "/Encoding << /Differences [57 /nine] >> /CharProcs << /nine 8 0 R >> >> >> >>"
)
NINE = f"BT /T 10 Tf 60 {HEIGHT - 110} Td (9) Tj ET\n"


@pytest.mark.parametrize(
    ("paint", "glyph", "seen"),
    [
        ("1 g\n" + NINE, "d1", False),
        ("0.996 g\n" + NINE, "d1", False),
        ("0.2 0.4 0.6 rg\n" + COVER + NINE + BLANK + at(80, 100, "甲"), "d1", False),
        ("0.2 0.4 0.6 rg\n" + COVER + BLANK + NINE, "d1", True),
        ("0.4 g\n" + NINE, "d1", True),
        (BLANK + NINE, "d0 1 0 0 rg", True),
    ],
)
def test_glyph_that_is_a_drawing_has_the_colour_of_its_text_or_its_own(paint: str, glyph: str, seen: bool) -> None:
    box_of_glyph = "1000 0" if glyph.startswith("d0") else "1000 0 0 0 800 800"
    form = stream(paint, f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] {TYPE_3}")
    drawing = stream(f"{box_of_glyph} {glyph} 0 0 800 800 re f")
    page = CELL + at(205, 100, "甲") + "/Fm Do\n"
    rendition = pdf.read(document(page, resources="/XObject << /Fm 7 0 R >>", objects=(form, drawing)))
    assert ("9" in shown(rendition)) is seen
    assert left_out(rendition) == ({} if seen else {UNSEEN: 1})


@pytest.mark.parametrize(("wide", "read_as"), [(150, "120.50"), (22, UNREAD)])
def test_text_of_which_a_clip_leaves_a_part_is_not_read(wide: int, read_as: str) -> None:
    """Spreadsheets clip a text at the edge of a neighbour that is not blank, which leaves the middle of a name."""
    page = CELL + at(205, 100, "甲") + f"q 45 685 {wide} 20 re W n\n" + NEW + "Q\n"
    assert shown(pdf.read(document(page, resources=STATES))) == f"{read_as}|甲"


@pytest.mark.parametrize(
    ("named", "read_as"),
    [
        ("2f245927", "大"),
        ("59272f24", "大"),
        ("2f3e6237", "户"),
        ("2f2459275927", "大"),
        ("f9f46797", "林"),
        ("2f24fe00", "大"),
        ("00660066", "ff"),
    ],
)
def test_glyph_that_its_font_names_twice_is_read_once(named: str, read_as: str) -> None:
    font = TYPE_3.replace("/FirstChar", "/ToUnicode 9 0 R /FirstChar")
    form = stream(NINE, f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] {font}")
    drawing, names = stream("1000 0 0 0 800 800 d1 0 0 800 800 re f"), stream(f"1 beginbfchar <39> <{named}> endbfchar")
    page = document(CELL + "/Fm Do\n", resources="/XObject << /Fm 7 0 R >>", objects=(form, drawing, names))
    assert shown(pdf.read(page)).strip("|\ufe00") == read_as


@pytest.mark.parametrize(
    ("state", "group", "seen"),
    [
        ("/None gs\n", "/Group << /S /Transparency >>", False),
        ("/None gs\n", "", True),  # the form sets the opacity anew
        ("/Half gs\n", "/Group << /S /Transparency >>", True),
    ],
)
def test_group_is_painted_in_the_opacity_around_it(state: str, group: str, seen: bool) -> None:
    form = stream("/Full gs\n" + OLD, f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] {group} {TYPE_3}")
    page = CELL + at(205, 100, "甲") + state + "/Fm Do\n"
    rendition = pdf.read(document(page, resources=STATES + "/XObject << /Fm 7 0 R >>", objects=(form,)))
    assert shown(rendition) == ("980.00|甲" if seen else "|甲")


PICTURE = "q 150 0 0 20 45 685 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q\n"
BAR = box(59, 95, 12, 20)


@pytest.mark.parametrize(
    "paint",
    [
        OLD + BLACK + COVER,
        OLD + BLANK + COVER,
        OLD + PICTURE,
        "0.2 0.4 0.6 rg\n" + COVER + OLD,
        OLD + BLACK + BAR,
        at(50, 100, "98") + BLACK + BAR + at(70, 100, "0.00"),
        OLD + BLACK + COVER + at(50, 108, "甲", 5) + BLACK + COVER,
    ],
)
def test_covered_text_with_nothing_written_over_it_is_withheld(paint: str) -> None:
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + paint))
    assert shown(rendition) == f"{UNREAD}|甲"
    assert left_out(rendition)[ON_EACH_OTHER] == 1


def test_text_below_a_pattern_is_withheld() -> None:
    paint = NEW + "/Pattern cs /Tiles scn\n" + COVER
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + paint, resources=STATES))
    assert shown(rendition) == f"{UNREAD}|甲"


def test_covered_text_outside_of_cells_is_withheld_with_the_text_of_its_line() -> None:
    page = at(50, 100, "980.00") + at(50, 130, "12345") + BLACK + COVER + box(59, 125, 12, 20) + at(50, 160, "甲")
    assert shown(pdf.read(document(page))) == f"{UNREAD}|甲"


LAYERS = "/Properties << /Off 7 0 R /On 8 0 R /Any 9 0 R /Not 10 0 R /All 11 0 R >>"
GROUPS = (
    "<< /Type /OCG /Name (a) >>",
    "<< /Type /OCG /Name (b) >>",
    "<< /Type /OCMD /OCGs [7 0 R 8 0 R] >>",
    "<< /Type /OCMD /VE [/Not [/Or 7 0 R 8 0 R]] >>",
    "<< /Type /OCMD /OCGs [7 0 R 8 0 R] /P /AllOn >>",
    stream(
        at(50, 100, "单"),
        "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> /OC 7 0 R",
    ),
)


@pytest.mark.parametrize(
    ("state", "hidden"),
    [
        ("/OFF [7 0 R]", {"Off", "Not", "All", "form"}),
        ("/BaseState /OFF /ON [8 0 R]", {"Off", "Not", "All", "form"}),
        ("/BaseState /OFF", {"Off", "On", "Any", "Not", "All", "form"}),
        ("", {"Not"}),  # an expression counts as off
    ],
)
def test_layers_that_are_off_are_not_seen(state: str, hidden: set[str]) -> None:
    catalog = f"/OCProperties << /OCGs [7 0 R 8 0 R] /D << {state} >> >>"
    for name in ("Off", "On", "Any", "Not", "All", "form"):
        part = "/Fm Do\n" if name == "form" else f"/OC /{name} BDC /P BMC {at(50, 100, '单')} EMC EMC\n"
        page = at(50, 60, "见") + part + at(50, 140, "也见")
        resources = f"{LAYERS} /XObject << /Fm 12 0 R >>"
        rendition = pdf.read(document(page, resources=resources, catalog=catalog, objects=GROUPS))
        assert ("单" not in shown(rendition)) is (name in hidden), name
        assert left_out(rendition) == ({UNSEEN: 1} if name in hidden else {})


@pytest.mark.parametrize(
    "texts",
    [
        at(50, 100, "120.50") + at(50, 100, "980.00"),
        at(50, 100, "120.50") + at(54, 100, "980.00"),
        at(50, 98, "120.50") + at(52, 104, "980.00"),
        at(50, 96, "120.50") + at(52, 102, "980.00"),
        at(50, 100, "1") + at(51, 100, "2"),
        at(50, 95, "甲") + at(52, 100, "980.00") + at(52, 100, "120.50"),
    ],
)
def test_texts_on_each_other_are_withheld(texts: str) -> None:
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + texts))
    assert shown(rendition) == f"{UNREAD}|甲"
    assert left_out(rendition) == {ON_EACH_OTHER: 1}


@pytest.mark.parametrize(
    ("texts", "read_as"),
    [
        (at(50, 100, "120") + at(50.5, 100.3, "120") + at(51, 100, "120"), "120"),
        (at(50, 100, "____") + at(52, 100, "120"), None),
        (at(50, 100, "□是") + at(50.5, 100, "√"), None),
        ("BT /F 10 Tf 50 690 Td [<ff09> 500 <ff08>] TJ ET\n", "）（"),
        ("BT /F 10 Tf -4 Tc 50 690 Td <00310032> Tj ET\n", "12"),
    ],
)
def test_bold_lines_ticks_and_squeezed_text_are_no_texts_on_each_other(texts: str, read_as: str | None) -> None:
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + texts))
    assert not left_out(rendition)
    assert read_as is None or shown(rendition) == f"{read_as}|甲"


@pytest.mark.parametrize(
    ("texts", "read_as"),
    [
        (at(50, 100, "120.50") + at(110, 97, "1", 6), "120.50¹"),
        (at(50, 100, "120.50") + at(110, 96, "1", 5), "120.50¹"),
        (at(50, 100, "24小时") + at(90, 97, "①", 6), "24小时①"),
        (at(50, 97, "①", 6) + at(56, 100, "24小时"), "①24小时"),
        (at(50, 100, "3000m") + at(100, 97, "2", 6) + at(106, 100, "以上"), "3000m²以上"),
        ("BT /F 10 Tf 50 691 Td <0031> Tj 4 Ts /F 6 Tf <005b0032005d> Tj 0 Ts /F 10 Tf <4e2a> Tj ET\n", "1⁽²⁾个"),
        (at(50, 100, "CO") + at(70, 105, "2", 6), "CO2"),
        (at(50, 100, "120.50", 6), "120.50"),
        (at(50, 100, "单") + at(60, 102, "120", 8), "单120"),
    ],
)
def test_raised_text_is_written_as_such(texts: str, read_as: str) -> None:
    assert shown(pdf.read(document(CELL + at(205, 100, "甲") + texts))) == f"{read_as}|甲"


@pytest.mark.parametrize("size", [7, 8, 10, 12])
@pytest.mark.parametrize("below", [-3, -2, 2, 3])
def test_figures_off_the_base_line_are_read_in_their_place(size: int, below: float) -> None:
    top = 100 + 0.88 * (10 - size) + below
    row = at(50, top, "20", size) + at(50 + 2 * size, 100, "年甲") + at(70 + 2 * size, top, "3", size)
    row += at(70 + 3 * size, 100, "座") + at(205, 100, "甲") + at(50, 200, "1456789", size)
    assert shown(pdf.read(document(CELL + row))).startswith("20年甲3座|甲")


def test_figures_too_far_off_the_base_line_are_withheld() -> None:
    row = at(50, 107, "20", 8) + at(66, 100, "年") + at(76, 107, "3", 8) + at(84, 100, "座") + at(205, 100, "甲")
    assert shown(pdf.read(document(CELL + row))) == f"{UNREAD}|甲"


def test_font_symbol_has_its_own_encoding() -> None:
    page = CELL + "BT /S 10 Tf 50 691 Td <b3> Tj /F 10 Tf <00330030> Tj ET\n" + at(205, 100, "甲")
    assert shown(pdf.read(document(page))) == "≥30|甲"


@pytest.mark.parametrize("codes", ["ffff00330030", "00330030ffff", "0033aa4100300030"])
def test_code_that_a_font_does_not_define_leaves_a_trace(codes: str) -> None:
    page = CELL + f"BT /F 10 Tf 50 691 Td <{codes}> Tj ET\n" + at(205, 100, "甲")
    page += "".join(at(50, 200 + 20 * line, "甲" * 30) for line in range(4))
    assert sorted(shown(pdf.read(document(page))).partition("|")[0].replace("0", "")) == ["3", UNREAD]


LINE = "0.5 w {} {} m {} {} l S\n"


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        (LINE.format(50, 695, 80, 695), "120"),
        (box(50, 104.5, 30, 0.6), "120"),
        (LINE.format(50, 690, 80, 690), "980120"),  # underlined
        (LINE.format(50, 695, 110, 695), ""),  # both
        (LINE.format(50, 695, 65, 695), "980120"),  # from one figure to the middle of another
        (LINE.format(40, 695, 80, 695), None),  # a rule of the table
    ],
)
def test_text_that_a_line_runs_through_is_struck_out(line: str, read_as: str | None) -> None:
    rendition = pdf.read(document(CELL + at(205, 100, "甲") + at(50, 100, "980120") + line))
    assert read_as is None or shown(rendition) == f"{read_as}|甲"
    assert left_out(rendition).get(STRUCK, 0) == (read_as in {"120", ""})


FORM_OF_PAINT = "/Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F 3 0 R >> >>"
APPEARANCE = stream("BT /F 10 Tf 2 5 Td <003900380030> Tj ET", FORM_OF_PAINT)
HAS = "/AP << /N 7 0 R >>"
RECT = f"/Rect [50 {HEIGHT - 115} 150 {HEIGHT - 95}]"


def annotated(annotation: str, form: str = "", text: str = "") -> Rendition:
    page = CELL + at(205, 100, "甲") + text
    extra = f"/Annots [<< /Type /Annot {RECT} {annotation} >>]"
    return pdf.read(document(page, extra=extra, catalog=f"/AcroForm << {form} >>", objects=(APPEARANCE,)))


@pytest.mark.parametrize(
    ("field", "form", "read_as"),
    [
        (f"/FT /Tx {HAS} /V (5)", "", "980"),
        (f"/FT /Tx {HAS} /V (5)", "/NeedAppearances true", "5"),
        ("/FT /Tx /V (1205000) /DA (/Helv 9 Tf)", "", "1205000"),
        ("/FT /Tx /Ff 4096 /V (first second third) /DA (/Helv 10 Tf)", "", "first second third"),
        ("/Parent << /FT /Tx /V (12) >>", "", "12"),
        ("/FT /Ch /V (a) /Opt [[(a) (Alpha)] [(b) (Beta)]]", "", "Alpha"),
        ("/FT /Ch /Ff 131072 /V (a) /AP << /N 7 0 R >>", "", "980"),
        ("/FT /Ch /V [(a) (b)] /AP << /N 7 0 R >> /DA (/F 9 Tf)", "", "a\nb"),
        ("/FT /Btn /V /On /AP << /N << /On 7 0 R >> >>", "", "☑"),
        ("/FT /Btn /V /Other /AP << /N << /On 7 0 R >> >>", "", "☐"),
        ("/FT /Btn /AS /Yes", "", "☑"),
        ("/FT /Btn /AS /Off", "", "☐"),
        ("/FT /Tx /F 2 /V (12)", "", ""),
        ("/FT /Tx /F 32 /V (12)", "", ""),
        ("/FT /Tx /Ff 8192 /V (12)", "", ""),
    ],
)
def test_fields_of_forms_are_read_as_they_look(field: str, form: str, read_as: str) -> None:
    rendition = annotated(f"/Subtype /Widget {field}", form)
    assert shown(rendition) == f"{read_as}|甲"
    assert not left_out(rendition)


@pytest.mark.parametrize(
    ("remark", "text", "read_as", "counted"),
    [
        (f"/Subtype /FreeText {HAS}", "", "", {REMARKS: 1}),
        (f"/Subtype /FreeText {HAS}", at(53, 100, "120"), UNREAD, {REMARKS: 1, ON_EACH_OTHER: 1}),
        (f"/Subtype /FreeText /F 2 {HAS}", at(53, 100, "120"), "120", {}),
        (f"/Subtype /Widget /FT /Sig /V << >> {HAS}", at(53, 100, "120"), "120", {REMARKS: 1}),
        (f"/Subtype /Widget /FT /Sig {HAS}", at(53, 100, "120"), "120", {}),
        ("/Subtype /Text /Contents (see)", at(53, 100, "120"), "120", {REMARKS: 1}),
        (f"/Subtype /Highlight {HAS}", at(53, 100, "120"), "120", {}),
        ("/Subtype /Link", at(53, 100, "120"), "120", {}),
        (f"/Subtype /StrikeOut /QuadPoints [50 705 85 705 50 690 85 690] {HAS}", at(53, 100, "120"), "", {STRUCK: 1}),
        ("/Subtype /FileAttachment /FS << /F (a.xlsx) >>", at(53, 100, "120"), "120", {"attached files": 1}),
    ],
)
def test_remarks_are_counted_and_mixed_into_no_cell(
    remark: str, text: str, read_as: str, counted: dict[str, int]
) -> None:
    rendition = annotated(remark, text=text)
    assert shown(rendition) == f"{read_as}|甲"
    assert left_out(rendition) == counted


INNER = document(at(50, 50, "正文"))


def test_attached_files_are_named() -> None:
    rendition = pdf.read(carrying(("a.pdf", INNER), ("b.bin", b"\0"), collection=""))
    assert shown(rendition) == "封面"
    assert [str(each) for each in rendition.left_out] == ["附件 attached files 2（a.pdf、b.bin）"]


FORM = document(
    at(50, 50, "项目支出绩效目标申报表")
    + CELL
    + at(50, 100, "项目名称")
    + at(205, 100, "档案整理")
    + table([40, 200, 360], [120, 150])
    + at(50, 130, "年度总体目标")
    + at(205, 130, "整理档案")
)
PAGE = "<table><tr><td>项目名称<td>路灯维护<tr><td>年度总体目标<td>维护路灯</table>".encode()
BASE = "http://localhost:8000/"
LETTER = "the letter or cover that the filing is attached to"


@pytest.mark.parametrize("collection", ["", "/Collection << >>"])
@pytest.mark.parametrize("cover", [at(50, 50, "关于报送绩效目标的通知"), ""])
def test_only_filing_attached_to_a_letter_is_read(cover: str, collection: str) -> None:
    reading = read_document(
        carrying(("b.bin", b"\0\xff"), ("a.pdf", FORM), collection=collection, cover=cover), "a.pdf", BASE
    )
    assert '"档案整理"' in reading.deposit.source_triples.decode()
    assert reading.deposit.media_type == "application/pdf"
    assert reading.rendition
    assert "pages" not in reading.rendition
    assert {each.en: each.names for each in reading.account.left_out} == {
        LETTER: (),
        "other attached files": ("b.bin",),
    }


def test_file_attached_to_a_page_is_read_once() -> None:
    shown_on_the_page = "/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 7 0 R >>]"
    reading = read_document(carrying(("a.html", PAGE), collection="", extra=shown_on_the_page), "a.pdf", BASE)
    assert reading.projects == 1


def test_filing_with_attached_filings_is_read_itself() -> None:
    cover = at(50, 50, "项目支出绩效目标申报表") + CELL + at(50, 100, "项目名称") + at(205, 100, "河道清淤")
    cover += table([40, 200, 360], [120, 150]) + at(50, 130, "年度总体目标") + at(205, 130, "清淤")
    reading = read_document(carrying(("a.pdf", FORM), collection="", cover=cover), "a.pdf", BASE)
    assert '"河道清淤"' in reading.deposit.source_triples.decode()
    assert '"档案整理"' not in reading.deposit.source_triples.decode()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ((("a.pdf", FORM), ("b.html", PAGE)), r"several.*save them apart: a\.pdf、b\.html"),
        ((("a.pdf", carrying(("b.pdf", FORM))),), r"attached files 1（a\.pdf）"),
        ((("a.pdf", bytes(60_000_000)),), r"attached file a\.pdf: .*unpacks to more than"),
    ],
)
def test_letter_with_several_attached_filings_or_none_is_refused(
    files: tuple[tuple[str, bytes], ...], reason: str
) -> None:
    assert re.search(reason, read_document(carrying(*files), "a.pdf", BASE).refusal.reasons[0])


@pytest.mark.parametrize("junk", [b"HTTP/1.1 200 OK\r\nLink: <a>, <b>\r\n\r\n", b"From: <a@b.cn>\n<html><table>\n\n"])
def test_bytes_before_the_header_are_passed_over(junk: bytes) -> None:
    assert shown(read(junk + INNER)) == "正文"
    assert not pdf.accepts(junk + b" " * 1024 + INNER)


@pytest.mark.judge
@pytest.mark.debian
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
def test_marks_of_a_printed_page_are_read() -> None:
    page = (
        "<table><tr><td>≥3000m<sup>2</sup></td><td><s>≥95%</s>≥98%</td><td><u>120.50</u><sup>注1</sup></td></tr>"
        "<tr><td style='background: #333; color: white'>白</td>"
        "<td>H<sub>2</sub></td><td><b>粗</b>10<sup>3</sup></td></tr>"
        "</table>"
    )
    rendition = pdf.read(printed_by_chromium({"a": f"<html><head></head><body>{page}</body></html>"})["a"])
    assert shown(rendition) == "≥3000m²|≥98%|120.50注¹|白|H2|粗10³"
    assert left_out(rendition) == {STRUCK: 1}
