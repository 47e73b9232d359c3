"""Recognise pages: their rulings, and the words in their cells and in running text.

In every function, `em` is the height of a character in pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

import cv2
import numpy as np

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.grids import grids
from jixiao.ingest.recognition import UNREAD, Box, RecognisedPage, Word
from jixiao.ingest.scan import lines
from jixiao.ingest.scan.corrections import Line, in_a_row, signs, usual_brackets, usual_paper, with_blanks
from jixiao.ingest.scan.engine import WORDING, Engine, Reading
from jixiao.ingest.scan.ink import LONG_SIDE, Matrix, Picture, Sheet, blurred, faint_ink, focus, ink
from jixiao.ingest.scan.levelling.upright import upright
from jixiao.ingest.scan.rulings import Rulings, erased, rulings

_EM = 10.5  # points: the usual height of characters, assumed until it is measured
_SIZES = (6.0, 24.0)  # points: the least and the most that the usual height of characters can be
_LEAST = 16  # pixels: no line of text fits on a page that is narrower
_MOST = 7_000  # ideographs: an A3 page in small print; each takes 4 ms of processor time, 8 ms if read twice
_INSET = 1.0  # points between a cell's rules and the area that is searched for text
_HALO = 1.6  # points beside a ruling that may be its blur, and are erased when faint ink is looked for
_LOOK = 115  # pixels per inch of the picture in which lines of running text are looked for
_FEWEST = 0.0002  # share of a page's pixels: with less ink outside of tables, there is no running text
_BEARING = 0.02  # times a character's height: the blank on each side of an ideograph
# Blank paper around a line, as a share of its height, for the first reading and, added to it, for the second one.
_AROUND, _SMALLER = 0.12, 0.4
_AFTER = 0.65  # times a character's height: the paper after a closing mark
_MORE = 2  # pixels by which the box of a line is widened on each side before the line is cut out to be read
_FLAT, _FIGURE = 0.4, 0.7  # times a character's height: lower marks are dashes; the height of figures
# Times a character's height: sizes of ink that is a character, even if none was read.
_NARROW, _LOW, _HIGH = 0.15, 0.45, 2.0
_TALLER = 0.75  # the least height of a line's characters, as a share of the line's height, which brackets increase
_SURE = 0.98  # a line with a character scored lower is read a second time
_DOUBTFUL = 0.4  # the most that a character may score if others may be missing, or its cell is uncertain
_CERTAIN = 0.6  # the least score at which a lone dot or stroke counts as a character and not as a speck


def page(sheet: Sheet, used: Engine) -> RecognisedPage:
    """Recognise a page with the engine `used`; return the result."""
    if min(sheet.pixels.shape[:2]) < _LEAST:
        return RecognisedPage(sheet.number, Box(0.0, 0.0, sheet.width, sheet.height).rounded, 0.0, (), ())
    level = upright(sheet.pixels, used)
    longer = max(level.pixels.shape)
    scale = longer / LONG_SIDE if level.whole else sheet.pixels.shape[1] / sheet.width
    width, height = level.pixels.shape[1] / scale, level.pixels.shape[0] / scale
    found = _Page(level.pixels, scale, rulings(level.pixels, scale), used)
    sharp = focus(level.pixels, _EM * scale) if level.straightened else 1.0
    return RecognisedPage(
        sheet.number,
        Box(0.0, 0.0, width, height).rounded,
        round(level.angle, 2) % 360,
        tuple(rule.rounded for rule in found.rules),
        tuple(blurred(found.words(), sharp)),
        _in_points(level.back, scale, scale * max(sheet.pixels.shape) / longer),
    )


@dataclass
class _Page:
    """An upright page: its picture, the pixels per point (`scale`), its rulings, and the engine that reads it."""

    pixels: Picture
    scale: float
    ruled: Rulings
    used: Engine

    def __post_init__(self) -> None:
        scale = self.scale
        flat, upright = self.ruled.flat, self.ruled.upright
        self.rules = [
            *(Box(run.start / scale, run.at / scale, run.end / scale, run.at / scale) for run in flat),
            *(Box(run.at / scale, run.start / scale, run.at / scale, run.end / scale) for run in upright),
        ]
        self.whole = erased(self.pixels, self.ruled, scale)
        marks = lines.without_specks(ink(self.whole), _EM * scale)
        self.scrawls = lines.scrawls(marks, flat, upright, _EM * scale)
        self.whole, marks = lines.without(self.whole, self.scrawls, 255), lines.without(marks, self.scrawls, 0)
        self.parts, hanging = lines.overhanging(marks, flat, _EM * scale, scale)
        self.plain, self.marks = lines.without(self.whole, hanging, 255), lines.without(marks, hanging, 0)
        faint = lines.without_specks(faint_ink(erased(self.pixels, self.ruled, scale, _HALO)), _EM * scale)
        self.faint = self.marks | lines.without(lines.without(faint, self.scrawls, 0), hanging, 0)
        self.tables = grids(self.rules)
        self.unsure: set[lines.Span] = set()  # boxes of texts that may be in columns of a table without rulings

    def words(self) -> list[Word]:
        """Return the page's words: cell by cell, then those outside of tables."""
        regions = [region.box for table in self.tables for region in table.regions]
        boxes = [self._inside(box) for box in regions]
        em = self._em(boxes)
        columns = self._columns(boxes, em)
        blocks = [
            [] if at in columns else list(lines.in_cell(self.marks, self.faint, box, em))
            for at, box in enumerate(boxes)
        ]
        running = list(self._running())
        blocks.append(running)
        self.unsure = {running[at] for at in lines.in_columns(running, self.ruled.loose, em, self.scale)}
        read = iter(self._read([span for block in blocks for span in block], em))
        doubtful = self.ruled.doubtful(regions, self.scale)
        found: list[Word] = []
        for at, block in enumerate(blocks):
            lines_read = [(span, *next(read)) for span in block]
            measured = [self._measured(span, first, em) for span, first, _ in lines_read]
            usual = usual_paper(measured) if block is running else None  # cells divide figures without blanks
            spaced = [with_blanks(each, usual) for each in measured]
            read_words = (
                self._word(span, each, second, em) for (span, _, second), each in zip(lines_read, spaced, strict=True)
            )
            words = columns.get(at) or [word for word in read_words if word]
            found += usual_brackets([_doubted(word) for word in words] if at in doubtful else words)
        return found

    def _columns(self, boxes: Sequence[lines.Span], em: float) -> dict[int, list[Word]]:
        """Return the words of each cell whose characters are written one below the other, by the cell's index.

        The characters are put side by side in one picture, and read as a line; a cell is left out if a character is
        scrawled or not read. `boxes` are the cells.
        """
        found = {at: spans for at, box in enumerate(boxes) if (spans := lines.column(self.faint, box, em))}
        crops = [in_a_row([span.of(self.plain) for span in spans], em) for spans in found.values()]
        return {
            at: [
                Word(char, self._box(span, char, em), (score,))
                for span, char, score in zip(spans, each.text, each.scores, strict=True)
            ]
            for (at, spans), each in zip(found.items(), self.used.read(crops), strict=True)
            if len(each.text) == len(spans) and not any(lines.is_scrawled(span, self.scrawls, em) for span in spans)
        }

    def _inside(self, box: Box) -> lines.Span:
        """Return the box in pixels of the inside of a cell, without the lines around it."""
        height, width = self.marks.shape
        left, top = (max(0, round((edge + _INSET) * self.scale)) for edge in (box.x0, box.top))
        right, bottom = (round((edge - _INSET) * self.scale) for edge in (box.x1, box.bottom))
        return lines.Span(left, top, min(right, width), min(bottom, height))

    def _em(self, boxes: Sequence[lines.Span]) -> float:
        """Return the usual height of a character in pixels, by the median height of the lines in `boxes`.

        The width of a line is its weight in the median. Without lines, a fixed height is returned.
        """
        least, most = (size * self.scale for size in _SIZES)
        measured = ((high, wide) for high, wide in lines.line_heights(self.marks, boxes) if least * 0.8 < high < most)
        found = [high for high, wide in measured for _ in range(wide)]
        return min(max(median_low(found) / 0.92, least), most) if found else _EM * self.scale

    def _running(self) -> Iterable[lines.Span]:
        """Return the boxes of the lines outside of tables, in pixels."""
        outside, marks = self.plain.copy(), self.faint.copy()
        for table in self.tables:
            left, top, right, bottom = (round(edge * self.scale) for edge in table.box)
            outside[top:bottom, left:right] = 255
            marks[top:bottom, left:right] = 0
        if np.count_nonzero(marks) < _FEWEST * marks.size:
            return ()
        longest = round(max(outside.shape) / self.scale / 72 * _LOOK)
        return lines.running(marks, self.used.find(outside, longest))

    def _read(self, spans: Sequence[lines.Span], em: float) -> list[tuple[Reading, str | None]]:
        """Return each line's reading, and a second reading or None.

        Lines with figures, or a character that is not certain, are read again at another size, so that the two can be
        compared.
        """
        crops = [self._crop(span, em) for span in spans]
        # Text on a page, measured in ideographs, that would take minutes to read.
        squares = sum(max(1.0, crop.shape[1] / crop.shape[0]) for crop in crops)
        if squares > _MOST:
            raise UnreadableError(
                f"一页的文字太多（约 {squares:,.0f} 字，最多 {_MOST:,}）",
                f"too much text on a page (some {squares:,.0f} characters, at most {_MOST:,})",
            )
        first = signs(spans, self.used.read(crops), self.plain, em, self.used)
        again = [
            at
            for at, each in enumerate(first)
            if WORDING.patterns.figures.search(each.text) or min(each.scores, default=1) < _SURE
        ]
        second = self.used.read([_smaller(crops[at]) for at in again])
        other = {at: reading.text for at, reading in zip(again, second, strict=True)}
        return [(reading, other.get(at)) for at, reading in enumerate(first)]

    def _crop(self, span: lines.Span, em: float) -> Picture:
        """Return the picture of a line with white margins; a low line gets the height of a character."""
        reach = lines.whole(span, self.parts, self.scale)
        plain, span = (self.plain if reach == span else self.whole), reach
        around, edge = _margins(span, em)
        top, bottom = max(0, span.top - _MORE), span.bottom + _MORE
        left, right = max(0, span.left - _MORE), span.right + _MORE
        return cv2.copyMakeBorder(
            plain[top:bottom, left:right], edge, edge, 2 * around, 2 * around, cv2.BORDER_CONSTANT, value=(255,)
        )

    def _measured(self, span: lines.Span, reading: Reading, em: float) -> Line:
        """Return a line with its reading and the pixel column of each character."""
        inked = span.of(self.faint)
        around, _ = _margins(lines.whole(span, self.parts, self.scale), em)
        left = min(_MORE, span.left) + 2 * around  # pixels from the left end of the crop to the line
        right = min(_MORE, self.marks.shape[1] - span.right) + 2 * around
        places = [at * (left + inked.shape[1] + right) - left for at in reading.at]
        return Line(reading, places, inked, max(em, _TALLER * inked.shape[0]))

    def _word(self, span: lines.Span, reading: Reading, second: str | None, em: float) -> Word | None:
        """Return the word read on a line; None if the line has no character or only a speck.

        `second` is the text as read at another scale, None without such a reading; `em` is the height of characters.
        Where no character was read but ink has the size of one, the word has the text UNREAD.
        """
        text = reading.text.strip()
        start = len(reading.text) - len(reading.text.lstrip())
        scores = reading.scores[start : start + len(text)]
        wide, high = span.right - span.left, span.bottom - span.top
        if not text or (WORDING.patterns.specks.fullmatch(text) and (max(wide, high) < em / 3 or scores[0] < _CERTAIN)):
            is_character = wide >= _NARROW * em and _LOW * em <= high <= _HIGH * em
            return Word(UNREAD, self._box(span, UNREAD, em), (0.0,)) if is_character else None
        word = Word(text, self._box(span, text, em), scores, None if second is None else second.strip())
        return _doubted(word) if span in self.unsure or lines.is_scrawled(span, self.scrawls, em) else word

    def _box(self, span: lines.Span, text: str, em: float) -> Box:
        """Return a word's box in points, extended from its ink to the size of its glyphs.

        The box is at least as high as a character, and includes the empty half of a closing bracket.
        """
        low = max(0.0, em - (span.bottom - span.top)) / 2
        bearing = _BEARING * em
        right = span.right + bearing + (_AFTER * em if text[-1] in "，。、；：！？）》】〕」』" else 0.0)
        edges = (span.left - bearing, span.top - low, right, span.bottom + low)
        return Box(*(edge / self.scale for edge in edges)).rounded


def _margins(span: lines.Span, em: float) -> tuple[int, int]:
    """Return the white margins in pixels for a line's picture: half of the margin at the sides, and the one above.

    A dash has little height, so its margins are those of a line with the usual height.
    """
    low = span.bottom - span.top
    high = max(low, round(em if low < _FLAT * em else _FIGURE * em))  # a dash does not fill its line
    around = round(_AROUND * high)
    return around, around + (high - low) // 2


def _doubted(word: Word) -> Word:
    """Return a word with the scores of its characters lowered to doubtful, so that no fact is stated from the word."""
    return word._replace(scores=tuple(min(score, _DOUBTFUL) for score in word.scores))


def _smaller(crop: Picture) -> Picture:
    """Return the picture of a line with wider margins, so that the model sees its characters smaller."""
    edge = round(_SMALLER * crop.shape[0])
    return cv2.copyMakeBorder(crop, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(255,))


def _in_points(back: Matrix, scale: float, other: float) -> tuple[float, ...]:
    """Return a matrix between the pixels of two pictures as one between their points, as nine numbers row by row.

    `back` maps pixels of the upright page, with `scale` pixels per point, to pixels of the stored picture, which has
    `other` pixels per point.
    """
    found = np.diag([1 / other, 1 / other, 1.0]) @ back @ np.diag([scale, scale, 1.0])
    return tuple(round(float(number), 8) for number in found.ravel())
