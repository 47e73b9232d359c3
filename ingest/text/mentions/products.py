"""Find figures that a text multiplies, and the result that it states: `补助63人，每人1000元，共需6.3万元`.

One grammar reads them all: a figure per thing (每人1000元, 100株/栋) is multiplied by the number of these things, a
figure per month by the months stated or by the months of 全年, and figures with × between them by each other. Nothing
is multiplied if a unit stays open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import prod

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.money import (
    ANY,
    PERSON,
    PERSON_TIMES,
    RE,
    WORDING,
    YEAR,
    YUAN,
    counts,
    factors,
    is_price,
    last_digit,
    of_row,
    same,
    settings_of,
    thing,
)
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Subject, settings
from jixiao.ingest.text.mentions.times import months
from jixiao.ontology import terms
from jixiao.ontology.text.decimals import digits

_IN_YEAR = {unit: Decimal(number) for unit, number in WORDING.meanings("in_year").items()}
_TIME = frozenset({*_IN_YEAR, *WORDING.words("short_times")})
_MONTH, _QUARTER, _METRE = (WORDING.text(name) for name in ("month", "quarter", "metre"))
_SIDES = {2: WORDING.text("square"), 3: WORDING.text("cubic")}
_CALCULATED = frozenset("×xX*=＝+＋")
_FEWEST = 2  # factors of a product
_SHORTEST, _NAMED = 2, 3  # characters of a counted thing, and of one that is priced
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
    """Yield mentions of the products in the texts of a project.

    A product without a stated result is about the only indicator in its unit. Prices and quantities that stand apart,
    in two indicators or in a goal and an indicator, are multiplied, too.
    """
    for prose in (*subject.running, *subject.cells):
        for one in of_text(prose):
            yield one.mention(prose, () if one.result else _measuring(subject.rows, one.unit))
    yield from _apart(subject)


def of_text(prose: Prose) -> Iterator[Product]:
    """Yield the products of a text, each of one sentence."""
    found = list(factors(prose))
    known: set[tuple[Quantity, ...]] = set()
    for at, one in enumerate(found):
        start, end = prose.of_sentence(one.start)
        beside = [each for each in found if start <= each.start < end]
        chain = _joined(prose, found[at:]) or _resolved(one, beside, prose.text[start:end])
        order = tuple(sorted(chain, key=lambda each: each.start))
        if order in known or not (unit := _unit(chain)):
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
    chain, needs = [one], list(one.per)
    if PERSON in needs and any(each.unit == PERSON_TIMES for each in beside):
        needs = [each for each in needs if each not in _TIME]
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
    if need == ANY:
        return one.unit not in {YUAN, ANY, "%", *_TIME}
    return counts(one, need)


def _unit(chain: Sequence[Quantity]) -> str | None:
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
    if RE.besides.search(prose.text, last, prose.of_sentence(first)[1]):
        return None
    plain = [each for each in beside if each.unit == unit and set(each.per) <= {YEAR} and each not in chain]
    behind = [one for one in plain if one.start >= last and RE.total.search(prose.text, last, one.start)]
    ahead = [one for one in plain if one.end <= first and RE.divides.search(prose.text, one.end, last)]
    return next(iter((*behind, *ahead[-1:])), None)


def _measuring(rows: Sequence[IndicatorFacts], unit: str) -> tuple[str, ...]:
    """Return the IRI of the only indicator with a number in a unit; empty for several or none, and for money."""
    found = tuple(row.iri for row in rows if same(row.unit) == unit and row.value is not None)
    return found if len(found) == 1 and unit != YUAN else ()


def _apart(subject: Subject) -> Iterator[Mention]:
    """Yield products of a price in an indicator or goal and a quantity in an indicator of the project.

    A price belongs to the only quantity in its unit, or to a quantity whose name, without words for counting, is part
    of the price's name. The price of a month or a quarter is multiplied by the months or quarters of the stated period,
    or of a year for a project that lasts for one.
    """
    for row in subject.rows:
        if (one := of_row(row)) and is_price(one):
            yield from _of_row(subject, row, one)
    for prose in subject.goals:
        multiplied = {each for product in of_text(prose) for each in product.factors}
        for one in factors(prose):
            if is_price(one) and one not in multiplied:
                words = prose.text[prose.of_sentence(one.start)[0] : one.end]
                for row, counted in _counted(subject.rows, words, one, only=False):
                    yield Product((one, counted), YUAN).mention(prose, (row.iri,), _ceiling(row))


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
    counts = [row for row in rows if row.value is not None and not of_row(row) and row.unit not in {"%", "％"}]
    per = set(one.per) - {YEAR}
    fitting = [row for row in counts if {PERSON if row.unit == PERSON_TIMES else same(row.unit)} == per]
    alone = only and len({row.value for row in fitting}) == 1
    named = thing(words)
    for row in counts:
        stem = RE.count_opening.sub("", RE.count_ending.sub("", RE.remark.sub("", row.name)))
        is_named = len(stem) >= _SHORTEST and stem in words
        if len(named) >= _NAMED and named in row.name if per == {ANY} else row in fitting and (alone or is_named):
            yield row, Quantity(0, 0, row.value or Decimal(0), same(row.unit))


def _is_whole_year(subject: Subject) -> bool:
    """Return whether a project lasts from January to December of one year; true without stated dates."""
    first, last = (subject.graph.text(subject.iri, name) for name in (terms.startDate, terms.endDate))
    return not first or not last or (first[:4] == last[:4] and first[5:7] == "01" and last[5:7] == "12")
