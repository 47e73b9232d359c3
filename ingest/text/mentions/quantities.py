"""Read the figures of goals, sections, names and targets, and what each is about: 培训通过率100%, 46名党员, 围墙300米.

Figures that a name stands beside are found by `ingest/text/figures.py`; those of goals and sections are facts of the
document that is read, so that only what they are about is added here. In a goal, other quantities are figures, too, if
an indicator is likely meant.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from jixiao.ingest import facts as f
from jixiao.ingest.text.figures import found_in
from jixiao.ingest.text.flow import Spans
from jixiao.ingest.text.measures import RE, WORDING, Measure, Words, about, comparable, dimension, thing
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import Mention, Subject, measured
from jixiao.ontology import numerals, terms

# Characters behind a figure in which its thing is named, and other figures looked at on each side of one.
_BETWEEN, _NEIGHBOURS = 24, 40
_LONG = frozenset({"section", "loose"})  # texts most of whose figures are not those of indicators
_OF_TERM = 100  # sessions of a term, at most
_SOURCES = frozenset({terms.RDF_type, terms.statedIn, terms.targetText})  # facts that a figure of the document has


@dataclass(frozen=True)
class _Figure:
    """A quantity in a text, with the name that the words around it give it, or "".

    `node` is the IRI of the figure if the graph states it.
    """

    prose: Prose
    quantity: Quantity
    label: str
    node: str = ""


def figures(subject: Subject) -> Iterator[Mention]:
    """Yield the figures of a project that its graph does not state."""
    texts = (*subject.running, *subject.loose)
    sessions = (one for prose in subject.running for one in _sessions(prose))
    named = (one for prose in texts for one in _found_in(subject, prose) if not one.node)
    for figure in (*_of_cells(subject), *named, *sessions):
        mention = _mention(subject, figure)
        if figure.label or mention.about:
            yield mention


def resolved(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield facts (node, property, value) on the figures of the graph.

    They state what each figure is about, and the sentence and clause in which it stands.
    """
    for figure in (one for prose in subject.running for one in _of_graph(subject, prose)):
        facts = _mention(subject, figure).facts()
        yield from ((figure.node, name, value) for name, value in facts if name not in _SOURCES)


def without(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield a fact (node, property, true) for each goal whose text states no quantity."""
    yield from (
        (prose.holder, terms.withoutQuantity, f.true())
        for prose in subject.goals
        if not (any(one.unit for one in prose.quantities) or RE.in_words.search(prose.text))
    )


@lru_cache(maxsize=1)  # asked for each figure of a project
def _measures(subject: Subject) -> tuple[Measure, ...]:
    """Return the measures that figures in texts may be about: indicators, and the things that their cells count."""
    told = ((one.label, one.quantity.unit, one.prose.holder, one.quantity.value) for one in _of_cells(subject))
    return (*subject.measures, *(Measure.of(*each) for each in told))


def _found_in(subject: Subject, prose: Prose) -> Iterator[_Figure]:
    """Yield the figures of a goal, section or loose text: those in the graph or, without any, the named ones.

    Of goals, the remaining quantities follow, which have no name and are no money.
    """
    own = [*_of_graph(subject, prose)]
    if not own and (prose.holder, terms.text) not in subject.graph.flows:
        own = [*_named(prose, subject.measures)]
    if prose.place == "loose":  # a cell of a table names no figure of another cell
        own = [one for one in own if one.label in prose.text[slice(*prose.of_sentence(one.quantity.start))]]
    yield from own
    taken = Spans((one.quantity.start, one.quantity.end) for one in own)
    for one in prose.quantities if prose.place not in _LONG else ():
        clause = prose.text[prose.of_clause(one.start)[0] : one.start]
        if one.unit and not taken.meet(one.start, one.end) and not RE.no_count_before.search(clause):
            yield _Figure(prose, one, "")


def _sessions(prose: Prose) -> Iterator[_Figure]:
    """Yield the sessions of assemblies in a text as quantities that count on from term to term: 三届一次会议."""
    for found in RE.session.finditer(prose.text) if not RE.no_session.search(prose.text) else ():
        term, session = (numerals.exact(found[name]) for name in ("term", "session"))
        if term and session:
            number = Decimal(_OF_TERM * term + session)
            yield _Figure(prose, Quantity(*found.span("figure"), number, WORDING.text("sessions")), found["body"])


def _of_graph(subject: Subject, prose: Prose) -> Iterator[_Figure]:
    graph, at = subject.graph, 0
    for node in subject.stated.get(prose.holder, ()):
        words, value = graph.text(node, terms.targetText) or "", graph.number(node, terms.targetValue)
        at = max(prose.flow.text.find(words, at), prose.flow.text.find(words), 0)
        if value is not None:
            unit, upper = graph.text(node, terms.targetUnit) or "", graph.number(node, terms.targetUpper)
            quantity = Quantity(at, at + len(words), value, unit, upper, graph.operator(node))
            yield _Figure(prose, quantity, graph.label(node), node)


def _named(prose: Prose, known: tuple[Measure, ...] = ()) -> Iterator[_Figure]:
    """Yield the figures beside which a name stands."""
    for one in found_in(prose.flow.text, known):
        target = one.target
        if target.value is not None:
            low, high = (target.value, None) if target.upper is None else sorted((target.value, target.upper))
            quantity = Quantity(one.start, one.end, low, target.unit or "", high, target.operator)
            yield _Figure(prose, quantity, one.label)


@lru_cache(maxsize=1)  # they are figures, and measures of others
def _of_cells(subject: Subject) -> tuple[_Figure, ...]:
    """Return the figures that indicator names and targets name: 围墙 of 围墙300米, 杂志 of 杂志4期，每期500册.

    A figure whose name is the whole name of the indicator is left out.
    """
    found = (one for prose in subject.cells for one in _named(prose))
    return tuple(one for one in found if one.label != subject.graph.text(one.prose.holder, terms.RDFS_label))


def _mention(subject: Subject, figure: _Figure) -> Mention:
    prose, one = figure.prose, figure.quantity
    of_cell = prose.place in {"name", "target"}
    likely = prose.place not in _LONG
    found = () if of_cell else about(_measures(subject), around(prose, one, figure.label, likely=likely))
    label = figure.label or (found[0].name if found else "")
    value, unit = comparable(one.value, one.unit)
    values = {
        terms.RDFS_label: f.zh(label),
        **measured(one),
        terms.comparableValue: f.decimal(value),
        terms.comparableUnit: f.plain(unit),
    }
    things = (prose.holder,) if of_cell else tuple(dict.fromkeys(each.iri for each in found))
    name = found[0].thing if found else thing(label)
    return Mention(prose, terms.StatedFigure, one.start, one.end, name, things, values)


def around(prose: Prose, quantity: Quantity, name: str = "", *, likely: bool = True) -> Words:
    """Return the words around a quantity of a text, for finding the measure that it is about.

    `name` is the name that the text gives the quantity. If `likely` is false, likeness of names and values does not
    count.
    """
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
