"""Terms of the ontology and its schemes with their definitions, for the pages that document them.

Every subject with a `skos:definition` in the Turtle files is a term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal as One

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import terms, turtle_files
from jixiao.ontology.text.bilingual import Bilingual

Kind = One["class", "property", "individual", "scheme", "concept"]

_KINDS: tuple[tuple[str, Kind], ...] = (
    (terms.OWL_Class, "class"),
    (terms.OWL_ObjectProperty, "property"),
    (terms.OWL_DatatypeProperty, "property"),
    (terms.SKOS_ConceptScheme, "scheme"),
    (terms.Operator, "individual"),
    (terms.SKOS_Concept, "concept"),
)
"""Kinds by rdf:type; a term of several types is of the first kind."""


@dataclass(frozen=True)
class Term:
    """One term of the ontology or its schemes.

    `above` are the classes, properties or concepts that the term specialises; `domains` are the classes that have a
    property, and `literal` is true for a datatype property; `scheme` is that of a concept or individual, or the scheme
    from which a property takes its values.
    """

    iri: str
    kind: Kind
    label: Bilingual
    definition: Bilingual
    above: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    range: str | None = None
    literal: bool = False
    scheme: str | None = None
    notation: str | None = None
    others: tuple[str, ...] = ()
    note: Bilingual | None = None

    @property
    def name(self) -> str:
        """The last part of the IRI, which is the term's anchor on the page that documents it."""
        return self.iri.replace("#", "/").rpartition("/")[2]


@cache
def reference() -> Mapping[str, Term]:
    """Return all terms by IRI, in the order of the files."""
    said: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples():
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            said[triple.subject.value][triple.predicate.value].append(triple.object)
    found = (_term(iri, about) for iri, about in said.items() if terms.SKOS_definition in about)
    return MappingProxyType({term.iri: term for term in found})


@cache
def triples() -> tuple[Triple, ...]:
    """Return the triples of the ontology and its schemes, in the order of the files."""
    return tuple(quad.triple for path in turtle_files() for quad in parse(path=str(path), format=RdfFormat.TURTLE))


def below(iri: str, among: Iterable[Term]) -> list[Term]:
    """Return the terms that specialise the term with an IRI."""
    return [term for term in among if iri in term.above]


def _term(iri: str, about: Mapping[str, list[NamedNode | Literal]]) -> Term:
    def iris(*properties: str) -> tuple[str, ...]:
        return tuple(node.value for name in properties for node in about.get(name, ()) if isinstance(node, NamedNode))

    def texts(name: str) -> tuple[str, ...]:
        return tuple(node.value for node in about.get(name, ()) if isinstance(node, Literal))

    types = iris(terms.RDF_type)
    return Term(
        iri=iri,
        kind=next(kind for type_, kind in _KINDS if type_ in types),
        label=_both(about[terms.RDFS_label]),
        definition=_both(about[terms.SKOS_definition]),
        above=iris(terms.RDFS_subClassOf, terms.RDFS_subPropertyOf, terms.SKOS_broader),
        domains=iris(terms.RDFS_domain, terms.SCHEMA_domainIncludes),
        range=next(iter(iris(terms.RDFS_range)), None),
        literal=terms.OWL_DatatypeProperty in types,
        scheme=next(
            (iri for iri in iris(terms.SKOS_inScheme, terms.RDFS_seeAlso) if iri.startswith(terms.VOCAB)), None
        ),
        notation=next(iter(texts(terms.SKOS_notation)), None),
        others=texts(terms.SKOS_altLabel),
        note=_both(about[terms.SKOS_scopeNote]) if terms.SKOS_scopeNote in about else None,
    )


def _both(texts: Iterable[NamedNode | Literal]) -> Bilingual:
    by_language = {text.language: text.value for text in texts if isinstance(text, Literal)}
    return Bilingual(by_language["zh"], by_language["en"])
