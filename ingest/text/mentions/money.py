"""Find the figures of a text with the units per which they are stated, and the money that texts state, in yuan.

`10元/人`, `每人10元` and `人均10元` are 10 yuan per 人; `每人每月3000元` is per 人 and 月. In a product, such a unit
cancels with a quantity in it. Sums, and prices per thing, are those of texts, indicators and items of costs. A price is
about the indicators that set the price of the same thing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import WORDING as PROSE, Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Stated, Subject, measured, operator, settings
from jixiao.ingest.values.amounts import CURRENCY, LARGE, NUMBER, UNITS
from jixiao.ontology import terms
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

    `start` and `end` are the offsets of its words, with those of a unit after it. `quantity` is None for the value of
    an indicator or item. `noun` has the two characters after the unit 个, so that 10个村 counts 村 as well.
    """

    value: Decimal
    unit: str
    per: tuple[str, ...]
    start: int
    end: int
    quantity: Quantity | None = field(default=None, compare=False)
    noun: str = ""

    def counts(self, unit: str) -> bool:
        """Return whether the figure counts the `unit` of a price: 63人 does for a price per 人."""
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
    """Return the usual word for a unit with several names: 人 for 名 and 位; any other unit unchanged."""
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
    """Return the units in words such as /人/年, 每人 and 人均, without repetitions.

    A word that leaves the unit open (ANY) is returned only if no other word states a unit.
    """
    found = [_MEANS[each["mean"]] if each["mean"] else same(each["unit"]) for each in RE.units_of_per.finditer(words)]
    return tuple(each for each in dict.fromkeys(found) if each) or tuple(found[:1])


def _unit(one: Quantity, text: str) -> str:
    """Return the unit of a figure: the printed one, else the character after the figure, else ANY.

    A figure such as 3万 without a unit is 元 at the end of its clause, and ANY before a further word.
    """
    if one.unit:
        return same(one.unit)
    following = text[one.end : one.end + 1]
    is_word = RE.han.match(following) is not None
    if text[one.end - 1 : one.end] in LARGE:
        return ANY if is_word else YUAN
    return same(following) if is_word else ANY


def of_row(row: IndicatorFacts) -> Factor | None:
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


_COSTS = tuple(f"{terms.VOCAB}indicator-type/{name}" for name in ("output-cost", "cost", "cost-economic"))
_SHORTEST, _ABRIDGED, _LEFT_OUT = 2, 6, 3  # characters of a thing, of one that is abridged, and left out of its name


def money(subject: Subject) -> Iterator[Mention]:
    """Yield the sums and prices of a project."""
    priced = [(row, one) for row in subject.rows if (one := price(row))]
    of_rows = {row.iri for row in subject.rows if of_row(row)}
    for prose in subject.proses:
        if prose.holder not in of_rows:
            yield from _of_text(prose, priced)
    for row in subject.rows:
        if one := price(row) or of_row(row):
            yield from _of_row(subject, row, one)
    yield from _of_items(subject, priced)


def price(row: IndicatorFacts) -> Factor | None:
    """Return the price that an indicator sets, by its unit (money per thing) or by its name; None if it sets none."""
    one = of_row(row)
    named = RE.prices.search(row.name) and not RE.no_prices.search(row.name)
    if one and named and not one.per:
        return Factor(one.value, one.unit, (ANY,), one.start, one.end)
    return one if one and one.is_price else None


def thing(name: str) -> str:
    """Return an indicator's name without words for prices, that is, the thing priced: 送书下乡 for 送书下乡补助."""
    return RE.price_ending.sub("", RE.price_opening.sub("", RE.remark.sub("", name)))


def _of_text(prose: Prose, priced: list[tuple[IndicatorFacts, Factor]]) -> Iterator[Mention]:
    found = list(factors(prose))
    for at, one in enumerate(found):
        if one.unit != YUAN or not one.quantity:
            continue
        per = one.per
        for other in (*found[at - 1 : at], *found[at + 1 : at + 2]):
            ends = sorted((one, other), key=lambda each: each.start)
            if not per and other.unit != YUAN and RE.explicit.fullmatch(prose.text, ends[0].end, ends[1].start):
                per = (other.unit,)
        if set(per) - {YEAR}:
            yield _price(prose, one, _about(prose.text[prose.of_sentence(one.start)[0] : one.start], per, priced))
        else:
            last = last_digit(one.value) if one.quantity.operator == "approx" else None
            values = measured(one.quantity) | {terms.roundedTo: f.decimal(last), terms.targetUnit: f.plain(YUAN)}
            yield Mention(prose, terms.StatedMoney, one.start, one.end, values=values)


def _of_row(subject: Subject, row: IndicatorFacts, one: Factor) -> Iterator[Mention]:
    """Yield a mention of the price or money in an indicator's target, with the settings of its name and target."""
    for prose in subject.graph.prose(row.iri, terms.targetText, "target"):
        values: dict[str, Stated] = {
            terms.setting: settings(settings_of(subject, row)),
            terms.targetValue: f.decimal(one.value),
            terms.targetOperator: operator(row.operator),
        }
        kind = terms.StatedPrice if one.is_price or ANY in one.per else terms.StatedMoney
        yield Mention(prose, kind, 0, len(prose.text), row.name, (row.iri,), values)


def settings_of(subject: Subject, row: IndicatorFacts) -> frozenset[str]:
    """Return the settings of an indicator's name and target; an indicator of costs has the setting "spent" as well."""
    named = (part.settings(0) for part in subject.cells if part.holder == row.iri)
    return frozenset({"spent"} if row.type in _COSTS else ()).union(*named)


def _of_items(subject: Subject, priced: list[tuple[IndicatorFacts, Factor]]) -> Iterator[Mention]:
    """Yield mentions of the unit prices of cost items, each about the indicators that price the same thing.

    Cost items without such an indicator are left out.
    """
    for item in subject.graph.texts(subject.iri, terms.hasCostItem):
        given = subject.graph.number(item, terms.itemUnitPrice)
        unit = same(subject.graph.text(item, terms.itemUnit) or "")
        for prose in subject.graph.prose(item, terms.RDFS_label, "item") if given is not None and priced else ():
            about = _about(prose.text, (unit,), priced)
            if about:
                yield _price(prose, Factor(given or Decimal(0), YUAN, (unit,), 0, len(prose.text)), about)


def _price(prose: Prose, one: Factor, about: tuple[str, ...]) -> Mention:
    values = measured(one.quantity) if one.quantity else {}
    values |= {terms.targetUnit: f.plain(YUAN), terms.targetValue: f.decimal(one.value)}
    return Mention(prose, terms.StatedPrice, one.start, one.end, None, about, values)


def _about(words: str, per: tuple[str, ...], priced: list[tuple[IndicatorFacts, Factor]]) -> tuple[str, ...]:
    """Return the IRIs of the indicators that price, in a matching unit, a thing named in `words` before the price."""
    return tuple(
        row.iri
        for row, one in priced
        if (set(one.per) & set(per) - {ANY} or ANY in (*per, *one.per))
        and len(named := thing(row.name)) >= _SHORTEST
        and (named in words or _abridges(words, named))
    )


def _abridges(words: str, name: str) -> bool:
    """Return whether words are a name less a few characters: 援建干部工作经费 for 援建干部人才工作经费."""
    rest = iter(name)
    return _ABRIDGED <= len(words) <= len(name) <= len(words) + _LEFT_OUT and all(char in rest for char in words)


def last_digit(value: Decimal) -> Decimal:
    """Return the place value of a figure's last digit that is not 0, at least 1: 10,000 for 260,000."""
    return max(Decimal(1), Decimal(1).scaleb(int(value.normalize().as_tuple().exponent)))
