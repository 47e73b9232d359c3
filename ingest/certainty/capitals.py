"""Read amounts of money in Chinese words, such as `壹佰贰拾万元整` (1,200,000 yuan), as printed beside figures."""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest.certainty.wording import WORDING
from jixiao.ingest.values.amounts import LARGE

_CAPITALS = WORDING.pattern("capitals")
_FIGURES = {char: value for value, char in enumerate(WORDING.text("capital_figures"))}
_PLACES = {char: 10**power for power, char in enumerate(WORDING.text("capital_places"), 1)}
_LARGEST = max(LARGE, key=LARGE.__getitem__)
_BELOW_YUAN = {char: Decimal(1).scaleb(-power) for power, char in enumerate(WORDING.text("below_yuan"), 1)}


def sums(text: str) -> Iterator[Decimal]:
    """Yield, in yuan, each amount of money that a text prints in words."""
    return (_value(found[0]) for found in _CAPITALS.finditer(text))


def _value(words: str) -> Decimal:
    whole = within = figure = 0  # `within` is the number below the next 万 or 亿, which will be multiplied by it
    below = Decimal(0)
    for char in words:
        if char in _FIGURES:
            figure = _FIGURES[char]
        elif char in _PLACES:
            within, figure = within + (figure or 1) * _PLACES[char], 0
        elif char == _LARGEST:
            whole, within, figure = (whole + within + figure) * int(LARGE[char]), 0, 0
        elif char in LARGE:
            whole, within, figure = whole + (within + figure) * int(LARGE[char]), 0, 0
        elif char in _BELOW_YUAN:
            below, figure = below + figure * _BELOW_YUAN[char], 0
        else:
            whole, within, figure = whole + within + figure, 0, 0
    return whole + below
