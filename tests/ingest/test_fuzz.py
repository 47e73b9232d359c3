"""Any input of a stranger ends in a deposit or a refusal, soon, and raises nothing.

Arbitrary bytes, and the example filings with lines and cells deleted, doubled, shuffled or replaced.
"""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st

from jixiao.ingest.document import Reading, read_document
from tests.support.generated import tries

EXAMPLES = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "examples").glob("*.txt"))]
BLOCKS = [block for text in EXAMPLES for block in re.split(r"\n(?=\t?项目经费情况说明)", text)]
CELLS = [
    "", "\t", "--", "一级指标", "三级指标", "绩效指标", "年度指标值", "成本指标", "满意度指标", "项目名称", "其他资金",
    "项目总目标", "《", "》", "》=90%", "$\\geq", "〔2020〕", "2022年", "联系人", "一、项目概述", "1,2", "￥", "\ufeff",
    "财政项目支出绩效目标申报表", "\U0002000b", "[bookmark:",
]  # fmt: skip
SECONDS = 10.0  # of this process; a reading takes a hundredth of it, a regular expression gone wild does not end


def sound(content: bytes) -> Reading:
    """The reading of a content, which is one thing or the other and took its time."""
    start = time.process_time()
    reading = read_document(content, "fuzz.txt", "http://localhost:8000/")
    assert time.process_time() - start < SECONDS
    assert (reading.deposit is None) != (reading.refusal is None)
    assert reading.deposit or (reading.refusal and all(reading.refusal.reasons))
    return reading


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text(max_size=99).map(lambda s: s.encode("utf-16", "surrogatepass"))
)
@tries(40)
def test_arbitrary_bytes(content: bytes) -> None:
    assert sound(content).refusal


@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6).map("\t".join), max_size=25).map("\n".join))
@example("项目名称\t成本指标\n\t\t\t年度指标值\t一级指标\t三级指标\n\t\t\t\t--\t绩效指标\n--\t一级指标")
@example("项目名称\t成本指标\n\t年度指标值\t一级指标\t三级指标\n\t\t--\t绩效指标\n\t\t一级指标")
@tries(100)
def test_rows_of_words_that_mean_something(text: str) -> None:
    sound(text.encode())


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """One project of an example after a few changes to lines and cells."""
    lines = draw(st.sampled_from(BLOCKS)).split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["delete", "double", "swap", "replace", "cell", "join"]))
        if change == "delete" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(other, lines[at])
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "replace":
            lines[at] = draw(st.sampled_from(CELLS) | st.text(max_size=12))
        elif change == "cell":
            cells = lines[at].split("\t")
            cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(CELLS))
            lines[at] = "\t".join(cells)
        elif change == "join" and at + 1 < len(lines):
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
    return "\n".join(lines)


@given(mutated())
@tries(20)
def test_mutated_filings(text: str) -> None:
    sound(text.encode())


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "text",
    [
        "《",
        "》",
        "《》",
        "关于",
        "（",
        "〔2020〕1号",
        "中华人民共和国",
        "$\\geq",
        "<p ",
        "[bookmark:",
        "1,000",
        "约",
        "\t",
        "项目名称\t",
        "甲\n",
    ],
)
def test_long_repetitions_take_no_longer(filing: str, text: str) -> None:
    sound(filing.replace("单位职责", text * (4000 // len(text))).encode())
