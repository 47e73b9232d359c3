"""Terms that the ontology marks: parts of a project, amounts of money, sources of what is derived, general terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from jixiao.ontology import reference, terms


@dataclass(frozen=True)
class Part:
    """A kind of part of a project or evaluation: its class, the property that leads to it, the letter in its IRIs."""

    kind: str
    property: str
    letter: str


@cache
def parts() -> Mapping[str, Part]:
    """Return the kinds of parts by class, in the order of the ontology: those with a `jx:fragmentLetter`."""
    classes = ranges()
    return {classes[name]: Part(classes[name], name, letter) for name, letter in _values(terms.fragmentLetter).items()}


@cache
def amounts() -> frozenset[str]:
    """Return the properties whose values are amounts in yuan: those with a `schema:currency`."""
    return frozenset(_values(terms.SCHEMA_currency))


@cache
def phases() -> Mapping[str, str]:
    """Return the phase of money of each property that has a fixed one, a concept of the scheme of phases, by IRI.

    Properties that name other properties (jx:asRequested) give these the phase.
    """
    return _values(terms.inPhase)


@cache
def funds() -> Mapping[str, str]:
    """Return the kind of money of each property for amounts of projects, a concept of the scheme of funds, by IRI."""
    return _values(terms.ofFund)


@cache
def amount_sources() -> tuple[str, ...]:
    """Return the properties from which a project's `jx:amount` is taken, the preferred one first (`jx:amountRank`).

    The first that a project states or withholds decides; a withheld one gives no amount.
    """
    return _ranked(terms.amountRank)


@cache
def department_sources() -> tuple[str, ...]:
    """Return the properties from which `jx:department` is taken, the preferred one first (`jx:departmentRank`).

    They belong to projects (see `bodies`) or to their filings.
    """
    return _ranked(terms.departmentRank)


@cache
def bodies() -> tuple[str, ...]:
    """Return the properties by which a project's form names a body, in the order of `department_sources`."""
    domains = (terms.RDFS_domain, terms.SCHEMA_domainIncludes)
    return tuple(
        name for name in department_sources() if terms.Project in reference.facts().iris(NamedNode(name), *domains)
    )


@cache
def general() -> Mapping[str, str]:
    """Map the terms for departments, legal bases and citations to the general terms that are stated beside them.

    Tools that know neither the ontology nor inference look for these terms of ORG, ELI and DCTERMS.
    """
    broader = _values(terms.RDFS_subClassOf) | _values(terms.RDFS_subPropertyOf)
    return {name: broader[name] for name in (terms.Department, terms.LegalBasis, terms.cites)}


@cache
def ranges() -> Mapping[str, str]:
    """Return the class or datatype of the values of each property, by IRI."""
    return _values(terms.RDFS_range)


def _ranked(rank: str) -> tuple[str, ...]:
    """Return the properties that have a rank, the lowest first; `rank` is the IRI of the property that states it."""
    ranks = _values(rank)
    return tuple(sorted(ranks, key=lambda name: int(ranks[name])))


def _values(predicate: str) -> dict[str, str]:
    """Map each subject of a property in the ontology to its value, the last value if there are several."""
    return {
        node.value: value.value for node in reference.facts() for value in reference.facts().values(node, predicate)
    }
