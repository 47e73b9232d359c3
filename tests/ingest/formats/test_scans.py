"""Scans and photographs: pages are set upright, and read cell by cell; what cannot be read is refused by name."""

from typing import Any

import pytest
from PIL import Image

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import picture, read
from jixiao.ingest.readers.pdf.pages import Page, is_scan, page_of, says_more
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import Box, RecognisedPage, Recognition, Word, extra
from jixiao.ingest.rendition import Rendition
from jixiao.ingest.scan import recognising
from tests.support.packing import saved
from tests.support.scans import as_pdf, as_png, needs_engine, needs_font, page

TITLE = "财政项目支出绩效目标申报表"
ROWS = [
    ["项目名称", "智慧社区建设", "项目类别", "其他项目"],
    ["实施单位", "", "资金（元）", "1,280,600.50"],
    ["依据", "沪府办〔2021〕18号", "完成率", "≥95%"],
]
BLANK = Image.new("L", (9, 9))

pytestmark = [needs_engine, pytest.mark.debian, needs_font]


@pytest.fixture(scope="module")
def upright() -> Rendition:
    return read(as_png(page(ROWS, TITLE)))


def cells(rendition: Rendition) -> list[list[str]]:
    return [[cell.text.replace("(", "（").replace(")", "）") for cell in row.cells] for row in rendition.rows]


def test_cells_are_read_and_blank_ones_stay_blank(upright: Rendition) -> None:
    assert cells(upright) == [[TITLE], *ROWS]


def test_lines_have_places_and_certainties(upright: Rendition) -> None:
    assert upright.media_type == "image/png"
    assert upright.pages[1][-1] == 0
    assert all(line.page == 1 for line in upright.lines)
    filled = {line.number for line in upright.lines if line.text}
    assert set(upright.certainty) == filled
    assert all(0.5 < each.score <= 1 and each.second is None for each in upright.certainty.values())


def test_pages_are_turned_upright_and_stamps_taken_away(upright: Rendition) -> None:
    tilted = (
        page(ROWS, TITLE, stamp=True).rotate(1.7, expand=True, fillcolor="white").transpose(Image.Transpose.ROTATE_90)
    )
    found = read(as_png(tilted))
    assert cells(found) == cells(upright)
    assert found.pages[1][-1] == 1


def test_a_table_goes_on_over_pages_of_a_pdf_and_is_read_again_without_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = as_pdf(page(ROWS[:2], TITLE), page(ROWS[2:]))
    found = read(content)
    assert cells(found) == [[TITLE], *ROWS]
    assert found.media_type == "application/pdf"
    assert [line.page for line in found.lines if line.text in {TITLE, "依据"}] == [1, 2]
    kept = Recognition.from_json(found.recognition.to_json())
    monkeypatch.setattr(recognising, "recognised", _forbidden)
    assert read(content, kept) == found


def _forbidden(*_: Any, **__: Any) -> Any:
    raise AssertionError


def test_a_picture_without_text_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"没有可以辨认的文字.*without text"):
        read(as_png(Image.new("L", (300, 300), 255)))


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"太大.*too large"):
        read(saved(Image.new("1", (20_000, 5_001)), "PNG"))


def test_a_broken_picture_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"已损坏.*broken picture"):
        read(as_png(page(ROWS))[:400])


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(UnreadableError, match=r"101.*split the file"):
        read(as_pdf(*[Image.new("1", (8, 8))] * 101))


@pytest.mark.parametrize(
    "content", [as_png(Image.new("L", (9, 9))), as_pdf(Image.new("L", (9, 9)))], ids=["png", "pdf"]
)
def test_without_the_extra_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(extra, "is_installed", lambda: False)
    with pytest.raises(UnreadableError) as refused:
        read(content)
    assert "请安装 pip install 'jixiao[ocr]'" in refused.value.zh
    assert "recognised (OCR) first: pip install 'jixiao[ocr]'" in refused.value.en


def glyphs(text: str, pictured: float = 0.0, outlines: int = 0) -> Page:
    return Page(1, Box(0, 0, 600, 800), tuple(Glyph(char, Box(0, 0, 9, 9)) for char in text), (), 0, pictured, outlines)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (glyphs(""), False),
        (glyphs("", pictured=0.1), True),
        (glyphs("", outlines=40), True),
        (glyphs("由某应用扫描", pictured=0.9), True),
        (glyphs("项目支出绩效目标" * 20, pictured=0.9), False),
        (glyphs("项目支出绩效目标" * 20), False),
        (glyphs("项目\ue001\ue002绩效" * 20), True),
        (glyphs("ÏîÄ¿Ö§³ö¼¨Ð§Ä¿±ê" * 20), True),
    ],
)
def test_pages_whose_text_must_be_recognised(given: Page, expected: bool) -> None:
    assert is_scan(given) is expected


def test_a_text_that_says_as_much_as_the_picture_is_kept() -> None:
    words = (Word("项目支出绩效目标", Box(0, 0, 80, 10), (1.0,) * 8),)
    assert not says_more(RecognisedPage(1, Box(0, 0, 600, 800), 0.0, (), words), glyphs("项目支出绩效目", 0.9))
    assert says_more(RecognisedPage(1, Box(0, 0, 600, 800), 0.0, (), words * 2), glyphs("项目支出绩效", 0.9))


@pytest.mark.parametrize(
    ("text", "ink", "box"),
    [
        ("(元)", (96.6, 116.5), (90.0, 123.1)),  # Chinese brackets, whose outer halves are blank
        ("(2022年-", (96.6, 143.5), (89.4, 143.5)),
        ("(a)", (96.6, 116.5), (96.6, 116.5)),
    ],
)
def test_brackets_among_ideographs_are_as_wide_as_these(
    text: str, ink: tuple[float, float], box: tuple[float, float]
) -> None:
    word = Word(text, Box(ink[0], 0, ink[1], 11), (1.0,) * len(text))
    made = page_of(RecognisedPage(1, Box(0, 0, 600, 800), 0.0, (), (word,)))
    assert (made.glyphs[0].box.x0, made.glyphs[-1].box.x1) == pytest.approx(box, abs=0.2)


def test_formats_are_told_by_their_first_bytes() -> None:
    assert picture.media_type(as_png(Image.new("1", (1, 1)))) == "image/png"
    assert picture.media_type(b"MM\x00*") == "image/tiff"
    assert picture.media_type(b"GIF89a") is None
