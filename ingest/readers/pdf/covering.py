"""Decide which glyphs and rules of a page are seen, by the order in which the page is painted.

What is painted later covers what is painted before it, unless it is transparent. Paint in the colour of what lies below
it is not seen either. A glyph has a *mark* in its middle, and a rule many marks, of which any may be seen. Coordinates
are those of pdfminer: points from the bottom left.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from jixiao.ingest.formats.colours import WHITE, Colour, is_alike
from jixiao.ontology.grouping import by_key

Point = tuple[float, float]
STRIP = 16.0  # points: the height of the strips by which glyphs and areas are found


class Unseen(NamedTuple):
    """The glyphs that are not plainly seen, by their index in painting order.

    In place of `hidden` glyphs, a reader sees blank paper, or text painted over the glyphs. In place of `covered`
    glyphs, a reader sees only what covers them. Of `doubtful` glyphs it is not known whether they are seen.
    """

    hidden: Set[int]
    covered: Set[int]
    doubtful: Set[int]


class Area(NamedTuple):
    """An area painted on a page: its outlines as corner points, and the number of marks painted before it.

    `colour` is None if it is not known or not even. An `opaque` area hides what is below it, unless it is not `sure`:
    it may not be filled wholly, or be a remark that lies on the page. `evenodd` is the rule by which it is filled.
    """

    outlines: Sequence[Sequence[Point]]
    box: tuple[float, float, float, float]
    after: int
    colour: Colour | None
    opaque: bool
    sure: bool = True
    evenodd: bool = False

    def holds(self, point: Point) -> bool:
        """Return whether a point is within the area, by the winding number of its outlines."""
        x, y = point
        x0, y0, x1, y1 = self.box
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return False
        turns = sum(_turns(outline, x, y) for outline in self.outlines) if self.outlines else 1
        return bool(turns % 2 if self.evenodd else turns)


def _turns(outline: Sequence[Point], x: float, y: float) -> int:
    found = 0
    for (ax, ay), (bx, by) in pairwise((*outline, outline[0])):
        if (ay <= y) != (by <= y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
            found += 1 if ay <= y else -1
    return found


def unseen(
    middles: Sequence[Point], colours: Sequence[Colour | None], areas: Sequence[Area], lines: Set[int]
) -> Unseen:
    """Return the marks of a page that are not plainly seen.

    `middles` are the marks of all glyphs and rules in painting order, of which `lines` are those of rules; `colours`
    are the colours of the same marks, None where a colour is not known. `areas` are the painted areas, which may cover
    marks.
    """
    covers: dict[int, Area | None] = {}
    doubtful: set[int] = set()
    for at, area in _covered(middles, [area for area in areas if area.after and area.opaque]):
        if area.sure:
            covers[at] = area
        else:
            doubtful.add(at)
    covers.update(_as_their_ground(middles, colours, areas))
    covered: set[int] = set()
    for under in by_key((id(area), (at, area)) for at, area in covers.items() if area).values():
        area = under[0][1]
        later = (at for at in range(area.after, len(middles)) if at not in covers and at not in lines)
        if not any(area.holds(middles[at]) for at in later):  # nothing is written on it
            covered.update(at for at, _ in under)
    return Unseen(covers.keys() - covered, covered, doubtful - covers.keys())


def _covered(middles: Sequence[Point], areas: Sequence[Area]) -> Iterator[tuple[int, Area]]:
    last = max((area.after for area in areas), default=0)
    strips = by_key((int(y // STRIP), at) for at, (_, y) in enumerate(middles[:last]))
    for area in areas:
        for strip in _strips(area, strips.keys()):
            hidden = {at for at in strips[strip] if at < area.after and area.holds(middles[at])}
            if hidden and area.sure:
                strips[strip] = [at for at in strips[strip] if at not in hidden]
            yield from ((at, area) for at in hidden)


def _as_their_ground(
    middles: Sequence[Point], colours: Sequence[Colour | None], areas: Sequence[Area]
) -> Iterator[tuple[int, Area | None]]:
    """Yield the index of each glyph in the colour of its ground, with the area that gives the ground.

    The ground is the last area painted below the glyph; the area is None for white ground.
    """
    grounds = {WHITE} | {area.colour for area in areas if area.colour}
    alike = {colour for colour in set(colours) if colour and any(is_alike(colour, ground) for ground in grounds)}
    suspects = [at for at, colour in enumerate(colours) if colour in alike]
    wanted = {int(middles[at][1] // STRIP) for at in suspects}
    strips = by_key((strip, area) for area in areas for strip in _strips(area, wanted))
    for at in suspects:
        above = reversed(strips.get(int(middles[at][1] // STRIP), ()))
        below = next((area for area in above if area.after <= at and area.holds(middles[at])), None)
        ground, colour = (below.colour if below else WHITE), colours[at]
        if ground and colour and is_alike(colour, ground):
            yield at, None if is_alike(ground, WHITE) else below


def _strips(area: Area, known: Set[int]) -> list[int]:
    """Return those of the `known` horizontal strips of the page, by number, that an area touches."""
    first, last = int(area.box[1] // STRIP), int(area.box[3] // STRIP)
    if last - first < len(known):
        return [strip for strip in range(first, last + 1) if strip in known]
    return [strip for strip in known if first <= strip <= last]
