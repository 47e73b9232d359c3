"""Read the description of a thing, or the list of all things of a kind, from the dataset, a page at a time.

The description is a concise bounded description: the thing and its parts (IRIs that only add a fragment to its own),
the things that refer to it, and the class and label of every thing named in these triples. No
query reads more than one page, even of a thing cited thousands of times, and none sorts or counts (decision 50). The
evidence of a thing is from which line of which source each of its values was read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import grouping, terms
from jixiao.server.editions.metadata import Document
from jixiao.server.editions.protocols import Edition
from jixiao.server.http import language
from jixiao.server.linked_data.kinds import Kind
from jixiao.server.query.binding import bind, query, window
from jixiao.server.rdf.json_forms import Lines
from jixiao.server.runtime.service import Service
from jixiao.server.views.evidence import LedgerLines, line

PAGE = 100
"""Number of referring things on one page of a thing, and of things on one page of a list."""
PARTS = 500
"""Most parts of the thing on one page of a description."""

N_TRIPLES = "application/n-triples"
_BRIEF = (terms.RDF_type, terms.RDFS_label, terms.fullName)
"""Properties of the thing that are on every page of its description; the others are on the first page only."""
_NAMES = (terms.fullName, terms.RDFS_label, terms.SKOS_prefLabel, terms.fileName, terms.SH_resultMessage)
"""Properties whose values name a thing, the preferred one first."""
_NUMBERED = re.compile(r"([a-z]+)([0-9]+)$")


Value = NamedNode | Literal


class StatementIndex:
    """An index of triples by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._statements: dict[str, dict[str, list[Value]]] = grouping.by_keys(
            (triple.subject.value, triple.predicate.value, triple.object)
            for triple in dict.fromkeys(triples)
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal)
        )

    def of(self, iri: str) -> Mapping[str, Sequence[Value]]:
        """Return the values of a thing's properties, by the properties' IRIs."""
        return self._statements.get(iri, {})

    def values(self, iri: str, name: str) -> list[str]:
        """Return the values of a thing's property as sorted texts."""
        return sorted(value.value for value in self.of(iri).get(name, ()))

    def label(self, iri: str) -> str | None:
        """Return a thing's label in the language of the page if it has one, else in another; None if it has none."""
        wished = language.wish().language
        said = ([value for value in self.of(iri).get(name, ()) if isinstance(value, Literal)] for name in _NAMES)
        ordered = (
            sorted(each, key=lambda one: (one.language != wished, one.language != "zh", one.value)) for each in said
        )
        return next((labels[0].value for labels in ordered if labels), None)

    def name(self, iri: str) -> str:
        """Return the name of the thing `iri`: its label, or its IRI if it has none.

        A project or self-evaluation has its year after the label: 道路养护（2022）. A filing is named by the label of
        its body and the year, a part without a label by the thing and the part's number.
        """
        classes = {*self.values(iri, terms.RDF_type)}
        named = self.values(iri, terms.filedBy) if terms.Filing in classes else [iri]
        whole, _, part = iri.partition("#")
        unnamed = f"{self.name(whole)}#{part}" if part else iri
        name = next(filter(None, map(self.label, named)), unnamed)
        dated = classes & {terms.Project, terms.Evaluation, terms.Filing}
        years = [year for year in self.values(iri, terms.year) if dated]
        return f"{name}（{years[0]}）" if years else name

    def partial(self, iri: str) -> bool:
        """Return True for a project or filing of which only a part could be read."""
        return terms.readPartial in self.values(iri, terms.readingStatus)


@dataclass(frozen=True)
class Thing:
    """One page of a description.

    `own` are triples about the thing and its parts on this page; `incoming` are triples with the thing as object, in
    the engine's order; `around` are triples with class and label of the things named in `own` and `incoming`. `page`
    counts from 1; `further` is True if more pages follow.
    """

    node: NamedNode
    own: tuple[Triple, ...]
    incoming: tuple[Triple, ...]
    around: tuple[Triple, ...]
    page: int
    further: bool

    @property
    def triples(self) -> tuple[Triple, ...]:
        """All triples of the page."""
        return (*self.own, *self.incoming, *self.around)

    @cached_property
    def index(self) -> StatementIndex:
        """The triples of the page by subject and property, except those that refer to the thing."""
        return StatementIndex((*self.own, *self.around))

    @cached_property
    def classes(self) -> frozenset[str]:
        """The thing's classes."""
        return frozenset(self.index.values(self.node.value, terms.RDF_type))

    @property
    def sources(self) -> list[str]:
        """IRIs of the sources from which the triples of this page were read; for a source, its own IRI too."""
        own = [self.node.value] if terms.SourceDocument in self.classes else []
        derived = (t for t in (*self.own, *self.around) if t.predicate.value == terms.PROV_wasDerivedFrom)
        return sorted({*own, *(t.object.value for t in derived if isinstance(t.object, NamedNode))})


def read(service: Service, now: Edition, node: NamedNode, page: int) -> Thing | None:
    """Return page `page` (from 1) of a thing's description, or None if there is no such thing or page.

    Raises the errors of Pool.run.
    """
    said = statements(service, now, [node])
    if not said:
        return None
    parts = sorted({value for t in said if (value := _part(node, t.object)) is not None}, key=_place)
    shown = set(parts[(page - 1) * PARTS : page * PARTS])
    rows = service.rows(now, window(bind(query("incoming"), {"node": node}), PAGE + 1, (page - 1) * PAGE))
    if page > 1 and not shown and not rows:
        return None
    repeated = [t for t in said if page == 1 or t.predicate.value in _BRIEF]
    own = [t for t in said if t.object in shown] + [t for t in repeated if _part(node, t.object) is None]
    own += statements(service, now, sorted(shown, key=_place)) if shown else []
    incoming = [Triple(NamedNode(r["other"]["value"]), NamedNode(r["property"]["value"]), node) for r in rows[:PAGE]]
    wholes = {NamedNode(r["other"]["value"].partition("#")[0]) for r in rows[:PAGE]}
    named = {t.object for t in own} | wholes | {t.subject for t in incoming} - shown - {node}
    described = around(service, now, (each for each in named if isinstance(each, NamedNode)))
    return Thing(
        node, tuple(own), tuple(incoming), tuple(described), page, len(rows) > PAGE or len(parts) > page * PARTS
    )


def statements(service: Service, now: Edition, nodes: Sequence[NamedNode]) -> list[Triple]:
    """Return all triples whose subjects are the nodes. Raises the errors of Pool.run."""
    return _triples(service, now, bind(query("statements"), {"node": nodes}))


def around(service: Service, now: Edition, nodes: Iterable[NamedNode]) -> list[Triple]:
    """Return class, label, year, source and reading status of the nodes that are things or concepts.

    Nodes outside the dataset and its vocabularies are left out. Raises the errors of Pool.run.
    """
    ours = sorted({node for node in nodes if node.value.startswith((service.store.base_iri, terms.VOCAB))}, key=str)
    return _triples(service, now, bind(query("around"), {"node": ours})) if ours else []


def read_list(service: Service, now: Edition, kind: Kind, page: int) -> tuple[Document, list[Triple]] | None:
    """Return metadata and triples of page `page` (from 1) of a list, which is a hydra:Collection.

    The triples name the things of the page, with class, label, year, source and reading status of each (`around`). None
    if there is no such page. Raises the errors of Pool.run.
    """
    of_class, start = {"class": NamedNode(kind.of_class)}, (page - 1) * PAGE
    total = now.member_count(kind.of_class)
    if total is None:
        [row] = service.rows(now, bind(query("members-counted"), of_class))
        total = int(row["things"]["value"])
    if page > 1 and start >= total:
        return None
    members = now.members(kind.of_class, start, PAGE)
    if members is None:
        rows = service.rows(now, window(bind(query("members"), of_class), PAGE, start))
        members = [row["thing"]["value"] for row in rows]
    base, last = service.store.base_iri, max(1, -(-total // PAGE))
    collection = NamedNode(f"{base}id/{kind.name}")
    document = Document(base, f"doc/{kind.name}", collection.value, page, page < last, last, (terms.HYDRA_Collection,))
    said: list[tuple[str, NamedNode | Literal]] = [
        (terms.RDF_type, NamedNode(terms.HYDRA_Collection)),
        (terms.RDFS_label, Literal(kind.many.zh, language="zh")),
        (terms.RDFS_label, Literal(kind.many.en, language="en")),
        (terms.HYDRA_totalItems, Literal(total)),
        (terms.HYDRA_view, NamedNode(document.iri)),
        *((terms.HYDRA_member, NamedNode(iri)) for iri in members),
    ]
    triples = (Triple(collection, NamedNode(name), value) for name, value in said)
    return document, [*triples, *around(service, now, map(NamedNode, members))]


def _triples(service: Service, now: Edition, text: str) -> list[Triple]:
    return [quad.triple for quad in parse(service.run(now, text, N_TRIPLES), format=RdfFormat.N_TRIPLES)]


def _part(node: NamedNode, other: object) -> NamedNode | None:
    """Return `other` if it is a part of the node, otherwise None."""
    return other if isinstance(other, NamedNode) and other.value.startswith(f"{node.value}#") else None


def _place(part: NamedNode) -> tuple[str, int]:
    """Return a key that sorts the parts of a thing by letter, then by number: i2 before i10."""
    numbered = _NUMBERED.search(part.value)
    return (numbered[1], int(numbered[2])) if numbered else (part.value, 0)


@dataclass(frozen=True)
class Evidence:
    """A finder of the lines of the values that a page states of a thing and its parts; no lines if `thing` is None."""

    ledgers: LedgerLines
    thing: Thing | None

    @cached_property
    def _read(self) -> list[tuple[str, Triple, str, int]]:
        """The triples about the thing and its parts whose lines are known.

        Each entry has the triple's subject (IRI), the triple, the source's IRI and the line.
        """
        if self.thing is None:
            return []
        own = [(each.subject.value, each) for each in self.thing.own if isinstance(each.subject, NamedNode)]
        values = Counter((subject, triple.predicate) for subject, triple in own)
        return [
            (subject, triple, source, at)
            for source in self.thing.index.values(self.thing.node.value, terms.PROV_wasDerivedFrom)
            for subject, triple in own
            for many in [values[subject, triple.predicate]]
            if (at := line(self.ledgers.of(source), subject, triple.predicate.value, many)) is not None
        ]

    def lines(self) -> Lines:
        """Return the line of each value by subject and property; empty for a thing that several sources state."""
        lines: dict[str, dict[str, int]] = {}
        if len({source for _, _, source, _ in self._read}) == 1:
            for subject, triple, _, at in self._read:
                lines.setdefault(subject, {})[triple.predicate.value] = at
        return lines

    def statements(self) -> Iterator[Triple]:
        """Yield triples that state the source and line of each value, with a blank node for each (RDF 1.1 reification).

        They are stated in this answer alone: the dataset has no such nodes.
        """
        for number, (_, triple, source, at) in enumerate(self._read, 1):
            node = BlankNode(f"evidence{number}")
            said = {
                terms.RDF_type: NamedNode(terms.RDF_Statement),
                terms.RDF_subject: triple.subject,
                terms.RDF_predicate: triple.predicate,
                terms.RDF_object: triple.object,
                terms.PROV_wasDerivedFrom: NamedNode(source),
                terms.sourceLine: Literal(at),
            }
            yield from (Triple(node, NamedNode(name), value) for name, value in said.items())
