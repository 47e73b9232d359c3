"""Give the indicators and cost items of a project to `about`, and the words around a quantity of a text."""

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter

from jixiao.ingest.facts import Term, decimal, plain
from jixiao.ingest.text.measures import SHORTEST, Measure, Words, comparable, dimension
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ontology import terms

# Characters behind a figure in which its thing is named, and other figures looked at on each side of one.
_BETWEEN, _NEIGHBOURS = 24, 40


def indicators(subject: Subject) -> tuple[Measure, ...]:
    """Return the indicators of a project that have a number as their target, in order."""
    rows = (row for row in subject.rows if row.name and row.value is not None)
    found = (Measure.of(row.name, row.unit or None, row.iri, row.value) for row in rows)
    return tuple(each for each in found if len(each.thing) >= SHORTEST)


def items(subject: Subject) -> tuple[Measure, ...]:
    """Return the cost items of a project, in order, with their quantities."""
    graph = subject.graph
    named = ((iri, graph.text(iri, terms.RDFS_label) or "") for iri in graph.texts(subject.iri, terms.hasCostItem))
    return tuple(
        Measure.of(name, graph.text(iri, terms.itemUnit), iri, graph.number(iri, terms.itemQuantity))
        for iri, name in named
        if len(name) >= SHORTEST
    )


def comparables(subject: Subject) -> Iterator[tuple[str, str, Term]]:
    """Yield the targets of indicators and the quantities of cost items, each in the first unit of its dimension."""
    rows = ((row.iri, row.value, row.upper, row.unit) for row in subject.rows)
    counted = ((one.iri, one.value, None, one.unit) for one in items(subject) if one.unit)
    for iri, number, upper, printed in (*rows, *counted):
        for name, one in ((terms.comparableValue, number), (terms.comparableUpper, upper)):
            value = None if one is None else decimal(comparable(one, printed or "")[0])
            if value is not None:
                yield iri, name, value
        if number is not None and (word := plain(comparable(number, printed or "")[1])) is not None:
            yield iri, terms.comparableUnit, word


def around(prose: Prose, quantity: Quantity, name: str = "", *, likely: bool = True) -> Words:
    """Return the words around a quantity of a text; `likely` lets likeness of names and values count."""
    text, unit = prose.text, quantity.unit
    start, end = prose.of_sentence(quantity.start)
    clause = max(prose.of_clause(quantity.start)[0], start)
    at = bisect_left(prose.quantities, quantity.start, key=attrgetter("start"))
    near = prose.quantities[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
    others = [one for one in near if one.start != quantity.start and dimension(one.unit) == dimension(unit)]
    lead = max((one.end for one in others if start <= one.end <= quantity.start), default=start)
    return Words(
        unit,
        text[clause : quantity.start].strip(),
        text[quantity.end : min(end, quantity.end + _BETWEEN)].strip(),
        name,
        quantity.value if likely and quantity.upper is None and quantity.operator != "approx" else None,
        text[lead : quantity.start],
        frozenset(one.value for one in others),
    )
