"""Generations: whole, immutable states of the graph (design, section 5).

A change to the last generation in, the next one out: built in a scratch directory from a hard-linked checkpoint,
renamed into place, then named by `current`. Up to that last step, a reader and the next writer see the old one alone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path

from pydantic import ValidationError
from pyoxigraph import DefaultGraph, NamedNode
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import corpus, files, log, merge
from jixiao.store.corpus import Judge
from jixiao.store.errors import StoreUnusableError
from jixiao.store.files import Layout
from jixiao.store.records import Counts, Dump, LogEntry, Manifest, SourceRecord, Statistics
from jixiao.store.registry import decisions
from jixiao.store.registry.decisions import Decisions
from jixiao.store.versions import members, survey, version_record
from jixiao.store.versions.version_record import VERSION, VersionRecord

KEPT = 3  # generations that stay, for readers that have not moved on


@dataclass(frozen=True, eq=False)
class Generation:
    """One generation, opened: `graph` is read-only; `sources` holds every source the store has or had, by sha16."""

    path: Path
    manifest: Manifest
    sources: Mapping[str, SourceRecord]
    graph: Graph

    @property
    def number(self) -> int:
        """1 for the first."""
        return self.manifest.generation

    @property
    def version(self) -> str:
        """The dataset version that a paper cites, such as 000003."""
        return self.manifest.version

    @cached_property
    def record(self) -> VersionRecord:
        """What stays of it for ever."""
        return VersionRecord(self.path, self.manifest)

    @property
    def statistics(self) -> Statistics | None:
        """What was counted; None for a generation made before this was done. Raises StoreUnusableError."""
        return self.record.statistics

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """Its files. Raises StoreUnusableError."""
        return self.record.dumps

    @cached_property
    def _members(self) -> members.Members:
        return members.Members(self.path, self.graph, _live(Iris(self.manifest.base_iri), self.sources))

    def members(self, class_iri: str, start: int, count: int) -> list[str]:
        """Of the things of a class that the default graph has, the IRIs in code point order: `count` from `start`.

        One of the `members.CLASSES` is read from a list made with the generation. Raises StoreUnusableError.
        """
        return self._members.page(class_iri, start, count)

    def member_count(self, class_iri: str) -> int:
        """How many there are of a class. Raises StoreUnusableError."""
        return self._members.count(class_iri)

    @cached_property
    def decisions(self) -> Decisions:
        """The steward's decisions that it was made with."""
        return decisions.read(self.graph, NamedNode(Iris(self.manifest.base_iri).registry_graph))

    def log(self) -> tuple[LogEntry, ...]:
        """What stewards did up to it, oldest first. Raises StoreUnusableError."""
        try:
            return log.read(self.path)
        except (OSError, ValidationError) as cause:
            raise StoreUnusableError(
                f"无法读取 {self.path} 的日志：{cause}。 The log of {self.path} cannot be read: {cause}."
            ) from cause

    @cached_property
    def graph_directory(self) -> str:
        """The graph's directory, for another process to open read-only."""
        return str(_graph(self.path))


@dataclass(frozen=True)
class Change:
    """What the next generation has that the last one has not: graphs out, graphs in, and the new list of sources.

    `decisions` hold in it, and `judge` looks at it; `log` is the lines that are to stand behind the last one's.
    """

    drop: Iterable[NamedNode]
    add: Iterable[merge.NamedTriples]
    sources: Mapping[str, SourceRecord]
    decisions: Decisions = decisions.NONE
    judge: Judge | None = None
    log: bytes = b""


NONE_YET = "000000"  # what `current` says of a store without a generation


def current_version(layout: Layout) -> str | None:
    """The version that `current` names; None when nothing was committed yet. Raises StoreUnusableError.

    A store is made with `current` naming none: where the file is missing, something was lost, and the generations
    that are there must not be taken for leftovers.
    """
    try:
        text = layout.current.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise StoreUnusableError(_broken(layout, str(cause))) from cause
    if not VERSION.fullmatch(text):
        raise StoreUnusableError(_broken(layout, repr(text[:40])))
    return None if text == NONE_YET else text


def load(layout: Layout, version: str) -> Generation:
    """Opens a generation read-only. Raises StoreUnusableError when it is not whole."""
    path = layout.generation(version)
    try:
        record, sources = version_record.read(path), version_record.read_sources(path)
        graph = Graph.read_only(str(_graph(path)))
    except (OSError, ValidationError) as cause:
        raise StoreUnusableError(_broken(layout, f"{path}: {cause}")) from cause
    return Generation(path, record.manifest, {each.sha16: each for each in sources}, graph)


def build(iris: Iris, last: Generation | None, change: Change, scratch: Path) -> tuple[str, Path]:
    """Makes the generation after `last` in a directory below `scratch`; returns its version and the directory.

    Raises OSError when the disk gives out.
    """
    number = 1 if last is None else last.number + 1
    building = scratch / "generation"
    building.mkdir()
    if last is not None:
        last.graph.backup(str(_graph(building)))
    before = decisions.NONE if last is None else last.decisions
    counts, checksum = _fill(building, iris, before, change, scratch)
    manifest = Manifest(
        generation=number,
        version=f"{number:06}",
        base_iri=iris.base,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=installed_version("jixiao"),
        counts=counts,
        checksum=checksum,
        previous=None if last is None else last.number,
    )
    sources = sorted(change.sources.values(), key=lambda record: record.sha256)
    files.write(building / log.FILE, (b"" if last is None else log.written(last.path)) + change.log)
    version_record.write(building, manifest, sources)
    files.sync_directory(_graph(building))
    return manifest.version, building


def publish(layout: Layout, version: str, building: Path, first: Callable[[], None] = lambda: None) -> None:
    """Puts a whole generation in place and points `current` at it, which is the moment it counts. May raise OSError.

    `first` comes just before: the registry is written there, and should that be the end, the next generation applies
    what it says.
    """
    files.move(building, layout.generation(version))
    first()
    files.write(layout.current, f"{version}\n".encode("ascii"))


def scratch_directory(layout: Layout) -> Path:
    """Makes the one writer's scratch directory on the generations' disk, and removes those of dead ones.

    May raise OSError.
    """
    for path in layout.generations.glob(".building-*"):
        shutil.rmtree(path)
    return Path(tempfile.mkdtemp(prefix=".building-", dir=layout.generations))


def clear(layout: Layout, number: int, dumps_kept: int = 0) -> None:
    """Removes the generations above `number`, the current one, that never came to count, and the graphs of old ones.

    What is known of an old version stays, and of the newest `dumps_kept` (0: of all) the dumps. May raise OSError.
    """
    for path in _numbered(layout):
        age = number - int(path.name)
        if age < 0:
            shutil.rmtree(path)
            continue
        if age >= KEPT:
            version_record.thin(path)
        if dumps_kept and age >= dumps_kept:
            version_record.drop_dumps(path)


def known(layout: Layout, number: int) -> list[str]:
    """The versions up to `number`, the current one, newest first, as far as they are still known."""
    found = (
        path for path in _numbered(layout) if int(path.name) <= number and (path / version_record.MANIFEST).exists()
    )
    return [path.name for path in sorted(found, key=lambda path: -int(path.name))]


def _fill(building: Path, iris: Iris, before: Decisions, change: Change, scratch: Path) -> tuple[Counts, str]:
    """Applies the change; the only writable handle ends here, so the graph's own lock is free before the rename."""
    graph = Graph(str(_graph(building)))
    merge.change(graph, change.drop, change.add, before, change.decisions)
    live = [record.sha256 for record in change.sources.values() if record.live]
    corpus.renew(graph, change.judge, iris, live, change.decisions)
    merge.accept(graph, NamedNode(iris.registry_graph), change.decisions)
    graph.flush()
    counts = Counts(
        quads=len(graph),
        sources=sum(record.live for record in change.sources.values()),
        filings=_count(graph, terms.Filing),
        projects=_count(graph, terms.Project),
        indicators=_count(graph, terms.Indicator),
        citations=_count(graph, terms.Citation),
        legal_bases=_count(graph, terms.LegalBasis),
        departments=_count(graph, terms.Department),
    )
    return counts, survey.survey(graph, building, iris.base, _live(iris, change.sources), scratch)


def _live(iris: Iris, sources: Mapping[str, SourceRecord]) -> frozenset[str]:
    return frozenset(iris.source(record.sha256) for record in sources.values() if record.live)


def _count(graph: Graph, of_class: str) -> int:
    return sum(1 for _ in graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(of_class), DefaultGraph()))


def _graph(generation: Path) -> Path:
    return generation / version_record.GRAPH


def _numbered(layout: Layout) -> list[Path]:
    return sorted(path for path in layout.generations.glob("[0-9]*") if VERSION.fullmatch(path.name))


def _broken(layout: Layout, what: str) -> str:
    whole = ", ".join(path.name for path in _numbered(layout) if _graph(path).exists()) or "—"
    return (
        f"库 {layout.root} 的当前世代无法读取：{what}。现有世代：{whole}；"
        f"可将其中一个完好世代的编号写入 {layout.current}，或另建新库重新导入。"
        f" The current generation of the store {layout.root} cannot be read: {what}. There are: {whole};"
        f" write the number of a whole one into {layout.current}, or ingest into a new store."
    )
