"""Flatten scans of pages that did not lie flat on the glass, by the curves of their rulings."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from jixiao.ingest.scan.pixels import Picture
from jixiao.ingest.scan.traces import Run

_LONG = 60.0  # points: shorter rulings are not used
_FEWEST, _SHARE = 3, 0.25  # least number of bent rulings, and their least share of all
_LEAST = 0.7  # points: a ruling whose places across differ by less counts as straight
_MOST = 9.0  # points: if the fitted curve bends further than this, it is taken for an error and not used
_GRID = 65  # points of the grid, in each direction, on which the curve is computed
_LEFT = 0.6  # most of the bend that may be left after flattening, as a share; else the rulings disagree


def flattened(grey: Picture, flat: Sequence[Run], upright: Sequence[Run], scale: float) -> Picture | None:
    """Return the picture with its rulings straightened; None if they are straight, or disagree about the bend.

    `flat` and `upright` are the traced rulings, and `scale` the pixels per point.
    """
    height, width = grey.shape
    down, across = _bend(flat, width, height, scale), _bend(upright, height, width, scale)
    if down is None and across is None:
        return None
    places: Picture = np.indices((height, width), np.float32)
    if down is not None:
        places[0] += down
    if across is not None:
        places[1] += across.T
    picture: Picture = cv2.remap(grey, places[1], places[0], cv2.INTER_CUBIC, borderValue=(255,))
    return picture


def _bend(runs: Sequence[Run], along: int, across: int, scale: float) -> NDArray[np.float32] | None:
    """Return, for each pixel of the picture, how far a bend has moved it across the rulings `runs`, in pixels.

    The displacement is fitted as a smooth curve along the rulings that may change from one ruling to the next. Returns
    None if the rulings are straight, or each is bent in its own way. `along` and `across` are the picture's size in the
    direction of the rulings and across it, in pixels.
    """
    long = [run for run in runs if run.length >= _LONG * scale and run.drawn]
    drifts = [np.ptp([place for _, place in run.course]) for run in long if run.course]
    if sum(drift > _LEAST * scale for drift in drifts) < max(_FEWEST, _SHARE * len(long)):
        return None
    points = [(x, y, at) for at, run in enumerate(long) for x, y in run.course or _straight(run)]
    xs, ys, owners = (np.array(each) for each in zip(*points, strict=True))
    owners = owners.astype(int)
    summands = _terms(_within(xs, xs), _within(ys, ys))
    answer, *_ = np.linalg.lstsq(np.hstack([summands, np.eye(len(long))[owners]]), ys, rcond=None)
    curve, levels = answer[: summands.shape[1]], answer[summands.shape[1] :]
    strays = summands @ curve
    before = np.abs(ys - np.array([np.median(ys[owners == at]) for at in range(len(long))])[owners])
    after = np.abs(ys - strays - levels[owners])
    if np.percentile(after, 90) > _LEFT * np.percentile(before, 90) or np.ptp(strays) > _MOST * scale:
        return None
    grid = np.meshgrid(_within(np.linspace(0, along, _GRID), xs), _within(np.linspace(0, across, _GRID), ys))
    field = (_terms(grid[0].ravel(), grid[1].ravel()) @ curve).reshape(_GRID, _GRID) - np.median(strays)
    return np.asarray(cv2.resize(field.astype(np.float32), (along, across), interpolation=cv2.INTER_LINEAR))


def _within(places: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places scaled so that the range of the `known` places becomes -1 to 1; others are cut to that range."""
    low, high = known.min(), max(known.max(), known.min() + 1)
    return np.asarray(np.clip((places - low) / (high - low) * 2 - 1, -1, 1))


def _straight(run: Run) -> list[tuple[float, float]]:
    return [(float(along), run.at) for along in np.linspace(run.start, run.end, 8)]


def _terms(along: NDArray[np.float64], across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the summands of the fitted curve at each place, one column for each summand.

    With x the place along a line and y the place across, they are x to x⁵, and xy, x²y, x³y.
    """
    powers = [along**power for power in range(1, 6)]
    return np.stack([*powers, *(power * across for power in powers[:3])], axis=1)
