"""Find the figures of a text that may multiply: each with its unit, and the units that it is for one of.

`10元/人`, `每人10元` and `人均10元` are 10 yuan per 人; `每人每月3000元` is per 人 and 月. In a product, such a unit
cancels with a quantity in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from jixiao.ingest.text.mentions.prose import WORDING as PROSE, Prose, Quantity
from jixiao.ingest.text.mentions.subject import Row
from jixiao.ingest.values.amounts import CURRENCY, LARGE, NUMBER, UNITS
from jixiao.ontology.text.wording import Wording

WORDING = Wording(
    "jixiao.ingest.text.mentions",
    "money.toml",
    {"counted": PROSE.text("counted"), "digits": NUMBER, "currency": CURRENCY},
)
"""The words and patterns of money, products and shares."""
RE = WORDING.patterns
"""The patterns of these words."""
_SAME, _MEANS = WORDING.meanings("units"), WORDING.meanings("means")
ANY = ""
"""The unit of a price that is stated without one: 单价450元."""
YUAN, PERSON, PERSON_TIMES, YEAR, SINGLE = (
    WORDING.text(name) for name in ("yuan", "person", "person_times", "year", "any_single")
)
"""Units; PERSON_TIMES counts persons anew each time, so that no number of times or months multiplies it."""


@dataclass(frozen=True)
class Factor:
    """A figure of a text: its value and unit, and the units per which it is stated (1000元 per 人).

    `start` and `end` are the offsets of its words, with those of a unit behind it. `quantity` is None for the value of
    an indicator or item. `noun`: the two characters behind 个, so that 10个村 counts 村 as well.
    """

    value: Decimal
    unit: str
    per: tuple[str, ...]
    start: int
    end: int
    quantity: Quantity | None = field(default=None, compare=False)
    noun: str = ""

    def counts(self, unit: str) -> bool:
        """Return whether the figure is a quantity in the unit of a price: 63人, for a price per 人."""
        alike = (self.unit, unit) == (PERSON_TIMES, PERSON) or (self.unit == SINGLE and self.noun.startswith(unit))
        return unit not in {ANY, *self.per} and (self.unit == unit or alike)

    @property
    def digits(self) -> str:
        """The figures as printed; empty for a number in words, and for the value of an indicator or item."""
        return self.quantity.digits if self.quantity else ""

    @property
    def first(self) -> int:
        """The offset of the first digit."""
        return self.quantity.first if self.quantity else self.start

    @property
    def is_price(self) -> bool:
        """Return whether the figure is money per unit of something other than a year."""
        return self.unit == YUAN and bool(set(self.per) - {YEAR})


def same(unit: str) -> str:
    """Return the one word for a unit: 人 for 名 and 位."""
    return _SAME.get(unit, unit)


@lru_cache(maxsize=64)  # readers of money and of products ask
def factors(prose: Prose) -> tuple[Factor, ...]:
    """Return the figures of a text in order, ranges left out."""
    return tuple(_factors(prose))


def _factors(prose: Prose) -> Iterator[Factor]:
    text, last = prose.text, 0
    for one in prose.quantities:
        behind = RE.per_behind.match(text, one.end)
        begin = max(last, prose.of_clause(one.start)[0])
        before = (found.group() for found in RE.per_before.finditer(text, begin, one.start))
        per = _units(" ".join((behind.group() if behind else "", *before)))
        unit = _unit(one, text)
        if unit != YUAN:
            per = tuple(each for each in per if each not in {ANY, YEAR})
        last = (
            behind.end()
            if behind
            else one.end + (unit != same(one.unit) and text.startswith(unit, one.end)) * len(unit)
        )
        if one.upper is None:
            yield Factor(one.value, unit, per, one.start, last, one, text[last : last + 2] if unit == SINGLE else "")


def _units(words: str) -> tuple[str, ...]:
    """Return the units in such words as /人/年, 每人 and 人均; a unit that is left open only if no other is stated."""
    found = [_MEANS[each["mean"]] if each["mean"] else same(each["unit"]) for each in RE.units_of_per.finditer(words)]
    return tuple(each for each in dict.fromkeys(found) if each) or tuple(found[:1])


def _unit(one: Quantity, text: str) -> str:
    """Return the unit of a figure: 元 also for 3万 at the end of its clause, and the character behind a bare figure."""
    if one.unit:
        return same(one.unit)
    following = text[one.end : one.end + 1]
    is_word = RE.han.match(following) is not None
    if text[one.end - 1 : one.end] in LARGE:
        return ANY if is_word else YUAN
    return same(following) if is_word else ANY


def of_row(row: Row) -> Factor | None:
    """Return an indicator's money in yuan, with the units per which it is paid; None for an indicator without money."""
    named = RE.unit_of_name.search(row.name)
    unit, _, per = row.unit.replace("／", "/").partition("/")
    if not unit and named:
        unit, per = named[1], named[2] or ""
    scale = UNITS.get(unit) or LARGE.get(unit)
    if row.value is None or scale is None:
        return None
    words = " ".join((per, *(found.group() for found in RE.per_before.finditer(row.name))))
    return Factor(row.value * scale, YUAN, _units(words), 0, len(row.target))
