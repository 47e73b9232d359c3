"""Derive labels and jx:possiblySame links, which no single source can state, in the default graph (design, section 3).

The default graph is the merge of the named graphs; it gets one zh label per subject. Labels and links follow from the
named graphs and the decisions alone, so the order of changes has no effect.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store.commit.editor import Editor
from jixiao.store.decisions.effects import Decisions, Subject
from jixiao.store.timeline import entries

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(terms.RDF_type)
_LABEL = NamedNode(terms.RDFS_label)
_ALT_LABEL = NamedNode(terms.SKOS_altLabel)
_TITLE = NamedNode(terms.DCTERMS_title)
_LEGAL_BASIS = NamedNode(terms.LegalBasis)
_NUMBER = NamedNode(terms.documentNumber)
_POSSIBLY_SAME = NamedNode(terms.possiblySame)


Titled = Callable[[str], Iterable[str]]
"""A function from the key of a title to the IRIs of the legal bases that had the title before a change."""

BASES = frozenset({_TITLE, _NUMBER})
"""Properties of a legal basis that decide, with its class, to which bases it is linked."""

NAMES = frozenset({_LABEL, _ALT_LABEL})
"""Properties that state a name: `labels` renews the labels of a subject that gains or loses one."""

DERIVED = NAMES | {_POSSIBLY_SAME}
"""Properties whose values in the default graph are derived, and may differ from those in the named graphs."""


def labels(editor: Editor, subjects: Iterable[Subject], decisions: Decisions) -> None:
    """Keep one zh rdfs:label of each subject in the default graph, and turn its other labels into skos:altLabel.

    The label is the name that most sources print; of equally frequent ones, the first in code point order. Labels of
    the node itself come before labels of nodes that a decision merged into it; a merged node has no label.
    """
    graph = editor.graph
    for subject in subjects:
        members = decisions.members(subject)
        own = _claimed(graph, members[:1], _LABEL)
        printed = own + _claimed(graph, members[1:], _LABEL)
        others = _claimed(graph, members, _ALT_LABEL)
        candidates = own or printed
        chosen = {_most_printed(candidates, printed + others)} if candidates else set()
        _state(editor, subject, _LABEL, chosen)
        _state(editor, subject, _ALT_LABEL, (set(others) | set(printed)) - chosen)


def _most_printed(candidates: Iterable[Literal], counts: Mapping[Literal, int]) -> Literal:
    return min(candidates, key=lambda name: (-counts[name], name.value))


def _claimed(graph: Store, subjects: Iterable[Subject], predicate: NamedNode) -> Counter[Literal]:
    """Count for each zh name of the subjects how many named graphs state it as a value of `predicate`."""
    quads = (quad for subject in subjects for quad in graph.quads_for_pattern(subject, predicate, None, None))
    return Counter(_chinese(quad for quad in quads if quad.graph_name != _DEFAULT))


def every_name_with_others(graph: Store) -> set[Subject]:
    """Return the subjects for which sources print several names."""
    return {quad.subject for quad in graph.quads_for_pattern(None, _ALT_LABEL, None, _DEFAULT)}


def _state(editor: Editor, subject: Subject, predicate: NamedNode, values: set[Literal]) -> None:
    """Make `values` the only zh values of a property of a subject in the default graph."""
    stated = set(_chinese(editor.graph.quads_for_pattern(subject, predicate, None, _DEFAULT)))
    editor.restate(*({Quad(subject, predicate, value) for value in names} for names in (stated, values)))


def _chinese(quads: Iterable[Quad]) -> Iterator[Literal]:
    return (term for quad in quads if isinstance(term := quad.object, Literal) and term.language == "zh")


def possibly_same(
    editor: Editor, decisions: Decisions, touched: Iterable[Subject] | None = None, titled: Titled | None = None
) -> None:
    """Link each legal basis without a document number to the only numbered basis with its title.

    There is no link if several numbered bases have the title. `touched` are the bases whose title, number or class
    changed: only these and other bases with their titles are examined. Without it, or without `titled`, all are.
    """
    graph = editor.graph
    if touched is None or titled is None:
        every = {quad.subject for quad in graph.quads_for_pattern(None, _TYPE, _LEGAL_BASIS, _DEFAULT)}
        linked = {quad.subject for quad in graph.quads_for_pattern(None, _POSSIBLY_SAME, None, _DEFAULT)}
        _link(editor, decisions, every | linked, every)
        return
    examined = set(touched)
    lost = editor.changes.removed if examined else ()
    titles = {title for basis in examined for title in entries.title_keys(graph, basis)}
    titles |= {entries.title_key(quad) for quad in lost if quad.predicate == _TITLE and quad.graph_name == _DEFAULT}
    near = {NamedNode(iri) for title in titles for iri in titled(title)}
    # A basis may have several titles: the bases with its other titles decide whether those are unique.
    others = {title for basis in near | examined for title in entries.title_keys(graph, basis)} - titles
    beside = {NamedNode(iri) for title in others for iri in titled(title)}
    _link(editor, decisions, examined | near, examined | near | beside)


def _link(editor: Editor, decisions: Decisions, bases: Iterable[Subject], known: Iterable[Subject]) -> None:
    """Renew the links of some legal bases; `known` are all bases that share a title with one of them."""
    graph = editor.graph
    numbered: dict[str, set[Subject]] = defaultdict(set)
    for basis in known:
        if _is_basis(graph, basis) and _is_numbered(graph, basis):
            for title in entries.title_keys(graph, basis):
                numbered[title].add(basis)
    for basis in bases:
        wanted = _stated_links(graph, decisions, basis)
        if _is_basis(graph, basis) and not _is_numbered(graph, basis):
            same = set().union(*(numbered.get(title, set()) for title in entries.title_keys(graph, basis)))
            if len(same) == 1:
                wanted.add(Quad(basis, _POSSIBLY_SAME, same.pop()))
        editor.restate(set(graph.quads_for_pattern(basis, _POSSIBLY_SAME, None, _DEFAULT)), wanted)


def _stated_links(graph: Store, decisions: Decisions, basis: Subject) -> set[Quad]:
    """Return the links of a legal basis that named graphs state themselves, which must stay."""
    members = decisions.members(basis)
    linked = (quad for one in members for quad in graph.quads_for_pattern(one, _POSSIBLY_SAME, None, None))
    images = (decisions.image(quad) for quad in linked if quad.graph_name != _DEFAULT)
    return {image for image in images if image is not None}


def _is_basis(graph: Store, node: Subject) -> bool:
    return Quad(node, _TYPE, _LEGAL_BASIS) in graph


def _is_numbered(graph: Store, basis: Subject) -> bool:
    return any(graph.quads_for_pattern(basis, _NUMBER, None, _DEFAULT))
