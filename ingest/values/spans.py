"""Passages of a text or of its lines, as starts and ends (the end excluded) -> whether any of them meets another.

Apart since files may have thousands of passages and of questions about them: each is answered by bisection.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """Passages, which may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reached = list(accumulate((end for _, end in ordered), max))  # how far the passages up to each go

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them has a place in common with the passage from `start` to `end`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reached[before - 1] > start
