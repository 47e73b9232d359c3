"""Read filings as programs really save them, and compare the facts: `python -m bench.originals PATH… [--all]`.

Each text file is written as Word, WPS, LibreOffice and browsers save forms: content controls, form fields, text boxes,
tracked changes, strict workbooks, pages saved whole or printed, also with words sideways over them. The facts of the
text are the measure, as in bench.variations. The exit status is 1 if a kind keeps less than 98 % of the facts, or if
0.5 % of its facts or more are wrong. LibreOffice and Chromium must be installed.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import docx
import typer
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from playwright.sync_api import sync_playwright

from bench.variations import compare
from jixiao.ingest.readers import read
from tests.support.printers import CHROMIUM, printed_by_chromium, printed_by_libreoffice, saved_by_libreoffice
from tests.support.writers import as_docx, as_html, as_xlsx

LEAST = 0.98
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
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
_SEVERAL_LINES = 60  # characters: a longer value stands in a field of several lines


def _altered(content: bytes, alter: Callable[[Any], None]) -> bytes:
    """Return a Word document after calling `alter` with each run in the last cell of a table row."""
    document, stream = docx.Document(io.BytesIO(content)), io.BytesIO()
    for paragraph in document.element.body.iterdescendants(qn("w:p")):
        for one in list(paragraph.iterchildren(qn("w:r"))):
            if paragraph.getparent().tag == qn("w:tc") and _is_value(paragraph):
                alter(one)
    document.save(stream)
    return stream.getvalue()


def _is_value(paragraph: Any) -> bool:
    """Return whether a paragraph has text and is in the last cell of its row, where forms have their values."""
    cell = paragraph.getparent()
    return cell.getnext() is None and bool("".join(paragraph.itertext()).strip())


def _controlled(one: Any) -> None:
    control = parse_xml(f"<w:sdt {_W}><w:sdtPr><w:alias w:val='x'/><w:text/></w:sdtPr><w:sdtContent/></w:sdt>")
    one.addprevious(control)
    control[-1].append(one)


def _filled(one: Any) -> None:
    """Put the field codes of a legacy text field around a run (`one`), so that the run is the field's result."""
    for kind in ("begin", "separate"):
        begun = parse_xml(f"<w:r {_W}><w:fldChar w:fldCharType='{kind}'/></w:r>")
        one.addprevious(begun)
        if kind == "begin":
            one.addprevious(parse_xml(f"<w:r {_W}><w:instrText xml:space='preserve'> FORMTEXT </w:instrText></w:r>"))
    one.addnext(parse_xml(f"<w:r {_W}><w:fldChar w:fldCharType='end'/></w:r>"))


def _tracked(one: Any) -> None:
    """Replace a run by a tracked insertion of its text, and a tracked deletion of another text before the insertion."""
    marks = 'w:id="1" w:author="x" w:date="2024-01-01T00:00:00Z"'
    one.addprevious(parse_xml(f"<w:del {_W} {marks}><w:r><w:delText>≥1个</w:delText></w:r></w:del>"))
    inserted = parse_xml(f"<w:ins {_W} {marks}/>")
    one.addprevious(inserted)
    inserted.append(one)


def _struck(one: Any) -> None:
    """Insert another text, struck out, before a run."""
    former = deepcopy(one)
    former.text = "≥1个"
    properties = former.get_or_add_rPr()
    properties.append(OxmlElement("w:strike"))
    one.addprevious(former)


def _noted(one: Any) -> None:
    """Insert a raised 1, like the mark of a footnote, behind a run."""
    mark = deepcopy(one)
    mark.text = "1"
    mark.get_or_add_rPr().append(parse_xml(f"<w:vertAlign {_W} w:val='superscript'/>"))
    one.addnext(mark)


def _boxed(content: bytes) -> bytes:
    """Return a Word document with the text of each value in a text box."""
    box = (
        f"<w:r {_W} xmlns:v='urn:schemas-microsoft-com:vml'><w:pict><v:shape><v:textbox><w:txbxContent><w:p/>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )

    def alter(one: Any) -> None:
        drawn = parse_xml(box)
        one.addprevious(drawn)
        next(drawn.iter(qn("w:p"))).append(one)

    return _altered(content, alter)


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


def _inputs(page: str) -> str:
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
    ways = ("left:-9999px;position:absolute", "opacity:0", "color:transparent", "font-size:0", "clip-path:inset(50%)")
    numbers = count()

    def hidden(match: re.Match[str]) -> str:
        return f"{match[0]}<span style='{ways[next(numbers) % len(ways)]}'>70</span>"

    return re.sub(r"<td[^>]*>(?:<p>)?(?=[^<\s])", hidden, page)


def _saved(pages: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Return pages as Chromium saves them, in two lists: the HTML of the loaded document, and the page as MHTML."""
    wholes, archives = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        for text in pages:
            page.set_content(text)
            wholes.append(page.content().encode())
            archives.append(session.send("Page.captureSnapshot", {"format": "mhtml"})["data"].encode())
        browser.close()
    return wholes, archives


def originals(contents: Sequence[bytes]) -> list[Mapping[str, tuple[bytes, str]]]:
    """Return, for each text, its content and file name in each format and program, by a name for these."""
    renditions = [read(content) for content in contents]
    pages = [as_html(each) for each in renditions]
    documents = [as_docx(each) for each in renditions]
    books = [as_xlsx(each) for each in renditions]
    printed = printed_by_chromium({str(n): each for n, each in enumerate(pages)})
    stamped = printed_by_chromium({str(n): each + _SIDEWAYS for n, each in enumerate(pages)})
    wholes, archives = _saved(pages)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        room = Path(folder)
        named = {str(n): each for n, each in enumerate(documents)}
        laid_out = printed_by_libreoffice(named, room)
        older = saved_by_libreoffice(named, room, "docx", "doc")
        sheets = saved_by_libreoffice({str(n): each for n, each in enumerate(books)}, room, "xlsx", "xls")
    return [
        {
            "docx": (documents[n], "filing.docx"),
            "doc by LibreOffice": (older[str(n)], "filing.doc"),
            "content controls": (_altered(documents[n], _controlled), "filing.docx"),
            "form fields": (_altered(documents[n], _filled), "filing.docx"),
            "tracked changes": (_altered(documents[n], _tracked), "filing.docx"),
            "struck-out values": (_altered(documents[n], _struck), "filing.docx"),
            "raised marks": (_altered(documents[n], _noted), "filing.docx"),
            "text boxes": (_boxed(documents[n]), "filing.docx"),
            "xlsx": (books[n], "filing.xlsx"),
            "strict xlsx": (_strict(books[n]), "filing.xlsx"),
            "xls by LibreOffice": (sheets[str(n)], "filing.xls"),
            "page with fields": (_inputs(pages[n]).encode(), "filing.html"),
            "hidden words": (_with_hidden(pages[n]).encode(), "filing.html"),
            "page saved whole": (wholes[n], "filing.html"),
            "MHTML": (archives[n], "filing.mhtml"),
            "PDF by a browser": (printed[str(n)], "filing.pdf"),
            "PDF with sideways words": (stamped[str(n)], "filing.pdf"),
            "PDF by LibreOffice": (laid_out[str(n)], "filing.pdf"),
        }
        for n, _ in enumerate(contents)
    ]


def main(
    paths: list[Path], listed: Annotated[bool, typer.Option("--all", help="list every difference")] = False
) -> None:
    """Read text files as originals of programs, and print for each kind its facts, how many are kept and wrong."""
    made = originals([path.read_bytes() for path in paths])
    compare(paths, made.__getitem__, LEAST, listed=listed)


if __name__ == "__main__":
    typer.run(main)
