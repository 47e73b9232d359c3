"""Filings in the containers that programs and offices use: MHTML, backslashes in zips, XML of 2003, other endings."""

import base64
import quopri
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.archives import members
from jixiao.ingest.readers import csv, mhtml, office, read, text
from tests.ingest.formats.test_converters import with_libreoffice
from tests.support.packing import unzipped, zipped
from tests.support.writers import as_docx, as_plain_xlsx, facts

BASE = "http://localhost:8000/"
EXAMPLE = Path(__file__).parents[1] / "whole-filing.txt"
RENDITION = text.read(EXAMPLE.read_bytes())


def page(charset: str = "utf-8", head: str = "") -> str:
    rows = "".join(
        f"<p>{row.text}</p>"
        if len(row.cells) == 1
        else "<table><tr>" + "".join(f"<td>{cell.text}</td>" for cell in row.cells) + "</tr></table>"
        for row in RENDITION.rows
    )
    return f"<html><head><meta charset={charset}>{head}</head><body>{rows}</body></html>".replace("</table><table>", "")


def mail(parts: Sequence[tuple[str, bytes]], encoding: str = "base64", head: str = "") -> bytes:
    encode = base64.encodebytes if encoding == "base64" else quopri.encodestring
    written = b"".join(
        b"--=_b\r\nContent-Type: %b\r\nContent-Transfer-Encoding: %b\r\nContent-Location: file:///C:/%d.htm\r\n\r\n%b\r\n"
        % (kind.encode(), encoding.encode(), number, encode(body))
        for number, (kind, body) in enumerate(parts)
    )
    start = f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_b"; type="text/html"\r\n\r\n'
    return start.encode() + written + b"--=_b--\r\n"


@pytest.mark.parametrize(
    ("charset", "encoding", "head"),
    [
        ("utf-8", "quoted-printable", "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://a.example/\r\n"),
        ("gb2312", "base64", ""),
        ("utf-16", "base64", "X-Document-Type: Workbook\r\n"),
    ],
)
def test_a_page_saved_as_mail_has_the_rows_of_the_page(charset: str, encoding: str, head: str) -> None:
    written = page(charset).encode("gb18030" if charset == "gb2312" else charset)
    found = read(mail([(f'text/html; charset="{charset}"', written), ("image/png", b"\x89PNG")], encoding, head))
    assert (found.media_type, found.rows) == ("multipart/related", read(page().encode()).rows)
    assert [str(each) for each in found.left_out] == ["图片 images 1"]


def test_a_page_saved_as_mail_names_what_the_page_leaves_out() -> None:
    written = page().replace("<body>", "<body><p><s>旧稿</s></p><img src=a.png><iframe src=b.html></iframe>").encode()
    found = read(mail([("text/html", written), ("image/png", b"\x89PNG")])).left_out
    assert [(kind.en, kind.count) for kind in found] == [
        ("images", 1), ("embedded pages", 1), ("struck-out texts", 1),
    ]  # fmt: skip


def test_frames_of_a_workbook_are_named() -> None:
    framed = mail(
        [("text/html", b"<html><frameset><frame src=1.htm></frameset></html>"), ("text/html", page().encode())]
    )
    assert [str(each) for each in read(framed).left_out] == ["内嵌的网页 embedded pages 1（1.htm）"]


def test_the_part_that_is_named_as_root_is_read() -> None:
    content = mail(
        [("text/html", b"<html><body>1</body></html>"), ("text/html\r\nContent-ID: <r>", b"<p>2</p><table>")]
    )
    assert read(content).lines[0].text == "1"
    assert read(content.replace(b'type="text/html"', b'start="<r>"')).lines[0].text == "2"


def test_saved_pages_out_of_bounds_are_refused() -> None:
    many = mail([("text/plain", b"1")] * 1_001)
    nested = mail([("text/html", b"1")]) + b"Content-Type: multipart/mixed; boundary=x\r\n" * 20
    for content in (many, nested):
        with pytest.raises(UnreadableError, match="too many parts"):
            mhtml.read(content)
    with pytest.raises(UnreadableError, match="no page is in"):
        read(mail([("text/plain", "项目名称".encode())]))
    single = b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html><body>1</body></html>"
    assert not mhtml.accepts(single)
    assert not csv.accepts(b"a;b;\n" * 3 + b"a\n" * 9)


def backslashed(content: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            info = zipfile.ZipInfo("x")
            info.filename = name.replace("/", "\\")
            archive.writestr(info, source.read(name))
    return stream.getvalue()


def test_backslashes_in_zips_divide_folders() -> None:
    for written in (as_docx(RENDITION), as_plain_xlsx(RENDITION)):
        content = backslashed(written)
        assert b"\\" in content
        assert read(content).rows == read(written).rows
    assert members(backslashed(zipped(("甲/一.txt", b"1")))) == (("一.txt", b"1"),)


@pytest.mark.parametrize(
    "changed", [str.upper, str.title, lambda name: f"/{name}", lambda name: name.replace("o", "%6f")]
)
def test_names_of_parts_are_compared_without_case_and_codes(changed: Callable[[str], str]) -> None:
    for written in (as_docx(RENDITION), as_plain_xlsx(RENDITION)):
        content = zipped(*((changed(name), part) for name, part in unzipped(written).items()))
        assert read(content).rows == read(written).rows


def test_the_content_tells_the_format_whatever_the_ending() -> None:
    of_page = facts(read_document(page().encode(), "a.xls", BASE))
    assert facts(read_document(mail([("text/html", page("gbk").encode("gb18030"))]), "a.wps", BASE)) == of_page
    wanted = facts(read_document(EXAMPLE.read_bytes(), "a.txt", BASE))
    assert facts(read_document(as_plain_xlsx(RENDITION), "a.et", BASE)) == wanted


OPEN = "application/vnd.openxmlformats-officedocument"


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("usual", "kind"),
    [
        (f"{OPEN}.wordprocessingml.document.main", f"{OPEN}.wordprocessingml.template.main"),
        (f"{OPEN}.wordprocessingml.document.main", "application/vnd.ms-word.document.macroEnabled.main"),
        (f"{OPEN}.spreadsheetml.sheet.main", f"{OPEN}.spreadsheetml.template.main"),
        (f"{OPEN}.spreadsheetml.sheet.main", "application/vnd.ms-excel.sheet.macroEnabled.main"),
    ],
)
def test_templates_and_files_with_macros_are_read(usual: str, kind: str) -> None:
    written = as_plain_xlsx(RENDITION) if "sheet" in usual else as_docx(RENDITION)
    parts = {name: part.replace(usual.encode(), kind.encode()) for name, part in unzipped(written).items()}
    assert kind.encode() in b"".join(parts.values())
    assert read(zipped(*parts.items())).rows == read(written).rows


WORD_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:tbl><w:tblPr/>
<w:tblGrid><w:gridCol w:w="4000"/><w:gridCol w:w="4000"/></w:tblGrid><w:tr>{}</w:tr></w:tbl><w:p/></w:body>
</w:wordDocument>"""
EXCEL_XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row>{}</Row></Table></Worksheet>
</Workbook>"""
WORD_CELL = "<w:tc><w:tcPr><w:tcW w:w='4000'/></w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
EXCEL_CELL = "<Cell><Data ss:Type='String'>{}</Data></Cell>"


@pytest.mark.parametrize(
    ("written", "form"), [(WORD_XML, office.WORD_XML), (EXCEL_XML, office.EXCEL_XML)], ids=["Word", "Excel"]
)
def test_xml_of_2003_is_an_older_format(written: str, form: office.Older) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert office.older_format(written.encode(encoding)) == form
    assert office.older_format(written.replace("?>\n<?", '?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<?').encode()) is None


@pytest.mark.judge
@pytest.mark.debian
@with_libreoffice
@pytest.mark.parametrize(("written", "cell"), [(WORD_XML, WORD_CELL), (EXCEL_XML, EXCEL_CELL)], ids=["Word", "Excel"])
def test_xml_of_2003_is_read(written: str, cell: str) -> None:
    content = written.format("".join(map(cell.format, ("项目名称", "道路养护")))).encode()
    assert [row.text for row in read(content).rows] == ["项目名称\t道路养护"]
