"""Unread parts are named: hidden sheets, images, headers, pages without text; in files of real writers."""

import io
import re
import unicodedata
from pathlib import Path

import docx
import openpyxl
import pytest
from PIL import Image

from jixiao.ingest.document import Reading
from jixiao.ingest.extract import is_unkept, may_state
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import LeftOut
from tests.support.packing import saved
from tests.support.pdfs import at, document as pdf
from tests.support.scans import as_png


def found(content: bytes) -> dict[str, LeftOut]:
    return {part.en: part for part in read(content).left_out}


def workbook(hide: bool) -> bytes:
    book = openpyxl.Workbook()
    for row in (["项目名称", "古籍修复"], ["主管部门", "临江市文化局"]):
        book.worksheets[0].append(row)
    other = book.create_sheet("旧表")
    other.append(["项目名称", "旧项目"])
    if hide:
        other.sheet_state = "hidden"
        book.worksheets[0].row_dimensions[2].hidden = True
        book.worksheets[0].column_dimensions["B"].hidden = True
    return saved(book)


def test_hidden_sheets_rows_and_columns() -> None:
    parts = found(workbook(hide=True))
    assert str(parts["hidden sheets"]) == "隐藏的工作表 hidden sheets 1（旧表）"
    assert {name: part.count for name, part in parts.items()} == {
        "hidden sheets": 1,
        "hidden rows": 1,
        "hidden groups of columns": 1,
    }


def test_a_workbook_that_hides_nothing() -> None:
    assert found(workbook(hide=False)) == {}


def document(full: bool) -> bytes:
    word = docx.Document()
    word.add_paragraph("项目名称")
    if full:
        word.add_picture(io.BytesIO(as_png(Image.new("1", (1, 1)))))
        word.sections[0].footer.paragraphs[0].text = "临江市文化局制"
    return saved(word)


def test_images_and_footers_of_word() -> None:
    assert {name: part.count for name, part in found(document(full=True)).items()} == {
        "images": 1,
        "footers": 1,
    }
    assert found(document(full=False)) == {}


def test_a_locked_footer_of_word_has_no_text() -> None:
    content = document(full=True)
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"word/footer1.xml"))  # its header in the directory
    assert set(found(content[: entry + 8] + b"\x01" + content[entry + 9 :])) == {"images"}


def test_images_of_a_page() -> None:
    page = "<html><body><p>项目名称</p>{}</body></html>"
    assert found(page.format('<IMG src="a.png"><img src="b.png">').encode())["images"].count == 2
    assert found(page.format("<imgs>").encode()) == {}


def test_pages_without_text() -> None:
    text, drawing = at(20, 100, "Total 12"), "0 0 100 100 re f\n"
    [part] = found(pdf(text, drawing, text, drawing)).values()
    assert (part.count, part.names) == (2, ("2", "4"))
    assert found(pdf(text)) == {}


@pytest.mark.parametrize(
    "content", ["项目名称\t古籍修复\n", "项目名称,古籍修复,甲\n,,乙\n主管部门,临江市文化局,\n一,二,三\n"]
)
def test_text_is_there_whole(content: str) -> None:
    assert found(content.encode()) == {}


def test_only_some_of_many_are_named() -> None:
    assert str(LeftOut("页", "pages", 3, ("1", "2"))) == "页 pages 3（1、2…）"


def test_examples_leave_nothing_out() -> None:
    for path in sorted((Path(__file__).parents[2] / "examples").iterdir()):
        assert found(path.read_bytes()) == {}, path.name


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
    "a weight": r"\d{1,2}%?|(?:\D*执行)?\d{2}分|(?:\D+\d?)?\(\d+分\)",
    "a weight times the rate of execution": r"(?:得分)?\(\d+分\*执行率\)",
    "the number of a row for an indicator": r"指标\d:?",
    "the sum of all weights": "100",
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
    assert not may_state(text)


@pytest.mark.parametrize(
    "text",
    [
        "30", "86.5万元", "三十万元", "立项依据：《临江市河道管理办法》",
        "附件：绩效目标表（临财发〔2019〕1号）", "自有资金:30", "项目期：2024年1月-12月",
        "项目概述。清理河道12公里", "绩效目标的项目25个",
    ],
)  # fmt: skip
def test_words_that_tell_something(text: str) -> None:
    assert may_state(text)


@pytest.mark.parametrize(
    "text", ["其中 :上级资金30", "二、自有资金:0", "项目起止时间 2024年1月至6月", "区级资金 36 42.5"]
)
def test_values_of_labels_that_are_not_kept(text: str) -> None:
    assert is_unkept(text)
    assert not is_unkept(f"清理河道，{text}")


@pytest.mark.sampled(64)
@pytest.mark.parametrize("path", [*CASES, *EXAMPLES], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_that_tells_something_is_booked_as_own_words(path: Path, readings: dict[Path, Reading]) -> None:
    reading = readings[path]
    shown = {line["n"]: line["text"] for line in (reading.rendition or {"lines": []})["lines"]}
    for line in (reading.ledger or {"lines": []})["lines"]:
        text = "".join(unicodedata.normalize("NFKC", shown[line["n"]]).split()).strip("|")
        if line["use"] == "boilerplate" and re.search(r"\d|《", text):
            cells = [cell for cell in re.split(r"[|]", text) if re.search(r"\d|《", cell)]
            assert all(any(re.fullmatch(own, cell) for own in OWN.values()) for cell in cells), (line["n"], text)
