"""Show texts with marked parts, such as the words at fault or those that a search found."""

from collections.abc import Iterator, Sequence

Span = tuple[int, int]
"""Start and end of a marked part of a text, from 0."""


def cut(text: str, marks: Sequence[Span], most: int, before: int) -> tuple[str, tuple[Span, ...]]:
    """Return a text with its marks, cut to `most` characters if it is longer.

    The part that stays begins `before` characters before the first mark, or nearer to the start if the text would end
    too soon. `…` is added at each cut, and the marks are given for the new text.
    """
    if len(text) <= most:
        return text, tuple(marks)
    start = min(max(0, (marks[0][0] if marks else 0) - before), len(text) - most)
    end = start + most
    left, right = "…" if start else "", "…" if end < len(text) else ""
    by = len(left) - start
    inside = ((max(first, start) + by, min(last, end) + by) for first, last in marks if first < end and last > start)
    return f"{left}{text[start:end]}{right}", tuple(inside)


def pieces(text: str, marks: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each with a flag that is true for a marked one; sorted marks may overlap."""
    place = 0
    for first, last in marks:
        if place < first:
            yield text[place:first], False
        if max(place, first) < last:
            yield text[max(place, first) : last], True
        place = max(place, last)
    if place < len(text):
        yield text[place:], False
