"""Look up a rule as a report states it, and its Turtle, by its IRI, for pages about findings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from pyoxigraph import BlankNode, NamedNode, Triple

from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.turtle import turtle as written, used
from jixiao.shapes import catalogue


@cache
def stated(iri: str, severity: str) -> catalogue.Fault:
    """Return a rule as a report states it: with the severity given there.

    A rule that this version lacks has a label and no other words; its properties, bundle and file are unknown.
    """
    rule = catalogue.known(iri)
    if rule is not None:
        return replace(rule, severity=severity)
    none = Bilingual("", "")
    return catalogue.Fault(iri, catalogue.label(iri), none, none, severity, none, none, (), "", none, "document", None)


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
