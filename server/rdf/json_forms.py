"""Write triples as JSON in two forms: JSON-LD 1.1 with its context embedded, and plain JSON for programs without RDF.

Both write each subject once, as a JSON object. In JSON-LD, IRIs are shortened with the prefixes in the context. In
plain JSON the object of a part is nested in that of the thing it belongs to, and all properties are written by local
name, with the prefix if two properties of a document would have the same one (`dcterms_title`); links are full IRIs and
blank nodes are nested. `lines` has the line of the source from which each value was read, by property.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from jixiao.ontology import grouping, terms

_NUMBERS = (terms.XSD_integer, terms.XSD_decimal, terms.XSD_double, terms.XSD_gYear)


Lines = Mapping[str, Mapping[str, int]]
"""The line of a value in its source, by IRI of the thing and of the property."""


def json_ld(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return triples as a JSON-LD document with an object for each subject; its context has the prefixes of IRIs."""
    by_length = sorted(prefixes.items(), key=lambda item: -len(item[1]))

    def short(iri: str) -> str:
        pairs = ((prefix, iri.removeprefix(space)) for prefix, space in by_length if iri.startswith(space))
        return next((f"{prefix}:{local}" for prefix, local in pairs if local and not local.startswith("//")), iri)

    def written(value: Any) -> Any:
        if not isinstance(value, Literal):
            return {"@id": short(_name(value))}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        kind = value.datatype.value
        return value.value if kind == terms.XSD_string else {"@value": value.value, "@type": short(kind)}

    def member(name: str, values: Sequence[Any]) -> tuple[str, Any]:
        if name == terms.RDF_type and not any(isinstance(value, Literal) for value in values):
            return "@type", _one([short(_name(value)) for value in values])
        return short(name), _one([written(value) for value in values])

    objects = [
        {"@id": short(subject), **dict(member(name, values) for name, values in said.items())}
        for subject, said in _by_subject(triples).items()
    ]
    return _encoded({"@context": dict(sorted(prefixes.items())), "@graph": objects})


class PlainJson:
    """A document in plain JSON: `data` is the page's topic, else the first subject; `related` are the others."""

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str], lines: Lines | None = None) -> None:
        self._subjects = _by_subject(triples)
        self._keys = _keys({triple.predicate.value for triple in triples}, prefixes)
        self._lines = lines or {}
        self._written: set[str] = set()

    def document(self) -> bytes:
        """Return the triples as a JSON object, whose `data` is the page's topic and `related` a list of other things.

        The topic is null if there are no triples. Subjects that are no part of another one come before any that are
        left.
        """
        referring: dict[str, set[str]] = defaultdict(set)
        for subject, said in self._subjects.items():
            for value in (each for values in said.values() for each in values if not isinstance(each, Literal)):
                referring[_name(value)].add(subject)
        topics = (_name(topic) for said in self._subjects.values() for topic in said.get(terms.FOAF_primaryTopic, ()))
        first = [topic for topic in topics if topic in self._subjects][:1]
        wholes = (name for name in self._subjects if not any(_is_part(name, other) for other in referring[name]))
        in_order = (*first, *wholes, *self._subjects)
        objects = [self._object(subject) for subject in in_order if subject not in self._written]
        return _encoded({"data": objects[0] if objects else None, "related": objects[1:]})

    def _object(self, subject: str) -> dict[str, Any]:
        self._written.add(subject)
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
        """Return a value as JSON; a part of the subject that was not written yet is nested."""
        if isinstance(value, Literal):
            return _number(value)
        name = _name(value)
        nested = name in self._subjects and name not in self._written and _is_part(name, subject)
        return self._object(name) if nested else name


def _by_subject(triples: Sequence[Triple]) -> dict[str, dict[str, list[Any]]]:
    """Return the values of each subject by property."""
    return grouping.by_keys((_name(each.subject), each.predicate.value, each.object) for each in triples)


def _is_part(name: str, whole: str) -> bool:
    """Return True if the subject `name` may be nested in the object of `whole`, which refers to it."""
    return name.startswith("_:") or name.partition("#")[0] == whole.partition("#")[0]


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
    return node.value if isinstance(node, NamedNode) else str(node)


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
