"""The steward's registry: decisions go in, what the rules of registry/*.ttl say of them comes out.

What the rules need to know beside the decisions is added here: which properties can be corrected, and which faults
there are. Every write waits for it, so the compiled engine runs (500 decisions: 0.2 s, pySHACL 110 s); the tests let
pySHACL judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox

from jixiao.ontology import terms, turtle_files
from jixiao.shapes import catalogue
from jixiao.shapes.results import Result
from jixiao.shapes.validate import Engine, validate

_TYPE, _RANGE = ox.NamedNode(terms.RDF_type), ox.NamedNode(terms.RDFS_range)
_VALUED = ox.NamedNode(terms.OWL_DatatypeProperty)
_TITLE, _TEXT = ox.NamedNode(terms.DCTERMS_title), ox.NamedNode(terms.RDF + "langString")


def complaints(triples: bytes, engine: Engine = "compiled") -> tuple[Result, ...]:
    """Check decisions, given as N-Triples with the class of each thing that they name (SyntaxError where they are not).

    Only a Violation forbids anything: a decision without effect is none, since a source may go and come back.
    """
    return validate(triples + _background(), engine=engine, scope="registry").results


@cache
def _background() -> bytes:
    return b"".join(f"{triple} .\n".encode() for triple in _known())


def _known() -> Iterator[ox.Triple]:
    ontology = [quad.triple for file in turtle_files() for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]
    valued = {triple.subject for triple in ontology if (triple.predicate, triple.object) == (_TYPE, _VALUED)}
    for triple in ontology:
        if triple.subject in valued and triple.predicate == _RANGE:
            yield ox.Triple(triple.subject, _TYPE, _VALUED)
            yield triple
    yield ox.Triple(_TITLE, _TYPE, _VALUED)
    yield ox.Triple(_TITLE, _RANGE, _TEXT)
    for fault in catalogue.faults():
        yield ox.Triple(ox.NamedNode(fault.iri), _TYPE, ox.NamedNode(terms.SH + "Shape"))
