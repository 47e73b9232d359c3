"""Check the decisions of the steward's registry against the rules of registry/*.ttl.

The rules also need the properties that can be corrected and the existing faults; this module adds both to the
decisions. Every write waits for the check, so it runs the compiled engine (500 decisions: 0.2 s, pySHACL: 110 s); tests
compare its results with pySHACL's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from jixiao.ontology import properties, terms
from jixiao.ontology.reference import triples
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.validate import Engine, validate

_TYPE, _RANGE = ox.NamedNode(terms.RDF_type), ox.NamedNode(terms.RDFS_range)
_VALUED, _LINKING = ox.NamedNode(terms.OWL_DatatypeProperty), ox.NamedNode(terms.OWL_ObjectProperty)
_TITLE, _TEXT = ox.NamedNode(terms.DCTERMS_title), ox.NamedNode(terms.RDF + "langString")


def judge(triples: bytes, engine: Engine = "compiled") -> tuple[Finding, ...]:
    """Check decisions, given as N-Triples together with the class of each thing that they name.

    Only a Violation forbids a decision. A decision without effect is no violation, because a withdrawn source may come
    back. Raises SyntaxError if `triples` are not N-Triples.
    """
    return validate(triples + _background(), engine=engine, scope="registry").results


@cache
def _background() -> bytes:
    return b"".join(f"{triple} .\n".encode() for triple in _known())


def _known() -> Iterator[ox.Triple]:
    ontology = triples()
    valued = {triple.subject for triple in ontology if (triple.predicate, triple.object) == (_TYPE, _VALUED)}
    for triple in ontology:
        if triple.subject in valued and triple.predicate == _RANGE:
            yield ox.Triple(triple.subject, _TYPE, _VALUED)
            yield triple
    for iri in (terms.department, *properties.department_sources()):
        yield ox.Triple(ox.NamedNode(iri), _TYPE, _LINKING)
        yield ox.Triple(ox.NamedNode(iri), _RANGE, ox.NamedNode(terms.Department))
    yield ox.Triple(_TITLE, _TYPE, _VALUED)
    yield ox.Triple(_TITLE, _RANGE, _TEXT)
    for iri in (*(fault.iri for fault in catalogue.faults()), *catalogue.retired()):
        yield ox.Triple(ox.NamedNode(iri), _TYPE, ox.NamedNode(terms.SH + "Shape"))
