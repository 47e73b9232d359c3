"""Collect facts: triples with the places they were read from. A document's graph is its triples alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from jixiao.ingest.rendition import Place
from jixiao.ontology import grouping, terms
from jixiao.ontology.reasons import Reason, reason
from jixiao.ontology.text.decimals import digits

Term = NamedNode | Literal

iri = NamedNode
"""Make a node of an IRI."""
_INTEGER, _DECIMAL, _DATE, _YEAR, _BOOLEAN = map(
    NamedNode, (terms.XSD_integer, terms.XSD_decimal, terms.XSD_date, terms.XSD_gYear, terms.XSD_boolean)
)

NO_VALUE, LEFT_BLANK = reason("no-value"), reason("left-blank")


class Seen(NamedTuple):
    """The recognition of a fact in a picture: the lowest score of its characters (0 to 1), and what confirms it.

    `decision` is the IRI of the decision with which a steward transcribed it.
    """

    score: float
    confirmed: Reason | None = None
    decision: str | None = None


class Fact(NamedTuple):
    """A triple with its places; `value` is None for a blank cell, which is not published but is in the ledger.

    A withheld fact has no value either: `withheld` is the value that was read. `why` is the reason for an inferred or
    missing value; `seen` is None if the fact was not read from a picture.
    """

    subject: str
    property: str
    value: Term | None
    places: tuple[Place, ...] = ()
    why: Reason | None = None
    withheld: Term | None = None
    seen: Seen | None = None


@dataclass
class Facts:
    """The facts of one document in `stated`, in the order in which they were added."""

    pages: Mapping[int, int] = field(default_factory=dict)  # page of each line, in formats with pages
    stated: list[Fact] = field(default_factory=list)

    def add(
        self, subject: str, name: str, value: Term | None, places: Iterable[Place] = (), why: Reason | None = None
    ) -> None:
        """Add one fact: `name` is the IRI of its property, and `why` the reason if its value is inferred."""
        self.stated.append(Fact(subject, name, value, tuple(places), why))

    def state(
        self, subject: str, values: Mapping[str, Term | None], places: Iterable[Place] = (), why: Reason | None = None
    ) -> None:
        """Add a fact for each property (IRI) in `values` that has a value, all with equal places and reason."""
        for name, value in values.items():
            if value is not None:
                self.add(subject, name, value, places, why)

    def line(self, subject: str, number: int) -> None:
        """Add facts for the number of the line at which a node is printed, and for its page if the format has pages."""
        self.add(subject, terms.sourceLine, integer(number))
        if number in self.pages:
            self.add(subject, terms.sourcePage, integer(self.pages[number]))

    def typed(self, subject: str, *classes: str) -> None:
        """Add a fact for each class (IRI) of a node."""
        for name in classes:
            self.add(subject, terms.RDF_type, NamedNode(name))

    def name_once(self) -> None:
        """Give each node one zh label and full name: of several, the first in code point order.

        Other labels become skos:altLabel.
        """
        full = grouping.by_key((fact.subject, _text(fact)) for fact in self.stated if fact.property == terms.fullName)
        kept = (
            each for each in self.stated if each.property != terms.fullName or _text(each) == min(full[each.subject])
        )
        self.stated = list(kept)
        named = [
            fact
            for fact in self.stated
            if fact.property == terms.RDFS_label and isinstance(fact.value, Literal) and fact.value.language == "zh"
        ]
        names = grouping.by_key((fact.subject, _text(fact)) for fact in named)
        others = {fact for fact in named if _text(fact) != min(names[fact.subject])}
        renamed = {fact: fact._replace(property=terms.SKOS_altLabel) for fact in others}
        self.stated = [renamed.get(fact, fact) for fact in self.stated] if others else self.stated

    def n_triples(self) -> bytes:
        """Return the graph as sorted N-Triples, every triple once."""
        # Terms format themselves as N-Triples, and code points sort like UTF-8 bytes.
        lines = {
            f"<{fact.subject}> <{fact.property}> {fact.value} .\n" for fact in self.stated if fact.value is not None
        }
        return "".join(sorted(lines)).encode()


def links(facts: Iterable[Fact], name: str) -> list[tuple[str, str]]:
    """Return node and value of each fact of the property `name` (its IRI) that has a value."""
    return [(fact.subject, fact.value.value) for fact in facts if fact.property == name and fact.value is not None]


def number(fact: Fact) -> Decimal | None:
    """Return the number that a fact states, or None if its value is no number."""
    value = fact.value
    if not isinstance(value, Literal) or value.datatype.value not in (terms.XSD_decimal, terms.XSD_integer):
        return None
    return Decimal(value.value)


def _text(fact: Fact) -> str:
    return fact.value.value if fact.value else ""


def zh(text: str | None) -> Literal | None:
    """Return text in Chinese as a literal, and None for None."""
    return None if text is None else Literal(text, language="zh")


def en(text: str) -> Literal:
    """Return a text with the language tag `en`."""
    return Literal(text, language="en")


def plain(text: str | None) -> Literal | None:
    """Return a text that has no language, such as a document number or a unit, as a literal, and None for None."""
    return None if text is None else Literal(text)


def integer(number: int | None) -> Literal | None:
    """Return an integer as a literal, and None for None."""
    return None if number is None else Literal(str(number), datatype=_INTEGER)


def decimal(number: Decimal | None) -> Literal | None:
    """Return a decimal in its shortest form, so that 12.50 and 12.5 are one literal, and None for None."""
    return None if number is None else Literal(digits(number), datatype=_DECIMAL)


def date(text: str) -> Literal:
    """Return an ISO date as a literal."""
    return Literal(text, datatype=_DATE)


def true() -> Literal:
    """Return the boolean true as a literal; false is never stated."""
    return Literal("true", datatype=_BOOLEAN)


def year(number: int) -> Literal:
    """Return a year as a literal of xsd:gYear."""
    return Literal(f"{number:04d}", datatype=_YEAR)
