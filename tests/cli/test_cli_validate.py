"""`jixiao validate`: what fails and what does not, every format; a whole page in a browser."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from rdflib import RDF, SH, Graph
from typer.testing import CliRunner

from jixiao import checking, cli, terminal
from jixiao.commands import validate as command
from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.report import templates as text_report
from jixiao.shapes import catalogue
from jixiao.shapes.findings.documents import Document, NotRead, ProjectHead
from jixiao.shapes.findings.finding import Filed, Finding, SourceLine, by_number, excerpt
from tests.support import browsers
from tests.support.pages import absent, ended

FILING = Path(__file__).parents[1] / "ingest" / "whole-filing.txt"
PROJECT = "http://localhost:8000/id/project/o/2022/p"
HOSTILE = "<script>alert(1)</script>"


def rule(name, severity):
    """A rule of this name that is made up, so that these tests do not hang on what rules there are."""
    some = catalogue.faults()[0]
    return replace(some, iri=catalogue.SHAPES + name, severity=severity, label=Bilingual(f"缺陷{name}", name))


WARNING, INFO = rule("SumsDiffer", terms.SH_Warning), rule("CouldBeBetter", terms.SH_Info)
LINES = by_number(
    SourceLine(n, text) for n, text in enumerate(["总额", f"\t{HOSTILE}\t38,000", "单价", "800"], start=1)
)
FILED = Filed("某局", 2022)


def reported(node, fault, sentence):
    message = Bilingual(sentence, "The sums differ.")
    shown = excerpt(LINES, (2,), ((2, 2),), "38,000")
    return Finding(
        fault, f"{PROJECT}#k1", PROJECT, "项目甲", "明细", None, None,
        message, (2,), ((2, 2),), "38,000" if fault == WARNING else None, iri=node, filed=FILED, excerpt=shown,
    )  # fmt: skip


KNOWN = tuple(
    fault
    for fault in catalogue.faults()
    if fault.name in {"TotalDiffersFromFunds", "AmountNotANumber", "FormBreaksOff"}
)
GOOD = Document("good.txt", "a" * 64, (), (FILED,), {PROJECT: ProjectHead("项目甲", 2)}, (), 3, 1.0)
WARNED = replace(
    GOOD,
    path="warned.txt",
    sha256="b" * 64,
    findings=(reported("r1", WARNING, "47 × 800 不是 38,000。"), reported("r2", INFO, "可以更好。")),
)
AMISS, WITHHELD, IN_PART = (
    replace(GOOD, findings=(reported("r1", fault, "不对。"),))
    for fault in sorted(KNOWN, key=lambda fault: ("T", "A", "F").index(fault.name[0]))
)
UNREAD = replace(GOOD, not_read=(NotRead("项目甲", (), (3, 4)),), elsewhere=(9,), figured=frozenset({3}))
REFUSED = Document("bad.txt", "c" * 64, ("不是表 · no table",))


@pytest.fixture
def validate(monkeypatch, tmp_path):
    """The command, told what checking finds, in a folder with one file."""
    monkeypatch.setattr(command.catalogue, "faults", lambda: (WARNING, INFO, *KNOWN))
    (tmp_path / "some.txt").write_text("x")

    def run(documents, *options):
        monkeypatch.setattr(command, "judge_files", lambda *_paths, **_options: tuple(documents))
        return CliRunner().invoke(cli.app, ["validate", str(tmp_path / "some.txt"), *map(str, options)])

    return run


@pytest.mark.parametrize(
    ("documents", "options", "status"),
    [
        ([GOOD], [], 0),
        ([WARNED], [], 0),
        ([AMISS], [], 1),
        ([AMISS], ["--fail-on", "violation"], 0),
        ([AMISS], ["--fail-on", "dates"], 0),
        ([WITHHELD], ["--fail-on", "dates"], 1),
        ([WITHHELD], ["--fail-on", "violation"], 1),
        ([IN_PART], [], 3),
        ([IN_PART], ["--fail-on", "violation"], 3),
        ([IN_PART], ["--fail-on", "reading"], 1),
        ([IN_PART, AMISS], [], 1),
        ([WARNED], ["--fail-on", "warning"], 1),
        ([WARNED], ["--fail-on", "warning", "--only", "CouldBeBetter"], 0),
        ([WARNED], ["--fail-on", "info", "--min-severity", "violation"], 0),
        ([WARNED], ["--fail-on", "info", "--min-severity", "info"], 1),
        ([GOOD], ["--fail-on", "info"], 0),
        ([GOOD, REFUSED], [], 1),
        ([REFUSED], ["--only", "CouldBeBetter"], 1),
        ([GOOD], ["--only", "NoSuchFault"], 2),
        ([GOOD], ["--fail-on", "never"], 2),
        ([GOOD], ["--rules"], 2),
    ],
)
def test_status(validate, documents, options, status):
    assert validate(documents, *options).exit_code == status


def test_text_says_what_where_and_what_to_do(validate):
    lines = validate([WARNED, REFUSED]).stdout.splitlines()
    totals = "  文件 documents 2，拒收 refused 1；警告 warning 1，提示 info 1"
    assert lines[:2] == ["■ 小结 Summary", totals]
    assert lines[2:5] == [
        "  请先核对 Check first",
        "   1. warned.txt 「项目甲」第 2 行：47 × 800 不是 38,000 [SumsDiffer]",
        "      The sums differ",
    ]
    assert lines[6:8] == ["■ bad.txt：拒收 refused", "    不是表 · no table"]
    start = lines.index("  警告 warning  缺陷SumsDiffer SumsDiffer [SumsDiffer]  「项目甲」「明细」，第 2 行")
    assert lines[start + 1 : start + 7] == [
        "    47 × 800 不是 38,000。",
        "    The sums differ.",
        "          1 │ 总额",
        f"    ▸     2 │ {HOSTILE} │ ⟦38,000⟧",
        "          3 │ 单价",
        f"    处理办法 remedy：{WARNING.remedy.zh} {WARNING.remedy.en}",
    ]
    assert lines[-1] == totals


ALIKE = replace(
    WARNED,
    findings=(
        *(reported(f"r{number}", INFO, "同一句话。") for number in range(1, 4)),
        reported("r4", WARNING, "47 × 800 不是 38,000。"),
    ),
)


def test_what_is_said_alike_is_said_once_and_counted_both_ways(validate):
    shown = validate([ALIKE]).stdout
    assert shown.count("同一句话。") == 1
    assert shown.splitlines()[1] == "  文件 documents 1；警告 warning 1，提示 info 1（涉及 3 处 places）"
    assert shown.index("47 × 800") < shown.index("同一句话。")


def on_terminal(documents, full):
    return "\n".join("".join(text for text, _ in line) for line in text_report.report(documents, full))


def test_a_terminal_has_two_lines_for_a_mistake_and_one_for_all_infos():
    short, full = on_terminal([ALIKE], full=False).splitlines(), on_terminal([ALIKE], full=True)
    assert "同一句话。" in full
    assert short[3:] == [
        "  警告 warning 1，提示 info 1（涉及 3 处 places）",
        " 1. 「项目甲」第 2 行：47 × 800 不是 38,000 The sums differ [SumsDiffer]",
        f"    {WARNING.remedy.zh.rstrip('。')}。 {WARNING.remedy.en}",
        "  提示 info：缺陷CouldBeBetter CouldBeBetter 3 [CouldBeBetter]",
        "  ⋯ 逐处列出 to list each place：--full；只看一条规则 only one rule：--only CouldBeBetter",
    ]


def test_a_habit_of_the_form_is_one_line_at_the_end():
    blank = replace(WARNING, iri=f"{catalogue.SHAPES}TargetMissing")
    habit = [reported(f"r{n}", blank, "此栏空白。") for n in range(11)]
    shown = on_terminal([replace(ALIKE, findings=(*habit, *ALIKE.findings))], full=False).splitlines()
    assert shown[4].startswith(" 1. 「项目甲」第 2 行：47 × 800")
    assert shown[6] == "  处处如此 throughout：此栏空白 The sums differ 11 [TargetMissing]"


@pytest.mark.parametrize(("locale", "said"), [("zh_CN.UTF-8", "警告 1"), ("en_GB.UTF-8", "warning 1")])
def test_a_short_report_has_one_language_in_a_pipe_too(validate, monkeypatch, locale, said):
    monkeypatch.setenv("LC_ALL", locale)
    assert validate([ALIKE], "--short").stdout.splitlines()[3].strip().startswith(said)
    assert validate([ALIKE], "--short", "--lang", "both").stdout.count("警告 warning 1") == 1


@pytest.mark.parametrize(
    ("terminal", "options", "shown"),
    [
        (False, [], True),
        (True, [], False),
        (True, ["--full"], True),
        (False, ["--short"], False),
        (True, ["--only", "CouldBeBetter"], True),
    ],
)
def test_only_a_terminal_is_spared_the_infos(validate, monkeypatch, terminal, options, shown):
    asked = []
    monkeypatch.setattr(command.templates, "report", lambda _documents, full, _language: asked.append(full) or ())
    monkeypatch.setattr(command, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: terminal)))
    validate([ALIKE], *options)
    assert asked == [shown]


def test_a_report_is_in_one_language_or_both():
    def words(full, language):
        shown = text_report.report([ALIKE, REFUSED, UNREAD], full, language)
        return "\n".join("".join(text for text, _ in line) for line in shown)

    own = re.compile(r"某局|项目甲|明细|总额|单价|万元|缺陷(SumsDiffer|CouldBeBetter)|空白 blank")
    for full in (True, False):
        assert not re.search(r"[\u4e00-\u9fff]", own.sub("", words(full, "en")))
        assert not re.search(r"\b(warning|remedy|line|found|refused|money|The)\b", words(full, "zh"))
        both = words(full, "both")
        assert all(each in both for each in ("警告 warning", "拒收 refused", *["金额 money"] * full))


@pytest.mark.parametrize(
    ("stated", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({}, "zh"),
    ],
)
def test_the_locale_decides_on_a_terminal(monkeypatch, stated, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, stated.get(name, ""))
    assert terminal.of_locale() == language


def test_a_short_report_of_ten_filings_fits_a_screen():
    """However many findings there are; what is not named is counted."""

    def document(number):
        found = [reported(f"r{n}", WARNING, f"第 {n} 句，{number}。") for n in range(30)]
        infos = [reported(f"i{n}", INFO, f"提示 {n}。") for n in range(30)]
        filed = Filed(f"{number}局", 2022)
        own = tuple(replace(each, filed=filed, value=None, quote=None) for each in (*found, *infos))
        return replace(UNREAD, path=f"{number}.txt", filings=(filed,), findings=own)

    shown = on_terminal([document(number) for number in range(10)], full=False).splitlines()
    assert len(shown) <= 45
    assert sum("  ▪ " in line and "警告 warning 30" in line for line in shown) == 10
    assert (
        absent(shown, "    …及其他 285 项 and 285 more", "  还有没有读懂的 more that was not read：10 份 files") == []
    )


def test_no_quotation_of_a_short_report_is_longer_than_a_line():
    words = "很长的一句话" * 30
    long = replace(reported("r1", WARNING, f"“{words}”与表不同。"), quote=words)
    assert words not in on_terminal([replace(WARNED, findings=(long,))], full=False)
    assert words in on_terminal([replace(WARNED, findings=(long,))], full=True)


def test_unread_lines_are_named_with_the_checks_that_were_not_made(validate):
    shown = on_terminal([UNREAD], full=True)
    assert (
        absent(
            shown,
            "「项目甲」没有读全的行 lines not read in full：第 3 行，没有查 not checked for 金额 money、",
            "；第 4 行，没有查 not checked for 矛盾 contradictions、空白 blanks、文字 wording",
            "表外 outside of forms 没有读全的行 lines not read in full：第 9 行，没有查 not checked for 矛盾",
        )
        == []
    )
    said = json.loads(validate([UNREAD], "--format", "json").stdout)["documents"][0]["unchecked"]
    assert said[0] == {"project": "项目甲", "lines": [3], "checks": [*catalogue.KINDS][:-1], "alone": False}
    assert said[2] == {"project": None, "lines": [9], "checks": ["contradictions", "blanks", "wording"], "alone": False}
    (outside,) = (each for each in replace(UNREAD, alone=frozenset({9})).unchecked if not each.project)
    assert (outside.checks, outside.alone) == (("contradictions", "blanks"), True)


def test_a_planted_line_that_is_not_read_is_said_to_be_unchecked(tmp_path):
    planted = tmp_path / "planted.txt"
    planted.write_text(FILING.read_text("utf-8") + "\n另据甲发〔1998〕3号安排其他支出55万元\n", "utf-8")
    (document,) = checking.judge_files((planted,), jobs=1)
    last = len(planted.read_text("utf-8").splitlines())
    assert any(last in each.lines and "money" in each.checks and each.alone for each in document.unchecked)


def test_a_summary_words_the_gravest_faults(validate):
    many = [replace(reported(f"r{n}", WARNING, f"第 {n} 句。"), value=None, quote=None) for n in range(60)]
    document = replace(WARNED, findings=tuple(many))
    summary = validate([document]).stdout.partition("■ 某局")[0].strip().splitlines()
    assert len(summary) <= 26
    assert (summary[3], summary[4]) == ("   1. 「项目甲」第 2 行：第 0 句 [SumsDiffer]", "      The sums differ")
    assert summary[-1] == "      …及其他 50 项 and 50 more"
    several = [replace(WARNED, path=f"{n}.txt", filings=(Filed(f"{n}局", 2022),)) for n in range(99)]
    short = on_terminal([*several, replace(document, path="all.txt")], full=False).splitlines()
    assert len(short) <= 45
    assert "all.txt：警告 warning 60" in short[1], "the filing with the most warnings comes first"
    assert "另有 90 份" in short[11]
    assert "0.txt 「项目甲」第 2 行" in short[12]


def test_findings_of_refused_documents_stand_below_the_two_headings(validate):
    refused = replace(WARNED, refused=("不是表 · no table",))
    for options in ((), ("--full",), ("--format", "html")):
        shown = re.sub(r"<[^>]*>", "", validate([refused], *options).stdout)
        assert shown.index("文件本身的问题 What the filing gets wrong") < shown.index(
            "47 × 800", shown.index("bad.txt" if "bad.txt" in shown else "拒收")
        )


def test_every_format_has_the_refused_document_too(validate):
    shown = {form: validate([WARNED, REFUSED], "--format", form).stdout for form in get_args(command.Format)}
    assert all("不是表" in text and "47 × 800" in text for text in shown.values())
    found = json.loads(shown["json"])
    assert (found["fails"], found["counts"]["refused"]) == (True, 1)
    assert found["documents"][0]["findings"][0]["excerpt"][1] == {
        "line": 2, "place": None, "text": f"{HOSTILE} │ 38,000", "atFault": True, "marks": [[28, 34]],
    }  # fmt: skip
    assert [row["severity"] for row in csv.DictReader(io.StringIO(shown["csv"]))] == ["Warning", "Info", "Refused"]
    assert len(list(Graph().parse(data=shown["ttl"], format="turtle").subjects(RDF.type, SH.ValidationResult))) == 2


def test_a_page_is_whole_and_runs_nothing_of_a_strangers(validate):
    page = validate([WARNED, REFUSED], "--format", "html").stdout
    assert HOSTILE not in page
    assert "<mark>38,000</mark>" in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//|@import|url\(", page)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    # Why it matters stands once for all findings.
    twice = [replace(WARNED, path=f"{n}.txt") for n in range(2)]
    assert validate(twice, "--format", "html").stdout.count(WARNING.why.zh) == 2  # two rules, one text


def test_a_page_words_the_warnings_before_anything_else_and_folds_the_infos(validate):
    page = validate([ALIKE], "--format", "html").stdout
    briefs = page.partition('<ol class="briefs">')[2].partition("</ol>")[0]
    assert 'href="#d1r4"' in briefs
    assert INFO.label.zh not in briefs
    assert page.index('<ol class="briefs">') < page.index('id="findings"') < page.index('id="d1r4"')
    folded = page.partition(f'<details class="p r" id="d1-{INFO.name}">')[2].partition("</details>")[0]
    assert (folded.count("同一句话。"), absent(folded, '<a id="d1r3"></a>')) == (1, [])
    assert "1<span" in folded.partition("</summary>")[0]
    # Each project leads to what concerns it.
    assert page.partition('class="of-projects"')[2].count("#d1r") == 0, "one project needs no index"


def test_rules_are_listed_in_every_form(validate):
    def rules(form):
        done = CliRunner().invoke(cli.app, ["validate", "--rules", "--format", form])
        assert done.exit_code == 0
        return done.stdout

    assert validate([GOOD]).exit_code == 0  # so that the rules are those made up
    shown = [each["fault"] for each in json.loads(rules("json"))]
    assert shown == ["SumsDiffer", "CouldBeBetter", "TotalDiffersFromFunds"]
    assert [row["severity"] for row in csv.DictReader(io.StringIO(rules("csv")))] == ["Warning", "Info", "Warning"]
    assert all(f"[{fault.name}]" in rules("text") and fault.name in rules("html") for fault in (WARNING, INFO))


@pytest.mark.judge
def test_rules_as_turtle_have_a_name_for_each_shape():
    done = CliRunner().invoke(cli.app, ["validate", "--rules", "--format", "ttl"])
    shapes = Graph().parse(data=done.stdout, format="turtle")
    known = {fault.iri for fault in catalogue.faults() if fault.bundle}
    found = {str(each) for each in shapes.subjects(SH.severity)}
    assert known <= found
    assert {each.partition("-")[0] for each in found} == known


def test_a_retired_name_chooses_the_rule_in_its_place(run):
    retired = next(each for each in catalogue.retired().values() if each.replaced_by)
    assert retired.replaced_by
    done = run("validate", FILING, "--only", retired.name, "--format", "json")
    assert retired.name in done.stderr
    assert retired.replaced_by.rpartition("#")[2] in done.stderr


@pytest.mark.judge
@pytest.mark.usefixtures("every_rule")
def test_the_files_themselves(start, run, tmp_path):
    """Through the process that a user starts: files in, verdicts out."""
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02")
    found = json.loads(ended(1, start("validate", FILING, tmp_path, "--format", "json", "--jobs", "2")).stdout)
    assert found == json.loads(run("validate", FILING, tmp_path, "--format", "json").stdout)
    good, bad = found["documents"]
    assert (good["refused"], good["filings"][0]["year"], good["projects"]) == (None, 2023, 1)
    assert "binary content" in bad["refused"][0]


@pytest.mark.debian
@browsers.needs_chromium
@pytest.mark.judge
def test_a_page_leads_about_and_sifts(validate, tmp_path):
    many = tuple(
        replace(one, iri=f"r{n}") for n, one in enumerate(WARNED.findings * 300, start=1)
    )  # more than stand open at first
    other = replace(GOOD, path="other.txt", filings=(Filed("另一局", 2023),))
    page_file = tmp_path / "report.html"
    page_file.write_text(validate([replace(WARNED, findings=many), other, REFUSED], "--format", "html").stdout)
    with browsers.chromium() as browser:
        page = browser.new_page(viewport={"width": 400, "height": 800})
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(page_file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 400
        assert not page.locator("#d2r1").is_visible()
        # Findings in equal words stand together under the first; the names of the others lead there.
        page.goto(page_file.as_uri() + "#d2r7")
        assert page.locator("#d2r1").is_visible()
        page.get_by_label("提示").uncheck()
        assert page.locator("#d2r1").is_visible()
        assert not page.locator("#d2r2").is_visible()
        page.get_by_role("searchbox").fill("另一局")
        page.wait_for_function("document.getElementById('hits').textContent == '0 处'")
        page.get_by_role("searchbox").fill("某局 800")
        page.wait_for_function("document.getElementById('hits').textContent == '300 处'")
        assert faults == []


@pytest.mark.judge
def test_a_draft_and_its_correction_are_not_judged_as_one(tmp_path):
    filing = Path(__file__).parents[2] / "examples" / "songjiang-zhengxie-2022.txt"
    other = tmp_path / filing.name
    other.write_text(filing.read_text("utf-8").replace("2009）97号", "2009）79号", 1), "utf-8")
    alone, draft = checking.judge_files((filing,), jobs=1)[0], checking.judge_files((filing, other), jobs=1)[0]
    assert [each.message for each in draft.findings] == [each.message for each in alone.findings]
