"""Keep deposits until the commit, and find the named graphs that it drops and adds.

Each source has a graph of its statements, one of its report, and one of its origins if it has addresses; the
vocabulary's graph has the ontology, its schemes and the names of rules (docs/design.md, "Graphs"). Deposits are kept
in the writer's scratch directory, so that a batch may be larger than memory.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from jixiao.ontology import identity, reference, terms, turtle
from jixiao.store import errors, files
from jixiao.store.commit.merge import NamedTriples
from jixiao.store.commit.replacement import Live
from jixiao.store.decisions.effects import Decisions
from jixiao.store.generations import Generation
from jixiao.store.records import Deposit, SourceRecord

_SMALL = 1000  # projects added or removed at most, since their quads, several hundred each, are kept in memory
# Making a new graph takes as long as dropping a quarter of the old one, and less memory.
_LARGE_SHARE, _MANY = 1 / 4, 32
_ONCE = (files.Layout.source, files.Layout.recognition)  # paths of files that stay the same when a source is read again


@dataclass(frozen=True)
class Spool:
    """Deposits kept in the scratch directory `aside` until the commit. Any method may raise OSError."""

    layout: files.Layout
    aside: files.Layout

    def keep(self, deposit: Deposit, *, original: bool = True) -> None:
        """Write a deposit to the scratch directory, without the document's bytes unless `original`."""
        kept = {
            self.aside.rendition(deposit.sha256): as_json(deposit.rendition),
            self.aside.ledger(deposit.sha256): as_json(deposit.ledger),
            self._triples(deposit.sha256, "source"): deposit.source_triples,
            self._triples(deposit.sha256, "report"): deposit.report_triples,
            self.aside.source(deposit.sha256): deposit.content if original else None,
            self.aside.recognition(deposit.sha256): deposit.recognition,
        }
        for path, content in kept.items():
            if content is not None:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)  # not synced: a crash before `place` discards the batch anyway

    def keep_again(self, record: SourceRecord, graph: Store, iris: identity.Iris) -> None:
        """Copy the rendition and ledger of a live source, and its triples from a graph, to the scratch directory."""
        rendition, ledger = (
            place(record.sha256, record.revision).read_bytes() for place in (self.layout.rendition, self.layout.ledger)
        )
        stated = (
            (quad.triple for quad in graph.quads_for_pattern(None, None, None, NamedNode(name)))
            for name in (iris.source_graph(record.sha256), iris.report_graph(record.sha256))
        )
        source, report = (serialize(each, format=RdfFormat.N_TRIPLES) or b"" for each in stated)
        contents = (b"", rendition, ledger, source, report, record)
        self.keep(Deposit(record.sha256, record.file_name, record.media_type, *contents), original=False)

    def rewrite(self, sha256: str, change: Callable[[bytes], bytes]) -> bytes:
        """Apply `change` to the spooled triples and ledger of a document, and return the changed ledger."""
        paths = (self._triples(sha256, "source"), self._triples(sha256, "report"), self.aside.ledger(sha256))
        for path in paths:
            path.write_bytes(change(path.read_bytes()))
        return paths[-1].read_bytes()

    def place(self, records: Iterable[SourceRecord]) -> None:
        """Move the files of the deposits to their places in the store, and make them durable."""
        moves = []
        for record in records:
            sha256, revision = record.sha256, record.revision
            moves += [
                *(
                    (place(self.aside, sha256), place(self.layout, sha256))
                    for place in _ONCE
                    if place(self.aside, sha256).exists()
                ),
                (self.aside.rendition(sha256), self.layout.rendition(sha256, revision)),
                (self.aside.ledger(sha256), self.layout.ledger(sha256, revision)),
            ]
        files.move_all(moves)

    def triples(self, sha256: str, part: str) -> Iterator[Quad]:
        """Read the triples of a document (`part` is source) or of its report (report). Raises DepositError."""
        path = self._triples(sha256, part)
        return triples(path.read_bytes(), path.name)

    def _triples(self, sha256: str, part: str) -> Path:
        return self.aside.root / "triples" / f"{sha256}.{part}.nt"


def triples(content: bytes, name: str, *, blank_subjects: bool = False) -> Iterator[Quad]:
    """Parse N-Triples, as quads of the default graph; with `blank_subjects`, a blank node is allowed as the subject.

    Raises DepositError, which gives `name`, at any other blank node or a line that is not a triple.
    """
    may_be_blank = b"_:" in content  # false for most files, whose triples need not be examined one by one
    try:
        for quad in parse(content, RdfFormat.N_TRIPLES):
            # Blank nodes of two documents with equal labels would become one node in the merge.
            if may_be_blank and (
                isinstance(quad.object, BlankNode) or (isinstance(quad.subject, BlankNode) and not blank_subjects)
            ):
                raise errors.DepositError(f"a blank node in {name}: {quad}")
            yield quad
    except SyntaxError as cause:
        raise errors.DepositError(f"no N-Triples in {name}: {cause}") from cause


def as_json(value: dict[str, Any] | bytes) -> bytes:
    """Return a rendition or ledger as JSON in UTF-8; bytes are JSON already and returned unchanged."""
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


@cache
def vocabulary_triples() -> frozenset[Triple]:
    """Return the triples of the ontology and its schemes, and the names of rules, as a graph store spells them.

    Blank nodes are named by RDFC-1.0 (W3C RDF Dataset Canonicalization), so that their names are equal on every
    machine.
    """
    graph = Store()
    graph.extend(Quad(*triple) for triple in turtle.canonical((*reference.triples(), *reference.rule_names())))
    return frozenset(quad.triple for quad in graph)


def vocabulary_digest() -> str:
    """Return the SHA-256 of the sorted triples of the vocabulary, in hex digits."""
    return _digest(vocabulary_triples())


@lru_cache(maxsize=1)
def _digest(triples: frozenset[Triple]) -> str:
    return hashlib.sha256("\n".join(sorted(map(str, triples))).encode()).hexdigest()


@dataclass(frozen=True)
class Upcoming:
    """The step from the generation `last` (None before the first commit) to the next.

    `former` are the records of the last generation's sources. `changed` has the records of sources that are new or
    changed; the triples of sources in `arrived` are in the spool. `decisions` are in force after the commit.
    """

    iris: identity.Iris
    last: Generation | None
    former: Mapping[str, SourceRecord]
    changed: Mapping[str, SourceRecord]
    arrived: Set[str]
    new_vocabulary: bool
    new_decisions: bool
    decisions: Decisions
    live: Live

    @property
    def number(self) -> int:
        """Return the number of the next generation."""
        return 1 if self.last is None else self.last.number + 1

    @property
    def version(self) -> str:
        """Return the number as it is cited, such as 000003."""
        return f"{self.number:06}"

    @cached_property
    def outdated(self) -> list[SourceRecord]:
        """The former records of the changed sources that the last generation had."""
        return [old for sha16 in self.changed if (old := self.former.get(sha16)) is not None]

    @cached_property
    def afresh(self) -> bool:
        """Return whether the next graph is to be made from nothing: many sources leave, or the last graph is empty.

        The last graph is empty at a rebuild.
        """
        is_empty = self.last is not None and not self.last.graph  # that of a rebuild
        return is_empty or len(self._leaving()) >= max(_MANY, self._live_before * _LARGE_SHARE)

    @property
    def small(self) -> bool:
        """Return whether the changed quads are few enough to be recorded in memory."""
        forms = sum(len(each.forms) for each in (*self.outdated, *self.changed.values()))
        return forms <= _SMALL and not self.new_vocabulary

    @property
    def most_projects(self) -> int:
        """Return a number of projects that the store does not exceed after the commit."""
        stored = 0 if self.last is None else self.last.manifest.counts.projects
        return stored + sum(len(each.forms) for each in self.changed.values())

    @property
    def live_count(self) -> int:
        """Return the number of sources that are live after the commit."""
        live, former = (sum(each.live for each in group) for group in (self.changed.values(), self.outdated))
        return self._live_before + live - former

    def is_live(self, sha16: str) -> bool:
        """Return whether a source is live after the commit."""
        record = self.changed.get(sha16) or self.former.get(sha16)
        return record is not None and record.live

    def live_sources(self) -> Iterator[str]:
        """Yield the SHA-256 of each source that is live after the commit."""
        yield from (record.sha256 for record in self.changed.values() if record.live)
        yield from (each.sha256 for sha16, each in self.former.items() if each.live and sha16 not in self.changed)

    def leaving(self) -> list[NamedNode]:
        """Return the names of the named graphs of the last generation that the commit drops."""
        if self.afresh:
            return []
        changed = {self.iris.vocabulary_graph: self.new_vocabulary, self.iris.registry_graph: self.new_decisions}
        graphs = [NamedNode(name) for name, is_changed in changed.items() if is_changed]
        located = (NamedNode(self.iris.origin_graph(old.sha256)) for old in self.outdated if old.live and old.origins)
        return [*graphs, *(name for record in self._leaving() for name in self._graphs(record)), *located]

    def incoming(self, spool: Spool) -> Iterator[NamedTriples]:
        """Yield the named graphs that the commit adds, with their triples; the spool has those of new readings."""
        if self.new_vocabulary or self.afresh:
            yield NamedNode(self.iris.vocabulary_graph), vocabulary_triples()
        if self.new_decisions or self.afresh:
            yield NamedNode(self.iris.registry_graph), {*self.decisions.triples, *self.decisions.links()}
        for record in self.coming():
            of_source, of_report = self._graphs(record)
            yield of_source, spool.triples(record.sha256, "source")
            yield of_source, self._revision(record)
            yield of_report, spool.triples(record.sha256, "report")
        if self.afresh and self.last is not None:
            staying = [record for sha16, record in self.former.items() if record.live and self._stays(sha16)]
            for name in (name for record in staying for name in self._graphs(record)):
                yield name, (quad.triple for quad in self.last.graph.quads_for_pattern(None, None, None, name))
        for record in ({**self.former, **self.changed} if self.afresh else self.changed).values():
            if record.live and record.origins:
                yield NamedNode(self.iris.origin_graph(record.sha256)), self._origins(record)

    def coming(self) -> list[SourceRecord]:
        """Return the records of the sources whose graphs are added, by sha16.

        A file that arrived and was replaced in the same batch is not among them.
        """
        return [record for sha16, record in sorted(self.changed.items()) if record.live and sha16 in self.arrived]

    def reread(self) -> list[SourceRecord]:
        """Return the former records of known sources that get a new reading and are live after the commit."""
        pairs = ((old, self.changed[old.sha16]) for old in self.outdated)
        return [old for old, new in pairs if new.live and new.revision != old.revision]

    @property
    def _live_before(self) -> int:
        return 0 if self.last is None else self.last.manifest.counts.sources

    def _leaving(self) -> list[SourceRecord]:
        """Return the former records of the sources whose graphs in the last generation are to be dropped."""
        return [old for old in self.outdated if old.live and not self._stays(old.sha16)]

    def _stays(self, sha16: str) -> bool:
        """Return whether the graphs of a source that was live stay unchanged in the next generation."""
        return sha16 not in self.changed or (self.changed[sha16].live and sha16 not in self.arrived)

    def _graphs(self, record: SourceRecord) -> tuple[NamedNode, NamedNode]:
        """Return the names of a source's two graphs: of its statements, and of its report."""
        return (
            NamedNode(self.iris.source_graph(record.sha256)),
            NamedNode(self.iris.report_graph(record.sha256)),
        )

    def _origins(self, record: SourceRecord) -> Iterator[Triple]:
        """Yield the triples that state the addresses of a source."""
        for origin in record.origins:
            node = NamedNode(self.iris.origin(record.sha256, origin.address))
            yield Triple(NamedNode(self.iris.source(record.sha256)), NamedNode(terms.origin), node)
            time = origin.retrieved and Literal(origin.retrieved, datatype=NamedNode(terms.XSD_dateTime))
            said = {
                terms.RDF_type: NamedNode(terms.Origin),
                terms.DCTERMS_source: NamedNode(origin.address),
                terms.retrieved: time,
                terms.DCTERMS_publisher: origin.publisher and Literal(origin.publisher),
                terms.linkedFrom: origin.linked_from and NamedNode(origin.linked_from),
                terms.SCHEMA_archivedAt: origin.archived_at and NamedNode(origin.archived_at),
            }
            yield from (
                Triple(node, NamedNode(name), value)
                for name, value in said.items()
                if isinstance(value, NamedNode | Literal)
            )

    def _revision(self, record: SourceRecord) -> Iterator[Triple]:
        """Yield triples that state which sources a source replaced.

        Each replaced source is described by its class, file name and SHA-256, so that every link leads to a
        description.
        """
        for sha16 in record.replaces:
            old = self.changed.get(sha16) or self.former[sha16]
            source = NamedNode(self.iris.source(old.sha256))
            yield Triple(NamedNode(self.iris.source(record.sha256)), NamedNode(terms.PROV_wasRevisionOf), source)
            yield Triple(source, NamedNode(terms.RDF_type), NamedNode(terms.SourceDocument))
            yield Triple(source, NamedNode(terms.fileName), Literal(old.file_name))
            yield Triple(source, NamedNode(terms.sha256), Literal(old.sha256))
