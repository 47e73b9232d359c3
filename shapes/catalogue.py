"""The named faults: the Turtle files of this folder go in, one `Fault` a shape comes out.

Apart from `validate` because pages and command lines list faults without running SHACL. A fault is a shape with an IRI
of its own (SHACL, section 2.1); nothing in the code knows a rule by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from jixiao.ontology import terms

SHAPES = "https://w3id.org/jixiao/shapes#"
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Bilingual:
    """One sentence or name in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    """One rule, named by the fault it finds.

    `why` says why it matters, `remedy` what a steward does about it; `involves` are the properties it concerns, through
    which a ledger gives the lines; `subject` is the stem of the Turtle file that states it.
    """

    iri: str
    severity: str
    label: Bilingual
    message: Bilingual
    why: Bilingual
    remedy: Bilingual
    involves: tuple[str, ...]
    subject: str

    @property
    def name(self) -> str:
        """Give the IRI's local name, such as `AmountNotANumber`."""
        return self.iri.removeprefix(SHAPES)

    @property
    def level(self) -> str:
        """Give the severity's local name: Violation, Warning or Info."""
        return self.severity.rpartition("#")[2]


def turtle_files() -> tuple[Path, ...]:
    """List the shapes' Turtle files, by name."""
    return tuple(sorted(FOLDER.glob("*.ttl")))


@cache
def faults() -> tuple[Fault, ...]:
    """Read all named faults, by file and name.

    Raises ValueError where a shape lacks a name, sentence, reason or remedy in either language, or its severity.
    """
    return tuple(fault for file in turtle_files() for fault in _faults_in(file))


@cache
def fault(iri: str) -> Fault:
    """Give the fault of an IRI (source: sh:sourceShape of a result); raises KeyError where no file states it."""
    return {each.iri: each for each in faults()}[iri]


def _faults_in(file: Path) -> Iterator[Fault]:
    graph = ox.Store()
    graph.load(path=file, format=ox.RdfFormat.TURTLE)
    named = {
        quad.subject.value
        for quad in graph.quads_for_pattern(None, ox.NamedNode(terms.RDF_type), None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    for iri in sorted(named):
        yield Fault(
            iri=iri,
            severity=_one(graph, iri, terms.SH_severity),
            label=_bilingual(graph, iri, terms.RDFS_label),
            message=_bilingual(graph, iri, terms.SH_message),
            why=_bilingual(graph, iri, terms.RDFS_comment),
            remedy=_bilingual(graph, iri, terms.remedy),
            involves=tuple(sorted(node.value for node in _objects(graph, iri, terms.involves))),
            subject=file.stem,
        )


def _objects(graph: ox.Store, iri: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
    found = [quad.object for quad in graph.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)]
    return [node for node in found if isinstance(node, ox.NamedNode | ox.Literal)]


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
