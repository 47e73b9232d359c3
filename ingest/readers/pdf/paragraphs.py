"""Build lines from the glyphs of a page or cell, and paragraphs from lines.

A line that fills its width continues in the next one; a shorter line ends its paragraph. Positions are points from the
top left of the page.
"""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from jixiao.ingest.formats.rendering import WORDING, Run, Shown
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import UNREAD, Box, around, holds
from jixiao.ontology.grouping import grouped

_ITEM = WORDING.pattern("item")
_CLOSING = "，。、；：！？）》」』】〕”’%％,.;:!?)]}"
_OPENING = "（《「『【〔“‘([{"
# Least gaps, in heights of a line, that are a blank in Latin text, a blank in Chinese text, or the edge of a cell.
_LATIN_GAP, _CHINESE_GAP, _CELL_GAP = 0.25, 1.0, 2.5
SHORTEST = 18  # times a line's height: a line that is less wide never counts as full, even if it is the widest
SENTENCE_ENDS = "。；;！？"  # marks that end a sentence
_LATIN_BLANK = 0.4  # times a line's height: the width of the blank that a line break replaces
_WIDER = 1.25  # times the distance between the lines before: a larger distance begins a new paragraph
_HAIR = 0.5  # points: the rounding error of widths in PDFs
_ON = 0.3  # share of a glyph's width and height: glyphs that share more are printed on each other
_RISE = (0.2, 0.9)  # times the height of the glyph beside it: how high above its base line a raised glyph stands
_SMALL = 0.85  # times the height of the largest glyph of its line: a digit that is less high is lowered
_LAID_OVER = WORDING.text("laid_over")  # boxes and lines of forms, and the ticks and crosses in them
PADDING = 12.0  # points: blank space of a cell to the left and right of its text, added up


@dataclass(frozen=True)
class Line:
    """One printed line: its pieces of text (divided by wide gaps), each with its box, and the box of the line.

    `head` is the width in points of its first word, and `first` the width of its first glyph. `carried` is the page
    that a line came from if it was joined to a cell of an earlier page, and 0 for all other lines. A `doubtful` line
    has the text UNREAD: other text lies on its text, or its text may not be seen.
    """

    pieces: tuple[tuple[str, Box], ...]
    box: Box
    head: float
    first: float
    carried: int = 0
    doubtful: bool = False

    @property
    def text(self) -> str:
        """The pieces, joined by spaces."""
        return " ".join(text for text, _ in self.pieces)

    @property
    def height(self) -> float:
        """The height of the line's box, in points."""
        return self.box.bottom - self.box.top


def lines(glyphs: Iterable[Glyph]) -> tuple[Line, ...]:
    """Return the lines that glyphs form, from the top down; a glyph printed twice to look bold counts once."""
    rows = grouped(
        sorted(glyphs, key=_middle),
        lambda row, glyph: _middle(glyph) - _middle(row[0]) > max(_height(glyph), _height(row[0])) / 2,
    )
    found: list[tuple[list[Glyph], Line]] = []
    for row in _with_raised(rows):
        printed = _once(sorted(row, key=lambda glyph: glyph.box.x0))
        if line := _line(printed):
            if found and _lie_on(found[-1], (printed, line)):
                found[-1] = (found[-1][0], _in_doubt(found[-1][1]))
                line = _in_doubt(line)
            found.append((printed, line))
    return tuple(line for _, line in found)


def _middle(glyph: Glyph) -> float:
    return (glyph.box.top + glyph.box.bottom) / 2


def _once(row: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs of a row, from left to right, without those printed again to look bold."""
    kept: list[Glyph] = []
    last: Glyph | None = None
    for glyph in row:
        if last and last.text == glyph.text and glyph.box.x0 - last.box.x0 < 0.2 * _height(glyph):
            continue
        kept.append(glyph)
        last = glyph if glyph.text.strip() else last
    return kept


def _line(row: Sequence[Glyph]) -> Line | None:
    pieces: list[list[Glyph]] = []
    blank = doubtful = False
    furthest: Glyph | None = None
    for glyph in row:
        if not glyph.text.strip():
            blank = True
            continue
        before = pieces[-1][-1] if pieces else None
        doubtful = doubtful or glyph.doubtful or (furthest is not None and _lies_on(furthest, glyph))
        furthest = glyph if furthest is None or glyph.box.x1 >= furthest.box.x1 else furthest
        if before is None or _gap(before, glyph) > _CELL_GAP:
            pieces.append([glyph])
        else:
            narrow = _is_latin(before.text) and _is_latin(glyph.text)
            wide = _gap(before, glyph) > (_LATIN_GAP if narrow else _CHINESE_GAP)
            pieces[-1].append(glyph._replace(text=" " + glyph.text) if blank or wide else glyph)
        blank = False
    if not pieces:
        return None
    shown = tuple((_text(piece), around(glyph.box for glyph in piece)) for piece in pieces)
    first = pieces[0][0].box
    line = Line(shown, around(box for _, box in shown), _head(pieces[0]), first.x1 - first.x0)
    return _in_doubt(line) if doubtful else line


def _in_doubt(line: Line) -> Line:
    return replace(line, pieces=((UNREAD, line.box),), doubtful=True)


def _lies_on(one: Glyph, other: Glyph) -> bool:
    """Return whether the glyph `other` is printed on an earlier one, `one`.

    Glyphs next to each other in one text do not count, as they may be squeezed, nor do marks, which may stand in a box
    or on a line. False if the order of painting is not known.
    """
    wide = min(one.box.x1, other.box.x1) - max(one.box.x0, other.box.x0)
    if wide <= _ON * min(one.box.x1 - one.box.x0, other.box.x1 - other.box.x0) or one.order < 0:
        return False
    high = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    if high <= _ON * min(_height(one), _height(other)) or not (_has_body(one) and _has_body(other)):
        return False
    follows = 0 < other.order - one.order <= 2 and other.box.x0 - one.box.x0 > _ON * (one.box.x1 - one.box.x0)
    return not follows


def _has_body(glyph: Glyph) -> bool:
    return glyph.text not in _LAID_OVER and not unicodedata.category(glyph.text[0]).startswith(("P", "M", "Z"))


def _lie_on(above: tuple[list[Glyph], Line], below: tuple[list[Glyph], Line]) -> bool:
    """Return whether the lines `above` and `below` overlap, and glyphs of both stand on or beside each other.

    Each line is given as its glyphs and the line. False if the order of painting is not known.
    """
    (upper, line), (lower, other) = above, below
    if line.box.bottom - other.box.top <= _ON * min(line.height, other.height):
        return False
    return any(
        _is_beside(one, glyph)
        for one in upper
        for glyph in lower
        if one.order >= 0 and _has_body(one) and _has_body(glyph)
    )


def _with_raised(rows: Iterable[list[Glyph]]) -> Iterator[list[Glyph]]:
    """Yield the rows of glyphs; a row of superscripts alone is joined to the row below, beside which they stand."""
    waiting: list[Glyph] = []
    for row in rows:
        if waiting and waiting[0].box.bottom > row[0].box.top and all(_stands_in(glyph, row) for glyph in waiting):
            waiting = [*waiting, *row]
            continue
        if waiting:
            yield waiting
        waiting = row
    if waiting:
        yield waiting


def _stands_in(glyph: Glyph, row: Sequence[Glyph]) -> bool:
    """Return whether a glyph stands raised beside one of the glyphs of a row."""
    return any(_is_raised(glyph, base) for base in row if _is_beside(base, glyph))


def _is_beside(base: Glyph, glyph: Glyph) -> bool:
    return holds(base.box, glyph.box, _height(base))


def _is_raised(glyph: Glyph, base: Glyph) -> bool:
    """Return whether a glyph is superscript: not higher than `base`, a glyph of its line, and above its baseline."""
    high = _height(base)
    rise = (base.box.bottom - base.drop * high) - (glyph.box.bottom - glyph.drop * _height(glyph))
    return not glyph.figure and _height(glyph) < high - _HAIR and _RISE[0] * high < rise < _RISE[1] * high


def _text(piece: Sequence[Glyph]) -> str:
    """Return the text of glyphs that follow each other, with raised and lowered ones as marks."""
    bottom, high = max(glyph.box.bottom for glyph in piece), max(map(_height, piece))
    if all(bottom - glyph.box.bottom < _RISE[0] * _height(glyph) and _height(glyph) > _SMALL * high for glyph in piece):
        return "".join(glyph.text for glyph in piece)
    base: Glyph | None = None
    runs: list[Run] = []
    for at, glyph in enumerate(piece):
        beside = base or next((after for after in piece[at + 1 :] if _is_raised(glyph, after)), None)
        raised = beside is not None and _is_raised(glyph, beside)
        base = base if raised else glyph
        before = piece[at - 1] if at else None
        behind = before and (
            runs[-1].lowered or (before.text.isdecimal() and _height(glyph) <= _SMALL * _height(before))
        )
        lowered = bool(behind and not raised and glyph.text.isdecimal() and _height(glyph) <= _SMALL * high)
        runs.append(Run(glyph.text, raised=raised, lowered=lowered))
    joined_up = (
        Run("".join(run.text for run in same), *place)
        for place, same in itertools.groupby(runs, attrgetter("raised", "lowered"))
    )
    return Shown().text(joined_up)


def _height(glyph: Glyph) -> float:
    return glyph.box.bottom - glyph.box.top


def _gap(before: Glyph, glyph: Glyph) -> float:
    """Return the space between two adjacent glyphs, as a multiple of the second one's height."""
    return (glyph.box.x0 - before.box.x1) / (_height(glyph) or 1.0)


def _is_latin(text: str) -> bool:
    return unicodedata.east_asian_width(text.strip()[:1] or " ") in {"Na", "N"}


def _head(glyphs: Sequence[Glyph]) -> float:
    """Return the width in points of a line's first word, or of its first ideograph with the punctuation after it.

    No line break divides the word or the punctuation, so it stood on this line because the line above had less room.
    """
    count = next((at for at, glyph in enumerate(glyphs) if glyph.text not in _OPENING), len(glyphs) - 1) + 1
    latin = _is_latin(glyphs[count - 1].text)
    rest = itertools.takewhile(
        lambda text: not text.startswith(" ") and (text in _CLOSING or (latin and _is_latin(text))),
        (glyph.text for glyph in glyphs[count:]),
    )
    return glyphs[count + len(list(rest)) - 1].box.x1 - glyphs[0].box.x0


def joined(written: Sequence[Line], box: Box | None = None) -> str:
    """Return the text of a paragraph's lines, with a space between Latin words and none between ideographs.

    A word or number that is too long for its cell is broken at the cell's edge. If the cell's `box` is given, such
    breaks are found and get no space.
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
    """Return the free width at a line's end in its cell, in points.

    The padding is not free: it is taken to be equal on both sides, up to 6 points each.
    """
    beside = min(line.box.x0 - box.x0, box.x1 - line.box.x1)
    return (box.x1 - box.x0) - (line.box.x1 - line.box.x0) - 2 * min(max(beside, 0.0), PADDING / 2)


def goes_on(first: Line, before: Line, after: Line, right: float, pitch: float | None = None) -> bool:
    """Return whether the paragraph of the line `before` continues in the line `after`.

    `first` is the paragraph's first line, `right` the right edge of lines on the page, and `pitch` the distance of the
    paragraph's last two lines, or None if `after` is on another page.
    """
    if pitch is not None and after.box.bottom - before.box.bottom > _WIDER * pitch:
        return False
    if len(before.pieces) > 1 or len(after.pieces) > 1 or before.box.x1 - before.box.x0 < SHORTEST * before.height:
        return False
    indent = after.box.x0 - before.box.x0
    hanging = _ITEM.match(before.text) is not None and indent < 4 * before.height
    full = right - before.box.x1 < after.head + (0.5 if before.text[-1] in SENTENCE_ENDS else 1.0) * before.height
    # On a line that is not indented like the paragraph's first, what looks like an item's number may be any number.
    item = _ITEM.match(after.text) and after.box.x0 > first.box.x0 - before.height
    return full and (indent < before.height / 2 or hanging) and not item


def paragraphs_of_cell(written: Sequence[Line], box: Box) -> Iterator[list[Line]]:
    """Yield the paragraphs of a cell, each as its lines."""
    return grouped(written, lambda paragraph, line: not fills(paragraph[-1], line, box))


def is_cut(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether `after`, the text below a page break, may be the rest of a cell's text that the page break cut.

    `before` is the cell's text above the page break. The text may be cut if its last line has no room for the beginning
    of `after`, and `after` does not begin an item of a list.
    """
    return _room(before[-1], box) < needed(before[-1], after[0]) + _HAIR and not _ITEM.match(after[0].text)


def needed(before: Line, after: Line) -> float:
    """Return the width in points that the beginning of `after` would need at the end of the line `before`.

    That is the width of a word or, within a number or Latin word that was broken, of a single glyph.
    """
    within = " " not in before.text and (before.text[-1] + after.text[0]).isascii() and after.text[0] not in _OPENING
    return after.first if within else _blank(before, after) + after.head


def _blank(before: Line, after: Line) -> float:
    """Return the width of the space that a line break replaces between two Latin words; 0 next to an ideograph."""
    return _LATIN_BLANK * before.height if (before.text[-1] + after.text[0]).isascii() else 0.0


def fills(before: Line, after: Line, box: Box) -> bool:
    """Return whether the line `before` in a cell has no room for the first word of the next line, `after`.

    Then the next line continues its paragraph.
    """
    free = (box.x1 - box.x0) - (before.box.x1 - before.box.x0)
    shift = after.box.x0 - before.box.x0
    centred = abs((before.box.x0 + before.box.x1) - (after.box.x0 + after.box.x1)) < before.height / 2
    return (
        free < _blank(before, after) + after.head + PADDING
        and (shift < before.height or centred)
        and after.box.top - before.box.bottom < 1.5 * before.height
        and not _ITEM.match(after.text)
    )
