"""The ontology room's Turtle files as the triples of graph/vocabulary.

Apart because blank nodes need names that are the same on every machine: RDFC-1.0 gives them (W3C RDF Dataset
Canonicalization).
"""

from __future__ import annotations

from functools import cache

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, Triple, parse

from jixiao import ontology


@cache
def triples() -> frozenset[Triple]:
    """Every triple of the ontology and its schemes, literals in the store's spelling."""
    dataset = Dataset()
    for path in ontology.turtle_files():
        # Two files may use one blank node label for two things.
        for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            dataset.add(quad)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    graph = Store()
    graph.extend(dataset)
    return frozenset(quad.triple for quad in graph)
