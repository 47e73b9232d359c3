"""HTML pages: a filing as a page states what it states in text; spans, white space, encodings; hostile pages."""

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


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>" + b"<div>" * 300 + "甲".encode(), "嵌套"),
        (b"<html>" + b"<table><tr><td>" * 20 + "甲".encode(), "嵌套"),
        pytest.param(
            b"<html><table><tr>" + b"<td rowspan=60000>" * 999 + b"<tr>" * 999, "超过", marks=pytest.mark.judge
        ),
        pytest.param(b"<html>" + b"<p>a" * (rendering.MOST_CELLS + 1), "超过", marks=pytest.mark.judge),
        (b"<html>" + b"a<br>" * (rendering.MOST_CELLS + 1), "超过"),
        (b"<html>" + b" " * reader.MOST_BYTES, "过大"),
        (b"<html>" + b" " * 12_000_000, "过长"),
        (b"<html>" + b"<p>" * (reader.MOST_ELEMENTS + 1), "元素过多"),
        (b"<html>\xff\xff\xff</html>", "编码"),
    ],
)
def test_hostile_pages_are_refused(content: bytes, message: str) -> None:
    assert reader.accepts(content)
    with pytest.raises(UnreadableError, match=message):
        reader.read(content)


def test_deepest_page_that_is_parsed_is_read() -> None:
    assert [line.text for line in reader.read(b"<html>" + b"<div>" * 250 + "甲".encode()).lines] == ["甲"]


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7 <html>", b"MIME-Version: 1.0\n\n<html>", "项目名称 < 一\n".encode(), b"<?xml version='1.0'?><d/>"],
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
