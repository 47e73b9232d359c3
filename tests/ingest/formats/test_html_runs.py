"""Text of pages that is raised, crossed out, unseen or in the font Symbol; fields of forms; parts that are named."""

import pytest

from jixiao.ingest.document import read_document
from tests.ingest.formats.test_html import BASE, read, shown


def texts(page: str) -> list[str]:
    return [line.text for line in read(page).lines]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("120.50<sup>1</sup>", "120.50¹"),
        ("m<sup><b>2</b></sup>", "m²"),
        ("H<sub>2</sub>O", "H2O"),
        ("120.50<span style='font-size:8pt; Vertical-Align: super'>1</span>", "120.50¹"),
        ("120.50<span style='vertical-align:4px'>1</span>", "120.50¹"),
        ("120.50<span style='position:relative;mso-text-raise:5.0pt'>1</span>", "120.50¹"),
        ("120.50<span style='vertical-align:middle'>1</span>", "120.501"),
        ("120.50<sup style='vertical-align:baseline'>1</sup>", "120.501"),
        ("120.50<br><sup>注1</sup>", "120.50\n注¹"),
        ("<table><tr><td style='vertical-align:super'>1</table>", "1"),
        ("<s>95</s>98", "98"),
        ("<strike>95</strike>98", "98"),
        ("<del><p>95</p></del>98", "98"),
        ("<span style='text-decoration:underline line-through'>95</span>98", "98"),
        ("<span style='text-decoration-line:line-through'><b>95</b></span>98", "98"),
        ("<s style='text-decoration:none'>95</s>98", "9598"),
        ("<font color='#FFFFFF'>95</font>98", "98"),
        ("<span style='color:white !important'>95</span>98", "98"),
        ("<span style='color:#fff'>95<i style='color:#000'>9</i></span>8", "98"),
        ("<span style='color:#fff'>95<i style='background:red'>9</i></span>8", "98"),
        ("<div style='background:#4472c4'><span style='color:#fff'>95</span></div>", "95"),
        ("<table bgcolor=navy><tr style='color:rgb(255, 255, 255)'><td>95</table>", "95"),
        ("<table bgcolor=white><tr style='color:rgb(255, 255, 255)'><td>95<tr style='color:red'><td>98</table>", "98"),
        ("<style>p {background-color: navy}</style><p><span style='color:#fff'>95</span>", "95"),
        ("<style>th {background-color: navy}</style><span style='color:#fff'>95</span>98", "98"),
        ("<style><!-- .xl65 {text-decoration: line-through} --></style><b class=xl65>95</b>98", "98"),
        ("<style>tr.old td {text-decoration: line-through}</style><table><tr class=old><td>95<tr><td>98</table>", "98"),
        ("<style>.n {vertical-align: super} @media print {.n {color: white}}</style>98<b class=n>1</b>", "98¹"),
        ("<style media=print>b {text-decoration: line-through}</style><b>98</b>", "98"),
        ("<style>@media screen, print {b {text-decoration: line-through}}</style><b>95</b>98", "98"),
        ("<style>sup {vertical-align: baseline} * {text-decoration: none}</style><s>7</s>98<sup>1</sup>", "98¹"),
        ("<style>b {vertical-align: 1px}</style>共<b>12</b>个", "共12个"),
        ("<style>.old {display: none}</style><span class=old>95</span>98<div class=old>97</div>", "98\n97"),
        ("<style>p:has( {color: white} .a::before, b + b {color: white}</style><b>9</b><b>8</b>", "98"),
        ("<link rel=stylesheet href=a.css><span style='color:#fff'>95</span>", "95"),
        ("<span style='font-size:0'>95</span><span style='opacity:0.0'>95</span>98", "98"),
        ("<div style='font-size:0'><span style='font-size:9pt'>9</span><b class=a>8</b></div>", "98"),
        ("<span style='font-family:Symbol'>³</span>3000<font face=Symbol>£</font>", "≥3000≤"),
        ("<font face='Wingdings 2'>R</font>是<font face='Wingdings'>o</font>否", "☑是☐否"),
        ("<font face=Symbol>³<span style='font-family:宋体'>m³</span></font>", "≥m³"),
    ],
)
def test_text_has_the_look_that_its_element_gives_it(page: str, text: str) -> None:
    assert texts(page) == text.splitlines()


@pytest.mark.parametrize(
    "sheet",
    [
        "[*|a]{color:red}",
        "b" + ":not(" * 150 + "i" + ")" * 150 + "{color:red}",
        *(".a{color:" + "(" * depth + "}" for depth in (100, 300, 450, 900, 20_000)),
        "@media all{" * 3_000,
        "b:nth-of-type(2){color:red}",
        ".a{color:red}" * 16_000,
    ],
)
def test_hostile_sheet_leaves_the_text(sheet: str) -> None:
    assert texts(f"<style>{sheet}</style><b class=a>98</b>") == ["98"]


def test_sheets_that_take_too_long_are_named() -> None:
    rules = "".join(f".a{{color:#{number:06x}}}" for number in range(2_000))
    found = read(f"<style>{rules}</style>{'<p class=a>95' * 600}")
    assert [kind.en for kind in found.left_out] == ["style sheets"]


def test_text_that_is_not_shown_is_counted() -> None:
    page = "<del>甲</del><s>乙</s><p hidden>丙</p><p style='display:none'></p><font color=white>丁</font>戊"
    assert [(kind.en, kind.count) for kind in read(page).left_out] == [
        ("struck-out texts", 2), ("texts that are not seen", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("<input value=甲>", "甲"),
        ("<input type=Text value=甲 readonly>", "甲"),
        ("<input type=number value=120.50 disabled>", "120.50"),
        ("<input type=date value=2024-01-01>", "2024-01-01"),
        ("<input placeholder=请输入>", ""),
        ("<input type=hidden value=甲><input type=password value=甲><input type=submit value=提交>", ""),
        ("<input type=checkbox checked>是<input type=radio>否", "☑是☐否"),
        ("<select><option>甲<option selected>乙</select>", "乙"),
        ("<select><option>甲<option>乙</select>", "甲"),
        ("<select size=2><option>甲<option>乙</select>", ""),
        ("<select multiple><option selected>甲<option>乙<option selected>丙</select>", "甲、丙"),
        ("<select><option selected>--请选择--<option>乙</select>", ""),
        ("<select><option value=''>全部<option>乙</select>", ""),
        ("<select><option disabled>甲<option>乙</select>", "乙"),
        ("<select><option>选择性招标<option>乙</select>", "选择性招标"),
        ("<textarea>\n甲\n乙</textarea>", "甲\n乙"),
        ("<input list=a value=甲><datalist id=a><option>乙</datalist>", "甲"),
        ("<output>甲</output><span contenteditable>乙</span>", "甲乙"),
    ],
)
def test_field_shows_what_is_filled_in(field: str, text: str) -> None:
    assert shown(f"<table><tr><td>名称<td>{field}</table>") == [["名称", text]]


def test_source_of_a_table_in_a_field_is_read_if_the_page_has_no_table() -> None:
    source = "<textarea style='display:none'>&lt;table&gt;&lt;tr&gt;&lt;td&gt;甲&lt;td&gt;≥&amp;nbsp;1</textarea>"
    assert shown(f"<p>表</p>{source}") == [["表"], ["甲", "≥\xa01"]]
    assert shown(f"{source}<table><tr><td>丙<td>丁</table>") == [["丙", "丁"]]


PARTS = (
    '<iframe src="/files/1.pdf"></iframe><iframe src="about:blank"></iframe><iframe hidden src="/count"></iframe>'
    '<a href="/a/附件1.DOCX?x=1">表</a><a href="/a/附件1.DOCX?x=1">下载</a><a href="/index.html">首页</a>'
    f"<img src='a.png'><script>var a = '{'绩效' * 50}'</script><script>var b = '{'绩效' * 49}'</script>"
)
NAMED = [
    ("images", 1, ()),
    ("embedded pages", 1, ("/files/1.pdf",)),
    ("linked attachments", 1, ("/a/附件1.DOCX?x=1",)),
    ("scripts that may show content", 1, ()),
]


def test_parts_that_may_hold_a_form_are_named() -> None:
    assert [(kind.en, kind.count, kind.names) for kind in read(f"{'甲' * 100}{PARTS}").left_out] == NAMED


def test_refusal_of_a_page_that_scripts_make_names_them() -> None:
    page = "<html><body><div id=app></div><script src=app.js></script><script>fetch('/goal')</script></body></html>"
    assert "scripts that may show content 2;" in read_document(page.encode(), "a.html", BASE).refusal.reasons[0]


def test_refusal_of_a_notice_names_the_parts_that_may_hold_the_form() -> None:
    page = f"<html><body><p>关于报送2024年绩效目标的通知</p><p>请各单位报送。</p>{PARTS}</body></html>"
    reading = read_document(page.encode(), "a.html", BASE)
    assert reading.refusal.reasons[0].startswith("通知")
    assert "linked attachments 1（/a/附件1.DOCX?x=1）" in reading.refusal.reasons[0]


@pytest.mark.parametrize("title", ["项目支出绩效目标表", "公告"])
def test_refusal_of_a_page_without_a_form_names_the_parts_that_may_hold_it(title: str) -> None:
    page = f"<html><body><p>{title}</p><p>（2024年度）</p>{PARTS}</body></html>"
    reading = read_document(page.encode(), "a.html", BASE)
    [reason] = reading.refusal.reasons
    assert "内嵌的网页 1（/files/1.pdf）" in reason
    assert "linked attachments 1（/a/附件1.DOCX?x=1）" in reason
    assert reading.is_filing == (title == "项目支出绩效目标表")
