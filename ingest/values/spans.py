"""Find out whether passages of a text overlap; a passage is given by its start and the offset after its end.

Files may have thousands of passages and tests, so each test is done by bisection.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """Passages of a text, which may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reached = list(accumulate((end for _, end in ordered), max))  # furthest end up to each passage

    def meet(self, start: int, end: int) -> bool:
        """Return whether any of the passages overlaps the passage from `start` to `end`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reached[before - 1] > start
