"""HTML pages: a filing as a page states what it states in text; spans, looks of text, fields, encodings."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import rendering
from jixiao.ingest.readers import html as reader, text
from jixiao.ingest.rendition import Rendition
from tests.support.generated import tries
from tests.support.writers import as_html, facts, texts_of

BASE = "http://localhost:8000/"
ROOT = Path(__file__).parents[3]
# The smallest first, which is the one that `make test` takes.
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"), key=lambda path: path.stat().st_size)
TEXTS = [*EXAMPLES, *sorted((ROOT / "tests" / "ingest" / "cases").glob("*/filing.txt"))]


def read(page: str) -> Rendition:
    content = f"<!DOCTYPE html><html><body>{page}</body></html>".encode()
    assert reader.accepts(content)
    return reader.read(content)


def cells(rendition: Rendition) -> list[list[tuple[int, str]]]:
    return [[(cell.column, cell.text) for cell in row.cells] for row in rendition.rows]


def shown(page: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in read(page).rows]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.stem for example in EXAMPLES])
def test_filing_states_the_same_as_a_page(example: Path) -> None:
    content = example.read_bytes()
    page = as_html(text.read(content))
    assert "colspan" in page
    assert "rowspan" in page
    wanted = facts(read_document(content, "a.txt", BASE))
    found = facts(read_document(page.encode("gb18030"), "a.html", BASE))
    assert found == wanted, texts_of(found ^ wanted)


def test_text_forms_are_no_pages_even_with_stray_tags() -> None:
    assert not [path for path in TEXTS if reader.accepts(path.read_bytes())]
    assert not reader.accepts("项目名称\t<p>古籍修复</p>\n<p>说明</p>\n".encode())
    assert not reader.accepts("项目名称\t古籍修复\n说明\t<table>\n".encode() + "甲\t乙\n".encode())


INNER = "<table><tr><td>子<td>丑</table>"


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        pytest.param(
            "<table><thead><tr><td rowspan=9>甲<td>乙</thead><tbody><tr><td>丙<td>丁</tbody></table>",
            [["甲", "乙"], ["丙", "丁"]],
            id="a span reaches no further than its group",
        ),
        pytest.param(f"<table><tr><td>甲{INNER}<td>乙</table>", [["甲", "乙"], ["子", "丑"]], id="inner table"),
        pytest.param(f"<table><tr><td><h1>前</h1>{INNER}后<td></table>", [["前"], ["子", "丑"], ["后"]], id="frame"),
        pytest.param(
            "<table><caption>表</caption><form><tr><td>甲<td>乙</form></table>", [["表"], ["甲", "乙"]], id="form"
        ),
        pytest.param(
            "<table><tr><td>甲<td>乙</tr>散<div>文</div><tr>落<td>丙<td>丁</tr></table>",
            [["散"], ["文"], ["落"], ["甲", "乙"], ["丙", "丁"]],
            id="between rows",
        ),
        pytest.param(
            "<div>一<p>二\n  三<br>四</p>five\nsix&nbsp;<b>粗</b><!-- 注 -->体</div>"
            "<ul><li>甲<li>乙</ul><pre>丙\n丁</pre>",
            [["一"], ["二三\n四"], ["five six\xa0粗体"], ["甲"], ["乙"], ["丙"], ["丁"]],
            id="paragraphs, breaks and white space",
        ),
        pytest.param(
            "<table><tr><td><p>甲</p><p>乙<br>丙</p></td><td>丁</table>", [["甲\n乙\n丙", "丁"]], id="those of a cell"
        ),
        pytest.param(
            "<script>var a='<p>x</p>'</script><style>p{}</style><p hidden>甲</p>"
            "<p style='color:red; DISPLAY : none'>乙</p><del>丙</del>"
            "<table><tr style='display:none'><td>丁<td>戊<tr><td>己<td style='visibility:hidden'>庚<td>辛</table>",
            [["己", "", "辛"]],
            id="hidden",
        ),
    ],
)
def test_what_a_page_shows(page: str, rows: list[list[str]]) -> None:
    assert shown(page) == rows


def test_spans_become_columns_of_the_grid() -> None:
    rendition = read(
        "<table><tr><td rowspan=2 colspan=2>组<td>甲<td>乙</tr><tr><td rowspan=0>丙<td>丁</tr><tr><td>戊<td>己<td>庚"
        "<tbody><tr><td>辛<td>壬<td>癸</table>"
    )
    assert cells(rendition) == [
        [(0, "组"), (2, "甲"), (3, "乙")],
        [(0, ""), (2, "丙"), (3, "丁")],
        [(0, "戊"), (1, "己"), (2, ""), (3, "庚")],
        [(0, "辛"), (1, "壬"), (2, "癸")],
    ]
    assert rendition.lines[-1].where == {"table": 1, "row": 4, "cell": 3}


def test_cells_that_spans_cover_at_the_right_edge_are_blank() -> None:
    assert cells(read("<table><tr><td>甲<td rowspan=2>乙<tr><td>丙<tr><td>丁<td>戊</table>")) == [
        [(0, "甲"), (1, "乙")], [(0, "丙"), (1, "")], [(0, "丁"), (1, "戊")],
    ]  # fmt: skip


def test_text_that_only_has_its_tables_in_html() -> None:
    content = (
        "项目经费情况说明\n一、项目概述\n概述\n<table><tr><td>名称\n（全）</td><td>甲</td></tr></table>\n后\n".encode()
    )
    assert reader.accepts(content)
    assert [[cell.text for cell in row.cells] for row in reader.read(content).rows] == [
        ["项目经费情况说明"], ["一、项目概述"], ["概述"], ["名称（全）", "甲"], ["后"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "declared", "named"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8-sig", "", "utf-8"),
        ("utf-8", "gb2312", "utf-8"),
        ("gb18030", "gb2312", "gb18030"),
        ("gbk", "", "gb18030"),
        ("gbk", "iso-8859-1", "gb18030"),
        ("utf-16", "", "utf-16"),
        ("big5", "big5", "big5hkscs"),
    ],
)
def test_encodings(encoding: str, declared: str, named: str) -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><p>名稱古籍</p>'
    content = page.encode(encoding)
    assert reader.accepts(content)
    rendition = reader.read(content)
    assert (rendition.encoding, rendition.media_type, rendition.cut) == (named, "text/html", False)
    assert [line.text for line in rendition.lines] == ["名稱古籍"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_torn_character_at_the_end_is_a_page_cut_off(encoding: str) -> None:
    rendition = reader.read("<html><p>名称</p><p>古籍".encode(encoding)[:-1])
    assert rendition.cut
    assert [line.text for line in rendition.lines] == ["名称", "古"]


def test_entities_are_characters_and_external_ones_are_not_fetched() -> None:
    assert shown("<p>&ge;90%&#65292;&nosuch;</p>") == [["≥90%，&nosuch;"]]
    content = b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><p>&a;</p></html>'
    assert "root" not in "".join(line.text for line in reader.read(content).lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>" + b"<div>" * 300 + "甲".encode(), "嵌套"),
        (b"<html>" + b"<table><tr><td>" * 20 + "甲".encode(), "嵌套"),
        (b"<html><table><tr>" + b"<td rowspan=60000>" * 999 + b"<tr>" * 999, "超过"),
        (b"<html>" + b"<p>a" * 1_001, "超过"),
        (b"<html>" + b"a<br>" * 1_001, "超过"),
        (b"<html>" + b" " * reader.MOST_BYTES, "过大"),
        (b"<html>" + b" " * 12_000_000, "过长"),
        (b"<html>" + b"<p>" * 3_001, "元素过多"),
        (b"<html>\xff\xff\xff</html>", "编码"),
    ],
)
def test_hostile_pages_are_refused(content: bytes, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ELEMENTS", 3_000)
    monkeypatch.setattr(rendering, "MOST_CELLS", 1_000)
    assert reader.accepts(content)
    with pytest.raises(UnreadableError, match=message):
        reader.read(content)


def test_deepest_page_that_is_parsed_is_read() -> None:
    assert [line.text for line in reader.read(b"<html>" + b"<div>" * 250 + "甲".encode()).lines] == ["甲"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 <html>",
        b"MIME-Version: 1.0\n\n<html>",
        "项目名称 < 一\n".encode(),
        b"<?xml version='1.0'?><d/>",
        b"<office:document><table:table><table:table-row/></table:table></office:document>",
    ],
)
def test_what_is_no_page_is_not_accepted(content: bytes) -> None:
    assert not reader.accepts(content)


TAGS = [
    "<table>", "</table>", "<tr>", "<td rowspan=3>", "<td colspan=2>", "<td>", "</td>", "<p>", "<br>", "<tbody>", "甲",
    "\n", "<pre>", "<td rowspan=0>", "<form>", "<th style='display:none'>", "<caption>", "<!--", "-->", "&lt;",
    "</div>", "\0",
]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=40).map("".join))
@tries(200)
def test_any_order_of_tags_is_read_in_columns_that_grow(page: str) -> None:
    for row in reader.read(f"<html>首{page}".encode()).rows:
        columns = [cell.column for cell in row.cells]
        assert columns == sorted(set(columns))


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
        ("98<sub>1</sub>%", "98₁%"),
        ("PM<sub>2.5</sub>≤35<small>1</small>", "PM2.5≤35₁"),
        ("98<a href='#n1'>1</a>%<a href=x>1</a><a name=b>2</a>", "98₁%₁2"),
        ("98<font size=1>1</font>%<span style='font-size:7pt'>2</span><span style='font-size:9pt'>3</span>", "98₁%₂3"),
        ("98<button>1</button><a href=x>2024年</a>", "98₁2024年"),
        ("98<span style='vertical-align:-3px'>1</span><span style='font-size:70%'>2</span>", "98₁2"),
        ("98<span style='position:relative;top:-.4em'>1</span>", "98¹"),
        ("98<span style='position:relative;bottom:-.25em'>1</span>", "98₁"),
        ("<style>.n {vertical-align: sub; font-size: 60%}</style>98<b class=n>1</b>", "98₁"),
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
        "&&{" * 900 + "color:red",
        "a{" * 9_000,
    ],
)
def test_hostile_sheet_leaves_the_text(sheet: str) -> None:
    assert texts(f"<style>{sheet}</style><b class=a>98</b>") == ["98"]


HIDDEN = [
    *("position:absolute;left:-9999px", "position:fixed;top:-100vh", "position:relative;left:-999em"),
    *("position:absolute;margin-left:-9999px", "position:absolute;clip:rect(0,0,0,0)", "visibility:hidden"),
    *("position:absolute;clip:rect(1px 1px 1px 1px)", "clip-path:inset(50%)", "clip-path:circle(0 at 50% 50%)"),
    *("clip-path:polygon(0 0,0 0,0 0)", "display:inline-block;width:0;overflow:hidden", "opacity:.01", "font-size:1px"),
    *("display:block;max-height:0;overflow:hidden", "display:inline-block;transform:scale(0)", "font:0/0 a"),
    *("display:inline-block;transform:translateX(-9999px)", "color:transparent", "color:rgb(0 0 0 / 0)"),
    *(
        "color:#fefefe",
        "color:navy;background:navy",
        "display:block;text-indent:-9999px",
        "color:#0000",
    ),
    *("display:inline-block;text-indent:100%;white-space:nowrap;overflow:hidden", "filter:opacity(0)"),
]


@pytest.mark.parametrize("style", HIDDEN)
def test_text_is_not_seen(style: str) -> None:
    found = [
        read(f"<table><tr><td>金额<td><span style='{style}'>7004</span>120.50</table>"),
        read(f"<style>.a {{{style}}}</style><table><tr><td>金额<td><span class=a>7004</span>120.50</table>"),
    ]
    assert [[line.text for line in each.lines] for each in found] == [["金额", "120.50"]] * 2
    assert [[kind.en for kind in each.left_out] for each in found] == [["texts that are not seen"]] * 2


@pytest.mark.parametrize(
    "style",
    [
        *("position:absolute;left:200px", "position:absolute;left:var(--x)", "position:relative;left:80px"),
        *("transform:scale(0)", "display:inline-block;transform:rotate(180deg)", "width:0;overflow:hidden"),
        *("clip-path:inset(0 20px 0 0)", "margin-left:-9999px", "text-indent:-9999px", "unicode-bidi:bidi-override"),
        *("mask:linear-gradient(#0000,#0000)", "zoom:0.001", "order:2", "color:var(--w)", "color:oklch(1 0 0)"),
        *("display:inline-flex;flex-direction:row-reverse", "font-size:calc(0px)", "color:color-mix(in srgb,red,red)"),
        "display:inline-block;line-height:0;overflow:hidden",
    ],
)
def test_text_whose_place_is_not_known_is_not_read(style: str) -> None:
    found = read(f"<table><tr><td>金额<td><span style='{style}'>7004</span>120.50</table>")
    assert [line.text for line in found.lines] == ["金额", "\ufffd120.50"]
    assert [kind.en for kind in found.left_out] == ["texts whose place is not known"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<style>@media (min-width:1px) {.a {display: none}}</style><b class=a>7</b>98", "�98"),
        ("<style media='(min-width:1px)'>.a {color: #fff}</style><b class=a>7</b>98", "�98"),
        ("<style>@media all and (max-width:768px) {.a {display: none}}</style><b class=a>7</b>98", "798"),
        ("<style>@media (min-width:1px) {.a {color: navy}}</style><b class=a>7</b>98", "798"),
        ("<style>@container (width > 1px) {.a {display: none}}</style><b class=a>7</b>98", "�98"),
        ("<style>td {color: red; & .a {display: none}}</style><b class=a>7</b>98", "�98"),
        ("<style>.b {.a {display: none}} .a {@media (min-width:1px) {opacity: 0}}</style><b class=a>7</b>98", "�98"),
        ("<style>.b {.a {display: none}}</style><b class=a>7</b>98", "798"),
        ("<style>.a {display: /* ; */ none}</style><b class=a>7</b>98<b style='display:/*a*/none'>7</b>", "98"),
        ("<style>.a::before {content: '8'}</style><b class=a></b>6.30", "�6.30"),
        ("<style>.a:after {content: '万元'}</style><b class=a>98</b>", "�98"),
        ("<style>.a::first-letter {font-size: 0}</style><b class=a>798</b>", "�798"),
        ("<style>.a::after {content: '*'} .a::before {content: '\\f0c9'}</style><b class=a>98</b>", "98"),
        ("<style>.a::after {content: '.'; visibility: hidden}</style><b class=a>98</b>", "98"),
        ("<bdo dir=rtl>89</bdo>", "�"),
        ("<bdo dir=ltr>98</bdo>", "98"),
        ("<svg width=0 height=0><text>7</text></svg>98<svg><desc>a</desc></svg>", "�98"),
    ],
)
def test_text_that_only_some_screens_or_sheets_show_is_not_read(page: str, text: str) -> None:
    assert texts(f"<table><tr><td>金额<td>{page}</table>") == ["金额", text]


@pytest.mark.parametrize(
    "style",
    [
        *("position:relative", "left:-9999px", "transform:translateZ(0)", "transform:none", "clip:rect(0,0,0,0)"),
        *("text-indent:-2em", "width:0;overflow:hidden;flex:1", "overflow:hidden;width:90px", "opacity:.9"),
        *("color:#333;background:#eee", "visibility:visible", "font:bold 14px/1.5 a", "clip-path:none", "scale:1"),
    ],
)
def test_text_is_seen(style: str) -> None:
    assert texts(f"<style>.a {{{style}}}</style><table><tr><td><p class=a style='{style}'>120.50</table>") == ["120.50"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<style>.a {overflow: hidden; display: inline-block} .b {width: 0}</style><b class='a b'>7</b>98", "98"),
        ("<style>.a {display: none} .a.on {display: inline}</style><b class='a on'>98</b>", "98"),
        ("<style>@supports (a: b) {[data-x] {opacity: 0}} @layer x {i:first-child {opacity: 0}}</style>"
         "<b data-x>7</b>98<p><i>7</i>5", "98\n5"),
        ("<style>.a {opacity: 0}</style><div class=a>98</div><table><tr><td><div class=a>7</div>5</table>", "98\n5"),
        ("<style>td {max-width: 0; overflow: hidden}</style><table><tr><td>98</table>", "98"),
        ("<link rel=stylesheet href=a.css><b class='x sr-only'>7</b>98", "98"),
        ("<b style='visibility:hidden'>7<i style='visibility:visible'>98</i></b>", "98"),
        ("<table><tr><td><details><summary>98</summary>7</details></table><details>5</details>", "98\n5"),
        ("<dialog>7</dialog><canvas>7</canvas><dialog open>98</dialog>", "98"),
        ("<table bgcolor=navy><tr><td><font color=navy>7</font>98</table>", "98"),
        ("<div style='transform:rotate(3deg)'><p>98</div>", "98"),
        ("<div style='color:white'>7<span style='color:windowtext'>98</span></div>", "98"),
    ],
)  # fmt: skip
def test_browser_shows_a_page_by_its_sheets_and_elements(page: str, text: str) -> None:
    assert texts(page) == text.splitlines()


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


def test_source_of_a_table_in_a_field_is_named() -> None:
    source = "<textarea>&lt;table&gt;&lt;tr&gt;&lt;td&gt;甲&lt;td&gt;1</textarea>"
    assert shown(f"<p>表</p>{source}") == [["表"]]
    assert [kind.en for kind in read(f"{'甲' * 100}{source}").left_out] == ["scripts that may show content"]


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
