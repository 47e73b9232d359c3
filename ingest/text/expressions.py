"""Find figures that × and + join, and calculations with their results (`1500 元*10 篇=15000 元`), in yuan.

If the units of a calculation leave its meaning open (27×3=81万元), the reading with the smallest error is taken.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product as pairs
from math import prod

from jixiao.ingest.model import Calculation, Printed
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.mentions.factors import ANY, RE, YUAN, Factor, factors
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.values.amounts import decimal, step

_MOST = 5  # factors of a price times a quantity
_ONE = Decimal(1)


def _chains(prose: Prose) -> Iterator[tuple[list[list[Factor]], Factor | None]]:
    """Yield the products that + joins, of two figures at least, and the figure behind them."""
    products: list[list[Factor]] = []
    for one in (*(each for each in factors(prose) if each.digits), None):
        sign = RE.joins.fullmatch(prose.text, products[-1][-1].end, one.first) if products and one else None
        if one and sign:
            products[-1:] = [[*products[-1], one]] if sign["times"] else [products[-1], [one]]
        else:
            if sum(map(len, products)) > 1:
                yield products, one
            products = [[one]] if one else []


def _scale(one: Factor) -> Decimal | None:
    """Return the value in yuan of the unit of money of a figure, None for other figures."""
    return one.value / decimal(one.digits) if one.unit == YUAN and one.value else None


def calculations(printed: Printed, holder: str | int) -> Iterator[Calculation]:
    """Yield the calculations in a text, in order; `holder` is the goal or section of the text (see Figure)."""
    prose = Prose("", "section", Flow.of(printed))
    text = prose.text
    for products, result in _chains(prose):
        start, last = products[0][0].first, products[-1][-1].end
        if (
            not (result and result.unit in {YUAN, ANY})
            or not RE.equals.fullmatch(text, last, result.first)
            or RE.begins_in.search(text, max(0, start - 4), start)
            or not (readings := list(_readings(products, result)))
        ):
            continue
        end = result.end + text.startswith(YUAN * 2, result.end - 1)
        if not RE.goes_on.match(text, end):
            computed, yuan, scaled = min(readings, key=lambda one: abs(one[0] - one[1]) / (abs(one[1]) or 1))
            words, rounded = prose.flow.text[start:end].strip(), step(result.digits, scaled)
            yield Calculation(words, computed, yuan, rounded, holder, prose.places(start, end))


def _readings(products: Sequence[list[Factor]], result: Factor) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yield each possible reading of a calculation: its value, its printed result, and the value of the result's unit.

    All three are in yuan. If only one side of the equation has a unit of money, the other may be in that unit as well.
    """
    money = [[scale for one in factors if (scale := _scale(one))] for factors in products]
    scales, unit = {scale for of_one in money for scale in of_one}, _scale(result)
    if any(len(of_one) > 1 for of_one in money):
        return
    of_bare = {_ONE, *scales} if scales else {_ONE, unit or _ONE}
    for bare, of_result in pairs(of_bare, {unit} if unit else {_ONE, *scales}):
        values = (_value(factors) * (_ONE if scaled else bare) for factors, scaled in zip(products, money, strict=True))
        yield sum(values, Decimal(0)), decimal(result.digits) * of_result, of_result


def _value(run: Sequence[Factor]) -> Decimal:
    return prod((one.value / 100 if one.unit == "%" else one.value for one in run), start=_ONE)


def multiplied(flow: Flow) -> str:
    """Return a text with each price times a quantity (`（1万元×2）`) as one figure, with blanks up to its length.

    A product without a price, or with several, stays as it is.
    """
    prose, text = Prose("", "section", flow), flow.text
    for products, _ in _chains(prose):
        run = products[0]
        prices = [one for one in run if _scale(one)]
        plain = all(one.unit != "%" and one.value == decimal(one.digits) for one in run if one not in prices)
        if len(products) == len(prices) == 1 and plain and len(run) <= _MOST:
            (price,) = prices
            start, opens = run[0].first, RE.opens.search(text, 0, run[0].first)
            ends = (opens and RE.closes.match(text, run[-1].end)) or RE.ends.match(text, run[-1].end)
            if ends and RE.free.match(text, start := opens.start() if opens and ends["close"] else start):
                end = ends.end()
                unit = text[price.first + len(price.digits) : price.end].partition("/")[0].strip()
                figure = f"{(_value(run) / (_scale(price) or _ONE)).normalize():f}{unit}"
                text = text[:start] + figure.ljust(end - start) + text[end:]
    return text
