"""Triples come in, JSON-LD 1.1 goes out that reads well as plain JSON: short names, values as text and figures.

Its context is in it, so nothing is fetched. A property of ours goes by its own name, one of others with its prefix; a
value that does not fit what the context says of its property stands under the property's full IRI.
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
"""Properties of others whose values have a language."""
_LANG_STRING = f"{terms.RDF}langString"
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def written(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """The graph, its nodes in the order of the triples, parts (IRIs with a fragment) within what they are parts of."""
    return _Writer(triples, prefixes).document()


@cache
def _ranges() -> Mapping[str, str]:
    """What the ontology says of the values of its properties: the range, by property."""
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
        nodes = [self._node(iri) for iri in self._nodes if self._home(iri) is None]
        nodes += [self._node(iri) for iri in self._nodes if iri not in self._written]
        terms_ = {name: self._context[name] for name in sorted(self._context)}
        return json.dumps({"@context": terms_, "@graph": nodes}, ensure_ascii=False, indent=1).encode() + b"\n"

    def _home(self, iri: str) -> str | None:
        """The node that shows a part within itself."""
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
                said["type"] = _one([self._short(self._id(value)) for value in values])
                continue
            key, fits = self._term(name)
            fitting = [value for value in values if fits(value)]
            if fitting:
                said[key] = self._values(iri, name, fitting)
            if others := [self._whole(value) for value in values if not fits(value)]:
                said[name] = _one(others)
        return said

    def _term(self, name: str) -> tuple[str, Any]:
        """What a property is called, told in the context when it is new; and which values may stand under that."""
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
        """`@id` for links, `language`, a datatype's IRI, or nothing for text."""
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
            return {language: _one(texts) for language, texts in sorted(by_language.items())}
        return _one([self._value(iri, value, typed=bool(self._kind(name))) for value in values])

    def _value(self, iri: str, value: Any, *, typed: bool) -> Any:
        if isinstance(value, Literal):
            return value.value if typed else _native(value)
        other = self._id(value)
        if other in self._nodes and other not in self._written and self._home(other) == iri:
            return self._node(other)
        return self._short(other)

    def _whole(self, value: Any) -> Any:
        """A value that says all of itself."""
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
    """Text, a whole number or a truth value as JSON has them; None for others."""
    if value.datatype.value == terms.XSD_string:
        return value.value
    if value.datatype.value == terms.XSD_integer and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if value.datatype.value == terms.XSD_boolean and value.value in ("true", "false"):
        return value.value == "true"
    return None


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
