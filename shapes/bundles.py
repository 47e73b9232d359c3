"""Make the bundles of rules: graphs with all that another SHACL engine needs, generated from the files of the rules.

A bundle holds its rules, the shapes and words that they share, the prefixes of their queries, and the concepts that
they name. Every shape gets an IRI, and every rule the words that its file gives for all of its rules; no owl:imports
leads to another file. A rule with `sh:class skos:Concept` would look for the concepts in the data that is checked, and
other people's data does not hold the concepts: the bundle lists these with sh:in instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from jixiao.ontology import reference, terms, turtle
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue

_PART = "-"
"""The sign between the name of a rule and that of a shape within it."""

_OF_ONE = {
    terms.SH_property: "property",
    terms.SH_not: "not",
    terms.SH_node: "node",
    terms.SH_qualifiedValueShape: "value",
    terms.SH_sparql: "query",
}
_OF_LIST = {terms.SH + name: name for name in ("or", "and", "xone")}
_WORDS = frozenset((terms.SH_message, terms.SH_severity, terms.RDFS_comment, terms.remedy, terms.DCTERMS_source))

_CLASS, _PATTERN, _IN = (NamedNode(terms.SH + name) for name in ("class", "pattern", "in"))
_FIRST, _REST, _NIL = (NamedNode(terms.RDF + name) for name in ("first", "rest", "nil"))
# Properties that a bundle shares with the rules as a whole.
_EDITION = tuple(terms.DCTERMS + name for name in ("license", "creator", "publisher", "issued", "modified", "language"))


@dataclass(frozen=True)
class Header:
    """The words by which a bundle is shown: name, IRI, label, and what its rules are about."""

    name: catalogue.Bundle
    iri: str
    label: Bilingual
    about: Bilingual


def iri(bundle: catalogue.Bundle) -> str:
    """Return the IRI of a bundle."""
    return catalogue.FAMILIES + bundle


@cache
def header(bundle: catalogue.Bundle) -> Header:
    """Return the header of a bundle."""
    said, node = facts(), NamedNode(iri(bundle))
    return Header(bundle, node.value, said.both(node, terms.RDFS_label), said.both(node, terms.DCTERMS_description))


@cache
def rules() -> tuple[Triple, ...]:
    """Return the triples of all rules of all scopes, with an IRI for each shape and query.

    Blank nodes have the same names on every machine.
    """
    read = list(catalogue.rules(*catalogue.SCOPES))
    return turtle.canonical([*_named(read), *_inherited(read)])


@cache
def facts() -> reference.Facts:
    """Return all rules of all scopes for look-ups."""
    return reference.Facts(rules())


@cache
def triples(bundle: catalogue.Bundle | None = None) -> tuple[Triple, ...]:
    """Return the triples of a bundle, or of all bundles in one graph."""
    wanted = (bundle,) if bundle else catalogue.BUNDLES
    faults = [fault for fault in catalogue.faults() if fault.bundle in wanted]
    families = dict.fromkeys(catalogue.FAMILIES + fault.subject for fault in faults)
    kept = (*map(iri, wanted), terms.SHAPES, *families, *(fault.iri for fault in faults))
    reached = _below(list(map(NamedNode, kept)))
    found = [triple for triple in rules() if triple.subject in reached and triple.predicate.value != terms.OWL_imports]
    found = [*_with_concepts(found), *(triple for each in wanted for triple in _edition(each)), *_notes(faults)]
    return turtle.canonical([*found, *_schemes(found)])


@cache
def text(bundle: catalogue.Bundle | None = None) -> bytes:
    """Return a bundle, or all bundles in one, as a file of Turtle."""
    ordered = turtle.ordered(triples(bundle), (*map(iri, (bundle,) if bundle else catalogue.BUNDLES), terms.SHAPES))
    return turtle.turtle(ordered, turtle.used(ordered))


def _named(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Yield the triples of rules, and of the shapes that they share, with an IRI for each shape and query.

    A property shape that engines report also gets its own words (`_words`).
    """
    said = reference.Facts(triples)
    names: dict[object, NamedNode] = {}
    for fault in catalogue.faults():
        for part, name, reports in _parts(said, NamedNode(fault.iri), fault.name, reports=True):
            names[part] = NamedNode(f"{catalogue.SHAPES if reports else f'{catalogue.FAMILIES}{fault.subject}#'}{name}")
            if reports:
                yield from _words(said, fault, part, names[part])
    for node in filter(_is_shared, said):
        space, _, local = node.value.rpartition("#")
        names |= {part: NamedNode(f"{space}#{name}") for part, name, _ in _parts(said, node, local, reports=False)}
    for subject, predicate, value in triples:
        yield Triple(names.get(subject, subject), predicate, names.get(value, value))
        if predicate.value == terms.SH_sparql:
            yield Triple(names[value], NamedNode(terms.RDF_type), NamedNode(terms.SH + "SPARQLConstraint"))


def is_part(node: object, of: str) -> TypeGuard[NamedNode]:
    """Return whether a node is a shape or query within a rule or a shared shape.

    `of` is the local name of the rule or shared shape, which begins the names of its parts.
    """
    return isinstance(node, NamedNode) and local_name(node.value).startswith(of + _PART)


def local_name(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.replace("#", "/").rpartition("/")[2]


def _parts(
    said: reference.Facts, node: reference.Node, name: str, *, reports: bool
) -> Iterator[tuple[BlankNode, str, bool]]:
    """Yield each blank shape or query below a node, at any depth, with its local name and whether engines report it.

    `name` is the local name of the node, and `reports` is true if engines report the node itself. A part that engines
    report has results of its own; any other part only contributes to the verdict of a shape above it.
    """
    by_role: defaultdict[tuple[str, bool], list[BlankNode]] = defaultdict(list)
    for predicate, value in said.pairs(node):
        if predicate in _OF_ONE and isinstance(value, BlankNode):
            of_property = predicate == terms.SH_property
            role = _PART.join(map(local_name, _path(said, value))) if of_property else _OF_ONE[predicate]
            by_role[role or _OF_ONE[predicate], reports and of_property].append(value)
        elif predicate in _OF_LIST:
            for number, item in enumerate(said.items(value), 1):
                if isinstance(item, BlankNode):
                    by_role[f"{_OF_LIST[predicate]}{_PART}{number}", False].append(item)
    for (role, own), shapes in by_role.items():
        # Values of one property have no order: several of one role are numbered by what they say.
        for number, shape in enumerate(sorted(shapes, key=said.meaning), 1):
            part = _PART.join((name, role, *([str(number)] if len(shapes) > 1 else [])))
            yield shape, part, own
            yield from _parts(said, shape, part, reports=own)


def _path(said: reference.Facts, shape: reference.Node) -> list[str]:
    """Return the properties that a shape's path follows one after the other; empty for any other kind of path."""
    path = said.value(shape, terms.SH_path)
    steps = [path] if isinstance(path, NamedNode) else list(said.items(path))
    iris = [step.value for step in steps if isinstance(step, NamedNode)]
    return iris if len(iris) == len(steps) else []


def _words(said: reference.Facts, fault: catalogue.Fault, part: BlankNode, name: NamedNode) -> Iterator[Triple]:
    """Yield the words of a property shape `part` of a rule, under its IRI `name`.

    These are the shape's type, its rule, a label and, where the shape does not state its own, the message and other
    words of the rule.
    """
    stated = said.about(part)
    zh, en = (
        [reference.labels().get((step, language), local_name(step)) for step in _path(said, part)]
        for language in ("zh", "en")
    )
    yield Triple(name, NamedNode(terms.RDF_type), NamedNode(terms.SH_PropertyShape))
    yield Triple(name, NamedNode(terms.DCTERMS_isPartOf), NamedNode(fault.iri))
    if terms.RDFS_label not in stated:
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.zh}：{'、'.join(zh)}", language="zh"))
        yield Triple(name, NamedNode(terms.RDFS_label), Literal(f"{fault.label.en}: {', '.join(en)}", language="en"))
    for predicate, value in said.pairs(NamedNode(fault.iri)):
        if predicate in _WORDS and predicate not in stated:
            yield Triple(name, NamedNode(predicate), value)


def _inherited(read: Sequence[Triple]) -> Iterator[Triple]:
    """Yield for each rule its family, and the words that its file gives for rules that state none."""
    stated = {(triple.subject, triple.predicate.value) for triple in read}
    for fault in catalogue.faults():
        rule = NamedNode(fault.iri)
        yield Triple(rule, NamedNode(terms.RDFS_isDefinedBy), NamedNode(catalogue.FAMILIES + fault.subject))
        for words, said in zip(catalogue.INHERITED, (fault.remedy, fault.source), strict=True):
            if (rule, words) not in stated:
                yield Triple(rule, NamedNode(words), Literal(said.zh, language="zh"))
                yield Triple(rule, NamedNode(words), Literal(said.en, language="en"))


def _edition(bundle: catalogue.Bundle) -> Iterator[Triple]:
    """Yield the licence, authors and version of a bundle, which all bundles share."""
    for predicate, value in facts().pairs(NamedNode(terms.SHAPES)):
        if predicate in (*_EDITION, terms.OWL_versionInfo):
            yield Triple(NamedNode(iri(bundle)), NamedNode(predicate), value)


def _notes(faults: Sequence[catalogue.Fault]) -> Iterator[Triple]:
    """Yield the note of each rule that reads facts which are read from texts: the header of its bundle has both."""
    for fault in faults:
        rule, bundle = NamedNode(fault.iri), NamedNode(iri(fault.bundle or "content"))
        if not _mentioned().isdisjoint(_read_by(rule)):
            yield from (
                Triple(rule, NamedNode(terms.SKOS_note), each) for each in facts().values(bundle, terms.SKOS_note)
            )


@cache
def _mentioned() -> frozenset[str]:
    """Return the IRIs of the facts that bundles require of texts, and of the classes of mentions."""
    required = {
        each for bundle in catalogue.BUNDLES for each in facts().iris(NamedNode(iri(bundle)), terms.DCTERMS_requires)
    }
    nodes = {NamedNode(each) for each in required}
    kinds = [each for each in reference.triples() if each.predicate.value == terms.RDFS_subClassOf]
    below = {each.subject.value for each in kinds if each.object in nodes and isinstance(each.subject, NamedNode)}
    return frozenset(required | below)


def _read_by(rule: NamedNode) -> Iterator[str]:
    """Yield the IRIs that a rule, with all below it, names in its shapes and queries."""
    for node in _below([rule]):
        for predicate, value in facts().pairs(node):
            if isinstance(value, NamedNode):
                yield value.value
            elif predicate == terms.SH_select:
                yield from (terms.JX + name for name in re.findall(r"\bjx:(\w+)", value.value))


def _below(nodes: list[reference.Node]) -> set[reference.Node]:
    """Return nodes with all blank nodes, named parts and shared shapes below them; `nodes` is extended in place."""
    reached: set[reference.Node] = set(nodes)
    for node in nodes:
        name = local_name(node.value)
        for _, value in facts().pairs(node):
            below = isinstance(value, BlankNode) or is_part(value, name) or _is_shared(value)
            if below and isinstance(value, reference.Node) and value not in reached:
                reached.add(value)
                nodes.append(value)
    return reached


def _is_shared(value: object) -> TypeGuard[NamedNode]:
    """Return whether a node is a shape or list of words that the rules of several files share."""
    return isinstance(value, NamedNode) and value.value.startswith(catalogue.FAMILIES) and "#" in value.value


def _with_concepts(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Yield triples in which each `sh:class skos:Concept` is replaced by a list (sh:in) of concepts.

    The concepts are those whose IRIs match the shape's sh:pattern, which is left out, too.
    """
    said = reference.Facts(triples)
    ruled = [node for node in said if terms.SKOS_Concept in said.iris(node, _CLASS.value)]
    yield from (each for each in triples if each.subject not in ruled or each.predicate not in (_CLASS, _PATTERN))
    for number, shape in enumerate(sorted(ruled, key=str)):
        patterns = said.texts(shape, _PATTERN.value)
        allowed = [NamedNode(one) for one in _concepts() if all(re.search(pattern, one) for pattern in patterns)]
        cells = [BlankNode(f"concepts{number}of{place}") for place in range(len(allowed))]
        yield Triple(shape, _IN, cells[0] if cells else _NIL)
        rests: list[reference.Node] = [*cells[1:], _NIL]
        for cell, concept, rest in zip(cells, allowed, rests, strict=False):
            yield Triple(cell, _FIRST, concept)
            yield Triple(cell, _REST, rest)


@cache
def _concepts() -> tuple[str, ...]:
    """Return the IRIs of all concepts, in order."""
    return tuple(sorted(term.iri for term in reference.reference().values() if term.kind == "concept"))


def _schemes(triples: Sequence[Triple]) -> Iterator[Triple]:
    """Yield the triples about the schemes that have the concepts in `triples`, and about all of their concepts."""
    of = {str(each.subject): each.object for each in reference.triples() if each.predicate.value == terms.SKOS_inScheme}
    schemes = {of[str(triple.object)] for triple in triples if str(triple.object) in of}
    for triple in reference.triples():
        if triple.subject in schemes or of.get(str(triple.subject)) in schemes:
            yield triple
