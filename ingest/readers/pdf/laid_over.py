"""Tell the words of a form from those laid over its page: watermarks, stamps and sideways remarks.

The words of a form run in one direction, each text within its cell; only a label may be set sideways, in a cell of its
own. Words of another look that cross the edges of cells or repeat are none of the form's. Where nothing tells which
they are, the cell is in doubt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from jixiao.ingest.formats.colours import difference
from jixiao.ingest.formats.grids import Region
from jixiao.ingest.readers.pdf.pages import Page, turned
from jixiao.ingest.readers.pdf.painting import Glyph, Look
from jixiao.ingest.readers.pdf.paragraphs import Line, joined, lines
from jixiao.ingest.recognition import Box, around, overlap
from jixiao.ontology.grouping import by_key, grouped

_SIDEWAYS = frozenset({90, 270})
_STRAIGHT = _SIDEWAYS | {0, 1, 359}  # degrees: text in other directions is a stamp or a watermark
_LARGER = 1.4  # times the size of most text: what is larger and crosses the edges of cells is laid over them
# From 0, black, to 1, white: the lightness of watermarks (lighter text is on dark ground), by how much they are lighter
# than most text, and the difference of red, green or blue between two colours, at the least.
_LIGHT, _LIGHTER, _OTHER = (0.65, 0.97), 0.4, 0.1
_PRINTED = 0.671  # the lightness of white text on dark ground that a browser prints without the ground
_BEYOND, _APART = 0.25, 0.3  # times its size: how far a text extends beyond its cell, and the gaps in it, at most
_TILES = 3  # how often a watermark repeats on its page, at the least; some cross edges of cells, or are outside of all
# A label set sideways: words without figures, except for a unit or points in brackets.
_LABEL = re.compile(r"[^\da-zA-Z(（]{2,}(?:[(（][^)）]*[)）])?")
_FIGURES = frozenset("0123456789.,%")

Place = tuple[int, int]
"""The numbers of a table and of its cell."""


class _Run(NamedTuple):
    """A text that looks unlike most text: its glyphs by index, and the place of the first glyph.

    It `crosses` if parts of it are in other places, or beyond the edges of its cell. It is `coloured` if its colour is
    not that of most text, and may be much lighter or larger.
    """

    glyphs: Sequence[int]
    text: str
    look: Look
    box: Box
    place: Place | None
    crosses: bool
    coloured: bool
    light: bool
    larger: bool


def laid_over(page: Page, places: Sequence[Place | None], cells: Mapping[Place, Region]) -> tuple[Set[int], Set[int]]:
    """Return the indices of glyphs that belong to no cell, and of doubtful ones.

    `places` are the places of all glyphs among the `cells`, None outside of them.
    """
    odd = {look: unlike for look in {*page.looks} if any(unlike := _unlike(look, page.main)) or look.angle}
    runs = [*_runs(page, places, cells, odd)] if odd else []
    known = zip(places, page.glyphs, strict=True) if runs else ()
    own = by_key((place, each) for place, each in known if each.text.strip() and page.looks[each.string] not in odd)
    tiles = {
        mark
        for mark, same in by_key(((run.text, run.look), run) for run in runs).items()
        if len(same) >= _TILES
        and (
            sum(run.crosses for run in same) > 1
            or (len(same) > _TILES + 1 and 1 < sum(run.place is None for run in same) < len(same))
        )
    }
    words = by_key((run.place, run.text) for run in runs if run.look.angle in _SIDEWAYS)
    aside, doubtful = set[int](), set[int]()
    for run in sorted(runs, key=lambda run: run.look.angle in _SIDEWAYS):  # which depends on what stands beside it
        beside, glyphs = own.setdefault(run.place, []), [page.glyphs[at] for at in run.glyphs]
        if (run.text, run.look) in tiles or _is_aside(run, beside):
            aside.update(run.glyphs)
        elif _is_doubtful(run, "".join(words.get(run.place, ()))) or (run.coloured and _meet(glyphs, beside)):
            doubtful.update(run.glyphs)
        elif run.look.angle not in _SIDEWAYS:
            beside += glyphs
    looks = {page.looks[page.glyphs[at].string] for at in aside}
    blanks = ((at, glyph) for at, glyph in enumerate(page.glyphs) if looks and not glyph.text.strip())
    return aside.union(at for at, glyph in blanks if page.looks[glyph.string] in looks), doubtful


def _unlike(look: Look, main: Look) -> tuple[bool, bool, bool]:
    """Return whether a look has another colour than most text, is much lighter, and is much larger."""
    lightness = sum(look.colour) / 3
    return (
        difference(look.colour, main.colour) > _OTHER,
        _LIGHT[0] < lightness < _LIGHT[1]
        and lightness - sum(main.colour) / 3 > _LIGHTER
        and round(lightness, 3) != _PRINTED,
        look.size > _LARGER * main.size,
    )


def _runs(
    page: Page,
    places: Sequence[Place | None],
    cells: Mapping[Place, Region],
    odd: Mapping[Look, tuple[bool, bool, bool]],
) -> Iterator[_Run]:
    """Yield the texts of `odd` looks in the order of painting.

    Glyphs painted at once are one text even if they are far apart, unless they differ from most text in colour alone.
    """

    def is_apart(run: list[int], at: int) -> bool:
        before, glyph = page.glyphs[run[-1]], page.glyphs[at]
        look, one, other = page.looks[glyph.string], before.box, glyph.box
        if page.looks[before.string] != look or (before.string == glyph.string and (look.angle or any(odd[look][1:]))):
            return page.looks[before.string] != look
        gaps = (one.x0 - other.x1, other.x0 - one.x1, one.top - other.bottom, other.top - one.bottom)
        return max(gaps) > _APART * look.size

    shown = (at for at, glyph in enumerate(page.glyphs) if glyph.text.strip() and page.looks[glyph.string] in odd)
    for run in grouped(shown, is_apart):
        look, place = page.looks[page.glyphs[run[0]].string], places[run[0]]
        box = around(page.glyphs[at].box for at in run)
        cell = cells[place].box if place else box
        beyond = max(cell.x0 - box.x0, cell.top - box.top, box.x1 - cell.x1, box.bottom - cell.bottom)
        crosses = beyond > _BEYOND * look.size or len({places[at] for at in run}) > 1
        yield _Run(run, "".join(page.glyphs[at].text for at in run), look, box, place, crosses, *odd[look])


def _is_aside(run: _Run, beside: Sequence[Glyph]) -> bool:
    """Return whether a text belongs to no cell; `beside` are the glyphs of the form in its place."""
    if run.look.angle in _SIDEWAYS:
        return run.crosses or run.place is None or bool(beside)
    lies_over = run.light and any(run.place or overlap(run.box, glyph.box) for glyph in beside)
    return run.look.angle not in _STRAIGHT or (run.larger and (run.crosses or lies_over))


def _is_doubtful(run: _Run, words: str) -> bool:
    """Return whether a text may not belong to its cell; `words` are those set sideways there."""
    if run.look.angle in _SIDEWAYS:
        return run.light or run.larger or _LABEL.fullmatch(words) is None
    is_figure = run.larger and _FIGURES.issuperset(run.text)
    return (run.coloured and run.crosses) or (run.place is not None and (run.light or is_figure))


def _meet(glyphs: Sequence[Glyph], others: Sequence[Glyph]) -> bool:
    """Return whether figures of two texts stand next to each other, as if they were one figure."""
    boxes, figures = ([each.box for each in text if each.text in _FIGURES] for text in (glyphs, others))
    wide = [box._replace(x0=box.x0 - box.bottom + box.top, x1=box.x1 + box.bottom - box.top) for box in boxes]
    return any(overlap(one, other) for one in wide for other in figures)


def lines_of_cell(page: Page, glyphs: Sequence[Glyph], region: Region) -> tuple[Line, ...]:
    """Return the lines of a cell, given its glyphs; a label that is set sideways is one line."""
    angle = next((page.looks[glyph.string].angle for glyph in glyphs if glyph.text.strip()), 0)
    if angle not in _SIDEWAYS:
        return lines(glyphs)
    found = lines(glyph._replace(box=turned(glyph.box, region.box, angle // 90)) for glyph in glyphs)
    box = around(glyph.box for glyph in glyphs)
    return (Line(((joined(found), box),), box, 0.0, 0.0, doubtful=any(line.doubtful for line in found)),)
