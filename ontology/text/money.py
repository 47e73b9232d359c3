"""Word money: sentences and large figures take their amounts from here, in words or in yuan."""

from decimal import ROUND_HALF_EVEN, Decimal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits

_UNITS = {
    "zh": ((8, 2, "亿元"), (4, 2, "万元"), (0, None, "元")),
    "en": ((9, 3, "billion yuan"), (6, 3, "million yuan"), (0, None, "yuan")),
}
"""Power of ten, most decimals and name of each unit, the largest first."""

_CENTS_BELOW = 1000
"""Yuan below which the mean of amounts is told to the cent."""


def money(amount: int | Decimal, *, in_yuan: bool = False) -> Bilingual:
    """Return an amount of yuan in words: 147.2 万元 and 1.472 million yuan.

    The unit is the largest that leaves at most two decimals in Chinese and three in English. Any other amount has all
    its digits, in yuan (1,234,567 元), as every amount has with `in_yuan`, for sentences that compare digit by digit.
    Nothing is rounded, so that amounts that differ are never worded alike.
    """
    if in_yuan:
        return Bilingual(*(f"{digits(amount, grouped=True)} {_UNITS[language][-1][2]}" for language in _UNITS))
    return Bilingual(*(_worded(amount, language) for language in _UNITS))


def _worded(amount: int | Decimal, language: str) -> str:
    for power, places, unit in _UNITS[language]:
        value = Decimal(amount).scaleb(-power)
        if places is None or (abs(value) >= 1 and value == round(value, places)):
            return f"{digits(value, grouped=True)} {unit}"
    raise AssertionError("the last unit holds every amount")


def unit_for(largest: int | Decimal, language: str) -> tuple[int, str]:
    """Return the unit for a scale of amounts up to `largest`, such as a chart's axis: its size in yuan and its name."""
    units = _UNITS[language]
    power, _, unit = next((each for each in units if largest >= 10 ** each[0]), units[-1])
    return 10**power, unit


def mean(total: int | Decimal, number: int) -> Bilingual:
    """Return the mean of `number` amounts with the sum `total` (yuan) in words, after “about” if it was rounded.

    A mean with parts of a cent is rounded: to the cent below 1,000 yuan, else to the yuan. Raises ZeroDivisionError.
    """
    exact = Decimal(total) / number
    cents = exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    if cents * number == total:
        return money(cents)
    said = money(cents if abs(exact) < _CENTS_BELOW else exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    return Bilingual(f"约 {said.zh}", f"about {said.en}")
