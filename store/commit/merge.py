"""Drop and add named graphs, and update the default graph, which has each of their triples once.

The graphs of a store are those of docs/design.md, "Graphs". Decisions change only the default graph, never a named one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from jixiao.ontology import terms
from jixiao.store.changes import Editor
from jixiao.store.commit import derive, joining
from jixiao.store.decisions.effects import NONE, Decision, Decisions, Subject, Term

_TYPE = NamedNode(terms.RDF_type)

NamedTriples = tuple[NamedNode, Iterable[Triple | Quad]]
"""The name of a graph, and its triples, some given as quads of the default graph."""


def change(  # noqa: PLR0913, PLR0917 - a step from one state to the next
    editor: Editor,
    drop: Iterable[NamedNode],
    add: Iterable[NamedTriples],
    before: Decisions = NONE,
    after: Decisions = NONE,
    anew: bool = False,
    titled: derive.Titled | None = None,
    alternates: joining.Alternates = lambda _iri, _sha16: (),
) -> None:
    """Remove the graphs `drop`, add the graphs `add`, and make the default graph the merge of all graphs again.

    The default graph has the decisions `before` applied to it now, and the decisions `after` at the end. The triples of
    `add` are read once, as a stream. With `anew`, all facts are derived again, since an older version of the rules
    derived them; in an empty graph there are none. With `titled`, only links of legal bases that change, and of other
    bases with the same titles, are renewed. `alternates` finds evaluations that sources state with other figures. May
    raise OSError.
    """
    graph = editor.graph
    fresh = next(iter(graph), None) is None
    touched = Touched()
    dropped = set().union(*(editor.remove_graph(name) for name in drop))
    editor.load(_in_both(add, after, None if fresh else touched))

    lost = before.images(dropped)
    gone = [image for image in lost if not after.stated(graph, image)]
    editor.remove((*gone, *derive.general(gone)))
    for image in lost:
        touched.note(image)
    _move(editor, before, after, touched)
    _correct(editor, before, after, touched)
    if anew and not fresh:
        editor.load(derive.general(derive.with_general_terms(graph)))
    if anew or fresh:
        touched.note_all(graph)
    touched.renew(editor, after, None if anew or fresh else titled, alternates)


def differ(editor: Editor, name: NamedNode, stated: set[Triple], wanted: set[Triple], after: Decisions) -> None:
    """Replace the triples `stated` by `wanted` in the named graph `name` and in the default graph.

    `after` are the decisions in force. Labels and other derived facts are not renewed.
    """
    quads = {Quad(triple.subject, triple.predicate, triple.object, name) for triple in stated - wanted}
    editor.remove(quads)
    editor.remove(image for image in after.images(quads) if not after.stated(editor.graph, image))
    editor.extend(_in_both([(name, wanted - stated)], after, None))


def accept(editor: Editor, name: NamedNode, after: Decisions) -> None:
    """State which decision accepts which result, in the registry's graph `name` and in the default graph.

    `after` are the decisions in force; former statements of this kind are replaced.
    """
    stated = {quad.triple for quad in editor.graph.quads_for_pattern(None, NamedNode(terms.acceptedBy), None, name)}
    differ(editor, name, stated, after.accepted(editor.graph), after)


def _in_both(add: Iterable[NamedTriples], after: Decisions, touched: Touched | None) -> Iterator[Quad]:
    """Yield each triple of the named graphs `add` as a quad of its graph, and as a quad of the default graph.

    In the second quad, nodes merged by the decisions `after` are replaced. The second quad is noted in `touched`, if
    given.
    """
    for name, triples in add:
        for quad in (each if isinstance(each, Quad) else Quad(*each) for each in triples):
            # Making a quad or reading its attribute copies terms, which takes as long as the rest of this loop.
            subject, predicate, value, _ = quad
            named = Quad(subject, predicate, value, name)
            yield named
            image = after.image(named) if after.merged else quad
            if image is not None:
                if touched is not None:
                    touched.note(image)
                yield image
                if predicate in derive.GENERALISED:
                    yield from derive.general((image,))


def _move(editor: Editor, before: Decisions, after: Decisions, touched: Touched) -> None:
    """Replace the triples of the default graph about nodes that `after` merges otherwise than `before`.

    The new triples are those of the named graphs about these nodes, with merged nodes replaced as `after` says.
    """
    graph, nodes = editor.graph, after.moved(before)
    touching = {
        quad
        for node in nodes
        for quads in (graph.quads_for_pattern(node, None, None), graph.quads_for_pattern(None, None, node))
        for quad in quads
    }
    _restate(editor, {quad for quad in touching if quad.graph_name == DefaultGraph()}, after.images(touching), touched)
    touched.note_names(nodes)


def _correct(editor: Editor, before: Decisions, after: Decisions, touched: Touched) -> None:
    """State anew, in the default graph, each property of a node that a decision corrects or used to correct.

    `before` are the decisions applied now, `after` those to be applied.
    """
    graph = editor.graph
    former = {(after.kept(node), property_) for node, property_ in before.corrected}
    for node, property_ in former | set(after.corrected):
        printed = after.printed(graph, node, property_)
        exists = any(graph.quads_for_pattern(node, _TYPE, None, DefaultGraph()))
        corrections = [  # a body given by its IRI must be in the default graph
            each
            for each in after.corrected.get((node, property_), ())
            if not isinstance(right := after.value(each, terms.correctedValue), NamedNode)
            or any(graph.quads_for_pattern(right, _TYPE, None, DefaultGraph()))
        ]
        wanted = {Quad(node, property_, value) for value in _right(printed, corrections, exists, after)}
        _restate(editor, set(graph.quads_for_pattern(node, property_, None, DefaultGraph())), wanted, touched)


def _restate(editor: Editor, stated: set[Quad], wanted: set[Quad], touched: Touched) -> None:
    """Replace the quads `stated` by `wanted` in the default graph, and note the difference in `touched`."""
    editor.restate({*stated, *derive.general(stated)}, {*wanted, *derive.general(wanted)})
    for quad in stated ^ wanted:
        touched.note(quad)


def _right(printed: set[Term], corrections: Iterable[Decision], exists: bool, after: Decisions) -> set[Term]:
    """Return the printed values with corrections applied; a correction of a value that is not printed is ignored.

    A correction without a printed value fills a blank: it applies if no value is printed, and the node `exists`.
    """
    stated = ((after.value(each, terms.printedValue), after.value(each, terms.correctedValue)) for each in corrections)
    applied = [
        (wrong, right)
        for wrong, right in stated
        if right is not None and (wrong in printed if wrong is not None else exists and not printed)
    ]
    return (printed - {wrong for wrong, _ in applied}) | {right for _, right in applied}


_LABEL, _STATUS = map(NamedNode, (terms.RDFS_label, terms.readingStatus))
_SINGLE_NAMES = tuple(map(NamedNode, (terms.RDFS_label, terms.fullName)))
_NAMES, _PROJECTS, _FILINGS, _STATUSES, _BASES = range(5)
_CONCERNS = {
    **dict.fromkeys(derive.NAMES, _NAMES),
    **dict.fromkeys(derive.GROUNDS | derive.FACTS | joining.GROUNDS, _PROJECTS),
    **dict.fromkeys(derive.BASES, _BASES),
    **dict.fromkeys(derive.OF_FILINGS, _FILINGS),
    _STATUS: _STATUSES,
}
_OF_CLASSES: dict[Term, int] = {
    NamedNode(terms.Project): _PROJECTS,
    NamedNode(terms.Evaluation): _PROJECTS,
    NamedNode(terms.LegalBasis): _BASES,
}


class Touched:
    """The things whose derived facts a change may affect, by the kind of fact.

    The kinds are: labels, facts of a project or evaluation, facts of all projects of a filing, reading statuses, and
    links between legal bases. The bodies whose projects and evaluations change, and results that may be gone, are
    noted, too.
    """

    def __init__(self) -> None:
        self._things: tuple[set[Subject], ...] = (set(), set(), set(), set(), set())
        self._bodies: set[Term] = set()
        self._parts: set[Subject] = set()
        self._results: set[Term] = set()

    def note(self, quad: Quad) -> None:
        """Note a quad that the default graph gains or loses."""
        predicate = quad.predicate
        concerns = _OF_CLASSES.get(quad.object) if predicate == _TYPE else _CONCERNS.get(predicate)
        if concerns is not None:
            self._things[concerns].add(quad.subject)
        if predicate in derive.LEADING:
            self._bodies.add(quad.object)
        elif predicate in joining.PARTS or predicate == _LABEL:
            self._parts.add(quad.subject)
            self._results.add(quad.object)

    def note_names(self, nodes: set[NamedNode]) -> None:
        """Note nodes whose labels must be renewed."""
        self._things[_NAMES].update(nodes)

    def note_all(self, graph: Store) -> None:
        """Note all things whose facts are derived, except legal bases, so that an entire graph's facts are renewed.

        A thing with exactly one label and one full name is not noted for its names, since these would not change.
        """
        names, projects, _, statuses, _ = self._things
        names.update(_subjects(graph, NamedNode(terms.SKOS_altLabel)))
        for property_ in _SINGLE_NAMES:
            seen: set[int] = set()  # hashes of subjects, which take less memory
            for subject in _subjects(graph, property_):
                if hash(subject) in seen:
                    names.add(subject)
                seen.add(hash(subject))
        for kind in derive.WITH_FACTS:
            projects.update(_subjects(graph, _TYPE, kind))
        for property_ in derive.FACTS | joining.GROUNDS:
            projects.update(_subjects(graph, property_))
        statuses.update(_subjects(graph, _STATUS))

    def renew(
        self, editor: Editor, decisions: Decisions, titled: derive.Titled | None, alternates: joining.Alternates
    ) -> None:
        """Derive the facts of all noted things again.

        `titled` finds the legal bases with a title; if it is None, the links of all legal bases and evaluations are
        renewed.
        """
        names, projects, filings, statuses, bases = self._things
        derive.labels(editor, names, decisions)
        derive.possibly_same(editor, decisions, bases, titled)
        derive.projects(editor, projects | filings | derive.of_filings(editor.graph, filings))
        derive.statuses(editor, statuses, decisions)
        joining.forget(editor, projects, self._results)
        if titled is None:
            joining.every(editor, decisions, alternates)
        else:
            # the projects and evaluations of the parts
            whole = {NamedNode(part.value.partition("#")[0]) for part in self._parts if isinstance(part, NamedNode)}
            bodies = self._bodies | joining.bodies(editor.graph, {*projects, *filings, *whole})
            joining.evaluations(editor, bodies, decisions, alternates)


def _subjects(graph: Store, property_: NamedNode, value: NamedNode | None = None) -> Iterator[Subject]:
    """Yield the subject of each quad of the default graph with a property and, if given, a value."""
    return (quad.subject for quad in graph.quads_for_pattern(None, property_, value, DefaultGraph()))
