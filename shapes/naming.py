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
from jixiao.ontology.facts import Facts, Node
from jixiao.ontology.reference import Labels
from jixiao.shapes.catalogue import FAMILIES, SHAPES, Fault

PART = "-"
"""The sign between the name of a rule and that of a shape within it."""

_PROPERTY, _PATH = terms.SH + "property", terms.SH + "path"
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


def named(triples: Sequence[Triple], faults: Iterable[Fault]) -> list[Triple]:
    """Return the triples of rules, and of the words that they share, with a name for each shape and query."""
    said = Facts(triples)
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


def _parts(said: Facts, node: Node, name: str, *, reports: bool) -> Iterator[_Part]:
    """Yield each blank shape or query below a node, at any depth."""
    found: defaultdict[tuple[str, bool], list[BlankNode]] = defaultdict(list)
    for predicate, value in said.pairs(node):
        if predicate in _OF_ONE and isinstance(value, BlankNode):
            of_property = predicate == _PROPERTY
            role = PART.join(map(local_name, _path(said, value))) if of_property else _OF_ONE[predicate]
            found[role or _OF_ONE[predicate], reports and of_property].append(value)
        elif predicate in _OF_LIST:
            for number, item in enumerate(said.items(value), 1):
                if isinstance(item, BlankNode):
                    found[f"{_OF_LIST[predicate]}{PART}{number}", False].append(item)
    for (role, own), shapes in found.items():
        # Values of one property have no order: several of one role are numbered by what they say.
        for number, shape in enumerate(sorted(shapes, key=said.meaning), 1):
            part = PART.join((name, role, *([str(number)] if len(shapes) > 1 else [])))
            yield _Part(shape, part, own)
            yield from _parts(said, shape, part, reports=own)


def _path(said: Facts, shape: Node) -> list[str]:
    """Return the properties that the path of a shape walks, or nothing if it is more than a row of properties."""
    path = said.value(shape, _PATH)
    steps = [path] if isinstance(path, NamedNode) else list(said.items(path))
    iris = [step.value for step in steps if isinstance(step, NamedNode)]
    return iris if len(iris) == len(steps) else []


def _words(said: Facts, fault: Fault, part: _Part, name: NamedNode, labels: Labels) -> Iterator[Triple]:
    """Yield what a property shape says of itself: its own label, and the words of its rule that it does not state."""
    stated = said.about(part.node)
    properties = _path(said, part.node)
    zh = "、".join(labels.zh(iri) or local_name(iri) for iri in properties)
    en = ", ".join(labels.en(iri) or local_name(iri) for iri in properties)
    yield Triple(name, NamedNode(terms.RDF_type), NamedNode(terms.SH + "PropertyShape"))
    yield Triple(name, NamedNode(terms.DCTERMS_isPartOf), NamedNode(fault.iri))
    if terms.RDFS_label not in stated:
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.zh}：{zh}", language="zh"))
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.en}: {en}", language="en"))
    for predicate, value in said.pairs(NamedNode(fault.iri)):
        if predicate in _WORDS and predicate not in stated:
            yield Triple(name, NamedNode(predicate), value)


def _renamed(triple: Triple, names: Mapping[BlankNode, NamedNode]) -> Triple:
    subject, value = triple.subject, triple.object
    return Triple(
        names.get(subject, subject) if isinstance(subject, BlankNode) else subject,
        triple.predicate,
        names.get(value, value) if isinstance(value, BlankNode) else value,
    )
