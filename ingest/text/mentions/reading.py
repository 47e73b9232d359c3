"""Read all mentions of a document with the readers of each kind, and state them as facts.

A reader yields the mentions of one project; a deriving function yields facts about the project's parts that only serve
the rules. Numbers of mentions (`#m1`) go on after those that the graph has.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from pyoxigraph import RdfFormat, Triple, parse

from jixiao.ingest import facts as f
from jixiao.ingest.text import measures
from jixiao.ingest.text.flow import Flows
from jixiao.ingest.text.mentions import (
    blemishes,
    copies,
    documents,
    lists,
    money,
    names,
    quantities,
    times,
)
from jixiao.ingest.text.mentions.subject import Derived, Graph, Mention, Subject
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.properties import parts
from jixiao.shapes.engine.data import text

# Parts that have no IRI have one while they are read.
_BLANK, _NAMED = re.compile(rb"(?<![^\s])_:(\w+)(?=\s)"), re.compile(rb"<blank:(\w+)(#\w+)?>")
Reader = Callable[[Subject], Iterable[Mention]]
READERS: tuple[Reader, ...] = (
    quantities.figures, lists.lists, times.times, times.durations, times.frequencies, times.plans, money.money,
    money.products, lists.sources, names.named_projects, names.works, names.named_places, names.organs,
    names.implementers, documents.unmarked, documents.obsolete, blemishes.blemishes,
    blemishes.contradictory,
)  # fmt: skip
"""The readers of mentions, in the order in which mentions are numbered."""
DERIVING: tuple[Callable[[Subject], Iterable[Derived]], ...] = (
    quantities.resolved, quantities.without, documents.citations, copies.sections, copies.years_of_goals,
    copies.targets,
)  # fmt: skip
"""Functions that derive facts of indicators and other parts."""
OF_NODES: tuple[Callable[[Mapping[str, Sequence[str]]], Iterable[measures.Fact]], ...] = (
    measures.derived,
    blemishes.within,
)
"""Functions that derive facts of a node from its own words alone."""
COMPARING: tuple[Callable[[Graph], Iterable[Derived]], ...] = (names.bodies, copies.copies)
"""Functions that derive facts of what the projects of a document have in common: bodies and copied texts."""


def mentions(stated: f.Facts, flows: Flows) -> f.Facts:
    """Return the facts of all mentions in the texts of a document, and the derived facts of its parts.

    `stated` are the facts of the document, `flows` the lines of its texts. The facts of mentions have the places of the
    lines on which they are printed, as far as `flows` has these.
    """
    known = ((one.subject, one.property, one.value) for one in stated.stated if one.value is not None)
    places = {(one.subject, one.property): one.places[0] for one in stated.stated if one.places}
    return _facts(Graph(known, flows, places), f.Facts(stated.pages))


def enriched(triples: bytes) -> bytes:
    """Return a graph that somebody made, given as N-Triples, with its mentions. Raises SyntaxError for other text.

    Mentions that were read before are read anew, so that a graph with its mentions stays as it is.
    """
    quads = list(parse(_BLANK.sub(rb"<blank:\1>", triples), format=RdfFormat.N_TRIPLES))
    before = {each.subject for each in quads if each.predicate.value == terms.inSentence}
    quads = [each for each in quads if each.subject not in before and each.object not in before]
    plain = (each for each in quads if not isinstance(each.object, Triple))
    given = ((text(each.subject), each.predicate.value, each.object) for each in plain)
    found = "".join(f"{each.triple} .\n" for each in quads).encode() + _facts(Graph(given), f.Facts()).n_triples()
    return _NAMED.sub(lambda node: b"_:" + node[1] + (node[2] or b"").replace(b"#", b"x"), found)


def _facts(graph: Graph, found: f.Facts) -> f.Facts:
    known = parts()[terms.Mention]
    for subject in graph.subjects:
        mentioned = (mention for reader in READERS for mention in reader(subject))
        for number, mention in enumerate(mentioned, 1 + len(graph.texts(subject.iri, known.property))):
            node = Iris.part(subject.iri, known.letter, number)
            places = mention.prose.places(mention.start, mention.end)
            found.add(subject.iri, known.property, f.iri(node))
            for name, value in mention.facts():
                found.add(node, name, value, places)
            if places and places[0].line:
                found.line(node, places[0].line)
    told = (derive(subject) for subject in graph.subjects for derive in DERIVING)
    for node, name, term in chain.from_iterable((*told, *(compare(graph) for compare in COMPARING))):
        if term is not None and node in graph.nodes:  # of others, the name of a body may be a text
            found.add(node, name, term)
    for one in found.stated:
        if one.value is not None:
            graph.add(one.subject, one.property, one.value)
    for node, values in graph.nodes.items():
        for name, term in dict.fromkeys(chain.from_iterable(derive(values) for derive in OF_NODES)):
            if term is not None and name not in values:
                found.add(node, name, term)
    return found
