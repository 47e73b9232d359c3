"""Runs of Word that are raised, crossed out, unseen or in fonts of signs; form fields; documents inserted whole."""

import pytest

from jixiao.ingest.readers import docx as reader
from jixiao.ingest.rendition import Rendition
from tests.ingest.formats.test_docx import W, archive, p, shown, tc, word


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
