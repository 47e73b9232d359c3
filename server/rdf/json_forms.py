"""Write triples as JSON in two forms: JSON-LD 1.1 with its context embedded, and plain JSON for programs without RDF.

Both write each subject once, as a JSON object; the object of a part is nested in that of the thing it belongs to. In
JSON-LD the ontology's own properties are written by local name (`amount`) and others with a prefix
(`dcterms:title`); a value that does not fit its property's definition in the context is written under the full IRI. In
plain JSON all properties are written by local name, with the prefix if two properties of a document would have the same
one (`dcterms_title`); links are full IRIs and blank nodes are nested. `lines` has the line of the source from which
each value was read, by property.
"""

import json
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import grouping, terms
from jixiao.ontology.reference import reference

_NAMING = {
    terms.RDFS_label, terms.RDFS_comment, terms.SKOS_prefLabel, terms.SKOS_altLabel, terms.SKOS_definition,
    terms.DCTERMS_title, terms.DCTERMS_description, terms.DCTERMS_rights, terms.SH_resultMessage, terms.SH_message,
    terms.HYDRA_description,
}  # fmt: skip
"""Properties of other vocabularies whose values have language tags, so that JSON-LD writes them by language."""
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NUMBERS = (terms.XSD_integer, terms.XSD_decimal, terms.XSD_double, terms.XSD_gYear)


Lines = Mapping[str, Mapping[str, int]]
"""The line of a value in its source, by IRI of the thing and of the property."""


class _Writer(ABC):
    """Writer of one document; it indexes the values of each subject by property.

    `is_part(name, whole)` is True if the subject `name` may be nested in the object of `whole`, which refers to it.
    """

    def __init__(self, triples: Sequence[Triple], is_part: Callable[[str, str], bool]) -> None:
        self._is_part = is_part
        self._subjects: dict[str, dict[str, list[Any]]] = grouping.by_keys(
            (_name(triple.subject), triple.predicate.value, triple.object) for triple in triples
        )
        self._referring: dict[str, set[str]] = defaultdict(set)
        self._written: set[str] = set()
        for triple in triples:
            if not isinstance(triple.object, Literal):
                self._referring[_name(triple.object)].add(_name(triple.subject))

    @abstractmethod
    def _object(self, subject: str) -> dict[str, Any]:
        """Return the JSON object for a subject."""

    def _objects(self, first: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects of all subjects that are not nested in another object.

        The subjects in `first` come first, then those that are no part of another subject, then any that are left.
        """
        wholes = (
            name for name in self._subjects if not any(self._is_part(name, other) for other in self._referring[name])
        )
        for subject in [*first, *wholes, *self._subjects]:
            if subject not in self._written:
                yield self._write(subject)

    def _write(self, subject: str) -> dict[str, Any]:
        self._written.add(subject)
        return self._object(subject)

    def _part(self, name: str, whole: str) -> dict[str, Any] | None:
        """Return the JSON object of `name`, to nest in that of `whole`, or None if `whole` refers to it by IRI only.

        None if `name` is no part of `whole`, has no triples of its own here, or was written before.
        """
        if name in self._subjects and name not in self._written and self._is_part(name, whole):
            return self._write(name)
        return None


class JsonLd(_Writer):
    """A document in JSON-LD, whose context grows with the properties that are written.

    Subjects keep their order, and parts are nested in the things they belong to.
    """

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        super().__init__(triples, lambda name, whole: name.startswith(f"{whole}#"))
        self._by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self._context: dict[str, Any] = {"id": "@id", "type": "@type", **prefixes}
        stating_text = {triple.predicate.value for triple in triples if isinstance(triple.object, Literal)}
        self._links = {triple.predicate.value for triple in triples} - stating_text

    def document(self) -> bytes:
        """Return the triples as a JSON-LD document, with the context of the properties in it."""
        objects = list(self._objects())
        return _encoded({"@context": dict(sorted(self._context.items())), "@graph": objects})

    def _object(self, subject: str) -> dict[str, Any]:
        members: dict[str, Any] = {"id": self._short(subject)}
        for name, values in self._subjects[subject].items():
            if name == terms.RDF_type and name in self._links:
                members["type"] = _one([self._short(_name(value)) for value in values])
                continue
            kind = self._kind(name)
            key = self._key(name, kind)
            written = [None if key == name else self._value(subject, kind, value) for value in values]
            fitting = [each for each in written if each is not None]
            others = [self._expanded(value) for value, each in zip(values, written, strict=True) if each is None]
            if fitting:
                members[key] = _by_language(fitting) if kind == "language" else _one(fitting)
            if others:
                members[name] = _one(others)
        return members

    def _key(self, name: str, kind: str) -> str:
        """Return the key for a property with values of a kind (see _kind); define a shortened key in the context."""
        short, own = self._short(name), name.removeprefix(terms.JX)
        key = own if own != name and _LOCAL_NAME.fullmatch(own) else short
        definition = {"@id": short}
        if kind == "language":
            definition["@container"] = "@language"
        elif kind:
            definition["@type"] = self._short(kind) if kind != "@id" else kind
        if key != name:
            self._context.setdefault(key, definition)
        return key

    def _kind(self, name: str) -> str:
        """Return the kind of a property's values: `@id` for links, `language`, a datatype's IRI, or "" for text."""
        if name in _NAMING:
            return "language"
        range_ = _ranges().get(name, "") if name.startswith(terms.JX) else ""
        if range_ == terms.RDF_langString:
            return "language"
        if range_.startswith(terms.XSD):
            return "" if range_ in (terms.XSD_string, terms.XSD_integer, terms.XSD_boolean) else range_
        return "@id" if range_ or name in self._links else ""

    def _value(self, subject: str, kind: str, value: Any) -> Any:
        """Return a value as JSON if it has the kind of its property (see _kind), otherwise None."""
        if not isinstance(value, Literal):
            return (self._part(_name(value), subject) or self._short(_name(value))) if kind == "@id" else None
        if kind == "language":
            return value if value.language else None
        if kind == "" and not value.language:
            return _native(value)
        return value.value if value.datatype.value == kind else None

    def _expanded(self, value: Any) -> Any:
        """Return a value as JSON with its own datatype or language, independent of the context."""
        if not isinstance(value, Literal):
            return {"id": self._short(_name(value))}
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


class PlainJson(_Writer):
    """A document in plain JSON: `data` is the page's topic, else the first subject; `related` are the others."""

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str], lines: Lines | None = None) -> None:
        super().__init__(
            triples,
            lambda name, whole: name.startswith("_:") or name.partition("#")[0] == whole.partition("#")[0],
        )
        self._keys = _keys({triple.predicate.value for triple in triples}, prefixes)
        self._lines = lines or {}

    def document(self) -> bytes:
        """Return the triples as a JSON object, whose `data` is the page's topic and `related` a list of other things.

        The topic is null if there are no triples.
        """
        topics = (_name(topic) for said in self._subjects.values() for topic in said.get(terms.FOAF_primaryTopic, ()))
        objects = list(self._objects([topic for topic in topics if topic in self._subjects][:1]))
        return _encoded({"data": objects[0] if objects else None, "related": objects[1:]})

    def _object(self, subject: str) -> dict[str, Any]:
        members: dict[str, Any] = {} if subject.startswith("_:") else {"id": subject}
        for name, values in self._subjects[subject].items():
            members[self._keys[name]] = self._values(name, subject, values)
        if subject in self._lines:
            members["lines"] = {self._keys[name]: line for name, line in self._lines[subject].items()}
        return members

    def _values(self, name: str, subject: str, values: Sequence[Any]) -> Any:
        if name == terms.RDF_type:
            return _one([_local(_name(value)) for value in values])
        worded = [value for value in values if isinstance(value, Literal) and value.language]
        others = [self._value(subject, value) for value in values if value not in worded]
        return _one([_by_language(worded), *others] if worded else others)

    def _value(self, subject: str, value: Any) -> Any:
        if isinstance(value, Literal):
            return _number(value)
        name = _name(value)
        part = self._part(name, subject)
        return name if part is None else part


@cache
def _ranges() -> Mapping[str, str]:
    """Return the range of each property of the ontology, by the property's IRI."""
    return {term.iri: term.range for term in reference().values() if term.range is not None}


def _native(value: Literal) -> Any:
    """Return a text, integer or boolean that JSON expresses exactly as the literal is written, otherwise None."""
    if value.datatype.value == terms.XSD_string:
        return value.value
    if value.datatype.value == terms.XSD_integer and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if value.datatype.value == terms.XSD_boolean and value.value in ("true", "false"):
        return value.value == "true"
    return None


def _number(value: Literal) -> Any:
    """Return a literal as a JSON number or boolean if its datatype is one and its text is valid, otherwise as text."""
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


def _by_language(values: Iterable[Literal]) -> dict[str, Any]:
    texts = grouping.by_key((str(value.language), value.value) for value in values)
    return {language: _one(of_language) for language, of_language in sorted(texts.items())}


def _keys(names: set[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return a key for each property: its local name, or prefix_local if that is not unique, is "id" or is empty."""
    by_local = grouping.by_key(("type" if name == terms.RDF_type else _local(name), name) for name in sorted(names))
    keys = {}
    for local, sharing in by_local.items():
        for name in sharing:
            unique = len(sharing) == 1 and local not in ("id", "")
            before = next((prefix for prefix, space in prefixes.items() if name == space + local), name)
            keys[name] = local if unique else f"{before}_{local}"
    return keys


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _name(node: Any) -> str:
    """Return the IRI of a node, or `_:` and the label of a blank node."""
    return (
        f"_:{node.value}" if isinstance(node, BlankNode) else node.value if isinstance(node, NamedNode) else str(node)
    )


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
