"""Read the named faults from the Turtle files of this folder: one `Fault` per shape.

This module is separate from `validate` because pages and command lines list faults without running SHACL. A fault is a
shape with an IRI of its own (SHACL, section 2.1); no code depends on the name of a rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual

SHAPES = terms.SHAPES + "#"
FAMILIES = terms.SHAPES + "/"
FOLDER = Path(__file__).parent

Extent = Literal["fact", "part", "project"]
"""The extent of what a Violation keeps out of the graph."""

Scope = Literal["document", "corpus", "registry"]
"""The data that a rule checks: one document, the whole store, or the steward's registry. Its folder has this name."""

SCOPES: tuple[Scope, ...] = ("document", "corpus", "registry")


LEVELS = {
    "Violation": Bilingual("违例", "Violation"),
    "Warning": Bilingual("警告", "Warning"),
    "Info": Bilingual("提示", "Info"),
}
"""Severities by the last part of their IRI, most severe first."""


@dataclass(frozen=True)
class Fault:
    """One rule, named after the fault it finds.

    `why` gives the reason for the rule, `remedy` the step that a steward takes, `source` the regulation or arithmetic
    behind the rule. `message` may contain `{?name}`, a placeholder for a variable of the rule's query. `involves` lists
    the properties concerned, through which a ledger gives the lines. `withholds` is stated by each Violation of the
    scope `document`, and None elsewhere. `assumes_whole` lists the properties that the rule takes to be wholly stated;
    where one of them is withheld, the rule is silent (withheld.py). `subject` is the stem of the Turtle file that
    states the rule, `family` the label of that file.
    """

    iri: str
    severity: str
    label: Bilingual
    message: Bilingual
    why: Bilingual
    remedy: Bilingual
    source: Bilingual
    involves: tuple[str, ...]
    subject: str
    family: Bilingual
    scope: Scope
    withholds: Extent | None = None
    assumes_whole: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Local name of the IRI, such as `AmountNotANumber`."""
        return self.iri.removeprefix(SHAPES)

    @property
    def level(self) -> str:
        """Local name of the severity: Violation, Warning or Info."""
        return self.severity.rpartition("#")[2]


def turtle_files(scope: Scope) -> tuple[Path, ...]:
    """List the Turtle files of a scope's rules, in order of name."""
    return tuple(sorted((FOLDER / scope).glob("*.ttl")))


def prefixes_file() -> Path:
    """Return the Turtle file that declares the prefixes of all queries."""
    return FOLDER / "shapes.ttl"


@cache
def faults(scope: Scope | None = None) -> tuple[Fault, ...]:
    """Read all named faults, or those of one scope, ordered by scope, file and name.

    Raises ValueError if a shape lacks its severity, or its label, message, reason, remedy or source in a language.
    """
    scopes = (scope,) if scope else SCOPES
    return tuple(fault for each in scopes for file in turtle_files(each) for fault in _faults_in(file, each))


@cache
def fault(iri: str) -> Fault:
    """Return the fault with an IRI, such as the sh:sourceShape of a result. Raises KeyError if no file states it."""
    return {each.iri: each for each in faults()}[iri]


def _faults_in(file: Path, scope: Scope) -> Iterator[Fault]:
    graph = ox.Store()
    graph.load(path=file, format=ox.RdfFormat.TURTLE)
    named = {
        quad.subject.value
        for quad in graph.quads_for_pattern(None, ox.NamedNode(terms.RDF_type), None)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SHAPES)
    }
    header = f"{FAMILIES}{file.stem}"
    for iri in sorted(named):
        sourced = iri if _objects(graph, iri, terms.DCTERMS_source) else header
        yield Fault(
            iri=iri,
            severity=_one(graph, iri, terms.SH_severity),
            label=_bilingual(graph, iri, terms.RDFS_label),
            message=_bilingual(graph, iri, terms.SH_message),
            why=_bilingual(graph, iri, terms.RDFS_comment),
            remedy=_bilingual(graph, iri, terms.remedy),
            source=_bilingual(graph, sourced, terms.DCTERMS_source),
            involves=_named(graph, iri, terms.involves),
            subject=file.stem,
            family=_bilingual(graph, header, terms.RDFS_label),
            scope=scope,
            withholds=_extent(graph, iri),
            assumes_whole=_named(graph, iri, terms.assumesWhole),
        )


def _extent(graph: ox.Store, iri: str) -> Extent | None:
    stated = _objects(graph, iri, terms.withholds)
    return next((extent for extent in get_args(Extent) if any(node.value == extent for node in stated)), None)


def _objects(graph: ox.Store, iri: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
    found = [quad.object for quad in graph.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)]
    return [node for node in found if isinstance(node, ox.NamedNode | ox.Literal)]


def _named(graph: ox.Store, iri: str, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(node.value for node in _objects(graph, iri, predicate)))


def _one(graph: ox.Store, iri: str, predicate: str) -> str:
    values = [node.value for node in _objects(graph, iri, predicate)]
    if len(values) != 1:
        raise ValueError(f"{iri} needs exactly one {predicate}, it has {len(values)}")
    return values[0]


def _bilingual(graph: ox.Store, iri: str, predicate: str) -> Bilingual:
    texts = {node.language: node.value for node in _objects(graph, iri, predicate) if isinstance(node, ox.Literal)}
    if texts.keys() != {"zh", "en"}:
        raise ValueError(f"{iri} needs one {predicate} in zh and one in en")
    return Bilingual(texts["zh"], texts["en"])
