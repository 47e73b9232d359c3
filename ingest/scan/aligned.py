"""Align photographed pages with their neighbours, so that a table has the same columns on all pages.

Each photograph has a scale and position of its own, while tables continue from page to page.
"""

from collections.abc import Collection, Sequence
from itertools import product
from statistics import linear_regression

from jixiao.ingest.formats.grids import grids
from jixiao.ingest.recognition import Box, RecognisedPage

_SCALES = (0.85, 1.18)  # smallest and largest factor by which a photograph may be scaled
_NEAR = 3.0  # points: column edges of two pages that are nearer to each other count as the same edge
_FEWEST = 3  # least number of column edges that must match between two pages, so that the match is not by chance
_MOST = 16  # column edges: tables with more are not aligned, because trying all pairs of edges would take long
_EXACT = (1.0, 0.0)  # scale and shift that change nothing


def aligned(pages: Sequence[RecognisedPage], photographed: Collection[int]) -> tuple[RecognisedPage, ...]:
    """Return the pages, with photographs scaled and moved so that their tables match those of the pages beside them.

    `photographed` are the numbers of photographed pages. The first page that is not a photograph stays unchanged; if
    all are photographs, the first of all stays unchanged.
    """
    found = list(pages)
    first = next((at for at, page in enumerate(found) if page.number not in photographed), 0)
    for at in range(first + 1, len(found)):
        if found[at].number in photographed:
            found[at] = _moved(found[at], *_scale_and_shift(_edges(found[at - 1], -1), _edges(found[at], 0)))
    for at in range(first - 1, -1, -1):
        found[at] = _moved(found[at], *_scale_and_shift(_edges(found[at + 1], 0), _edges(found[at], -1)))
    return tuple(found)


def _edges(page: RecognisedPage, which: int) -> Sequence[float]:
    """Return the x positions of the column edges of a page's first (`which` 0) or last (-1) table, in points."""
    tables = grids(page.rules)
    return tables[which].edges if tables and len(tables[which].edges) <= _MOST else ()


def _scale_and_shift(still: Sequence[float], own: Sequence[float]) -> tuple[float, float]:
    """Return the scale and shift (points) that move a table's column edges onto those of the neighbouring page.

    `own` are the x positions of the edges to move, and `still` those of the neighbouring page, which stays. The right
    edges of the tables are the same, and any other edge of one may be any of the other. Returns 1 and 0 (no change) if
    fewer than three edges match, since the tables are then different ones.
    """
    best: list[tuple[float, float]] = []
    for fixed, free in product(still[:-1], own[:-1]):
        scale = (still[-1] - fixed) / (own[-1] - free)
        if _SCALES[0] < scale < _SCALES[1]:
            shift = fixed - free * scale
            pairs = [(x, other) for x, other in product(own, still) if abs(x * scale + shift - other) < _NEAR]
            best = max(best, pairs, key=len)
    are_one = len(best) >= max(_FEWEST, min(len(still), len(own)) - 1)
    return linear_regression(*zip(*best, strict=True)) if are_one else _EXACT


def _moved(page: RecognisedPage, scale: float, shift: float) -> RecognisedPage:
    """Return a page scaled by a factor, with its boxes moved to the right by `shift` points."""
    if (scale, shift) == _EXACT:
        return page

    def box(old: Box) -> Box:
        return Box(old.x0 * scale + shift, old.top * scale, old.x1 * scale + shift, old.bottom * scale).rounded

    # The matrix back to the picture, which is scaled like the page, applied to the place before the move.
    a, b, c, d, e, f, g, h, one = page.warp
    warp = (a, b, c * scale - a * shift, d, e, f * scale - d * shift, g / scale, h / scale, one - g * shift / scale)
    return page._replace(
        box=box(page.box),
        rules=tuple(box(rule) for rule in page.rules),
        words=tuple(word._replace(box=box(word.box)) for word in page.words),
        warp=tuple(round(number / warp[-1], 8) for number in warp),
    )
