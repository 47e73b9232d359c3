"""Read Word documents (.docx, .docm): the paragraphs and tables of word/document.xml, as Word displays them.

Numbers that Word generates for paragraphs are included. Page headers come first, each distinct one once. Tracked
deletions, hidden text, placeholders, page footers and notes are left out. Nothing in the file is run or fetched.
Elements (ECMA-376 part 1, section 17) are found by local name, because the standard's strict form has other namespaces.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from lxml import etree

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.numbering import attribute, integer, numbers, val
from jixiao.ingest.formats.rendering import WORDING, Block, Box, Rendering, Table, check_depth, check_size
from jixiao.ingest.formats.runs import symbol
from jixiao.ingest.rendition import LeftOut, Rendition, attachments, occurring

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_XML = 32_000_000  # bytes of all parts together that are parsed into trees, which take much more memory
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_PART = re.compile(r"word/(?:document\d*|header\d*|numbering|styles)\.xml")
_WRITTEN = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>[^<]*[^\s<]")
_LARGEST_PART = 8_000_000  # bytes of a footer, note or comment part that are searched for text
_NO_WORDS = WORDING.pattern("no_words")
_WRAPPERS = {"body", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"}
_FIXED = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def accepts(content: bytes) -> bool:
    """Return whether the content is a zip that holds a Word document."""
    names = archives.parts(content)
    return "[Content_Types].xml" in names and any(map(_DOCUMENT.fullmatch, names))


def read(content: bytes) -> Rendition:
    """Return the document's paragraphs and tables in reading order. Raises UnreadableError."""
    parts = _parts(content)
    document = next(root for name, root in parts.items() if name.startswith("document"))
    heads = [root for name, root in sorted(parts.items()) if name.startswith("header")]
    check_size(sum(1 for root in (document, *heads) for _ in root.iter("{*}tc", "{*}p")))
    for paragraph, number in numbers(document, parts.get("numbering"), parts.get("styles")):
        text = paragraph.makeelement(paragraph.tag[: -len("p")] + "t")
        text.text = number
        paragraph.insert(0, text)
    blocks: list[Block] = []
    for root in heads:
        _prune(root)
        blocks += [block for block in _blocks(root, 0) if isinstance(block, str) and _NO_WORDS.sub("", block)]
    _prune(document)
    rendering = Rendering()
    rendering.blocks([*dict.fromkeys(blocks), *_blocks(document, 0)])
    return replace(rendering.rendition(MEDIA_TYPE), left_out=occurring(_left_out(content)))


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


def _parts(content: bytes) -> dict[str, etree._Element]:
    """Return the parts of a document that are read, as trees by name: document, header1 …, numbering and styles.

    The name is that of the part's file without folder and ending.
    """
    found = archives.unpacked(content, wanted=_PART.fullmatch)
    if sum(map(len, found.values())) > MOST_XML:
        raise UnreadableError("Word文件正文过大", "the text of the Word file is too large")
    return {PurePosixPath(name).stem: _tree(xml) for name, xml in found.items()}


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


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: etree._Element, name: str, *below: str) -> etree._Element | None:
    # This loop is several times as fast as find() with a path.
    for child in element.iterchildren(f"{{*}}{name}"):
        found = _child(child, *below) if below else child
        if found is not None:
            return found
    return None


def _prune(root: etree._Element) -> None:
    """Remove elements that Word does not display from a tree: hidden text, deletions, and duplicates of drawings.

    Of the two versions in which a drawing is stored, the one for older versions of Word is removed.
    """
    hidden = ((run, _child(run, "rPr", "vanish")) for run in root.iter("{*}r"))
    templates = (each for each in root.iter("{*}sdt") if _child(each, "sdtPr", "showingPlcHdr") is not None)
    gone = [
        *(row for row in root.iter("{*}tr") if _child(row, "trPr", "del") is not None),
        *(run for run, mark in hidden if mark is not None and val(mark) not in {"0", "false", "off"}),
        *(text for each in templates for text in each.iter("{*}t")),
        # A drawing for new versions of Word is a Choice; the siblings after it are for old ones.
        *(old for each in root.iter("{*}Choice") for old in each.itersiblings("{*}Choice", "{*}Fallback")),
        *root.iter("{*}del", "{*}moveFrom", "{*}rt", "{*}pPr", "{*}rPr"),
    ]
    for element in gone:
        _remove(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _children(container: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children with these names, including those inside content controls and tracked insertions."""
    for child in container:
        name = _local(child)
        if name in names:
            yield child
        elif name in _WRAPPERS:
            yield from _children(child, *names)


def _blocks(container: etree._Element, depth: int) -> Iterator[Block]:
    for child in _children(container, "p", "tbl"):
        if _local(child) == "tbl":
            yield _table(child, depth + 1)
        else:
            boxes = list(child.iter("{*}txbxContent"))
            for box in boxes:
                _remove(box)
            yield "".join(_piece(element, _local(element)) for element in child.iter())
            for box in boxes:
                yield from _blocks(box, depth + 1)


def _piece(element: etree._Element, name: str) -> str:
    """Return the text of one element of a paragraph; a symbol has its code as an attribute."""
    if name == "t":
        return element.text or ""
    if name == "sym" and (attribute(element, "font") or "").lower() == "symbol":
        code = attribute(element, "char") or ""
        return symbol(chr(int(code, 16))) if re.fullmatch("[0-9A-Fa-f]{2,4}", code) else ""
    return _FIXED.get(name, "")


def _table(table: etree._Element, depth: int) -> Table:
    check_depth(depth)
    rows = []
    merged: frozenset[int] = frozenset()  # columns of cells that a cell in the next row may continue
    for row in _children(table, "tr"):
        boxes, merged = _row(row, merged, depth)
        rows.append(boxes)
    return Table(tuple(rows))


def _row(row: etree._Element, above: frozenset[int], depth: int) -> tuple[tuple[Box, ...], frozenset[int]]:
    """Return a row's cells, and the columns in which a vertically merged cell begins or continues.

    `above` are these columns of the row above.
    """
    boxes: list[Box] = []
    merged: set[int] = set()
    column = integer(val(_child(row, "trPr", "gridBefore")), 0)
    for cell in _children(row, "tc"):
        span = integer(val(_child(cell, "tcPr", "gridSpan")), 1)
        down, across = _child(cell, "tcPr", "vMerge"), _child(cell, "tcPr", "hMerge")
        if across is None or val(across) == "restart" or not boxes:
            goes_on = down is not None and val(down) != "restart" and column in above
            boxes.append(Box(column, () if goes_on else tuple(_blocks(cell, depth))))
            if down is not None:
                merged.add(column)
        column += span
    return tuple(boxes), frozenset(merged)
