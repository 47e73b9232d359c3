"""Find the cells of texts that run over the edges of cells, as spreadsheets print them into blank neighbours.

Glyphs painted one after another on a line are one text, unless a gap or two blanks part them.
"""

from collections.abc import Mapping, Sequence

from jixiao.ingest.formats.grids import Region
from jixiao.ingest.readers.pdf.laid_over import Place
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import Box, around
from jixiao.ontology.grouping import grouped

_GAP = 0.2  # times the height of a glyph: a wider gap parts two texts
_ASIDE = 6.5  # points: a text set to an edge or the middle of its cell is at most so far from it


def over_edges(
    glyphs: Sequence[Glyph], places: Sequence[Place | None], cells: Mapping[Place, Region]
) -> dict[int, Place | None]:
    """Return the place of each glyph, by index, of texts over edges; None if that is in doubt.

    `places` are the places where the glyphs stand. A text belongs to the only cell that it is set to.
    """

    def is_apart(text: list[int], at: int) -> bool:
        before, glyph = glyphs[text[-1]], glyphs[at]
        (x0, _, x1, bottom), box = before.box, glyph.box
        high = box.bottom - box.top
        follows = x0 < box.x0 < x1 + _GAP * high and abs(bottom - box.bottom) < high / 2
        return not follows or glyph.order < 0 or not (before.text + glyph.text).strip()

    settled: dict[int, Place | None] = {}
    for text in grouped(range(len(glyphs)), is_apart):
        printed = [at for at in text if glyphs[at].text.strip()]
        crossed = {places[at] for at in printed}
        if len(crossed) > 1:
            box = around(glyphs[at].box for at in printed)
            homes = [place for place in crossed if place and _is_set_to(box, cells[place].box)]
            settled |= dict.fromkeys(printed, homes[0] if len(homes) == 1 else None)
    return settled


def _is_set_to(text: Box, cell: Box) -> bool:
    """Return whether a text is set to the left edge, the right edge or the middle of a cell."""
    left, right = text.x0 - cell.x0, text.x1 - cell.x1
    return min(abs(left), abs(right), abs(left + right)) < _ASIDE
