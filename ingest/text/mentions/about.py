"""Give the indicators and cost items of a project to `about`, and the words around a quantity of a text."""

from bisect import bisect_left
from operator import attrgetter

from jixiao.ingest.text.measures import SHORTEST, Measure, Words, dimension
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
