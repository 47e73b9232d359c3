"""Facts: a triple each, with the places it was read from. The graph of a document is its facts without the places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from jixiao.ingest.rendition import Place
from jixiao.ontology import terms

Term = NamedNode | Literal


@dataclass(frozen=True)
class Fact:
    """`value` is None for a blank cell: nothing is published, yet the ledger knows where the cell is."""

    subject: str
    property: str
    value: Term | None
    places: tuple[Place, ...] = ()
    why: str | None = None


@dataclass
class Facts:
    """The facts of one document, in the order in which they were stated."""

    pages: Mapping[int, int] = field(default_factory=dict)  # page by line, where the format has pages
    stated: list[Fact] = field(default_factory=list)

    def add(
        self, subject: str, name: str, value: Term | None, places: Iterable[Place] = (), why: str | None = None
    ) -> None:
        """State one fact; `why` says on what grounds it was inferred where the source does not say it outright."""
        self.stated.append(Fact(subject, name, value, tuple(places), why))

    def line(self, subject: str, number: int) -> None:
        """State the one line that a node stands on, and its page."""
        self.add(subject, terms.sourceLine, integer(number))
        if number in self.pages:
            self.add(subject, terms.sourcePage, integer(self.pages[number]))

    def typed(self, subject: str, *classes: str) -> None:
        """State the classes of a node."""
        for name in classes:
            self.add(subject, terms.RDF_type, NamedNode(name))

    def n_triples(self) -> bytes:
        """The graph: sorted N-Triples, every triple once."""
        triples = {
            Triple(NamedNode(fact.subject), NamedNode(fact.property), fact.value)
            for fact in self.stated
            if fact.value is not None
        }
        lines = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        return b"".join(sorted(lines.splitlines(keepends=True)))


def iri(value: str) -> NamedNode:
    return NamedNode(value)


def zh(text: str) -> Literal:
    """Chinese text."""
    return Literal(text, language="zh")


def plain(text: str) -> Literal:
    """Text of no language: numbers of documents, units."""
    return Literal(text)


def integer(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(terms.XSD_integer))


def decimal(number: Decimal) -> Literal:
    """A decimal in its shortest form: 12.50 and 12.5 are one value and one literal."""
    digits = format(number, "f")
    return Literal(digits.rstrip("0").rstrip(".") if "." in digits else digits, datatype=NamedNode(terms.XSD_decimal))


def date(text: str) -> Literal:
    return Literal(text, datatype=NamedNode(terms.XSD_date))


def year(number: int) -> Literal:
    return Literal(f"{number:04d}", datatype=NamedNode(terms.XSD_gYear))
