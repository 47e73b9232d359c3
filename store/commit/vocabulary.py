"""Read the ontology and its schemes as the triples of graph/vocabulary.

Blank nodes are named by RDFC-1.0 (W3C RDF Dataset Canonicalization), so that their names are equal on every machine.
"""

import hashlib
from functools import cache

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, Triple, parse

from jixiao import ontology


@cache
def triples() -> frozenset[Triple]:
    """Return the triples of the ontology and its schemes, with literals as a graph store spells them."""
    dataset = Dataset()
    for path in ontology.turtle_files():
        # Two files may use the same blank node label for different nodes.
        for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            dataset.add(quad)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    graph = Store()
    graph.extend(dataset)
    return frozenset(quad.triple for quad in graph)


def digest() -> str:
    """Return the SHA-256 of the sorted triples, in hex digits."""
    return hashlib.sha256("\n".join(sorted(map(str, triples()))).encode()).hexdigest()
