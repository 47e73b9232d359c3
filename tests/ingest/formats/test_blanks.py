"""Blanks that a model leaves out, and signs of comparison that it misreads alone."""

from collections.abc import Sequence

import pytest

pytest.importorskip("cv2")
np = pytest.importorskip("numpy")

from jixiao.ingest.scan.corrections import (  # noqa: E402 - the modules need the extra
    Line,
    signs,
    usual_paper,
    with_blanks,
)
from jixiao.ingest.scan.engine import Reading  # noqa: E402
from jixiao.ingest.scan.lines import Span  # noqa: E402

_EM = 40.0


def _line(printed: str) -> Line:
    """Read a line whose characters are blocks: `_` is a blank, `'` the paper that programs leave beside figures."""
    text, places, inked, x = "", [], [], 0.0
    for char in printed:
        width = {"_": 0.25, "'": 0.2}.get(char) or (0.5 if char.isascii() else 1.0)
        if char not in "_'":
            text += char
            left = 0.6 if char == "（" else 0.04
            right = 0.6 if char in "）、" else 0.04
            inked.append((x + left, x + width - right))
            places.append((x + width / 2) * _EM)
        x += width
    line = np.zeros((40, round(x * _EM)), np.uint8)
    for start, end in inked:
        line[:, round(start * _EM) : round(end * _EM)] = 255
    reading = Reading(text, (1.0,) * len(text), tuple(place / line.shape[1] for place in places))
    return Line(reading, places, line, _EM)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("预算单位_区疾控中心", "预算单位 区疾控中心"),
        ("项目资金(万元)_年度资金总额", "项目资金(万元) 年度资金总额"),
        ("合_计_40_40", "合 计 40 40"),  # two figures, not one of four digits
        ("财政拨款小计_4.00", "财政拨款小计 4.00"),
        ("合作社个数_=10个", "合作社个数 =10个"),
        ("至'2021'年'12'月底完成", "至2021年12月底完成"),
        ("改造覆盖率'90%", "改造覆盖率90%"),
        ("（九）规划、协调、指导", "（九）规划、协调、指导"),
        ("项_目_名_称_与_单_位", "项目名称与单位"),  # spread over the width of its cell
    ],
)
def test_blanks_are_put_in_by_the_paper_between_characters(printed: str, expected: str) -> None:
    usual = usual_paper([_line("(2021'年度)"), _line("共'17'个村")])
    assert usual is not None
    assert with_blanks(_line(printed), usual).text == expected


def test_paper_that_programs_leave_before_a_figure_is_no_blank() -> None:
    assert with_blanks(_line("小计'40")).text == "小计40"
    assert with_blanks(_line("小计_40")).text == "小计40"  # nothing on the page tells what programs leave
    assert usual_paper([_line("小计_40")]) is None


class _Engine:
    """An engine that reads ≥ for a sign before a figure alone."""

    def read(self, lines: Sequence[object]) -> list[Reading]:
        return [_reading("≥95") for _ in lines]


def _reading(text: str) -> Reading:
    return Reading(text, (0.99,) * len(text), tuple((at + 0.5) / len(text) for at in range(len(text))))


def test_a_lone_sign_is_read_before_a_figure_of_the_page() -> None:
    plain = np.full((100, 200), 255, np.uint8)
    spans = [Span(0, 0, 30, 30), Span(60, 0, 100, 30), Span(0, 50, 36, 86), Span(60, 50, 160, 86)]
    given = [_reading(text) for text in ("V", "95", "7", "项目")]
    read = signs(spans, given, plain, 33.0, _Engine())  # type: ignore[arg-type]
    assert [each.text for each in read] == ["≥", "95", "7", "项目"]
    assert signs(spans[:1], given[:1], plain, 33.0, _Engine())[0].text == "V"  # type: ignore[arg-type] # no figure
