"""Derive facts that no single source can state, in the default graph (docs/design.md, "Graphs").

The default graph is the merge of the named graphs. It gets one zh label and one reading status per thing,
jx:possiblySame links between legal bases, and each project's amount, its phase, public money of the year, and
department: a filing has several sources, and a steward corrects values and identifies bodies. Some classes and links
are also stated in general terms, such as org:Organization. The facts follow from the named graphs and the decisions
alone, so the order of changes has no effect.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from jixiao.ontology import grouping, properties, terms
from jixiao.store.changes import Editor
from jixiao.store.decisions.effects import Decisions, Subject, Term
from jixiao.store.timeline import title_key, title_keys

_TYPE, _STATUS = NamedNode(terms.RDF_type), NamedNode(terms.readingStatus)
_LABEL, _ALT_LABEL, _FULL_NAME = (NamedNode(iri) for iri in (terms.RDFS_label, terms.SKOS_altLabel, terms.fullName))
_TITLE, _POSSIBLY_SAME = NamedNode(terms.DCTERMS_title), NamedNode(terms.possiblySame)
_SERIES = NamedNode(terms.DCTERMS_isVersionOf)
_WITHHELD, _FILING = NamedNode(terms.withheld), NamedNode(terms.partOfFiling)
_AMOUNTS = tuple(map(NamedNode, properties.amount_sources()))
_DEPARTMENTS = tuple(map(NamedNode, properties.department_sources()))
_GENERAL: dict[Term, NamedNode] = {
    NamedNode(name): NamedNode(broader) for name, broader in properties.general().items()
}
_NUMBERS = (terms.XSD_decimal, terms.XSD_integer)
_DECISION, _NOT_STATED = NamedNode(terms.fundingDecision), NamedNode(f"{terms.JXD}notStated")
_PHASES = {NamedNode(name): NamedNode(phase) for name, phase in properties.phases().items()}
_APPROPRIATED, _FISCAL, _CARRIED, _TOTAL, _REQUEST = _PUBLIC_MONEY = tuple(
    NamedNode(terms.JX + name)
    for name in ("currentYearAppropriation", "fiscalFunds", "carriedOver", "totalAmount", "annualRequest")
)

Titled = Callable[[str], Iterable[str]]
"""A function from the key of a title to the IRIs of the legal bases that had the title before a change."""

BASES = frozenset({_TITLE, NamedNode(terms.documentNumber)})
"""Properties of a legal basis that decide, with its class, to which bases it is linked."""

NAMES = frozenset({_LABEL, _ALT_LABEL, _FULL_NAME})
"""Properties that state a name: `labels` renews the labels of a subject that gains or loses one."""

FACTS = frozenset(
    NamedNode(name)
    for name in (terms.amount, terms.amountSource, terms.amountPhase, terms.yearFiscalFunds, terms.department)
)
"""Properties of a project that only the default graph states, never a named graph."""

LEADING = frozenset(_DEPARTMENTS)
"""Properties from which jx:department is taken."""

OF_FILINGS = frozenset(_DEPARTMENTS) - frozenset(map(NamedNode, properties.bodies()))
"""Properties of a filing from which facts of its projects are derived."""

GROUNDS = frozenset({*_AMOUNTS, *_PUBLIC_MONEY, *_PHASES, _DECISION, *_DEPARTMENTS, _WITHHELD, _FILING}) - OF_FILINGS
"""Properties of a project from which its facts are derived."""

DERIVED = NAMES | FACTS | {_POSSIBLY_SAME, _SERIES}
DERIVED |= {NamedNode(terms.evaluates), NamedNode(terms.possiblyEvaluates), NamedNode(terms.ofIndicator)}
DERIVED |= {NamedNode(terms.PROV_alternateOf)}
"""Properties whose values in the default graph are derived, and may differ from those in the named graphs."""

_AT_ONCE = 10_000  # number of projects whose changes are collected in memory before they are written

WITH_FACTS = frozenset({NamedNode(terms.Project), NamedNode(terms.Evaluation)})
"""Classes whose members have facts that `projects` derives."""

_READ = {_TYPE, *FACTS, *GROUNDS, *_DEPARTMENTS}
_Said = Mapping[NamedNode, Sequence[Term]]


GENERALISED = frozenset({_TYPE, *_GENERAL})
"""Properties of quads for which `general` may yield others."""


def general(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield, for quads of the default graph, quads with the same meaning in terms of general vocabularies."""
    for quad in quads:
        predicate = quad.predicate
        if predicate == _TYPE:
            if broader := _GENERAL.get(quad.object):
                yield Quad(quad.subject, predicate, broader)
        elif broader := _GENERAL.get(predicate):
            yield Quad(quad.subject, broader, quad.object)


def with_general_terms(graph: Store) -> Iterator[Quad]:
    """Yield the quads of the default graph for whose property or class a general vocabulary has a term."""
    for name in map(NamedNode, properties.general()):
        yield from graph.quads_for_pattern(None, _TYPE, name, DefaultGraph())
        yield from graph.quads_for_pattern(None, name, None, DefaultGraph())


def labels(editor: Editor, subjects: Iterable[Subject], decisions: Decisions) -> None:
    """Keep one zh rdfs:label of each subject in the default graph, and turn its other labels into skos:altLabel.

    The label is the name that most sources print; of equally frequent ones, the first in code point order. Labels that
    sources print for the node itself, and its own full name, are preferred to labels of nodes that a decision merged
    into the node. A merged node has no label.
    """
    graph = editor.graph
    for subject in subjects:
        members = decisions.members(subject)
        own = _claimed(graph, members[:1], _LABEL)
        printed = own + _claimed(graph, members[1:], _LABEL)
        others = _claimed(graph, members, _ALT_LABEL)
        counts = printed + others
        chosen = set(sorted(own or printed, key=lambda name: (-counts[name], name.value))[:1])
        _state(editor, subject, _LABEL, chosen)
        _state(editor, subject, _ALT_LABEL, (set(others) | set(printed)) - chosen)
        full = _claimed(graph, members[:1], _FULL_NAME) or _claimed(graph, members, _FULL_NAME)
        _state(editor, subject, _FULL_NAME, set(sorted(full, key=lambda name: name.value)[:1]))


def _claimed(graph: Store, subjects: Iterable[Subject], predicate: NamedNode) -> Counter[Literal]:
    """Count, for each zh value that the subjects have for `predicate`, the named graphs that state it."""
    quads = (quad for subject in subjects for quad in graph.quads_for_pattern(subject, predicate, None, None))
    return Counter(_chinese(quad for quad in quads if quad.graph_name != DefaultGraph()))


def _state(editor: Editor, subject: Subject, predicate: NamedNode, values: set[Literal]) -> None:
    """Make `values` the only zh values of a property of a subject in the default graph."""
    stated = _chinese(editor.graph.quads_for_pattern(subject, predicate, None, DefaultGraph()))
    editor.restate(
        {Quad(subject, predicate, name) for name in stated}, {Quad(subject, predicate, name) for name in values}
    )


def _chinese(quads: Iterable[Quad]) -> Iterator[Literal]:
    """Yield the objects of quads that are literals in zh."""
    return (term for quad in quads if isinstance(term := quad.object, Literal) and term.language == "zh")


def possibly_same(editor: Editor, decisions: Decisions, touched: Iterable[Subject], titled: Titled | None) -> None:
    """Link each legal basis without a document number to the only numbered basis with its title.

    There is no link if several numbered bases have the title. `touched` are the bases whose title, number or class
    changed. `titled` finds the bases with a title, so that only bases with the titles of `touched` ones are examined;
    if `titled` is None, all bases are.
    """
    graph = editor.graph
    if titled is None:
        every = {
            quad.subject for quad in graph.quads_for_pattern(None, _TYPE, NamedNode(terms.LegalBasis), DefaultGraph())
        }
        linked = {quad.subject for quad in graph.quads_for_pattern(None, _POSSIBLY_SAME, None, DefaultGraph())}
        _link(editor, decisions, every | linked, every)
        return
    examined = set(touched)
    lost = editor.changes.removed if examined else ()
    titles = {title for basis in examined for title in title_keys(graph, basis)}
    titles |= {title_key(quad) for quad in lost if quad.predicate == _TITLE and quad.graph_name == DefaultGraph()}
    near = {NamedNode(iri) for title in titles for iri in titled(title)}
    # A basis may have several titles: the bases with its other titles decide whether those are unique.
    others = {title for basis in near | examined for title in title_keys(graph, basis)} - titles
    beside = {NamedNode(iri) for title in others for iri in titled(title)}
    _link(editor, decisions, examined | near, examined | near | beside)


def _link(editor: Editor, decisions: Decisions, bases: Iterable[Subject], known: Iterable[Subject]) -> None:
    """Renew the possiblySame links of the given legal bases in the default graph.

    `known` are all bases that share a title with one of these bases: they show whether only one numbered basis has a
    title.
    """
    graph = editor.graph
    numbered = grouping.by_key(
        (title, basis)
        for basis in known
        if _is_basis(graph, basis) and _is_numbered(graph, basis)
        for title in title_keys(graph, basis)
    )
    for basis in bases:
        # Links that named graphs state themselves must stay.
        wanted = decisions.images(
            quad
            for member in decisions.members(basis)
            for quad in graph.quads_for_pattern(member, _POSSIBLY_SAME, None, None)
        )
        if _is_basis(graph, basis) and not _is_numbered(graph, basis):
            same = set().union(*(numbered.get(title, ()) for title in title_keys(graph, basis)))
            if len(same) == 1:
                wanted.add(Quad(basis, _POSSIBLY_SAME, same.pop()))
        editor.restate(set(graph.quads_for_pattern(basis, _POSSIBLY_SAME, None, DefaultGraph())), wanted)


def _is_basis(graph: Store, node: Subject) -> bool:
    return Quad(node, _TYPE, NamedNode(terms.LegalBasis)) in graph


def _is_numbered(graph: Store, basis: Subject) -> bool:
    return any(graph.quads_for_pattern(basis, NamedNode(terms.documentNumber), None, DefaultGraph()))


def projects(editor: Editor, nodes: Iterable[Subject]) -> None:
    """Renew the derived facts of nodes in the default graph: amount, its source and phase, public money, department.

    An evaluation gets a department alone. A node that is neither a project nor an evaluation loses the facts.
    """
    graph = editor.graph
    remaining = iter(nodes)
    while some := list(islice(remaining, _AT_ONCE)):
        stated: set[Quad] = set()
        wanted: set[Quad] = set()
        for node in some:
            # Most quads of a project name its parts, which are not read here.
            said = {
                name: values
                for name in _READ
                if (values := [quad.object for quad in graph.quads_for_pattern(node, name, None, DefaultGraph())])
            }
            stated.update(Quad(node, name, value) for name in FACTS & said.keys() for value in said[name])
            if not WITH_FACTS.isdisjoint(said.get(_TYPE, ())):
                wanted.update(Quad(node, name, value) for name, value in _derived(graph, said).items())
        editor.restate(stated, wanted)


def _derived(graph: Store, said: _Said) -> dict[NamedNode, Term]:
    """Return a project's derived facts (amount, its source and phase, public money, department), a value a property.

    `said` has its values by property. A property with several values, as after a wrong merge of two projects, gives no
    fact.
    """
    derived: dict[NamedNode, Term] = {}
    # If the preferred kind of amount is printed but withheld, no other kind replaces it, as the two are not equal.
    source = next((name for name in _AMOUNTS if name in said or name in said.get(_WITHHELD, ())), None)
    amount = None if source is None else _number(said, source)
    if source is not None and amount is not None:
        derived |= {NamedNode(terms.amount): amount, NamedNode(terms.amountSource): source}
        derived[NamedNode(terms.amountPhase)] = _phase(said, source)
    public_money = _public_money(said)
    if public_money is not None:
        derived[NamedNode(terms.yearFiscalFunds)] = public_money
    stated = (said.get(name) or (_of_filings(graph, said, name) if name in OF_FILINGS else ()) for name in _DEPARTMENTS)
    department = _only(next(filter(None, stated), ()))
    if department is not None:
        derived[NamedNode(terms.department)] = department
    return derived


def _number(said: _Said, name: NamedNode) -> Literal | None:
    """Return the single number that a project has for the property `name`, or None."""
    value = _only(said.get(name, ()))
    return value if isinstance(value, Literal) and value.datatype.value in _NUMBERS else None


def _phase(said: _Said, name: NamedNode) -> Term:
    """Return the phase of the money of the property `name`.

    It is the property's own in this project, or the fixed one of the property, or that of the project's money.
    """
    own = next((phase for naming, phase in _PHASES.items() if name in said.get(naming, ())), None)
    return own or _PHASES.get(name) or _only(said.get(_DECISION, ())) or _NOT_STATED


def _public_money(said: _Said) -> Literal | None:
    """Return a project's public money of the year: the appropriation, or the fiscal funds if these are the year's.

    A form without a total prints the fiscal funds of the year, and so does one whose total is that of the year.
    """
    if _APPROPRIATED in said:
        return _number(said, _APPROPRIATED)
    if _TOTAL not in said:
        return _number(said, _FISCAL)
    total, request = _number(said, _TOTAL), _number(said, _REQUEST)
    is_of_the_year = total and request and Decimal(total.value) == Decimal(request.value)
    return _number(said, _FISCAL) if is_of_the_year and _CARRIED not in said else None


def _of_filings(graph: Store, said: _Said, name: NamedNode) -> set[Term]:
    """Return the values that the filings of a project have for the property `name`; `said` has the project's values."""
    filings = (filing for filing in said.get(_FILING, ()) if isinstance(filing, NamedNode))
    return {quad.object for each in filings for quad in graph.quads_for_pattern(each, name, None, DefaultGraph())}


def _only(values: Iterable[Term]) -> Term | None:
    """Return the single value, or None if there is none or more than one."""
    first, *others = (*values, None)
    return None if len(others) > 1 else first


def of_filings(graph: Store, filings: Iterable[Subject]) -> set[Subject]:
    """Return the projects that belong to any of the filings."""
    return {quad.subject for each in filings for quad in graph.quads_for_pattern(None, _FILING, each, DefaultGraph())}


def statuses(editor: Editor, nodes: Iterable[Subject], decisions: Decisions) -> None:
    """Keep one reading status of each node in the default graph.

    The status is partial if any live source of the node was read in part, unless a decision corrects it.
    """
    graph = editor.graph
    for node in (node for node in nodes if isinstance(node, NamedNode)):
        stated = set(graph.quads_for_pattern(node, _STATUS, None, DefaultGraph()))
        corrected = (node, _STATUS) in decisions.corrected
        printed = {quad.object for quad in stated} if corrected else decisions.printed(graph, node, _STATUS)
        editor.restate(
            stated, {Quad(node, _STATUS, value) for value in printed & {NamedNode(terms.readPartial)} or printed}
        )
