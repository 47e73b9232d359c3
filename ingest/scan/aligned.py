"""Align photographed pages with their neighbours, so that a table has the same columns on all pages.

Each photograph has a scale and position of its own, while tables continue from page to page.
"""

from collections.abc import Collection, Sequence
from itertools import combinations, product

import numpy as np

from jixiao.ingest.formats.grids import grids
from jixiao.ingest.recognition import Box, RecognisedPage

_SCALES = (0.85, 1.18)  # smallest and largest factor by which a photograph may be scaled
_NEAR = 3.0  # points: column edges of two pages that are nearer to each other count as the same edge
_FEWEST = 3  # least number of column edges that must match between two pages, so that the match is not by chance
_MOST = 16  # column edges: tables with more are not aligned, because trying all pairs of edges would take long
_EXACT = (1.0, 0.0)  # scale and shift that change nothing


def aligned(pages: Sequence[RecognisedPage], photographed: Collection[int]) -> tuple[RecognisedPage, ...]:
    """Return the pages, with photographs scaled and moved so that their tables match those of the pages beside them.

    `photographed` are the numbers of photographed pages. The first page that is not a photograph stays as it is; if all
    are photographs, the first page of all does.
    """
    found = list(pages)
    first = next((at for at, page in enumerate(found) if page.number not in photographed), 0)
    for at in range(first + 1, len(found)):
        if found[at].number in photographed:
            found[at] = _moved(found[at], *_over(_edges(found[at - 1], -1), _edges(found[at], 0)))
    for at in range(first - 1, -1, -1):
        found[at] = _moved(found[at], *_over(_edges(found[at + 1], 0), _edges(found[at], -1)))
    return tuple(found)


def _edges(page: RecognisedPage, which: int) -> Sequence[float]:
    """Return the x positions of the column edges of a page's first (`which` 0) or last (-1) table, in points."""
    tables = sorted(grids(page.rules), key=lambda table: table.box.top)
    return tables[which].edges if tables and len(tables[which].edges) <= _MOST else ()


def _over(still: Sequence[float], own: Sequence[float]) -> tuple[float, float]:
    """Return the scale and shift (points) that move a table's column edges onto those of the neighbouring page.

    `own` are the x positions of the edges to move, and `still` those of the neighbouring page, which stays. Returns 1
    and 0 (no change) if fewer than three edges match, since the tables are then different ones.
    """
    if min(len(still), len(own)) < _FEWEST:
        return _EXACT
    fixed, free = np.array(still), np.array(own)
    best, most = _EXACT, (0, 0.0)
    for one, other in product(combinations(range(len(still)), 2), combinations(range(len(own)), 2)):
        scale = (fixed[one[1]] - fixed[one[0]]) / (free[other[1]] - free[other[0]])
        if not _SCALES[0] < scale < _SCALES[1]:
            continue
        apart = np.abs(free[:, None] * scale + fixed[one[0]] - free[other[0]] * scale - fixed)
        pairs = np.argwhere(apart < _NEAR)
        fits = (len(set(pairs[:, 0])), -float(apart[apart < _NEAR].sum()))
        if fits > most and len(free) - 1 in pairs[:, 0] and len(fixed) - 1 in pairs[:, 1]:
            slope, shift = np.polyfit(free[pairs[:, 0]], fixed[pairs[:, 1]], 1)
            best, most = (float(slope), float(shift)), fits
    return best if most[0] >= max(_FEWEST, min(len(still), len(own)) - 1) else _EXACT


def _moved(page: RecognisedPage, scale: float, shift: float) -> RecognisedPage:
    """Return a page scaled by a factor, with its boxes moved to the right by `shift` points."""
    if (scale, shift) == _EXACT:
        return page

    def box(old: Box) -> Box:
        left, right = (round(edge * scale + shift, 1) for edge in (old.x0, old.x1))
        return Box(left, round(old.top * scale, 1), right, round(old.bottom * scale, 1))

    back = np.linalg.inv(np.array([[scale, 0, shift], [0, scale, 0], [0, 0, 1]], float))
    warp = np.diag([scale, scale, 1.0]) @ np.array(page.warp).reshape(3, 3) @ back
    return page._replace(
        box=box(page.box),
        rules=tuple(box(rule) for rule in page.rules),
        words=tuple(word._replace(box=box(word.box)) for word in page.words),
        warp=tuple(round(float(number), 8) for number in (warp / warp[2, 2]).ravel()),
    )
