"""Facts of filings (such as whether one was read in part) and of findings, by which findings are listed and counted.

The body and year of a finding are those of the filing that it is about or that its project belongs to; failing that,
those of its source's filing, if there is only one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache, partial
from operator import itemgetter

from pyoxigraph import NamedNode, Store as Graph

from jixiao.ontology import identity, terms
from jixiao.store.index.facts import Cell, Fact, Said, having, values

READ = frozenset(
    {terms.SH_sourceShape, terms.SH_focusNode, terms.SH_resultSeverity, terms.acceptedBy, terms.findingGroup}
    | {terms.filedBy, terms.PROV_wasDerivedFrom, terms.readingStatus, terms.year}
)
"""Properties of filings, reports and findings that are read to make facts."""

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
    """A record of the rules with findings about each project, filled in one pass over all findings.

    It takes about 400 bytes per project.
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
        """Return the rules with findings about a project's nodes, and drop what was recorded of the project."""
        pairs = self._found.pop(project, ())
        return {fault for part, fault in pairs if (f"{project}#{part}" if part else project) in nodes}


def results(graph: Graph, report: str) -> set[str]:
    """Return the IRIs of the findings in a report's graph."""
    quads = graph.quads_for_pattern(None, NamedNode(terms.SH_sourceShape), None, NamedNode(report))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def of_filing(iri: str, about: Said) -> list[Fact]:
    """Return the facts of a filing."""
    return [
        (
            "filing",
            {"iri": iri, **_cell(about), "partial": int(terms.readPartial in about.get(terms.readingStatus, ()))},
        )
    ]


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
    """Return the properties of each finding by its series in the report (`r` or `x`) and its number, sorted by both."""
    placed = {}
    for iri, said in results.items():
        place = _PLACE.search(iri)
        if place and {terms.SH_sourceShape, terms.SH_focusNode, terms.SH_resultSeverity} <= said.keys():
            placed[place[1], int(place[2])] = said
    return dict(sorted(placed.items()))


def _members(findings: Sequence[Mapping[str, Cell]]) -> list[int]:
    """Return the size of a finding's group at the group's first finding, and 0 at its other findings.

    Open and accepted findings of a group are counted separately.
    """
    firsts: dict[tuple[Cell, Cell], int] = {}
    members = [0] * len(findings)
    for number, said in enumerate(findings):
        group = number if said["group"] is None else said["group"]
        members[firsts.setdefault((group, said["accepted"]), number)] += 1
    return members


def _belonging(graph: Graph, source: str, node: str) -> tuple[str | None, dict[str, Cell]]:
    """Return a node's IRI if it is a project, else None, and the body and year of its filing.

    If the node has no filing, body and year are those of the only filing of the source, or None if it has not one.
    """
    filings = values(graph, node, terms.partOfFiling)
    cell = _of_filing(graph, filings[-1] if filings else node) or _of_sole_filing(graph, source)
    return node if filings else None, cell or {"body": None, "year": None}


def _of_filing(graph: Graph, iri: str) -> dict[str, Cell] | None:
    """Return the body and year of a filing; None if the IRI is not that of a filing."""
    if identity.COLLECTIONS["filing"] not in values(graph, iri, terms.RDF_type):
        return None
    return _cell({name: values(graph, iri, name) for name in (terms.filedBy, terms.year)})


def _of_sole_filing(graph: Graph, source: str) -> dict[str, Cell] | None:
    """Return the body and year of the source's filing; None unless there is exactly one."""
    derived = having(graph, terms.PROV_wasDerivedFrom, NamedNode(source))
    filings = [each for each in (_of_filing(graph, iri) for iri in sorted(derived)) if each is not None]
    return filings[0] if len(filings) == 1 else None


def _cell(about: Said) -> dict[str, Cell]:
    """Return the columns body and year of a filing, None where it has none; `about` has its values by property."""
    body, year = ([*about.get(name, ()), None][0] for name in (terms.filedBy, terms.year))
    return {"body": body, "year": None if year is None else int(year)}
