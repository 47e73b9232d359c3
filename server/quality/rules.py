"""A rule's IRI comes in; its names, its place in the catalogue and its own Turtle go out, for pages about findings.

A store may hold findings of a rule that this version no longer has: such a rule is called by its IRI's last part.
"""

from __future__ import annotations

from functools import cache

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault


def name(iri: str) -> str:
    """The last part of a rule's IRI, which its page is called by."""
    return iri.rpartition("#")[2]


def known(iri: str) -> Fault | None:
    """The rule; None where this version has none of that IRI."""
    try:
        return catalogue.fault(iri)
    except KeyError:
        return None


def label(iri: str) -> Bilingual:
    """What the rule is called."""
    fault = known(iri)
    return fault.label if fault else Bilingual(name(iri), name(iri))


@cache
def turtle(iri: str) -> str:
    """The rule as Turtle, alone: its shape with all that is below it (a Concise Bounded Description).

    Raises KeyError where no file states it.
    """
    from rdflib import Graph, URIRef  # noqa: PLC0415 - a third of a second that other pages need not pay

    fault = catalogue.fault(iri)
    shapes, alone = Graph(), Graph()
    for file in catalogue.turtle_files(fault.scope):
        if file.stem == fault.subject:
            shapes.parse(file, format="turtle")
    for prefix in ("dcterms", "jx", "jxi", "jxs", "rdf", "rdfs", "sh", "skos", "xsd"):
        alone.bind(prefix, terms.PREFIXES[prefix])
    alone += shapes.cbd(URIRef(iri))
    return alone.serialize(format="turtle").strip() + "\n"
