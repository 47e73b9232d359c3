"""Check the graph of a whole store against the corpus rules, for the reports of its documents.

A corpus rule compares a node of one document (a citation, a project) with all other documents, so each result belongs
to one document. The rule runs as one query on the store's own engine; only its findings are held in memory. A query
`corpus/{rule}.place.rq` gives file and line of what a finding compares its node with, which the sentence adds.

After a change only the rows that it can affect are computed. A row of a query appears or disappears only if facts
change about one of its subjects: a thing that is the value of a variable in subject position. Every such variable must
be bound in each row, and no row may depend on things that it does not name (by NOT EXISTS, a path or a sub-select);
other queries are refused. A VALUES for such a variable limits the query to the rows about given things.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache, partial

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.engine.data import TYPE, Match, Term, UnsupportedShapeError, text, whole
from jixiao.shapes.engine.selects import Pattern
from jixiao.shapes.engine.sparql import Query, rows_of
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.locating import CALLED, unplaced
from jixiao.shapes.validate import order, rules

_REFUSED = re.compile(
    r"\b(EXISTS|MINUS|UNION|HAVING|LIMIT|OFFSET)\b|\bSELECT\b(?=.*\bSELECT\b)", re.IGNORECASE | re.DOTALL
)

Things = Mapping[ox.NamedNode, Set[ox.NamedNode]]
"""Things with their properties in a graph."""

_AT_ONCE = 100  # with many more, Oxigraph reads the whole store and compares


@dataclass(frozen=True)
class Subject:
    """A variable of a query in subject position.

    `needed` are the properties that its values must have, and `referring` those that must lead to them.
    """

    variable: str
    needed: frozenset[ox.NamedNode]
    referring: frozenset[ox.NamedNode]

    def fits(self, graph: ox.Store, thing: ox.NamedNode, properties: Set[ox.NamedNode]) -> bool:
        """Return whether a thing with the given properties may be the variable's value in a row."""
        return self.needed <= properties and all(
            any(graph.quads_for_pattern(None, each, thing, ox.DefaultGraph())) for each in self.referring
        )


def subjects(iri: str, query: Query) -> tuple[Subject, ...]:
    """Return the variables in subject position of a rule's query; `iri` is the rule. Raises UnsupportedShapeError.

    The error is raised for a query in which a variable may be unbound, and for one with paths or other subjects.
    """
    if refused := _REFUSED.search(query.select.plain):
        raise UnsupportedShapeError(iri, f"{refused[0]} in a rule over the whole store")
    patterns = query.select.patterns
    if not all(
        predicate and isinstance(subject, str) and subject.startswith("?") and "[" not in str(value)
        for subject, predicate, value in patterns
    ):
        raise UnsupportedShapeError(iri, "a path, or a subject that is no variable, in a rule over the whole store")
    names = sorted({"?this", *(str(subject) for subject, _, _ in patterns)})
    variables = tuple(_subject(name, query.select.required) for name in names)
    if unbound := [each.variable for each in variables if not each.needed and not each.referring]:
        raise UnsupportedShapeError(iri, f"a rule over the whole store in which ?{unbound[0]} may be unbound")
    return variables


def _subject(variable: str, required: Iterable[Pattern]) -> Subject:
    """Return a variable with the properties from it and to it in the triple patterns `required`."""
    known = [(subject, predicate, value) for subject, predicate, value in required if predicate]
    return Subject(
        variable[1:],
        frozenset(predicate for subject, predicate, _ in known if subject == variable),
        frozenset(predicate for _, predicate, value in known if value == variable),
    )


def described(graph: ox.Store, things: Iterable[str]) -> Things:
    """Return, for each thing given by IRI, the properties that it has in the default graph."""
    return {
        thing: {quad.predicate for quad in graph.quads_for_pattern(thing, None, None, ox.DefaultGraph())}
        for thing in map(ox.NamedNode, sorted(things))
    }


def among(query: Query, subject: Subject, graph: ox.Store, things: Things) -> Iterator[Query]:
    """Yield versions of a query that have only the rows about given things.

    These are the rows in which a thing is the value of the variable `subject`. Each version is for 100 things at most.
    """
    fitting = [thing for thing, properties in things.items() if subject.fits(graph, thing, properties)]
    start = query.text.index("{") + 1
    for first in range(0, len(fitting), _AT_ONCE):
        values = " ".join(map(str, fitting[first : first + _AT_ONCE]))
        values = f" VALUES ?{subject.variable} {{ {values} }} "
        yield replace(query, text=query.text[:start] + values + query.text[start:])


_CITED, _NUMBER, _TITLE = map(ox.NamedNode, (terms.citedBasis, terms.documentNumber, terms.DCTERMS_title))
_GIVEN = re.compile(r"^#\+ given: \?(\w+)$", re.MULTILINE)


def judge(graph: ox.Store, focus_nodes: Collection[str] | None = None) -> dict[str, tuple[Finding, ...]]:
    """Check a store's default graph; return the results by the IRI of the source, in the order of a report.

    With `focus_nodes` (IRIs), only results about these nodes are computed, in a time that depends on them alone.
    """
    by_source: defaultdict[str, set[Finding]] = defaultdict(set)
    for rule in _rules():
        query = _places(rule.iri)
        names, place_of = _GIVEN.findall(query), cache(partial(_place, graph, query))
        for match in rule.findings(graph, focus_nodes):
            result = _result(match, graph)
            given = ((name, match.bindings[name]) for name in names if name in match.bindings)
            sources = list(_values(graph, whole(match.focus), (ox.NamedNode(terms.PROV_wasDerivedFrom),)))
            if place := place_of(*given):
                result = _with_place(result, place, sources)
            for source in sources:
                by_source[source].add(result)
    return {source: tuple(sorted(results, key=order)) for source, results in sorted(by_source.items())}


def _with_place(result: Finding, place: Mapping[str, Term], sources: Collection[str]) -> Finding:
    """Return a result with a sentence that says where the thing is printed with which its node is compared.

    `place` has the file, line and source of that thing. If the line is one of the result's own, in one of the result's
    `sources`, the sentence says that both stand in this line.
    """
    file, line = text(place["file"]), text(place["line"])
    own = int(line) in result.lines and text(place["source"]) in sources
    said = (
        Bilingual("两处在同一行。", "Both stand in this line.")
        if own
        else Bilingual(f"另一处见{file}第{line}行。", f"The other stands in {file}, line {line}.")
    )
    message = Bilingual(f"{result.message.zh}{said.zh}", f"{result.message.en} {said.en}")
    return replace(result, message=message, lasting=result.message.zh)


def affected(graph: ox.Store, things: Set[str]) -> frozenset[str]:
    """Return the focus nodes whose results in a store's default graph may depend on facts about some things (IRIs).

    A change to facts about these things changes results of no other focus nodes than those that this function returns
    for the graph before and the graph after. Facts about a project, such as its source, affect the parts it refers to.
    """
    with_parts = things | {part for thing in things for part in _parts(graph, thing)}
    parts, named = described(graph, with_parts), described(graph, things | _bases(graph, with_parts))
    return frozenset(
        match.focus.value
        for rule in _rules()
        for subject in rule.subjects
        for match in rule.about(graph, subject, parts if subject.variable == "this" else named)
        if isinstance(match.focus, ox.NamedNode)
    )


@dataclass(frozen=True)
class _CorpusRule:
    """A query of a corpus rule, with its variables in subject position."""

    iri: str
    query: Query
    subjects: tuple[Subject, ...]

    def findings(self, graph: ox.Store, focus_nodes: Collection[str] | None) -> Iterator[Match]:
        """Yield the rule's faults in the whole graph or, if `focus_nodes` are given, about these nodes."""
        if focus_nodes is None:
            return self.query.findings(self.iri, graph)
        focus = next(each for each in self.subjects if each.variable == "this")
        return self.about(graph, focus, described(graph, focus_nodes))

    def about(self, graph: ox.Store, subject: Subject, things: Things) -> Iterator[Match]:
        """Yield the rule's faults in which the variable `subject` has one of `things` as its value."""
        for query in among(self.query, subject, graph, things):
            yield from query.findings(self.iri, graph)


@cache
def _rules() -> tuple[_CorpusRule, ...]:
    """Return every query of the corpus rules.

    Raises UnsupportedShapeError for a Core constraint, which would need the whole graph in memory, and for a query
    whose results cannot be traced to the things that they depend on.
    """
    for rule in rules("corpus"):
        if not rule.only_queries:
            raise UnsupportedShapeError(rule.iri, "a Core constraint over the whole store")
    return tuple(
        _CorpusRule(rule.iri, query, subjects(rule.iri, query)) for rule in rules("corpus") for query in rule.queries
    )


@cache
def _places(iri: str) -> str:
    """Return the query for the places that findings of a corpus rule name; "" if the rule has none."""
    file = catalogue.FOLDER / "corpus" / f"{catalogue.name(iri)}.place.rq"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _place(graph: ox.Store, query: str, *given: tuple[str, Term]) -> Mapping[str, Term] | None:
    """Return the file, line and node of the thing with which a finding compares its node; None if not found.

    `query` looks the thing up; `given` are variables of the query, with values that the finding's match binds. None
    also if no variables are given.
    """
    if not given:
        return None
    start = query.index("{") + 1
    names, values = " ".join(f"?{name}" for name, _ in given), " ".join(str(value) for _, value in given)
    return next(rows_of(graph, f"{query[:start]} VALUES ({names}) {{ ({values}) }} {query[start:]}"), None)


def _bases(graph: ox.Store, things: Collection[str]) -> set[str]:
    """Return the legal bases about which findings may name a citation in `things` (IRIs) as the other place.

    These are bases whose number has several titles; the citation is the first one with its title.
    """
    places = [query for rule in _rules() if (query := _places(rule.iri))]
    return {
        basis.value
        for thing in map(ox.NamedNode, things)
        for basis in _objects(graph, thing, _CITED)
        if isinstance(basis, ox.NamedNode) and _has_titles(graph, basis)
        for given in _given(graph, thing, basis)
        for query in places
        if (place := _place(graph, query, *given)) and place["cited"] == thing
    }


def _given(graph: ox.Store, citation: ox.NamedNode, basis: ox.NamedNode) -> Iterator[tuple[tuple[str, Term], ...]]:
    """Yield the number of a legal basis and the title of its citation as (variable, value) pairs, for _place().

    A finding about another citation of the number binds these variables.
    """
    for number in _objects(graph, basis, _NUMBER):
        for title in _objects(graph, citation, ox.NamedNode(terms.printedTitle)):
            yield ("number", number), ("other", ox.Literal(text(title)))


def _has_titles(graph: ox.Store, basis: ox.NamedNode) -> bool:
    """Return whether the legal bases with the number of a basis have more than one title."""
    numbers = _objects(graph, basis, _NUMBER)
    # In the named graphs, each source that cites a basis states its number and title again.
    alike = {
        each.subject for number in numbers for each in graph.quads_for_pattern(None, _NUMBER, number, ox.DefaultGraph())
    }
    return len({title for each in alike for title in _objects(graph, each, _TITLE)}) > 1


def _objects(graph: ox.Store, node: ox.NamedNode | ox.BlankNode | ox.Triple, property_: ox.NamedNode) -> set[Term]:
    """Return the values of a node's property in the default graph."""
    return {quad.object for quad in graph.quads_for_pattern(node, property_, None, ox.DefaultGraph())}


def _parts(graph: ox.Store, thing: str) -> Iterator[str]:
    """Yield the parts that a thing refers to: nodes with the thing's IRI and a fragment."""
    for quad in graph.quads_for_pattern(ox.NamedNode(thing), None, None, ox.DefaultGraph()):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(f"{thing}#"):
            yield quad.object.value


def _result(match: Match, graph: ox.Store) -> Finding:
    project = whole(match.focus)
    lines = map(int, _values(graph, match.focus, (ox.NamedNode(terms.sourceLine),)))
    return replace(
        unplaced(match, tuple((line, None) for line in sorted(lines))),
        project=text(project) if terms.Project in _values(graph, project, (TYPE,)) else None,
        about=next(_values(graph, project, (ox.NamedNode(terms.RDFS_label),)), None),
        part=next(_values(graph, match.focus, CALLED), None) if match.focus != project else None,
    )


def _values(graph: ox.Store, node: Term, properties: Iterable[ox.NamedNode]) -> Iterator[str]:
    if not isinstance(node, ox.NamedNode):
        return
    for each in properties:
        yield from sorted(text(quad.object) for quad in graph.quads_for_pattern(node, each, None, ox.DefaultGraph()))
