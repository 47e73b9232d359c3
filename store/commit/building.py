"""Build a generation: the graph, and the statistics, checksum, lists and index that are computed from it.

The graph starts as a hard-linked checkpoint of the last one, or empty. A small change is kept in memory, and all that
is computed from the graph is updated by it. After a large change everything is computed again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path

from pyoxigraph import NamedNode
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.store import changes, files, generations
from jixiao.store.changes import Changes
from jixiao.store.commit import corpus, merge, vocabulary
from jixiao.store.commit.corpus import Judge
from jixiao.store.commit.editor import Editor
from jixiao.store.commit.spool import Spool
from jixiao.store.commit.upcoming import Upcoming
from jixiao.store.decisions import effects
from jixiao.store.generations import Generation
from jixiao.store.index import building as indexing
from jixiao.store.index.entries import Entries
from jixiao.store.records import DERIVATION, SHA16, Counts, Manifest, Statistics
from jixiao.store.timeline import entries, sources
from jixiao.store.timeline import timeline as rows
from jixiao.store.versions import checksum, counting, version_record
from jixiao.store.versions.checksum import Hashing, SetHash, hashing
from jixiao.store.versions.recounting import Recount


@dataclass(frozen=True)
class Built:
    """A complete generation that is not yet published, with its changes to the rows of the timeline."""

    version: str
    directory: Path
    rows: rows.Changes


@dataclass(frozen=True)
class _Derived:
    """Values computed from a graph: statistics, number of quads, set hash, and changes to the timeline's rows."""

    statistics: Statistics
    quads: int
    set_hash: SetHash
    rows: rows.Changes


def build(upcoming: Upcoming, spool: Spool, judge: Judge | None, scratch: Path) -> Built:
    """Make the next generation in a directory below `scratch`. Raises DepositError, and may raise OSError."""
    last = upcoming.last
    number = 1 if last is None else last.number + 1
    directory = scratch / "generation"
    directory.mkdir()
    base = None if upcoming.afresh else last
    if base is not None:
        base.graph.backup(str(generations.graph_of(directory)))
    derived = _fill(directory, base, upcoming, spool, judge, scratch)
    version_record.write_statistics(directory, derived.statistics)
    version_record.write_set_hash(directory, derived.set_hash)
    live = upcoming.live_count
    manifest = Manifest(
        generation=number,
        version=f"{number:06}",
        base_iri=upcoming.iris.base,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=installed_version("jixiao"),
        counts=_counts(derived.statistics, derived.quads, live),
        checksum=derived.set_hash.checksum,
        previous=None if last is None else last.number,
        derivation=DERIVATION,
        vocabulary=vocabulary.digest(),
    )
    version_record.write(directory, manifest)
    files.sync_directory(generations.graph_of(directory))
    of_sources = sources.rows(upcoming.former, upcoming.changed.values())
    return Built(manifest.version, directory, {**derived.rows, **of_sources})


def _fill(  # noqa: PLR0913, PLR0917 - what a generation is made of
    directory: Path, base: Generation | None, upcoming: Upcoming, spool: Spool, judge: Judge | None, scratch: Path
) -> _Derived:
    """Apply the change to a copy of the generation `base`, or to an empty graph; return the values computed from it.

    The graph is opened for writing only within this function, so that it is unlocked before its directory is renamed.
    """
    iris, after = upcoming.iris, upcoming.decisions
    before = effects.NONE if base is None else base.decisions
    graph = Graph(str(generations.graph_of(directory)))
    editor = Editor(graph, recording=base is not None and upcoming.small and _known(base))
    merge.change(
        editor,
        upcoming.leaving(),
        upcoming.incoming(spool),
        before,
        after,
        upcoming.new_vocabulary or generations.derived_by_other_rules(base),
        None if base is None else lambda title: entries.titled(base.moment, title),
    )
    if base is None or not editor.recording:
        return _anew(directory, editor, upcoming, judge, scratch)
    if judge is not None:
        corpus.renew(editor, judge, iris, upcoming.arrived, upcoming.live, after, base.graph)
    merge.accept(editor, NamedNode(iris.registry_graph), after)
    graph.flush()
    return _updated(directory, base, graph, editor.changes, upcoming, scratch)


def _anew(directory: Path, editor: Editor, upcoming: Upcoming, judge: Judge | None, scratch: Path) -> _Derived:
    """Run the judge over the entire store, and compute everything from the graph again."""
    iris, graph, after = upcoming.iris, editor.graph, upcoming.decisions
    with hashing(graph) as hashed:
        live = list(upcoming.live_sources())
        # The judge changes only the graphs of reports, so hashing the graphs of sources may begin before it runs.
        hashed.begin([NamedNode(iris.source_graph(sha256)) for sha256 in live])
        corpus.renew(editor, judge, iris, (sha256[:SHA16] for sha256 in live), upcoming.live, after)
        merge.accept(editor, NamedNode(iris.registry_graph), after)
        graph.flush()
        return _counted(directory, graph, upcoming, scratch, hashed)


def _known(base: Generation) -> bool:
    """Return whether a generation has all values that an update starts from; those of old versions lack some."""
    same = not generations.derived_by_other_rules(base) and not generations.lacks_index(base)
    return same and base.statistics is not None and base.record.set_hash is not None


def _updated(  # noqa: PLR0913, PLR0917 - what a generation is made of
    directory: Path, base: Generation, graph: Graph, change: Changes, upcoming: Upcoming, scratch: Path
) -> _Derived:
    """Update the values computed from the last graph by the change."""
    changes.write(directory, change)
    iris = upcoming.iris
    with indexing.building(directory, Entries(graph, iris.base), base.indexed, change) as listener:
        if listener is not None:
            counting.tell(graph, listener, scratch)
    statistics, set_hash = base.statistics, base.record.set_hash
    if statistics is None or set_hash is None:
        raise AssertionError
    was = {iris.source(each.sha256) for each in upcoming.former if each.live}
    is_ = {iris.source(each.sha256) for each in upcoming.changed.values() if each.live}
    return _Derived(
        Recount(base.graph, graph, change, iris.base).statistics(statistics),
        base.manifest.counts.quads + len(change.added) - len(change.removed),
        checksum.updated(set_hash, change.names, base.graph, graph),
        entries.changed(base.graph, graph, change, was, is_),
    )


def _counted(directory: Path, graph: Graph, upcoming: Upcoming, scratch: Path, hashed: Hashing) -> _Derived:
    """Compute everything from a graph again, in one pass over its sorted lines."""
    iris = upcoming.iris
    with indexing.building(directory, Entries(graph, iris.base), None, None, large=upcoming.large) as listener:
        found = counting.survey(graph, iris.base, scratch, listener, hashed)
    live = {iris.source(each) for each in upcoming.live_sources()}
    last = None if upcoming.last is None else upcoming.last.moment
    return _Derived(found.statistics, found.quads, found.set_hash, entries.every(graph, live, last))


def _counts(statistics: Statistics, quads: int, live: int) -> Counts:
    """Return the counts for the manifest; `live` is the number of live sources."""

    def number(class_iri: str) -> int:
        found = statistics.classes.get(class_iri)
        return 0 if found is None else found.entities

    return Counts(
        quads=quads,
        sources=live,
        filings=number(terms.Filing),
        projects=number(terms.Project),
        indicators=number(terms.Indicator),
        citations=number(terms.Citation),
        legal_bases=number(terms.LegalBasis),
        departments=number(terms.Department),
    )
