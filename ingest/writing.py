"""Open a store for writing, with the rules for the whole store and for the steward's registry, and the reading.

The store has no rules and reads no files, so these are passed to it here. All writers use this module (a test checks
that): a generation made without the rules would lack findings, and would apply an unchecked registry.
"""

from collections.abc import Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import pyoxigraph

from jixiao.ingest import anew
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.shapes import decisions, store_check
from jixiao.shapes.findings import rdf
from jixiao.store import Batch, Objection, Store


def writing(store: Store) -> AbstractContextManager[Batch]:
    """Open the store's only writer for a block. Raises the errors of `Store.writing`."""
    return store.writing(judge=CorpusRules(Iris(store.base_iri)), check=check, read=partial(anew.read, store.base_iri))


@dataclass(frozen=True)
class CorpusRules:
    """The rules for the whole store, applied to a generation's default graph; results are grouped by focus node."""

    iris: Iris

    def __call__(self, graph: pyoxigraph.Store) -> Mapping[str, bytes]:
        """Apply the rules to the whole graph; return the findings as N-Triples by the number of their source."""
        return self.results(graph, None)

    def groups(self, graph: pyoxigraph.Store, things: Set[str]) -> frozenset[str]:
        """Return the groups whose results may depend on facts about some things (IRIs).

        A change to these facts affects only the groups returned for the graph before the change and for the graph after
        it.
        """
        return store_check.affected(graph, things)

    def results(self, graph: pyoxigraph.Store, groups: Set[str] | None) -> Mapping[str, bytes]:
        """Return the findings of some groups, or of all, as N-Triples by the number of their source."""
        found = {source.rpartition("/")[2]: (source, each) for source, each in store_check.judge(graph, groups).items()}
        return {
            sha16: rdf.bare_ntriples(results, self.iris.report_graph(sha16), source)
            for sha16, (source, results) in found.items()
        }


def check(triples: bytes) -> Sequence[Objection]:
    """Apply the rules for the registry to decisions (N-Triples), and return the objections."""
    return [
        Objection(
            decision=each.focus_node,
            sentence=f"{each.message.zh} {each.message.en}",
            grave=each.fault.severity == terms.SH_Violation,
        )
        for each in decisions.judge(triples)
    ]
