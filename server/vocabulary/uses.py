"""A generation comes in; how often terms are used in it, with an example of each, goes out, for pages about terms.

Counts of classes and properties were made with the generation; where they were not, nothing is counted here. Examples
and the uses of concepts are one query each, whose results are kept with those of other queries (cache.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.errors import GenerationClearedError, LimitError
from jixiao.server.publication.protocols import Edition
from jixiao.server.queries.binding import bind, query
from jixiao.server.service.service import Service
from jixiao.store.records import ClassUse, PropertyUse

Row = Mapping[str, Any]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Example:
    """One statement: `value` is an IRI or a text, as `linked` says; `label` is what the node is called, if anything."""

    node: str
    label: str | None
    value: str
    linked: bool


@dataclass(frozen=True)
class Uses:
    """Of the classes, properties and concepts with those IRIs, where they were `counted`; `cut` where a limit kept
    something from being read.
    """

    counted: bool = False
    cut: bool = False
    classes: Mapping[str, ClassUse] = field(default_factory=lambda: _NOTHING)
    properties: Mapping[str, PropertyUse] = field(default_factory=lambda: _NOTHING)
    concepts: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    examples: Mapping[str, Example] = field(default_factory=lambda: _NOTHING)


def of_terms(service: Service, now: Edition | None) -> Uses:
    """How a generation uses classes and properties. Raises what Pool.run raises, limits aside."""
    statistics = None if now is None else now.statistics
    if now is None or statistics is None:
        return Uses()
    classes = {iri: use.example for iri, use in statistics.classes.items() if use.example}
    properties = {iri: use.example for iri, use in statistics.properties.items() if use.example}
    rows = _rows(service, now, "examples", "node", sorted({*classes.values(), *properties.values()}))
    said = _said(rows or ())
    labels = {node: values[terms.RDFS_label][0].value for node, values in said.items() if terms.RDFS_label in values}
    examples = {iri: Example(node, labels.get(node), node, True) for iri, node in classes.items()}
    for iri, node in properties.items():
        for value in said.get(node, {}).get(iri, ())[:1]:
            examples[iri] = Example(node, labels.get(node), value.value, isinstance(value, NamedNode))
    return Uses(True, rows is None, statistics.classes, statistics.properties, _NOTHING, examples)


def of_concepts(service: Service, now: Edition | None) -> Uses:
    """How often a generation uses each concept itself, without the narrower ones. Raises as above."""
    if now is None:
        return Uses()
    properties = [term.iri for term in reference().values() if term.kind == "property" and term.scheme]
    rows = _rows(service, now, "concept-uses", "property", properties)
    if rows is None:
        return Uses(cut=True)
    return Uses(True, concepts={row["concept"]["value"]: int(row["things"]["value"]) for row in rows})


def of_rules(service: Service, now: Edition | None) -> Mapping[str, int] | None:
    """How many findings each rule has, by its IRI; None where a limit keeps them from it. Raises as above."""
    if now is None:
        return {}
    rows = _ran(service, now, query("rule-uses"))
    return None if rows is None else {row["fault"]["value"]: int(row["found"]["value"]) for row in rows}


def _said(rows: Iterable[Row]) -> dict[str, dict[str, tuple[NamedNode | Literal, ...]]]:
    """What is said of some nodes, by node and property; what is said in Chinese first."""
    found: dict[str, dict[str, tuple[NamedNode | Literal, ...]]] = {}
    for row in rows:
        value = row["value"]
        term = NamedNode(value["value"]) if value["type"] == "uri" else Literal(value["value"])
        about, name = found.setdefault(row["node"]["value"], {}), row["property"]["value"]
        others = about.get(name, ())
        about[name] = (term, *others) if value.get("xml:lang") == "zh" else (*others, term)
    return found


def _rows(service: Service, now: Edition, name: str, parameter: str, iris: Sequence[str]) -> Sequence[Row] | None:
    """The rows of a query about some IRIs, as below."""
    return _ran(service, now, bind(query(name), {parameter: [NamedNode(iri) for iri in iris]}))


def _ran(service: Service, now: Edition, text: str) -> Sequence[Row] | None:
    """The rows of a query; None where a limit keeps them from being read. Raises GenerationClearedError."""
    try:
        return service.rows(now, text)
    except GenerationClearedError:
        raise
    except LimitError:
        return None
