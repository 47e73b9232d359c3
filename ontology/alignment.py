"""State triples in the terms of other vocabularies as well, for tools that neither know the ontology nor infer.

The ontology says which terms of ORG, PROV, DCTERMS, ELI, FOAF and schema.org its own terms specialise.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pyoxigraph import NamedNode, Triple

from jixiao.ontology import properties, reference, terms

_TYPE = NamedNode(terms.RDF_type)
_INVERSE = {
    NamedNode(one): NamedNode(other)
    for one, other in (
        (terms.DCTERMS_hasPart, terms.DCTERMS_isPartOf),
        (terms.DCTERMS_isPartOf, terms.DCTERMS_hasPart),
    )
}


def aligned(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples of a default graph, each followed by the same statement in terms of other vocabularies.

    If this statement has dcterms:isPartOf or dcterms:hasPart, it is followed by its inverse. A triple may be yielded
    twice.
    """
    for triple in triples:
        yield triple
        subject, predicate, value = triple
        if predicate == _TYPE:
            yield from (Triple(subject, _TYPE, general) for general in _general().get(value.value, ()))
            continue
        for general in _general().get(predicate.value, ()):
            yield Triple(subject, general, value)
            if general in _INVERSE:
                yield Triple(value, _INVERSE[general], subject)


@cache
def _general() -> Mapping[str, tuple[NamedNode, ...]]:
    """Map each class and property (IRI) to the terms of other vocabularies that it specialises, at any depth.

    Left out are the classes and properties for which every graph states the general term beside the special one
    (`properties.general`).
    """
    known = {iri: term.above for iri, term in reference.reference().items() if term.kind in ("class", "property")}

    def beyond(iri: str) -> Iterator[str]:
        for above in known[iri]:
            yield from beyond(above) if above in known else (above,)

    return {iri: tuple(map(NamedNode, dict.fromkeys(beyond(iri)))) for iri in known if iri not in properties.general()}
