"""Find the money that texts, indicators and items of costs state, in yuan: sums, and prices per thing.

A price is about the indicators that set the price of the same thing.
"""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.factors import ANY, RE, YEAR, YUAN, Factor, factors, of_row, same
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Mention, Row, Stated, Subject, measured, operator, settings
from jixiao.ontology import terms

_COSTS = tuple(f"{terms.VOCAB}indicator-type/{name}" for name in ("output-cost", "cost", "cost-economic"))
_SHORTEST = 2  # characters of a thing


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


def price(row: Row) -> Factor | None:
    """Return the price that an indicator sets, by its unit (money per thing) or by its name; None if it sets none."""
    one = of_row(row)
    named = RE.prices.search(row.name) and not RE.no_prices.search(row.name)
    if one and named and not one.per:
        return Factor(one.value, one.unit, (ANY,), one.start, one.end)
    return one if one and one.is_price else None


def thing(name: str) -> str:
    """Return the thing whose price an indicator sets: 送书下乡 for 送书下乡补助."""
    return RE.price_ending.sub("", RE.price_opening.sub("", RE.remark.sub("", name)))


def _of_text(prose: Prose, priced: list[tuple[Row, Factor]]) -> Iterator[Mention]:
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


def _of_row(subject: Subject, row: Row, one: Factor) -> Iterator[Mention]:
    """Yield the money of an indicator, with the settings of its name and target."""
    for prose in subject.graph.prose(row.iri, terms.targetText, "target"):
        values: dict[str, Stated] = {
            terms.setting: settings(settings_of(subject, row)),
            terms.targetValue: f.decimal(one.value),
            terms.targetOperator: operator(row.operator),
        }
        kind = terms.StatedPrice if one.is_price or ANY in one.per else terms.StatedMoney
        yield Mention(prose, kind, 0, len(prose.text), row.name, (row.iri,), values)


def settings_of(subject: Subject, row: Row) -> frozenset[str]:
    """Return the settings of an indicator's name and target; a cost is spent."""
    named = (part.settings(0) for part in subject.cells if part.holder == row.iri)
    return frozenset({"spent"} if row.type in _COSTS else ()).union(*named)


def _of_items(subject: Subject, priced: list[tuple[Row, Factor]]) -> Iterator[Mention]:
    """Yield the prices of the items of costs whose indicators set them."""
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


def _about(words: str, per: tuple[str, ...], priced: list[tuple[Row, Factor]]) -> tuple[str, ...]:
    """Return the indicators that set the price of the thing named before a price."""
    return tuple(
        row.iri
        for row, one in priced
        if (set(one.per) & set(per) - {ANY} or ANY in (*per, *one.per))
        and len(named := thing(row.name)) >= _SHORTEST
        and named in words
    )


def last_digit(value: Decimal) -> Decimal:
    """Return the value of the last digit of a figure that is not 0, at least 1: 10,000 for 260,000."""
    return max(Decimal(1), Decimal(1).scaleb(int(value.normalize().as_tuple().exponent)))
