"""Find the named graphs to drop and to add for the next generation, by the sources before and after a batch.

Each source has a graph of its statements and one of its report (design, section 3, Graphs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import vocabulary
from jixiao.store.generations import Generation
from jixiao.store.merge import NamedTriples
from jixiao.store.records import SourceRecord
from jixiao.store.registry.decisions import Decisions
from jixiao.store.spool import Spool

Sources = Mapping[str, SourceRecord]

# To make a graph costs about as much as to drop a quarter of it, and needs less memory.
_LARGE_SHARE, _MANY = 1 / 4, 32


def vocabulary_differs(iris: Iris, last: Generation | None) -> bool:
    """Tell if this software's vocabulary differs from that in the last generation."""
    if last is None:
        return True
    name = NamedNode(iris.vocabulary_graph)
    return {quad.triple for quad in last.graph.quads_for_pattern(None, None, None, name)} != vocabulary.triples()


@dataclass(frozen=True)
class Upcoming:
    """The step from the sources `before` to the sources `after`; the triples of those in `arrived` are in the spool.

    `last` is the graph before, or None; `decisions` are in force afterwards, and may be new, as the vocabulary may.
    """

    iris: Iris
    last: Graph | None
    before: Sources
    after: Sources
    arrived: Set[str]
    new_vocabulary: bool
    new_decisions: bool
    decisions: Decisions

    @cached_property
    def afresh(self) -> bool:
        """True if the next graph is to be made from nothing, since many of the sources leave or are read anew."""
        live = sum(record.live for record in self.before.values())
        return len(self._leaving()) >= max(_MANY, live * _LARGE_SHARE)

    def leaving(self) -> list[NamedNode]:
        """Return the graphs to drop."""
        if self.afresh:
            return []
        out = [name for record in self._leaving() for name in self._graphs(record)]
        if self.new_vocabulary:
            out.append(NamedNode(self.iris.vocabulary_graph))
        if self.new_decisions:
            out.append(NamedNode(self.iris.registry_graph))
        return out

    def incoming(self, spool: Spool) -> Iterator[NamedTriples]:
        """Give the graphs to add."""
        if self.new_vocabulary or self.afresh:
            yield NamedNode(self.iris.vocabulary_graph), vocabulary.triples()
        if self.new_decisions or self.afresh:
            yield NamedNode(self.iris.registry_graph), {*self.decisions.triples, *self.decisions.links()}
        for record in self.coming():
            of_source, of_report = self._graphs(record)
            yield of_source, spool.source_triples(record.sha256)
            yield of_source, self._revision(record)
            yield of_report, spool.report_triples(record.sha256)
        if self.afresh and self.last is not None:
            staying = [record for sha16, record in self.before.items() if record.live and self._stays(sha16)]
            for name in (name for record in staying for name in self._graphs(record)):
                yield name, (quad.triple for quad in self.last.quads_for_pattern(None, None, None, name))

    def coming(self) -> list[SourceRecord]:
        """Return the sources to add; a file that arrived and was replaced in the same batch is not among them."""
        return [record for sha16, record in sorted(self.after.items()) if record.live and sha16 in self.arrived]

    def reread(self) -> list[SourceRecord]:
        """Return the former records of the sources that stay live with a new reading."""
        pairs = ((old, self.after[sha16]) for sha16, old in self.before.items())
        return [old for old, new in pairs if new.live and new.revision != old.revision]

    def _leaving(self) -> list[SourceRecord]:
        return [old for sha16, old in self.before.items() if old.live and not self._stays(sha16)]

    def _stays(self, sha16: str) -> bool:
        return self.after[sha16].live and sha16 not in self.arrived

    def _graphs(self, record: SourceRecord) -> tuple[NamedNode, NamedNode]:
        return (
            NamedNode(self.iris.source_graph(record.sha256)),
            NamedNode(self.iris.report_graph(record.sha256)),
        )

    def _revision(self, record: SourceRecord) -> Iterator[Triple]:
        """State which sources a source replaced, and describe those, so that no link dangles."""
        for sha16 in record.replaces:
            old = self.after[sha16]
            source = NamedNode(self.iris.source(old.sha256))
            yield Triple(NamedNode(self.iris.source(record.sha256)), NamedNode(terms.PROV_wasRevisionOf), source)
            yield Triple(source, NamedNode(terms.RDF_type), NamedNode(terms.SourceDocument))
            yield Triple(source, NamedNode(terms.fileName), Literal(old.file_name))
            yield Triple(source, NamedNode(terms.sha256), Literal(old.sha256))
