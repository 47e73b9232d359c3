"""PDF: what can be seen is read as paragraphs and rows with pages and boxes; blank and broken files are refused."""

import re
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import pdf, text
from jixiao.ingest.readers.pdf import pages
from jixiao.ingest.rendition import Rendition
from tests.support.generated import tries
from tests.support.pdfs import HEIGHT, WIDTH, assembled, at, document, stream, table
from tests.support.printers import CHROMIUM, LIBREOFFICE, STYLE, printed_by_chromium, printed_by_libreoffice
from tests.support.writers import as_docx, as_html, facts

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ALTERNATIVE = "<http://www.w3.org/2004/02/skos/core#altLabel>"


PICTURE = "q {} 0 0 {} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 {} ID z EI Q\n"


def cells(rendition: Rendition) -> list[list[tuple[int, str]]]:
    return [[(cell.column, cell.text) for cell in row.cells] for row in rendition.rows]


def paragraphs(*contents: str, extra: str = "") -> list[str]:
    return [row.text for row in pdf.read(document(*contents, extra=extra)).rows]


def test_line_knows_its_page_and_box() -> None:
    rendition = pdf.read(document(at(50, 60, "甲乙"), at(70, 80, "丙", 20)))
    assert rendition.media_type == "application/pdf"
    assert [(line.text, line.page, (line.where or {})["box"]) for line in rendition.lines] == [
        ("甲乙", 1, (50, 60, 70, 70)),
        ("丙", 2, (70, 80, 90, 100)),
    ]


FULL = "一" * 30
RUNNING = at(250, 20, "某局预算") + at(280, 770, "共3页第{}页") + at(50, 100, FULL) + at(50, 115, FULL)


@pytest.mark.parametrize(
    ("contents", "shown"),
    [
        pytest.param(
            [
                at(70, 50, FULL[:28])
                + at(50, 65, FULL)
                + at(50, 80, "二")
                + at(70, 95, "三、四" + FULL[:25])
                + at(300, 780, "1"),
                at(50, 50, "五。") + at(50, 65, FULL[:20]) + at(50, 80, "六") + at(300, 780, "- 2 -"),
            ],
            [FULL[:28] + FULL + "二", "1", "三、四" + FULL[:25] + "五。", FULL[:20], "- 2 -", "六"],
            id="full lines go on in the next one and over the page",
        ),
        pytest.param(
            [at(70, 50, "1." + FULL[:28]) + at(70, 65, "2.二") + at(70, 80, "3.三")],
            ["1." + FULL[:28], "2.二", "3.三"],
            id="an item begins a paragraph",
        ),
        pytest.param(
            [at(50, 50, FULL) + at(50, 65, FULL) + at(50, 95, "附表")], [FULL * 2, "附表"], id="so does a wider gap"
        ),
        pytest.param(
            [table([40, 400], [40, 200]) + at(50, 50, "甲") + at(50, 90, "乙")], ["甲", "乙"], id="a frame is no table"
        ),
        pytest.param(
            [RUNNING] * 3, ["某局预算", "共3页第{}页", FULL * 6], id="head and foot are said once and break nothing"
        ),
        pytest.param(
            [at(50, 50, "粗体") + at(50.4, 50, "粗体") + at(200, 400, "内部资料", 40, "0.7 0.7 -0.7 0.7")],
            ["粗体"],
            id="bold text and watermarks",
        ),
        pytest.param([at(50, 50, "⼈⽤户")], ["人用户"], id="radicals are characters"),
        pytest.param([at(50, 50, "见") + "3 Tr\n" + at(50, 150, "藏")], ["见"], id="invisible text"),
        *(
            pytest.param(
                [at(70, 150, first) + at(50, 165, second)], [joined], id=f"words broken at the margin: {second}"
            )
            for first, second, joined in (
                (FULL[:28] + "ab", "cd", FULL[:28] + "ab cd"),
                (FULL[:28] + "2-", "1", FULL[:28] + "2-1"),
                (FULL[:29] + "第", "十、条", FULL[:29] + "第十、条"),
            )
        ),
    ],
)
def test_paragraphs(contents: list[str], shown: list[str]) -> None:
    assert paragraphs(*contents) == shown


WIDE: list[float] = [50, 100, 300, 500]
STRUCK = table([50, 150, 250], [50, 65, 80]) + at(60, 52, "甲") + at(160, 52, "乙") + at(60, 68, "丙")
CUT = table([50, 100, 300], [50, 90])


@pytest.mark.parametrize(
    ("contents", "shown"),
    [
        pytest.param(
            [at(50, 50, "单位名称") + at(400, 50, "万元")], [{0: "单位名称", 1: "万元"}], id="a wide gap parts"
        ),
        pytest.param(
            [
                table([50, 150, 250, 350], [100, 120, 140, 160], but=("h1.0", "v1.2", "v2.0"))
                + at(55, 115, "组")
                + at(155, 105, "甲")
                + at(155, 125, "乙")
                + at(255, 125, "丙")
                + at(55, 145, "丁")
            ],
            [{0: "组", 1: "甲"}, {0: "", 1: "乙", 2: "丙"}, {0: "丁", 2: ""}],
            id="merged cells stand once in the grid",
        ),
        pytest.param(
            [
                "".join(f"50 {HEIGHT - y} 200 0.5 re f\n" for y in (100, 120, 140))
                + f"150 {HEIGHT - 140} 0.5 40 re f\n"
                + at(60, 105, "甲")
                + at(160, 105, "乙")
                + at(60, 125, "丙")
            ],
            [{0: "甲", 1: "乙"}, {0: "丙", 1: ""}],
            id="rules are thin rectangles and outer ones are missing",
        ),
        pytest.param(
            [
                table([50, 102, 202], [100, 160])
                + at(56, 105, "一二三四")
                + at(56, 117, "五。")
                + at(106, 105, "1.甲")
                + at(106, 117, "2.乙")
            ],
            [{0: "一二三四五。", 1: "1.甲\n2.乙"}],
            id="text broken over the lines of a cell is joined",
        ),
        pytest.param(
            [
                table([50, 120, 200], [100, 140])
                + at(55, 105, "2,000,")
                + at(55, 117, "000")
                + at(125, 105, "ab")
                + at(125, 117, "cdefg")
            ],
            [{0: "2,000,000", 1: "ab cdefg"}],
            id="so is a figure",
        ),
        pytest.param(
            [
                table([50, 100, 200, 300], [700, 720, 740], but=("v2.0",))
                + at(55, 705, "甲")
                + at(55, 725, "乙")
                + at(300, 780, "1"),
                table([50, 200, 300], [50, 70]) + at(55, 55, "丙") + at(205, 55, "丁"),
            ],
            [{0: "1"}, {0: "甲", 1: ""}, {0: "乙", 1: "", 2: ""}, {0: "丙", 2: "丁"}],
            id="a table goes on over the page with its columns",
        ),
        pytest.param(
            [
                table(WIDE, [700, 740]) + at(55, 705, "目标") + at(105, 705, FULL[:19]) + at(305, 705, "二" * 19),
                table(WIDE, [50, 70, 90])
                + at(105, 55, "三。")
                + at(305, 55, "四。")
                + at(55, 75, "名称")
                + at(105, 75, "五"),
            ],
            [{0: "目标", 1: FULL[:19] + "三。", 2: "二" * 19 + "四。"}, {0: "名称", 1: "五", 2: ""}],
            id="a row that a page break cut is one row",
        ),
        pytest.param(
            [
                CUT + at(55, 55, "目标") + at(105, 55, FULL[:19]),
                CUT + at(105, 55, FULL[:19]),
                CUT + at(105, 55, "完。"),
            ],
            [{0: "目标", 1: FULL[:19] * 2 + "完。"}],
            id="so is one over three pages",
        ),
        pytest.param(
            [
                table([50, 100, 180, 220], [700, 740])
                + at(55, 705, "数量")
                + at(105, 705, "培训人次数量")
                + at(185, 705, "≥10"),
                table([50, 100, 180, 220], [50, 70]) + at(105, 55, "培训期数数量") + at(185, 55, "≥20"),
            ],
            [{0: "数量", 1: "培训人次数量", 2: "≥10"}, {0: "", 1: "培训期数数量", 2: "≥20"}],
            id="a row of words and figures below a page break is its own",
        ),
        pytest.param(
            [
                table([50, 100, 200, 300], [740, 780]) + at(55, 745, "甲") + at(105, 745, "乙") + at(205, 745, "丙"),
                table([50, 103.5, 203.5, 300], [50, 90]) + at(55, 55, "丁") + at(108, 55, "戊") + at(208, 55, "己"),
            ],
            [{0: "甲", 1: "乙", 2: "丙"}, {0: "丁", 1: "戊", 2: "己"}],
            id="columns shift a little from page to page",
        ),
        pytest.param(
            [table([50, 90, 200], [100, 120]) + at(55, 104, "项目绩") + at(55, 116, "效目标") + at(95, 104, "甲")],
            [{0: "项目绩效目标", 1: "甲"}],
            id="a line that runs over the lower edge belongs to its cell",
        ),
        pytest.param([STRUCK], [{0: "甲", 1: "乙"}, {0: "丙", 1: ""}], id="a table"),
        pytest.param([STRUCK + at(80, 60, "丁")], [{0: "甲丁乙丙"}], id="a rule through its text leaves it unread"),
    ],
)
def test_cells_of_tables(contents: list[str], shown: list[dict[int, str]]) -> None:
    assert list(map(dict, cells(pdf.read(document(*contents))))) == shown


COLUMNS: list[float] = [50, 100, 160, 240, 300, 360]


def _broken(above: list[str], below: list[str], rows: int = 1, xs: list[float] = COLUMNS) -> list[list[str]]:
    """A row at the foot of a page, one at the head of the next, and `rows` rows of their own behind them."""
    first, second = table(xs, [750, 790]), table(xs, [50 + 40 * at for at in range(rows + 2)])
    for x, words in zip(xs, above, strict=False):
        first += "".join(at(x + 5, 755 + 12 * line, part) for line, part in enumerate(words.split("/")) if part)
    for x, words in zip(xs, below, strict=False):
        second += "".join(at(x + 5, 55 + 12 * line, part) for line, part in enumerate(words.split("/")) if part)
    second += "".join(at(x + 5, 95, "续") for x in xs[:-1])
    found = pdf.read(document(first, second)).rows
    return [[cell.text for cell in row.cells] for row in found if "续" not in row.text]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["产出", "数量", "培训人次数量的", "合格"], ["", "", "完成率", ""]),  # what stands on the right is lacking
        (["产出", "数量", "培训", "全区各委"], ["", "", "", "办局"]),  # the last cell alone
        (["产出", "数量", "培训人次", "（含全区"], ["", "", "", "各局）"]),
        (["其中财政", "1234,", "当年财政拨款资", "1234,"], ["资金", "567", "金", "567"]),  # full in all
        (["产出", "数量", "培训人次数量的", "=9%(3"], ["", "", "合格率", "月底前)"]),  # a bracket is open
        (["产出", "数量", "培训人次数量的", "≥40"], ["", "", "合格率", "(次)"]),  # a remark alone
        (["其中", "56,78", "当年财政拨款资", "56,78"], ["", "9.00", "金", "9.00"]),  # a figure is broken
        (["其中", "6,789", "当年财政拨款资", "6,789"], ["", ".00", "金", ".00"]),
    ],
)
def test_row_of_short_cells_that_a_page_break_cut_is_one_row(above: list[str], below: list[str]) -> None:
    (row,) = _broken(above, below)
    assert ["".join(cell.split()) for cell in row[:4]] == [one + other for one, other in zip(above, below, strict=True)]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["产出", "数量", "培训人次数量", "合格"], ["", "", "完成率", "100%"]),  # room for another glyph
        (["主管部门", "某局", "实施单位", "某局"], ["开始日期", "1-1", "完成日期", "9-9"]),
        (
            ["产出指标", "数量", "培训", "合格"],
            ["效益指标", "社会", "满意", "提高"],
        ),  # full in a column as wide as they
        (["援藏", "数量", "11", "0.5"], ["援滇", "数量", "21", "1"]),
    ],
)
def test_row_below_a_page_break_that_may_be_its_own_is_its_own(above: list[str], below: list[str]) -> None:
    assert _broken(above, below) == [[*above, ""], [*below, ""]]


@pytest.mark.parametrize(
    ("widths", "above", "below"),
    [
        # Words of a header are as long as each other, not full.
        ([50] * 6, ["一级指标", "二级指标", "三级指标", "单位说明", "年度目标"], ["产出", "数量", "质量", "次", "2"]),
        # Below the first text there was room for another line.
        ([60, 80, 100, 120, 50], ["一" * 5, "二" * 7, "三" * 9, "四" * 11 + "/" + "四" * 11], ["甲", "乙", "丙", "丁"]),
    ],
)
def test_full_lines_alone_do_not_make_a_row_of_two(widths: list[int], above: list[str], below: list[str]) -> None:
    assert len(_broken(above, below, xs=[float(50 + sum(widths[:at])) for at in range(len(widths) + 1)])) == 2


def test_row_that_a_page_break_cut_goes_on_below_the_head_repeated() -> None:
    xs: list[float] = [50, 100, 300, 500]
    head = "".join(at(x + 5, 55, words) for x, words in zip(xs, ["名称", "内容", "说明"], strict=False))
    first = table(xs, [50, 70, 760]) + head + at(55, 75, "甲") + at(105, 75, "一" * 19) + at(305, 75, "二" * 19)
    second = table(xs, [50, 70, 90, 110]) + head + at(105, 75, "三。") + at(305, 75, "四。") + at(55, 95, "乙")
    rows = [[cell.text for cell in row.cells] for row in pdf.read(document(first, second)).rows]
    assert rows[1] == ["甲", "一" * 19 + "三。", "二" * 19 + "四。"]
    assert [row[0] for row in rows] == ["名称", "甲", "名称", "乙"]


def test_label_of_several_rows_that_a_page_break_cut_is_one() -> None:
    xs, but = [50.0, 112, 200, 300], ("h1.0",)
    first = table(xs, [700, 740, 760], but) + at(55, 746, "与绩效总目") + at(55, 733, "项目的年度")
    second = table(xs, [50, 70, 90], but) + at(55, 52, "标")
    first += at(117, 705, "甲") + at(117, 745, "乙")
    second += at(117, 55, "丙") + at(117, 75, "丁")
    rows = [[cell.text for cell in row.cells] for row in pdf.read(document(first, second)).rows]
    assert [row[0] for row in rows] == ["项目的年度与绩效总目标", "", "", ""]
    assert [row[1] for row in rows] == ["甲", "乙", "丙", "丁"]


def test_rest_of_a_label_hangs_in_a_column_of_centred_ones() -> None:
    xs, but = [50.0, 70, 200], ("h1.0",)
    first = table(xs, [650, 690, 730, 755], but) + at(55, 680, "目") + at(55, 692, "标") + at(75, 655, "甲")
    first += at(55, 732, "绩") + at(55, 743, "效") + at(75, 735, "乙")
    second = table(xs, [50, 90, 130], but) + at(55, 52, "指") + at(55, 64, "标") + at(75, 55, "丙") + at(75, 95, "丁")
    assert [row.cells[0].text for row in pdf.read(document(first, second)).rows] == ["目标", "", "绩效指标", "", ""]


def test_label_below_one_that_goes_on_over_a_page_is_its_own() -> None:
    xs, but = [50.0, 112, 200], ("h1.0",)
    first = table(xs, [700, 740, 780], but) + at(55, 705, "产出指标") + at(117, 705, "甲") + at(117, 745, "乙")
    second = table(xs, [50, 400, 780], but) + at(117, 55, "丙") + at(117, 405, "丁")
    third = table(xs, [50, 90, 130], but) + at(55, 55, "效益指标") + at(117, 55, "戊") + at(117, 95, "己")
    labels = [row.cells[0].text for row in pdf.read(document(first, second, third)).rows]
    assert labels == ["产出指标", "", "", "", "效益指标", ""]


def test_parts_on_later_pages_have_boxes_of_their_own() -> None:
    rendition = pdf.read(document(at(50, 600, "一" * 30), at(50, 160, "二。")))
    assert (rendition.lines[0].where or {}) == {"page": 1, "box": (50, 600, 350, 610), "then": (2, 50, 160, 70, 170)}
    part = table([50, 100, 300], [50, 90])
    rendition = pdf.read(document(part + at(55, 55, "目标") + at(105, 55, "一" * 19), part + at(105, 60, "完。")))
    assert (rendition.lines[1].where or {}) == {"page": 1, "box": (105, 55, 295, 65), "then": (2, 105, 60, 125, 70)}
    assert [line["cell"] for line in rendition.to_json({})["lines"]] == [(1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("turn", "extra", "turns"),
    [
        ("1 0 0 1 0 0", "", 0),
        (f"0 1 -1 0 {HEIGHT} 0", "", 1),
        (f"0 -1 1 0 0 {WIDTH}", "", 3),
        (f"-1 0 0 -1 {WIDTH} {HEIGHT}", "", 2),
        (f"0 1 -1 0 {HEIGHT} 0", "/Rotate 90", 0),
    ],
)
def test_page_is_read_as_its_text_runs(turn: str, extra: str, turns: int) -> None:
    box = f"/MediaBox [0 0 {HEIGHT} {WIDTH}]" if turn.startswith("0") else ""
    page = table([50, 150, 250], [100, 120, 140]) + at(55, 105, "名称") + at(155, 105, "甲") + at(155, 125, "乙")
    rendition = pdf.read(document(f"q {turn} cm\n{page}Q\n", extra=f"{box} {extra}"))
    assert cells(rendition) == [[(0, "名称"), (1, "甲")], [(0, ""), (1, "乙")]]
    assert (rendition.lines[0].where or {})["box"] == (55, 105, 75, 115)
    assert rendition.to_json({})["pages"] == {"1": (0, 0, WIDTH, HEIGHT, turns)}


def test_title_over_the_form_of_every_page_is_no_head() -> None:
    pages_of = [at(200, 40, "绩效目标表", 16) + at(50, 100, f"项目{number}") + at(50, 120, "文") for number in range(3)]
    assert paragraphs(*pages_of).count("绩效目标表") == 3


FORM_ROWS: list[float] = [50, 200, 300]
ABOVE = at(70, 600, "绩效目标表", 16) + table(FORM_ROWS, [640, 660]) + at(55, 645, "名称") + at(205, 645, "甲")
BELOW = table(FORM_ROWS, [80, 100]) + at(55, 85, "数量") + at(205, 85, "乙")


@pytest.mark.parametrize(
    ("foot", "head", "runs"),
    [
        ("", at(60, 40, "示例市某局2024年"), True),
        (at(60, 780, "示例市某局2024年"), at(280, 60, "- 2 -"), True),
        ("", at(60, 40, "（续表）"), True),
        (at(60, 40, "某局绩效目标表"), at(60, 40, "某局绩效目标表"), True),
        ("", at(60, 40, "另一绩效目标表"), False),
        ("", at(60, 40, "单位：万元"), False),
        ("", at(60, 40, "二、其他目标"), False),
        ("", at(60, 40, "绩效情况", 14), False),
        ("", at(60, 40, "某局") + at(60, 60, "某年"), False),
        ("", at(60, 20, "某局") + table(FORM_ROWS, [50, 70]) + at(55, 55, "名称"), False),
        ("", at(60, 20, "某局") + table([50, 120, 300], [50, 70]) + at(55, 55, "数目") + at(125, 55, "丙"), False),
    ],
)
def test_head_of_a_page_that_parts_a_table_runs_unless_it_may_begin_another(foot: str, head: str, runs: bool) -> None:
    rows = pdf.read(document(ABOVE + foot, head + ("" if "l S" in head else BELOW))).rows
    at_table = [number for number, row in enumerate(rows) if row.closed]
    assert (at_table == list(range(at_table[0], at_table[-1] + 1))) is runs


@pytest.mark.parametrize("mark", ["W n", "W* n", "W S"])
def test_text_outside_its_clip_is_not_read(mark: str) -> None:
    clip = f"q 0 {HEIGHT - 100} 600 100 re {mark}\n"
    assert paragraphs(clip + at(50, 50, "见") + at(50, 150, "藏") + "Q\n" + at(50, 170, "外")) == ["见", "外"]
    narrowed = f"q 0 {HEIGHT - 60} 600 60 re {mark}\n"
    assert paragraphs(clip + narrowed + at(50, 80, "藏") + "Q\n" + at(50, 80, "见") + "Q\n") == ["见"]
    crop = f"/CropBox [0 {HEIGHT - 100} 600 {HEIGHT}]"
    assert paragraphs(at(50, 50, "见") + at(50, 150, "藏"), extra=crop) == ["见"]


@pytest.mark.parametrize(
    ("picture", "seen"),
    [
        (PICTURE.format(600, 800, ""), ""),
        (PICTURE.format(600, 300, ""), "藏"),
        (PICTURE.format(600, 800, "/IM true"), "藏"),
    ],
)
def test_text_below_the_picture_of_a_whole_page_is_not_read(picture: str, seen: str) -> None:
    [page] = pages.pages(pages.opened(document(at(50, 50, "藏") + picture)))
    assert "".join(glyph.text for glyph in page.glyphs) == seen
    [page] = pages.pages(pages.opened(document(picture + at(50, 50, "见"))))
    assert "".join(glyph.text for glyph in page.glyphs) == "见"


@pytest.mark.parametrize(
    "content", [document(""), document("q 100 0 0 100 0 0 cm Q", ""), document("3 Tr\n" + at(1, 1, "隐"))]
)
def test_pages_without_visible_text_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"没有可以辨认的文字.*without text"):
        pdf.read(content)


def test_encrypted_file_is_refused() -> None:
    key = "0" * 64
    trailer = f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>"
    with pytest.raises(UnreadableError, match=r"加密.*encrypted"):
        pdf.read(document(at(50, 50, "甲"), trailer=trailer))


def test_file_with_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_PAGES", 2)
    assert len(pdf.read(document(*[at(50, 50, "甲")] * 2)).lines) == 2
    with pytest.raises(UnreadableError, match="太长"):
        pdf.read(document(*[at(50, 50, "甲")] * 3))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", document(at(1, 1, "甲"))[:-60]])
def test_file_that_is_cut_off_is_refused(content: bytes) -> None:
    assert pdf.accepts(content)
    with pytest.raises(UnreadableError, match=r"不完整.*cut off"):
        pdf.read(content)


@pytest.mark.parametrize("inner", [b"", b"nothing of a PDF\n", b"1 0 obj\n<< /Root 1 0 R >>\nendobj\n"])
def test_broken_file_is_refused(inner: bytes) -> None:
    with pytest.raises(UnreadableError):
        pdf.read(b"%PDF-1.4\n" + inner + b"startxref\n0\n%%EOF\n")


@given(st.integers(0, 1500), st.binary(min_size=1, max_size=12))
@tries(50)
def test_damaged_file_is_read_or_refused(offset: int, junk: bytes) -> None:
    whole = document(at(50, 50, "甲") + table([50, 100, 200], [60, 80, 100]))
    damaged = whole[:offset] + junk + whole[offset + len(junk) :]
    with suppress(UnreadableError):
        assert pdf.read(damaged).rows


@pytest.mark.parametrize(
    ("content", "accepted"), [(b"\n%PDF-1.4", True), (b"text %PDF-", False), (b"PK\x03\x04", False)]
)
def test_content_tells_a_pdf(content: bytes, accepted: bool) -> None:
    assert pdf.accepts(content) is accepted


some_or_all = pytest.mark.parametrize(
    "examples", [EXAMPLES[2:3], pytest.param(EXAMPLES, marks=pytest.mark.judge)], ids=["one", "all"]
)


@pytest.mark.sampled(2)
@pytest.mark.debian
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's package chromium")
@pytest.mark.parametrize("rows", ["whole", "cut"])
@some_or_all
def test_filings_state_the_same_in_pdf(examples: list[Path], rows: str) -> None:
    style = STYLE if rows == "cut" else STYLE.replace("<style>", "<style>tr { break-inside: avoid } ")
    pages = {example.name: as_html(text.read(example.read_bytes())) for example in examples}
    _assert_same(examples, printed_by_chromium(pages, style))


@pytest.mark.debian
@pytest.mark.skipif(LIBREOFFICE is None, reason="needs Debian's package libreoffice-writer")
@pytest.mark.judge
@some_or_all
def test_filings_state_the_same_in_pdf_of_libreoffice(examples: list[Path], tmp_path: Path) -> None:
    documents = {example.name: as_docx(text.read(example.read_bytes())) for example in examples}
    _assert_same(examples, printed_by_libreoffice(documents, tmp_path))


def _assert_same(examples: list[Path], printed: dict[str, bytes]) -> None:
    for example in examples:
        wanted, found = _unbroken(example.read_bytes(), "a.txt"), _unbroken(printed[example.name], "a.pdf")
        assert found == wanted, (example.name, found ^ wanted)


def _unbroken(content: bytes, name: str) -> set[str]:
    """The facts without white space, which a line's end swallows; nor labels that differ from others by it alone."""
    read = facts(read_document(content, name, "http://localhost:8000/"))
    bare = {re.sub(r"\s|\\n", "", str(fact)) for fact in read}
    return {
        fact
        for fact in bare
        if fact.replace(ALTERNATIVE, LABEL) == fact or fact.replace(ALTERNATIVE, LABEL) not in bare
    }


@pytest.mark.parametrize("times", [1, 2])
def test_stream_that_unpacks_without_end_is_refused(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.ingest.formats.archives.LARGEST_UNPACKED", 1_000_000)
    packed = b"q Q " * 1_000_000
    for _ in range(times):
        packed = zlib.compress(packed, 9)
    content = stream(packed.decode("latin-1"), f"/Filter [{'/FlateDecode ' * times}]")
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>"
    kids = "<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    with pytest.raises(UnreadableError, match="unpacks to more than 1,000,000 bytes"):
        pdf.read(assembled(["<< /Type /Catalog /Pages 2 0 R >>", kids, page, content]))
