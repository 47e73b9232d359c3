"""Extract the projects that a reading publishes, in a form that can be compared.

Texts are folded (NFKC, no white space), money is in yuan. Citations and narratives are left out: a plain form has none.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ingest.result import Reading
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms

AMOUNTS = (
    "totalAmount",
    "annualRequest",
    "fiscalFunds",
    "currentYearAppropriation",
    "carriedOver",
    "otherFunds",
    "annualOtherFunds",
)
BODIES = ("competentDepartment", "implementingUnit")
_WORDS = ("startDate", "endDate", "year")
_GOALS = {terms.OverallGoal: "overallGoal", terms.AnnualGoal: "annualGoal"}


@dataclass(frozen=True)
class Indicator:
    """One indicator; a level or target that is not stated is None."""

    level1: str | None
    level2: str | None
    name: str
    target: str | None


@dataclass(frozen=True)
class Project:
    """One project: name, `words` (bodies, dates and year by local name), money in yuan, goals, indicators."""

    name: str
    words: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    goals: dict[str, str] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()


class Graph:
    """The values of properties in N-Triples."""

    def __init__(self, triples: bytes) -> None:
        self.values: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in parse(triples, RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self.values[quad.subject.value][quad.predicate.value].append(quad.object.value)

    def one(self, node: str, name: str) -> str | None:
        """Return the value of a property, folded; several are joined by bars, and None means no value."""
        found = sorted(self.values[node][name])
        return folded("|".join(found)) if found else None

    def typed(self, kind: str) -> Iterator[str]:
        """Yield the nodes of a class."""
        yield from (node for node in sorted(self.values) if kind in self.values[node][terms.RDF_type])


def published(reading: Reading) -> tuple[Project, ...]:
    """Extract the projects of a reading; a refused one has none. Several values of a property are joined by bars."""
    if not reading.deposit:
        return ()
    graph = Graph(reading.deposit.source_triples)
    return tuple(stated(graph, node) for node in graph.typed(terms.Project))


def stated(graph: Graph, node: str) -> Project:
    """Return the project that a node is."""
    words = {name: graph.one(node, terms.JX + name) for name in _WORDS}
    for name in BODIES:
        bodies = [graph.one(body, terms.RDFS_label) or "" for body in graph.values[node][terms.JX + name]]
        words[name] = "|".join(sorted(bodies)) or None
    amounts = {name: graph.one(node, terms.JX + name) for name in AMOUNTS}
    goals = {
        name: graph.one(goal, terms.text) or ""
        for goal in graph.values[node][terms.hasGoal]
        for kind, name in _GOALS.items()
        if kind in graph.values[goal][terms.RDF_type]
    }
    return Project(
        graph.one(node, terms.RDFS_label) or "",
        {name: word for name, word in words.items() if word},
        {name: Decimal(amount) for name, amount in amounts.items() if amount},
        goals,
        tuple(_indicator(graph, part) for part in sorted(graph.values[node][terms.hasIndicator], key=_number)),
    )


def _number(part: str) -> int:
    return int(part.rpartition("#i")[2])


def _indicator(graph: Graph, node: str) -> Indicator:
    level1, level2 = graph.one(node, terms.printedLevel1), graph.one(node, terms.printedLevel2)
    return Indicator(level1, level2, graph.one(node, terms.RDFS_label) or "", graph.one(node, terms.targetText))
