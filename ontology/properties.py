"""Properties with a role of their own, as the ontology marks them: parts of a project, and amounts of money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import triples


@dataclass(frozen=True)
class Part:
    """A kind of part of a project: its class, the property that leads to it, and the letter in its IRIs (`#i2`)."""

    kind: str
    property: str
    letter: str


@cache
def parts() -> Mapping[str, Part]:
    """Return the kinds of parts by class, in the order of the ontology: whatever a `jx:fragmentLetter` is given for."""
    classes = _values(terms.RDFS_range)
    letters = _values(terms.fragmentLetter)
    return MappingProxyType({classes[name]: Part(classes[name], name, letter) for name, letter in letters.items()})


@cache
def letters() -> frozenset[str]:
    """Return the letters of all kinds of parts."""
    return frozenset(part.letter for part in parts().values())


@cache
def amounts() -> frozenset[str]:
    """Return the properties whose values are amounts in yuan: those with a `schema:currency`."""
    return frozenset(_values(terms.SCHEMA_currency))


def _values(predicate: str) -> dict[str, str]:
    return {
        triple.subject.value: triple.object.value
        for triple in triples()
        if triple.predicate.value == predicate
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode | Literal)
    }
