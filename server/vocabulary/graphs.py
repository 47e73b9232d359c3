"""The ontology, the rules and the concept schemes as graphs, each with the document that it stands in here.

The document (below the store's base IRI) leads to its topic and its neighbours, so that a program which knows none of
w3id.org's redirects finds every term from any of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.reference import Term, reference, triples
from jixiao.server.publication import term_addresses
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault

PREFIXES = {**terms.PREFIXES, "vann": terms.VANN}
EXAMPLES = ("pass", "fail")
"""The files of a rule's examples: one that it passes, one that it finds its fault in."""


def ontology(base: str) -> Iterator[Triple]:
    """All that is named in the ontology's namespace, and the project."""
    own = (terms.ONTOLOGY, terms.PROJECT_HOME)
    for triple in triples():
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
        if subject in own or subject.startswith(terms.JX):
            yield triple
    yield from _document(base, term_addresses.ONTOLOGY, terms.ONTOLOGY)


def schemes(base: str) -> Iterator[Triple]:
    """What each scheme is and where it stands; its concepts are there."""
    found = all_schemes()
    yield from (triple for triple in triples() if _is(triple.subject, found))
    yield from _document(base, term_addresses.VOCAB, terms.ONTOLOGY)
    document = NamedNode(base + term_addresses.VOCAB[1:])
    for iri in found:
        yield Triple(document, NamedNode(terms.RDFS_seeAlso), NamedNode(_here(base, iri)))


def scheme(base: str, iri: str) -> Iterator[Triple]:
    """A scheme and its concepts."""
    members = {term.iri for term in reference().values() if iri in (term.iri, term.scheme) and term.kind != "property"}
    yield from (triple for triple in triples() if _is(triple.subject, members))
    yield from _document(base, term_addresses.address(iri) or term_addresses.VOCAB, iri)


def shapes(base: str) -> Iterator[Triple]:
    """All rules of all scopes, each with its family and its examples."""
    yield from stated()
    whole = NamedNode(terms.SHAPES)
    for fault in catalogue.faults():
        family = NamedNode(catalogue.FAMILIES + fault.subject)
        yield Triple(whole, NamedNode(f"{terms.DCTERMS}hasPart"), family)
        yield Triple(NamedNode(fault.iri), NamedNode(terms.RDFS_isDefinedBy), family)
        for which in EXAMPLES:
            address = f"{base}shapes/examples/{fault.name}/{which}.ttl"
            yield Triple(NamedNode(fault.iri), NamedNode(f"{terms.SKOS}example"), NamedNode(address))
    yield from _document(base, term_addresses.SHAPES, terms.SHAPES)


@cache
def stated() -> tuple[Triple, ...]:
    """The rules as their files state them, blank nodes named alike on every machine (W3C RDFC-1.0)."""
    dataset = Dataset()
    for path in (catalogue.prefixes_file(), *(p for each in catalogue.SCOPES for p in catalogue.turtle_files(each))):
        # Two files may use one blank node label for two things.
        for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True):
            dataset.add(quad)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(quad.triple for quad in dataset)


@cache
def watching() -> Mapping[str, tuple[Fault, ...]]:
    """The rules that are about a class or property: it is their target, in one of their paths, or involved."""
    said: dict[NamedNode | BlankNode, list[Triple]] = defaultdict(list)
    for triple in stated():
        if isinstance(triple.subject, NamedNode | BlankNode):
            said[triple.subject].append(triple)
    found: dict[str, list[Fault]] = defaultdict(list)
    for fault in catalogue.faults():
        for iri in sorted({*fault.involves, *_concerned(said, NamedNode(fault.iri))}):
            found[iri].append(fault)
    return {iri: tuple(faults) for iri, faults in found.items()}


def families() -> dict[str, Bilingual]:
    """What the families of rules are called, by the last part of their IRIs, in the order of the rules.

    The last are those that hold nothing but what rules of others share.
    """
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in stated():
        subject, value = triple.subject, triple.object
        if isinstance(subject, NamedNode) and isinstance(value, Literal) and triple.predicate.value == terms.RDFS_label:
            said[subject.value][value.language or ""] = value.value
    names = {iri.removeprefix(catalogue.FAMILIES): Bilingual(label["zh"], label["en"]) for iri, label in said.items()}
    ordered = dict.fromkeys([*(fault.subject for fault in catalogue.faults()), *sorted(names)])
    return {name: names[name] for name in ordered if name in names and ":" not in name}


def all_schemes() -> dict[str, Term]:
    """The concept schemes by IRI, in the order of their names."""
    return {iri: term for iri, term in sorted(reference().items()) if term.kind == "scheme"}


def _concerned(said: Mapping[NamedNode | BlankNode, Iterable[Triple]], node: NamedNode | BlankNode) -> Iterator[str]:
    """The terms that a shape names in its targets and paths, at any depth of blank nodes."""
    for triple in said.get(node, ()):
        value = triple.object
        if isinstance(value, BlankNode):
            yield from _concerned(said, value)
        elif isinstance(value, NamedNode) and triple.predicate.value in _NAMING:
            yield value.value


_NAMING = {
    *(f"{terms.SH}{name}" for name in ("path", "inversePath", "targetClass", "targetSubjectsOf", "targetObjectsOf")),
    f"{terms.RDF}first",
}


def _is(node: object, among: Iterable[str]) -> bool:
    return isinstance(node, NamedNode) and node.value in among


def _here(base: str, iri: str) -> str:
    """The address of a term's document as an IRI below the base."""
    return base + (term_addresses.address(iri) or "/")[1:]


def _document(base: str, path: str, topic: str) -> Iterator[Triple]:
    node = NamedNode(base + path[1:])
    yield Triple(node, NamedNode(terms.RDF_type), NamedNode(f"{terms.FOAF}Document"))
    yield Triple(node, NamedNode(f"{terms.FOAF}primaryTopic"), NamedNode(topic))
    for other in (term_addresses.ONTOLOGY, term_addresses.SHAPES, term_addresses.VOCAB, "/dataset", "/views"):
        if other != path:
            yield Triple(node, NamedNode(terms.RDFS_seeAlso), NamedNode(base + other[1:]))
