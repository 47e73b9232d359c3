"""Describe a project of a graph to the readers of mentions: its fields, indicators and texts; load words of names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode

from jixiao.ingest import facts as f
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import NO_FIELD, Flow, Flows
from jixiao.ingest.text.measures import SHORTEST, Measure, countable, number
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ontology import codes, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.wording import Wording, alternatives

_GOALS = {terms.OverallGoal: "overall", terms.AnnualGoal: "annual"}


class Graph:
    """The facts of a document by subject and property (IRIs), with the lines of its texts where they are known."""

    def __init__(
        self,
        triples: Iterable[tuple[str, str, NamedNode | Literal]],
        flows: Flows | None = None,
        places: Mapping[tuple[str, str], Place] | None = None,
    ) -> None:
        """Index the triples of one document, in order; `places` are the places of other texts, by node and property."""
        self.nodes: dict[str, dict[str, list[str]]] = {}
        """The IRIs and lexical forms of the values of each node, by property; English labels are left out."""
        for triple in triples:
            self.add(*triple)
        self.flows = flows or {}
        self._places = places or {}

    def add(self, subject: str, name: str, value: NamedNode | Literal) -> None:
        """Add a fact."""
        if not (isinstance(value, Literal) and value.language == "en"):
            self.nodes.setdefault(subject, {}).setdefault(name, []).append(value.value)

    def texts(self, node: str, name: str) -> Sequence[str]:
        """Return the IRIs or lexical forms of the values of a property."""
        return self.nodes.get(node, {}).get(name, ())

    def text(self, node: str, name: str) -> str | None:
        """Return the IRI or lexical form of the first value of a property, or None."""
        return next(iter(self.texts(node, name)), None)

    def label(self, node: str) -> str:
        """Return the label of a node; empty if it has none."""
        return self.text(node, terms.RDFS_label) or ""

    def operator(self, node: str) -> str | None:
        """Return the local name of the operator of a target, such as `ge`, or None."""
        return (self.text(node, terms.targetOperator) or "").rpartition("#")[2] or None

    def number(self, node: str, name: str) -> Decimal | None:
        """Return the first value of a property as a decimal, None if there is none or it is no number."""
        return number(self.text(node, name))

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The IRIs of the projects, in order."""
        return tuple(node for node, known in self.nodes.items() if terms.Project in known.get(terms.RDF_type, ()))

    @cached_property
    def filings(self) -> tuple[Sequence[str], ...]:
        """The projects of each filing."""
        found = by_key((self.text(project, terms.partOfFiling), project) for project in self.projects)
        return tuple(projects for filing, projects in found.items() if filing is not None)

    @cached_property
    def subjects(self) -> tuple["Subject", ...]:
        """The projects, in order."""
        return tuple(Subject(self, iri) for iri in self.projects)

    def prose(self, holder: str, name: str, place: str, heading: str = "") -> Iterator[Prose]:
        """Yield the first text that a node has under the property `name`, if any.

        `place` and `heading` are those of Prose.
        """
        for printed in self.texts(holder, name)[:1]:
            flow = self.flows.get((holder, name)) or Flow.of_lines(printed, self._place(holder, name))
            yield Prose(holder, place, flow, heading)

    def _place(self, node: str, name: str) -> Place:
        """Return the place of a text, or else the line at which its node is printed, 0 if that is not stated."""
        line = self.text(node, terms.sourceLine) or ""
        return self._places.get((node, name)) or Place(int(line) if line.isdecimal() else 0, 1)


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator: its IRI, name, target as printed and as a number, and the IRI of its type (or None)."""

    iri: str
    name: str
    target: str
    value: Decimal | None
    upper: Decimal | None
    unit: str
    operator: str | None
    type: str | None


@dataclass(frozen=True)
class Subject:
    """A project whose texts are read: `graph` has its facts and those of the other projects of its document."""

    graph: Graph = field(repr=False)
    iri: str

    @cached_property
    def name(self) -> str:
        """The name of the project; empty if it has none."""
        return self.graph.label(self.iri)

    @cached_property
    def year(self) -> int | None:
        """The fiscal year of the project, or None."""
        year = self.graph.text(self.iri, terms.year)
        return int(year) if year and year.isdecimal() else None

    @cached_property
    def filing(self) -> str | None:
        """The IRI of the filing, or None."""
        return self.graph.text(self.iri, terms.partOfFiling)

    @cached_property
    def rows(self) -> tuple[IndicatorFacts, ...]:
        """The indicators, in order."""
        graph = self.graph
        return tuple(
            IndicatorFacts(
                iri,
                graph.label(iri),
                graph.text(iri, terms.targetText) or "",
                graph.number(iri, terms.targetValue),
                graph.number(iri, terms.targetUpper),
                graph.text(iri, terms.targetUnit) or "",
                graph.operator(iri),
                graph.text(iri, terms.indicatorType),
            )
            for iri in graph.texts(self.iri, terms.hasIndicator)
        )

    @cached_property
    def goals(self) -> tuple[Prose, ...]:
        """The texts of the goals."""
        kinds = {node: self.graph.texts(node, terms.RDF_type) for node in self.graph.texts(self.iri, terms.hasGoal)}
        places = {node: next(filter(None, map(_GOALS.get, known)), "annual") for node, known in kinds.items()}
        return tuple(prose for node, place in places.items() for prose in self.graph.prose(node, terms.text, place))

    @cached_property
    def sections(self) -> tuple[Prose, ...]:
        """The texts of the narrative's sections."""
        return tuple(
            prose
            for node in self.graph.texts(self.iri, terms.hasSection)
            for prose in self.graph.prose(node, terms.text, "section", self.graph.label(node))
        )

    @cached_property
    def bases(self) -> tuple[Prose, ...]:
        """The stated bases, as texts."""
        return self._of(terms.hasStatedBasis, terms.text, "basis")

    @cached_property
    def titles(self) -> tuple[Prose, ...]:
        """The titles of citations, as texts."""
        return self._of(terms.hasCitation, terms.printedTitle, "title")

    def _of(self, parts: str, name: str, place: str) -> tuple[Prose, ...]:
        graph = self.graph
        return tuple(prose for node in graph.texts(self.iri, parts) for prose in graph.prose(node, name, place))

    @cached_property
    def stated(self) -> Mapping[str | None, Sequence[str]]:
        """The figures that the graph states, by the IRI of the goal or section whose text states them."""
        graph, nodes = self.graph, self.graph.texts(self.iri, terms.hasMention)
        figures = (node for node in nodes if terms.StatedFigure in graph.texts(node, terms.RDF_type))
        return by_key((graph.text(node, terms.statedIn), node) for node in figures)

    @cached_property
    def cells(self) -> tuple[Prose, ...]:
        """The names and the targets of the indicators, as texts."""
        return tuple(
            prose
            for row in self.rows
            for name, place in ((terms.RDFS_label, "name"), (terms.targetText, "target"))
            for prose in self.graph.prose(row.iri, name, place)
        )

    @cached_property
    def running(self) -> tuple[Prose, ...]:
        """The texts of goals and sections."""
        return (*self.goals, *self.sections)

    @cached_property
    def loose(self) -> tuple[Prose, ...]:
        """The texts that no field of this project's form claims.

        The first project of the graph also has the unclaimed texts of its filing that belong to no project alone.
        """
        shared = self.filing if self.iri == self.graph.projects[0] else None
        known = ((holder, self.graph.flows.get((holder, NO_FIELD))) for holder in (self.iri, shared) if holder)
        return tuple(Prose(holder, "loose", flow) for holder, flow in known if flow)

    @cached_property
    def proses(self) -> tuple[Prose, ...]:
        """All texts of the project in fields: goals, sections, names and targets of indicators, and its own name."""
        return (*self.running, *self.cells, *self.graph.prose(self.iri, terms.RDFS_label, "title"))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The indicators that have a number as their target, in order."""
        rows = (row for row in self.rows if row.name and row.value is not None)
        return countable(Measure.of(row.name, row.unit or None, row.iri, row.value) for row in rows)

    @cached_property
    def items(self) -> tuple[Measure, ...]:
        """The cost items that have a name, in order, with their quantities."""
        graph = self.graph
        return tuple(
            Measure.of(name, graph.text(iri, terms.itemUnit), iri, graph.number(iri, terms.itemQuantity))
            for iri in graph.texts(self.iri, terms.hasCostItem)
            if len(name := graph.label(iri)) >= SHORTEST
        )


Derived = tuple[str, str, f.Term | None]
"""A fact about a part of a project, derived for rules alone: node, property, value; None is no fact."""
Stated = f.Term | tuple[f.Term, ...] | None
"""The value or values of a property; None for none."""
_SETTING = f"{terms.VOCAB}setting/"


def operator(name: str | None) -> f.Term | None:
    """Return the concept of an operator by its local name, such as `ge`."""
    return f.iri(terms.JX + name) if name else None


def settings(names: Iterable[str]) -> tuple[f.Term, ...]:
    """Return the IRIs of concepts of the scheme `setting`, sorted; `names` are their local names."""
    return tuple(f.iri(_SETTING + name) for name in sorted(names))


@dataclass(frozen=True)
class Mention:
    """A passage of a text from `start` to `end`, of a class (the IRI `kind`).

    `values` are its further facts: a term or several for each property (IRI). `thing` is the name of what is counted,
    dated or paid for, or None; `about` are the IRIs of the indicators, items or projects that measure or name the same.
    """

    prose: Prose
    kind: str
    start: int
    end: int
    thing: str | None = None
    about: tuple[str, ...] = ()
    values: Mapping[str, Stated] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The words of the passage as printed, without white space at the ends."""
        return self.prose.flow.text[self.start : self.end].strip()

    def facts(self) -> Iterator[tuple[str, f.Term]]:
        """Yield property and value of each fact about the mention, except the line at which it is printed."""
        facts: dict[str, Stated] = {
            terms.RDF_type: (f.iri(self.kind), f.iri(terms.Mention)),
            terms.statedIn: f.iri(self.prose.holder),
            terms.targetText: f.zh(self.words),
            terms.inSentence: f.integer(self.prose.sentence(self.start)),
            terms.inClause: f.integer(self.prose.clause(self.start)),
            terms.offset: f.integer(self.start),
            terms.setting: settings(self.prose.settings(self.start)),
            terms.about: tuple(map(f.iri, self.about)),
            terms.thing: f.plain(self.thing or None),
        }
        for name, value in (facts | dict(self.values)).items():
            yield from ((name, each) for each in (value if isinstance(value, tuple) else (value,)) if each is not None)


def named(
    prose: Prose,
    span: tuple[int, int],
    kind: str,
    thing: str | None = None,
    values: Mapping[str, Stated] | None = None,
) -> Mention:
    """Return a StatedName mention of a passage: the name of a thing of the class `kind` (IRI), with further facts."""
    return Mention(prose, terms.StatedName, *span, thing, (), {terms.nameOf: f.iri(kind), **(values or {})})


def measured(quantity: Quantity) -> dict[str, Stated]:
    """Return the value, upper bound, unit and operator of a quantity as facts, as for the target of an indicator."""
    return {
        terms.targetValue: f.decimal(quantity.value),
        terms.targetUpper: f.decimal(quantity.upper),
        terms.targetUnit: f.plain(quantity.unit or None),
        terms.targetOperator: operator(quantity.operator),
    }


WORDING = Wording(
    "jixiao.ingest.text.mentions",
    "names.toml",
    {
        "leads": alternatives(Wording("jixiao.ontology", "bodies.toml").words("leads")),
        "provinces": alternatives(codes.places()),
    },
)
"""The words and patterns of names.toml."""
RE = WORDING.patterns
"""The patterns of these words."""


@lru_cache(maxsize=4096)
def text_key(text: str) -> str:
    """Return a text without punctuation, brackets and white space, by which equal texts are recognised."""
    return RE.key_marks.sub("", text)
