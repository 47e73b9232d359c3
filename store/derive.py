"""Derive labels and jx:possiblySame links, which no single source can state, in the default graph (design, section 3).

The default graph is the merge of the named graphs; it gets one zh label per subject. Labels and links follow from the
named graphs and the decisions alone, so the order of changes has no effect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

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


NAMES = frozenset({_LABEL, _ALT_LABEL})
"""Properties that state a name: `labels` renews the labels of a subject that gains or loses one."""


def labels(graph: Store, subjects: Iterable[Subject], decisions: Decisions) -> None:
    """Keep one zh rdfs:label of each subject, and turn its others into skos:altLabel.

    The label is the one that most sources print, be it beside another form; of several, the first in code point order.
    A node's own labels come before those of nodes that were merged into it; a merged node has no label.
    """
    for subject in subjects:
        members = decisions.members(subject)
        own = _claimed(graph, members[:1], _LABEL)
        printed = own + _claimed(graph, members[1:], _LABEL)
        others = _claimed(graph, members, _ALT_LABEL)
        candidates = own or printed
        chosen = {_most_printed(candidates, printed + others)} if candidates else set()
        _state(graph, subject, _LABEL, chosen)
        _state(graph, subject, _ALT_LABEL, (set(others) | set(printed)) - chosen)


def _most_printed(candidates: Iterable[Literal], counts: Mapping[Literal, int]) -> Literal:
    return min(candidates, key=lambda name: (-counts[name], name.value))


def _claimed(graph: Store, subjects: Iterable[Subject], predicate: NamedNode) -> Counter[Literal]:
    """Count the named graphs that state each zh name."""
    quads = (quad for subject in subjects for quad in graph.quads_for_pattern(subject, predicate, None, None))
    return Counter(_chinese(quad for quad in quads if quad.graph_name != _DEFAULT))


def every_name_with_others(graph: Store) -> set[Subject]:
    """Return the subjects of which several names are printed."""
    return {quad.subject for quad in graph.quads_for_pattern(None, _ALT_LABEL, None, _DEFAULT)}


def _state(graph: Store, subject: Subject, predicate: NamedNode, values: set[Literal]) -> None:
    """Make `values` the only zh names that the default graph states."""
    stated = set(_chinese(graph.quads_for_pattern(subject, predicate, None, _DEFAULT)))
    restate(graph, *({Quad(subject, predicate, value) for value in names} for names in (stated, values)))


def restate(graph: Store, stated: set[Quad], wanted: set[Quad]) -> None:
    """Replace the quads `stated` by the quads `wanted`, and touch only those that differ."""
    for quad in stated - wanted:
        graph.remove(quad)
    graph.extend(wanted - stated)


def _chinese(quads: Iterable[Quad]) -> Iterator[Literal]:
    return (term for quad in quads if isinstance(term := quad.object, Literal) and term.language == "zh")


def possibly_same(graph: Store, decisions: Decisions) -> None:
    """Link each basis without a number to the only numbered basis of its title; if there are several, to none.

    Every basis is examined, since the changed ones alone do not show if a title is unique.
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

    restate(graph, set(graph.quads_for_pattern(None, _POSSIBLY_SAME, None, _DEFAULT)), wanted)


def _title_keys(graph: Store, basis: Subject) -> set[str]:
    titles = (quad.object for quad in graph.quads_for_pattern(basis, _TITLE, None, _DEFAULT))
    return {identity.key(title.value) for title in titles if isinstance(title, Literal)}
