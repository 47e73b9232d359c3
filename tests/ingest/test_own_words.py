"""A line with a figure, an amount or a 《》 that is not the form's own is never booked as the form's own words."""

import re
import unicodedata
from pathlib import Path

import pytest

from jixiao.ingest.document import Reading
from jixiao.ingest.extract import is_unkept, tells

CASES = sorted(Path(__file__).parent.glob("cases/*/filing.txt"))
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.txt"))
# Each says why a line with a figure may be the form's own words.
OWN = {
    "a year in brackets": r"\(?\d{4}年度?\)?(?:金额单位:万元)?",
    "the year of a title whose brackets are on the next line": r"20\d{2}",
    "a title with its year or number": r"\D{0,12}(?:\d{4}年度?)?\D*表\d?(?:\(\d{4}年度?\))?",
    "the number of a table before its title": r"表\d{1,2}\D*表",
    "an attachment of this title": r"附件:?\d[.:：]?\D*(?:\d{4}年\D*)?表(?:\(\d{4}年度?\))?",
    "the number of a narrative": r"(?:项目经费)?情况说明\d",
    "a numbered label or title": r"(?:其中:)?\d[.、]\D+",
    "a page number": r"[-—]\d+[-—]|第\d+页共\d+页",
    "the title of a publication on each of its pages": r"\D+\d{4}年度?\D+公开",
    "a weight": r"\d{1,2}%?|\D+\(\d+分\)",
    "a head with a column for each year": r"\D*(?:\d{4}年(?:度?指标值|实际值|目标值)?){2,}",
    "the head of a column with the values of a year": r"(?:预期)?\d{4}年(?:实际)?(?:指标|实现|完成)值",
    "the head of a column with the most characters that it takes": r"\D+\(\d{2,4}个?字(?:以?内|左右)?\)",
    "a rule of marks": r"\D+扣\d+分",
    "the head of a period": r"\D*\(\d{4}年?-\d{4}年?(?:\+\d)?\)",
}


@pytest.mark.parametrize(
    "text",
    [
        "(2024年度)", "（30分）", "产出指标（30分）", "项目资金（万元）", "单位：千元",
        "2.专项转移支付绩效目标表", "其中:1.中央资金", "项目经费情况说明7",
        "附件2：项目支出绩效目标表（2024年度）", "项目支出绩效目标表3", "年度绩效指标（2024-2026年）",
        "总体目标（2024年-2025年）",
    ],
)  # fmt: skip
def test_own_words_of_a_form(text: str) -> None:
    assert not tells(text)


@pytest.mark.parametrize(
    "text",
    [
        "30", "86.5万元", "三十万元", "立项依据：《临江市河道管理办法》",
        "附件：绩效目标表（临财发〔2019〕1号）", "自有资金:30", "项目期：2024年1月-12月",
        "项目概述。清理河道12公里", "绩效目标的项目25个",
    ],
)  # fmt: skip
def test_words_that_tell_something(text: str) -> None:
    assert tells(text)


@pytest.mark.parametrize(
    "text", ["其中 :上级资金30", "二、自有资金:0", "项目起止时间 2024年1月至6月", "区级资金 36 42.5"]
)
def test_values_of_labels_that_are_not_kept(text: str) -> None:
    assert is_unkept(text)
    assert not is_unkept(f"清理河道，{text}")


@pytest.mark.sampled(32)
@pytest.mark.parametrize("path", [*CASES, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_that_tells_something_is_booked_as_own_words(path: Path, readings: dict[Path, Reading]) -> None:
    reading = readings[path]
    shown = {line["n"]: line["text"] for line in (reading.rendition or {"lines": []})["lines"]}
    for line in (reading.ledger or {"lines": []})["lines"]:
        text = "".join(unicodedata.normalize("NFKC", shown[line["n"]]).split()).strip("|")
        if line["use"] == "boilerplate" and re.search(r"\d|《", text):
            cells = [cell for cell in re.split(r"[|]", text) if re.search(r"\d|《", cell)]
            assert all(any(re.fullmatch(own, cell) for own in OWN.values()) for cell in cells), (line["n"], text)
