"""Make the rows, tallies and links of units: of one unit from the default graph, or of all from its sorted lines.

A unit's name is its IRI without the base and `id/`, such as `org/bdd7i7amlc5hg`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Store as Graph, parse

from jixiao.ontology import grouping, identity, properties, terms
from jixiao.ontology.places import lineage, places
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.index import facts
from jixiao.store.index.facts import Said, having, said, values

KINDS = (
    *("org", "basis", "project", "indicator", "goal", "section", "stated-basis", "cost-item"),
    *("evaluation", "result", "done", "series", "issuer"),
)
"""Kinds of rows; `done` are goals and other texts of evaluations."""

UNSEARCHED = ("series", "issuer")
"""Kinds of rows that have names, but no text that is searched."""

NUMBERS = {kind: number for number, kind in enumerate(KINDS, start=1)}
"""The number by which the index's file has each kind of rows and names."""

UNITS = ("org", "basis", "project", "evaluation", "series", "issuer")
"""Kinds of units with names and texts; a unit's name begins with its kind."""
_CLASSES = {**identity.COLLECTIONS, "issuer": terms.Issuer}

_NAMED = (*UNITS, "filing", "report")  # the last two are no units, but units change with them

TALLIED = (
    *("year", "org", "basis", "series", "level1", "level2", "indicator-name", "unit", "operator"),
    *("category", "nature", "section", "place"),
)
"""Kinds of values for which the index tallies how many projects, and how many evaluations, have each value."""

COUNTED = ("project", "evaluation")
"""Kinds of units that the tallies count."""

_PARTS = {
    "project": {
        terms.hasIndicator: ("indicator", terms.RDFS_label, terms.targetText),
        terms.hasGoal: ("goal", terms.text),
        terms.hasSection: ("section", terms.text),
        terms.hasStatedBasis: ("stated-basis", terms.text),
        terms.hasCostItem: ("cost-item", terms.RDFS_label),
    },
    "evaluation": {
        terms.hasResult: ("result", terms.RDFS_label, terms.targetText, terms.achievedText, terms.reasonText),
        # An evaluation states what was done, and reasons, of itself.
        terms.hasGoal: ("done", terms.text, terms.doneText, terms.reasonText),
    },
}
_TEXTS = {kind: texts_of for parts in _PARTS.values() for kind, *texts_of in parts.values()}
_NAMES = (terms.fullName, terms.RDFS_label, terms.SKOS_altLabel, terms.DCTERMS_title)
_OF_INDICATORS = {
    terms.RDFS_label: "indicator-name",
    terms.printedLevel1: "level1",
    terms.printedLevel2: "level2",
    terms.targetUnit: "unit",
    terms.targetOperator: "operator",
}
_TALLIES = {
    terms.hasIndicator: _OF_INDICATORS,
    terms.hasResult: _OF_INDICATORS,
    terms.hasSection: {terms.RDFS_label: "section"},
}
_OWN_TALLIES = {
    terms.year: "year",
    terms.cites: "basis",
    terms.DCTERMS_isVersionOf: "series",
    terms.category: "category",
    terms.printedCategory: "category",
    terms.nature: "nature",
    terms.printedNature: "nature",
}
_ROLES = terms.department, terms.implementingUnit


@cache
def to_bodies() -> tuple[str, ...]:
    """Return the properties that link a project or evaluation to bodies; a filing is linked by jx:filedBy."""
    return terms.department, *properties.bodies()


@cache
def properties_read() -> frozenset[str]:
    """Return the properties from which units are made; changes of other properties do not affect the index."""
    return frozenset(
        {
            terms.RDF_type,
            terms.partOfFiling,
            terms.scopeOf,
            terms.text,
            *_NAMES,
            *(property_ for parts in _PARTS.values() for property_ in parts),
            *_OWN_TALLIES,
            *to_bodies(),
            *(terms.place, terms.filedBy, terms.SH_sourceShape, terms.SH_focusNode),
        }
        | {property_ for kinds in _TALLIES.values() for property_ in kinds}
        | {property_ for texts_of in _TEXTS.values() for property_ in texts_of}
    )


@dataclass(frozen=True)
class IndexRow:
    """Texts by which a search finds a unit or a part of it.

    `kind` is one of KINDS. `part` is the fragment of the part's IRI, such as `i2` for an indicator, and empty for the
    unit itself. `year` is the project's or evaluation's, or 0. At least one term of a search must occur in `own`; its
    other terms may occur in `context`.
    """

    kind: str
    part: str
    year: int
    own: tuple[str, ...]
    context: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """A unit to be written into the index: its rows, what it adds to each tally, by kind and value, and its links.

    A link is the name of a table and the IRI of a body, place or document to which the unit refers.
    """

    name: str
    rows: tuple[IndexRow, ...] = ()
    tallies: Mapping[tuple[str, str], int] = field(default_factory=dict)
    links: Sequence[tuple[str, str]] = ()


def names(of: Said) -> tuple[str, ...]:
    """Return a thing's names without repetition: a body's full name, label, other labels, titles.

    `of` has the thing's values by property.
    """
    return tuple(dict.fromkeys(name for property_ in _NAMES for name in of.get(property_, ())))


def texts(kind: str, of: Said) -> tuple[str, ...]:
    """Return the texts in which a search finds a thing of a kind; `of` has the thing's values by property."""
    if kind not in _TEXTS:
        return names(of)
    return tuple(text for property_ in _TEXTS[kind] for text in of.get(property_, ()))


class Entries:
    """A reader of units from one graph, whose store has the base IRI `base_iri`.

    Safe to share between threads.
    """

    def __init__(self, graph: Graph, base_iri: str) -> None:
        self.graph = graph
        self.base_iri, self.below = base_iri, f"{base_iri}id/"
        self._bodies: BoundedCache[tuple[tuple[str, ...], tuple[str, ...]]] = BoundedCache(100_000)  # units

    def name_of(self, iri: str) -> str | None:
        """Return the name of the unit that a thing is or belongs to; None if it belongs to no unit."""
        below = self.below if iri.startswith(self.below) else f"{self.base_iri}graph/"
        if not iri.startswith(below):
            return None
        name = iri.removeprefix(below).partition("#")[0]
        return name if name.partition("/")[0] in _NAMED else None

    def unit(self, name: str) -> Unit | None:
        """Read a unit, or return None if the graph has none of that name."""
        return self.made(name, said(self.graph, self.below + name), {}, facts.stated(self.graph))

    def made(self, name: str, about: Said, parts: Mapping[str, Said], faults: facts.Faults) -> Unit | None:
        """Return a unit made from values that were read already; None if the thing's class is not a unit's.

        `about` has the thing's own values by property, and `parts` the values of its parts by IRI; parts not given are
        read from the graph. `faults` looks up which rules have findings about it.
        """
        kind = name.partition("/")[0]
        if kind not in UNITS or _CLASSES[kind] not in about.get(terms.RDF_type, ()):
            return None
        if kind in COUNTED:
            return self._form(name, about, parts, faults)
        return Unit(name, (IndexRow(kind, "", 0, names(about)),))

    def label(self, iri: str) -> str:
        """Return a unit's label, or its IRI if it has none."""
        return next(iter(self.body(iri)[0]), iri)

    def body(self, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a unit's names, and the IRIs of the bodies that the unit is a scope of.

        A body with （本级） or （汇总） is a scope of the plain body; for all other units there are no IRIs.
        """

        def read() -> tuple[tuple[str, ...], tuple[str, ...]]:
            about = said(self.graph, iri)
            return names(about), tuple(about.get(terms.scopeOf, ()))

        return self._bodies.get_or_make(iri, read)

    def with_number(self, number: identity.DocumentNumber) -> list[str]:
        """Return the IRIs of the documents with a number: mostly one, but several orders may share a number."""
        return sorted(having(self.graph, terms.documentNumber, Literal(number.canonical)))

    def ending_number(self, number: identity.DocumentNumber) -> list[str]:
        """Return the IRIs of the documents whose printed code is an ending of the code of `number`.

        Year and serial must be equal; `number` may have further words before the code. Only the longest such code
        counts.
        """
        there = {iri: said(self.graph, iri) for iri in having(self.graph, terms.serialNumber, Literal(number.serial))}
        codes = grouping.by_key(
            (code, iri)
            for iri, about in sorted(there.items())
            if str(number.year) in about.get(terms.numberYear, ())
            for code in about.get(terms.issuerCode, ())
        )
        endings = [code for code in codes if number.code.endswith(code)]
        return codes[max(endings, key=len)] if endings else []

    def _form(self, name: str, about: Said, parts: Mapping[str, Said], faults: facts.Faults) -> Unit:
        """Return the unit of a project or evaluation: rows for itself and each part, its tallies and its links.

        The parameters are those of `made`.
        """
        of_kind = name.partition("/")[0]
        year = int(next(iter(about.get(terms.year, ())), "0"))
        filed = [
            body for filing in about.get(terms.partOfFiling, ()) for body in values(self.graph, filing, terms.filedBy)
        ]
        bodies = dict.fromkeys([*(body for property_ in to_bodies() for body in about.get(property_, ())), *filed])
        context = [label for body in bodies for label in self.body(body)[0]]
        rows = [IndexRow(of_kind, "", year, names(about), (*dict.fromkeys(context), *about.get(terms.year, ())))]
        if told := texts("done", about):
            rows.append(IndexRow("done", "", year, told))
        tallies = _tallies(about, _OWN_TALLIES)
        tallies |= {("place", f"{self.below}place/{code}") for code in _divisions(about)}
        tallies |= {("org", one) for body in bodies for one in (body, *self.body(body)[1])}
        for property_, (kind, *_) in _PARTS[of_kind].items():
            for part in about.get(property_, ()):
                of_part = parts[part] if part in parts else said(self.graph, part)
                rows.append(IndexRow(kind, part.partition("#")[2], year, texts(kind, of_part)))
                tallies |= _tallies(of_part, _TALLIES.get(property_, {}))
        answering = {body for property_ in _ROLES for body in about.get(property_, ())}
        links = [("role", body) for body in sorted(answering.union(filed))]
        links += [("placed", place) for place in about.get(terms.place, ())]
        links += [("citation", basis) for basis in about.get(terms.cites, ())]
        nodes = {self.below + name, *parts, *(part for values_ in about.values() for part in values_ if "#" in part)}
        tallies |= {("rule", fault) for fault in faults(self.below + name, nodes)}
        return Unit(name, tuple(rows), dict.fromkeys(tallies, 1), links)


def _divisions(about: Said) -> set[str]:
    """Return the codes of the divisions of a project or evaluation and of all divisions above, from its values."""
    return {
        place.code
        for code in {iri.rpartition("/")[2] for iri in about.get(terms.place, ())} & places().keys()
        for place in lineage(code)
    }


def _tallies(about: Said, kinds: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the tallies to which a unit adds, as pairs of kind and value.

    `kinds` maps properties to kinds of tallies, and `about` has the unit's values by property.
    """
    return {(kind, value) for property_, kind in kinds.items() for value in about.get(property_, ())}


Listener = Callable[[list[bytes]], None]
"""A function that is called with lists of N-Triples lines until it had the entire default graph, sorted by bytes."""


@cache
def _read_lines() -> frozenset[bytes]:
    return frozenset(f"<{property_}>".encode() for property_ in properties_read())


class Gathering:
    """A collector of units from the sorted N-Triples lines of the default graph.

    `take` is called with each unit as soon as all of its lines were added. Reading units one by one from the graph
    takes many times as long. In sorted lines a project or report follows its parts, since `#` sorts before the `>` that
    ends its IRI.
    """

    def __init__(self, entries: Entries, take: Callable[[Unit], None]) -> None:
        self._entries, self._take = entries, take
        self._subject: object = None
        self._iri = ""
        self._unit: str | None = None
        self._said: defaultdict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, dict[str, Said]] = {}
        self._found = facts.Gathered()  # reports come before projects, since "graph" sorts before "id"

    def add(self, lines: list[bytes]) -> None:
        """Add the next N-Triples lines of the default graph."""
        read = _read_lines()
        wanted = b"".join(line for line in lines if line.split(b" ", 2)[1] in read)
        for triple in parse(wanted, RdfFormat.N_TRIPLES):
            subject, value = triple.subject, triple.object
            if subject != self._subject:
                self._end_subject()
                self._subject = subject
                self._iri = subject.value if isinstance(subject, NamedNode) else ""
                self._unit = self._entries.name_of(self._iri)
            if self._unit is not None and isinstance(value, NamedNode | Literal):
                self._said[triple.predicate.value].append(value.value)

    def end(self) -> None:
        """Finish the last unit, after the last line was added."""
        self._end_subject()

    def _end_subject(self) -> None:
        if self._unit is None:
            return
        for texts_of in self._said.values():
            texts_of.sort()
        if self._unit.startswith("report/"):
            self._found.note(self._said)
        elif "#" in self._iri:
            self._parts.setdefault(self._unit, {})[self._iri] = self._said
        elif unit := self._entries.made(self._unit, self._said, self._parts.pop(self._unit, {}), self._found.take):
            self._take(unit)
        self._said = defaultdict(list)
        self._unit = None
