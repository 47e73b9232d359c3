"""The way to write a store: its one writer, with the rules over the whole store and those of the steward's registry.

The store knows no shapes, so they come in here. Whoever writes takes this way (a test holds it): a generation made
without them would lack findings, and apply a registry that nobody checked.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import pyoxigraph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.shapes import corpus, decided, report
from jixiao.store import Batch, Objection, Store


def writing(store: Store) -> AbstractContextManager[Batch]:
    """The one writer of a store, for a block. Raises what `Store.writing` raises."""
    iris = Iris(store.base_iri)
    return store.writing(judge=lambda graph: judge(graph, iris), check=check)


def judge(graph: pyoxigraph.Store, iris: Iris) -> Mapping[str, bytes]:
    """What the rules over the whole store find, as the store wants it: N-Triples by the number of the source."""
    found = {source.rpartition("/")[2]: (source, results) for source, results in corpus.judge(graph).items()}
    return {
        sha16: report.bare_ntriples(results, iris.report_graph(sha16), source)
        for sha16, (source, results) in found.items()
    }


def check(triples: bytes) -> Sequence[Objection]:
    """What the rules of the registry say of decisions (N-Triples), as the store wants it."""
    return [
        Objection(
            decision=each.focus_node,
            sentence=f"{each.message.zh} {each.message.en}",
            grave=each.fault.severity == terms.SH_Violation,
        )
        for each in decided.complaints(triples)
    ]
