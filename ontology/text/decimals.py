"""Write numbers as digits for readers and for RDF literals."""

from decimal import Decimal


def digits(number: int | Decimal, *, grouped: bool = False) -> str:
    """Return a number without an exponent or trailing zeros: 400000, 12.5; `grouped` separates thousands by commas."""
    printed = format(Decimal(number), ",f" if grouped else "f")
    return printed.rstrip("0").rstrip(".") if "." in printed else printed


def counted(number: int | Decimal, one: str, several: str = "") -> str:
    """Return a number with its English noun: 1 project, 2 projects, 1,234 bodies.

    `one` is the noun after 1, and `several` the noun after other numbers, by default `one` with an s.
    """
    return f"{digits(number, grouped=True)} {one if number == 1 else several or f'{one}s'}"


def percent(share: float) -> str:
    """Return a share (0 to 1) in percent with one decimal place, without the sign: 12.5.

    A share above 0 that would be rounded to 0 is written as <0.1, and a share below 1 that would be rounded to 100 as
    >99.9.
    """
    printed = f"{100 * share:.1f}"
    if share > 0 and printed == "0.0":
        return "<0.1"
    if share < 1 and printed == "100.0":
        return ">99.9"
    return printed
