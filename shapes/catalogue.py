"""Read the named faults from the Turtle files of this folder: one `Fault` per shape.

This module is separate from `validate` because pages and command lines list faults without running SHACL. A fault is a
shape with an IRI of its own (SHACL, section 2.1); no code depends on the name of a rule.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology import turtle_files as vocabulary_files
from jixiao.ontology.text.bilingual import Bilingual

SHAPES = terms.SHAPES + "#"
FAMILIES = terms.SHAPES + "/"
FOLDER = Path(__file__).parent

Extent = Literal["fact", "part", "project"]
"""The extent of what a Violation keeps out of the graph."""

Scope = Literal["document", "corpus", "registry"]
"""The data that a rule checks: one document, the whole store, or the steward's registry. Its folder has this name."""

SCOPES: tuple[Scope, ...] = ("document", "corpus", "registry")

Bundle = Literal["content", "integrity"]
"""The rules that others get in one file (bundles.py): on what filings say, or on graphs that this project makes."""

BUNDLES: tuple[Bundle, ...] = get_args(Bundle)


LEVELS = {
    "Violation": Bilingual("违例", "Violation"),
    "Warning": Bilingual("警告", "Warning"),
    "Info": Bilingual("提示", "Info"),
}
"""Severities by the last part of their IRI, most severe first."""


_FOLDS_BY = re.compile(r"filing|project|\?[A-Za-z]\w*")


@dataclass(frozen=True)
class Fault:
    """One rule, named after the fault it finds.

    `why` gives the reason for the rule, `remedy` the step that a steward takes, `source` the regulation or arithmetic
    behind the rule. `message` may contain `{?name}`, a placeholder for a variable of the rule's query. `involves` lists
    the properties concerned, through which a ledger gives the lines. `withholds` is stated by each Violation of the
    scope `document`, and None elsewhere. `assumes_whole` lists the properties that the rule takes to be wholly stated;
    where one of them is withheld, the rule is silent (withheld.py). `folds_by` says which findings of a filing make a
    group: those of the whole "filing", those of a "project", those with one value of a variable of the query ("?name"),
    or, if None, those with one sentence. `calculates_with` lists the properties with whose
    values or parts the rule calculates. `subject` is the stem of the Turtle file that states the rule, `family` the
    label of that file. `bundle` is None for the scope `registry` alone.
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
    bundle: Bundle | None
    withholds: Extent | None = None
    assumes_whole: tuple[str, ...] = ()
    folds_by: str | None = None
    calculates_with: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Local name of the IRI, such as `AmountNotANumber`."""
        return self.iri.rpartition("#")[2]

    @property
    def level(self) -> str:
        """Local name of the severity: Violation, Warning or Info."""
        return self.severity.rpartition("#")[2]


@dataclass(frozen=True)
class Retired:
    """A name of a rule that is used no more: its label and sentence, the reason, and the IRI of the present rule."""

    iri: str
    label: Bilingual
    message: Bilingual
    why: Bilingual
    replaced_by: str

    @property
    def name(self) -> str:
        """Local name of the IRI."""
        return self.iri.removeprefix(SHAPES)


def turtle_files(scope: Scope) -> tuple[Path, ...]:
    """List the Turtle files of a scope's rules, in order of name."""
    return tuple(sorted((FOLDER / scope).glob("*.ttl")))


def prefixes_file() -> Path:
    """Return the Turtle file that declares the prefixes of all queries."""
    return FOLDER / "shapes.ttl"


@cache
def faults(scope: Scope | None = None) -> tuple[Fault, ...]:
    """Read all named faults, or those of one scope, ordered by scope, file and name.

    Raises ValueError if a shape lacks its severity or bundle, or its label, message, reason, remedy or source in a
    language.
    """
    scopes = (scope,) if scope else SCOPES
    return tuple(fault for each in scopes for file in turtle_files(each) for fault in _faults_in(file, each))


@cache
def fault(iri: str) -> Fault:
    """Return the fault with an IRI, such as the sh:sourceShape of a result. Raises KeyError if no file states it."""
    return {each.iri: each for each in faults()}[iri]


@cache
def retired() -> Mapping[str, Retired]:
    """Read the names of rules that are used no more, by IRI (ontology/retired.ttl).

    Raises ValueError for one that lacks its words, or that leads to no other name in the end.
    """
    graph = ox.Store()
    for file in vocabulary_files():
        graph.load(path=file, format=ox.RdfFormat.TURTLE)
    deprecated = graph.quads_for_pattern(None, ox.NamedNode(terms.OWL_deprecated), ox.Literal(True))
    iris = sorted(quad.subject.value for quad in deprecated if isinstance(quad.subject, ox.NamedNode))
    following = {iri: _one(graph, iri, terms.DCTERMS_isReplacedBy) for iri in iris if iri.startswith(SHAPES)}
    return MappingProxyType(
        {
            iri: Retired(
                iri=iri,
                label=_bilingual(graph, iri, terms.RDFS_label),
                message=_bilingual(graph, iri, terms.SH_message),
                why=_bilingual(graph, iri, terms.RDFS_comment),
                replaced_by=_last(iri, following),
            )
            for iri in following
        }
    )


@cache
def formerly(iri: str) -> tuple[Retired, ...]:
    """Return the retired names that a rule took the place of."""
    return tuple(each for each in retired().values() if each.replaced_by == iri)


def present(iri: str) -> str:
    """Return the IRI of the rule that took the place of a retired one; any other IRI is returned as it is."""
    found = retired().get(iri)
    return found.replaced_by if found else iri


def _last(iri: str, following: Mapping[str, str]) -> str:
    passed = [iri]
    while (later := following.get(passed[-1])) is not None:
        if later in passed:
            raise ValueError(f"{iri} is replaced in a circle: {' → '.join(passed)}")
        passed.append(later)
    return passed[-1]


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
            bundle=None if scope == "registry" else _bundle(graph, iri, header),
            withholds=_extent(graph, iri),
            assumes_whole=_named(graph, iri, terms.assumesWhole),
            folds_by=_folding(graph, iri),
            calculates_with=_named(graph, iri, terms.calculatesWith),
        )


def _bundle(graph: ox.Store, iri: str, header: str) -> Bundle:
    """Return the bundle that a rule states, otherwise that of its file."""
    stated = _named(graph, iri, terms.DCTERMS_isPartOf) or _named(graph, header, terms.DCTERMS_isPartOf)
    known = [bundle for bundle in BUNDLES if stated == (FAMILIES + bundle,)]
    if not known:
        raise ValueError(f"{iri} needs one bundle, by {terms.DCTERMS_isPartOf} of the rule or its file: {stated}")
    return known[0]


def _folding(graph: ox.Store, iri: str) -> str | None:
    if not _objects(graph, iri, terms.foldsBy):
        return None
    stated = _one(graph, iri, terms.foldsBy)
    if not _FOLDS_BY.fullmatch(stated):
        raise ValueError(f"{iri} folds by filing, project or a variable, not by {stated}")
    return stated


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
