"""The report on a file that somebody sends: as a page, as data, as a file to keep; and nothing that stays behind."""

import csv
import io
import json
import re
from base64 import b64decode
from pathlib import Path

import pytest
from PIL import Image

from jixiao.ingest.readers import text
from tests.server.conftest import CASES, HTML
from tests.support import markup
from tests.support.packing import unzipped, zipped
from tests.support.pages import absent, replied
from tests.support.scans import as_pdf, needs_engine
from tests.support.writers import as_html, typed_into

HEAD = "财政支出项目绩效目标申报表\n（2024年度）\n项目名称\t{}\t填报单位\t临江市文化馆\n"
NOT_READ = HEAD.format("文化下乡") + "甲乙丙丁戊己庚辛\n年度目标\t送戏下乡。\n"
BLANK = HEAD.format("文化下乡") + (
    "项目资金（万元）\t年度资金总额：\t\n绩效指标\t一级指标\t二级指标\t三级指标\t指标值\n"
    "产出指标\t数量指标\t演出场次\t\n满意度指标\t满意度\t群众满意度\t≥90%\n"
)
DECLARED = (CASES / "year-of-the-cover" / "filing.txt").read_text(encoding="utf-8").replace("项目1个", "项目6个")
DECLARED += "填表人：\n"  # the end of the form
WITHOUT_UNIT = (
    "财政支出项目绩效目标申报表\n（2024年度）\n项目名称\t渠道清淤\n主管部门\t临江市水务局\n年度资金总额\t3200\n"
    "年度目标\t清淤渠道。\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t清淤渠道\t≥6公里\n"
    "满意度指标\t服务对象满意度指标\t居民满意度\t≥85%\n"
)
TOLD = {
    "what was not read, by project": (
        NOT_READ,
        "zh",
        "文化下乡：没有读到年度资金申请总额、指标；没有读全的行：第 4 行",
    ),
    "what was not read, in English": (
        NOT_READ,
        "en",
        "文化下乡: not read: annual request, indicators; lines not read in full: line 4",
    ),
    "the first of many": (
        "".join(HEAD.format(f"{name}下乡") + "年度目标\t送戏下乡。\n" for name in "甲乙丙丁"),
        "en",
        "… 4 projects in all",
    ),
    "a blank cell": (BLANK, "zh", "文化下乡：表中空着的：金额、部分指标值；没有读到目标"),
    "a blank cell, in English": (
        BLANK,
        "en",
        "文化下乡: left blank in the form: amount, some targets; not read: goals",
    ),
    "numbers that the file declares": (DECLARED, "zh", "项目 6 个，其中读到 1 个"),
    "numbers that the file declares, in English": (DECLARED, "en", "6 declared by the file"),
    "money without a unit": (
        WITHOUT_UNIT,
        "zh",
        "年度资金申请总额没有读准，没有全部收录：未注明金额单位，也无从核实，不给出数值，各金额是否相符也没有核对；请写明元或万元。",
    ),
    "values printed and left out": (
        (CASES / "cells-broken-over-rows" / "filing.txt").read_text(encoding="utf-8"),
        "en",
        "understood and left out, such as amounts without a unit, and no rule checks them: see the findings",
    ),
}


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "本站不保存文件和报告"), ("en", "This site keeps neither the file nor the report")]
)
def test_the_form_says_that_nothing_is_kept(here, lang, says):
    answer = here.get(f"/check?lang={lang}", headers=HTML)
    assert absent(answer.text, says, "1 MiB", f'action="/check?lang={lang}"') == []
    assert f'href="/check?lang={lang}"' in here.get(f"/?lang={lang}", headers=HTML).text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_faulty_file_is_reported_on_and_not_kept(here, faulty, left):
    page = here.post("/check?lang=en", files={"file": ("../<b>a.txt", faulty)}, headers=HTML)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in page.headers
    assert markup.faults(page.text) == []
    assert "&lt;b&gt;a.txt" in page.text
    assert "<b>a" not in page.text
    assert page.text.index('id="grave"') < page.text.index('id="infos"')
    assert re.search(r'href="/quality/[A-Za-z]+\?lang=en"', page.text)
    read = r"Readable; \d+ things? to check. Read: \d+ projects? and \d+ indicators?; [\d.]+% of [a-z ]+ wholly"
    assert re.search(read, page.text)
    # No address of this store: the file has none.
    assert not re.search(r'href="/(?:id|doc|source)/', page.text)
    [kept] = re.findall(r'href="data:application/zip;base64,([^"]*)" download="check-report.zip"', page.text)
    told = {name.rpartition(".")[2]: part.decode() for name, part in unzipped(b64decode(kept)).items()}
    assert told["html"].startswith("<!DOCTYPE html>")
    assert told["csv"].startswith("\ufefffile,department,")
    assert "fails" in json.loads(told["json"])
    assert left() == []


@pytest.mark.parametrize("forms", [3, pytest.param(60, marks=pytest.mark.judge)])
def test_the_page_of_a_long_report_is_short_and_says_where_the_rest_is(quick, faulty, forms):
    batch = zipped(*((f"{number}.txt", faulty + f"{number}\n".encode()) for number in range(forms)))
    page = quick.post("/check?lang=en", files={"file": ("all.zip", batch)}, headers=HTML)
    assert len(page.content) <= 100_000
    assert markup.faults(page.text) == []
    assert re.search(r"Only the most severe are listed here; \d+ more findings are in the saved report", page.text)
    assert "Nothing was found" not in page.text
    assert ("check-report.zip" in page.text) or "too long to be saved from this page" in page.text


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("form", "lang", "said"), TOLD.values(), ids=TOLD)
def test_a_report_tells_what_it_lacks_and_why(quick, form, lang, said):
    page = replied(200, quick.post(f"/check?lang={lang}", files={"file": ("a.txt", form.encode())}, headers=HTML))
    assert said in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.text))


def test_another_place_is_named_by_the_file_as_it_was_sent(quick):
    clean = (Path("tests") / "quality" / "clean.txt").read_text(encoding="utf-8")
    text = clean.replace(
        "《青岚区公益演出场所安全管理规定》（青府办发〔2020〕33 号）", "《青岚区消防规定》（青府发〔2021〕18 号）"
    )
    told = quick.post("/check?format=csv", files={"file": ("机关2024.txt", text.encode())}, headers=HTML).text
    assert "另一处见机关2024.txt第" in told
    assert "submission" not in told


def test_what_one_mistake_sets_off_stands_below_it(quick):
    clean = (Path("tests") / "quality" / "clean.txt").read_text(encoding="utf-8")
    negative = clean.replace("项目资金总额\t480,000.00", "项目资金总额\t-480,000.00").encode()
    page = quick.post("/check?lang=en", files={"file": ("a.txt", negative)}, headers=HTML).text
    assert markup.faults(page) == []
    assert re.search(r"/quality/AmountImpossible.*May follow from it:.*/quality/TotalDiffersFromFunds", page, re.DOTALL)
    briefs = page.partition('<ol class="briefs">')[2].partition("</ol>")[0]
    assert "Money that is asked for" in briefs or "negative" in briefs
    assert "fiscal and other funds" not in briefs, "an effect has no line of its own"
    assert "Total that is not the sum of its funds" in page.partition("By project</h2>")[2]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("sheets", "cell"), [(1, "B64"), (2, "表1!B64")])
def test_lines_of_a_spreadsheet_are_named_by_their_cells(quick, faulty, sheets, cell):
    form = "\n".join(faulty.decode().splitlines()[:100]).replace("1000000", "900000")
    sent = {"file": ("a.xlsx", typed_into(form, *["备注\t无"] * (sheets - 1)))}
    page = quick.post("/check?lang=zh", files=sent, headers=HTML).text
    assert absent(page, f"单元格 {cell}</span>", f'<span class="n">{cell}</span>') == []
    assert not re.search(r"第 [\d–]+ 行", page)
    assert f"cell {cell}</span>" in quick.post("/check?lang=en", files=sent, headers=HTML).text
    table = csv.DictReader(io.StringIO(quick.post("/check?format=csv", files=sent).text.removeprefix("\ufeff")))
    [row] = [row for row in table if row["fault"] == "AnnualRequestDiffersFromParts"]
    assert (row["sheet_cells"].split()[0], row["lines"].split()[0]) == (cell, "37")


def test_programs_send_the_file_as_it_is(quick, faulty):
    report = quick.post("/check?format=json&name=dir/a.txt", content=faulty).json()
    [document] = report["documents"]
    assert document["file"] == "a.txt"
    assert not report["fails"]
    assert {group["severity"] for group in document["groups"]} >= {"Warning", "Info"}


def test_the_form_offers_files_to_keep(quick, faulty, left):
    answer = quick.post("/check", files={"file": ("a.txt", faulty)}, data={"format": "file"}, headers=HTML)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="check-report.html"'
    assert answer.text.startswith("<!DOCTYPE html>")
    assert left() == []


def test_a_refused_file_says_why(quick):
    both = zipped(("a.pdf", b"%PDF-1.7 nothing follows"), ("b.txt", "没有表"))
    page = quick.post("/check?lang=zh", files={"file": ("both.zip", both)}, headers=HTML).text
    assert markup.faults(page) == []
    assert (absent(page, "both.zip/a.pdf", "both.zip/b.txt"), page.count("这份文件不能读入")) == ([], 2)
    reasons = re.findall("<li>(.*?)</li>", page)
    assert len(reasons) == 2
    assert not any(" · " in each for each in reasons), "one language at a time"


@pytest.mark.judge
@needs_engine
def test_more_scanned_pages_than_the_site_reads_are_refused_before_any_is_read(here):
    assert "至多 10 页" in here.get("/check?lang=zh", headers=HTML).text
    scans = as_pdf(*[Image.new("1", (8, 8))] * 11)
    [document] = here.post("/check?format=json&name=a.pdf", content=scans).json()["documents"]
    [reason] = document["refused"]
    assert absent(reason, "11 页，最多 10 页", "jixiao validate on your own machine", "check_scanned_pages") == []


def test_an_unknown_form_is_refused_before_the_file_is_read(here, faulty):
    assert here.post("/check?format=docx", content=faulty).status_code == 406


def test_a_site_that_checks_no_files_says_so(settings, serve, faulty):
    with serve(settings.model_copy(update={"check": False})) as closed:
        replied(404, closed.get("/check?lang=en", headers=HTML), "does not check files")
        assert closed.post("/check", content=faulty).status_code == 404
        assert "/check" not in closed.get("/?lang=en", headers=HTML).text


def test_a_mistake_brings_the_form_back(here):
    answer = replied(
        400, here.post("/check?lang=en", files={"file": ("", b"")}, headers=HTML), "choose one", 'type="file"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_time_is_limited(settings, left, serve):
    endless = "项目名称".encode() * 80_000  # takes minutes to read
    with serve(settings.model_copy(update={"check_timeout": 0.5})) as hasty:
        report = hasty.post("/check?format=json", content=endless).json()
        assert "0.5 s" in report["documents"][0]["refused"][0]
        assert report["fails"]
        # There is no page to keep, and the ordinary one says why.
        assert "0.5" in hasty.post("/check?format=file", content=endless).text
        assert left() == []


@pytest.mark.parametrize(
    ("form", "lang", "said"), [("txt", "zh", "读到自评 1 份"), ("html", "en", "Read: 1 self-evaluation;")]
)
def test_a_self_evaluation_is_said_to_be_one(quick, form, lang, said):
    content = (Path("tests") / "quality" / "evaluated.txt").read_bytes()
    sent = {"file": (f"a.{form}", as_html(text.read(content)) if form == "html" else content)}
    page = quick.post(f"/check?lang={lang}", files=sent, headers=HTML).text
    assert said in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    report = quick.post("/check", files=sent, headers={"Accept": "application/json"}).json()
    assert [(each["projects"], each["evaluations"], each["refused"]) for each in report["documents"]] == [(0, 1, None)]
