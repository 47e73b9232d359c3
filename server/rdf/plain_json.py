"""Write triples as JSON for programs that know nothing of RDF: one object for the thing, its parts within it.

Keys are the local names of properties; where two properties of a document share one, both have their prefix before it
(`dcterms_title`). Links are full IRIs, numbers are numbers, and texts of a language stand under the language.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import terms

_NUMBERS = (terms.XSD_integer, terms.XSD_decimal, terms.XSD_double, terms.XSD_gYear)


def written(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Serialize the graph: `data` is the topic of its document, or the first subject; `related` lists the others."""
    writer = _Writer(triples, prefixes)
    nodes = list(writer.nodes())
    document = {"data": nodes[0] if nodes else None, "related": nodes[1:]}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


class _Writer:
    """One document."""

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        self._said: dict[str, dict[str, list[Any]]] = {}
        self._linked: dict[str, set[str]] = defaultdict(set)
        for triple in triples:
            subject = _name(triple.subject)
            self._said.setdefault(subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
            if not isinstance(triple.object, Literal):
                self._linked[_name(triple.object)].add(subject)
        self._keys = _keys({name for said in self._said.values() for name in said}, prefixes)
        self._written: set[str] = set()

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Write the topic of the document, the subjects that stand in no other, then those that none has reached."""
        for subject in [*self._topics(), *filter(self._stands_alone, self._said), *self._said]:
            if subject not in self._written:
                yield self._node(subject)

    def _topics(self) -> list[str]:
        found = (_name(topic) for said in self._said.values() for topic in said.get(terms.FOAF_primaryTopic, ()))
        return [topic for topic in found if topic in self._said][:1]

    def _stands_alone(self, subject: str) -> bool:
        return not (self._linked[subject] and (subject.startswith("_:") or subject.partition("#")[0] in self._said))

    def _node(self, subject: str) -> dict[str, Any]:
        self._written.add(subject)
        node: dict[str, Any] = {} if subject.startswith("_:") else {"id": subject}
        for name, values in self._said[subject].items():
            node[self._keys[name]] = self._values(name, subject, values)
        return node

    def _values(self, name: str, subject: str, values: Sequence[Any]) -> Any:
        if name == terms.RDF_type:
            return _one([_local(_name(value)) for value in values])
        worded = [value for value in values if isinstance(value, Literal) and value.language]
        others = [self._value(subject, value) for value in values if value not in worded]
        if not worded:
            return _one(others)
        by_language: dict[str, list[str]] = defaultdict(list)
        for value in worded:
            by_language[str(value.language)].append(value.value)
        told = {language: _one(texts) for language, texts in sorted(by_language.items())}
        return _one([told, *others])

    def _value(self, subject: str, value: Any) -> Any:
        if isinstance(value, Literal):
            return _native(value)
        name = _name(value)
        part = name.startswith("_:") or name.partition("#")[0] == subject.partition("#")[0]
        return self._node(name) if part and name in self._said and name not in self._written else name


def _keys(names: set[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return a key for each property: its local name, with the prefix before it where that alone is not unique."""
    by_local: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        by_local["type" if name == terms.RDF_type else _local(name)].append(name)
    keys = {}
    for local, sharing in by_local.items():
        for name in sharing:
            unique = len(sharing) == 1 and local not in ("id", "")
            keys[name] = local if unique else f"{_prefix(name, prefixes)}_{local}"
    return keys


def _prefix(name: str, prefixes: Mapping[str, str]) -> str:
    return next((prefix for prefix, space in prefixes.items() if name == space + _local(name)), name)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _name(node: Any) -> str:
    return (
        node.value if isinstance(node, NamedNode) else f"_:{node.value}" if isinstance(node, BlankNode) else str(node)
    )


def _native(value: Literal) -> Any:
    """Return a number or a truth value as JSON has it, and the text of other values."""
    kind, text = value.datatype.value, value.value
    if kind == terms.XSD_boolean and text in ("true", "false"):
        return text == "true"
    if kind in _NUMBERS:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if number.is_finite():
            return int(number) if number == number.to_integral_value() else float(number)
    return text


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
