"""A filing in Word states what it states in text; merged cells, changes, looks of text; hostile files are refused."""

import contextlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import rendering
from jixiao.ingest.formats.word_styles import number_text
from jixiao.ingest.readers import docx as reader, text
from jixiao.ingest.rendition import Rendition
from tests.support.generated import tries
from tests.support.packing import saved, unzipped, zipped
from tests.support.writers import as_docx, as_html, facts, texts_of

BASE = "http://localhost:8000/"
# The smallest first, which is the one that `make test` takes.
EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"), key=lambda path: path.stat().st_size)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def archive(document: str | bytes, **more: bytes) -> bytes:
    return zipped(("[Content_Types].xml", TYPES), ("word/document.xml", document), *more.items())


def word(body: str, namespace: str = W) -> bytes:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return archive(f'<w:document xmlns:w="{namespace}" xmlns:mc="{mc}"><w:body>{body}</w:body></w:document>')


def p(content: str) -> str:
    return f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cells(rendition: Rendition) -> list[list[tuple[int, str]]]:
    return [[(cell.column, cell.text) for cell in row.cells] for row in rendition.rows]


def shown(body: str) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in reader.read(word(body)).rows]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.stem for example in EXAMPLES])
def test_filing_states_the_same_in_word(example: Path) -> None:
    content = example.read_bytes()
    written = as_docx(text.read(content))
    assert b"w:gridSpan" in _document(written)
    assert b"w:vMerge" in _document(written)
    wanted, found = facts(read_document(content, "a.txt", BASE)), facts(read_document(written, "a.docx", BASE))
    assert found == wanted, texts_of(found ^ wanted)


@pytest.mark.debian
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (Debian: libreoffice-writer) is not installed")
@pytest.mark.parametrize("examples", [pytest.param(EXAMPLES, marks=pytest.mark.judge)], ids=["all"])
def test_filings_that_libreoffice_writes_state_the_same(examples: list[Path], tmp_path: Path) -> None:
    for example in examples:
        (tmp_path / f"{example.stem}.html").write_text(as_html(text.read(example.read_bytes())), encoding="utf-8")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        "--headless",
        profile,
        "--infilter=HTML (StarWriter)",
        "--convert-to",
        "docx:Office Open XML Text",
    ]
    pages = sorted(map(str, tmp_path.glob("*.html")))
    subprocess.run([*command, "--outdir", str(tmp_path), *pages], check=True, capture_output=True, timeout=120)
    for example in examples:
        written = (tmp_path / f"{example.stem}.docx").read_bytes()
        wanted = facts(read_document(example.read_bytes(), "a.txt", BASE))
        found = facts(read_document(written, "a.docx", BASE))
        assert found == wanted, texts_of(found ^ wanted)


def _document(content: bytes) -> bytes:
    return unzipped(content)["word/document.xml"]


def test_line_knows_its_table_row_and_cell() -> None:
    document = docx.Document()
    document.add_paragraph("标题")
    for number in (1, 2):
        table = document.add_table(2, 2)
        table.cell(1, 1).text = f"甲{number}\n乙"
        table.cell(1, 0).text = "名称"
    rendition = reader.read(saved(document))
    assert rendition.media_type == reader.MEDIA_TYPE
    assert cells(rendition) == [[(0, "标题")], [(0, "名称"), (1, "甲1\n乙")], [(0, "名称"), (1, "甲2\n乙")]]
    assert [(line.text, line.where) for line in rendition.lines] == [
        ("标题", None),
        ("名称", {"table": 1, "row": 2, "cell": 1}),
        ("甲1", {"table": 1, "row": 2, "cell": 2}),
        ("乙", {"table": 1, "row": 2, "cell": 2}),
        ("名称", {"table": 2, "row": 2, "cell": 1}),
        ("甲2", {"table": 2, "row": 2, "cell": 2}),
        ("乙", {"table": 2, "row": 2, "cell": 2}),
    ]


@pytest.mark.parametrize("namespace", [W, STRICT])
def test_merged_cells_stand_once_in_the_grid(namespace: str) -> None:
    wide, begin, go_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = tbl(
        tc(p("组"), begin + wide) + tc(p("甲")) + tc(p("乙")),
        tc(p("旧"), go_on + wide) + tc(p("丙"), begin) + tc(p("丁")),
        tc(p("戊"), wide) + tc(p(""), go_on) + tc(p("己")),
        '<w:trPr><w:gridBefore w:val="2"/></w:trPr>' + tc(p("庚")) + tc(p("辛"), go_on),
    )
    assert cells(reader.read(word(table, namespace))) == [
        [(0, "组"), (2, "甲"), (3, "乙")],
        [(0, ""), (2, "丙"), (3, "丁")],
        [(0, "戊"), (2, ""), (3, "己")],
        [(2, "庚"), (3, "辛")],  # nothing above it to go on with
    ]


TEXT_BOX = f"<w:txbxContent>{p('框')}</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        pytest.param(
            tbl(tc(p("甲"), '<w:hMerge w:val="restart"/>') + tc(p(""), '<w:hMerge w:val="continue"/>') + tc(p("乙"))),
            [["甲", "乙"]],
            id="old horizontal merge",
        ),
        pytest.param(
            tbl(tc(p("前") + tbl(tc(p("子")) + tc(p("丑"))) + p("后")) + tc(p(""))),
            [["前"], ["子", "丑"], ["后"]],
            id="a frame around everything is read in order",
        ),
        pytest.param(
            tbl(tc(p("绩效目标表") + p("（2023年度）")), tc(p("甲")) + tc(p("乙"))),
            [["绩效目标表"], ["（2023年度）"], ["甲", "乙"]],
            id="a row of one cell is its paragraphs",
        ),
        pytest.param(
            "<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>原处</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>此处</w:t></w:r></w:moveTo>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
            '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r></w:p>'
            + tbl("<w:trPr><w:del/></w:trPr>" + tc(p("删")) + tc(p("行")), tc(p("甲")) + tc(p("乙"))),
            [["新此处显"], ["甲", "乙"]],
            id="changes are read as accepted, and hidden text is not",
        ),
        pytest.param(
            '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:tab/><w:t>一</w:t><w:br/><w:t>二</w:t>'
            '<w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F0B3"/><w:t>90%</w:t>'
            '<w:sym w:font="Wingdings" w:char="F0FE"/><w:instrText>PAGE</w:instrText></w:r></w:p>',
            [["一\n二-≥90%☑"]],
            id="breaks, tabs, symbols and fields",
        ),
        pytest.param(
            f"<w:p><w:r><w:t>文</w:t><mc:AlternateContent><mc:Choice>{TEXT_BOX}</mc:Choice>"
            f"<mc:Fallback>{TEXT_BOX}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
            [["文"], ["框"]],
            id="a text box is read once after its paragraph",
        ),
    ],
)
def test_what_a_document_shows(body: str, rows: list[list[str]]) -> None:
    assert shown(body) == rows


def test_inner_table_comes_after_the_row_that_holds_it() -> None:
    inner = tbl(tc(p("子")) + tc(p("丑")))
    outer = tbl(tc(p("甲") + inner + p("乙")) + tc(p("丙")), tc(p("丁")) + tc(p("戊")))
    rendition = reader.read(word(outer))
    assert cells(rendition) == [
        [(0, "甲\n乙"), (1, "丙")],
        [(0, "子"), (1, "丑")],
        [(0, "丁"), (1, "戊")],
    ]
    assert [line.where for line in rendition.lines if line.text in {"子", "丁"}] == [
        {"table": 2, "row": 1, "cell": 1},
        {"table": 1, "row": 2, "cell": 1},
    ]


def test_content_controls_stand_for_their_content_but_not_for_placeholders() -> None:
    def control(content: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    table = f"<w:tbl>{control('<w:tr>' + control(tc(p('甲'))) + tc(control(p('乙'))) + '</w:tr>')}</w:tbl>"
    empty = tbl(tc(p("名称")) + control(tc(p("单击此处")), "<w:showingPlcHdr/>"))
    assert shown(control(p("段")) + table + empty) == [["段"], ["甲", "乙"], ["名称", ""]]
    listed = (control(p(text), "<w:dropDownList/>") for text in ("请选择", "延续项目"))
    boxes = (
        control(p("☒"), f'<w14:checkbox xmlns:w14="w14"><w14:checked w14:val="{on}"/></w14:checkbox>') for on in (0, 1)
    )
    assert shown("".join((*listed, *boxes))) == [["延续项目"], ["☐"], ["☑"]]


def _numbered(*paragraphs: tuple[str, int | None], form: str = "chineseCounting", text: str = "%1、") -> list[str]:
    """The texts of paragraphs on levels of one list; None: outside of it. Level 1 is （一）, level 2 is 1.1."""
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/>{}<w:lvlText w:val="{}"/></w:lvl>'
    levels = (
        level.format(0, form, "", text)
        + level.format(1, "chineseCounting", "", "（%2）")
        + level.format(2, "decimal", "<w:isLgl/>", "%2.%3")
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>'
        '</w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    body = ""
    for content, depth in paragraphs:
        number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="7"/></w:numPr>'
        properties = "" if depth is None else '<w:pStyle w:val="b"/>' if depth == 0 else number
        body += f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{content}</w:t></w:r></w:p>"
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    more = {"word/numbering.xml": numbering.encode(), "word/styles.xml": styles.encode()}
    return [row.text for row in reader.read(archive(document, **more)).rows]


def test_numbers_that_word_writes_by_itself_are_text() -> None:
    assert _numbered(("概述", 0), ("甲", 1), ("子", 2), ("乙", 1), ("说明", None), ("依据", 0), ("丙", 1), ("", 1)) == [
        "一、概述", "（一）甲", "1.1子", "（二）乙", "说明", "二、依据", "（一）丙",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("decimal", "12"),
        ("decimalZero", "12"),
        ("decimalEnclosedCircle", "⑫"),
        ("chineseCounting", "十二"),
        ("upperLetter", "L"),
        ("lowerRoman", "12"),
        ("bullet", ""),
        ("none", ""),
    ],
)
def test_number_has_the_format_of_its_list(form: str, printed: str) -> None:
    assert _numbered(*[("甲", 0)] * 12, form=form, text="%1")[-1] == printed + "甲"


@pytest.mark.parametrize(
    ("number", "text"), [(10, "十"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1001, "一千零一")]
)
def test_numbers_in_chinese(number: int, text: str) -> None:
    assert number_text(number, "chineseCounting") == text


def test_list_that_begins_anew() -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
    )
    item = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
    body = "".join(item.format(name) for name in (1, 1, 2, 0))
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    read = reader.read(archive(document, **{"word/numbering.xml": numbering.encode()}))
    assert [row.text for row in read.rows] == ["1.甲", "2.甲", "1.甲", "甲"]


def test_heads_of_pages_come_first_and_once_and_numbers_of_pages_never() -> None:
    def head(content: str) -> bytes:
        return f'<w:hdr xmlns:w="{W}">{p(content)}</w:hdr>'.encode()

    document = f'<w:document xmlns:w="{W}"><w:body>{p("正文")}</w:body></w:document>'
    heads = {
        f"word/header{at}.xml": head(content)
        for at, content in enumerate(["某局预算", "- 3 -", "某局预算", "第3页 共9页"], 1)
    }
    read = reader.read(archive(document, **heads, **{"word/footer1.xml": head("页脚")}))
    assert [row.text for row in read.rows] == ["某局预算", "正文"]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: archive("<w:document"), "XML"),
        (lambda: archive(b""), "XML"),
        (lambda: archive("<?xml version='1.0' encoding='none-such'?><d/>"), "XML"),
        (lambda: archive('<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'), "文档类型"),
        (lambda: archive('<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'), "文档类型"),
        (lambda: archive("<d/>", bomb=b"\0" * 50_000_000), "过大"),
        (lambda: word("".join("<w:tbl><w:tr><w:tc>" for _ in range(20)) + "</w:tc></w:tr></w:tbl>" * 20), "嵌套"),
        (lambda: word("<w:p/>" * (rendering.MOST_CELLS + 1)), "过大|超过"),
        (lambda: word("<w:ins>" * 300 + "</w:ins>" * 300), "XML"),
        (lambda: word(p("甲")).replace(b"PK\x01\x02", b"PK\x01\x03"), "损坏"),
    ],
)
def test_broken_and_hostile_files_are_refused(made: Callable[[], bytes], message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        reader.read(made())


def test_member_that_asks_for_a_password_is_refused() -> None:
    content = bytearray(word(p("甲")))
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at, flag = content.index(start), 6 if start == b"PK\x03\x04" else 8
        while at >= 0:
            content[at + flag] |= 1
            at = content.find(start, at + 1)
    with pytest.raises(UnreadableError, match="加密"):
        reader.read(bytes(content))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(range(256)), "项目名称".encode()])
def test_what_is_no_word_document_is_not_accepted(content: bytes) -> None:
    assert not reader.accepts(content)


def test_zip_archive_of_something_else_is_not_accepted() -> None:
    assert not reader.accepts(zipped(("[Content_Types].xml", TYPES), ("xl/workbook.xml", "<workbook/>")))


WHOLE = word(p("标题") + tbl(tc(p("甲"), '<w:vMerge w:val="restart"/>') + tc(p("乙")), tc(p("丙")) + tc(p("丁"))))


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4), st.floats(0, 1)
)
@tries(150)
def test_damaged_files_are_read_or_refused(changes: list[tuple[int, int]], share: float) -> None:
    content = bytearray(WHOLE)
    for at, byte in changes:
        content[at] = byte
    damaged = bytes(content[: max(int(len(content) * share), 4)] if share < 0.5 else content)
    if reader.accepts(damaged):
        with contextlib.suppress(UnreadableError):
            assert reader.read(damaged).media_type == reader.MEDIA_TYPE


def r(content: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{content}</w:t></w:r>"


def styled(body: str, styles: str, **more: bytes) -> Rendition:
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    given = f'<w:styles xmlns:w="{W}">{styles}</w:styles>'.encode()
    return reader.read(archive(document, **{"word/styles.xml": given, **more}))


WHITE, KEPT = '<w:color w:val="FFFFFF"/>', '<w:dstrike w:val="0"/>'
STYLES = (
    '<w:style w:type="character" w:styleId="ref"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="ref2"><w:basedOn w:val="ref"/></w:style>'
    '<w:style w:type="character" w:styleId="note"><w:rPr><w:sz w:val="12"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="white"><w:rPr><w:color w:val="ffffff"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="sign"><w:rPr><w:rFonts w:hAnsi="Symbol"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="old"><w:rPr><w:dstrike/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="dark"><w:tblPr/><w:tcPr><w:shd w:fill="000000"/></w:tcPr></w:style>'
)


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ('<w:vertAlign w:val="superscript"/>', "120.50¹"),
        ('<w:vertAlign w:val="subscript"/>', "120.50₁"),
        ('<w:position w:val="10"/><w:sz w:val="12"/>', "120.50¹"),
        ('<w:position w:val="2"/><w:sz w:val="24"/>', "120.501"),
        ('<w:position w:val="-10"/><w:sz w:val="12"/>', "120.50₁"),
        ('<w:position w:val="-2"/><w:sz w:val="24"/>', "120.501"),
        ('<w:sz w:val="10"/>', "120.50₁"),
        ('<w:rStyle w:val="note"/>', "120.50₁"),
        ('<w:sz w:val="18"/>', "120.501"),
        ('<w:sz w:val="2"/>', "120.50"),
        ('<w:w w:val="1"/>', "120.50"),
        ('<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>', "120.50"),
        ('<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FFFF00"/>', "120.501"),
        ('<w:position w:val="5pt"/>', "120.50¹"),
        ('<w:rStyle w:val="ref2"/>', "120.50¹"),
        ('<w:rStyle w:val="ref"/><w:vertAlign w:val="baseline"/>', "120.501"),
        ("<w:strike/>", "120.50"),
        ('<w:strike w:val="false"/>', "120.501"),
        ("<w:dstrike/>", "120.50"),
        ('<w:rStyle w:val="gone"/>', "120.50"),
        ('<w:rStyle w:val="gone"/><w:strike w:val="0"/>', "120.501"),
        ('<w:rStyle w:val="secret"/>', "120.50"),
        ('<w:color w:val="FFFFFF"/>', "120.50"),
        ('<w:rStyle w:val="white"/>', "120.50"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="auto"/>', "120.50"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="4472C4"/>', "120.501"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="solid" w:color="000000" w:fill="auto"/>', "120.501"),
        ('<w:color w:val="FFFFFF"/><w:highlight w:val="red"/>', "120.501"),
    ],
)
def test_run_has_the_look_that_it_or_its_styles_give_it(properties: str, text: str) -> None:
    assert [line.text for line in styled(f"<w:p>{r('120.50')}{r('1', properties)}</w:p>", STYLES).lines] == [text]


@pytest.mark.parametrize(("linked", "text"), [("1", "120.50₁"), ("1、说明", "120.501、说明")])
def test_linked_number_behind_a_figure_is_a_mark(linked: str, text: str) -> None:
    body = f"<w:p>{r('120.50')}<w:hyperlink>{r(linked[:1])}{r(linked[1:])}</w:hyperlink></w:p>"
    assert [line.text for line in styled(body, STYLES).lines] == [text]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("<w:tblPr/>", ""),
        ('<w:tblPr><w:tblStyle w:val="dark"/></w:tblPr>', "甲"),
        ('<w:tblPr><w:shd w:fill="FF0000"/></w:tblPr>', "甲"),
        ("", "甲"),
    ],
)
def test_white_text_is_seen_where_its_cell_or_table_may_have_a_background(table: str, text: str) -> None:
    shading = "" if table else '<w:shd w:val="clear" w:fill="000000"/>'
    cells = tc(p("名称")) + tc(f"<w:p>{r('甲', WHITE)}</w:p>", shading)
    rendition = styled(f"<w:tbl>{table}<w:tr>{cells}</w:tr></w:tbl>", STYLES)
    assert [cell.text for cell in rendition.rows[0].cells] == ["名称", text]
    assert [(kind.en, kind.count) for kind in rendition.left_out] == ([] if text else [("texts that are not seen", 1)])


def test_white_text_on_a_picture_behind_it_is_seen() -> None:
    picture = '<w:r><w:drawing><wp:anchor xmlns:wp="wp" behindDoc="1"/></w:drawing></w:r>'
    assert shown(f"<w:p>{picture}{r('甲', WHITE)}</w:p>") == [["甲"]]


def test_paragraph_style_strikes_out_and_a_struck_character_style_in_it_does_not() -> None:
    body = f'<w:p><w:pPr><w:pStyle w:val="old"/></w:pPr>{r("旧")}{r("新", KEPT)}</w:p>'
    deleted = "<w:p><w:del><w:r><w:delText>原</w:delText></w:r></w:del></w:p>"
    rendition = styled(body + deleted, STYLES)
    assert [line.text for line in rendition.lines] == ["新"]
    assert [(kind.en, kind.count) for kind in rendition.left_out] == [("struck-out texts", 2)]


def test_fonts_of_signs_paint_signs() -> None:
    signs = r("³", '<w:rStyle w:val="sign"/>') + r("3000盏") + r("£", '<w:rFonts w:ascii="Symbol"/>') + r("R")
    boxes = r("þ", '<w:rFonts w:ascii="Wingdings"/>') + r("是") + r("£", '<w:rFonts w:ascii="Wingdings 2"/>') + r("否")
    assert [line.text for line in styled(f"<w:p>{signs}</w:p><w:p>{boxes}</w:p>", STYLES).lines] == [
        "≥3000盏≤R", "☑是☐否",
    ]  # fmt: skip
    other = '<w:sym w:font="Webdings" w:char="F0E9"/><w:sym w:font="MS Gothic" w:char="2611"/>'
    assert shown(f"<w:p><w:r>{other}</w:r></w:p>") == [["\ufffd☑"]]


def mark(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'


def instruction(code: str) -> str:
    return f"<w:r><w:instrText>{code}</w:instrText></w:r>"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (mark("begin") + instruction("FORMTEXT") + mark("separate") + r("甲") + mark("end"), "甲"),
        ('<w:fldSimple w:instr="DOCPROPERTY 名称"><w:r><w:t>甲</w:t></w:r></w:fldSimple>', "甲"),
        (mark("begin", "<w:checkBox><w:default w:val='1'/></w:checkBox>") + mark("end"), "☑"),
        (mark("begin", "<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>") + mark("end"), "☐"),
        (mark("begin", "<w:checkBox><w:checked/></w:checkBox>") + mark("separate") + mark("end"), "☑"),
        (
            mark("begin", "<w:ddList><w:result w:val='1'/><w:listEntry/><w:listEntry w:val='乙'/></w:ddList>")
            + mark("end"),
            "乙",
        ),
        (mark("begin", "<w:ddList><w:listEntry w:val='请选择项目类型'/></w:ddList>") + mark("end"), ""),
        (
            mark("begin") + instruction("IF ") + mark("begin") + mark("separate") + r("1") + mark("end")
            + instruction(" = 1") + mark("separate") + r("甲") + mark("end"),
            "甲",
        ),
        (mark("begin") + instruction(" EQ \\f(1,2)") + mark("end"), "\ufffd"),
        (mark("begin") + instruction("PAGE"), ""),
    ],
)  # fmt: skip
def test_form_fields_show_their_results_and_entries(field: str, text: str) -> None:
    assert shown(f"<w:p>{r('前')}{field}{r('后')}</w:p>{p('再后')}") == [[f"前{text}后"], ["再后"]]


def test_equation_is_written_in_line() -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    power = "<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup>"
    part = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>"
    assert shown(f"<w:p><m:oMath {math}>{power}</m:oMath></w:p><w:p><m:oMath {math}>{part}</m:oMath></w:p>") == [
        ["10³"], ["1/3"],
    ]  # fmt: skip


def test_documents_inserted_whole_are_counted() -> None:
    rendition = styled(
        p("前") + '<w:altChunk r:id="c" xmlns:r="r"/>' * 2 + p("后"), "", **{"word/chunk.x": word(p("甲"))}
    )
    assert [row.text for row in rendition.rows] == ["前", "后"]
    assert [(kind.en, kind.count) for kind in rendition.left_out] == [("documents inserted whole", 2)]


def test_sign_without_a_character_is_unknown() -> None:
    signs = "".join(f'<w:sym w:font="{font}" w:char="{code}"/>' for font, code in (("X", "D800"), ("Symbol", "F000")))
    assert shown(f"<w:p><w:r>{signs}</w:r></w:p>") == [["\ufffd\ufffd"]]
