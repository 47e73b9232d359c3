"""Read HTML pages and tables as paragraphs and tables, as a browser displays them without style sheets.

Fields of forms are read as they are filled in. Scripts, styles, deletions and elements hidden by their own attributes
are left out. Nothing in the file is run or fetched: parts of a page that a browser would fetch or run to show its text
are named, and so are fields with the source of a table, which a script may show. Tables follow the HTML Living
Standard, section 4.9.12. A line break between two ideographs is not a blank (CSS Text 3, section 4.1.3).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.content import Decoding, decoding, format_of
from jixiao.ingest.formats.html_looks import PLAIN, Look, Looks, apply_sheets, is_hidden
from jixiao.ingest.formats.rendering import (
    Block,
    Box,
    Rendering,
    Run,
    Shown,
    Table,
    box_to_tick,
    check_depth,
    check_size,
    choice,
)
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import LeftOut, Rendition, occurring
from jixiao.ontology.steps import Step, reached

MEDIA_TYPE = "text/html"
MOST_BYTES = 16_000_000
MOST_ELEMENTS = 1_000_000  # bounds the time for empty elements, which no other limit counts
_NEAR = 65_536  # bytes from the start within which a page or table must begin
_OFFICE, _NEAR_PROLOG = b"<?mso-application", 1_024  # XML of Word and Excel 2003, whose tables have other tags
SIGNS = re.compile(rb"<(?:!doctype\s+html|html|body|table)\b(?!:)")  # in ODF, <table:table>
_OTHER_CHARSETS = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
_LEFT_OUT = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "iframe", "object", "datalist", "rt", "rp", "canvas"}
    | {"audio", "video", "progress", "meter", "dialog", "desc", "metadata"}
)
_ATTACHED = re.compile(r"[^?#]+\.(?:docx?|xlsx?|pdf|zip|rar|7z|wps|et|ofd)(?:[?#].*)?", re.IGNORECASE)
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]|\\u[4-9][0-9a-fA-F]{3}")
_FEWEST_IDEOGRAPHS = 100  # of a script that may hold a form; comments and messages have fewer
_LONGEST_NAME = 100  # characters of an address or name of a part that is not read
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
FIELDS = frozenset({"input", "select", "textarea"})
_OTHERS = frozenset({"hidden", "password", "file", "image", "color", "range", "button", "submit", "reset"})


def accepts(content: bytes) -> bool:
    """Return whether an HTML page or table begins near the start of the content.

    Text with tabs between its cells is refused, unless it begins with a tag: it is plain text with stray tags.
    """
    near = content[:_NEAR].replace(b"\0", b"").lower().removeprefix(codecs.BOM_UTF8)
    if not SIGNS.search(near) or _OFFICE in near[:_NEAR_PROLOG] or b"mime-version:" in near:  # a mail
        return False
    if format_of(content) is not None:
        return False
    begins = near.lstrip(b"\xff\xfe \t\r\n").startswith(b"<")
    return begins or not any(b"\t" in line.strip() for line in near.splitlines() if b"<" not in line)


def decoded(content: bytes) -> Decoding | None:
    """Return the decoding of a page, whose encoding the page may declare."""
    declared = re.search(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?([a-z0-9_.:-]+)""", content[:_NEAR].lower())
    return decoding(content, _OTHER_CHARSETS.get(declared[1].decode("ascii")) if declared else None)


def read(content: bytes) -> Rendition:
    """Return the page's paragraphs and tables in reading order. Raises UnreadableError."""
    if len(content) > MOST_BYTES:
        raise UnreadableError("网页过大", "the page is too large")
    found = decoded(content)
    if found is None:
        raise UnreadableError("网页的字符编码不明", "the character encoding of the page is not known")
    root = _parsed(found.text)
    applied = apply_sheets(root)
    is_page = re.search(rb"<(?:!doctype\s+html|html|body)\b", content.replace(b"\0", b"").lower()) is not None
    page = _Page(Looks(root, sheets_apart=not applied), lines=not is_page)
    rendering = Rendering()
    rendering.blocks(page.flow(root))
    sheets = LeftOut("样式表", "style sheets", 0 if applied else 1)
    rendition = rendering.rendition(MEDIA_TYPE, found.encoding)
    is_made = sum(len(line.text) for line in rendition.lines) < _FEWEST_IDEOGRAPHS
    left_out = occurring((*_left_out(root, content, is_made), sheets, *page.shown.left_out))
    tables = re.findall(r"(?i)<(/?)table\b", found.text)
    return replace(rendition, cut=found.cut or tables[-1:] == [""], left_out=left_out)


def _parsed(text: str) -> etree._Element:
    """Return the tree of a page. Raises UnreadableError."""
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
    return root


def _left_out(root: etree._Element, content: bytes, is_made: bool) -> Iterator[LeftOut]:
    """Yield an entry for each kind of content that a browser fetches or runs, or that a page links to.

    A page that `is_made` by scripts has almost no text of its own, so that any script may hold its content.
    """
    yield LeftOut("图片", "images", len(re.findall(rb"(?i)<img\b", content)))
    embedded = [
        each.get("src") or each.get("data") or ""
        for each in root.iter("iframe", "frame", "embed", "object")
        if not is_hidden(each)
    ]
    links = dict.fromkeys(filter(_ATTACHED.fullmatch, (link.get("href") or "" for link in root.iter("a"))))
    for zh, en, names in (
        ("内嵌的网页", "embedded pages", (each for each in embedded if each and not each.startswith("about:"))),
        ("链接的附件", "linked attachments", links),
    ):
        yield LeftOut.named(zh, en, ("".join(name.split())[:_LONGEST_NAME] for name in names))
    scripts = (script.text or "" for script in root.iter("script"))
    made = sum(is_made or sum(1 for _ in _IDEOGRAPH.finditer(script)) >= _FEWEST_IDEOGRAPHS for script in scripts)
    made += sum(_is_source(each) for each in root.iter("textarea"))
    yield LeftOut("可能带出内容的脚本", "scripts that may show content", made)


def _is_source(element: etree._Element) -> bool:
    """Return whether an element is a field with the source of a table, which the page shows by a script."""
    return element.tag == "textarea" and re.search(r"<table\b", inner_text(element), flags=re.IGNORECASE) is not None


_Spans = dict[int, tuple[int, int]]
"""The cells that extend into the rows below, by column: the width in columns, and the number of these rows."""


@dataclass
class _Page:
    """A collector of blocks (paragraphs and tables) during a walk through the page's elements.

    `depth` is the number of tables around the current element, and `cells` the number of cells of all tables so far;
    both are limited. `look` is the look of the current element.
    """

    looks: Looks
    blocks: list[Block] = field(default_factory=list)
    pieces: list[Run] = field(default_factory=list)  # pieces of text of the current paragraph
    lines: bool = False  # each line is a paragraph: within <pre>, and in plain text with HTML tables
    depth: int = 0
    cells: int = 0
    look: Look = PLAIN
    shown: Shown = field(default_factory=Shown)

    def flow(self, element: etree._Element) -> list[Block]:
        """Add the content of an element, and return all blocks so far."""
        self._content(element)
        self._end()
        return self.blocks

    def _walk(self, element: etree._Element) -> None:
        name = element.tag if isinstance(element.tag, str) else ""
        if not name or _is_source(element) or self._skips(element):
            return
        around, self.look = self.look, self.looks.of(element, self.look)
        if name == "table":
            self._end()
            self._table(element)
        elif name == "br":
            self.pieces.append(Run(_BREAK))
        elif name in FIELDS:
            self._piece(_BREAK.join(entry(element).splitlines()))
        elif name in _BLOCKS:
            before, self.lines = self.lines, self.lines or name == "pre"
            self._end()
            self._content(element)
            self._end()
            self.lines = before
        else:
            self._content(element)
        self.look = around

    def _skips(self, element: etree._Element) -> bool:
        """Return whether an element is left out because it is not shown; elements with hidden text are counted."""
        if element.tag in _LEFT_OUT:
            return element.tag != "dialog" or element.get("open") is None
        hidden = is_hidden(element)
        self.shown.unseen += hidden and bool(inner_text(element).strip())
        return hidden

    def _content(self, element: etree._Element) -> None:
        self._text(element.text)
        for child in element:
            self._walk(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        first, *others = re.split(r"\r\n|\r|\n", text or "") if self.lines else [text or ""]
        self._piece(first)
        for line in others:
            self._end()
            self._piece(line)

    def _piece(self, text: str) -> None:
        if not text:
            return
        run = Run(text) if self.look is PLAIN else self.look.shown._replace(text=text)
        if self.look.adrift and not run.unseen and text.strip():
            self.shown.adrift += 1
            run = Run(UNREAD)
        self.pieces.append(run)

    def _end(self) -> None:
        if not self.pieces:
            return
        text = self.shown.text(self.pieces)
        self.pieces.clear()
        if text.replace(_BREAK, "").strip():
            text = "\n".join(_WHITE.sub(" ", line).strip() for line in _LINE_IN_WIDE.sub("", text).split(_BREAK))
            self.blocks.append(text)
            reached(Step.PARAGRAPH, len(self.blocks))
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
            if child.tag != "tr" and child.tag not in _GROUPS:
                self._walk(child)
            elif not self._skips(child):
                around, self.look = self.look, self.looks.of(child, self.look)
                if child.tag == "tr":
                    yield owner, child
                else:
                    yield from self._rows(child)
                self.look = around
            self._text(child.tail)
        self._end()

    def _row(self, row: etree._Element, above: _Spans) -> tuple[tuple[Box, ...], _Spans]:
        """Return a row's cells in the grid, and by column the width and height of what cells cover in the rows below.

        `above` has the same for this row: the width and height of what cells of earlier rows cover.
        """
        boxes: list[Box] = []
        below = {column: (width, rows - 1) for column, (width, rows) in above.items() if rows > 1}
        column = 0
        self._text(row.text)
        for cell in row:
            if cell.tag not in ("td", "th"):
                self._walk(cell)
            elif not self._skips(cell):
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
        look = self.looks.of(cell, self.look)
        inner = _Page(self.looks, depth=self.depth, cells=self.cells, look=look, shown=self.shown)
        blocks = tuple(inner.flow(cell))
        self.cells = inner.cells
        return blocks


def _number(cell: etree._Element, name: str, most: int) -> int:
    given = cell.get(name)
    if given is None:
        return 1
    value = min(int(given), most) if re.fullmatch("[0-9]{1,9}", given := given.strip()) else 1
    return value or (0 if name == "rowspan" else 1)


def inner_text(element: etree._Element) -> str:
    """Return the text in an element, without tags."""
    return "".join(map(str, element.itertext()))


def entry(element: etree._Element) -> str:
    """Return the text that a field shows, with line breaks.

    A box to tick and a button to choose show a box. A list shows the options that are chosen, or else its first one;
    for an option that asks to choose, and for a hint in an empty field, the text is empty.
    """
    if element.tag == "textarea":
        return inner_text(element).replace("\r\n", "\n").removeprefix("\n")
    if element.tag == "select":
        return _chosen(element)
    kind = (element.get("type") or "").strip().lower()
    if kind in ("checkbox", "radio"):
        return box_to_tick(element.get("checked") is not None)
    return "" if kind in _OTHERS else element.get("value") or ""  # an unknown kind is a field of text


def _chosen(element: etree._Element) -> str:
    options = list(element.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if element.get("multiple") is None:
        is_menu = (element.get("size") or "1").strip() in ("", "0", "1")
        usable = [option for option in options if option.get("disabled") is None]
        chosen = chosen[-1:] or (usable[:1] if is_menu else [])
    texts = (" ".join((option.get("label") or inner_text(option)).split()) for option in chosen)
    shown = (choice(text) for text, option in zip(texts, chosen, strict=True) if option.get("value") != "")
    return "、".join(filter(None, shown))
