"""Count the uses of terms in a generation and find an example of each, for the pages that document terms.

Counts of classes and properties were made with the generation; without those statistics nothing is counted here.
Examples and the uses of concepts are one query each, whose results are cached with those of other queries (cache.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import GenerationClearedError, LimitError
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.store.records import ClassUse, PropertyUse

Row = Mapping[str, Any]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Example:
    """One statement: `value` is an IRI if `linked`, otherwise a text; `label` is the node's label or None."""

    node: str
    label: str | None
    value: str
    linked: bool


@dataclass(frozen=True)
class Usage:
    """Usage of classes, properties and concepts by IRI, if `counted`; `cut` if a limit kept some from being read."""

    counted: bool = False
    cut: bool = False
    classes: Mapping[str, ClassUse] = field(default_factory=lambda: _NOTHING)
    properties: Mapping[str, PropertyUse] = field(default_factory=lambda: _NOTHING)
    concepts: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    examples: Mapping[str, Example] = field(default_factory=lambda: _NOTHING)


def of_terms(service: Service, now: Edition | None) -> Usage:
    """Return a generation's uses of classes and properties. Raises what Pool.run raises, except limits."""
    statistics = None if now is None else now.statistics
    if now is None or statistics is None:
        return Usage()
    classes = {iri: use.example for iri, use in statistics.classes.items() if use.example}
    properties = {iri: use.example for iri, use in statistics.properties.items() if use.example}
    rows = _rows_about(service, now, "examples", "node", sorted({*classes.values(), *properties.values()}))
    said = _values_by_node(rows or ())
    labels = {node: values[terms.RDFS_label][0].value for node, values in said.items() if terms.RDFS_label in values}
    examples = {iri: Example(node, labels.get(node), node, True) for iri, node in classes.items()}
    for iri, node in properties.items():
        for value in said.get(node, {}).get(iri, ())[:1]:
            examples[iri] = Example(node, labels.get(node), value.value, isinstance(value, NamedNode))
    return Usage(True, rows is None, statistics.classes, statistics.properties, _NOTHING, examples)


def of_concepts(service: Service, now: Edition | None) -> Usage:
    """Return the number of uses of each concept itself, without its narrower ones. Raises as of_terms does."""
    if now is None:
        return Usage()
    properties = [term.iri for term in reference().values() if term.kind == "property" and term.scheme]
    rows = _rows_about(service, now, "concept-uses", "property", properties)
    if rows is None:
        return Usage(cut=True)
    return Usage(True, concepts={row["concept"]["value"]: int(row["things"]["value"]) for row in rows})


def of_rules(service: Service, now: Edition | None) -> Mapping[str, int] | None:
    """Return the number of findings of each rule by IRI; None if a limit prevents it. Raises as of_terms does."""
    if now is None:
        return {}
    rows = _rows_unless_limited(service, now, query("rule-uses"))
    return None if rows is None else {row["fault"]["value"]: int(row["found"]["value"]) for row in rows}


def _values_by_node(rows: Iterable[Row]) -> dict[str, dict[str, tuple[NamedNode | Literal, ...]]]:
    """Return the values by node and property; those in Chinese come first."""
    by_node: dict[str, dict[str, tuple[NamedNode | Literal, ...]]] = {}
    for row in rows:
        value = row["value"]
        term = NamedNode(value["value"]) if value["type"] == "uri" else Literal(value["value"])
        about, name = by_node.setdefault(row["node"]["value"], {}), row["property"]["value"]
        others = about.get(name, ())
        about[name] = (term, *others) if value.get("xml:lang") == "zh" else (*others, term)
    return by_node


def _rows_about(service: Service, now: Edition, name: str, parameter: str, iris: Sequence[str]) -> Sequence[Row] | None:
    """Return the rows of a query about some IRIs, as _rows_unless_limited does."""
    return _rows_unless_limited(service, now, bind(query(name), {parameter: [NamedNode(iri) for iri in iris]}))


def _rows_unless_limited(service: Service, now: Edition, text: str) -> Sequence[Row] | None:
    """Return the rows of a query; None if a limit keeps them from being read. Raises GenerationClearedError."""
    try:
        return service.rows(now, text)
    except GenerationClearedError:
        raise
    except LimitError:
        return None
