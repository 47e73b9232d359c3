"""Validate one document's triples and report named faults with their lines.

This module leaves out findings that rest on a missing value, or on all values of a property, if
the graph withholds one. `place` makes the findings: it words and locates each match.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import pyoxigraph as ox

from jixiao.ontology import properties, reference, terms
from jixiao.ontology.grouping import by_key
from jixiao.shapes import catalogue, locating
from jixiao.shapes.engine.compiled import Rule, compile_shapes
from jixiao.shapes.engine.data import Data, Match, Term, text, whole
from jixiao.shapes.findings.finding import Finding, Report

# An ill-typed literal is reported as a finding; rdflib would also log it, with a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


_WITHHELD, _FILING = ox.NamedNode(terms.withheld), ox.NamedNode(terms.partOfFiling)

Chosen = Callable[[catalogue.Fault], bool]
"""The rules to check, by their faults."""


def validate(
    triples: bytes,
    cells_of: locating.CellsOf | None = None,
    scope: catalogue.Scope = "document",
) -> Report:
    """Check a document's graph, given as N-Triples, against all shapes of a scope.

    `cells_of` looks up cells in the document's ledger. Raises SyntaxError if `triples` are not N-Triples.
    """
    return Validation(triples, cells_of, scope).report()


class Validation:
    """A document's graph and the findings of the rules checked on it; each rule is checked when first asked for."""

    def __init__(
        self,
        triples: bytes,
        cells_of: locating.CellsOf | None = None,
        scope: catalogue.Scope = "document",
    ) -> None:
        """Take the arguments of `validate`. Raises SyntaxError if `triples` are not N-Triples."""
        self._scope: catalogue.Scope = scope
        self._data = Data(triples)
        self._place = locating.Locator(self._data, cells_of or (lambda _node, _property, _value: ()))
        self._withheld = Withheld(self._data)
        self._found: dict[str, tuple[Match, ...]] = {}

    @classmethod
    def of_many(
        cls, documents: Iterable[tuple[bytes, locating.CellsOf | None]], scope: catalogue.Scope = "document"
    ) -> list["Validation"]:
        """Check many documents, each as if alone; each rule's query is parsed once for all.

        Raises SyntaxError if the triples of one are not N-Triples.
        """
        validations = [cls(triples, cells_of, scope=scope) for triples, cells_of in documents]
        graphs = [each._data for each in validations]
        if len(graphs) > 1:
            store = together(graphs)
            for rule in rules(scope):
                answer(rule, graphs, store)
        return validations

    def report(self, chosen: Chosen = lambda _fault: True) -> Report:
        """Return the results of the rules (faults) for which `chosen` is true, by default of all, each once.

        Results that withheld values silence are left out.
        """
        findings = (each for each in self._findings(chosen) if chosen(catalogue.fault(each.shape)))
        known = (each for each in findings if not self._withheld.silences(catalogue.fault(each.shape), each))
        found = (finding for each in known for finding in self._place.findings(each))
        # If several components find the same, the dict keeps the first.
        return Report(tuple(sorted(dict.fromkeys(found), key=order)))

    def _findings(self, chosen: Chosen) -> Iterator[Match]:
        """Yield the matches of the chosen rules."""
        for rule in rules(self._scope):
            if chosen(catalogue.fault(rule.iri)):
                if rule.iri not in self._found:
                    self._found[rule.iri] = tuple(rule.findings(self._data))
                yield from self._found[rule.iri]


@cache
def rules(scope: catalogue.Scope) -> tuple[Rule, ...]:
    """Compile the rules of a scope, once per process. Raises UnsupportedShapeError."""
    return compile_shapes(reference.Facts(catalogue.rules(scope)))


def together(documents: Sequence[Data]) -> ox.Store:
    """Return a store in which each document is a named graph, by its position.

    No row of a query within one graph joins facts of two documents, whatever IRIs they share.
    """
    store = ox.Store()
    for number, document in enumerate(documents):
        document.load(store, _graph(number))
    return store


def answer(rule: Rule, documents: Sequence[Data], store: ox.Store) -> None:
    """Run a rule's queries over documents together; keep each document's rows in the document's `answers`.

    `store` has the documents as `together` returns them. A query is left out if it cannot run over several graphs, or
    if no document meets its need.
    """
    for query in rule.queries:
        if query.over_graphs and any(query.need(document) for document in documents):
            rows = by_key(query.answers(store))
            for number, document in enumerate(documents):
                if not query.exceeds(document):
                    document.answers[query.text] = rows.get(_graph(number), [])


def _graph(number: int) -> ox.NamedNode:
    return ox.NamedNode(f"document:{number}")


def order(finding: Finding) -> tuple[tuple[int, ...], str, str, str, str, str]:
    """Sort key of a result: line, then fault, node, property, value, sentence; results without a line come last."""
    return (
        finding.lines or (10**9,),
        finding.fault.iri,
        finding.focus_node,
        finding.path or "",
        finding.value or "",
        finding.message.zh,
    )


class Withheld:
    """The properties that one document's graph withholds, by node and by project.

    SHACL cannot distinguish a cell that the source leaves blank from one whose content is withheld. A rule that depends
    on the difference names its properties by `jx:assumesWhole`, and its findings about `jx:withheld` ones are left out.
    """

    def __init__(self, data: Data) -> None:
        self._data = data
        self._of_node = {node: frozenset(map(text, names)) for node, names in data.values(_WITHHELD).items()}
        self._within: defaultdict[Term, set[str]] = defaultdict(set)
        for node, names in self._of_node.items():
            self._within[whole(node)] |= names

    def silences(self, fault: catalogue.Fault, match: Match) -> bool:
        """Return whether a match rests on a property that is withheld from a node that the match is about."""
        return bool(self._of_node and fault.assumes_whole) and any(
            name in fault.assumes_whole for name in self._withheld(match)
        )

    def _withheld(self, match: Match) -> Iterator[str]:
        """Yield the properties withheld from the nodes that a match is about.

        These are the focus node, other nodes that its query selects, their project and its filing; for a match about a
        project itself, also the project's parts.
        """
        project = whole(match.focus)
        for node in (match.focus, *match.bindings.values(), project, *self._data.objects(project, _FILING)):
            yield from self._of_node.get(node, ())
        if match.focus == project:
            yield from self._within.get(project, ())


def judge_decisions(triples: bytes) -> tuple[Finding, ...]:
    """Check the decisions of the steward's registry against the rules of registry/*.ttl.

    `triples` are the decisions as N-Triples, with the class of each thing that they name. Only a Violation forbids a
    decision. A decision without effect is no violation, because a withdrawn source may come back. Raises SyntaxError if
    `triples` are not N-Triples.
    """
    return validate(triples + _background(), scope="registry").results


@cache
def _background() -> bytes:
    """Return the facts that the rules for decisions need besides the decisions, as N-Triples.

    These are the properties that can be corrected, with kind and range, and the names of rules.
    """
    said = reference.facts()
    valued = (node for node in said if terms.OWL_DatatypeProperty in said.iris(node, terms.RDF_type))
    linking = (terms.department, *properties.department_sources())
    known = [
        *((node.value, terms.OWL_DatatypeProperty, of) for node in valued for of in said.iris(node, terms.RDFS_range)),
        *((iri, terms.OWL_ObjectProperty, terms.Department) for iri in linking),
        (terms.evaluates, terms.OWL_ObjectProperty, terms.Project),
        (terms.DCTERMS_title, terms.OWL_DatatypeProperty, terms.RDF_langString),
    ]
    line = "<{}> <{}> <{}> .\n".format
    lines = [line(iri, terms.RDF_type, kind) + line(iri, terms.RDFS_range, of) for iri, kind, of in known]
    iris = (*(fault.iri for fault in catalogue.faults()), *catalogue.retired())
    return "".join([*lines, *(line(iri, terms.RDF_type, terms.SH_Shape) for iri in iris)]).encode()
