"""Collect statements about things, given as mappings of prefixed names, as distinct triples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.store.description.publisher import Words

PREFIXES: Mapping[str, str] = {
    **terms.PREFIXES,
    "adms": terms.ADMS,
    "dcatap": terms.DCATAP,
    "dqv": terms.DQV,
    "spdx": terms.SPDX,
    "vcard": terms.VCARD,
}

Value = NamedNode | Literal | Words | date | str | int | None
"""Words are stated in both languages, plain text without a language; None is not stated."""


class Statements:
    """A collection of statements, each once, in the order in which they were made."""

    def __init__(self) -> None:
        self._said: dict[Triple, None] = {}

    def about(self, subject: NamedNode, statements: Mapping[str, Value | Iterable[Value]]) -> NamedNode:
        """State properties of a subject and return it; properties are prefixed names, and `a` is its class."""
        for name, values in statements.items():
            predicate = NamedNode(terms.RDF_type) if name == "a" else term(name)
            several = [values] if isinstance(values, Value) else values
            for value in several:
                for object_ in _terms(value):
                    self._said.setdefault(Triple(subject, predicate, object_))
        return subject

    def triples(self) -> tuple[Triple, ...]:
        """Return all statements."""
        return tuple(self._said)


def term(name: str) -> NamedNode:
    """Expand a prefixed name to the term's node."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def typed(text: str, datatype: str) -> Literal:
    """Make a literal of a datatype, given as a prefixed name."""
    return Literal(text, datatype=term(datatype))


def _terms(value: Value) -> tuple[NamedNode | Literal, ...]:
    match value:
        case None:
            return ()
        case NamedNode() | Literal():
            return (value,)
        case Words():
            return Literal(value.zh, language="zh"), Literal(value.en, language="en")
        case date():
            return (typed(value.isoformat(), "xsd:date"),)
        case _:
            return (Literal(value),)
