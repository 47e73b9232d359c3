"""Join self-evaluations to the projects that they are about, and results to indicators, in the default graph.

An evaluation is about a project if both have one year, one name (its key, without a code in front) and a body in
common, and no two implementing units; nothing is said where several projects are possible, or several evaluations of
one source. A result answers the only indicator of the project that has its name and a level that agrees. Likeness alone
joins nothing: projects that may be meant are offered to the steward (jx:possiblyEvaluates). An evaluation that another
source states with other figures, as the records of both show, is an alternate of the other one (prov:alternateOf).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from jixiao.ontology import reference, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import key, without_code
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.changes import Editor
from jixiao.store.decisions.effects import Decisions, Subject, Term

_TYPE, _LABEL, _YEAR = NamedNode(terms.RDF_type), NamedNode(terms.RDFS_label), NamedNode(terms.year)
_EVALUATION, _PROJECT, _RESULT = map(NamedNode, (terms.Evaluation, terms.Project, terms.Result))
_DEPARTMENT, _UNIT, _SOURCE = map(NamedNode, (terms.department, terms.implementingUnit, terms.PROV_wasDerivedFrom))
_SERIES, _KIND = NamedNode(terms.DCTERMS_isVersionOf), NamedNode(terms.indicatorType)
_EVALUATES, _OF_INDICATOR = NamedNode(terms.evaluates), NamedNode(terms.ofIndicator)
_POSSIBLY, _ALTERNATE = NamedNode(terms.possiblyEvaluates), NamedNode(terms.PROV_alternateOf)
_LINKS = (_EVALUATES, _POSSIBLY, _ALTERNATE, _SERIES)
_HAS_RESULT, _HAS_INDICATOR = NamedNode(terms.hasResult), NamedNode(terms.hasIndicator)
_BODIES_AT_ONCE = 256  # bodies whose projects and evaluations are kept in memory
_LEAST, _SHARE = 4, 2 / 3  # characters that names must share to be alike, and their share of the longer one

Alternates = Callable[[str, str], Iterable[str]]
"""A function from an evaluation's IRI and the sha16 of its source to the IRIs that it has in other live sources."""
GROUNDS = frozenset({_YEAR, _EVALUATES})
"""Properties of projects and evaluations that decide, with bodies and names, which of them belong together."""

PARTS = frozenset({_HAS_RESULT, _HAS_INDICATOR, _KIND})
"""Properties of projects, evaluations and their parts by which results are paired with indicators."""


@dataclass(frozen=True)
class _Form:
    """A project or an evaluation, with the values that decide which evaluations belong to which project.

    `evaluates` is true for an evaluation, `units` are the implementing units, and `name` is a key of the printed name.
    """

    node: NamedNode
    evaluates: bool
    name: str
    years: frozenset[str]
    units: frozenset[Term]
    bodies: frozenset[Term]

    def may_be(self, other: "_Form") -> bool:
        """Return whether two forms of the same name may be one: they share a body, and their implementing units agree.

        Units agree if they are equal, or if one of the forms names none.
        """
        return not self.bodies.isdisjoint(other.bodies) and (
            self.units == other.units or not (self.units and other.units)
        )


def bodies(graph: Store, nodes: Iterable[Subject]) -> set[Term]:
    """Return the bodies that projects and evaluations (`nodes`) are linked to in the default graph."""
    return {body for node in nodes for name in (_DEPARTMENT, _UNIT) for body in _values(graph, node, name)}


def evaluations(editor: Editor, bodies: Iterable[Term], decisions: Decisions, alternates: Alternates) -> None:
    """Renew the derived links of the evaluations of some bodies.

    These lead to projects, a series and alternates, and from results to indicators.
    """
    if next(editor.graph.quads_for_pattern(None, _TYPE, _EVALUATION, DefaultGraph()), None) is None:
        return
    near = _Near(editor.graph, alternates)
    for node in {form.node for body in bodies for forms in near.of(body).values() for form in forms if form.evaluates}:
        _renew(editor, near, node, decisions)


def every(editor: Editor, decisions: Decisions, alternates: Alternates) -> None:
    """Renew the derived links of all evaluations, as `evaluations` does for those of some bodies."""
    near = _Near(editor.graph, alternates)
    quads = list(editor.graph.quads_for_pattern(None, _TYPE, _EVALUATION, DefaultGraph()))
    for node in (quad.subject for quad in quads):
        _renew(editor, near, node, decisions)


def forget(editor: Editor, nodes: Iterable[Subject], results: Iterable[Term]) -> None:
    """Remove the derived links of those of the given evaluations and results that are no longer in the graph."""
    graph = editor.graph
    for node in nodes:
        if isinstance(node, NamedNode) and not any(graph.quads_for_pattern(node, _TYPE, None, DefaultGraph())):
            editor.remove(_linked(graph, node, *_LINKS))
    for result in results:
        if isinstance(result, NamedNode) and Quad(result, _TYPE, _RESULT) not in graph:
            editor.remove(_linked(graph, result, _OF_INDICATOR))


def _renew(editor: Editor, near: "_Near", node: Subject, decisions: Decisions) -> None:
    graph, form = editor.graph, near.form(node)
    results = _values(graph, node, _HAS_RESULT)
    stated = _linked(graph, node, *_LINKS)
    stated = stated.union(*(_linked(graph, each, _OF_INDICATOR) for each in results if isinstance(each, NamedNode)))
    wanted: set[Quad] = set()
    if form is not None:
        if (form.node, _EVALUATES) in decisions.corrected:
            projects = _values(graph, form.node, _EVALUATES)
        else:
            projects = near.project_of(form)
            wanted = {Quad(form.node, _POSSIBLY, each) for each in (() if projects else near.candidates(form))}
        wanted |= {Quad(form.node, _EVALUATES, project) for project in projects}
        wanted |= {Quad(form.node, _ALTERNATE, each) for each in near.alternates(form)}
        wanted |= {Quad(form.node, _SERIES, series) for series in near.series_of(form)}
        wanted |= {quad for project in projects for quad in _paired(graph, results, project)}
    editor.restate(stated, wanted)


def _linked(graph: Store, node: Subject, *names: NamedNode) -> set[Quad]:
    """Return the quads of the default graph that link a node to others by the properties `names`."""
    return {quad for name in names for quad in graph.quads_for_pattern(node, name, None, DefaultGraph())}


class _Near:
    """Projects and evaluations of a graph by body and name; each is read once."""

    def __init__(self, graph: Store, alternates: Alternates) -> None:
        self.graph, self._alternates = graph, alternates
        self._forms: BoundedCache[Mapping[str, Sequence[_Form]]] = BoundedCache(_BODIES_AT_ONCE)

    def form(self, node: Subject) -> _Form | None:
        """Return a project or evaluation, or None if the node is neither or has no name."""
        if not isinstance(node, NamedNode):
            return None
        said = by_key(
            (quad.predicate, quad.object) for quad in self.graph.quads_for_pattern(node, None, None, DefaultGraph())
        )
        classes = {_PROJECT, _EVALUATION}.intersection(said.get(_TYPE, ()))
        names = [name.value for name in said.get(_LABEL, ()) if isinstance(name, Literal) and name.language == "zh"]
        if len(classes) != 1 or len(names) != 1:
            return None
        units = frozenset(said.get(_UNIT, ()))
        years = frozenset(year.value for year in said.get(_YEAR, ()) if isinstance(year, Literal))
        named = without_code(key(names[0]))
        return _Form(node, _EVALUATION in classes, named, years, units, units.union(said.get(_DEPARTMENT, ())))

    def of(self, body: Term) -> Mapping[str, Sequence[_Form]]:
        """Return the projects and evaluations of a body by name."""
        return self._forms.get_or_make(body, lambda: self._of(body))

    def _of(self, body: Term) -> Mapping[str, Sequence[_Form]]:
        quads = [
            quad
            for name in (_DEPARTMENT, _UNIT)
            for quad in self.graph.quads_for_pattern(None, name, body, DefaultGraph())
        ]
        forms = (self.form(node) for node in {quad.subject for quad in quads})
        return by_key((form.name, form) for form in forms if form is not None)

    def _beside(self, form: _Form, evaluates: bool) -> set[_Form]:
        found = {each for body in form.bodies for each in self.of(body).get(form.name, ())}
        return {each for each in found if each.evaluates == evaluates and form.may_be(each)}

    def project_of(self, form: _Form) -> list[Term]:
        """Return a list of the project that an evaluation is about; empty unless exactly one project is possible.

        The list is also empty if another evaluation of the same source may be about this project.
        """
        projects = [each for each in self._beside(form, evaluates=False) if each.years & form.years]
        if len(projects) != 1:
            return []
        sources = set(_values(self.graph, form.node, _SOURCE))
        rivals = (
            each
            for each in self._beside(projects[0], evaluates=True)
            if each.node != form.node and each.years & form.years
        )
        alone = all(sources.isdisjoint(_values(self.graph, each.node, _SOURCE)) for each in rivals)
        return [projects[0].node] if alone else []

    def candidates(self, form: _Form) -> set[NamedNode]:
        """Return the projects that an evaluation may be about: of its bodies and year, with its name or a similar one.

        A project with a similar name is left out if an evaluation has exactly this name.
        """
        return {
            each.node
            for body in form.bodies
            for name, forms in self.of(body).items()
            if name == form.name
            or (_are_alike(name, form.name) and not any(each.evaluates and each.years & form.years for each in forms))
            for each in forms
            if not each.evaluates and each.years & form.years
        }

    def alternates(self, form: _Form) -> set[NamedNode]:
        """Return the evaluations by which other sources state the given evaluation with other figures."""
        others = {
            NamedNode(iri)
            for source in _values(self.graph, form.node, _SOURCE)
            if isinstance(source, NamedNode)
            for iri in self._alternates(form.node.value, source.value.rpartition("/")[2])
        }
        return {each.node for each in self._beside(form, evaluates=True)} & others

    def series_of(self, form: _Form) -> set[Term]:
        """Return the series to which all projects with an evaluation's bodies and name belong, as a set of one.

        The set is empty if there are no such projects, or if they belong to several series.
        """
        series = {
            each
            for project in self._beside(form, evaluates=False)
            for each in _values(self.graph, project.node, _SERIES)
        }
        return series if len(series) == 1 else set()


def _are_alike(one: str, other: str) -> bool:
    """Return whether one name contains the other, or both begin and end alike and differ in between.

    The common part must be long enough, also compared with the longer name. Names are keys.
    """
    shorter, longer = (one, other) if len(one) < len(other) else (other, one)
    if shorter in longer:
        return len(shorter) >= _LEAST
    if one[:1] != other[:1] and one[-1:] != other[-1:]:
        return False  # most names of a body, of which there may be thousands
    start = _common(shorter, longer)
    shared = start + _common(shorter[start:][::-1], longer[start:][::-1])
    return shared >= max(_LEAST, len(longer) * _SHARE)


def _common(one: str, other: str) -> int:
    """Return the length of the beginning that two texts have in common, in characters."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _paired(graph: Store, results: Sequence[Term], project: Term) -> Iterator[Quad]:
    """Yield a link from each result to the only indicator of the project with its name and an agreeing type.

    There is no link if another result fits this indicator as well.
    """
    indicators = by_key(_named(graph, _values(graph, project, _HAS_INDICATOR)))
    answers: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    asked: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for name, (result, kind) in _named(graph, results):
        for indicator, other in indicators.get(name, ()):
            if kind is None or other is None or kind == other or kind in _above(other) or other in _above(kind):
                answers[indicator].append(result)
                asked[result].append(indicator)
    for result, found in asked.items():
        if len(found) == 1 and len(answers[found[0]]) == 1:
            yield Quad(result, _OF_INDICATOR, found[0])


def _named(graph: Store, parts: Iterable[Term]) -> Iterator[tuple[str, tuple[NamedNode, Term | None]]]:
    """Yield for each part its name's key, and the part with its type (None without one).

    A part without name gives nothing.
    """
    for part in parts:
        if isinstance(part, NamedNode):
            kind = next(iter(_values(graph, part, _KIND)), None)
            yield from (
                (key(name.value), (part, kind)) for name in _values(graph, part, _LABEL) if isinstance(name, Literal)
            )


@cache
def _above(kind: Term) -> frozenset[Term]:
    """Return the types of indicators that are broader than a type."""
    broader = reference.facts().values(kind, terms.SKOS_broader) if isinstance(kind, NamedNode) else []
    return frozenset(each for each in broader if isinstance(each, NamedNode | Literal))


def _values(graph: Store, node: Term | Subject, name: NamedNode) -> list[Term]:
    if not isinstance(node, NamedNode):
        return []
    quads = graph.quads_for_pattern(node, name, None, DefaultGraph())
    return [quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)]
