"""The glyphs of a page or of a cell -> its lines, and its lines -> paragraphs: a line that is full goes on in the next.

Positions are points from the top left of the page.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.pages import Box, Glyph

_ITEM = re.compile(
    r"[（(]?[\d一二三四五六七八九十]{1,3}[）)、]|\d{1,2}[.．](?!\d)|\d{1,2}[.．](?=(?:19|20)\d\d年)|[①-⑳●■◆★*]|第[一二三四五六七八九十]+[章节条]"
)
_CLOSING = "，。、；：！？）》」』】〕”’%％,.;:!?)]}"
_OPENING = "（《「『【〔“‘([{"
# In heights of a line: a gap that stands for a blank in Latin text, in Chinese text, and one between two cells.
_LATIN_GAP, _CHINESE_GAP, _CELL_GAP = 0.25, 1.0, 2.5
_SHORTEST = 18  # heights of a line: what is shorter fills no page, however short the others are
_PADDING = 12.0  # points: what cells leave blank left and right of their text, both together


@dataclass(frozen=True)
class Line:
    """One printed line: the pieces that wide gaps part, its box, and the width of the word that it begins with."""

    pieces: tuple[tuple[str, Box], ...]
    box: Box
    head: float

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
    return Line(shown, around(box for _, box in shown), _head(pieces[0]))


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


def joined(written: Sequence[Line]) -> str:
    """The text of the lines of one paragraph: words get a blank between them, ideographs none."""
    text = ""
    for line in written:
        apart = text and (text[-1] + line.text[0]).isascii() and text[-1] not in "-/)" and line.text[0] not in "()"
        text += (" " if apart else "") + line.text
    return text


def goes_on(first: Line, before: Line, after: Line, right: float) -> bool:
    """Whether a line of running text goes on in the next, on this page or the one after.

    `first` is the line that its paragraph begins with, `right` where lines end.
    """
    if len(before.pieces) > 1 or len(after.pieces) > 1 or before.box.x1 - before.box.x0 < _SHORTEST * before.height:
        return False
    indent = after.box.x0 - before.box.x0
    hanging = _ITEM.match(before.text) and indent < 4 * before.height
    full = right - before.box.x1 < after.head + 1.5 * before.height
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
    wide = len(before) > 1 or box.x1 - box.x0 > _SHORTEST * before[0].height
    return wide and before[-1].text[-1] not in "。；;！？" and _fills(before[-1], after[0], box)


def _fills(before: Line, after: Line, box: Box) -> bool:
    """Whether a line of a cell had no room for the word that the next one begins with."""
    free = (box.x1 - box.x0) - (before.box.x1 - before.box.x0)
    shift = after.box.x0 - before.box.x0
    centred = abs((before.box.x0 + before.box.x1) - (after.box.x0 + after.box.x1)) < before.height / 2
    return (
        free < after.head + _PADDING
        and (shift < before.height or centred)
        and after.box.top - before.box.bottom < 1.5 * before.height
        and not _ITEM.match(after.text)
    )
