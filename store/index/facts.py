"""Facts of units, as rows of the tables in tables.sql, by which searches look up places, and findings are counted.

A finding has the body and year of the filing that it is about or that its project belongs to; failing that, of its
source's only filing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache, partial
from operator import itemgetter

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store as Graph

from jixiao.ontology import grouping, identity, terms

READ = frozenset(
    {
        *(terms.readingStatus, terms.breaksOffAt, terms.cites, terms.place, terms.department, terms.year),
        *(terms.SH_sourceShape, terms.SH_focusNode, terms.SH_resultSeverity, terms.acceptedBy, terms.findingGroup),
        *(terms.filedBy, terms.PROV_wasDerivedFrom),
    }
)
"""Properties of projects, filings, reports and findings that are read to make facts."""

Said = Mapping[str, list[str]]
"""The values of a thing as sorted texts, by the IRI of the property."""

Cell = str | int | None
Fact = tuple[str, Mapping[str, Cell]]
"""The name of a table, and a row of it by column; the column with the unit's number is added when it is written."""


def linked(about: Said, roles: Iterable[tuple[str, str]]) -> list[Fact]:
    """Return the facts that link a project or evaluation with bodies and places; `about` has its values by property.

    `roles` are pairs of a body's IRI and its role.
    """
    return [
        *(("role", {"body": body, "role": role}) for body, role in sorted(set(roles))),
        *(("placed", {"place": place}) for place in about.get(terms.place, ())),
    ]


def of_project(about: Said) -> list[Fact]:
    """Return what was read in part of a project, and what it cites; `about` has its values by property."""
    # An end that was not seen costs no money.
    partial = terms.readPartial in about.get(terms.readingStatus, ()) and not about.get(terms.breaksOffAt)
    return [
        ("project", {"partial": int(partial)}),
        *(("citation", {"basis": basis}) for basis in about.get(terms.cites, ())),
    ]


_ALIKE = ("body", "year", "severity", "accepted")
_alike = itemgetter(*_ALIKE)
_PLACE = re.compile(r"#([a-z]+)([0-9]+)$")
Faults = Callable[[str, Set[str]], set[str]]
"""A function from a project and nodes (the project and its parts) to the rules that have findings about these nodes."""


def stated(graph: Graph) -> Faults:
    """Return a function that looks up in a graph which rules have findings about the given nodes of a project."""

    def of(project: str, nodes: Set[str]) -> set[str]:
        own = [node for node in nodes if node == project or node.startswith(f"{project}#")]
        results = (result for node in own for result in having(graph, terms.SH_focusNode, NamedNode(node)))
        return {fault for result in results for fault in values(graph, result, terms.SH_sourceShape)}

    return of


class Gathered:
    """Rules with findings, collected for every project in one pass over all findings.

    The collection takes about 400 bytes per project.
    """

    def __init__(self) -> None:
        self._found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}  # stores each pair once, as most occur often

    def note(self, said: Said) -> None:
        """Record a finding, given by its properties."""
        for node in said.get(terms.SH_focusNode, ()):
            project, _, part = node.partition("#")
            for fault in said.get(terms.SH_sourceShape, ()):
                self._found[project].add(self._pairs.setdefault((part, fault), (part, fault)))

    def take(self, project: str, nodes: Set[str]) -> set[str]:
        """Return the rules with findings about a project's nodes, and drop the record of this project."""
        pairs = self._found.pop(project, ())
        return {fault for part, fault in pairs if (f"{project}#{part}" if part else project) in nodes}


def results(graph: Graph, report: str) -> set[str]:
    """Return the IRIs of the findings in a report's graph."""
    quads = graph.quads_for_pattern(None, NamedNode(terms.SH_sourceShape), None, NamedNode(report))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def of_filing(about: Said) -> list[Fact]:
    """Return the facts of a filing."""
    return [("filing", {**_cell(about), "partial": int(terms.readPartial in about.get(terms.readingStatus, ()))})]


def of_report(graph: Graph, base_iri: str, sha16: str, results: Mapping[str, Said]) -> list[Fact]:
    """Return the facts of the findings in a source's report.

    `results` has the values of each finding by property, by the finding's IRI.
    """
    belonging = cache(partial(_belonging, graph, f"{base_iri}id/source/{sha16}"))
    findings: list[dict[str, Cell]] = []
    for (series, number), said in _placed(results).items():
        project, cell = belonging(said[terms.SH_focusNode][0].partition("#")[0])
        findings.append(
            {
                "series": series,
                "n": number,
                "fault_word": said[terms.SH_sourceShape][0],
                "severity": said[terms.SH_resultSeverity][0].rpartition("#")[2],
                "project": project,
                **cell,
                "accepted": int(terms.acceptedBy in said),
                "group": next(iter(said.get(terms.findingGroup, ())), None),
            }
        )
    return facts_of(sha16, findings)


def facts_of(sha16: str, findings: Sequence[Mapping[str, Cell]]) -> list[Fact]:
    """Return the rows of the tables `finding` and `found` for a source.

    `findings` are in the order of the report. Each has the columns of `finding`, and under `group` the text that all
    findings of its group share, or None.
    """
    sized = list(zip(findings, _members(findings), strict=True))
    facts: list[Fact] = [("finding", {**said, "source": sha16, "members": size}) for said, size in sized]
    numbers = Counter(_alike(said) for said in findings)
    groups = Counter(_alike(said) for said, size in sized if size)
    for alike, number in numbers.items():
        of_all = dict(zip(_ALIKE, alike, strict=True))
        facts.append(("found", {"source": sha16, **of_all, "findings": number, "groups": groups[alike]}))
    return facts


def _placed(results: Mapping[str, Said]) -> dict[tuple[str, int], Said]:
    """Return the complete findings of a report, by series in the report (`r` or `x`) and number, sorted by both.

    `results` has the values of each finding by property, by IRI. Findings without shape, node or severity are left out.
    """
    placed = {}
    for iri, said in results.items():
        place = _PLACE.search(iri)
        if place and {terms.SH_sourceShape, terms.SH_focusNode, terms.SH_resultSeverity} <= said.keys():
            placed[place[1], int(place[2])] = said
    return dict(sorted(placed.items()))


def _members(findings: Sequence[Mapping[str, Cell]]) -> list[int]:
    """Return a number for each finding: at the first finding of a group the group's size, at all others 0.

    Open and accepted findings of a group are counted separately. A finding without a group has the number 1.
    """
    firsts: dict[tuple[Cell, Cell], int] = {}
    members = [0] * len(findings)
    for number, said in enumerate(findings):
        group = number if said["group"] is None else said["group"]
        members[firsts.setdefault((group, said["accepted"]), number)] += 1
    return members


def _belonging(graph: Graph, source: str, node: str) -> tuple[str | None, dict[str, Cell]]:
    """Return the project or evaluation that a node is (None if neither), and the columns body and year for the node.

    A project has the columns of its filing, a filing and an evaluation their own. Any other node has the columns of the
    source's only filing, each None if the source has not exactly one.
    """
    if identity.COLLECTIONS["evaluation"] in values(graph, node, terms.RDF_type):
        return node, _cell({name: values(graph, node, name) for name in (terms.department, terms.year)})
    filings = values(graph, node, terms.partOfFiling)
    cell = _of_filing(graph, filings[-1] if filings else node) or _of_sole_filing(graph, source)
    return node if filings else None, cell or {"body": None, "year": None}


def _of_filing(graph: Graph, iri: str) -> dict[str, Cell] | None:
    """Return the columns body and year of a filing; None if the IRI is of another thing."""
    if identity.COLLECTIONS["filing"] not in values(graph, iri, terms.RDF_type):
        return None
    return _cell({name: values(graph, iri, name) for name in (terms.filedBy, terms.year)})


def _of_sole_filing(graph: Graph, source: str) -> dict[str, Cell] | None:
    """Return the body and year of a source's filing; None if the source has none or several."""
    derived = having(graph, terms.PROV_wasDerivedFrom, NamedNode(source))
    filings = [each for each in (_of_filing(graph, iri) for iri in sorted(derived)) if each is not None]
    return filings[0] if len(filings) == 1 else None


def _cell(about: Said) -> dict[str, Cell]:
    """Return the columns body and year of a filing or evaluation, with None for each that is not stated.

    `about` has its values by property.
    """
    body = next((each for name in (terms.filedBy, terms.department) for each in about.get(name, ())), None)
    year = next(iter(about.get(terms.year, ())), None)
    return {"body": body, "year": None if year is None else int(year)}


def said(graph: Graph, iri: str) -> Said:
    """Return the values of a thing in the default graph as texts, by property, sorted."""
    # A list, here and below: an error of a damaged graph would carry an iterator, which only this thread may free.
    quads = list(graph.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()))
    values = grouping.by_key(
        (quad.predicate.value, quad.object.value) for quad in quads if isinstance(quad.object, NamedNode | Literal)
    )
    return {name: sorted(texts) for name, texts in values.items()}


def values(graph: Graph, iri: str, property_: str) -> list[str]:
    """Return the values of one property of a thing as sorted texts; much faster than `said`, which reads all."""
    quads = list(graph.quads_for_pattern(NamedNode(iri), NamedNode(property_), None, DefaultGraph()))
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal))


def having(graph: Graph, property_: str, value: NamedNode | Literal) -> set[str]:
    """Return the IRIs of the things that have a value of a property in the default graph."""
    quads = list(graph.quads_for_pattern(None, NamedNode(property_), value, DefaultGraph()))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
