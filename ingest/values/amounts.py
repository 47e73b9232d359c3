"""Parse printed money and quantities into decimals; money is in yuan.

A blank cell has no value, never 0. Text that is not a number raises ValueError, so that no guess is published.
"""

from decimal import Decimal
from functools import lru_cache

from jixiao.ingest.values.figures import WORDING, figured, two_figures
from jixiao.ingest.values.plain import folded

YUAN = Decimal(1)
UNITS = {unit: Decimal(yuan) for unit, yuan in WORDING.meanings("units").items()}
"""The yuan in each unit of money."""
LARGE = {unit: Decimal(number) for unit, number in WORDING.meanings("large").items()}
"""The numbers that 万 and 亿 stand for."""
NUMBER, UNIT, CURRENCY = (WORDING.text(name) for name in ("number", "unit", "currency"))
_SCALES = UNITS | LARGE
_BLANK = frozenset(WORDING.words("blanks"))
_AMOUNT, _QUANTITY = WORDING.pattern("amount"), WORDING.pattern("quantity")
_UNIT_OF_LABEL, _NAMES_UNIT = WORDING.pattern("unit_of_label"), WORDING.pattern("names_unit")


def decimal(digits: str) -> Decimal:
    """Convert digits matched by NUMBER, such as `37,780,000.00`, to a decimal."""
    return Decimal(digits.replace(",", ""))


def step(digits: str, unit: Decimal = YUAN) -> Decimal:
    """Return the value in yuan of the last printed digit: 100 for `12.35` if `unit` is 10,000 (万元)."""
    return unit.scaleb(-len(digits.partition(".")[2]))


def is_blank(text: str) -> bool:
    """Return whether a cell is empty or holds only a dash."""
    return folded(text) in _BLANK


def unit(text: str) -> Decimal | None:
    """Return the value in yuan of a label's unit: 10,000 for `项目资金（万元）`; None if the label has no unit."""
    found = labelled_unit(text)
    return UNITS[found[1]] if found else None


def labelled_unit(text: str) -> tuple[str, str] | None:
    """Return a label without its unit of money, and the unit as printed: `项目资金()` and `万元`; None without one."""
    words = folded(text)
    found = _UNIT_OF_LABEL.search(words)
    if not found:
        return None
    at = next(number for number in range(1, _UNIT_OF_LABEL.groups + 1) if found[number])
    return words[: found.start(at)] + words[found.end(at) :], found[at]


def names_unit(text: str) -> bool:
    """Return whether a cell with an amount prints its unit, as in `12万元`."""
    return _NAMES_UNIT.search(text) is not None


def names_figure(text: str) -> bool:
    """Return whether a cell has exactly one figure, with or without a unit; True for a dash and a blank cell, too."""
    return is_blank(text) or quantity(text) is not None or _AMOUNT.fullmatch(figured(text)) is not None


def scale(suffix: str) -> Decimal:
    """Return the value in yuan of `suffix`, a unit in running text, where 万 means 万元. Raises KeyError for others."""
    return _SCALES[suffix]


def stated(text: str, default: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the money in a cell in yuan, and the value of its last digit; None for a blank cell.

    `default` is the value in yuan of the unit if the cell names none. Raises ValueError for text that is not one
    amount.
    """
    if is_blank(text):
        return None
    found = None if two_figures(text) else _AMOUNT.fullmatch(figured(text))
    if not found:
        raise ValueError(text)
    unit = scale(found.group(2)) if found.group(2) else default
    return decimal(found.group(1)) * unit, step(found.group(1), unit)


def money(text: str) -> Decimal | None:
    """Return the sum in a text that holds nothing else, in the text's own unit; None for a figure of another unit."""
    found = quantity(text)
    return found[0] if found and (not found[1] or found[1] in UNITS) else None


@lru_cache(maxsize=8192)  # several steps ask for the same cells
def quantity(text: str) -> tuple[Decimal, str] | None:
    """Return the number and unit of `2000 人` or `50000元/人`, or None if the cell is not one number."""
    found = None if two_figures(text) else _QUANTITY.fullmatch(figured(text))
    return (decimal(found.group(1)), found.group(2)) if found else None
