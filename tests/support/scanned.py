"""A text as if it had been recognised in a picture: each line a word with a box, its characters with scores."""

from collections.abc import Mapping
from dataclasses import replace

from jixiao.ingest.readers import text
from jixiao.ingest.recognition import Box, RecognisedPage, Recognition, Word
from jixiao.ingest.rendition import Rendition

ENGINE = {"recognition": "ch_PP-OCRv4_rec_mobile", "rapidocr": "3.10.0"}
FORM = """财政项目支出绩效目标申报表
（{year}年度）
项目名称	{name}	项目类别	经常性项目
主管部门	{department}	实施单位	{unit}
项目资金（元）	项目资金总额	1000	年度资金申请总额	1000
绩效指标	一级指标	二级指标	三级指标	年度指标值
	产出指标	数量指标	修复册数	≥200册
"""
"""A form with fields for year, name, department and unit."""
_WIDTH, _HEIGHT = 600.0, 20.0
_SURE = 0.999


def scanned(
    content: str, scores: Mapping[str, float] | None = None, second: Mapping[str, str] | None = None
) -> Rendition:
    """The rendition of a text as a scan; `scores` are those of words in it, `second` what these are at another scale.

    Cells that the text sets apart by tabs are words of their own.
    """
    plain = text.read(content.encode())
    page = Box(0.0, 0.0, _WIDTH, _HEIGHT * (len(plain.lines) + 1))
    lines, words = [], []
    for line in plain.lines:
        top = _HEIGHT * line.number
        lines.append(line._replace(where={"page": 1, "box": (0.0, top, _WIDTH, top + _HEIGHT - 1)}))
        cells = line.text.split("\t")
        for at, cell in enumerate(cells):
            if cell.strip():
                x0, x1 = (_WIDTH * edge / len(cells) for edge in (at, at + 1))
                words.append(_word(cell, Box(x0, top, x1, top + _HEIGHT - 1), scores or {}, second or {}))
    recognition = Recognition(ENGINE, (RecognisedPage(1, page, 0.0, (), tuple(words)),))
    return replace(plain, media_type="image/png", lines=tuple(lines), recognition=recognition)


def _word(cell: str, box: Box, scores: Mapping[str, float], second: Mapping[str, str]) -> Word:
    found = [_SURE] * len(cell)
    for part, score in scores.items():
        if (start := cell.find(part)) >= 0:
            found[start : start + len(part)] = [score] * len(part)
    other = cell
    for part, again in second.items():
        other = other.replace(part, again)
    return Word(cell, box, tuple(found), other if other != cell else None)
