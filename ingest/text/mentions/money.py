"""Find the figures of a text with the units per which they are stated, and the money that texts state, in yuan.

`10元/人`, `每人10元` and `人均10元` are 10 yuan per 人; `每人每月3000元` is per 人 and 月. In a product, such a unit
cancels with a quantity in it. Sums, and prices per thing, are those of texts, indicators and items of costs. A price is
about the indicators that set the price of the same thing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import WORDING as PROSE, Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Subject, measured, settings
from jixiao.ingest.values.amounts import CURRENCY, LARGE, NUMBER, UNITS, decimal
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


def counts(one: Quantity, unit: str) -> bool:
    """Return whether a figure counts the `unit` of a price: 63人 does for a price per 人, and 10个村 for one per 村."""
    alike = (one.unit, unit) == (PERSON_TIMES, PERSON) or (one.unit == SINGLE and one.noun.startswith(unit))
    return unit not in {ANY, *one.per} and (one.unit == unit or alike)


def is_price(one: Quantity) -> bool:
    """Return whether a figure is money per unit of something other than a year."""
    return one.unit == YUAN and bool(set(one.per) - {YEAR})


def same(unit: str) -> str:
    """Return the usual word for a unit with several names: 人 for 名 and 位; any other unit unchanged."""
    return _SAME.get(unit, unit)


@lru_cache(maxsize=64)  # readers of money and of products ask
def factors(prose: Prose) -> tuple[Quantity, ...]:
    """Return the figures of a text in order, ranges left out, each with its units and ending with their words."""
    return tuple(_factors(prose))


def _factors(prose: Prose) -> Iterator[Quantity]:
    text, last = prose.text, 0
    for one in prose.quantities:
        behind = RE.per_behind.match(text, one.end)
        begin = max(last, prose.of_clause(one.start)[0])
        before = (found.group() for found in RE.per_before.finditer(text, begin, one.start))
        per = _units(" ".join((behind.group() if behind else "", *before)))
        unit = _unit(one, text)
        follows = unit != same(one.unit) and text.startswith(unit, one.end)
        last = behind.end() if behind else one.end + follows * len(unit)
        if one.upper is None:
            per = per if unit == YUAN else tuple(each for each in per if each not in {ANY, YEAR})
            yield replace(one, unit=unit, per=per, end=last, noun=text[last : last + 2] if unit == SINGLE else "")


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


def of_row(row: IndicatorFacts) -> Quantity | None:
    """Return an indicator's money in yuan, with the units per which it is paid; None for an indicator without money.

    Money whose unit and name tell no such unit is a price for ANY if its name is that of a price.
    """
    named = RE.unit_of_name.search(row.name)
    unit, _, per = row.unit.replace("／", "/").partition("/")
    if not unit and named:
        unit, per = named[1], named[2] or ""
    scale = UNITS.get(unit) or LARGE.get(unit)
    if row.value is None or scale is None:
        return None
    units = _units(" ".join((per, *(found.group() for found in RE.per_before.finditer(row.name)))))
    priced = not units and RE.prices.search(row.name) and not RE.no_prices.search(row.name)
    return Quantity(0, len(row.target), row.value * scale, YUAN, operator=row.operator, per=(ANY,) if priced else units)


_COSTS = tuple(f"{terms.VOCAB}indicator-type/{name}" for name in ("output-cost", "cost", "cost-economic"))
_SHORTEST, _ABRIDGED, _LEFT_OUT = 2, 6, 3  # characters of a thing, of one that is abridged, and left out of its name


def money(subject: Subject) -> Iterator[Mention]:
    """Yield the sums and prices of a project; a price of a text or item is about the indicators that set it, too."""
    graph, rows = subject.graph, [(row, one) for row in subject.rows if (one := of_row(row))]
    priced, holders = [(row, one) for row, one in rows if is_price(one)], {row.iri for row, _ in rows}
    for prose in subject.proses:
        for one in _of_text(prose) if prose.holder not in holders else ():
            words = prose.text[prose.of_sentence(one.start)[0] : one.start]
            yield _stated(prose, one, about=_about(words, one, priced))
    for row, one in rows:
        for prose in graph.prose(row.iri, terms.targetText, "target"):
            yield _stated(prose, one, row.name, (row.iri,), settings_of(subject, row))
    for item in subject.items if priced else ():
        for prose in graph.prose(item.iri, terms.RDFS_label, "item"):
            value = graph.number(item.iri, terms.itemUnitPrice) or Decimal(0)
            one = Quantity(0, len(prose.text), value, YUAN, per=(same(item.unit or ""),))
            if value and (about := _about(prose.text, one, priced)):
                yield _stated(prose, one, None, about)
    yield from _handed_down(subject)


def _handed_down(subject: Subject) -> Iterator[Mention]:
    """Yield the only sum that a letter hands down to the only project of a file, unless the letter has its amount."""
    told = ((prose, one) for prose in subject.loose for one in RE.handed_down.finditer(prose.text))
    found = [(prose, one) for prose, one in told if not prose.aside.meet(*one.span())]
    sums = {one.yuan for prose in subject.loose for one in prose.quantities}
    own = {subject.graph.number(subject.iri, name) for name in (terms.totalAmount, terms.annualRequest)}
    if len(found) == len(subject.graph.projects) == 1 and sums.isdisjoint(own - {None}):
        prose, one = found[0]
        money = f.decimal(decimal(one["digits"]) * UNITS[one["unit"]])
        values = {terms.targetValue: money, terms.setting: settings({"asked"})}
        yield Mention(prose, terms.StatedMoney, *one.span(), values=values)


def _of_text(prose: Prose) -> Iterator[Quantity]:
    """Yield the money in a text; a figure that × joins to another one is for one of what the other one counts."""
    found = factors(prose)
    for at, one in enumerate(found):
        pairs = pairwise(found[max(0, at - 1) : at + 2])
        joined = (pair for pair in pairs if RE.explicit.fullmatch(prose.text, pair[0].end, pair[1].start))
        if one.unit == YUAN:
            yield replace(one, per=one.per or tuple(each.unit for pair in joined for each in pair if each.unit != YUAN))


def _stated(
    prose: Prose,
    one: Quantity,
    thing: str | None = None,
    about: tuple[str, ...] = (),
    told: frozenset[str] = frozenset(),
) -> Mention:
    """Return a figure of money as a mention; `told` are settings besides those of its text."""
    kind = terms.StatedPrice if is_price(one) else terms.StatedMoney
    rounded = f.decimal(last_digit(one.value)) if one.operator == "approx" else None
    values = measured(one) | {terms.roundedTo: rounded, terms.setting: settings(told | prose.settings(one.start))}
    return Mention(prose, kind, one.start, one.end, thing, about, values)


def _about(words: str, price: Quantity, priced: Sequence[tuple[IndicatorFacts, Quantity]]) -> tuple[str, ...]:
    """Return the IRIs of the indicators that price, in a matching unit, a thing named in `words` before the price."""
    return tuple(
        row.iri
        for row, one in priced
        if is_price(price)
        and (set(one.per) & set(price.per) or ANY in (*price.per, *one.per))
        and len(named := thing(row.name)) >= _SHORTEST
        and (named in words or _abridges(words, named))
    )


def _abridges(words: str, name: str) -> bool:
    """Return whether words are a name less a few characters: 援建干部工作经费 for 援建干部人才工作经费."""
    rest = iter(name)
    return _ABRIDGED <= len(words) <= len(name) <= len(words) + _LEFT_OUT and all(char in rest for char in words)


def settings_of(subject: Subject, row: IndicatorFacts) -> frozenset[str]:
    """Return the settings of an indicator's name and target; an indicator of costs has the setting "spent" as well."""
    named = (part.settings(0) for part in subject.cells if part.holder == row.iri)
    return frozenset({"spent"} if row.type in _COSTS else ()).union(*named)


def thing(name: str) -> str:
    """Return an indicator's name without words for prices, that is, the thing priced: 送书下乡 for 送书下乡补助."""
    return RE.price_ending.sub("", RE.price_opening.sub("", RE.remark.sub("", name)))


def last_digit(value: Decimal) -> Decimal:
    """Return the place value of a figure's last digit that is not 0, at least 1: 10,000 for 260,000."""
    return max(Decimal(1), Decimal(1).scaleb(int(value.normalize().as_tuple().exponent)))
