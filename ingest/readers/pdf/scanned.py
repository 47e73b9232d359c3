"""Find the pages of a PDF that are scans, and turn recognised pages into pages of glyphs."""

import re
import unicodedata
from collections.abc import Iterator

from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.readers.pdf.pages import Page
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import UNREAD, Box, RecognisedPage, Word

_COVERED = 0.5  # share of a page's area: if pictures cover more and the page has little text, it is a scan
_OUTLINES = 20  # curved shapes on a page without text: so many may be characters painted as shapes
_LITTLE = 120  # characters: a page with fewer has little text, such as the mark that an application stamps on scans
_MORE = 1.3  # times the characters of the text layer: if more are recognised, the picture is of text, not an ornament
_USELESS = 0.02  # share of the characters: with more of them meaningless, the text layer is useless
_FOREIGN = 0.4  # share of the characters: with more accented Latin letters, they are Chinese bytes decoded wrongly
_NARROW = "()[]"
# Brackets at the start and at the end of a word; their blank outer halves are not part of its box.
_ENDS = (re.compile(r"^[（《〈【〔「『“‘(\[]"), re.compile(r"[)\]]$"))
_BLANK = 1.2  # the width of a bracket's blank half, in halves of an ideograph


def is_scan(page: Page) -> bool:
    """Return whether a page's text must be recognised: its text layer is empty, short beside a picture, or useless."""
    if not page.shown:
        return page.pictured > 0 or page.outlines >= _OUTLINES
    return (len(page.shown) < _LITTLE and page.pictured >= _COVERED) or is_useless(page.shown)


def says_more(recognised: RecognisedPage, page: Page) -> bool:
    """Return whether recognition found clearly more text than the page's own text layer has, or that is useless.

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
    widths = [2 if among and char in _NARROW else printed_width(char) for char in text]
    left, right = (_BLANK * (among and bool(pattern.search(text))) for pattern in _ENDS)
    unit = (word.box.x1 - word.box.x0) / max(sum(widths) - left - right, 1)
    at = word.box.x0 - unit * left
    for char, width in zip(text, widths, strict=True):
        end = at + unit * width
        yield Glyph(char, Box(at, word.box.top, end, word.box.bottom))
        at = end
