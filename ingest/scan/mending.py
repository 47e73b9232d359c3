"""Mend rulings that were torn or not traced, by the lines that cross them and by their other parts.

A ruling never ends within a cell. One that seems to is extended to the next crossing line, unless ink is in its way.
Where that is uncertain, the stretch is recorded as doubtful, so that nothing is stated from the cells beside it. A
*stop* is the place along a line where another one crosses it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from jixiao.ingest.formats.grouping import grouped
from jixiao.ingest.scan.pixels import Picture
from jixiao.ingest.scan.traces import Run

TOUCH = 3.0  # points: lines this near to each other meet
_ONE = 0.9  # points: traced lines whose places across differ by this or less are parts of one ruling
_TORN = 60.0  # points: the longest gap that is taken for damage across several lines
# Points on both sides of a lost line: half of what it would cover, and how far text beside it reaches.
_BESIDE = (0.6, 2.2)
_EDGE = 1.5  # points left out at both ends of a stretch: the edges of crossing lines
_DARK = 160  # of 255: darker pixels are ink
_INK = 0.12  # share of the places along a stretch that may have ink before it counts as text
_LITTLE = 0.5  # if the drawn part of a line in a cell is shorter than this times the lost part, the line is doubtful
_ALIGNED = 3  # least number of lines that end at a common place: the table's outer line is missing there
_STROKES = 24.0  # points beyond the last crossing line: a longer end is a line, not the stroke of a character
_CELL = 13.0  # points: the least width of a cell


def concluded(at: float, start: float, end: float) -> Run:
    """Return a line that is not drawn in the picture but concluded from others; arguments as in Run, in pixels."""
    return Run(at, start, end, 0.0, 0.0, drawn=False)


def frames(runs: Sequence[Run], others: Sequence[Run], scale: float, *, alone: bool = False) -> Iterator[Run]:
    """Yield the missing outer lines of tables, concluded where at least three lines end at one place.

    `others` are the lines that cross `runs`; the place must be beyond all of them. Lines that nothing crosses count
    only if `alone` is true.
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
    """Return the kept lines of one direction with their lost parts restored, and the doubtful stretches of them.

    `runs` are the lines of that direction, `others` those that cross them: each is a pair of all lines that were
    traced, and of those kept as rulings. In the picture `grey`, the lines in `runs` are flat (it is transposed for
    upright ones).
    """
    traced, kept = runs[0], set(runs[1])
    across = _whole(*others, scale)
    found: dict[Run, None] = {}  # a dict, because a set does not keep the order
    doubts: list[Run] = []
    near = TOUCH * scale
    for drawn in _in_line({*traced, *kept}, scale):
        trusted = [run in kept for run in drawn]
        at = float(np.average([run.at for run in drawn], weights=[run.length for run in drawn]))
        stops = sorted(other.at for other in across if other.start - near <= at <= other.end + near)
        line = [_without_strokes(run, stops, grey, scale) for run in drawn]
        sure = [run for run, is_kept in zip(line, trusted, strict=True) if is_kept]
        found.update(dict.fromkeys(sure))
        if not sure or not any(line[0].start - near <= stop <= line[-1].end + near for stop in stops):
            continue
        trusted = [is_kept or _stops_at(run, stops, near) for is_kept, run in zip(trusted, line, strict=True)]
        for stretch, is_doubtful in _lost(line, trusted, stops, scale):
            clear = is_clear(grey, stretch, scale)
            if clear:
                found[stretch] = None
                found.update(dict.fromkeys(run for run in line if _joins(run, stretch, near)))
            if is_doubtful or not clear:
                doubts.append(stretch)
    return list(found), doubts


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


def parts_of_one(runs: Iterable[Run], scale: float) -> Iterator[list[Run]]:
    """Yield groups of traced lines that form one line without a gap of more than 3 points, from start to end."""
    for line in _in_line(runs, scale):
        yield from grouped(line, lambda part, run: run.start - max(each.end for each in part) > TOUCH * scale)


def _stops_at(run: Run, stops: Iterable[float], near: float) -> bool:
    """Return whether an end of a line is within `near` pixels of a crossing line; `stops` are their places."""
    return any(abs(stop - end) <= near for stop in stops for end in (run.start, run.end))


def _whole(traced: Iterable[Run], kept: Sequence[Run], scale: float) -> list[Run]:
    """Return the kept lines, each joined to the traced parts of the same line over gaps of up to 60 points."""
    found: list[Run] = []
    known = set(kept)
    for line in _in_line({*traced, *kept}, scale):
        if known.isdisjoint(line):
            continue
        for run in line:
            last = found[-1] if found else None
            if last is not None and run is not line[0] and run.start - last.end <= _TORN * scale:
                found[-1] = last._replace(end=max(last.end, run.end))
            else:
                found.append(run)
    return found


def _lost(
    line: Sequence[Run], trusted: Sequence[bool], stops: Sequence[float], scale: float
) -> Iterator[tuple[Run, bool]]:
    """Yield the lost stretches of a line, next to each end that is not at a crossing line, and whether it is doubtful.

    `line` has the parts of the line, `trusted` True for each part that is surely a ruling, and `stops` the places where
    other lines cross.
    """
    near = TOUCH * scale

    def met(place: float) -> bool:
        return any(abs(stop - place) <= near for stop in stops)

    def in_one_cell(run: Run) -> bool:
        return len(line) == 1 and not any(run.start + near < stop < run.end - near for stop in stops)

    for (before, was_trusted), (after, is_trusted) in pairwise(zip(line, trusted, strict=True)):
        start, end = before.end, after.start
        between = [stop for stop in stops if start + near < stop < end - near]
        loose = not met(start), not met(end)
        at = (before.at + after.at) / 2
        if end - start <= near or not any(loose) or not (was_trusted or is_trusted or all(loose)):
            continue
        if not between:
            yield concluded(at, start, end), False
            continue
        if loose[0] and was_trusted:
            yield concluded(at, start, between[0]), False
        if loose[1] and is_trusted:
            yield concluded(at, between[-1], end), False
        torn = end - start <= _TORN * scale
        if torn and all(loose):
            yield from ((concluded(at, *cell), True) for cell in pairwise(between))
    first, last = line[0], line[-1]
    if trusted[0] and not met(first.start) and (before_it := [stop for stop in stops if stop < first.start]):
        drawn = min([stop for stop in stops if stop > first.start + near] + [first.end]) - first.start
        lost = first.start - before_it[-1]
        yield concluded(first.at, before_it[-1], first.start), drawn < _LITTLE * lost or in_one_cell(first)
    if trusted[-1] and not met(last.end) and (after_it := [stop for stop in stops if stop > last.end]):
        drawn = last.end - max([stop for stop in stops if stop < last.end - near] + [last.start])
        lost = after_it[0] - last.end
        yield concluded(last.at, last.end, after_it[0]), drawn < _LITTLE * lost or in_one_cell(last)


def is_clear(grey: Picture, stretch: Run, scale: float) -> bool:
    """Return whether a lost stretch of a line is free of text, and so may be restored.

    Text is ink that extends further to the sides than the line itself would.
    """
    edge = _EDGE * scale if stretch.end - stretch.start > 4 * _EDGE * scale else 0.0  # excludes crossing lines
    along = slice(max(0, round(stretch.start + edge)), round(stretch.end - edge) + 1)
    inner, outer = (round(stretch.at) + np.array([-1, 1]) * round(reach * scale) for reach in _BESIDE)
    rows = grey[max(0, outer[0]) : outer[1] + 1, along]
    if not rows.size:
        return True
    first, last = inner - max(0, outer[0])
    dark = rows < _DARK
    inked = dark[first : last + 1].any(axis=0) & (dark[:first].any(axis=0) | dark[last + 1 :].any(axis=0))
    return float(inked.mean()) <= _INK


def _joins(run: Run, stretch: Run, near: float) -> bool:
    return abs(run.end - stretch.start) <= near or abs(stretch.end - run.start) <= near
