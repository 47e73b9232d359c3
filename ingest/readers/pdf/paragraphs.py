"""Build lines from the glyphs of a page or cell, and paragraphs from lines.

A line that fills its width continues in the next one; a shorter line ends its paragraph. Positions are points from the
top left of the page.

The parts of table rows that page breaks have cut are joined. No mark on a page shows that a row is cut: that is
inferred if the cells above the break are full, and only if no complete row would look like that. A *part* is the piece
of a table that is on one page.
"""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from operator import attrgetter

from jixiao.ingest.formats.grids import Grid, Region, column_of, shared_columns
from jixiao.ingest.formats.rendering import WORDING
from jixiao.ingest.formats.runs import Run, Shown
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import UNREAD, Box, around
from jixiao.ontology.grouping import by_key, grouped

_ITEM = WORDING.pattern("item")
_CLOSING = "，。、；：！？）》」』】〕”’%％,.;:!?)]}"
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("【", "】"), ("[", "]"), ("〔", "〕"), ("“", "”"), ("「", "」"))
_OPENING = "（《「『【〔“‘([{"
# Least gaps, in heights of a line, that are a blank in Latin text, a blank in Chinese text, or the edge of a cell.
_LATIN_GAP, _CHINESE_GAP, _CELL_GAP = 0.25, 1.0, 2.5
_SHORTEST = 18  # times a line's height: a line that is less wide never counts as full, even if it is the widest
_ENDS = "。；;！？"  # marks that end a sentence
_LATIN_BLANK = 0.4  # times a line's height: the width of the blank that a line break replaces
_WIDER = 1.25  # times the distance between the lines before: a larger distance begins a new paragraph
_HAIR = 0.5  # points: the rounding error of widths in PDFs
_ON = 0.3  # share of a glyph's width and height: glyphs that share more are printed on each other
_RISE = (0.2, 0.9)  # times the height of the glyph beside it: how high above its base line a raised glyph stands
_LAID_OVER = WORDING.text("laid_over")  # boxes and lines of forms, and the ticks and crosses in them
_PADDING = 12.0  # points: blank space of a cell to the left and right of its text, added up
_SURE = 400  # a row counts as cut only if full lines in all of its cells have odds of at least 400 to one

_FEWEST_HEADS = 3  # least number of cells in a table's header row


@dataclass(frozen=True)
class Line:
    """One printed line: its pieces of text (divided by wide gaps), and its box.

    `head` is the width in points of its first word, `first` that of its first glyph. `carried` is the page that a line
    came from if it was joined to a cell of an earlier page, and 0 for all other lines. A `doubtful` line has the text
    UNREAD: other text lies on its text, or it cannot be told that it is seen.
    """

    pieces: tuple[tuple[str, Box], ...]
    box: Box
    head: float
    first: float
    carried: int = 0
    doubtful: bool = False

    @property
    def text(self) -> str:
        """The pieces, joined by blanks."""
        return " ".join(text for text, _ in self.pieces)

    @property
    def height(self) -> float:
        """The height of the line's box, in points."""
        return self.box.bottom - self.box.top


def lines(glyphs: Iterable[Glyph]) -> tuple[Line, ...]:
    """Return the lines that glyphs form, from the top down; a glyph printed twice to look bold counts once."""
    rows = grouped(
        sorted(glyphs, key=_middle), lambda row, glyph: _middle(glyph) - _middle(row[0]) > _height(glyph) / 2
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
    """Return whether two glyphs of different texts are printed on each other.

    Glyphs that follow each other in their text may be squeezed, and a mark may stand in a box or on a line.
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
    return glyph.text not in _LAID_OVER and not unicodedata.category(glyph.text[0]).startswith(("P", "M"))


def _lie_on(above: tuple[list[Glyph], Line], below: tuple[list[Glyph], Line]) -> bool:
    """Return whether a line is printed on the line above it; both are given with their glyphs."""
    (upper, line), (lower, other) = above, below
    if line.box.bottom - other.box.top <= _ON * min(line.height, other.height):
        return False
    return any(_lies_on(one, glyph) for one in upper for glyph in lower if one.text.strip() and glyph.text.strip())


def _with_raised(rows: Iterable[list[Glyph]]) -> Iterator[list[Glyph]]:
    """Yield the rows, with one of raised glyphs alone joined to the row below, which they stand in."""
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
    beside = (base for base in row if glyph.box.x0 - base.box.x1 < _height(base) > base.box.x0 - glyph.box.x1)
    return any(_is_raised(glyph, base) for base in beside)


def _is_raised(glyph: Glyph, base: Glyph) -> bool:
    """Return whether a glyph is no higher than another one of its line and stands above the base line of that."""
    high = _height(base)
    rise = (base.box.bottom - base.drop * high) - (glyph.box.bottom - glyph.drop * _height(glyph))
    return _height(glyph) <= high + _HAIR and _RISE[0] * high < rise < _RISE[1] * high


def _text(piece: Sequence[Glyph]) -> str:
    """Return the text of glyphs that follow each other, with raised ones as superscripts."""
    bottom = max(glyph.box.bottom for glyph in piece)
    if all(bottom - glyph.box.bottom < _RISE[0] * _height(glyph) for glyph in piece):
        return "".join(glyph.text for glyph in piece)
    base: Glyph | None = None
    runs: list[Run] = []
    for at, glyph in enumerate(piece):
        beside = base or next((after for after in piece[at + 1 :] if _is_raised(glyph, after)), None)
        raised = beside is not None and _is_raised(glyph, beside)
        base = base if raised else glyph
        runs.append(Run(glyph.text, raised=raised))
    joined_up = (
        Run("".join(run.text for run in same), raised=raised)
        for raised, same in itertools.groupby(runs, attrgetter("raised"))
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

    A line break never divides these, so a line above must have less room left for the break to be there.
    """
    count = next((at for at, glyph in enumerate(glyphs) if glyph.text not in _OPENING), len(glyphs) - 1) + 1
    latin = _is_latin(glyphs[count - 1].text)
    rest = itertools.takewhile(
        lambda text: not text.startswith(" ") and (text in _CLOSING or (latin and _is_latin(text))),
        (glyph.text for glyph in glyphs[count:]),
    )
    return glyphs[count + len(list(rest)) - 1].box.x1 - glyphs[0].box.x0


def joined(written: Sequence[Line], box: Box | None = None) -> str:
    """Return the text of a paragraph's lines, with a blank between Latin words and none between ideographs.

    A word or number that is too long for its cell is broken at the cell's edge. If the cell's `box` is given, such
    breaks are found and get no blank.
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
    return (box.x1 - box.x0) - (line.box.x1 - line.box.x0) - 2 * min(max(beside, 0.0), _PADDING / 2)


def goes_on(first: Line, before: Line, after: Line, right: float, pitch: float | None = None) -> bool:
    """Return whether the paragraph of the line `before` continues in the line `after`.

    `first` is the paragraph's first line, `right` the right edge of lines on the page, and `pitch` the distance of the
    paragraph's last two lines, or None if `after` is on another page.
    """
    if pitch is not None and after.box.bottom - before.box.bottom > _WIDER * pitch:
        return False
    if len(before.pieces) > 1 or len(after.pieces) > 1 or before.box.x1 - before.box.x0 < _SHORTEST * before.height:
        return False
    indent = after.box.x0 - before.box.x0
    hanging = _ITEM.match(before.text) is not None and indent < 4 * before.height
    full = right - before.box.x1 < after.head + (0.5 if before.text[-1] in _ENDS else 1.0) * before.height
    # On a line that is not indented like the paragraph's first, what looks like an item's number may be any number.
    item = _ITEM.match(after.text) and after.box.x0 > first.box.x0 - before.height
    return full and (indent < before.height / 2 or hanging) and not item


def in_cell(written: Sequence[Line], box: Box) -> Iterator[list[Line]]:
    """Yield the paragraphs of a cell, each as its lines."""
    return grouped(written, lambda paragraph, line: not _fills(paragraph[-1], line, box))


def runs_over(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether a cell's running text continues after a page break in the text `after`.

    `before` is the cell's text above the break. It continues if the cell is wide, its last line full, and no sentence
    ends there.
    """
    wide = box.x1 - box.x0 > _SHORTEST * before[0].height
    return wide and before[-1].text[-1] not in _ENDS and _fills(before[-1], after[0], box)


def is_cut(before: Sequence[Line], after: Sequence[Line], box: Box) -> bool:
    """Return whether a cell's last line has no room for the beginning of `after`, the text below a page break.

    `before` is the cell's text above the page break. If there is no room, `after` may be the rest of a text that
    the page break cut.
    """
    return _room(before[-1], box) < _need(before[-1], after[0]) + _HAIR and not _ITEM.match(after[0].text)


def odds(before: Sequence[Line], after: Sequence[Line], box: Box) -> float:
    """Return how unlikely it is that the last line of `before` is full by chance: n stands for odds of n to one.

    `before` is the text of a cell with the given box above a page break, `after` the text below. The wider the cell is,
    compared with the beginning of `after`, the larger is n.
    """
    return max((box.x1 - box.x0 - _PADDING) / max(_need(before[-1], after[0]), before[-1].height / 2), 1.0)


def _need(before: Line, after: Line) -> float:
    """Return the width in points that the beginning of `after` would need at the end of the line `before`.

    That is the width of a word or, within a number or Latin word that was broken, of a single glyph.
    """
    within = " " not in before.text and (before.text[-1] + after.text[0]).isascii()
    return after.first if within else _blank(before, after) + after.head


def _blank(before: Line, after: Line) -> float:
    """Return the width of the blank that a line break replaces between two Latin words; 0 next to an ideograph."""
    return _LATIN_BLANK * before.height if (before.text[-1] + after.text[0]).isascii() else 0.0


def is_open(written: Sequence[Line]) -> bool:
    """Return whether a cell's text lacks the closing mark of a bracket, title mark or formula."""
    text = "".join(line.text for line in written)
    counts = [text.count(opening) - text.count(closing) for opening, closing in _PAIRS]
    return max(counts) > 0 or text.count("$") % 2 > 0


def closes(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Return whether the text `after` closes all brackets and title marks that the text `before` leaves open."""
    return is_open(before) and not is_open([*before, *after])


def is_centred(written: Sequence[Line], box: Box) -> bool:
    """Return whether text is vertically centred in a cell that is much higher than the text."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above > written[0].height and abs(above - below) < written[0].height / 2


def hangs(written: Sequence[Line], box: Box) -> bool:
    """Return whether text begins at the upper edge of a cell that is much higher than the text."""
    above, below = written[0].box.top - box.top, box.bottom - written[-1].box.bottom
    return above < written[0].height < below - above


def reaches_below(written: Sequence[Line], box: Box) -> bool:
    """Return whether text extends to its cell's lower edge or beyond, with free space above it.

    A complete label would be centred in its cell, so a label that reaches below was cut by a page break.
    """
    last = written[-1]
    below, above = box.bottom - last.box.bottom, written[0].box.top - box.top
    return below < 0 or (below < last.height < above)


def _fills(before: Line, after: Line, box: Box) -> bool:
    """Return whether the line `before` in a cell has no room for the first word of the next line, `after`.

    Then the next line continues its paragraph.
    """
    free = (box.x1 - box.x0) - (before.box.x1 - before.box.x0)
    shift = after.box.x0 - before.box.x0
    centred = abs((before.box.x0 + before.box.x1) - (after.box.x0 + after.box.x1)) < before.height / 2
    return (
        free < _blank(before, after) + after.head + _PADDING
        and (shift < before.height or centred)
        and after.box.top - before.box.bottom < 1.5 * before.height
        and not _ITEM.match(after.text)
    )


Written = tuple[Region, tuple[Line, ...]]
"""A cell and the lines in it."""


@dataclass(frozen=True)
class Part:
    """The part of a table on one page: its grid, and the lines in each of its cells.

    `overprinted` is true if a text extends over a rule into another cell that has text. Then the cell that the text
    belongs to is not certain.
    """

    page: int
    grid: Grid
    cells: tuple[Written, ...]
    overprinted: bool = False


def whole_rows(parts: Sequence[Part]) -> list[Part]:
    """Return the parts of a table with cut rows and labels rejoined, each in the part where it begins.

    A part of which nothing is left is dropped.
    """
    edges = shared_columns(part.grid for part in parts)
    centred = {
        column_of(region, edges)
        for part in parts
        for region, written in part.cells
        if written and is_centred(written, region.box)
    }
    whole: list[Part] = []
    for part in parts:
        rest = part
        if whole:
            last = max(region.last_row for region, _ in whole[-1].cells)
            above = {column_of(cell[0], edges): cell for cell in whole[-1].cells if cell[0].last_row == last}
            begins = _repeated(part, parts[0])
            first = {column_of(cell[0], edges): cell for cell in part.cells if cell[0].row == begins}
            if cut := _cut(first, above, centred) | _text_below(first, above):
                moved = {
                    above[column][0]: tuple(
                        replace(line, carried=line.carried or part.page) for line in first[column][1]
                    )
                    for column in cut
                }
                cells = tuple((region, written + moved.get(region, ())) for region, written in whole[-1].cells)
                whole[-1] = replace(whole[-1], cells=cells)
                rest = _without(part, begins, {first[column][0] for column in cut})
        if rest.cells:
            whole.append(rest)
    return whole


def _repeated(part: Part, begun: Part) -> int:
    """Return the number of rows at the top of a part that repeat header rows of `begun`, the table's first part.

    A header row has at least three cells, none of them blank.
    """
    known = _texts(begun)
    own = _texts(part)
    count = 0
    while (row := own.get(count, ())) and len(row) >= _FEWEST_HEADS and all(row) and row in known.values():
        count += 1
    return count


def _texts(part: Part) -> dict[int, list[str]]:
    """Return, by row, the texts of the cells that begin in the row."""
    return by_key((region.row, "".join(line.text for line in written)) for region, written in part.cells)


def _cut(first: Mapping[int, Written], above: Mapping[int, Written], centred: set[int]) -> set[int]:
    """Return the columns whose text in a part's first row continues the last row of the part before.

    `first` and `above` are the cells of these two rows by column; `centred` are the columns with vertically centred
    text.
    """
    over = {
        column: (above[column][1], written, above[column][0].box)
        for column, (_, written) in first.items()
        if written and column in above and above[column][1]
    }
    filled = [column for column, (_, written) in first.items() if written]
    if over and len(over) == len(filled) < len(first):
        cells = over.values()
        goes_on = all(runs_over(*cell) for cell in cells) or all(closes(cell[0], cell[1]) for cell in cells)
        # The lines above may be full by chance if the cells are few or narrow, and no bracket is left open.
        surely = prod(odds(*cell) for cell in cells) >= _SURE or any(is_open(cell[0]) for cell in cells)
        if goes_on or (all(is_cut(*cell) for cell in cells) and (surely or _is_rest(first, above))):
            return set(over)
    # A label that is merged over several rows may be cut between two of them.
    return {
        column
        for column, (before, after, box) in over.items()
        if is_cut(before, after, box)
        # A column of labels is the first, or its cell at the page break is merged over rows.
        and (column == min(first) or any(cell[0].last_row > cell[0].row for cell in (first[column], above[column])))
        and not is_centred(before, box)
        and (
            (
                len(after) == len(after[0].text) == 1 and not after[0].text.isascii()
            )  # a single ideograph is part of a label
            or reaches_below(before, box)
            or (column in centred and hangs(after, first[column][0].box))
        )
    }


def _text_below(first: Mapping[int, Written], above: Mapping[int, Written]) -> set[int]:
    """Return the columns of merged cells that are blank above the page break and have their text below it.

    The text of a cell merged over several rows is centred, so all of it may be on the next page. `first` and `above`
    are the cells below and above the page break by column, here and in the functions below.
    """
    return {
        column
        for column, (_, written) in first.items()
        if written and column in above and not above[column][1] and above[column][0].last_row > above[column][0].row
    }


def _is_rest(first: Mapping[int, Written], above: Mapping[int, Written]) -> bool:
    """Return whether a page's first row has blank cells as only the rest of a row has them.

    This is so if only its last cell is filled, or if a cell to the right of the first filled one is blank.
    """
    filled = [column for column, (_, written) in first.items() if written]
    expected = [column for column in first if column in above and above[column][1]]
    return filled == [max(expected)] or any(column > filled[0] and not first[column][1] for column in expected)


def _without(part: Part, begins: int, cut: set[Region]) -> Part:
    """Return a part without the text of the cells `cut` in row `begins`, and without the row if no text is left."""
    cells = [(region, () if region in cut else written) for region, written in part.cells]
    if not any(written for region, written in cells if region.row == begins):
        cells = [
            (replace(region, row=begins + 1) if region.row == begins else region, written)
            for region, written in cells
            if region.row != begins or region.last_row > begins
        ]
    return replace(part, cells=tuple(cells))
