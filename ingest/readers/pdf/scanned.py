"""Pages of pictures: those whose text must be recognised, and recognised pages as pages of glyphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.readers.pdf.pages import UNDEFINED, Glyph, Page
from jixiao.ingest.recognition import RecognisedPage, Word
from jixiao.ingest.recognition.boxes import Box

_COVERED = 0.5  # of a page: a larger picture is a scan, if the page has little text
_OUTLINES = 20  # curved shapes that may be characters, on a page without any
_LITTLE = 120  # characters, such as the mark that an application stamps on its scans
_MORE = 1.3  # times the characters of a text layer: a picture of text, not an ornament
_USELESS = 0.02  # of the characters: so many that say nothing, and the text layer is useless
_FOREIGN = 0.4  # of the characters: letters of Western Europe, where bytes of Chinese were taken for such
_NARROW = "()[]"
# At its start and its end: brackets whose blank half is no part of a word's box.
_ENDS = (re.compile(r"^[（《〈【〔「『“‘(\[]"), re.compile(r"[)\]]$"))
_BLANK = 1.2  # times half an ideograph: the blank side of a bracket


def is_scan(page: Page) -> bool:
    """Return whether the text of a page must be recognised: it has none, or none that says something."""
    text = [glyph.text for glyph in page.glyphs if glyph.text.strip()]
    if not text:
        return page.pictured > 0 or page.outlines >= _OUTLINES
    if len(text) < _LITTLE and page.pictured >= _COVERED:
        return True
    return is_useless(text)


def says_more(recognised: RecognisedPage, page: Page) -> bool:
    """Return whether more was recognised on a page than its own text layer says, or that layer is useless."""
    own = [glyph.text for glyph in page.glyphs if glyph.text.strip()]
    read = sum(len("".join(word.text.split())) for word in recognised.words)
    return is_useless(own) or read > _MORE * len(own)


def own_text(page: Page) -> Page:
    """Return a page that could not be recognised with its own text, if that says something."""
    useless = is_useless(glyph.text for glyph in page.glyphs if glyph.text.strip())
    return replace(page, glyphs=()) if useless else page


def is_useless(text: Iterable[str]) -> bool:
    """Return whether characters say nothing: undefined, private or control characters, or bytes taken for letters."""
    every = "".join(text)
    silent = sum(char == UNDEFINED or unicodedata.category(char) in {"Co", "Cc", "Cn", "Cs"} for char in every)
    foreign = sum("\u0080" <= char <= "\u024f" and char.isalpha() for char in every)
    return silent > _USELESS * len(every) or foreign > _FOREIGN * len(every)


def page_of(recognised: RecognisedPage) -> Page:
    """Return a recognised page as the glyphs and rules of a page."""
    glyphs = tuple(glyph for word in recognised.words for glyph in _glyphs(word))
    return Page(recognised.number, recognised.box, glyphs, recognised.rules, recognised.turns)


def _glyphs(word: Word) -> Iterator[Glyph]:
    """Yield the characters of a word, each as wide as it prints.

    The box of a word is that of its ink. Brackets among ideographs are as wide as these, whichever kind was recognised,
    and those at the ends have blank halves outside of the ink.
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
