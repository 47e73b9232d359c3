"""The glyphs of a page or of a cell -> its lines, and its lines -> paragraphs: a line that is full goes on in the next.

Positions are points from the top left of the page.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.readers.pdf.pages import Box, Glyph

_ITEM = re.compile(
    r"[（(]?[\d一二三四五六七八九十]{1,3}[）)、]|\d{1,2}[.．](?!\d)|\d{1,2}[.．](?=(?:19|20)\d\d年)|[①-⑳●■◆★*]|第[一二三四五六七八九十]+[章节条]"
)
_CLOSING = "，。、；：！？）》」』】〕”’%％,.;:!?)]}"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("【", "】"), ("[", "]"), ("〔", "〕"), ("“", "”"), ("「", "」"))
_OPENING = "（《「『【〔“‘([{"
# In heights of a line: a gap that stands for a blank in Latin text, in Chinese text, and one between two cells.
_LATIN_GAP, _CHINESE_GAP, _CELL_GAP = 0.25, 1.0, 2.5
_SHORTEST = 18  # heights of a line: what is shorter fills no page, however short the others are
_ENDS = "。；;！？"  # what a sentence ends in
_LATIN_BLANK = 0.4  # heights of a line: a blank that a line's end swallows
_WIDER = 1.25  # times the distance of the lines before: a new paragraph
_HAIR = 0.5  # points: what widths in PDFs are off by
_PADDING = 12.0  # points: what cells leave blank left and right of their text, both together


@dataclass(frozen=True)
class Line:
    """One printed line: the pieces that wide gaps part, its box, and what it begins with.

    `head` is the width of its first word, `first` that of its first glyph.
    """

    pieces: tuple[tuple[str, Box], ...]
    box: Box
    head: float
    first: float

    @property
    def text(self) -> str:
        return " ".join(text for text, _ in self.pieces)

    @property
    def height(self) -> float:
        return self.box.bottom - self.box.top


def lines(glyphs: Iterable[Glyph]) -> tuple[Line, ...]:
    """The lines that glyphs stand on, from the top down; what is printed twice for boldness counts once."""
    rows: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=_middle):
        height = glyph.box.bottom - glyph.box.top
        if rows and _middle(glyph) - middle <= height / 2:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            middle = _middle(glyph)
    return tuple(line for row in rows if (line := _line(sorted(row, key=lambda glyph: glyph.box.x0))))


def _middle(glyph: Glyph) -> float:
    return (glyph.box.top + glyph.box.bottom) / 2


def _line(row: Sequence[Glyph]) -> Line | None:
    pieces: list[list[Glyph]] = []
    blank = False
    for glyph in row:
        if not glyph.text.strip():
            blank = True
            continue
        before = pieces[-1][-1] if pieces else None
        if before is None or _gap(before, glyph) > _CELL_GAP:
            pieces.append([glyph])
        elif before.text.strip() == glyph.text and glyph.box.x0 - before.box.x0 < 0.2 * _height(glyph):
            continue
        else:
            narrow = _is_latin(before.text) and _is_latin(glyph.text)
            wide = _gap(before, glyph) > (_LATIN_GAP if narrow else _CHINESE_GAP)
            pieces[-1].append(glyph._replace(text=" " + glyph.text) if blank or wide else glyph)
        blank = False
    if not pieces:
        return None
    shown = tuple(("".join(glyph.text for glyph in piece), around(glyph.box for glyph in piece)) for piece in pieces)
    first = pieces[0][0].box
    return Line(shown, around(box for _, box in shown), _head(pieces[0]), first.x1 - first.x0)


def _height(glyph: Glyph) -> float:
    return glyph.box.bottom - glyph.box.top


def _gap(before: Glyph, glyph: Glyph) -> float:
    """The space between two glyphs of a line, in their heights."""
    return (glyph.box.x0 - before.box.x1) / (_height(glyph) or 1.0)


def _is_latin(text: str) -> bool:
    return unicodedata.east_asian_width(text.strip()[:1] or " ") in {"Na", "N"}


def _head(glyphs: Sequence[Glyph]) -> float:
    """The width of what a line cannot begin without: a word, or an ideograph with the marks that go with it."""
    count = 0
    while count < len(glyphs) - 1 and glyphs[count].text in _OPENING:
        count += 1
    latin = _is_latin(glyphs[count].text)
    count += 1
    while count < len(glyphs) and (glyphs[count].text in _CLOSING or (latin and _is_latin(glyphs[count].text))):
        if glyphs[count].text.startswith(" "):
            break
        count += 1
    return glyphs[count - 1].box.x1 - glyphs[0].box.x0


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around several."""
    every = list(boxes)
    return Box(
        min(box.x0 for box in every),
        min(box.top for box in every),
        max(box.x1 for box in every),
        max(box.bottom for box in every),
    )


def joined(written: Sequence[Line], box: Box | None = None) -> str:
    """The text of the lines of one paragraph: words get a blank between them, ideographs none.

    A word or figure too long for its cell, whose box is given, is broken where the cell ends: it gets none either.
    """
    text = ""
    before: Line | None = None
    for line in written:
        apart = text and (text[-1] + line.text[0]).isascii() and text[-1] not in "-/)" and line.text[0] not in "()"
        broken = before and box and " " not in before.text and _room(before, box) < line.first
        text += (" " if apart and not broken else "") + line.text
        before = line
    return text


def _room(line: Line, box: Box) -> float:
    """The space that a line of a cell leaves, less the padding: as much as on its other side, if it is like any."""
    beside = min(line.box.x0 - box.x0, box.x1 - line.box.x1)
    return (box.x1 - box.x0) - (line.box.x1 - line.box.x0) - 2 * min(max(beside, 0.0), _PADDING / 2)


def goes_on(first: Line, before: Line, after: Line, right: float, pitch: float | None = None) -> bool:
    """Whether a line of running text goes on in the next, on this page or the one after.

    `first` is the line that its paragraph begins with, `right` where lines end, `pitch` the distance of its last two
    lines where `after` stands on the same page as they do.
    """
    if pitch is not None and after.box.bottom - before.box.bottom > _WIDER * pitch:
        return False
    if len(before.pieces) > 1 or len(after.pieces) > 1 or before.box.x1 - before.box.x0 < _SHORTEST * before.height:
        return False
    indent = after.box.x0 - before.box.x0
    hanging = _ITEM.match(before.text) and indent < 4 * before.height
    full = right - before.box.x1 < after.head + (0.5 if before.text[-1] in _ENDS else 1.0) * before.height
    # Below an indented first line, what looks like the number of an item may be any number.
    item = _ITEM.match(after.text) and after.box.x0 > first.box.x0 - before.height
    return full and (indent < before.height / 2 or bool(hanging)) and not item


def in_cell(written: Sequence[Line], box: Box) -> Iterator[list[Line]]:
    """The paragraphs of a cell."""
    paragraph: list[Line] = []
    for line in written:
        if paragraph and not _fills(paragraph[-1], line, box):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def runs_over(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Whether a cell's text goes on in `after` on the next page: for running text only, not for a word or a figure."""
    wide = box.x1 - box.x0 > _SHORTEST * before[0].height
    return wide and before[-1].text[-1] not in _ENDS and _fills(before[-1], after[0], box)


def is_cut(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Whether the last line of a cell had no room for what its text on the next page begins with."""
    return _room(before[-1], box) < _need(before[-1], after[0]) + _HAIR and not _ITEM.match(after[0].text)


def odds(before: Sequence[Line], after: Sequence[Line], box: Box) -> float:
    """Of how many lines that end anywhere in a cell one has no room for what comes after."""
    return max((box.x1 - box.x0 - _PADDING) / max(_need(before[-1], after[0]), before[-1].height / 2), 1.0)


def _need(before: Line, after: Line) -> float:
    """The room that a line goes on in: that of a word; where a figure or a Latin word is broken within, of a glyph."""
    within = " " not in before.text and (before.text[-1] + after.text[0]).isascii()
    return after.first if within else _blank(before, after) + after.head


def _blank(before: Line, after: Line) -> float:
    """The width of the blank between two Latin words that a break of lines leaves out."""
    return _LATIN_BLANK * before.height if (before.text[-1] + after.text[0]).isascii() else 0.0


def is_open(written: Sequence[Line]) -> bool:
    """Whether a cell's text has a bracket, a title mark or a formula that it does not close."""
    text = "".join(line.text for line in written)
    counts = [text.count(opening) - text.count(closing) for opening, closing in _PAIRS]
    return max(counts) > 0 or text.count("$") % 2 > 0


def is_centred(written: Sequence[Line], box: Box) -> bool:
    """Whether text stands in the middle of a cell that is higher than it by far."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above > written[0].height and abs(above - below) < written[0].height / 2


def hangs(written: Sequence[Line], box: Box) -> bool:
    """Whether text stands at the upper edge of a cell that is higher than it by far."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above < written[0].height < below - above


def reaches_below(written: Sequence[Line], box: Box) -> bool:
    """Whether a cell's text runs to its lower edge or past it, as no label does that is whole: it has room above."""
    last = written[-1]
    below, above = box.bottom - last.box.bottom, written[0].box.top - box.top
    return below < 0 or (below < last.height < above)


def _fills(before: Line, after: Line, box: Box) -> bool:
    """Whether a line of a cell had no room for the word that the next one begins with."""
    free = (box.x1 - box.x0) - (before.box.x1 - before.box.x0)
    shift = after.box.x0 - before.box.x0
    centred = abs((before.box.x0 + before.box.x1) - (after.box.x0 + after.box.x1)) < before.height / 2
    return (
        free < _blank(before, after) + after.head + _PADDING
        and (shift < before.height or centred)
        and after.box.top - before.box.bottom < 1.5 * before.height
        and not _ITEM.match(after.text)
    )
