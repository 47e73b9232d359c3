"""Read Word documents (.docx, .docm): the paragraphs and tables of word/document.xml, as Word displays them.

Numbers that Word generates for paragraphs and the entries of form fields are included. Page headers come first, each
distinct one once. Tracked deletions, hidden text, placeholders, page footers, notes and documents inserted whole
(altChunk) are left out. Nothing in the file is run or fetched. Elements (ECMA-376 part 1, section 17) are found by
local name, because the standard's strict form has other namespaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from lxml import etree

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives, word_xml
from jixiao.ingest.formats.colours import UNKNOWN, WHITE, Colour, is_alike
from jixiao.ingest.formats.rendering import (
    WORDING,
    Block,
    Box,
    Rendering,
    Run,
    Shown,
    Table,
    check_depth,
    check_size,
)
from jixiao.ingest.formats.word_styles import Styles, numbers, shade
from jixiao.ingest.formats.word_xml import attribute, child, integer, local, remove, val
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import LeftOut, Rendition, attachments, occurring

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_XML = 32_000_000  # bytes of all parts together that are parsed into trees, which take much more memory
SIGNS = archives.SIGNS
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_PART = re.compile(r"word/(?:document\d*|header\d*|numbering|styles)\.xml")
_WRITTEN = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>[^<]*[^\s<]")
_LARGEST_PART = 8_000_000  # bytes of a footer, note or comment part that are searched for text
_WRAPPERS = {"body", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"}
_FIXED = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# The elements of a paragraph that have or are text, or tell how to show it.
_PIECES = tuple(f"{{*}}{name}" for name in ("r", "t", "sym", "fldChar", "instrText", *_FIXED))


def accepts(content: bytes) -> bool:
    """Return whether the content is a zip that holds a Word document."""
    names = archives.parts(content)
    return "[content_types].xml" in names and any(map(_DOCUMENT.fullmatch, names))


def read(content: bytes) -> Rendition:
    """Return the document's paragraphs and tables in reading order. Raises UnreadableError."""
    found = archives.unpacked(content, _PART.fullmatch)
    if sum(map(len, found.values())) > MOST_XML:
        raise UnreadableError("Word文件正文过大", "the text of the Word file is too large")
    parts = {PurePosixPath(name).stem: _tree(xml) for name, xml in found.items()}
    document = next(root for name, root in parts.items() if name.startswith("document"))
    heads = [root for name, root in sorted(parts.items()) if name.startswith("header")]
    check_size(sum(1 for root in (document, *heads) for _ in root.iter("{*}tc", "{*}p")))
    styles = Styles(parts.get("styles"))
    for paragraph, number in numbers(document, parts.get("numbering"), styles):
        text = paragraph.makeelement(paragraph.tag[: -len("p")] + "t")
        text.text = number
        paragraph.insert(0, text)
    # Text may stand on a background of the page, or on a picture behind it.
    has_backdrop = any(
        root.find("{*}background") is not None
        or any(attribute(anchor, "behindDoc") in {"1", "true"} for anchor in root.iter("{*}anchor"))
        for root in (document, *heads)
    )
    page = _Page(styles, UNKNOWN if has_backdrop else WHITE)
    blocks: list[Block] = []
    for root in heads:
        page.prune(root)
        blocks += [
            block for block in page.blocks(root) if isinstance(block, str) and WORDING.patterns.no_words.sub("", block)
        ]
    page.prune(document)
    rendering = Rendering()
    rendering.blocks([*dict.fromkeys(blocks), *page.blocks(document)])
    inserted = LeftOut("整份插入的文件", "documents inserted whole", sum(1 for _ in document.iter("{*}altChunk")))
    left_out = occurring((*_left_out(content), *page.shown.left_out, inserted))
    return replace(rendering.rendition(MEDIA_TYPE), left_out=left_out)


def _left_out(content: bytes) -> Iterator[LeftOut]:
    """Yield an entry with a count for each kind of content that is not read.

    These are attachments, and the footers, notes and comments that have text.
    """
    names = archives.parts(content)
    yield from attachments(names, "word/")
    for zh, en, starts in (
        ("页脚", "footers", ("word/footer",)),
        ("脚注尾注", "footnotes and endnotes", ("word/footnotes", "word/endnotes")),
        ("批注", "comments", ("word/comments.",)),
    ):
        found = (name for name in names if name.startswith(starts) and name.endswith(".xml"))
        yield LeftOut(zh, en, sum(_has_text(content, name) for name in found))


def _has_text(content: bytes, name: str) -> bool:
    try:
        [part] = archives.unpacked(content, wanted=name.__eq__).values()
    except UnreadableError:
        return False  # Word cannot display a part that cannot be opened either
    return _WRITTEN.search(part, 0, _LARGEST_PART) is not None


def _tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("Word文件的XML有错", "the XML of the Word file is broken") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(
            "Word文件含有文档类型声明，不予读取", "the Word file declares a document type, which is not allowed"
        )
    return root


def _gives_background(styles: Styles, element: etree._Element) -> Colour | None:
    """Return the background that a paragraph, cell, table or box gives to its text, None if it gives none."""
    name = local(element)
    style = child(element, f"{name}Pr", "tblStyle" if name == "tbl" else "pStyle")
    may_be = name == "txbxContent" or (style is not None and styles.is_shaded(val(style) or ""))
    own = shade(child(element, f"{name}Pr", "shd"))
    return UNKNOWN if own is None and may_be else own


@dataclass
class _Page:
    """A writer of paragraphs and tables from XML trees on a `paper`, which counts what it leaves out."""

    styles: Styles
    paper: Colour
    backgrounds: dict[etree._Element, Colour] = field(default_factory=dict)  # behind the elements seen so far
    shown: Shown = field(default_factory=Shown)
    fields: word_xml.Fields = field(default_factory=word_xml.Fields)

    def prune(self, root: etree._Element) -> None:
        """Remove elements that Word does not display: deletions, placeholders, duplicates of drawings, phonetic guides.

        Of the two versions in which a drawing is stored, the one for older versions of Word is removed. Before that,
        content controls get the text that Word shows in them, superscripts in equations are marked, and fractions get a
        "/". Deleted elements that contain text are counted in `shown.struck`.
        """
        for control in root.iter("{*}sdt"):
            word_xml.fill(control)
        for raised in root.iter("{*}sup"):  # in equations
            for run in raised.iter("{*}r"):
                run.set("raised", "1")
        for below in root.iter("{*}den"):  # the lower part of a fraction
            line = below.makeelement(below.tag[: -len("den")] + "t")
            line.text = "/"
            below.insert(0, line)
        deleted = [
            *(row for row in root.iter("{*}tr") if child(row, "trPr", "del") is not None),
            *(cell for cell in root.iter("{*}tc") if child(cell, "tcPr", "cellDel") is not None),
            *root.iter("{*}del", "{*}moveFrom"),
        ]
        for element in deleted:
            texts = "".join(each.text or "" for each in element.iter("{*}t", "{*}delText"))
            self.shown.struck += bool(texts.strip()) and element.getparent() is not None
            remove(element)
        # A drawing for new versions of Word is a Choice; the siblings after it are for old ones.
        for choice in list(root.iter("{*}Choice")):
            for old in list(choice.itersiblings("{*}Choice", "{*}Fallback")):
                remove(old)
        for element in list(root.iter("{*}rt", "{*}tabs")):
            remove(element)

    def blocks(self, container: etree._Element, depth: int = 0) -> Iterator[Block]:
        """Yield the paragraphs and tables in an element, in reading order.

        `depth` is the number of tables around the element.
        """
        for block in _children(container, "p", "tbl"):
            if local(block) == "tbl":
                yield self._table(block, depth + 1)
            else:
                boxes = list(block.iter("{*}txbxContent"))
                for box in boxes:
                    remove(box)
                yield self.shown.text(self._runs(block))
                self.fields.end_paragraph()
                for box in boxes:
                    yield from self.blocks(box, depth + 1)

    def _runs(self, paragraph: etree._Element) -> Iterator[Run]:
        style = val(child(paragraph, "pPr", "pStyle")) or ""
        run, usual = Run(""), 0
        for element in paragraph.iter(*_PIECES):
            name = local(element)
            if name == "r":
                look = self.styles.look(element, style)
                run = look.run
                if look.ink != UNKNOWN and not run.unseen:
                    run = run._replace(unseen=is_alike(look.ink, self._behind(element.getparent())))
                if element.get("raised"):
                    run = run._replace(raised=True)
                if look.size * 3 <= usual * 2 or _is_numbered_link(element.getparent()):
                    run = run._replace(lowered=True)
                usual = usual if run.lowered else look.size
            elif name == "fldChar":
                yield run._replace(text=self.fields.at_mark(element, attribute(element, "fldCharType") or ""))
            elif name == "instrText":
                self.fields.instruct(element.text or "")
            elif name == "sym":
                sign = _sign(element)
                yield sign._replace(text=self.fields.shown(sign.text), struck=run.struck, unseen=run.unseen)
            else:
                text = element.text or "" if name == "t" else _FIXED[name]
                yield run._replace(text=self.fields.shown(text))

    def _behind(self, element: etree._Element | None) -> Colour:
        """Return the background that an element, or the nearest one around it, gives to its text."""
        if element is None:
            return self.paper
        if element not in self.backgrounds:
            self.backgrounds[element] = _gives_background(self.styles, element) or self._behind(element.getparent())
        return self.backgrounds[element]

    def _table(self, table: etree._Element, depth: int) -> Table:
        check_depth(depth)
        rows = []
        merged: frozenset[int] = frozenset()  # columns of cells that a cell in the next row may continue
        for row in _children(table, "tr"):
            boxes, merged = self._row(row, merged, depth)
            rows.append(boxes)
        return Table(tuple(rows))

    def _row(self, row: etree._Element, above: frozenset[int], depth: int) -> tuple[tuple[Box, ...], frozenset[int]]:
        """Return a row's cells, and the columns in which a vertically merged cell begins or continues.

        `above` are these columns of the row above. A cell that continues the cell above is empty, and one that is
        merged with the cell to its left is left out.
        """
        boxes: list[Box] = []
        merged: set[int] = set()
        column = integer(val(child(row, "trPr", "gridBefore")), 0)
        for cell in _children(row, "tc"):
            span = integer(val(child(cell, "tcPr", "gridSpan")), 1)
            down, across = child(cell, "tcPr", "vMerge"), child(cell, "tcPr", "hMerge")
            if across is None or val(across) == "restart" or not boxes:
                goes_on = down is not None and val(down) != "restart" and column in above
                boxes.append(Box(column, () if goes_on else tuple(self.blocks(cell, depth))))
                if down is not None:
                    merged.add(column)
            column += span
        return tuple(boxes), frozenset(merged)


def _sign(element: etree._Element) -> Run:
    """Return the sign that an element names by font and code, as a run; its text is UNREAD for an unknown sign."""
    code = attribute(element, "char") or ""
    char = chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{2,4}", code) else UNREAD
    run = Run(char).within(attribute(element, "font") or "")
    return run if run.symbols or run.dingbats or char.isprintable() else run._replace(text=UNREAD)


def _is_numbered_link(around: etree._Element | None) -> bool:
    """Return whether what is around a run is a link without words, which may be a mark of a note."""
    if around is None or local(around) != "hyperlink":
        return False
    return not any(char.isalpha() for text in around.itertext() for char in str(text))


def _children(container: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of an element with some names, also those in content controls and tracked insertions."""
    for element in container:
        name = local(element)
        if name in names:
            yield element
        elif name in _WRAPPERS:
            yield from _children(element, *names)
