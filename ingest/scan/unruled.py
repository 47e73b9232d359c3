"""Tell running text from tables without upright rulings, or without any: lines of their cells run into each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.traces import Run

_ALIGNED = 0.7  # heights of a character between texts of one column
_ROWS = 4  # rows with a text in a column: fewer are signatures, or a title with its unit
_LINES = 3  # lines from edge to edge: fewer part a page
_EDGE = 4.0  # points
_INSIDE = 0.9  # of the texts at the height of the lines stand between their ends, unlike labels of underlined blanks


def in_columns(spans: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> set[int]:
    """Return which texts outside of tables stand in columns. `loose` are flat lines that rule no table."""
    found: set[int] = set()
    for first, last in (*_by_lines(spans, loose, em, scale), *_by_alignment(spans, em)):
        found |= {at for at, span in enumerate(spans) if first <= (span.top + span.bottom) / 2 <= last}
    return found


def _by_alignment(spans: Sequence[Span], em: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom of rows in which texts to the right of others begin at one edge."""
    second = [span for span in spans if any(_is_left_of(other, span) for other in spans)]
    for one in second:
        column = [span for span in second if abs(span.left - one.left) <= _ALIGNED * em]
        if len(column) >= _ROWS:
            yield min(span.top for span in column) - em, max(span.bottom for span in column) + em


def _is_left_of(one: Span, other: Span) -> bool:
    middle = (other.top + other.bottom) / 2
    return one.right <= other.left and one.top <= middle <= one.bottom


def _by_lines(spans: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom of lines that run from edge to edge, with texts between."""
    near = _EDGE * scale
    for one in loose:
        lines = [run for run in loose if abs(run.start - one.start) <= near and abs(run.end - one.end) <= near]
        top, bottom = min(run.at for run in lines), max(run.at for run in lines)
        between = [span for span in spans if top <= (span.top + span.bottom) / 2 <= bottom]
        inside = [span for span in between if one.start - em <= span.left and span.right <= one.end + em]
        if len(lines) >= _LINES and between and len(inside) >= _INSIDE * len(between):
            yield top - em, bottom + em
