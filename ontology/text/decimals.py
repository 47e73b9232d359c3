"""Write numbers as digits for readers and for RDF literals."""

from decimal import Decimal
from fractions import Fraction


def digits(number: int | Decimal, *, grouped: bool = False) -> str:
    """Return a number without an exponent or trailing zeros: 400000, 12.5; `grouped` separates thousands by commas."""
    printed = format(Decimal(number), ",f" if grouped else "f")
    return printed.rstrip("0").rstrip(".") if "." in printed else printed


def counted(number: int | Decimal, one: str, several: str = "") -> str:
    """Return a number with its English noun: 1 project, 2 projects, 1,234 bodies.

    `one` is the noun after 1, and `several` the noun after other numbers, by default `one` with an s.
    """
    return f"{digits(number, grouped=True)} {one if number == 1 else several or f'{one}s'}"


def percent(share: float | Fraction, places: int = 1) -> str:
    """Return a share (0 to 1) in percent with a number of decimal places, without the sign: 12.5.

    A share above 0 that would be rounded to 0 is written as <0.1, and a share below 1 that would be rounded to 100 as
    >99.9.
    """
    printed, step = f"{float(100 * share):.{places}f}", Decimal(1).scaleb(-places)
    if share > 0 and not Decimal(printed):
        return f"<{step}"
    return f">{100 - step}" if share < 1 and Decimal(printed) == 100 else printed
