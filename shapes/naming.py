"""Name the shapes within rules, so that a result of any engine leads to a name, a message and a remedy.

The files of rules leave shapes within shapes without a name. A property shape of a rule reports results of its own: it
becomes `jxs:<Rule>-<property>`, with the words of its rule. Shapes that only take part in the verdict of another, and
queries, are named below the family of the rule: `…/shapes/levels#NoOutputIndicator-or-1`. Lists and paths stay blank.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import terms
from jixiao.ontology.labels import Labels
from jixiao.shapes.catalogue import FAMILIES, SHAPES, Fault

PART = "-"
"""The sign between the name of a rule and that of a shape within it."""

Node = NamedNode | BlankNode
Value = Node | Literal
Said = Mapping[Node, Sequence[tuple[str, Value]]]
"""The properties of each node, with their values."""

_PROPERTY, _PATH = terms.SH + "property", terms.SH + "path"
_FIRST, _REST = terms.RDF + "first", terms.RDF + "rest"
_OF_ONE = {
    _PROPERTY: "property",
    terms.SH + "not": "not",
    terms.SH + "node": "node",
    terms.SH + "qualifiedValueShape": "value",
    terms.SH + "sparql": "query",
}
_OF_LIST = {terms.SH + name: name for name in ("or", "and", "xone")}
_WORDS = frozenset((terms.SH_message, terms.SH_severity, terms.RDFS_comment, terms.remedy, terms.DCTERMS_source))


@dataclass(frozen=True)
class _Part:
    """A blank shape or query within a rule: its local name, and whether an engine reports results of its own for it."""

    node: BlankNode
    name: str
    reports: bool


def described(triples: Iterable[Triple]) -> Said:
    """Return triples by their subjects."""
    said: defaultdict[Node, list[tuple[str, Value]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, Node) and isinstance(triple.object, Value):
            said[triple.subject].append((triple.predicate.value, triple.object))
    return said


def named(triples: Sequence[Triple], faults: Iterable[Fault]) -> list[Triple]:
    """Return the triples of rules, and of the words that they share, with a name for each shape and query."""
    said = described(triples)
    names: dict[BlankNode, NamedNode] = {}
    words: list[Triple] = []
    labels = Labels()
    for fault in faults:
        for part in _parts(said, NamedNode(fault.iri), fault.name, reports=True):
            space = SHAPES if part.reports else f"{FAMILIES}{fault.subject}#"
            names[part.node] = NamedNode(space + part.name)
            if part.reports:
                words += _words(said, fault, part, names[part.node], labels)
    for node in said:
        if isinstance(node, NamedNode) and node.value.startswith(FAMILIES) and "#" in node.value:
            space, _, local = node.value.rpartition("#")
            names |= {part.node: NamedNode(f"{space}#{part.name}") for part in _parts(said, node, local, reports=False)}
    return [*(_renamed(triple, names) for triple in triples), *words]


def is_part(node: object, of: str) -> TypeGuard[NamedNode]:
    """Tell if a node is a shape or query within the rule, or the shared shape, of a local name."""
    return isinstance(node, NamedNode) and local_name(node.value).startswith(of + PART)


def local_name(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.replace("#", "/").rpartition("/")[2]


def items(said: Said, head: Value) -> Iterator[Value]:
    """Yield the items of a list; nothing for a node that is none."""
    while isinstance(head, Node) and _FIRST in (cell := dict(said.get(head, ()))):
        yield cell[_FIRST]
        head = cell[_REST]


def _parts(said: Said, node: Node, name: str, *, reports: bool) -> Iterator[_Part]:
    """Yield each blank shape or query below a node, at any depth."""
    found: defaultdict[tuple[str, bool], list[BlankNode]] = defaultdict(list)
    for predicate, value in said.get(node, ()):
        if predicate in _OF_ONE and isinstance(value, BlankNode):
            of_property = predicate == _PROPERTY
            role = PART.join(map(local_name, _path(said, value))) if of_property else _OF_ONE[predicate]
            found[role or _OF_ONE[predicate], reports and of_property].append(value)
        elif predicate in _OF_LIST:
            for number, item in enumerate(items(said, value), 1):
                if isinstance(item, BlankNode):
                    found[f"{_OF_LIST[predicate]}{PART}{number}", False].append(item)
    for (role, own), shapes in found.items():
        # Values of one property have no order: several of one role are numbered by what they say.
        for number, shape in enumerate(sorted(shapes, key=lambda each: _meaning(said, each)), 1):
            part = PART.join((name, role, *([str(number)] if len(shapes) > 1 else [])))
            yield _Part(shape, part, own)
            yield from _parts(said, shape, part, reports=own)


def _path(said: Said, shape: Node) -> list[str]:
    """Return the properties that the path of a shape walks, or nothing if it is more than a row of properties."""
    path = next((value for predicate, value in said[shape] if predicate == _PATH), None)
    steps = [path] if isinstance(path, NamedNode) else list(items(said, path)) if path else []
    iris = [step.value for step in steps if isinstance(step, NamedNode)]
    return iris if len(iris) == len(steps) else []


def _meaning(said: Said, node: Value) -> str:
    """Write a node with all blank nodes below it, so that equal shapes give equal text."""
    if not isinstance(node, BlankNode):
        return str(node)
    return f"[{' ; '.join(sorted(f'{predicate} {_meaning(said, value)}' for predicate, value in said[node]))}]"


def _words(said: Said, fault: Fault, part: _Part, name: NamedNode, labels: Labels) -> Iterator[Triple]:
    """Yield what a property shape says of itself: its own label, and the words of its rule that it does not state."""
    stated = {predicate for predicate, _ in said[part.node]}
    properties = _path(said, part.node)
    zh = "、".join(labels.zh(iri) or local_name(iri) for iri in properties)
    en = ", ".join(labels.en(iri) or local_name(iri) for iri in properties)
    yield Triple(name, NamedNode(terms.RDF_type), NamedNode(terms.SH + "PropertyShape"))
    yield Triple(name, NamedNode(terms.DCTERMS_isPartOf), NamedNode(fault.iri))
    if terms.RDFS_label not in stated:
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.zh}：{zh}", language="zh"))
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.en}: {en}", language="en"))
    for predicate, value in said[NamedNode(fault.iri)]:
        if predicate in _WORDS and predicate not in stated:
            yield Triple(name, NamedNode(predicate), value)


def _renamed(triple: Triple, names: Mapping[BlankNode, NamedNode]) -> Triple:
    subject, value = triple.subject, triple.object
    return Triple(
        names.get(subject, subject) if isinstance(subject, BlankNode) else subject,
        triple.predicate,
        names.get(value, value) if isinstance(value, BlankNode) else value,
    )
