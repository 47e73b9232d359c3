"""Find calculations printed with their results in running text, such as `1500 元*10 篇=15000 元`, in yuan.

If units leave the meaning open (27×3=81万元), the reading with the smallest error is taken. A total with its equal
instalments is a calculation, too.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from math import prod

from jixiao.ingest.model import Calculation, Printed
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.measure_words import WORDING
from jixiao.ingest.values.amounts import CURRENCY, LARGE, NUMBER, UNIT, decimal, scale, step
from jixiao.ontology import numerals
from jixiao.ontology.text.wording import Wording

_INSTALMENTS = Wording("jixiao.ingest.text", "sums.toml", {"number": NUMBER, "unit": UNIT}).pattern("instalments")
_TWO = WORDING.text("two")
_MEASURE = r"(?:[\u4e00-\u9fff]{1,6}(?:/[\u4e00-\u9fff]{1,4})?|[%％])?"
_TERM = rf"{NUMBER}\s?{_MEASURE}"
_OPERATOR = r"\s{0,3}[×xX*＊✕✖+＋÷]\s{0,3}"
_EXPRESSION = re.compile(
    rf"(?P<left>{_TERM}(?:{_OPERATOR}{_TERM}){{1,7}})\s{{0,3}}[=＝]\s{{0,3}}{CURRENCY}?(?P<result>{NUMBER})\s?(?P<unit>{UNIT})?"
)
_PIECE = re.compile(rf"(?P<number>{NUMBER})\s?(?P<measure>{_MEASURE})|(?P<operator>[×xX*＊✕✖+＋÷])")
_MONEY = re.compile(rf"(?:{UNIT})(?:/.+)?")
_TIMES, _PLUS = frozenset("×xX*＊✕✖"), frozenset("+＋")
_GOES_ON = re.compile(r"\s{0,3}[×xX*＊✕✖+＋÷=＝\d.%％\u4e00-\u9fff(（-]")
_BEGINS_IN = re.compile(r"[×xX*＊✕✖+＋÷=＝)）\]】/.,\-—–−]\s{0,3}$")

Factor = tuple[Decimal, Decimal | None]
"""A number with 万 or 亿 applied, and the value of its unit in yuan if the number is money."""


def calculations(printed: Printed, holder: str | int) -> tuple[Calculation, ...]:
    """Return the calculations in a text, in order; `holder` is the goal or section of the text (see Figure)."""
    flow = Flow.of(printed)
    found = list(_instalments(flow, holder))
    if "=" in printed.text or "＝" in printed.text:
        found += _calculations(flow, holder)
    return tuple(found)


def _instalments(flow: Flow, holder: str | int) -> Iterator[Calculation]:
    """Yield totals that are paid in equal instalments: 847.5万元，均分三年支付，每年282.5万元."""
    for match in _INSTALMENTS.finditer(flow.text):
        times = decimal(match["times"]) if match["times"].isdecimal() else Decimal(numerals.serial(_two(match)) or 0)
        total, each = (decimal(match[name]) * scale(match[unit]) for name, unit in (("total", "unit"), ("each", "own")))
        rounded = times * step(match["each"], scale(match["own"]))
        places = flow.within(match.start(), match.end())
        yield Calculation(match.group(), times * each, total, rounded, holder, places)


def _two(match: re.Match[str]) -> str:
    return match["times"].replace(_TWO, numerals.FIGURES[1])


def _calculations(flow: Flow, holder: str | int) -> Iterator[Calculation]:
    for match in _EXPRESSION.finditer(flow.text):
        before = flow.text[max(0, match.start() - 4) : match.start()]
        if _BEGINS_IN.search(before) or _GOES_ON.match(flow.text, match.end()):
            continue
        sums = list(_sums(match["left"]))
        result, unit = decimal(match["result"]), scale(match["unit"]) if match["unit"] else None
        readings = list(_readings(sums, result, unit)) if sums else []
        if not readings:
            continue
        computed, printed_yuan, scaled = min(readings, key=lambda one: abs(one[0] - one[1]) / (abs(one[1]) or 1))
        places = flow.within(match.start(), match.end())
        rounded = step(match["result"], scaled)
        yield Calculation(match.group().strip(), computed, printed_yuan, rounded, holder, places)


def _readings(
    sums: list[list[Factor]], result: Decimal, unit: Decimal | None
) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yield each possible reading of a calculation: its value, its printed result, and the value of the result's unit.

    All three are in yuan. `sums` are the products that are added up, `result` is the printed result, and `unit` the
    value of its unit, None if none is printed. If only one side of the equation has a unit of money, the other side may
    be in that unit as well.
    """
    units = [money for factors in sums for _, money in factors if money]
    if any(sum(1 for _, money in factors if money) > 1 for factors in sums):
        return
    one = Decimal(1)
    bare = {one, *units} if units else {one, unit or one}
    for of_bare, of_result in product(bare, {unit} if unit else {one, *units}):
        total = sum(
            (
                prod((number * (money or 1) for number, money in factors), start=one)
                * (one if any(money for _, money in factors) else of_bare)
                for factors in sums
            ),
            Decimal(0),
        )
        yield total, result * of_result, of_result


def _sums(left: str) -> Iterator[list[Factor]]:
    """Yield the products that are added up on the left side of an equation, each as the list of its factors."""
    factors: list[Factor] = []
    operator = "×"
    for piece in _PIECE.finditer(left):
        if piece["operator"]:
            operator = piece["operator"]
            if operator in _PLUS:
                yield factors
                factors = []
            continue
        number, money = _factor(decimal(piece["number"]), piece["measure"])
        if operator == "÷":
            if not number:
                return
            number = Decimal(1) / number
        factors.append((number, money))
    yield factors


def _factor(number: Decimal, measure: str) -> Factor:
    if measure in ("%", "％"):
        return number / 100, None
    if _MONEY.fullmatch(measure):
        return number, scale(measure.partition("/")[0])
    return number * LARGE.get(measure[:1], 1), None
