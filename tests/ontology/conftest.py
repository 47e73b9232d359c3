"""The ontology and the concept schemes as one graph, which all tests read and none changes."""

from itertools import chain

import pyoxigraph
import pytest
import rdflib

from jixiao.ontology import turtle_files


@pytest.fixture(scope="session")
def vocabulary() -> rdflib.Graph:
    """All files of the vocabulary, by way of the form that rdflib reads fastest."""
    every = chain.from_iterable(pyoxigraph.parse(path=path) for path in turtle_files())
    return rdflib.Graph().parse(data=pyoxigraph.serialize(every, format=pyoxigraph.RdfFormat.N_TRIPLES), format="nt")
