"""A file's bytes -> the parts of it that its reader does not look into: hidden sheets, images, notes, empty pages.

Apart from the readers, which say what is there. A count is of what the file declares; nothing is opened that the reader
has not bounded before. ECMA-376 part 1 (names of parts, `state`, `hidden`); ISO 32000-1 (pages).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from jixiao.ingest.formats import archives
from jixiao.ingest.rendition import Rendition

Look = Callable[[bytes, Rendition], Iterator["LeftOut"]]

_MOST_NAMED = 10
_LARGEST_PART = 8_000_000  # bytes of one part that are looked through
_ATTRIBUTE = rb"""\s*=\s*["'](?:1|true|on)["']"""
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_NAME = re.compile(rb"""\sname\s*=\s*["']([^"']*)["']""")
_HIDDEN_SHEET = re.compile(rb"""\sstate\s*=\s*["'](?:hidden|veryHidden)["']""")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*\bhidden" + _ATTRIBUTE)
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*\bhidden" + _ATTRIBUTE)
_WRITTEN = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>[^<]*[^\s<]")
_IMAGE = re.compile(rb"<img\b", re.IGNORECASE)


@dataclass(frozen=True)
class LeftOut:
    """One kind of parts that were not read: what they are, how many, and which, where they have names or numbers."""

    zh: str
    en: str
    count: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        more = "…" if self.count > len(self.names) else ""
        named = f"（{'、'.join(self.names)}{more}）" if self.names else ""
        return f"{self.zh} {self.en} {self.count}{named}"


def left_out(content: bytes, rendition: Rendition) -> tuple[LeftOut, ...]:
    """What of a file that was read is not in its rendition; nothing for text, which is there whole."""
    look = _looks().get(rendition.media_type, _converted)
    return tuple(found for found in look(content, rendition) if found.count)


def _workbook(content: bytes, _: Rendition) -> Iterator[LeftOut]:
    parts = archives.unpacked(content)
    sheets = [tag for tag in _SHEET.findall(parts.get("xl/workbook.xml", b"")) if _HIDDEN_SHEET.search(tag)]
    names = [found[1].decode("utf-8", "replace") for tag in sheets if (found := _NAME.search(tag))]
    yield LeftOut("隐藏的工作表", "hidden sheets", len(sheets), tuple(names[:_MOST_NAMED]))
    tables = [data for name, data in parts.items() if name.startswith("xl/worksheets/")]
    yield LeftOut("隐藏的行", "hidden rows", sum(len(_HIDDEN_ROW.findall(data)) for data in tables))
    yield LeftOut("隐藏的列组", "hidden groups of columns", sum(len(_HIDDEN_COLUMN.findall(data)) for data in tables))
    yield from _attachments(frozenset(parts), "xl/")
    yield LeftOut("批注", "comments", sum(name.startswith("xl/comments") for name in parts))


def _word(content: bytes, _: Rendition) -> Iterator[LeftOut]:
    names = archives.parts(content)
    yield from _attachments(names, "word/")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for zh, en, stems in (
            ("页脚", "footers", ("footer",)),
            ("脚注尾注", "footnotes and endnotes", ("footnotes", "endnotes")),
            ("批注", "comments", ("comments.",)),
        ):
            starts = tuple(f"word/{stem}" for stem in stems)
            found = (name for name in names if name.startswith(starts) and name.endswith(".xml"))
            yield LeftOut(zh, en, sum(_has_text(archive, name) for name in found))


def _has_text(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        with archive.open(name) as part:
            return _WRITTEN.search(part.read(_LARGEST_PART)) is not None
    except archives.ZIP_ERRORS:
        return False  # a part that cannot be opened shows nothing


def _attachments(names: frozenset[str], folder: str) -> Iterator[LeftOut]:
    for zh, en, inner in (
        ("图片", "images", "media/"),
        ("图表", "charts", "charts/chart"),
        ("嵌入的文件", "embedded files", "embeddings/"),
        ("宏", "macros", "vbaProject.bin"),
    ):
        yield LeftOut(zh, en, sum(name.startswith(folder + inner) and not name.endswith("/") for name in names))


def _pdf(content: bytes, rendition: Rendition) -> Iterator[LeftOut]:
    from pdfminer.pdfdocument import PDFDocument  # noqa: PLC0415 - a tenth of a second that other files need not pay
    from pdfminer.pdfpage import PDFPage  # noqa: PLC0415
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415

    total = sum(1 for _ in PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(content)))))
    written = {line.page for line in rendition.lines if line.text.strip()}
    empty = [number for number in range(1, total + 1) if number not in written]
    named = tuple(map(str, empty[:_MOST_NAMED]))
    yield LeftOut("没有文字的页（空白或图片）", "pages without text (blank or images)", len(empty), named)


def _page(content: bytes, _: Rendition) -> Iterator[LeftOut]:
    yield LeftOut("图片", "images", len(_IMAGE.findall(content)))


def _text(_content: bytes, _: Rendition) -> Iterator[LeftOut]:
    yield from ()


def _converted(_content: bytes, rendition: Rendition) -> Iterator[LeftOut]:
    """What a conversion loses nobody knows."""
    yield LeftOut("转换前的格式", "the format before conversion", 1, (rendition.media_type,))


@cache
def _looks() -> dict[str, Look]:
    from jixiao.ingest.readers import csv, docx, html, pdf, text, xlsx  # noqa: PLC0415 - what reads them loads late, too

    return {
        xlsx.MEDIA_TYPE: _workbook,
        docx.MEDIA_TYPE: _word,
        pdf.MEDIA_TYPE: _pdf,
        html.MEDIA_TYPE: _page,
        text.MEDIA_TYPE: _text,
        csv.MEDIA_TYPE: _text,
    }
