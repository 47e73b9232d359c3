"""Scans for tests: a form as a PDF, its pages painted as pictures, and the recognition that an engine would keep."""

import math
from collections.abc import Mapping, Sequence

from PIL import Image
from pypdfium2 import PdfDocument

from jixiao.ingest.document import read_document, read_documents
from jixiao.ingest.readers.pdf import reader
from jixiao.ingest.readers.pdf.pages import opened, pages
from jixiao.ingest.recognition import RecognisedPage, Recognition, Word
from jixiao.ingest.result import Document
from jixiao.store import Deposit, Pictured
from jixiao.store.commit.upcoming import as_json
from tests.support.packing import saved
from tests.support.pdfs import HEIGHT, WIDTH, at, document, table

XS = [40, 140, 300, 420, 560]
ROWS = [
    ("项目名称", "古籍修复", "项目类别", "经常性项目"),
    ("主管部门", "临江市文化局", "实施单位", "临江市图书馆"),
    ("计划开始日期", "2023-01-01", "计划完成日期", "2023-12-31"),
    ("项目资金总额", "120000", "年度资金申请总额", "约十二万"),
]
TARGETS = [("一级指标", "二级指标", "三级指标", "年度指标值"), ("产出指标", "数量指标", "修复册数", "≥200册")]
ENGINE = {"test": "1"}
SURE = 0.999
_FROM, _HIGH = 120, 30  # points from the top of the first row, and between rows


def form(rows: Sequence[tuple[str, ...]] = ROWS) -> bytes:
    """A PDF with a form of one project, whose amounts have no unit, and one is words."""
    lines = [*rows, *TARGETS]
    ys = [_FROM + _HIGH * n for n in range(len(lines) + 1)]
    drawn = at(200, 60, "财政项目支出绩效目标申报表", 14) + at(240, 90, "（2023年度）") + table(XS, ys)
    for row, top in zip(lines, ys, strict=False):
        drawn += "".join(at(x + 4, top + 10, words) for x, words in zip(XS, row, strict=False))
    return document(drawn)


def picture(pdf: bytes, angle: float = 0.0, kind: str = "PNG") -> bytes:
    """The first page of a PDF as a picture, turned so that `angle` degrees, clockwise, set it upright."""
    page: Image.Image = PdfDocument(pdf)[0].render(scale=2).to_pil()
    return saved(page.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white"), kind)


def back(angle: float, width: float = WIDTH, height: float = HEIGHT) -> tuple[float, ...]:
    """The matrix from an upright page to a picture that is turned by `angle`, clockwise, to be upright."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    wide, high = (width, height) if round(angle / 90) % 2 == 0 else (height, width)
    across, down = (wide - cos * width - sin * height) / 2, (high + sin * width - cos * height) / 2
    return cos, sin, across, -sin, cos, down, 0, 0, 1


def recognised(
    pdf: bytes,
    angle: float = 0.0,
    scores: Mapping[str, float] | None = None,
    second: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Recognition:
    """A PDF of one page as an engine would recognise its picture.

    `scores` are those of lines by their text, `second` is what another scale reads in them, and `instead` the text that
    is recognised in their place.
    """
    [page] = pages(opened(pdf))
    words = [
        Word(seen, box, ((scores or {}).get(text, SURE),) * len(seen), (second or {}).get(text))
        for line in reader._laid_out(page).lines()
        for text, box in line.pieces
        if (seen := (instead or {}).get(text, text))
    ]
    return Recognition(ENGINE, (RecognisedPage(1, page.box, angle, page.rules, tuple(words), back(angle)),))


def scanned(pdf: bytes, name: str, base: str, angle: float = 0.0, recognition: Recognition | None = None) -> Deposit:
    """The reading of the picture of a PDF of one page, whose lines are recognised as they stand, or as is given."""
    kept = as_json((recognition or recognised(pdf, angle)).to_json())
    [found] = read_documents([Document(picture(pdf, angle), name, Pictured(kept))], base)
    assert found.deposit, found.refusal
    return found.deposit


def read(pdf: bytes, name: str, base: str) -> Deposit:
    """Read a PDF that is accepted."""
    found = read_document(pdf, name, base).deposit
    assert found, name
    return found
