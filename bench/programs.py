"""Write filings as programs really save them: Word, WPS, LibreOffice, Excel and browsers, on screen and printed.

Word files have content controls, form fields, text boxes and tracked changes, workbooks may be strict, pages have
fields and hidden words, or are saved whole, and printed ones may have words sideways over them.
`bench.rewritten --programs` reads what is written here.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree
from playwright.sync_api import sync_playwright

from jixiao.ingest.rendition import Rendition
from tests.support.printers import CHROMIUM, printed_by_chromium, saved_by_libreoffice
from tests.support.writers import as_docx, as_html, as_xlsx

Filings = Mapping[str, Rendition]
Files = Mapping[str, bytes]
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TRACKED = 'w:id="1" w:author="x" w:date="2024-01-01T00:00:00Z"'
_FIELD = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
_BOX = "<w:pict><v:shape><v:textbox><w:txbxContent><w:p>{run}</w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
_ALTERED = {
    "content controls": (
        "<w:sdt><w:sdtPr><w:alias w:val='x'/><w:text/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>"
    ),
    "form fields": (
        f"{_FIELD.format('begin')}<w:r><w:instrText xml:space='preserve'> FORMTEXT </w:instrText></w:r>"
        f"{_FIELD.format('separate')}{{run}}{_FIELD.format('end')}"
    ),
    "tracked changes": (
        f"<w:del {_TRACKED}><w:r><w:delText>≥1个</w:delText></w:r></w:del><w:ins {_TRACKED}>{{run}}</w:ins>"
    ),
    "struck-out values": "<w:r><w:rPr><w:strike/></w:rPr><w:t>≥1个</w:t></w:r>{run}",
    "text boxes": f"<w:r>{_BOX}</w:r>",
}
"""Templates for a run of text (`run`) in a Word document, by the names of ways in which the text is written there."""
_STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
# Words over the tables of each printed page, set sideways or nearly so.
_SIDEWAYS = "".join(
    f'<div style="position: fixed; top: {top}; left: {left}; rotate: {turn}deg; color: {colour}">公开2023</div>'
    for top, left, turn, colour in (("20%", "45%", 90, "#ccc"), ("50%", "80%", 272, "red"), ("70%", "30%", 85, "#000"))
)
_HIDDEN = ("left:-9999px;position:absolute", "opacity:0", "color:transparent", "font-size:0", "clip-path:inset(50%)")
_SEVERAL_LINES = 60  # characters: a longer value stands in a field of several lines


def _altered(content: bytes, template: str) -> bytes:
    """Return a Word document after writing a template for each run of the values: in the last cell of a table row."""
    document, stream = docx.Document(io.BytesIO(content)), io.BytesIO()
    for run in list(document.element.body.iterdescendants(qn("w:r"))):
        cell = run.getparent().getparent()
        if cell.tag == qn("w:tc") and cell.getnext() is None:
            written = template.format(run=etree.tostring(run, encoding="unicode", with_tail=False))
            for part in parse_xml(f"<w:p {_NAMESPACES}>{written}</w:p>"):
                run.addprevious(part)
            run.getparent().remove(run)
    document.save(stream)
    return stream.getvalue()


def _strict(content: bytes) -> bytes:
    """Return a workbook with the namespaces of Strict Open XML (ISO/IEC 29500-1)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as strict:
        for name in book.namelist():
            part = book.read(name).decode()
            for usual, other in _STRICT.items():
                part = part.replace(usual, other)
            strict.writestr(name, part)
    return stream.getvalue()


def _with_inputs(page: str) -> str:
    """Return a page of HTML in which the last cell of each row is a field of a web form."""

    def field(match: re.Match[str]) -> str:
        value = "\n".join(re.findall("<p>(.*?)</p>", match[2], re.DOTALL))
        if not value or "指标" in value:
            return match[0]
        several = len(value) > _SEVERAL_LINES or "\n" in value
        shown = f"<textarea>{value}</textarea>" if several else f'<input type="text" value="{value}">'
        return f"{match[1]}{shown}</td></tr>"

    return re.sub(r"(<td[^>]*>)((?:<p>[^<]*</p>)*)</td></tr>", field, page)


def _with_hidden(page: str) -> str:
    """Return a page of HTML in which each text of a cell begins with words that a browser does not show."""
    numbers = count()

    def hidden(match: re.Match[str]) -> str:
        return f"{match[0]}<span style='{_HIDDEN[next(numbers) % len(_HIDDEN)]}'>70</span>"

    return re.sub(r"<td[^>]*>(?:<p>)?(?=[^<\s])", hidden, page)


def _saved(filings: Filings, save: Callable[[Any], str]) -> Files:
    """Return filings as Chromium saves the page that it shows of each; `save` takes the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page, saved = browser.new_page(), {}
        for name, each in filings.items():
            page.set_content(as_html(each))
            saved[name] = save(page).encode()
        browser.close()
    return saved


def _archive(page: Any) -> str:
    snapshot = page.context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})
    return str(snapshot["data"])


def _by_libreoffice(write: Callable[[Rendition], bytes], ending: str, to: str) -> Callable[[Filings], Files]:
    """Return a function that writes filings in the format `ending` and has LibreOffice save them in that of `to`."""

    def written(filings: Filings) -> Files:
        with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
            contents = {name: write(each) for name, each in filings.items()}
            return saved_by_libreoffice(contents, Path(folder), ending, to)

    return written


def _each(write: Callable[[Rendition], bytes | str]) -> Callable[[Filings], Files]:
    """Return a function that writes each filing alone; texts are encoded."""

    def written(filings: Filings) -> Files:
        contents = {name: write(each) for name, each in filings.items()}
        return {name: each.encode() if isinstance(each, str) else each for name, each in contents.items()}

    return written


def _altering(template: str) -> Callable[[Filings], Files]:
    return _each(lambda filing: _altered(as_docx(filing), template))


def _printed(over: str = "") -> Callable[[Filings], Files]:
    """Return a function that prints filings by a browser, with further HTML over each page."""
    return lambda filings: printed_by_chromium({name: as_html(each) + over for name, each in filings.items()})


WAYS: dict[str, tuple[str, Callable[[Filings], Files]]] = {
    "docx": (".docx", _each(as_docx)),
    "doc by LibreOffice": (".doc", _by_libreoffice(as_docx, "docx", "doc")),
    **{name: (".docx", _altering(template)) for name, template in _ALTERED.items()},
    "xlsx": (".xlsx", _each(as_xlsx)),
    "strict xlsx": (".xlsx", _each(lambda filing: _strict(as_xlsx(filing)))),
    "xls by LibreOffice": (".xls", _by_libreoffice(as_xlsx, "xlsx", "xls")),
    "html": (".html", _each(as_html)),
    "page with fields": (".html", _each(lambda filing: _with_inputs(as_html(filing)))),
    "hidden words": (".html", _each(lambda filing: _with_hidden(as_html(filing)))),
    "page saved whole": (".html", lambda filings: _saved(filings, lambda page: str(page.content()))),
    "MHTML": (".mhtml", lambda filings: _saved(filings, _archive)),
    "PDF by a browser": (".pdf", _printed()),
    "PDF with sideways words": (".pdf", _printed(_SIDEWAYS)),
    "PDF by LibreOffice": (".pdf", _by_libreoffice(as_docx, "docx", "pdf")),
}
"""For each way, the ending of file names, and a function that writes filings, by their names."""
