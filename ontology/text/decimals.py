"""Write numbers as digits for readers and for RDF literals."""

from decimal import Decimal


def digits(number: int | Decimal, *, grouped: bool = False) -> str:
    """Return a number without an exponent or trailing zeros: 400000, 12.5; `grouped` separates thousands by commas."""
    printed = format(Decimal(number), ",f" if grouped else "f")
    return printed.rstrip("0").rstrip(".") if "." in printed else printed
