"""Write triples as Turtle for people, blank nodes nested as `[ … ]` and `( … )` (RDF 1.1 Turtle, sections 2.7 and 2.8).

`ordered` and `used` give the order of a document and its prefixes, for other forms of RDF too.

Oxigraph writes each blank node by itself, which splits a rule of SHACL into a dozen pieces; rdflib nests them, but
changes some graphs (decision 118). Here a blank node is nested if it is the object of exactly one triple. Literals of
several lines, such as queries, keep their lines (section 2.5.1).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from jixiao.ontology import grouping, terms

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PLAIN = {
    terms.XSD_integer: re.compile(r"[+-]?[0-9]+"),
    terms.XSD_decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    terms.XSD_boolean: re.compile(r"true|false"),
}
_INDENT = "    "


def turtle(triples: Sequence[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return the triples as Turtle in UTF-8; subjects, and the properties of each, keep their order."""
    return _Writer(triples, prefixes).document().encode()


def ordered(triples: Iterable[Triple], first: Sequence[str] = ()) -> list[Triple]:
    """Return the triples sorted, each once.

    Subjects in `first` (IRIs) come first, then other IRIs, then blank nodes; of each subject, its types come first.
    """
    places = {iri: place for place, iri in enumerate(first)}

    def key(triple: Triple) -> tuple[Any, ...]:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        name = str(subject)
        place = places.get(name[1:-1], len(places))
        return place, isinstance(subject, BlankNode), name, predicate != terms.RDF_type, predicate, str(value)

    return sorted(set(triples), key=key)


def used(triples: Iterable[Triple], prefixes: Mapping[str, str] = terms.PREFIXES) -> dict[str, str]:
    """Return the prefixes whose namespaces occur in triples, sorted; rdf:type, written as `a`, does not count.

    A prefix that is also the scheme of an IRI in the triples is left out.
    """
    written = {
        node
        for triple in triples
        for node in ((triple.subject, triple.object) if triple.predicate.value == terms.RDF_type else triple)
    }
    iris = {node.value for node in written if isinstance(node, NamedNode)}
    iris |= {node.datatype.value for node in written if isinstance(node, Literal) and not node.language}
    schemes = {iri.partition(":")[0] for iri in iris}
    return {
        prefix: namespace
        for prefix, namespace in sorted(prefixes.items())
        if prefix not in schemes and any(iri.startswith(namespace) for iri in iris)
    }


def canonical(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return triples, each once; blank nodes get the names of W3C RDFC-1.0, which are equal on every machine."""
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(quad.triple for quad in dataset)


def _longest_first(prefixes: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return sorted(prefixes.items(), key=lambda item: -len(item[1]))


_OWN = _longest_first(terms.PREFIXES)


def prefixed(iri: str, prefixes: Sequence[tuple[str, str]] = _OWN) -> str | None:
    """Return an IRI with its prefix, such as jx:Project, or None if it has no plain name in any of the namespaces.

    `prefixes` are pairs of prefix and namespace, by default those of this project, the longest namespace first.
    """
    for prefix, namespace in prefixes:
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return None


class _Writer:
    """A writer of one document; `_within` has the blank nodes to be written inside the triple that refers to them."""

    def __init__(self, triples: Sequence[Triple], prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._by_length = _longest_first(prefixes)
        self._said: dict[object, list[Triple]] = grouping.by_key((triple.subject, triple) for triple in triples)
        references = Counter(triple.object for triple in triples if isinstance(triple.object, BlankNode))
        self._within = {node for node in self._said if isinstance(node, BlankNode) and references[node] == 1}

    def document(self) -> str:
        parts = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in self._prefixes.items()]
        parts += [self._block(node) for node in [node for node in self._said if node not in self._within]]
        # Blank nodes in a cycle are the values of each other alone, so no subject above has reached them.
        while left := [node for node in self._said if node in self._within]:
            self._within.discard(left[0])
            parts.append(self._block(left[0]))
        return "\n\n".join(["\n".join(parts[: len(self._prefixes)]), *parts[len(self._prefixes) :]]) + "\n"

    def _block(self, node: object) -> str:
        return f"{self._term(node, 0)} {self._about(node, 1)} ."

    def _about(self, node: object, depth: int) -> str:
        """Return the properties of a node with their values; lines after the first are indented by `depth` steps."""
        lines = []
        for predicate, of_predicate in groupby(self._said[node], key=lambda triple: triple.predicate):
            name = "a" if predicate.value == terms.RDF_type else self._term(predicate, depth)
            lines.append(f"{name} {', '.join(self._term(triple.object, depth) for triple in of_predicate)}")
        return f" ;\n{_INDENT * depth}".join(lines)

    def _term(self, node: object, depth: int) -> str:
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, NamedNode):
            return self._name(node)
        if node not in self._within:
            return str(node)
        self._within.discard(node)
        if (items := self._list(node)) is not None:
            return f"( {' '.join(self._term(item, depth) for item in items)} )"
        return f"[\n{_INDENT * (depth + 1)}{self._about(node, depth + 1)}\n{_INDENT * depth}]"

    def _list(self, node: object) -> list[object] | None:
        """Return the items of a list and mark its nodes as written, or None if the list cannot be written as `( … )`.

        A list can be written so if each of its nodes has one item and one rest and nothing else, and if no other triple
        refers to a node after the first.
        """
        items: list[object] = []
        cells: list[object] = []
        while True:
            said = {triple.predicate.value: triple.object for triple in self._said.get(node, ())}
            if said.keys() != {terms.RDF_first, terms.RDF_rest} or len(self._said[node]) != 2:
                return None
            items.append(said[terms.RDF_first])
            cells.append(node)
            node = said[terms.RDF_rest]
            if node == NamedNode(terms.RDF_nil):
                break
            if node not in self._within or node in cells:
                return None
        self._within.difference_update(cells)
        return items

    def _name(self, node: NamedNode) -> str:
        return prefixed(node.value, self._by_length) or str(node)

    def _literal(self, literal: Literal) -> str:
        kind = literal.datatype.value
        if kind in _PLAIN and _PLAIN[kind].fullmatch(literal.value):
            return literal.value
        quoted = str(Literal(literal.value))
        if "\n" in literal.value and "\r" not in literal.value:
            text = literal.value.rstrip('"')
            closing = '\\"' * (len(literal.value) - len(text))
            text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
            quoted = f'"""{text}{closing}"""'
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if kind == terms.XSD_string else f"{quoted}^^{self._name(literal.datatype)}"
