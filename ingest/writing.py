"""Open a store for writing, with the rules over the whole store and the rules of the steward's registry.

The store knows no shapes, so the rules are passed in here. All writers use this module (a test checks it): a generation
made without the rules would lack findings, and would apply a registry that nobody has checked.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import pyoxigraph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.shapes import corpus, decisions, report
from jixiao.store import Batch, Objection, Store


def writing(store: Store) -> AbstractContextManager[Batch]:
    """Open the store's only writer for a block. Raises the errors of `Store.writing`."""
    iris = Iris(store.base_iri)
    return store.writing(judge=lambda graph: judge(graph, iris), check=check)


def judge(graph: pyoxigraph.Store, iris: Iris) -> Mapping[str, bytes]:
    """Apply the rules over the whole store; return the findings as N-Triples by the number of their source."""
    found = {source.rpartition("/")[2]: (source, results) for source, results in corpus.judge(graph).items()}
    return {
        sha16: report.bare_ntriples(results, iris.report_graph(sha16), source)
        for sha16, (source, results) in found.items()
    }


def check(triples: bytes) -> Sequence[Objection]:
    """Apply the rules of the registry to decisions (N-Triples) and return the objections."""
    return [
        Objection(
            decision=each.focus_node,
            sentence=f"{each.message.zh} {each.message.en}",
            grave=each.fault.severity == terms.SH_Violation,
        )
        for each in decisions.judge(triples)
    ]
