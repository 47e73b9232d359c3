"""Look up a rule's names, its entry in the catalogue and its Turtle by its IRI, for pages about findings.

A store may hold findings of a rule that this version no longer has; the name of such a rule is its IRI's last part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from pyoxigraph import BlankNode, NamedNode, Triple

from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.turtle import turtle as written, used
from jixiao.shapes import catalogue


def name(iri: str) -> str:
    """Return the last part of a rule's IRI, which names the rule's page."""
    return iri.rpartition("#")[2]


def known(iri: str) -> catalogue.Fault | None:
    """Return the rule, or None if this version has no rule with that IRI."""
    try:
        return catalogue.fault(iri)
    except KeyError:
        return None


def label(iri: str) -> Bilingual:
    """Return the label of a rule, in use or retired; for a rule that this version lacks, its name."""
    rule = known(iri) or catalogue.retired().get(iri)
    return rule.label if rule else Bilingual(name(iri), name(iri))


@cache
def stated(iri: str, severity: str) -> catalogue.Fault:
    """Return a rule as a report states it: with the severity given there.

    A rule that this version lacks has a label and no other words; its properties, bundle and file are unknown.
    """
    rule = known(iri)
    if rule is not None:
        return replace(rule, severity=severity)
    none = Bilingual("", "")
    return catalogue.Fault(iri, label(iri), none, none, severity, none, none, (), "", none, "document", None)


@cache
def _by_subject(scope: catalogue.Scope, family: str) -> Mapping[object, Sequence[Triple]]:
    """Return the triples of a family's rules by subject: a file is read once for all of its rules."""
    files = (file for file in catalogue.turtle_files(scope) if file.stem == family)
    return by_key((triple.subject, triple) for file in files for triple in catalogue.read(file))


@cache
def turtle(iri: str) -> str:
    """Return one rule as Turtle: its shape with all nodes below it (a Concise Bounded Description).

    Raises KeyError if no file states the rule.
    """
    fault = catalogue.fault(iri)
    triples = _by_subject(fault.scope, fault.subject)
    waiting: list[NamedNode | BlankNode | Triple] = [NamedNode(iri)]
    described: list[Triple] = []
    for node in waiting:
        described += (own := triples.get(node, ()))
        waiting += (triple.object for triple in own if isinstance(triple.object, BlankNode))
    return written(described, used(described)).decode()
