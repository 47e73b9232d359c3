"""Multiply prices by quantities that stand apart: in two indicators, or in a goal and an indicator.

A price is that of the only quantity in its unit, or of one whose name, without words for counting, is part of its own.
The price of a month or a quarter is multiplied by those of a year, for a project that lasts for one.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ingest.text.mentions.factors import ANY, PERSON_TIMES, WORDING, YUAN, Factor, factors, of_row, same
from jixiao.ingest.text.mentions.mention import Mention
from jixiao.ingest.text.mentions.money import price, settings_of, thing
from jixiao.ingest.text.mentions.products import IN_YEAR, Product, of_text
from jixiao.ingest.text.mentions.subject import Row, Subject
from jixiao.ontology import terms

_COUNT_OPENING, _COUNT_ENDING, _REMARK = (WORDING.pattern(name) for name in ("count_opening", "count_ending", "remark"))
_SHORTEST, _NAMED = 2, 3  # characters of a counted thing, and of one that is priced


def priced(subject: Subject) -> Iterator[Mention]:
    """Yield the products of the prices of a project's indicators and goals with the quantities of its indicators."""
    for row in subject.rows:
        if one := price(row):
            yield from _of_row(subject, row, one)
    for prose in subject.goals:
        multiplied = {each for product in of_text(prose) for each in product.factors}
        for one in factors(prose):
            if one.is_price and one not in multiplied:
                words = prose.text[prose.of_sentence(one.start)[0] : one.end]
                for row, counted in _counted(subject.rows, words, one, only=False):
                    yield Product((one, counted), YUAN).mention(prose, (row.iri,))


def _of_row(subject: Subject, row: Row, one: Factor) -> Iterator[Mention]:
    named = settings_of(subject, row)
    times = [Factor(IN_YEAR[each], each, (), 0, 0) for each in one.per if each in {"月", "季"}]
    for prose in subject.graph.prose(row.iri, terms.targetText, "target"):
        if times and _is_whole_year(subject):
            yield Product((one, *times), YUAN).mention(prose, (row.iri,), named)
        for other, counted in () if times else _counted(subject.rows, row.name, one):
            yield Product((one, counted), YUAN).mention(prose, (row.iri, other.iri), named)


def _counted(rows: Sequence[Row], words: str, one: Factor, *, only: bool = True) -> Iterator[tuple[Row, Factor]]:
    """Yield the indicators of the quantity of which a price is one: named in the words beside it, or alone in its unit.

    `only` is false for words in which a quantity that is alone in its unit has to be named, too.
    """
    counts = [row for row in rows if row.value is not None and not of_row(row) and row.unit not in {"%", "％"}]
    per = set(one.per) - {"年"}
    fitting = [row for row in counts if {"人" if row.unit == PERSON_TIMES else same(row.unit)} == per]
    alone = only and len({row.value for row in fitting}) == 1
    named = thing(words)
    for row in counts:
        stem = _COUNT_OPENING.sub("", _COUNT_ENDING.sub("", _REMARK.sub("", row.name)))
        is_named = len(stem) >= _SHORTEST and stem in words
        if len(named) >= _NAMED and named in row.name if per == {ANY} else row in fitting and (alone or is_named):
            yield row, Factor(row.value or Decimal(0), same(row.unit), (), 0, 0)


def _is_whole_year(subject: Subject) -> bool:
    """Return whether a project lasts from January to December of one year, as far as its dates are stated."""
    first, last = (subject.graph.text(subject.iri, name) for name in (terms.startDate, terms.endDate))
    return not first or not last or (first[:4] == last[:4] and first[5:7] == "01" and last[5:7] == "12")
