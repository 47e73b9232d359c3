"""Find the figures of a text with the units per which they are stated, and the money that texts state, in yuan.

`10元/人`, `每人10元` and `人均10元` are 10 yuan per 人; `每人每月3000元` is per 人 and 月. In a product, such a unit
cancels with a quantity in it. Sums, and prices per thing, are those of texts, indicators and items of costs. A price is
about the indicators that set the price of the same thing.

A text may multiply figures and state the result: `补助63人，每人1000元，共需6.3万元`. One grammar reads all products: a
figure per thing (每人1000元, 100株/栋) is multiplied by the number of these things, a figure per month by the months
stated or by the months of 全年, and figures with × between them by each other. Nothing is multiplied if a unit stays
open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from math import prod

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import WORDING as PROSE, Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Subject, measured, settings
from jixiao.ingest.text.mentions.times import months
from jixiao.ingest.values.amounts import CURRENCY, LARGE, NUMBER, UNITS, decimal
from jixiao.ontology import terms
from jixiao.ontology.text.decimals import digits
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
        yuan = f.decimal(decimal(one["digits"]) * UNITS[one["unit"]])
        values = {terms.targetValue: yuan, terms.setting: settings({"asked"})}
        yield Mention(prose, terms.StatedMoney, *one.span(), values=values)


def _of_text(prose: Prose) -> Iterator[Quantity]:
    """Yield the money in a text; money joined by × to a figure is the price of one of what that figure counts."""
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


_IN_YEAR = {unit: Decimal(number) for unit, number in WORDING.meanings("in_year").items()}
_TIME = frozenset({*_IN_YEAR, *WORDING.words("short_times")})
_MONTH, _QUARTER, _METRE = (WORDING.text(name) for name in ("month", "quarter", "metre"))
_SIDES = {2: WORDING.text("square"), 3: WORDING.text("cubic")}
_CALCULATED = frozenset("×xX*=＝+＋")
_FEWEST = 2  # factors of a product
_NAMED = 3  # characters of a thing that is priced
_LARGEST_STEP = Decimal(10000)  # of a rounded figure
_YEAR_MONTHS = 12
_ROUND = 2  # digits of a figure that may be rounded up
_EXACT = 1000  # smaller figures are compared to one part in a hundred


@dataclass(frozen=True)
class Product:
    """Figures with the unit of their product, and the figure stated as their result."""

    factors: tuple[Quantity, ...]
    unit: str
    result: Quantity | None = None

    @property
    def value(self) -> Decimal:
        """The product of the factors, in `unit`; in yuan if that is money."""
        return prod((each.value for each in self.factors), start=Decimal(1))

    @property
    def rounded(self) -> Decimal:
        """The difference allowed between product and result, in `unit`: at most a fiftieth of the product.

        It follows from the last digits that are not 0, of the largest factor and of the result.
        """
        most = self.value / 50
        approximate = any(each.operator == "approx" for each in (*self.factors, *filter(None, [self.result])))
        if self.result is None or self.result.value < _EXACT or approximate:
            return most
        largest = max(self.factors, key=lambda each: each.value)
        steps = [min(last_digit(each.value), _LARGEST_STEP) for each in (largest, self.result)]
        return min(most, self.value / largest.value * steps[0] + steps[1])

    def mention(self, prose: Prose, about: tuple[str, ...], beside: frozenset[str] = frozenset()) -> Mention:
        """Return the mention of the product in a text, from its first to its last printed figure.

        `about` are the IRIs of indicators that state its result or figures, `beside` settings besides those of the
        figures.
        """
        printed = [each for each in (*self.factors, self.result) if each and each.end > each.start]
        told = beside.union(*(prose.settings(part.start) for part in printed))
        shown = ("/".join((f"{digits(each.value)}{each.unit}", *filter(None, each.per))) for each in self.factors)
        values = {
            terms.computedValue: f.decimal(self.value),
            terms.printedResult: f.decimal(self.result.value) if self.result else None,
            terms.roundedTo: f.decimal(self.rounded),
            terms.targetUnit: f.plain(self.unit),
            terms.factors: f.plain(" × ".join(shown)),
            terms.setting: settings(told),
        }
        start, end = min(each.start for each in printed), max(each.end for each in printed)
        return Mention(prose, terms.StatedProduct, start, end, None, about, values)


def products(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the products in the texts of a project, and of a price and a quantity that stand apart.

    A product without a stated result is about the only indicator in its unit. A price in an indicator or goal belongs
    to the only quantity in its unit among the indicators, or to a quantity whose name, without words for counting, is
    part of the price's name. The price of a month or a quarter is multiplied by the months or quarters of the stated
    period, or of a year for a project that lasts for one.
    """
    for prose in (*subject.running, *subject.cells):
        for each in of_text(prose):
            yield each.mention(prose, () if each.result else _measuring(subject.rows, each.unit))
    for row in subject.rows:
        if (one := of_row(row)) and is_price(one):
            yield from _of_row(subject, row, one)
    for prose in subject.goals:
        multiplied = {each for product in of_text(prose) for each in product.factors}
        for one in (each for each in factors(prose) if is_price(each) and each not in multiplied):
            words = prose.text[prose.of_sentence(one.start)[0] : one.end]
            for row, counted in _counted(subject.rows, words, one, only=False):
                yield Product((one, counted), YUAN).mention(prose, (row.iri,), _ceiling(row))


def of_text(prose: Prose) -> Iterator[Product]:
    """Yield the products of a text, each of one sentence."""
    found = list(factors(prose))
    known: set[tuple[Quantity, ...]] = set()
    for at, one in enumerate(found):
        start, end = prose.of_sentence(one.start)
        beside = [each for each in found if start <= each.start < end]
        chain = _joined(prose, found[at:]) or _resolved(one, beside, prose.text[start:end])
        order = tuple(sorted(chain, key=lambda each: each.start))
        if order in known or not (unit := _unit_of(chain)):
            continue
        known.add(order)
        result = _result(prose, chain, unit, beside)
        # The money of several years is not that of the project's year.
        if result or not any(each.unit == YEAR for each in chain):
            yield Product(tuple(chain), unit, result)


def _joined(prose: Prose, found: Sequence[Quantity]) -> list[Quantity]:
    """Return the factors of a product: the first figure, and all further figures that × joins to it.

    The two sides of an area count as joined, too. The list is empty for a single figure, and for figures beside a
    result (=) or a sum (+).
    """
    chain = list(found[:1])
    for one, other in pairwise(found):
        if not (
            RE.explicit.fullmatch(prose.text, one.end, other.start) or (_is_side(prose, one) and _is_side(prose, other))
        ):
            break
        chain.append(other)
    around = prose.text[: chain[0].start].rstrip()[-1:] + prose.text[chain[-1].end :].lstrip(" )）")[:1]
    return chain if len(chain) >= _FEWEST and _CALCULATED.isdisjoint(around) else []


def _is_side(prose: Prose, one: Quantity) -> bool:
    return one.unit == _METRE and RE.side.search(prose.text, max(0, one.start - 8), one.start) is not None


def _resolved(one: Quantity, beside: Sequence[Quantity], sentence: str) -> list[Quantity]:
    """Return the figure `one`, stated per some units, and figures `beside` it that cancel all of these units.

    Months or quarters of a whole year that the sentence names count as figures. The list is empty if a unit stays open.
    """
    of_each = PERSON in one.per and any(each.unit == PERSON_TIMES for each in beside)
    chain, needs = [one], [each for each in one.per if not (of_each and each in _TIME)]
    while needs:
        need = needs.pop(0)
        matching = [each for each in beside if each not in chain and _cancels(each, need)]
        if len({each.value for each in matching}) > 1:
            matching = [each for each in matching if abs(beside.index(each) - beside.index(one)) == 1]
        if matching:
            chain.append(matching[0])
            needs += [each for each in matching[0].per if each not in (*needs, *one.per, need)]
        elif need == YEAR or (need in _IN_YEAR and RE.all_year.search(sentence)):
            chain += [Quantity(0, 0, _IN_YEAR[need], need)] if need != YEAR else []
        else:
            return []
    return chain if sum(each.end > each.start for each in chain) >= _FEWEST else []


def _cancels(one: Quantity, need: str) -> bool:
    """Return whether a figure counts the unit that another factor is stated for: persons, for 元/人.

    If `need` is ANY, the price names no unit, and every figure counts except money, shares and times.
    """
    return counts(one, need) if need != ANY else one.unit not in {YUAN, ANY, "%", *_TIME}


def _unit_of(chain: Sequence[Quantity]) -> str | None:
    """Return the unit of a product: 元 for money, else the unit that no other figure cancels; None for several.

    Two lengths give 平方米, three 立方米. None too if every unit is cancelled, or 元 occurs twice.
    """
    units = [each.unit for each in chain]
    if YUAN in units:
        return YUAN if units.count(YUAN) == 1 else None
    if set(units) == {_METRE}:
        return _SIDES.get(len(units))
    cancelled = {per for each in chain for per in each.per}
    left = {each.unit for each in chain if not any(counts(each, per) for per in cancelled)} - _TIME - {ANY, "%"}
    return left.pop() if len(left) == 1 else None


def _result(prose: Prose, chain: Sequence[Quantity], unit: str, beside: Sequence[Quantity]) -> Quantity | None:
    """Return the stated result of a product: the first total in its unit after it in the sentence, else one before it.

    None is returned without such a figure, and if the sentence adds something to the product.
    """
    printed = [each for each in chain if each.end > each.start]
    first, last = min(each.start for each in printed), max(each.end for each in printed)
    adds = RE.besides.search(prose.text, last, prose.of_sentence(first)[1])
    plain = [
        each for each in beside if not adds and each.unit == unit and set(each.per) <= {YEAR} and each not in chain
    ]
    behind = [one for one in plain if one.start >= last and RE.total.search(prose.text, last, one.start)]
    ahead = [one for one in plain if one.end <= first and RE.divides.search(prose.text, one.end, last)]
    return next(iter((*behind, *ahead[-1:])), None)


def _measuring(rows: Sequence[IndicatorFacts], unit: str) -> tuple[str, ...]:
    """Return the IRI of the only indicator with a number in a unit; empty for several or none, and for money."""
    found = tuple(row.iri for row in rows if same(row.unit) == unit and row.value is not None)
    return found if len(found) == 1 and unit != YUAN else ()


def _of_row(subject: Subject, row: IndicatorFacts, one: Quantity) -> Iterator[Mention]:
    named = settings_of(subject, row) | _ceiling(row)
    times = [each for each in one.per if each in {_MONTH, _QUARTER}]
    lengths = months(subject) if times else set()
    for prose in subject.graph.prose(row.iri, terms.targetText, "target"):
        if times and len(lengths) <= 1 and (lengths or _is_whole_year(subject)):
            share = Decimal(next(iter(lengths), _YEAR_MONTHS)) / _YEAR_MONTHS
            lasting = (Quantity(0, 0, _IN_YEAR[each] * share, each) for each in times)
            yield Product((one, *lasting), YUAN).mention(prose, (row.iri,), named)
        for other, counted in () if times else _counted(subject.rows, row.name, one):
            yield Product((one, counted), YUAN).mention(prose, (row.iri, other.iri), named | _ceiling(other))


def _ceiling(row: IndicatorFacts) -> frozenset[str]:
    """Return the setting of a ceiling in round figures, below which less may be spent; others were calculated."""
    is_round = len((row.value or Decimal(0)).normalize().as_tuple().digits) <= _ROUND
    return frozenset({"limit"} if row.operator in {"le", "lt"} and is_round else ())


def _counted(
    rows: Sequence[IndicatorFacts], words: str, one: Quantity, *, only: bool = True
) -> Iterator[tuple[IndicatorFacts, Quantity]]:
    """Yield the indicators that count what the price `one` is paid for, each with its quantity as a factor.

    The indicator's unit is that of the price. Its name stands in `words`, the words beside the price, or, if `only` is
    true, it may be the only quantity in this unit instead. A price for an open unit needs its priced thing in the
    indicator's name.
    """
    counting = [row for row in rows if row.value is not None and not of_row(row) and row.unit not in {"%", "％"}]
    per = set(one.per) - {YEAR}
    fitting = [row for row in counting if {PERSON if row.unit == PERSON_TIMES else same(row.unit)} == per]
    alone = only and len({row.value for row in fitting}) == 1
    named = thing(words)
    for row in counting:
        stem = RE.count_opening.sub("", RE.count_ending.sub("", RE.remark.sub("", row.name)))
        is_named = len(stem) >= _SHORTEST and stem in words
        if len(named) >= _NAMED and named in row.name if per == {ANY} else row in fitting and (alone or is_named):
            yield row, Quantity(0, 0, row.value or Decimal(0), same(row.unit))


def _is_whole_year(subject: Subject) -> bool:
    """Return whether a project lasts from January to December of one year; true without stated dates."""
    first, last = (subject.graph.text(subject.iri, name) for name in (terms.startDate, terms.endDate))
    return not first or not last or (first[:4] == last[:4] and first[5:7] == "01" and last[5:7] == "12")
