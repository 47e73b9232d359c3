"""List the properties whose values a steward may name, and those that a decision may correct."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jixiao.ontology import properties, reference, terms
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.shapes import validate


@dataclass(frozen=True)
class Property:
    """A property whose values are numbers, dates, text or bodies: its IRI, label in Chinese, and datatype or class."""

    iri: str
    label: str
    range: str


@cache
def correctable() -> Mapping[str, Property]:
    """Return the properties that a decision may correct, by IRI: those that the registry's rules do not exclude."""
    iris = Iris(DEFAULT_BASE)
    numbered = {iris.decision(number): one for number, one in enumerate(stated_values(), 1)}
    triples = "".join(
        f"<{decision}> <{terms.RDF_type}> <{terms.Correction}> .\n"
        f"<{decision}> <{terms.correctedProperty}> <{one.iri}> .\n"
        for decision, one in numbered.items()
    )
    excluded = {
        match.focus_node
        for match in validate.judge_decisions(triples.encode())
        if match.fault.involves == (terms.correctedProperty,)
    }
    return {one.iri: one for decision, one in numbered.items() if decision not in excluded}


@cache
def stated_values() -> tuple[Property, ...]:
    """Return the properties whose values are numbers, dates, text, bodies or projects, by IRI."""
    typed = {
        **{
            iri: of for iri, of in properties.ranges().items() if of.startswith(terms.XSD) or of == terms.RDF_langString
        },
        **dict.fromkeys((terms.department, *properties.department_sources()), terms.Department),
        terms.DCTERMS_title: terms.RDF_langString,
        terms.evaluates: terms.Project,
    }
    return tuple(
        Property(iri, reference.labels().get((iri, "zh"), iri), datatype) for iri, datatype in sorted(typed.items())
    )
