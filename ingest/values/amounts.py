"""Printed money and quantities -> decimals. Money comes out in yuan.

A blank cell has no value, never 0; text that is no number raises ValueError, so that nobody publishes a guess.
"""

import re
from decimal import Decimal

from jixiao.ingest.values.plain import folded, plain

YUAN = Decimal(1)
UNITS = {"亿元": Decimal(100_000_000), "万元": Decimal(10_000), "千元": Decimal(1_000), "元": YUAN}
_BLANK = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "—元", "/元"})
# Eighteen digits are more than any budget has, and fewer than a decimal keeps: what is longer is no number.
NUMBER = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,18})(?:\.\d{1,12})?(?!\d)"
UNIT = "亿元?|万元?|千元|元"
_TWO_FIGURES = re.compile(r"\d\s+\d")
# Behind an amount, brackets hold what it is made of.
_AMOUNT = re.compile(rf"(?:人民币)?[¥￥]?(-?(?:{NUMBER}))({UNIT})?(?:整|人民币)?(?:\([^()]*[^()\d.,][^()]*\))?")
_QUANTITY = re.compile(rf"(-?(?:{NUMBER}))([^\d.,]{{0,8}})")


def decimal(digits: str) -> Decimal:
    """`37,780,000.00` -> Decimal; the digits as matched by NUMBER."""
    return Decimal(digits.replace(",", ""))


def step(digits: str, unit: Decimal = YUAN) -> Decimal:
    """The place of the last digit printed, in yuan: `12.35` in 万元 -> 100."""
    return unit.scaleb(-len(digits.partition(".")[2]))


def two_figures(text: str) -> bool:
    """Whether a cell holds two figures with white space between them, which must not run together: `100 200`."""
    return _TWO_FIGURES.search(plain(text)) is not None


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or a stroke in its place."""
    return folded(text) in _BLANK


def unit(text: str) -> Decimal | None:
    """Yuan to one unit as a label states it: `项目资金（万元）` -> 10,000; None where it states none."""
    found = re.search(
        r"\((?:单位:)?(亿元|万元|千元|元)\)|单位:(?:人民币)?(亿元|万元|千元|元)|(?:/|^)(亿元|万元|千元|元)$",
        folded(text),
    )
    return UNITS[next(filter(None, found.groups()))] if found else None


def names_unit(text: str) -> bool:
    """Whether a cell with an amount states the unit itself: `12万元`."""
    return re.search(r"[元万亿]", text) is not None


def names_figure(text: str) -> bool:
    """Whether a cell holds nothing but one figure, with or without a unit, or a stroke in its place."""
    return is_blank(text) or quantity(text) is not None or _AMOUNT.fullmatch(folded(text)) is not None


def scale(suffix: str) -> Decimal:
    """Yuan to one unit of a suffix in running text: 万 and 万元 are the same."""
    return UNITS[suffix if suffix.endswith("元") else suffix + "元"]


def money(text: str, default: Decimal) -> Decimal | None:
    """The yuan that a cell states (see `stated`)."""
    found = stated(text, default)
    return found[0] if found else None


def stated(text: str, default: Decimal) -> tuple[Decimal, Decimal] | None:
    """The yuan that a cell states, and the place of their last digit; `default` is yuan to one where it names no unit.

    None for a blank cell; ValueError for anything that is not one amount.
    """
    if is_blank(text):
        return None
    found = None if two_figures(text) else _AMOUNT.fullmatch(folded(text))
    if not found:
        raise ValueError(text)
    unit = scale(found.group(2)) if found.group(2) else default
    return decimal(found.group(1)) * unit, step(found.group(1), unit)


def quantity(text: str) -> tuple[Decimal, str] | None:
    """Number and unit of a quantity such as `2000 人` or `50000元/人`; None where the cell is not one number."""
    found = None if two_figures(text) else _QUANTITY.fullmatch(folded(text))
    return (decimal(found.group(1)), found.group(2)) if found else None
