"""Read HTML pages and tables as paragraphs and tables, as a browser displays them without style sheets.

Scripts, styles, deletions and elements hidden by their own attributes are left out. Nothing in the file is run or
fetched. Tables follow the HTML Living Standard, section 4.9.12. A line break between two ideographs is not a blank (CSS
Text 3, section 4.1.3).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.rendering import Block, Box, Rendering, Table, check_depth, check_size
from jixiao.ingest.formats.signatures import decodings
from jixiao.ingest.rendition import LeftOut, Rendition, occurring

MEDIA_TYPE = "text/html"
MOST_BYTES = 16_000_000
MOST_ELEMENTS = 1_000_000  # bounds the time for empty elements, which no other limit counts
_NEAR = 65_536  # bytes from the start within which a page or table must begin
_MARK = re.compile(rb"<(?:!doctype\s+html|html|body|table)\b")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|body)\b")
_IMAGE = re.compile(rb"<img\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?([a-z0-9_.:-]+)""")
_OTHER_CHARSETS = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
_LEFT_OUT = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "iframe", "object", "del", "select", "textarea"}
    | {"rt", "rp"}
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"}
    | {"legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "tbody", "td", "tfoot", "th", "thead"}
    | {"tr", "ul"}
)
# Elements between a table and its rows; old pages put a form there.
_GROUPS = frozenset({"thead", "tbody", "tfoot", "form"})
_BREAK = "\0"  # stands for <br> while white space is collapsed; parsed HTML never contains this character
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff“”‘’…"
_LINE_IN_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \t\f]*[\r\n][ \t\r\n\f]*(?=[{_WIDE}])")
_WHITE = re.compile(r"[ \t\r\n\f]+")


def accepts(content: bytes) -> bool:
    """Return whether an HTML page or table begins near the start of the content.

    Text with tabs between its cells is refused, unless it begins with a tag: it is plain text with stray tags.
    """
    near = content[:_NEAR].replace(b"\0", b"").lower().removeprefix(codecs.BOM_UTF8)
    if b"<" not in near or content.startswith((b"%PDF", b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")):
        return False
    if not _MARK.search(near) or b"mime-version:" in near:  # a web page saved as mail (mhtml) has another encoding
        return False
    begins = near.lstrip(b"\xff\xfe \t\r\n").startswith(b"<")
    return begins or not any(b"\t" in line.strip() for line in near.splitlines() if b"<" not in line)


def decoded(content: bytes) -> Iterator[tuple[str, str, bool]]:
    """Yield the text of a page for each encoding that decodes it, as `decodings` does."""
    declared = _CHARSET.search(content[:_NEAR].lower())
    return decodings(content, _OTHER_CHARSETS.get(declared[1].decode("ascii")) if declared else None)


def read(content: bytes) -> Rendition:
    """Return the page's paragraphs and tables in reading order. Raises UnreadableError."""
    if len(content) > MOST_BYTES:
        raise UnreadableError("网页过大", "the page is too large")
    decoding = next(decoded(content), None)
    if decoding is None:
        raise UnreadableError("网页的字符编码不明", "the character encoding of the page is not known")
    text, encoding, cut = decoding
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableError("网页中没有内容", "the page has no content") from error
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):  # the parser stopped at its limit
        raise UnreadableError(
            "网页嵌套过深，或一段文字过长", "the page is nested too deep, or a text in it is too long"
        )
    if root.xpath(f"count(//*) > {MOST_ELEMENTS}"):
        raise UnreadableError("网页元素过多", "the page has too many elements")
    page = _Page(lines=not _PAGE.search(content.replace(b"\0", b"").lower()))
    images = LeftOut("图片", "images", len(_IMAGE.findall(content)))
    rendering = Rendering()
    rendering.blocks(page.flow(root))
    return replace(rendering.rendition(MEDIA_TYPE, encoding), cut=cut, left_out=occurring([images]))


_Spans = dict[int, tuple[int, int]]
"""The cells that extend into the rows below, by column: the width in columns, and the number of these rows."""


@dataclass
class _Page:
    """A collector of blocks (paragraphs and tables) during a walk through the page's elements.

    `depth` is the number of tables around the current element, and `cells` the number of cells of all tables so far;
    both are limited.
    """

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # pieces of text of the current paragraph
    lines: bool = False  # each line is a paragraph: within <pre>, and in plain text with HTML tables
    depth: int = 0
    cells: int = 0

    def flow(self, element: etree._Element) -> list[Block]:
        """Add the content of an element, and return the blocks."""
        self._content(element)
        self._end()
        return self.blocks

    def _walk(self, element: etree._Element) -> None:
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or _is_hidden(element):
            return
        if name == "table":
            self._end()
            self._table(element)
        elif name == "br":
            self.pieces.append(_BREAK)
        elif name in _BLOCKS:
            before, self.lines = self.lines, self.lines or name == "pre"
            self._end()
            self._content(element)
            self._end()
            self.lines = before
        else:
            self._content(element)

    def _content(self, element: etree._Element) -> None:
        self._text(element.text)
        for child in element:
            self._walk(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        first, *others = re.split(r"\r\n|\r|\n", text or "") if self.lines else [text or ""]
        self.pieces.append(first)
        for line in others:
            self._end()
            self.pieces.append(line)

    def _end(self) -> None:
        text = _LINE_IN_WIDE.sub("", "".join(self.pieces))
        text = "\n".join(_WHITE.sub(" ", line).strip() for line in text.split(_BREAK))
        self.pieces.clear()
        if text.strip():
            self.blocks.append(text)
            check_size(len(self.blocks))

    def _table(self, table: etree._Element) -> None:
        self.depth += 1
        check_depth(self.depth)
        rows: list[tuple[Box, ...]] = []
        group: etree._Element | None = None
        spans: _Spans = {}
        for owner, row in self._rows(table):
            if owner is not group:  # a rowspan ends with its group of rows
                group, spans = owner, {}
            boxes, spans = self._row(row, spans)
            rows.append(boxes)
        self.blocks.append(Table(tuple(rows)))
        self.depth -= 1

    def _rows(self, owner: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
        """Yield each row with the group that owns it, such as <tbody>.

        Captions, and text that is wrongly placed between rows, become paragraphs above the table, as in a browser.
        """
        self._text(owner.text)
        for child in owner:
            if child.tag == "tr":
                if not _is_hidden(child):
                    yield owner, child
            elif child.tag in _GROUPS and not _is_hidden(child):
                yield from self._rows(child)
            else:
                self._walk(child)
            self._text(child.tail)
        self._end()

    def _row(self, row: etree._Element, above: _Spans) -> tuple[tuple[Box, ...], _Spans]:
        """Return a row's cells in the grid, and by column the cells that extend into the rows below.

        `above` are the cells that extend into this row.
        """
        boxes: list[Box] = []
        below = {column: (width, rows - 1) for column, (width, rows) in above.items() if rows > 1}
        column = 0
        self._text(row.text)
        for cell in row:
            if cell.tag not in ("td", "th"):
                self._walk(cell)
            elif not _is_hidden(cell):
                while column in above:
                    boxes.append(Box(column))
                    column += above[column][0]
                width, height = _number(cell, "colspan", 1_000), _number(cell, "rowspan", 65_534)
                boxes.append(Box(column, self._cell(cell)))
                if height != 1:
                    below[column] = width, (height or 65_535) - 1  # rowspan 0 extends to the end of the group
                column += width
            self._text(cell.tail)
        self._end()
        boxes += [Box(left) for left in sorted(above) if left >= column]
        self.cells += max(len(boxes), len(below), 1)
        check_size(self.cells)
        return tuple(boxes), below

    def _cell(self, cell: etree._Element) -> tuple[Block, ...]:
        inner = _Page(depth=self.depth, cells=self.cells)
        blocks = tuple(inner.flow(cell))
        self.cells = inner.cells
        return blocks


def _is_hidden(element: etree._Element) -> bool:
    return (
        element.tag in _LEFT_OUT
        or element.get("hidden") is not None
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _number(cell: etree._Element, name: str, most: int) -> int:
    text = (cell.get(name) or "").strip()
    value = min(int(text), most) if re.fullmatch("[0-9]{1,9}", text) else 1
    return value or (0 if name == "rowspan" else 1)
