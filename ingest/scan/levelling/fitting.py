"""Fit coefficients to values of which many are outliers (iteratively reweighted least squares)."""

import numpy as np

from jixiao.ingest.scan.pixels import Numbers

_ROUNDS = 12  # repetitions of the fit, each with outliers weighted down


def fitted(
    summands: Numbers, values: Numbers, sure: Numbers, spreads: tuple[float, float], ridge: float = 0.0
) -> tuple[Numbers, Numbers]:
    """Return the coefficients of `summands` (a column each) that fit `values` best, and how far each value strays.

    Values weigh as much as `sure` says, less the further they stray: those that stray by more than a spread hardly
    count. `spreads` are the first and the last spread. `ridge` draws coefficients that the values leave open to 0.
    """
    weights, spread = sure, spreads[0]
    for _ in range(_ROUNDS):
        squares = summands.T @ (weights[:, None] * summands) + ridge * sure.sum() * np.eye(summands.shape[1])
        best = np.linalg.pinv(squares) @ summands.T @ (weights * values)
        strays = values - summands @ best
        weights = sure / (1 + (strays / spread) ** 2) ** 2
        spread = max(spreads[1], spread / 2)
    return np.asarray(best), strays
