"""Parse printed money and quantities into decimals; money is in yuan.

A blank cell has no value, never 0. Text that is not a number raises ValueError, so that no guess is published.
"""

import re
from decimal import Decimal

from jixiao.ingest.values.plain import folded, plain

YUAN = Decimal(1)
UNITS = {"亿元": Decimal(100_000_000), "万元": Decimal(10_000), "千元": Decimal(1_000), "元": YUAN}
_BLANK = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "—元", "/元"})
# Eighteen digits are more than any budget has, and fewer than a decimal keeps: longer runs are not numbers.
NUMBER = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,18})(?:\.\d{1,12})?(?!\d)"
UNIT = "亿元?|万元?|千元|元"
_TWO_FIGURES = re.compile(r"\d\s+\d")
# Brackets behind an amount list its parts.
_AMOUNT = re.compile(rf"(?:人民币)?[¥￥]?(-?(?:{NUMBER}))({UNIT})?(?:整|人民币)?(?:\([^()]*[^()\d.,][^()]*\))?")
_QUANTITY = re.compile(rf"(-?(?:{NUMBER}))([^\d.,]{{0,8}})")


def decimal(digits: str) -> Decimal:
    """Convert digits matched by NUMBER, such as `37,780,000.00`, to a decimal."""
    return Decimal(digits.replace(",", ""))


def step(digits: str, unit: Decimal = YUAN) -> Decimal:
    """Return the place of the last digit printed, in yuan: `12.35` in 万元 gives 100."""
    return unit.scaleb(-len(digits.partition(".")[2]))


def two_figures(text: str) -> bool:
    """Return whether white space separates two figures, which must not be read as one: `100 200`."""
    return _TWO_FIGURES.search(plain(text)) is not None


def is_blank(text: str) -> bool:
    """Return whether a cell is empty or holds only a stroke."""
    return folded(text) in _BLANK


def unit(text: str) -> Decimal | None:
    """Return the yuan in one unit of a label (`项目资金（万元）` gives 10,000), or None if it states no unit."""
    found = re.search(
        r"\((?:单位:)?(亿元|万元|千元|元)\)|单位:(?:人民币)?(亿元|万元|千元|元)|(?:/|^)(亿元|万元|千元|元)$",
        folded(text),
    )
    return UNITS[next(filter(None, found.groups()))] if found else None


def names_unit(text: str) -> bool:
    """Return whether a cell with an amount states the unit itself: `12万元`."""
    return re.search(r"[元万亿]", text) is not None


def names_figure(text: str) -> bool:
    """Return whether a cell holds one figure alone, with or without a unit, or a stroke."""
    return is_blank(text) or quantity(text) is not None or _AMOUNT.fullmatch(folded(text)) is not None


def scale(suffix: str) -> Decimal:
    """Return the yuan in one unit of running text, where 万 and 万元 are equal."""
    return UNITS[suffix if suffix.endswith("元") else suffix + "元"]


def money(text: str, default: Decimal) -> Decimal | None:
    """Return the yuan that a cell states, under the rules of `stated`."""
    found = stated(text, default)
    return found[0] if found else None


def stated(text: str, default: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the yuan that a cell states, and the place of their last digit, or None for a blank cell.

    `default` is the yuan in one unit if the cell names no unit. Raises ValueError for text that is not one amount.
    """
    if is_blank(text):
        return None
    found = None if two_figures(text) else _AMOUNT.fullmatch(folded(text))
    if not found:
        raise ValueError(text)
    unit = scale(found.group(2)) if found.group(2) else default
    return decimal(found.group(1)) * unit, step(found.group(1), unit)


def quantity(text: str) -> tuple[Decimal, str] | None:
    """Return number and unit of `2000 人` or `50000元/人`, or None if the cell is not one number."""
    found = None if two_figures(text) else _QUANTITY.fullmatch(folded(text))
    return (decimal(found.group(1)), found.group(2)) if found else None
