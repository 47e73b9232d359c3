"""Find texts in tables without upright rulings, or without any rulings: where a cell of them ends is not certain."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.scan.lines import Span
from jixiao.ingest.scan.traces import Run

_ALIGNED = 0.7  # times a character's height: the left edges of texts in one column differ by no more
_ROWS = 4  # least number of rows with a text in a column; fewer are signatures, or a title with its unit
_LINES = 3  # least number of flat lines with the same ends; fewer divide sections of a page
_EDGE = 4.0  # points by which the ends of such lines may differ
_INSIDE = 0.9  # share of the texts between the lines that are within their ends, unlike labels of underlined blanks


def in_columns(spans: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> set[int]:
    """Return the indices of the texts outside of ruled tables that may be in columns.

    `spans` are the boxes of the texts, and `loose` flat lines that do not belong to a ruled table.
    """
    found: set[int] = set()
    for first, last in (*_by_lines(spans, loose, em, scale), *_by_alignment(spans, em)):
        found |= {at for at, span in enumerate(spans) if first <= (span.top + span.bottom) / 2 <= last}
    return found


def _by_alignment(spans: Sequence[Span], em: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom (pixels) of each area where at least four texts, to the right of others, begin at one x."""
    second = [span for span in spans if any(_is_left_of(other, span) for other in spans)]
    for one in second:
        column = [span for span in second if abs(span.left - one.left) <= _ALIGNED * em]
        if len(column) >= _ROWS:
            yield min(span.top for span in column) - em, max(span.bottom for span in column) + em


def _is_left_of(one: Span, other: Span) -> bool:
    middle = (other.top + other.bottom) / 2
    return one.right <= other.left and one.top <= middle <= one.bottom


def _by_lines(spans: Sequence[Span], loose: Sequence[Run], em: float, scale: float) -> Iterator[tuple[float, float]]:
    """Yield top and bottom (pixels) of each area where at least three flat lines have equal ends, and text between."""
    near = _EDGE * scale
    for one in loose:
        lines = [run for run in loose if abs(run.start - one.start) <= near and abs(run.end - one.end) <= near]
        top, bottom = min(run.at for run in lines), max(run.at for run in lines)
        between = [span for span in spans if top <= (span.top + span.bottom) / 2 <= bottom]
        inside = [span for span in between if one.start - em <= span.left and span.right <= one.end + em]
        if len(lines) >= _LINES and between and len(inside) >= _INSIDE * len(between):
            yield top - em, bottom + em
