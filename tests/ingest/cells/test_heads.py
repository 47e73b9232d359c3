"""The headers of tables of indicators are found whatever parts their cells."""

import pytest

from jixiao.ingest.cells.run_together import heads
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.rendition import Cell, Row

HEADERS = (
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "全年完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("二级指标", "三级指标", "指标性质", "目标值", "计量单位"),
)
BELOW = ("产出指标", "数量指标", "修缮渡口", "≥6座")


def found(*lines: str) -> list[list[str]]:
    """Return the words of each header in lines of text."""
    stream = Stream.of(Row((Cell(((n, line),)),)) for n, line in enumerate(lines, 1))
    return [[stream.text[slice(*cell)] for cell in word.cells] for word in heads.words(stream)]


@pytest.mark.parametrize("header", HEADERS, ids="|".join)
@pytest.mark.parametrize("separator", ["", " ", "\n"], ids=["nothing", "blanks", "lines"])
def test_a_header_is_found_whatever_parts_its_cells(header: tuple[str, ...], separator: str) -> None:
    assert found(*separator.join((*header, *BELOW)).split("\n")) == [[*header]]


def test_a_heading_broken_over_lines_is_one() -> None:
    assert found("绩效 一级", "指标", "二级指标 三级指标 指标值", "产出指标 数量指标 修缮渡口 ≥6座") == [[*HEADERS[0]]]


def test_an_unknown_word_between_breaks_is_a_heading() -> None:
    assert found(*HEADERS[0], "区域说明", "指标性质", *BELOW) == [[*HEADERS[0], "区域说明", "指标性质"]]


def test_a_header_that_goes_on_behind_unknown_words_is_none() -> None:
    assert found(*HEADERS[0], "取数口径", "口径", "兑现度", "得分", *BELOW) == []


def test_several_targets_beside_one_name_are_no_header() -> None:
    assert found("一级指标 二级指标 三级指标 指标值 年度指标值") == []


def test_words_for_results_above_the_levels_are_of_the_header() -> None:
    (cells,) = found("全年完成值 分值 得分", "一级指标 二级指标 三级指标 指标值", " ".join(BELOW))
    assert cells == ["全年完成值", "分值", "得分", *HEADERS[0]]
