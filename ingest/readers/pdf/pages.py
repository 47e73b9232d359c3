"""Extract the visible glyphs and straight rules of each page of a PDF (ISO 32000-1).

The module `reader` makes paragraphs and tables of them. The module `painting` follows what a page paints, `covering`
decides which of it is seen. Text that a line runs through, from its beginning to its end, is left out.

Pages that are scans are found by their little text, and pages recognised in their pictures become pages of glyphs.
"""

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mode
from types import SimpleNamespace

from pdfminer import pdftypes
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.content import pdf_header
from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.readers.pdf import annotations
from jixiao.ingest.readers.pdf.covering import STRIP, unseen
from jixiao.ingest.readers.pdf.objects import Attached, Layers, entries, faults
from jixiao.ingest.readers.pdf.operators import Interpreter, Resources
from jixiao.ingest.readers.pdf.painting import UNKNOWN, Device, Glyph, Look
from jixiao.ingest.recognition import UNREAD, Box, RecognisedPage, Word, holds
from jixiao.ontology.grouping import by_key
from jixiao.ontology.steps import Step, reached

# pdfminer logs every irregularity that it can handle; faults that it cannot handle are raised.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


def _unpacked(packed: bytes) -> bytes:
    """Return the content of a stream, as `zlib.decompress` does. Raises UnreadableError for one that is too large."""
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, archives.LARGEST_UNPACKED + 1)
    if len(content) > archives.LARGEST_UNPACKED:
        raise archives.too_large(archives.LARGEST_UNPACKED)
    if not unpacking.eof:
        raise zlib.error("the stream is cut off")
    return content


# pdfminer unpacks a stream without bounds, and offers no other way to set one.
pdftypes.zlib = SimpleNamespace(decompress=_unpacked, decompressobj=zlib.decompressobj, error=zlib.error)  # type: ignore[attr-defined,assignment]

LARGEST_PAGES = 2000
LARGEST_GLYPHS = 5_000_000
_TAIL = 4096  # bytes at the end of a file within which the PDF's end mark must be; transport may add bytes after it
_ABOVE = (0.15, 0.5)  # times a glyph's height: the distances from its base line at which a line strikes it out
_ENDS = 0.4  # times a glyph's height: a line's ends are nearer to those of the text that it strikes out
_NEAR = 0.8  # points: a line whose end is nearer to an upright rule belongs to a table
_DIGITS = 4  # of the ten digits: with more, a size is that of figures, and not of raised marks beside most text
_HIGHEST = 4  # strips: the height of a glyph


@dataclass(frozen=True)
class Page:
    """One page: its number (from 1), its box, its glyphs in painting order, and its rules as boxes without thickness.

    If most text runs upwards, downwards or upside down, the page is turned to reading position by `turns` quarter
    turns, clockwise. `looks` are the looks of its texts, with directions seen from that of `main`, the look of most
    text, which is 0. `pictured` is the share of the page that pictures cover, from 0 to 1. `outlines` counts curved
    shapes, since some programs paint characters as shapes. `unseen` and `struck` count texts that were left out since
    they are covered or struck out, `remarks` annotations with text; `strikes` are boxes of text that annotations strike
    out, and `attached` the files of annotations.
    """

    number: int
    box: Box
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]
    turns: int = 0
    pictured: float = 0.0
    outlines: int = 0
    unseen: int = 0
    struck: int = 0
    remarks: int = 0
    strikes: tuple[Box, ...] = ()
    attached: tuple[Attached, ...] = ()
    main: Look = UNKNOWN
    looks: tuple[Look, ...] = (UNKNOWN,)

    @property
    def shown(self) -> str:
        """The text of the page that is seen, without spaces, in painting order."""
        return "".join(glyph.text for glyph in self.glyphs if glyph.text.strip() and not glyph.covered)


def opened(content: bytes) -> PDFDocument:
    """Return the document of a PDF, without bytes before its header.

    Raises UnreadableError for one that is encrypted, broken or cut off.
    """
    if b"startxref" not in content[-_TAIL:]:
        raise UnreadableError("PDF 不完整：没有结尾", "a PDF that is cut off: its end is missing")
    with faults():
        return PDFDocument(PDFParser(io.BytesIO(content[pdf_header(content) or 0 :])))


def pages(document: PDFDocument) -> Iterator[Page]:
    """Yield the pages of a PDF. Raises UnreadableError for one that is broken or too long."""
    glyphs = 0
    with faults():
        resources, layers = Resources(), Layers(document.catalog)
        form = entries(document.catalog.get("AcroForm"))
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            reached(Step.PAGE, number)
            device = Device(resources, layers)
            Interpreter(resources, device).process_page(page)
            if page.annots:
                annotations.paint(page, device, Interpreter(resources, device), form)
            glyphs += len(device.glyphs)
            if number > LARGEST_PAGES or glyphs > LARGEST_GLYPHS:
                raise UnreadableError(
                    f"PDF 太长（超过 {LARGEST_PAGES} 页或 {LARGEST_GLYPHS:,} 个字符）",
                    f"a PDF of more than {LARGEST_PAGES} pages or {LARGEST_GLYPHS:,} characters",
                )
            yield _collected(device, number)


def _collected(device: Device, number: int) -> Page:
    """Return the page with number `number` that a device collected: turned upright, and without hidden glyphs."""
    page = device.box(device.crop)
    # Watermarks may have more glyphs than the text of a page, but they repeat them. Of equals the first one counts.
    signs = dict.fromkeys((device.looks[glyph.string], glyph.text) for glyph in device.glyphs)
    main = mode([look for look, _ in signs] or [UNKNOWN])
    size = mode([main.size] * _DIGITS + [look.size for look, text in signs if text.isdecimal()])
    turns = round(main.angle / 90) % 4
    lines = {mark for _, marks in device.rules for mark in marks}
    found = unseen(device.middles, device.colours, device.areas, lines)
    gone = found.hidden | found.covered
    glyphs = (
        glyph._replace(
            box=turned(glyph.box, page, turns),
            # The part of a text that is left by a clip, as at the edge of a cell, may be no word of the text.
            doubtful=glyph.order in found.covered or glyph.order in found.doubtful or glyph.string in device.cut,
            covered=glyph.order in found.covered,
            figure=device.looks[glyph.string].size == size,
        )
        for glyph in device.glyphs
        if glyph.order not in found.hidden
    )
    hidden = [glyph.order for glyph in device.glyphs if glyph.order in gone and glyph.text.strip()]
    area = (page.x1 - page.x0) * (page.bottom - page.top)
    return Page(
        number,
        turned(page, page, turns),
        tuple(glyphs),
        tuple(turned(rule, page, turns) for rule, marks in device.rules if {*marks} - gone),
        turns,
        min(1.0, device.pictured / area) if area else 0.0,
        device.outlined,
        unseen=device.unseen + sum(later - before > 2 for before, later in pairwise([-3, *hidden])),
        remarks=device.remarks,
        strikes=tuple(turned(device.box(box), page, turns) for box in device.strikes),
        attached=tuple(device.attached),
        looks=tuple(look._replace(angle=(look.angle - main.angle) % 360) for look in device.looks),
        main=main._replace(angle=0),
    )


def turned(box: Box, page: Box, turns: int) -> Box:
    """Return where a box of the page is after `turns` quarter turns, clockwise; `page` is the box of the page."""
    for _ in range(turns):
        box, page = (
            Box(page.bottom - each.bottom, each.x0 - page.x0, page.bottom - each.top, each.x1 - page.x0)
            for each in (box, page)
        )
    return box


def without_struck(page: Page) -> Page:
    """Return a page without the text that its lines and annotations strike out, which is counted."""
    gone: set[int] = set()
    lines: set[Box] = set()
    strips = by_key((int(glyph.box.top // STRIP), at) for at, glyph in enumerate(page.glyphs) if glyph.text.strip())
    upright = [rule for rule in page.rules if rule.x0 == rule.x1]
    for rule in page.rules:
        if rule.top == rule.bottom:
            strip = int(rule.top // STRIP)
            near = [at for each in range(strip - _HIGHEST, strip + 1) for at in strips.get(each, ())]
            through = _struck(page.glyphs, near, rule)
            touching = (
                other
                for other in upright
                if other.top - _NEAR <= rule.top <= other.bottom + _NEAR
                and rule.x0 - _NEAR <= other.x0 <= rule.x1 + _NEAR
            )
            if through and next(touching, None) is None:
                gone.update(through)
                lines.add(rule)
    runs = len(lines)
    for box in page.strikes:
        through = [at for at, glyph in enumerate(page.glyphs) if holds(box, glyph.box)]
        runs += bool(through)
        gone.update(through)
    if not gone:
        return page
    glyphs = tuple(glyph for at, glyph in enumerate(page.glyphs) if at not in gone)
    return replace(page, glyphs=glyphs, rules=tuple(rule for rule in page.rules if rule not in lines), struck=runs)


def _struck(glyphs: Sequence[Glyph], near: Sequence[int], rule: Box) -> list[int]:
    """Return the indices of the glyphs that a rule strikes out; `near` are the indices of glyphs to look at.

    Empty if the rule begins or ends elsewhere than the struck text, or the text has gaps.
    """
    through = [at for at in near if _is_through(glyphs[at], rule)]
    if not through:
        return []
    boxes = sorted(glyphs[at].box for at in through)
    slack = _ENDS * max(box.bottom - box.top for box in boxes)
    fits = abs(boxes[0].x0 - rule.x0) < slack and abs(max(box.x1 for box in boxes) - rule.x1) < slack
    apart = any(after.x0 - before.x1 > slack for before, after in pairwise(boxes))
    return through if fits and not apart else []


def _is_through(glyph: Glyph, rule: Box) -> bool:
    box = glyph.box
    high = box.bottom - box.top
    above = box.bottom - glyph.drop * high - rule.top
    return _ABOVE[0] * high <= above <= _ABOVE[1] * high and rule.x0 < (box.x0 + box.x1) / 2 < rule.x1


_COVERED = 0.5  # share of a page's area: if pictures cover more and the page has little text, it is a scan
_OUTLINES = 20  # curved shapes on a page without text: so many may be characters painted as shapes
_LITTLE = 120  # characters: a page with fewer has little text, such as the mark that an application stamps on scans
_MORE = 1.3  # times the characters of the text layer: if more are recognised, the picture is of text, not an ornament
_USELESS = 0.02  # share of the characters: with more of them meaningless, the text layer is useless
_FOREIGN = 0.4  # share of the characters: with more accented Latin letters, they are Chinese bytes decoded wrongly
# Brackets at the start and at the end of a word; their blank outer halves are not part of its box.
_EDGES = (re.compile(r"^[（《〈【〔「『“‘(\[]"), re.compile(r"[)\]]$"))
_BLANK = 1.2  # the width of a bracket's blank half, in halves of an ideograph


def is_scan(page: Page) -> bool:
    """Return whether a page's text must be recognised: its text layer is empty, short beside a picture, or useless."""
    if not page.shown:
        return page.pictured > 0 or page.outlines >= _OUTLINES
    return (len(page.shown) < _LITTLE and page.pictured >= _COVERED) or is_useless(page.shown)


def says_more(recognised: RecognisedPage, page: Page) -> bool:
    """Return whether recognised text should replace a page's text layer: it is clearly longer, or the layer is useless.

    `recognised` is the recognition of the page's picture, and `page` the page with its text layer.
    """
    read = sum(len("".join(word.text.split())) for word in recognised.words)
    return is_useless(page.shown) or read > _MORE * len(page.shown)


def is_useless(text: str) -> bool:
    """Return whether many characters of a text are meaningless or were decoded wrongly.

    Undefined, private and control characters are meaningless. Many accented Latin letters are a sign that Chinese text
    was decoded wrongly.
    """
    silent = sum(char == UNREAD or unicodedata.category(char) in {"Co", "Cc", "Cn", "Cs"} for char in text)
    foreign = sum("\u0080" <= char <= "\u024f" and char.isalpha() for char in text)
    return silent > _USELESS * len(text) or foreign > _FOREIGN * len(text)


def page_of(recognised: RecognisedPage) -> Page:
    """Return a recognised page in the form of a PDF page: its words as glyphs, and its rules."""
    glyphs = tuple(glyph for word in recognised.words for glyph in _glyphs(word))
    return Page(recognised.number, recognised.box, glyphs, recognised.rules, recognised.turns)


def _glyphs(word: Word) -> Iterator[Glyph]:
    """Yield the characters of a word, with the word's box divided among them by printed width.

    A word's box encloses its ink. Next to ideographs, brackets are as wide as ideographs, and the outer half of a
    bracket at the word's start or end is blank and thus outside of the box.
    """
    text = word.text
    among = any(printed_width(char) > 1 for char in text)
    widths = [2 if among and char in "()[]" else printed_width(char) for char in text]
    left, right = (_BLANK if among and pattern.search(text) else 0 for pattern in _EDGES)
    unit = (word.box.x1 - word.box.x0) / max(sum(widths) - left - right, 1)
    at = word.box.x0 - unit * left
    for char, width in zip(text, widths, strict=True):
        end = at + unit * width
        yield Glyph(char, Box(at, word.box.top, end, word.box.bottom))
        at = end
