"""The first look at documents of web archives loses no filing, and tells what else there is."""

from pathlib import Path

import pytest
from PIL import Image

from jixiao.ingest.crawls.looking import PICTURE, look
from jixiao.ingest.formats.content import FORMATS
from tests.support.complete import assert_complete
from tests.support.scans import as_png

CASES = Path(__file__).parents[1] / "cases"
KNOWN = sorted(path for path in CASES.glob("*/filing.*") if (path.parent / "expected.ttl").exists())
ADDRESS = "http://a.example.cn/zwgk/page.html"
OF_READERS = {
    "PDF": b"%PDF-1.7",
    "RTF": rb"{\rtf1",
    "MHTML": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n",
}
"""The least content of each format that signatures.toml lists without a way out, since it has a reader."""


def test_no_known_filing_is_passed_over() -> None:
    assert len(KNOWN) > 300
    assert [path for path in KNOWN if look(path.read_bytes(), ADDRESS).kind] == []


def test_no_format_with_a_reader_is_passed_over() -> None:
    advice = "add the least content of this format to OF_READERS, or a way out to ingest/formats/signatures.toml"
    assert_complete(OF_READERS, (each.name for each in FORMATS if not each.zh), advice)
    passed_over = [name for name, content in OF_READERS.items() if look(content, ADDRESS).kind]
    assert not passed_over, f"{', '.join(passed_over)}: let ingest/crawls/looking.py keep it, as a reader reads it"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_words_within_mark_up_are_seen(encoding: str) -> None:
    page = f"<html><meta charset={encoding}><body><td>绩<b>效</b> 目\n<br>&#26631;</td><p>三&nbsp;万元</p>"
    assert look(page.encode(encoding), ADDRESS).kind is None


def test_traditional_characters_are_seen() -> None:
    page = "<html><meta charset=big5><body><p>項目績效目標申報表</p>"
    assert look(page.encode("big5"), ADDRESS).kind is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b" \n", "空白 empty"),
        ("<html><body><form>登录 用户名 密码</form>".encode(), "网页 pages"),
        ("全年修缮渡口两处。".encode(), "其他文本 other text"),
        (b'{"code": 1}', "JSON"),
        (b"GIF89a\x01\x00", PICTURE),
        (b"\x89PNG\r\n\x1a\n", PICTURE),
        (b"\x00\x00\x01\x00\x02\xff" * 9, "字体、影音等 fonts, media and the like"),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b"Rar!\x1a", None),
    ],
)
def test_other_documents_are_told_by_their_bytes(content: bytes, kind: str | None) -> None:
    assert look(content, ADDRESS).kind == kind


def test_links_to_attachments_and_the_name_of_the_site() -> None:
    page = (
        '<html><meta name="SiteName" content="青河县人民政府"/><body><a href="../附件 1.docx?a=1&amp;b=2#x">表</a>'
        "<a href='/down?id=9'>x</a><a href=http://b.example.cn/c.PDF>y</a><a href=/index.html>z</a><img src=scan.jpg>"
    )
    seen = look(page.encode(), ADDRESS)
    links = {
        "http://a.example.cn/附件 1.docx?a=1&b=2",
        "http://a.example.cn/down?id=9",
        "http://b.example.cn/c.PDF",
    }
    assert (seen.links, seen.site) == (links, "青河县人民政府")
    assert "http://a.example.cn/zwgk/scan.jpg" in look(f"{page}绩效目标 1万元".encode(), ADDRESS).links


def test_links_to_pages_whose_words_are_those_of_filings() -> None:
    """A link that is no address costs itself alone, and a page does not link to itself."""
    page = (
        "<html><body><a href='http://[::1'>绩效目标</a><a href=t1.html>项目<b>绩效目标</b>表</a>"
        '<a href="t2.html" title="2024年申报表">附</a><a href=t3.html>要闻</a><p>绩效<a href=#top>目标</a>'
    )
    seen = look(page.encode(), ADDRESS)
    assert seen.links == {"http://a.example.cn/zwgk/t1.html", "http://a.example.cn/zwgk/t2.html"}


def test_pictures_have_a_kind_of_their_own() -> None:
    assert look(as_png(Image.new("RGB", (8, 8))), ADDRESS).kind == PICTURE
