"""Build lines from the glyphs of a page or cell, and paragraphs from lines: a full line continues in the next.

Positions are points from the top left of the page.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.formats.wording import WORDING
from jixiao.ingest.readers.pdf.pages import Glyph
from jixiao.ingest.recognition.boxes import Box, around
from jixiao.ingest.roles.labels import bare, labels

_ITEM = WORDING.pattern("item")
_CLOSING = "，。、；：！？）》」』】〕”’%％,.;:!?)]}"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("【", "】"), ("[", "]"), ("〔", "〕"), ("“", "”"), ("「", "」"))
_OPENING = "（《「『【〔“‘([{"
# In heights of a line: gaps that count as a blank in Latin text, as one in Chinese text, and as the edge of a cell.
_LATIN_GAP, _CHINESE_GAP, _CELL_GAP = 0.25, 1.0, 2.5
_SHORTEST = 18  # heights of a line: shorter lines never fill a page, even among short ones
_ENDS = "。；;！？"  # ends of sentences
_LATIN_BLANK = 0.4  # heights of a line: a blank that a line break omits
_WIDER = 1.25  # times the distance of the lines before: a new paragraph
_LABEL = 4  # characters: shorter labels may be words of running text
_HAIR = 0.5  # points: the error of widths in PDFs
_PADDING = 12.0  # points: blank space in a cell left and right of its text, both together


@dataclass(frozen=True)
class Line:
    """One printed line: the pieces between wide gaps, and its box.

    `head` is the width of its first word, `first` the width of its first glyph. `carried` is the page of a line that
    was joined to a cell of an earlier page, 0 for all others.
    """

    pieces: tuple[tuple[str, Box], ...]
    box: Box
    head: float
    first: float
    carried: int = 0

    @property
    def text(self) -> str:
        """The pieces, separated by blanks."""
        return " ".join(text for text, _ in self.pieces)

    @property
    def height(self) -> float:
        """The height of the line's box, in points."""
        return self.box.bottom - self.box.top


def lines(glyphs: Iterable[Glyph]) -> tuple[Line, ...]:
    """Return the lines of glyphs, from the top down; glyphs printed twice for boldness count once."""
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
    """Return the space between two glyphs of a line, in their heights."""
    return (glyph.box.x0 - before.box.x1) / (_height(glyph) or 1.0)


def _is_latin(text: str) -> bool:
    return unicodedata.east_asian_width(text.strip()[:1] or " ") in {"Na", "N"}


def _head(glyphs: Sequence[Glyph]) -> float:
    """Return the width of the shortest start of a line: a word, or an ideograph with its punctuation."""
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


def joined(written: Sequence[Line], box: Box | None = None) -> str:
    """Return the text of the lines of one paragraph, with blanks between words and none between ideographs.

    A word or figure too long for its cell is broken at the cell's edge; if the cell's `box` is given, it gets no blank.
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
    """Return the free width of a cell's line, less a padding assumed equal on both sides, up to a limit."""
    beside = min(line.box.x0 - box.x0, box.x1 - line.box.x1)
    return (box.x1 - box.x0) - (line.box.x1 - line.box.x0) - 2 * min(max(beside, 0.0), _PADDING / 2)


def goes_on(first: Line, before: Line, after: Line, right: float, pitch: float | None = None) -> bool:
    """Return whether a line of running text continues in the next, on this page or the one after.

    `first` is the first line of its paragraph, `right` the right edge of lines, and `pitch` the distance of its last
    two lines if `after` stands on their page.
    """
    if pitch is not None and after.box.bottom - before.box.bottom > _WIDER * pitch:
        return False
    if len(before.pieces) > 1 or len(after.pieces) > 1 or before.box.x1 - before.box.x0 < _SHORTEST * before.height:
        return False
    indent = after.box.x0 - before.box.x0
    hanging = _ITEM.match(before.text) and indent < 4 * before.height
    full = right - before.box.x1 < after.head + (0.5 if before.text[-1] in _ENDS else 1.0) * before.height
    # Below an indented first line, a number that looks like an item's may be any number.
    item = _ITEM.match(after.text) and after.box.x0 > first.box.x0 - before.height
    return full and (indent < before.height / 2 or bool(hanging)) and not item and not _begins_field(after.text)


def _begins_field(text: str) -> bool:
    """Return whether a line begins with a label of the forms and its value: 项目来源 本级."""
    word, blank, value = text.partition(" ")
    label = bare(word)
    known = labels()
    fields = (known.fields, known.amounts, known.goals, known.others)
    return bool(blank and value) and len(label) >= _LABEL and any(label in words for words in fields)


def in_cell(written: Sequence[Line], box: Box) -> Iterator[list[Line]]:
    """Yield the paragraphs of a cell."""
    paragraph: list[Line] = []
    for line in written:
        if paragraph and not _fills(paragraph[-1], line, box):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def runs_over(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether a cell's running text, not a word or figure, continues in `after` on the next page."""
    wide = box.x1 - box.x0 > _SHORTEST * before[0].height
    return wide and before[-1].text[-1] not in _ENDS and _fills(before[-1], after[0], box)


def is_cut(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether the last line of a cell lacks room for the start of its text on the next page."""
    return _room(before[-1], box) < _need(before[-1], after[0]) + _HAIR and not _ITEM.match(after[0].text)


def odds(before: Sequence[Line], after: Sequence[Line], box: Box) -> float:
    """Return the odds, to one, against a chance lack of room at the end of a cell's last line."""
    return max((box.x1 - box.x0 - _PADDING) / max(_need(before[-1], after[0]), before[-1].height / 2), 1.0)


def _need(before: Line, after: Line) -> float:
    """Return the room needed to continue a line: for a word, or for a glyph of a broken figure or Latin word."""
    within = " " not in before.text and (before.text[-1] + after.text[0]).isascii()
    return after.first if within else _blank(before, after) + after.head


def _blank(before: Line, after: Line) -> float:
    """Return the width of the blank between two Latin words that a line break omits."""
    return _LATIN_BLANK * before.height if (before.text[-1] + after.text[0]).isascii() else 0.0


def is_open(written: Sequence[Line]) -> bool:
    """Return whether a cell's text leaves a bracket, a title mark or a formula open."""
    text = "".join(line.text for line in written)
    counts = [text.count(opening) - text.count(closing) for opening, closing in _PAIRS]
    return max(counts) > 0 or text.count("$") % 2 > 0


def closes(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Return whether a cell's text closes each bracket or title mark that the text of another leaves open."""
    return is_open(before) and not is_open([*before, *after])


def is_centred(written: Sequence[Line], box: Box) -> bool:
    """Return whether text stands in the middle of a much higher cell."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above > written[0].height and abs(above - below) < written[0].height / 2


def hangs(written: Sequence[Line], box: Box) -> bool:
    """Return whether text stands at the upper edge of a much higher cell."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above < written[0].height < below - above


def reaches_below(written: Sequence[Line], box: Box) -> bool:
    """Return whether text runs to its cell's lower edge or past it, unlike a whole label, with room above."""
    last = written[-1]
    below, above = box.bottom - last.box.bottom, written[0].box.top - box.top
    return below < 0 or (below < last.height < above)


def _fills(before: Line, after: Line, box: Box) -> bool:
    """Return whether a line of a cell has no room for the first word of the next line."""
    free = (box.x1 - box.x0) - (before.box.x1 - before.box.x0)
    shift = after.box.x0 - before.box.x0
    centred = abs((before.box.x0 + before.box.x1) - (after.box.x0 + after.box.x1)) < before.height / 2
    return (
        free < _blank(before, after) + after.head + _PADDING
        and (shift < before.height or centred)
        and after.box.top - before.box.bottom < 1.5 * before.height
        and not _ITEM.match(after.text)
    )
