"""Detect leaks: decide from samples of a server after its warm-up if a measure grows.

The trend is the median of all slopes between two samples (Theil-Sen), which single peaks do not change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

MIB = 1 << 20


@dataclass(frozen=True)
class Measure:
    """A sampled quantity: name, unit, size of the unit, and tolerated rise (absolute, share of the median)."""

    name: str
    unit: str
    size: int
    spare: float
    share: float


@dataclass(frozen=True)
class Growth:
    """Growth of a measure: its median, its fitted rise over the whole time, and the rise that is allowed."""

    measure: Measure
    median: float
    rise: float
    allowed: float

    @property
    def grew(self) -> bool:
        """True if the measure rose more than it may."""
        return self.rise > self.allowed

    def __str__(self) -> str:
        size, unit = self.measure.size, self.measure.unit
        verdict = "增长 GROWS" if self.grew else "不增长 steady"
        return (
            f"{self.measure.name}：中位数 median {self.median / size:,.0f}{unit}，"
            f"走势 trend {self.rise / size:+,.1f}{unit}（≤ {self.allowed / size:,.1f}）{verdict}"
        )


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Return the median of the slopes between any two samples; 0 for fewer than two samples."""
    pairs = combinations(zip(times, values, strict=True), 2)
    slopes = [(later - before) / (end - start) for (start, before), (end, later) in pairs if end > start]
    return median(slopes) if slopes else 0.0


def growth(measure: Measure, times: Sequence[float], values: Sequence[float]) -> Growth:
    """Fit the growth of a measure. Raises ValueError without samples."""
    if not times:
        raise ValueError("no samples")
    middle = median(values)
    rise = slope(times, values) * (times[-1] - times[0])
    return Growth(measure, middle, rise, max(measure.spare, measure.share * middle))
