"""Hold numbers exactly in SQLite, which has no decimals.

Money is a whole number of ten-thousandths of a yuan, and any other number a text that sorts as the number does.
"""

from decimal import Decimal

PARTS_OF_YUAN = 10_000
_MOST = 10**16  # bound on amounts in ten-thousandths of a yuan, so that sums of hundreds still fit into 64 bits
_NINES = str.maketrans("0123456789", "9876543210")


class OddError(ValueError):
    """An error: a value that tables cannot hold."""


def scaled(number: str | Decimal) -> int:
    """Convert yuan to ten-thousandths of a yuan. Raises OddError if the result is not whole, or is too large."""
    over, under = Decimal(number).as_integer_ratio()
    whole, rest = divmod(over * PARTS_OF_YUAN, under)
    if rest or abs(whole) >= _MOST:
        raise OddError(number)
    return whole


def sortable(number: str | Decimal) -> str:
    """Return a text for a number, such that texts for numbers sort in the order of the numbers."""
    value = Decimal(number)
    whole, _, fraction = f"{abs(value):f}".partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    text = f"{len(whole):04}{whole}.{fraction}"
    return text if value >= 0 else f"-{text.translate(_NINES)}~"


def number(text: str) -> Decimal:
    """Return the number of a text that sortable() made."""
    positive = text[1:-1].translate(_NINES) if text.startswith("-") else text
    value = Decimal(positive[4:].removesuffix(".")) if positive[4:] != "." else Decimal(0)
    return value.copy_negate() if text.startswith("-") else value
