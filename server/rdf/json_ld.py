"""Write triples as JSON-LD 1.1 that reads well as plain JSON: short names, values as text and figures.

The context is embedded, so nothing is fetched. The ontology's own properties go by their local names, others have a
prefix; a value that does not fit the context's definition of its property stands under the property's full IRI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.ontology.reference import reference

_NAMING = {
    terms.RDFS_label, terms.RDFS_comment, terms.SKOS_prefLabel, terms.SKOS_altLabel, terms.SKOS_definition,
    terms.DCTERMS_title, terms.DCTERMS_description, terms.DCTERMS_rights, terms.SH_resultMessage, terms.SH_message,
    terms.HYDRA_description,
}  # fmt: skip
"""Properties of other vocabularies whose values have a language."""
_LANG_STRING = f"{terms.RDF}langString"
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def written(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Serialize the graph, nodes in the order of the triples, parts (IRIs with a fragment) nested in their whole."""
    return _Writer(triples, prefixes).document()


@cache
def _ranges() -> Mapping[str, str]:
    """Return the range of each property of the ontology, by the property's IRI."""
    return {term.iri: term.range for term in reference().values() if term.range is not None}


class _Writer:
    """One document."""

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        self._by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self._context: dict[str, Any] = {"id": "@id", "type": "@type", **prefixes}
        self._nodes: dict[str, dict[str, list[Any]]] = {}
        for triple in triples:
            node = self._nodes.setdefault(self._id(triple.subject), {})
            node.setdefault(triple.predicate.value, []).append(triple.object)
        self._links = {
            name: all(not isinstance(value, Literal) for node in self._nodes.values() for value in node.get(name, ()))
            for name in {name for node in self._nodes.values() for name in node}
        }
        self._written: set[str] = set()

    def document(self) -> bytes:
        nodes = [self._node(iri) for iri in self._nodes if self._whole(iri) is None]
        nodes += [self._node(iri) for iri in self._nodes if iri not in self._written]
        terms_ = {name: self._context[name] for name in sorted(self._context)}
        return json.dumps({"@context": terms_, "@graph": nodes}, ensure_ascii=False, indent=1).encode() + b"\n"

    def _whole(self, iri: str) -> str | None:
        """Return the node that a part is nested in, or None if it stands on its own."""
        whole, mark, _ = iri.partition("#")
        node = self._nodes.get(whole) if mark else None
        linked = node is not None and any(
            isinstance(v, NamedNode) and v.value == iri for vs in node.values() for v in vs
        )
        return whole if linked else None

    def _node(self, iri: str) -> dict[str, Any]:
        self._written.add(iri)
        said: dict[str, Any] = {"id": self._short(iri)}
        for name, values in self._nodes[iri].items():
            if name == terms.RDF_type and self._links[name]:
                said["type"] = _unwrapped([self._short(self._id(value)) for value in values])
                continue
            key, fits = self._term(name)
            fitting = [value for value in values if fits(value)]
            if fitting:
                said[key] = self._values(iri, name, fitting)
            if others := [self._expanded(value) for value in values if not fits(value)]:
                said[name] = _unwrapped(others)
        return said

    def _term(self, name: str) -> tuple[str, Any]:
        """Return a property's key, defined in the context if new, and a test of the values that may stand under it."""
        key = self._short(name)
        own = name.removeprefix(terms.JX)
        if own != name and _LOCAL.fullmatch(own):
            key = own
        kind = self._kind(name)
        definition: dict[str, str] = {"@id": self._short(name)}
        if kind == "language":
            definition["@container"] = "@language"
        elif kind:
            definition["@type"] = self._short(kind) if kind != "@id" else kind
        if key == name:
            return name, lambda value: False
        self._context.setdefault(key, definition)
        return key, lambda value: self._fits(kind, value)

    def _kind(self, name: str) -> str:
        """Return the kind of a property's values: `@id` for links, `language`, a datatype's IRI, or "" for text."""
        if name in _NAMING:
            return "language"
        range_ = _ranges().get(name, "") if name.startswith(terms.JX) else ""
        if range_ == _LANG_STRING:
            return "language"
        if range_.startswith(terms.XSD):
            return "" if range_ in (terms.XSD_string, terms.XSD_integer, terms.XSD_boolean) else range_
        return "@id" if range_ or self._links[name] else ""

    @staticmethod
    def _fits(kind: str, value: Any) -> bool:
        if not isinstance(value, Literal):
            return kind == "@id"
        if kind == "language":
            return value.language is not None
        if kind in ("", "@id"):
            return kind == "" and value.language is None and _native(value) is not None
        return value.language is None and value.datatype.value == kind

    def _values(self, iri: str, name: str, values: Sequence[Any]) -> Any:
        if isinstance(values[0], Literal) and self._kind(name) == "language":
            by_language: dict[str, list[str]] = {}
            for value in values:
                by_language.setdefault(value.language, []).append(value.value)
            return {language: _unwrapped(texts) for language, texts in sorted(by_language.items())}
        return _unwrapped([self._value(iri, value, typed=bool(self._kind(name))) for value in values])

    def _value(self, iri: str, value: Any, *, typed: bool) -> Any:
        if isinstance(value, Literal):
            return value.value if typed else _native(value)
        other = self._id(value)
        if other in self._nodes and other not in self._written and self._whole(other) == iri:
            return self._node(other)
        return self._short(other)

    def _expanded(self, value: Any) -> Any:
        """Return a value with its datatype or language, so that it needs no definition in the context."""
        if not isinstance(value, Literal):
            return {"id": self._short(self._id(value))}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == terms.XSD_string:
            return value.value
        return {"@value": value.value, "@type": self._short(value.datatype.value)}

    def _short(self, iri: str) -> str:
        for prefix, namespace in self._by_length:
            local = iri.removeprefix(namespace)
            if local and local != iri and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    @staticmethod
    def _id(node: Any) -> str:
        return node.value if isinstance(node, NamedNode) else str(node)


def _native(value: Literal) -> Any:
    """Return text, a whole number or a boolean as JSON has it; None for other values."""
    if value.datatype.value == terms.XSD_string:
        return value.value
    if value.datatype.value == terms.XSD_integer and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if value.datatype.value == terms.XSD_boolean and value.value in ("true", "false"):
        return value.value == "true"
    return None


def _unwrapped(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
