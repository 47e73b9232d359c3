"""`jixiao explain`: each line with its use, for files that go in and files that do not."""

import json
import re
import unicodedata
import zipfile
from pathlib import Path

import lxml.html
import openpyxl
import pytest

from tests.support import browsers
from tests.support.pages import absent, ended
from tests.support.pseudo_terminal import on_terminal

EXAMPLES = Path(__file__).parents[2] / "examples"
FILING = EXAMPLES / "songjiang-zhengxie-2022.txt"
STRANGER = Path(__file__).parents[1] / "shapes" / "strangers" / "planted.ttl"
SMALL = (Path(__file__).parents[1] / "ingest" / "whole-filing.txt").read_text(encoding="utf-8")
TAB = "\t"


def _written(folder, text):
    (folder / "filing.txt").write_text(text, encoding="utf-8")
    return folder / "filing.txt"


def test_a_refused_file_is_explained_too(run, tmp_path):
    (tmp_path / "letter.txt").write_text("周三开会。\n联系人：赵甲乙\n", encoding="utf-8")
    done = ended(1, run("explain", tmp_path / "letter.txt"))
    assert absent(done.stdout, "未读 unread", "拒收 refused") == []
    assert "赵甲乙" not in done.stdout


@pytest.mark.judge
def test_a_page_of_its_own(run, tmp_path):
    text = FILING.read_text(encoding="utf-8").replace("档案管理", "<script>档案</script>")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    page = lxml.html.fromstring(run("explain", tmp_path / "a.txt", "--format", "html").stdout)
    assert not page.xpath("//script | //link | //img")
    assert page.xpath("string(//tr[@id='L423']/@class)") == "fact"
    assert "《中共上海市松江区委员会" in page.xpath("string(//tr[@id='L423'])")


INFERRED = "推断 inferred：表中未注明金额单位，按元计"


@pytest.mark.parametrize(
    ("printed", "instead", "said"),
    [
        (
            "项目资金（元）",
            "项目资金",
            ["可以读入 readable", f"1. 古籍修复  第 21 行 line，2023 年，120,000 元（{INFERRED}"],
        ),
        ("项目资金（元）", "项目资金", ["推断 inferred 3: 表中未注明金额单位，按元计", "表内 in forms 1"]),
        ("\t馆藏善本得到修复。\t修复善本两百册。\n", "", ["缺 lacking: 目标 goals"]),
        (r"120000(\.00)?|12\.00万元", "", ["没有读到年度资金申请总额 annual request not read"]),
        ("注", "注", ["年度资金申请总额 120,000 元", "其中：当年财政拨款（无值 none）", "所引文件 沪府发〔2020〕6号"]),
    ],
    ids=["amount", "counts", "goals", "request", "facts"],
)
def test_what_was_found_and_what_is_missing_is_said(run, tmp_path, printed, instead, said):
    written = _written(tmp_path, re.sub(printed, instead, SMALL) + "注：一式两份。\n")
    shown = run("explain", written).stdout
    assert absent(shown, *said) == []
    assert not [words for words in ("无金额", "\x1b[") if words in shown]


def test_an_amount_says_what_of_it_was_inferred(run):
    """A total whose unit is printed, and that was taken from its parts, is not one of an inferred unit."""
    cases = Path(__file__).parents[1] / "ingest" / "cases"
    shown = run("explain", cases / "total-left-blank-above-fiscal-funds" / "filing.txt").stdout
    assert "（推断 inferred：总额没有数，财政资金之外没有零以外的数，取财政资金 no total" in shown
    assert "单位推断" not in shown


@pytest.mark.usefixtures("every_rule")
def test_findings_stand_below_the_two_headings(run):
    """The faults of the filing come first, then what could not be read, on terminals, as text and as a page."""
    cases = Path(__file__).parents[1] / "ingest" / "cases"
    written = cases / "total-left-blank-above-fiscal-funds" / "filing.txt"
    own, unread = "文件本身的问题 What the filing gets wrong", "什么没有读准 What we could not read"
    shown = [run("explain", written).stdout, run("explain", written, "--format", "html").stdout]
    shown.append("\n".join(on_terminal(60, 132, "explain", written)))
    for each in (re.sub("<[^>]*>", "", text) for text in shown):
        assert 0 < each.index(own) < each.index(unread)


def test_a_line_that_was_read_in_part_says_so(run, tmp_path):
    case = Path(__file__).parents[1] / "ingest" / "cases" / "table-of-something-else-below-the-form" / "filing.txt"
    written = _written(tmp_path, case.read_text(encoding="utf-8").replace("备注", "附记"))
    lines = [line for line in run("explain", written).stdout.splitlines() if line[:5].strip().isdigit()]
    [part] = [line for line in lines if "≥500人" in line]
    assert absent(part, "未读 unread", "指标值 500") == []
    assert part.endswith("其余未读 the rest is unread")
    [none] = [line for line in lines if "货物" in line]
    assert "其余未读" not in none


def test_json_is_the_same_as_data(run, tmp_path):
    found = json.loads(run("explain", _written(tmp_path, SMALL + "注：一式两份。\n"), "--format", "json").stdout)
    [project] = found["account"]["projects"]
    assert (project["name"], project["amount"]["yuan"], project["amount"]["certainty"]) == (
        "古籍修复",
        "120000",
        "stated",
    )
    assert (found["refused"], found["account"]["unread"]) == (None, {"inForms": [35], "all": [35]})
    by_number = {line["n"]: line for line in found["lines"]}
    assert (by_number[35]["use"], by_number[35]["facts"]) == ("unread", [])
    assert {"label": "年度资金申请总额", "value": "120,000 元"}.items() <= by_number[24]["facts"][1].items()
    assert by_number[24]["facts"][1]["codes"] == []
    blank = {"why": "空白，没有数值 · blank: no value", "codes": ["no-value"]}
    assert blank in [{name: fact[name] for name in blank} for fact in by_number[25]["facts"]]
    assert found["account"]["facts"]["codes"][blank["why"]] == ["no-value"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_persons_are_never_shown(run, tmp_path, form):
    text = SMALL + "联系人：赵甲乙\n联系电话\t021-12345678\n主管部门\t临江市文化局\t联系人\t钱丙丁\n"
    done = ended(0, run("explain", _written(tmp_path, text), "--format", form))
    assert "联系人" in done.stdout
    for person in ("赵甲乙", "12345678", "钱丙丁"):
        assert person not in done.stdout


def test_places_of_a_spreadsheet_and_its_hidden_sheet(run, tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].title = "目标表"
    for line in SMALL.split("\n"):
        book.worksheets[0].append(line.split("\t"))
    book.create_sheet("旧表").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    shown = run("explain", tmp_path / "a.xlsx").stdout
    assert "目标表!B21" in next(
        line for line in shown.splitlines() if "← 名称 古籍修复" in line or "古籍修复  ←" in line
    )
    assert "隐藏的工作表 hidden sheets 1（旧表）" in shown
    assert "目标表!B21" in run("explain", tmp_path / "a.xlsx", "--format", "html").stdout


@pytest.mark.sampled(3)
@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_control_characters_never_reach_the_terminal(run, tmp_path, form):
    paragraphs = "".join(f"<p>{line}</p>" for line in SMALL.split("\n") if "\t" not in line)
    rows = "".join(
        f"<tr><td>{line.replace(TAB, '</td><td>')}</td></tr>" for line in SMALL.split("\n") if TAB in line
    ).replace("古籍修复", "古籍&#27;[2J修复")
    page = f"<html><body>{paragraphs}<table>{rows}</table><p>注：&#27;]0;甲&#7;&#x9b;</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    done = ended(0, run("explain", tmp_path / "a.html", "--format", form))
    assert "古籍" in done.stdout
    for said in (done.stdout, run("ingest", tmp_path / "a.html", "--store", tmp_path / "s", "--verbose").stderr):
        assert not {char for char in said if unicodedata.category(char) == "Cc"} - {"\n"}


def test_a_file_in_a_zip_is_named_behind_it(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as batch:
        batch.writestr("2023/a.txt", SMALL)
        batch.writestr("2023/letter.txt", "周三开会。")
    assert "古籍修复" in run("explain", tmp_path / "b.zip" / "a.txt").stdout
    ended(2, run("explain", tmp_path / "b.zip"), "b.zip/letter.txt")
    (tmp_path / "torn.zip").write_bytes((tmp_path / "b.zip").read_bytes()[:150])
    assert run("explain", tmp_path / "torn.zip").returncode == 1


@pytest.mark.debian
@browsers.needs_chromium
@pytest.mark.judge
@pytest.mark.parametrize("width", [400, 1200])
def test_the_page_fits_its_window(run, width):
    page = run("explain", EXAMPLES / "minhang-zhengfuban-2022.txt", "--format", "html").stdout
    with browsers.chromium() as browser:
        shown = browser.new_page(viewport={"width": width, "height": 900})
        shown.set_content(page)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.evaluate("document.querySelector('#L10 .text').getBoundingClientRect().width") > width / 3


@pytest.mark.usefixtures("every_rule")
def test_a_terminal_has_ten_projects_and_ten_rules():
    """There are eleven projects and more rules."""
    shown = on_terminal(24, 132, "explain", EXAMPLES / "minhang-zhengfuban-2022.txt")
    assert len([row for row in shown if row.startswith("校验 findings")]) == 10
    assert [row.partition(".")[0].strip() for row in shown if "元（推断 inferred：" in row] == [*map(str, range(1, 11))]
    more = [row.strip() for row in shown if "还有" in row]
    assert (len(more), more[-1]) == (2, "…… 还有 1 项 more")
    assert "jixiao explain --lines" in shown[-1]


def test_every_line_on_a_terminal_if_asked_for(run, tmp_path):
    written = _written(tmp_path, SMALL)
    said = "".join(on_terminal(24, 80, "explain", written, "--lines"))
    for line in run("explain", written).stdout.splitlines():
        assert "".join(line.split()) in "".join(said.split())


def test_what_was_withheld_is_said_with_line_and_reason(tmp_path):
    written = _written(tmp_path, SMALL.replace("年度资金申请总额\t120000", "年度资金申请总额\t约十二万元左右"))
    shown = on_terminal(40, 100, "explain", written)
    assert "没有值 without a value 1: 存疑未收录：金额不是数字" in "".join(shown)
    [line] = [row for row in shown if row.startswith("   24 ")]
    assert absent(line, "年度资金申请总额", "约十二万元左右") == []


@pytest.mark.parametrize("missing", ["none.txt", "."])
def test_needs_one_file(run, missing):
    assert run("explain", missing).returncode == 2


def test_the_roles_of_cells_are_drawn(run):
    assert "●field:name 项目名称 │ ○value " in ended(0, run("explain", FILING, "--roles")).stdout


def test_cells_of_a_file_that_cannot_be_read_end_with_the_reason(run, tmp_path):
    ended(1, run("explain", _written(tmp_path, ""), "--roles"), "the file is empty")


def test_mentions_of_a_filing_are_listed_by_line(run):
    done = ended(0, run("mentions", FILING))
    lines = [int(line.split()[0]) for line in done.stdout.splitlines()]
    assert lines == sorted(lines)
    assert re.search(r"^ +\d+  Mention Stated\w+ “.+” .*inSentence=1", done.stdout, re.MULTILINE)


def test_rdf_is_written_with_its_mentions(run, tmp_path):
    once, twice = tmp_path / "once.ttl", tmp_path / "twice.ttl"
    once.write_text(run("mentions", STRANGER).stdout, encoding="utf-8")
    twice.write_text(run("mentions", once).stdout, encoding="utf-8")
    own, read, again = (path.read_text(encoding="utf-8").count("jx:inSentence") for path in (STRANGER, once, twice))
    assert (own, read) == (0, again)
    assert read
    (tmp_path / "wrong.ttl").write_text("a b", encoding="utf-8")
    for name in ("wrong.ttl", "missing.ttl"):
        assert run("mentions", tmp_path / name).returncode == 2
