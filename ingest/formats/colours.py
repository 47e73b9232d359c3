"""Colours of text and of what is behind it, by which text is seen or not."""

Colour = tuple[float, ...]
"""A colour as red, green and blue from 0 to 1, or one number for what is no colour."""
UNKNOWN: Colour = (-2.0,)
WHITE: Colour = (1.0, 1.0, 1.0)
_STEP = 1 / 16  # of a colour: less is not seen


def difference(one: Colour, other: Colour) -> float:
    """Return the largest difference of red, green or blue between two colours, from 0 to 1."""
    return max(abs(part - beside) for part, beside in zip(one, other, strict=True))


def is_alike(ink: Colour, paper: Colour) -> bool:
    """Return whether text in one colour cannot be seen on another; if either is not known, it can."""
    return ink != UNKNOWN and len(ink) == len(paper) and difference(ink, paper) < _STEP
