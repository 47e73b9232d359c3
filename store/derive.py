"""The two things that only the default graph states, because no single source can know them (design, section 3).

A graph store whose default graph is the merge of its named graphs in; the same with one zh label a subject and the
jx:possiblySame links out. Both follow from the named graphs and the decisions alone, so the order of changes leaves no
trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import identity, terms
from jixiao.store.registry.decisions import Decisions, Subject

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(terms.RDF_type)
_LABEL = NamedNode(terms.RDFS_label)
_ALT_LABEL = NamedNode(terms.SKOS_altLabel)
_TITLE = NamedNode(terms.DCTERMS_title)
_LEGAL_BASIS = NamedNode(terms.LegalBasis)
_NUMBER = NamedNode(terms.documentNumber)
_POSSIBLY_SAME = NamedNode(terms.possiblySame)


def names(triple: Triple) -> bool:
    """Whether the triple bears on how its subject is called, so that `labels` must look at the subject."""
    return triple.predicate in {_LABEL, _ALT_LABEL}


def labels(graph: Store, subjects: Iterable[Subject], decisions: Decisions) -> None:
    """Leaves each subject its smallest zh rdfs:label in code point order; its other ones become skos:altLabel.

    Of a node that others were merged into, its own labels come first; a merged node has none.
    """
    for subject in subjects:
        members = decisions.members(subject)
        own = _claimed(graph, members[:1], _LABEL)
        printed = _claimed(graph, members, _LABEL)
        others = _claimed(graph, members, _ALT_LABEL)
        if printed:
            chosen = min(own or printed, key=lambda name: name.value)
            others = (others | printed) - {chosen}
            printed = {chosen}
        _state(graph, subject, _LABEL, printed)
        _state(graph, subject, _ALT_LABEL, others)


def _claimed(graph: Store, subjects: Iterable[Subject], predicate: NamedNode) -> set[Literal]:
    """The zh names that named graphs state."""
    quads = (quad for subject in subjects for quad in graph.quads_for_pattern(subject, predicate, None, None))
    return _in_chinese(quad for quad in quads if quad.graph_name != _DEFAULT)


def _state(graph: Store, subject: Subject, predicate: NamedNode, values: set[Literal]) -> None:
    """Makes `values` the zh names that the default graph states."""
    stated = _in_chinese(graph.quads_for_pattern(subject, predicate, None, _DEFAULT))
    for value in stated - values:
        graph.remove(Quad(subject, predicate, value))
    for value in values - stated:
        graph.add(Quad(subject, predicate, value))


def _in_chinese(quads: Iterable[Quad]) -> set[Literal]:
    return {term for quad in quads if isinstance(term := quad.object, Literal) and term.language == "zh"}


def possibly_same(graph: Store, decisions: Decisions) -> None:
    """Links each basis without a number to the one numbered basis that bears its title; to none if several do.

    Every basis is looked at: whether a title is unique cannot be told from the touched ones.
    """
    numbered: dict[str, set[Subject]] = defaultdict(set)
    unnumbered: dict[Subject, set[str]] = {}
    for quad in graph.quads_for_pattern(None, _TYPE, _LEGAL_BASIS, _DEFAULT):
        basis = quad.subject
        titles = _title_keys(graph, basis)
        if any(graph.quads_for_pattern(basis, _NUMBER, None, _DEFAULT)):
            for title in titles:
                numbered[title].add(basis)
        else:
            unnumbered[basis] = titles

    linked = graph.quads_for_pattern(None, _POSSIBLY_SAME, None, None)
    images = (decisions.image(quad) for quad in linked if quad.graph_name != _DEFAULT)
    wanted = {image for image in images if image is not None}
    for basis, titles in unnumbered.items():
        same = set().union(*(numbered.get(title, set()) for title in titles))
        if len(same) == 1:
            wanted.add(Quad(basis, _POSSIBLY_SAME, same.pop()))

    stated = set(graph.quads_for_pattern(None, _POSSIBLY_SAME, None, _DEFAULT))
    for quad in stated - wanted:
        graph.remove(quad)
    for quad in wanted - stated:
        graph.add(quad)


def _title_keys(graph: Store, basis: Subject) -> set[str]:
    titles = (quad.object for quad in graph.quads_for_pattern(basis, _TITLE, None, _DEFAULT))
    return {identity.key(title.value) for title in titles if isinstance(title, Literal)}
