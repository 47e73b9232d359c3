"""Build, publish, open and clear generations: whole, immutable states of the graph (design, section 5).

The next generation is built in a scratch directory from a hard-linked checkpoint of the last one, renamed into place,
then named by `current`. Until that last step, readers and the next writer see only the last generation.
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
from jixiao.store import corpus, files, log, merge, touched
from jixiao.store.corpus import Judge
from jixiao.store.errors import StoreUnusableError
from jixiao.store.files import Layout
from jixiao.store.index import building as indexing
from jixiao.store.index.entries import Entries
from jixiao.store.index.index import Index
from jixiao.store.records import Counts, Dump, LogEntry, Manifest, SourceRecord, Statistics
from jixiao.store.registry import decisions
from jixiao.store.registry.decisions import Decisions
from jixiao.store.versions import dumping, members, survey, version_record
from jixiao.store.versions.checksum import SetHash
from jixiao.store.versions.version_record import VERSION, VersionRecord

KEPT = 3  # generations whose graphs stay, for readers that have not moved on


@dataclass(frozen=True, eq=False)
class Generation:
    """An open generation: `graph` is read-only; `sources` holds every source the store has or had, by sha16."""

    path: Path
    manifest: Manifest
    sources: Mapping[str, SourceRecord]
    graph: Graph

    @property
    def number(self) -> int:
        """The generation's number, from 1."""
        return self.manifest.generation

    @property
    def version(self) -> str:
        """The dataset version that a paper cites, such as 000003."""
        return self.manifest.version

    @cached_property
    def record(self) -> VersionRecord:
        """The record of the version, which stays after the graph is removed."""
        return VersionRecord(self.path, self.manifest)

    @property
    def statistics(self) -> Statistics | None:
        """The statistics, or None if the generation was made before there were any. Raises StoreUnusableError."""
        return self.record.statistics

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """The dumps of the generation. Raises StoreUnusableError."""
        return self.record.dumps

    @cached_property
    def _members(self) -> members.Members:
        return members.Members(self.path, self.graph, _live(Iris(self.manifest.base_iri), self.sources))

    def members(self, class_iri: str, start: int, count: int) -> list[str]:
        """Return the IRIs of the default graph's things of a class in code point order, `count` of them from `start`.

        Members of the `members.CLASSES` are read from a list made with the generation. Raises StoreUnusableError.
        """
        return self._members.page(class_iri, start, count)

    def member_count(self, class_iri: str) -> int:
        """Count the members of a class. Raises StoreUnusableError."""
        return self._members.count(class_iri)

    @cached_property
    def index(self) -> Index | None:
        """The index for search and names, or None if the generation was made before there was one."""
        parts = indexing.parts(self.path)
        return None if parts is None else Index(self.path / indexing.DIRECTORY, parts, self._entries)

    @property
    def indexed(self) -> indexing.Former | None:
        """The base of the next generation's index, or None if there is no index."""
        parts = indexing.parts(self.path)
        return None if parts is None else indexing.Former(self.path / indexing.DIRECTORY, parts, self._entries)

    @property
    def _entries(self) -> Entries:
        return Entries(self.graph, self.manifest.base_iri)

    @cached_property
    def decisions(self) -> Decisions:
        """The steward's decisions that were applied to the generation."""
        return decisions.read(self.graph, NamedNode(Iris(self.manifest.base_iri).registry_graph))

    def log(self) -> tuple[LogEntry, ...]:
        """Return the log of stewards' work up to the generation, oldest first. Raises StoreUnusableError."""
        try:
            return log.read(self.path)
        except (OSError, ValidationError) as cause:
            raise StoreUnusableError(
                f"无法读取 {self.path} 的日志：{cause}。 The log of {self.path} cannot be read: {cause}."
            ) from cause

    @cached_property
    def graph_directory(self) -> str:
        """The graph's directory, for other processes to open read-only."""
        return str(_graph(self.path))


@dataclass(frozen=True)
class Change:
    """The step from the last generation to the next: graphs to drop, graphs to add, and the new list of sources.

    `decisions` are those of the next generation, and `judge` examines its graph; the lines of `log` are appended to the
    last generation's log. If `afresh`, `add` has all graphs of the next generation.
    """

    drop: Iterable[NamedNode]
    add: Iterable[merge.NamedTriples]
    sources: Mapping[str, SourceRecord]
    decisions: Decisions = decisions.NONE
    judge: Judge | None = None
    log: bytes = b""
    afresh: bool = False


NONE_YET = "000000"  # the content of `current` in a store without a generation


def current_version(layout: Layout) -> str | None:
    """Return the version that `current` names, or None before the first commit. Raises StoreUnusableError.

    A new store has a `current` that names none. A missing file therefore is a loss, and existing generations must not
    be taken for leftovers.
    """
    try:
        text = layout.current.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise StoreUnusableError(_broken(layout, str(cause))) from cause
    if not VERSION.fullmatch(text):
        raise StoreUnusableError(_broken(layout, repr(text[:40])))
    return None if text == NONE_YET else text


def load(layout: Layout, version: str) -> Generation:
    """Open a generation read-only. Raises StoreUnusableError if it is not whole."""
    path = layout.generation(version)
    try:
        record, sources = version_record.read(path), version_record.read_sources(path)
        graph = Graph.read_only(str(_graph(path)))
    except (OSError, ValidationError) as cause:
        raise StoreUnusableError(_broken(layout, f"{path}: {cause}")) from cause
    return Generation(path, record.manifest, {each.sha16: each for each in sources}, graph)


def build(iris: Iris, last: Generation | None, change: Change, scratch: Path) -> tuple[str, Path]:
    """Make the generation after `last` in a directory below `scratch`; return its version and the directory.

    May raise OSError.
    """
    number = 1 if last is None else last.number + 1
    building = scratch / "generation"
    building.mkdir()
    base = None if change.afresh else last
    if base is not None:
        base.graph.backup(str(_graph(building)))
    counts, hashed = _fill(building, iris, base, change, scratch)
    manifest = Manifest(
        generation=number,
        version=f"{number:06}",
        base_iri=iris.base,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=installed_version("jixiao"),
        counts=counts,
        checksum=hashed.checksum,
        previous=None if last is None else last.number,
        derivation=touched.RULES,
    )
    sources = sorted(change.sources.values(), key=lambda record: record.sha256)
    files.write(building / log.FILE, (b"" if last is None else log.written(last.path)) + change.log)
    version_record.write_hash(building, hashed)
    version_record.write(building, manifest, sources)
    files.sync_directory(_graph(building))
    return manifest.version, building


def derived_by_other_rules(last: Generation | None) -> bool:
    """Tell if another version of jixiao derived a generation's facts, so that all must be renewed."""
    return last is not None and last.manifest.derivation != touched.RULES


def lacks_index(last: Generation | None) -> bool:
    """Tell if a generation was made before there was an index, or has one of another format."""
    return last is not None and indexing.parts(last.path) is None


def publish(layout: Layout, version: str, building: Path, first: Callable[[], None] = lambda: None) -> None:
    """Move a whole generation into place and point `current` at it, by which it is published. May raise OSError.

    `first` is called just before `current` is written: it writes the registry, so that after a crash in between the
    next generation applies the registry's decisions.
    """
    files.move(building, layout.generation(version))
    first()
    files.write(layout.current, f"{version}\n".encode("ascii"))


def scratch_directory(layout: Layout) -> Path:
    """Make the writer's scratch directory on the generations' disk, and remove those of crashed writers.

    May raise OSError.
    """
    for path in layout.generations.glob(".building-*"):
        shutil.rmtree(path)
    return Path(tempfile.mkdtemp(prefix=".building-", dir=layout.generations))


def clear(layout: Layout, number: int, dumps_kept: int = 0) -> None:
    """Remove the unpublished generations above `number`, the current one, and the graphs of old generations.

    The records of old versions stay, and the dumps of the newest `dumps_kept` versions (0: of all) and of releases. May
    raise OSError.
    """
    dumped: list[Path] = []
    for path in _numbered(layout):
        age = number - int(path.name)
        if age < 0:
            shutil.rmtree(path)
            continue
        if age >= KEPT:
            version_record.thin(path)
        if dumps_kept and age >= dumps_kept:
            dumped.append(path)
    dumping.drop(layout, dumped)


def known(layout: Layout, number: int) -> list[str]:
    """Return the versions up to `number`, the current one, that still have a record, newest first."""
    found = (
        path for path in _numbered(layout) if int(path.name) <= number and (path / version_record.MANIFEST).exists()
    )
    return [path.name for path in sorted(found, key=lambda path: -int(path.name))]


def _fill(building: Path, iris: Iris, base: Generation | None, change: Change, scratch: Path) -> tuple[Counts, SetHash]:
    """Apply the change to a copy of the generation `base`, or to an empty graph; return counts and hash.

    The only writable handle is closed with this function, so that the graph's own lock is free before the rename.
    """
    graph = Graph(str(_graph(building)))
    before = decisions.NONE if base is None else base.decisions
    indexed = None if base is None else base.indexed
    changed = merge.change(
        graph, change.drop, change.add, before, change.decisions, derived_by_other_rules(base), noting=bool(indexed)
    )
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
    with indexing.building(building, Entries(graph, iris.base), indexed, changed) as listener:
        hashed = survey.survey(graph, building, iris.base, _live(iris, change.sources), scratch, listener)
    return counts, hashed


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
