"""Find the rulings of a level page: the thin dark lines of its picture that cross each other, with lost parts restored.

Long lines are traced, also faint, dashed and slightly bent ones. Rulings that were torn or not traced are mended by the
lines that cross them and by their other parts. A ruling never ends within a cell. One that seems to is extended to the
next crossing line, unless ink is in its way. Where that is uncertain, that part of the line is recorded as doubtful, so
that nothing is stated from the cells beside it. A *stop* is the place along a line where another one crosses it.
*Across* is the direction at a right angle to a line: a flat line's place across is its height on the page. In every
function, `scale` is the number of pixels per point of the picture.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.recognition import Box
from jixiao.ingest.scan.ink import Picture
from jixiao.ontology.grouping import grouped

_THICKEST = 5.0  # points: thicker marks are not lines
_BLUR = 12.0  # points along a line over which noise is averaged
_PALEST = 26  # grey levels (of 255) by which a line is darker than the paper on both sides, at the least
SHORTEST = 13.0  # points: shorter lines are not traced
_GAP = 8.0  # points: gaps up to this length are closed
_BARE_SIDES = 0.8  # share of a line's length that must be darker than both sides, unlike the strokes of characters
_SOFT = 4.0  # points along a line over which noise is averaged before its contrast is measured
_EVEN = 0.4  # share of the line's usual contrast that each place must have
_STRAIGHT = 0.8  # points that a line may stray from its middle
_HAIR = 1.5  # points: gaps up to this length are noise
_SOLID = 0.95  # share of a line's places that are dark; a row of characters has gaps
_REACH = 1.5  # points on both sides of a line that are examined with it
# Lines of dashes and dots:
_FEWEST = 6  # least number of dashes or dots in a line
_PERIOD = 7.0  # points: the most from one dash to the next; characters are wider
_REGULAR = 0.75  # share of the dashes at the usual distance from the next, within a quarter of it
_LIGHT = 200  # of 255: lighter pixels are paper
_BARE = 0.8  # share of the pixels beside dashes that must be paper


class Run(NamedTuple):
    """A traced line: its place across (`at`), its start and end along, and its thickness, in pixels.

    `depth` is its contrast with the paper in grey levels. A `dashed` line has gaps at regular distances. A line that is
    not `drawn` was concluded from others.
    """

    at: float
    start: float
    end: float
    thick: float
    depth: float = 255.0
    dashed: bool = False
    drawn: bool = True

    @property
    def length(self) -> float:
        """The length in pixels."""
        return self.end - self.start


def traces(grey: Picture, scale: float) -> Iterator[Run]:
    """Yield the horizontal lines traced in a picture with `scale` pixels per point.

    Some may be strokes of characters.
    """
    thick = max(3, round(_THICKEST * scale)) | 1
    smooth = cv2.blur(grey, (max(5, round(_BLUR * scale)) | 1, 1))
    contrast = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    mask = np.where(contrast > _PALEST, np.uint8(255), np.uint8(0))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * scale))), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(SHORTEST * scale)), np.uint8))
    for x, y, width, height, area in cv2.connectedComponentsWithStats(mask)[2][1:].tolist():
        if area / width <= _THICKEST * scale:
            yield from _trimmed(grey, (x, y, width, height), area / width, scale)


def _trimmed(grey: Picture, box: tuple[int, int, int, int], thick: float, scale: float) -> Iterator[Run]:
    """Yield the line in a box, if it is straight there and darker than the paper on both sides.

    Strokes of characters that touch its ends are cut off. `box` has its left and top, its width and height, and `thick`
    is the line's thickness, in pixels.
    """
    x, y, width, height = box
    reach = max(2, round(_REACH * scale))
    top = max(0, y - reach)
    first, last = y - top, y - top + height
    rows = grey[top : y + height + reach, x : x + width]
    soft = cv2.blur(rows, (max(3, round(_SOFT * scale)), 1))
    inner = soft[first:last].astype(np.int16)
    above = soft[:first].max(axis=0) if first else np.full(width, 255)
    below = soft[last:].max(axis=0) if last < len(rows) else np.full(width, 255)
    middles = _middles(inner)
    middle = float(np.median(middles))
    depth = np.minimum(above, below).astype(np.int16) - inner.min(axis=0)
    even = np.percentile(depth, 75) * _EVEN
    clear = (depth > max(_PALEST, even)) & (np.abs(middles - middle) < _STRAIGHT * scale)
    parts = spans(clear, round(_HAIR * scale))
    long = [at for at, (start, end) in enumerate(parts) if end - start >= SHORTEST * scale]
    parts = parts[long[0] : long[-1] + 1] if long else []
    if not parts or clear[parts[0][0] : parts[-1][1]].mean() < _BARE_SIDES:
        return
    at = int(middle)
    dark = rows[first + max(0, at - 1) : first + at + 2].min(axis=0) < 255 - np.median(depth) / 2
    solid = np.concatenate([dark[start:end] for start, end in parts]).mean() >= _SOLID
    start, end = parts[0][0], parts[-1][1]
    # Two rows above and two below, with one left out next to the line.
    beside = np.concatenate([rows[: max(0, first + at - 2)][:2], rows[first + at + 4 :][-2:]])
    if solid or _is_dashed(dark[start:end], beside[:, start:end], scale):
        found = float(np.median(depth[start:end]))
        yield Run(top + first + middle, float(x + start), float(x + end), thick, found, not solid)


def _is_dashed(dark: NDArray[np.bool_], beside: Picture, scale: float) -> bool:
    """Return whether dark pixels follow each other regularly, like dashes or dots, with paper on both sides.

    `dark` has True for each place along the line that is dark; `beside` has the pixels above and below the line.
    """
    marks = spans(dark)
    if len(marks) < _FEWEST or not len(beside) or (beside > _LIGHT).mean() < _BARE:
        return False
    steps = np.diff([start for start, _ in marks])
    usual = float(np.median(steps))
    return usual <= _PERIOD * scale and float((np.abs(steps - usual) <= usual / 4 + 1).mean()) >= _REGULAR


def _middles(band: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return for each column of a band of pixels the mean row (from 0) of its dark pixels, weighted by darkness."""
    dark = np.clip(255 - band, 1, None).astype(float) ** 2
    return np.asarray((np.arange(len(band)) + 0.5) @ dark / dark.sum(axis=0))


def spans(marks: NDArray[Any], gap: int = 0) -> list[tuple[int, int]]:
    """Return the start and the end (excluded) of each sequence of values in `marks` that are not 0.

    Sequences with at most `gap` zeros between them are joined.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (marks > 0).astype(np.int8), [0]))))
    found = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(near[0][0], near[-1][1]) for near in grouped(found, lambda near, each: each[0] - near[-1][1] > gap)]


TOUCH = 3.0  # points: lines this near to each other meet
_ONE = 0.9  # points: traced lines whose places across differ by this or less are parts of one ruling
_TORN = 60.0  # points: the longest gap that is taken for damage across several lines
# Points on both sides of a lost line: half of what it would cover, and how far text beside it reaches.
_BESIDE = (0.6, 2.2)
_ENDS = 1.5  # points left out at both ends of a stretch: the edges of crossing lines
_DARK = 160  # of 255: darker pixels are ink
_WRITTEN = 0.12  # share of the places along a stretch that may have ink before it counts as text
_LITTLE = 0.5  # if the drawn part of a line in a cell is shorter than this times the lost part, the line is doubtful
_ALIGNED = 3  # least number of lines that end at a common place: the table's outer line is missing there
_STROKES = 24.0  # points beyond the last crossing line: a longer end is a line, not the stroke of a character
_CELL = 13.0  # points: the least width of a cell


def concluded(at: float, start: float, end: float) -> Run:
    """Return a line that is concluded from other lines, not drawn: its place across, its start and end, in pixels."""
    return Run(at, start, end, 0.0, 0.0, drawn=False)


def frames(runs: Sequence[Run], others: Sequence[Run], scale: float, *, alone: bool = False) -> Iterator[Run]:
    """Yield the missing outer lines of tables, each concluded where at least three lines in `runs` end at one place.

    `others` are the lines that cross `runs`; the place must be beyond all of them. Lines in `runs` that nothing crosses
    count only if `alone` is true.
    """
    near = TOUCH * scale
    for sign in (-1, 1):
        ends = sorted((sign * (run.end if sign > 0 else run.start), run.at) for run in runs)
        for group in grouped(ends, lambda group, item: item[0] - group[-1][0] > near):
            place = sign * float(np.median([end for end, _ in group]))
            low, high = min(at for _, at in group), max(at for _, at in group)
            crossing = [other.at for other in others if other.start - near < high and other.end + near > low]
            beyond = all(sign * (place - at) > _CELL * scale for at in crossing)
            if len({round(at / near) for _, at in group}) >= _ALIGNED and (crossing or alone) and beyond:
                yield concluded(place, low, high)


def mended(
    runs: tuple[Sequence[Run], Sequence[Run]], others: tuple[Sequence[Run], Sequence[Run]], grey: Picture, scale: float
) -> tuple[list[Run], list[Run]]:
    """Return the rulings of one direction with lost parts restored, and those parts of them that are doubtful.

    `runs` are the lines of that direction, `others` the lines that cross them: each is a pair of all lines that were
    traced, and of those kept as rulings. In the picture `grey`, the lines in `runs` are horizontal (the picture is
    transposed for vertical lines).
    """
    kept = set(runs[1])
    across = _whole(*others, scale)
    found: list[Run] = []
    doubts: list[Run] = []
    near = TOUCH * scale
    for drawn in _in_line({*runs[0], *kept}, scale):
        at = float(np.average([run.at for run in drawn], weights=[run.length for run in drawn]))
        stops = sorted(other.at for other in across if other.start - near <= at <= other.end + near)
        line = [_without_strokes(run, stops, grey, scale) for run in drawn]
        sure = {cut for cut, run in zip(line, drawn, strict=True) if run in kept}
        found += sure
        if not sure or not any(line[0].start - near <= stop <= line[-1].end + near for stop in stops):
            continue
        trusted = {
            run for run in line if any(min(abs(stop - run.start), abs(stop - run.end)) <= near for stop in stops)
        }
        for stretch, is_doubtful in _lost(line, sure | trusted, stops, scale):
            clear = is_clear(grey, stretch, scale)
            if clear:
                found.append(stretch)
                found += (
                    run for run in line if min(abs(run.end - stretch.start), abs(stretch.end - run.start)) <= near
                )
            if is_doubtful or not clear:
                doubts.append(stretch)
    return list(dict.fromkeys(found)), doubts


def _without_strokes(run: Run, stops: Iterable[float], grey: Picture, scale: float) -> Run:
    """Return a line cut off at its first or last crossing line if what is beyond is a character's stroke.

    Such a stroke touches the line's end and was traced with it. `stops` are the places of the crossing lines.
    """
    near, most = TOUCH * scale, _STROKES * scale
    start, end = run.start, run.end
    if first := [stop for stop in stops if near < stop - start < most]:
        start = first[-1] if not is_clear(grey, run._replace(end=first[-1] - near), scale) else start
    if last := [stop for stop in stops if near < end - stop < most]:
        end = last[0] if not is_clear(grey, run._replace(start=last[0] + near), scale) else end
    return run._replace(start=start, end=end)


def _in_line(runs: Iterable[Run], scale: float) -> Iterator[list[Run]]:
    """Yield groups of traced lines at nearly one place across, which are parts of one line, from start to end."""
    for line in grouped(sorted(runs), lambda line, run: run.at - line[-1].at > _ONE * scale):
        yield sorted(line, key=lambda run: run.start)


def _parts(line: Iterable[Run], gap: float) -> Iterator[list[Run]]:
    """Yield groups of the parts of one line, from start to end, without a gap of more than `gap` pixels."""
    return grouped(line, lambda part, run: run.start - max(each.end for each in part) > gap)


def _whole(traced: Iterable[Run], kept: Sequence[Run], scale: float) -> list[Run]:
    """Return the kept lines, each joined to the traced parts of the same line over gaps of up to 60 points."""
    lines = (line for line in _in_line({*traced, *kept}, scale) if not set(kept).isdisjoint(line))
    joined = (part for line in lines for part in _parts(line, _TORN * scale))
    return [part[0]._replace(end=max(run.end for run in part)) for part in joined]


def _lost(line: Sequence[Run], trusted: Set[Run], stops: Sequence[float], scale: float) -> Iterator[tuple[Run, bool]]:
    """Yield the lost parts of a line, each with True if it is doubtful.

    `line` has the traced parts of the line, `trusted` those that are surely of a ruling, and `stops` the places where
    other lines cross. Between two stops with a traced part, the rest is lost. Between two stops without any, all is
    lost and doubtful if the line goes on before and after them.
    """
    near = TOUCH * scale
    for start, end in pairwise(stops):
        runs = [run for run in line if min(run.end, end) - max(run.start, start) > near]
        edges = [start, *(edge for run in runs for edge in (run.start, run.end)), end]
        gaps = [gap for gap in zip(edges[::2], edges[1::2], strict=True) if gap[1] - gap[0] > near]
        drawn = end - start - sum(after - before for before, after in gaps)
        is_alone = start - near < line[0].start and line[-1].end < end + near
        for before, after in gaps if not trusted.isdisjoint(runs) else ():
            is_end = after == line[0].start or before == line[-1].end
            yield concluded(runs[0].at, before, after), is_end and (is_alone or drawn < _LITTLE * (after - before))
    for one, other in pairwise(line):
        reach = [stop for stop in stops if one.end - near <= stop <= other.start + near]
        is_loose = reach and one.end + near < reach[0] and reach[-1] < other.start - near
        if is_loose and other.start - one.end <= _TORN * scale:
            yield from ((concluded(one.at, *cell), True) for cell in pairwise(reach))


def is_clear(grey: Picture, stretch: Run, scale: float) -> bool:
    """Return whether a lost part of a line (`stretch`) is free of text, and so may be restored.

    Text is ink that extends further to the sides than the line itself would.
    """
    edge = _ENDS * scale if stretch.end - stretch.start > 4 * _ENDS * scale else 0.0  # excludes crossing lines
    along = slice(max(0, round(stretch.start + edge)), round(stretch.end - edge) + 1)
    inner, outer = (round(stretch.at) + np.array([-1, 1]) * round(reach * scale) for reach in _BESIDE)
    rows = grey[max(0, outer[0]) : outer[1] + 1, along]
    if not rows.size:
        return True
    first, last = inner - max(0, outer[0])
    dark = rows < _DARK
    inked = dark[first : last + 1].any(axis=0) & (dark[:first].any(axis=0) | dark[last + 1 :].any(axis=0))
    return float(inked.mean()) <= _WRITTEN


_LONG = 60.0  # points: a longer line counts as a ruling even if its ends are at no other line
_EDGE = 0.4  # points on both sides of a ruling that are erased with it; a stroke that crosses it extends beyond
_TALL = 30.0  # points: upright lines this long show where a table begins and ends; no stroke is as high
# Shares of the usual contrast of lines: a line below the first is dropped, one below the second if it crosses text.
_FAINT = (0.18, 0.4)
_INK = 185  # of 255: darker pixels are ink
_STROKE = 2.5  # points: the most thickness of a character's stroke


class Rulings(NamedTuple):
    """The horizontal and vertical rulings of a page, and those parts of either where a ruling is doubtful.

    `loose` are long horizontal lines that do not belong to a table, since nothing crosses them.
    """

    flat: tuple[Run, ...]
    upright: tuple[Run, ...]
    flat_doubts: tuple[Run, ...] = ()
    upright_doubts: tuple[Run, ...] = ()
    loose: tuple[Run, ...] = ()

    def doubtful(self, boxes: Sequence[Box], scale: float) -> set[int]:
        """Return the indices of the cells (boxes in points) at whose edge or inside which a ruling is doubtful."""
        scaled = (Box(*(edge * scale for edge in box)) for box in boxes)
        return {at for at, box in enumerate(scaled) if any(self._beside(box, TOUCH * scale))}

    def _beside(self, box: Box, near: float) -> Iterator[bool]:
        """Yield for each doubtful stretch of a ruled line whether the stretch runs along or through a box.

        True if the stretch is within `near` pixels of the box, for a length of more than `near` pixels.
        """
        for doubts, (low, high), (start, end) in (
            (self.flat_doubts, (box.top, box.bottom), (box.x0, box.x1)),
            (self.upright_doubts, (box.x0, box.x1), (box.top, box.bottom)),
        ):
            yield from (
                low - near <= each.at <= high + near and min(end, each.end) - max(start, each.start) > near
                for each in doubts
            )


def rulings(grey: Picture, scale: float) -> Rulings:
    """Return the rulings of a cleaned, level picture with `scale` pixels per point."""
    flat, upright = list(traces(grey, scale)), list(traces(np.ascontiguousarray(grey.T), scale))
    depths = [run.depth for run in (*flat, *upright) if run.length >= _LONG * scale]
    usual = float(np.percentile(depths, 75)) if depths else 0.0
    return _held_up(grey, _printed(flat, usual, grey, scale), _printed(upright, usual, grey.T, scale), scale)


def _printed(runs: Sequence[Run], usual: float, grey: Picture, scale: float) -> list[Run]:
    """Return the lines without those that shine through from the back of the page.

    Such lines are faint, or run through text. `usual` is the contrast of the lines on this side.
    """
    lowest, low = (share * usual for share in _FAINT)
    return [run for run in runs if run.depth >= low or (run.depth >= lowest and is_clear(grey, run, scale))]


def _held_up(grey: Picture, flat: Sequence[Run], upright: Sequence[Run], scale: float) -> Rulings:
    """Select the traced lines that are rulings of tables, and restore their lost parts.

    A short line is a ruling if both of its ends are at rulings that cross it.
    """
    long = _LONG * scale
    kept = [[run for run in runs if run.length >= long] for runs in (flat, upright)]
    tall = [run for run in upright if run.length >= _TALL * scale]
    kept[0] += frames(tall, kept[0], scale, alone=True)
    kept[1] += frames([run for run in kept[0] if run.drawn], kept[1], scale)
    kept = [_held(flat, kept[0], kept[1], scale), _held(upright, kept[1], kept[0], scale)]
    pictures = grey, grey.T
    doubts: list[list[Run]] = [[], []]
    for at, runs in enumerate((flat, upright)):
        across = (upright, flat)[at], kept[1 - at]
        kept[at], doubts[at] = mended((runs, kept[at]), across, pictures[at], scale)
    for at, runs in enumerate((flat, upright)):
        kept[at] = _held(runs, kept[at], kept[1 - at], scale)
    crossing = [list(_crossing(kept[at], kept[1 - at], scale)) for at in range(2)]
    loose = {run for run in flat if run.length >= long}.difference(crossing[0])
    return Rulings(tuple(crossing[0]), tuple(crossing[1]), tuple(doubts[0]), tuple(doubts[1]), tuple(sorted(loose)))


def _held(runs: Sequence[Run], kept: Sequence[Run], others: Sequence[Run], scale: float) -> list[Run]:
    """Return the lines `kept` so far, and each line in `runs` with both ends at one of `others`, which cross it."""
    known = set(kept)
    more = [
        run
        for run in runs
        if run not in known and all(_meets(end, run.at, others, scale) for end in (run.start, run.end))
    ]
    return [*kept, *more]


def _crossing(runs: Sequence[Run], others: Sequence[Run], scale: float) -> Iterator[Run]:
    """Yield the lines in `runs` that cross or meet lines in `others`; any other line may be a row of strokes.

    A dashed line must cross at least two, because dots may lead from an entry to a page number.
    """
    near = TOUCH * scale
    for line in (part for whole in _in_line(runs, scale) for part in _parts(whole, near)):
        start, end = line[0].start - near, max(run.end for run in line) + near
        across = (other for other in others if start <= other.at <= end)
        crossing = [other for other in across if other.start - near <= line[0].at <= other.end + near]
        if len(crossing) > any(run.dashed for run in line):
            yield from line


def _meets(along: float, at: float, others: Sequence[Run], scale: float) -> bool:
    """Return whether the end of a line is at one of the lines `others`, which run across it.

    `along` is the place of the end in the direction of the line, and `at` the line's own place across.
    """
    near = TOUCH * scale
    return any(abs(other.at - along) <= near and other.start - near <= at <= other.end + near for other in others)


def erased(grey: Picture, found: Rulings, scale: float, margin: float = _EDGE) -> Picture:
    """Return the picture without the rulings in `found`, and without `margin` points beside each on both sides.

    Strokes of characters that cross a ruling stay.
    """
    plain = grey.copy()
    for runs, others, turned in ((found.flat, found.upright, plain), (found.upright, found.flat, plain.T)):
        across = np.zeros(turned.shape[1], bool)
        for other in others:
            across[max(0, int(other.at - TOUCH * scale)) : int(other.at + TOUCH * scale + 1)] = True
        for run in (run for run in runs if run.drawn):
            half = run.thick / 2 + margin * scale
            top, bottom = max(0, int(run.at - half)), int(run.at + half + 1)
            along = slice(max(0, int(run.start - half)), int(run.end + half + 1))
            strokes = _strokes(turned, (top, bottom), along, scale) & ~across[along]
            turned[top:bottom, along][:, ~strokes] = 255
    return plain


def _strokes(page: Picture, band: tuple[int, int], along: slice, scale: float) -> NDArray[np.bool_]:
    """Return, for each pixel along a line, True where a stroke of a character crosses the line.

    There, ink is on both sides, over no more than the thickness of a stroke. `band` are the first and last row of the
    line, and `along` its columns.
    """
    above, below = page[max(0, band[0] - 2) : band[0], along], page[band[1] : band[1] + 2, along]
    crossed = np.zeros(page[0, along].shape, bool)
    if above.size and below.size:
        reach = np.ones(band[1] - band[0])  # a slanted stroke is a little further to the side below the line
        inked = (np.convolve(side.max(axis=0) < _INK, reach, "same") > 0 for side in (above, below))
        for start, end in spans(np.logical_and(*inked)):
            crossed[start:end] = end - start <= _STROKE * scale + len(reach)
    return crossed
