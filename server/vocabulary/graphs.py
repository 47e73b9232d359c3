"""The ontology, the rules and the concept schemes as graphs, each with the document that describes it on this site.

Each document (below the store's base IRI) links to its topic and to its neighbours, so that a program without knowledge
of w3id.org's redirects finds every term from any document.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import BlankNode, NamedNode, Triple

from jixiao.ontology import grouping, terms
from jixiao.ontology.reference import Term, reference, triples
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import metadata
from jixiao.shapes import bundles, catalogue

PREFIXES = {**terms.PREFIXES, "vann": terms.VANN}
EXAMPLES = ("pass", "fail")
"""Names of a rule's example files: one with data that passes the rule, and one with data that has the fault."""


def ontology(base: str) -> Iterator[Triple]:
    """Yield the triples about terms of the ontology's namespace, and about the project."""
    own = (terms.ONTOLOGY, terms.PROJECT_HOME)
    for triple in triples():
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
        if subject in own or subject.startswith(terms.JX):
            yield triple
    yield from _document(base, metadata.ONTOLOGY, terms.ONTOLOGY)


def schemes(base: str) -> Iterator[Triple]:
    """Yield the triples about each scheme, and links to the page of each; concepts are in a scheme's own graph."""
    listed = all_schemes()
    yield from (triple for triple in triples() if _is_any_of(triple.subject, listed))
    yield from _document(base, metadata.VOCAB, terms.ONTOLOGY)
    document = NamedNode(base + metadata.VOCAB[1:])
    for iri in listed:
        yield Triple(document, NamedNode(terms.RDFS_seeAlso), NamedNode(base + (metadata.address(iri) or "/")[1:]))


def scheme(base: str, iri: str) -> Iterator[Triple]:
    """Yield the triples about a scheme and its concepts."""
    members = {term.iri for term in reference().values() if iri in (term.iri, term.scheme) and term.kind != "property"}
    yield from (triple for triple in triples() if _is_any_of(triple.subject, members))
    yield from _document(base, metadata.address(iri) or metadata.VOCAB, iri)


def shapes(base: str) -> Iterator[Triple]:
    """Yield the triples of the page of all SHACL rules: each rule, the family that it is part of, and its examples.

    They include the names of retired rules, which stay resolvable. `base` is the site's address.
    """
    yield from bundles.rules()
    yield from (triple for triple in triples() if _is_any_of(triple.subject, catalogue.retired()))
    whole = NamedNode(terms.SHAPES)
    for fault in catalogue.faults():
        yield Triple(whole, NamedNode(terms.DCTERMS_hasPart), NamedNode(catalogue.FAMILIES + fault.subject))
        yield from _examples(base, fault)
    yield from _document(base, metadata.SHAPES, terms.SHAPES)


def bundle(base: str, name: catalogue.Bundle) -> Iterator[Triple]:
    """Yield the rules of a bundle with their examples, and all that an engine needs to apply them."""
    yield from bundles.triples(name)
    for fault in catalogue.faults():
        if fault.bundle == name:
            yield from _examples(base, fault)
    yield from _document(base, f"{metadata.SHAPES}/{name}", bundles.iri(name))


def _examples(base: str, fault: catalogue.Fault) -> Iterator[Triple]:
    for which in EXAMPLES:
        yield Triple(
            NamedNode(fault.iri),
            NamedNode(terms.SKOS_example),
            NamedNode(f"{base}shapes/examples/{fault.name}/{which}.ttl"),
        )


@cache
def rules_by_term() -> Mapping[str, tuple[catalogue.Fault, ...]]:
    """Return the rules about each class or property, by its IRI.

    A rule is about the terms in its targets and paths, those that it involves, and those whose values it assumes to be
    complete.
    """
    rules = grouping.by_key(
        (iri, fault)
        for fault in catalogue.faults()
        for iri in sorted({*fault.involves, *fault.assumes_whole, *_terms_of_shape(NamedNode(fault.iri))})
    )
    return {iri: tuple(faults) for iri, faults in rules.items()}


@cache
def parts_by_rule() -> Mapping[str, tuple[str, ...]]:
    """Return the local names of the shapes within each rule that report results of their own, by the rule's IRI."""
    parts = grouping.by_key(
        (triple.object.value, bundles.local_name(triple.subject.value))
        for triple in bundles.rules()
        if triple.predicate.value == terms.DCTERMS_isPartOf
        and isinstance(triple.object, NamedNode)
        and bundles.is_part(triple.subject, bundles.local_name(triple.object.value))
    )
    return {iri: tuple(sorted(names)) for iri, names in parts.items()}


def families() -> dict[str, Bilingual]:
    """Return the names of the families of rules by the last part of their IRIs, in the order of the rules.

    Families without rules, which hold only shapes shared by other families, come last.
    """
    said = bundles.facts()
    labelled = (node for node in said if isinstance(node, NamedNode) and said.values(node, terms.RDFS_label))
    names = {node.value.removeprefix(catalogue.FAMILIES): said.both(node, terms.RDFS_label) for node in labelled}
    names = {name: label for name, label in names.items() if name not in catalogue.BUNDLES}
    ordered = dict.fromkeys([*(fault.subject for fault in catalogue.faults()), *sorted(names)])
    return {name: names[name] for name in ordered if name in names and ":" not in name}


def all_schemes() -> dict[str, Term]:
    """Return the concept schemes by IRI, in the order of their IRIs."""
    return {iri: term for iri, term in sorted(reference().items()) if term.kind == "scheme"}


def _terms_of_shape(node: NamedNode | BlankNode) -> Iterator[str]:
    """Yield the terms that a shape names in its targets and paths, at any depth of lists and shapes within it."""
    within = bundles.local_name(node.value)
    for predicate, value in bundles.facts().pairs(node):
        if isinstance(value, BlankNode) or bundles.is_part(value, within):
            yield from _terms_of_shape(value)
        elif isinstance(value, NamedNode) and predicate in _TERM_PROPERTIES:
            yield value.value


_TERM_PROPERTIES = {
    *(f"{terms.SH}{name}" for name in ("path", "inversePath", "targetClass", "targetSubjectsOf", "targetObjectsOf")),
    terms.RDF_first,
}


def _is_any_of(node: object, among: Iterable[str]) -> bool:
    return isinstance(node, NamedNode) and node.value in among


def _document(base: str, path: str, topic: str) -> Iterator[Triple]:
    node = NamedNode(base + path[1:])
    yield Triple(node, NamedNode(terms.RDF_type), NamedNode(terms.FOAF_Document))
    yield Triple(node, NamedNode(terms.FOAF_primaryTopic), NamedNode(topic))
    for other in (metadata.ONTOLOGY, metadata.SHAPES, metadata.VOCAB, "/dataset"):
        if other != path:
            yield Triple(node, NamedNode(terms.RDFS_seeAlso), NamedNode(base + other[1:]))
