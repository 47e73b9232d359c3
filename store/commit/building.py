"""Build a generation: the graph, and the statistics, checksum, lists and index that are computed from it.

The graph starts as a hard-linked checkpoint of the last one, or empty. A small change is kept in memory, and all that
is computed from the graph is updated by it. After a large change everything is computed again.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from jixiao.ontology import identity, terms
from jixiao.store import changes, files, generations, sums
from jixiao.store.commit import corpus, merge
from jixiao.store.commit.spool import Spool
from jixiao.store.commit.upcoming import Upcoming, vocabulary_digest
from jixiao.store.decisions import effects
from jixiao.store.index import building as indexing, entries
from jixiao.store.records import DERIVATION, SHA16, Counts, Manifest, Statistics
from jixiao.store.timeline import rows
from jixiao.store.timeline.timeline import Changes as RowChanges
from jixiao.store.versions import counting, nquads, version_record


class Derived(NamedTuple):
    """Values computed from a graph: statistics, number of quads, set hash, and changes to the timeline's rows."""

    statistics: Statistics
    quads: int
    set_hash: nquads.SetHash
    rows: RowChanges


def build(upcoming: Upcoming, spool: Spool, judge: corpus.Judge | None, scratch: Path) -> tuple[Path, RowChanges]:
    """Make the next generation below `scratch`; return its directory and its changes to the rows of the timeline.

    `upcoming` says which sources change, and `spool` has the triples of those that arrive. Raises DepositError, and may
    raise OSError.
    """
    last, iris = upcoming.last, upcoming.iris
    directory = scratch / "generation"
    directory.mkdir()
    base = None if upcoming.afresh else last
    if base is not None:
        base.graph.backup(str(generations.graph_of(directory)))
    derived = _fill(directory, base, upcoming, spool, judge)
    version_record.write(directory / version_record.STATISTICS, derived.statistics)
    files.write(directory / version_record.SET_HASH, derived.set_hash.state)
    entities = Counter({iri: use.entities for iri, use in derived.statistics.classes.items()})
    manifest = Manifest(
        generation=upcoming.number,
        version=upcoming.version,
        base_iri=iris.base,
        created=_after(last).isoformat(timespec="seconds"),
        software=installed_version("jixiao"),
        counts=Counts(
            quads=derived.quads,
            sources=upcoming.live_count,
            filings=entities[terms.Filing],
            projects=entities[terms.Project],
            indicators=entities[terms.Indicator],
            citations=entities[terms.Citation],
            legal_bases=entities[terms.LegalBasis],
            departments=entities[terms.Department],
        ),
        checksum=derived.set_hash.checksum,
        previous=None if last is None else last.number,
        derivation=DERIVATION,
        vocabulary=vocabulary_digest(),
    )
    version_record.write(directory / version_record.MANIFEST, manifest)  # the last file of a generation
    sums.record(directory, None if last is None else last.path)
    files.sync_directory(generations.graph_of(directory))
    return directory, {**derived.rows, **rows.of_sources(upcoming.former, upcoming.changed.values())}


def _after(last: generations.Generation | None) -> datetime:
    """Return the time of the next generation: at least a second after the last one, even if the clock was put back."""
    now = datetime.now(UTC)
    return now if last is None else max(now, datetime.fromisoformat(last.manifest.created) + timedelta(seconds=1))


def _fill(
    directory: Path, base: generations.Generation | None, upcoming: Upcoming, spool: Spool, judge: corpus.Judge | None
) -> Derived:
    """Make the graph of the next generation in `directory`, and return the values computed from it.

    The change is applied to a copy of the generation `base`, or to an empty graph if that is None. The graph is opened
    for writing only within this function, so that it is unlocked before its directory is renamed.
    """
    before = effects.NONE if base is None else base.decisions
    editor = changes.Editor(
        Store(str(generations.graph_of(directory))),
        recording=base is not None
        and upcoming.small
        and not generations.derived_by_other_rules(base)
        and None not in (base.index, base.statistics, base.set_hash),
    )
    merge.change(
        editor,
        upcoming.leaving(),
        upcoming.incoming(spool),
        before,
        upcoming.decisions,
        upcoming.new_vocabulary or generations.derived_by_other_rules(base),
        None if base is None else lambda title: base.moment.under(rows.TITLE, title),
    )
    if base is None or not editor.recording:
        return _anew(directory, editor, upcoming, judge)
    return _updated(directory, base, editor, upcoming, judge)


def _anew(directory: Path, editor: changes.Editor, upcoming: Upcoming, judge: corpus.Judge | None) -> Derived:
    """Run the judge over the entire store, and compute all values from the whole graph, after a large change."""
    iris, graph = upcoming.iris, editor.graph
    live = list(upcoming.live_sources())
    with nquads.hashing(graph) as hash_graphs:
        # The judge changes only the graphs of reports, so hashing the graphs of sources may begin before it runs.
        hash_graphs([NamedNode(iris.source_graph(sha256)) for sha256 in live])
        corpus.renew(editor, judge, iris, (sha256[:SHA16] for sha256 in live), upcoming.is_live, upcoming.decisions)
        merge.accept(editor, NamedNode(iris.registry_graph), upcoming.decisions)
        graph.flush()
        return derive(directory, graph, hash_graphs, iris, live, upcoming.last, large=upcoming.large)


def derive(  # noqa: PLR0913, PLR0917 - all that the values depend on
    directory: Path,
    graph: Store,
    hash_graphs: nquads.HashGraphs,
    iris: identity.Iris,
    live: Iterable[str],
    last: generations.Generation | None,
    *,
    large: bool,
) -> Derived:
    """Compute everything from a graph, in one pass over its lines, and write its index below `directory`.

    `live` are the SHA-256s of the live sources; the changes of rows are against the generation `last`. May raise
    OSError.
    """
    set_hash = hash_graphs(nquads.graph_names(graph))
    with indexing.building(directory, entries.Entries(graph, iris.base), large=large) as listener:
        statistics = counting.survey(graph, iris.base, directory.parent, listener)
    changed = rows.every(graph, {iris.source(sha256) for sha256 in live}, None if last is None else last.moment)
    return Derived(statistics, len(graph), set_hash.result(), changed)


def _updated(
    directory: Path,
    base: generations.Generation,
    editor: changes.Editor,
    upcoming: Upcoming,
    judge: corpus.Judge | None,
) -> Derived:
    """Run the judge only over what a small change can affect, and update the values of the last generation.

    `base` is the last generation; the change is that recorded by the `editor`.
    """
    iris, graph = upcoming.iris, editor.graph
    if base.index is None or base.statistics is None or base.set_hash is None:
        raise AssertionError
    if judge is not None:
        corpus.renew(editor, judge, iris, upcoming.arrived, upcoming.is_live, upcoming.decisions, base.graph)
    merge.accept(editor, NamedNode(iris.registry_graph), upcoming.decisions)
    graph.flush()
    change = editor.changes
    changes.write(directory, change)
    with indexing.building(directory, entries.Entries(graph, iris.base), (base.index, change)) as listener:
        if listener is not None:
            for block in nquads.blocks(nquads.ordered(graph, directory.parent, default=True)):
                listener(block)
    was = {iris.source(each.sha256) for each in upcoming.former if each.live}
    is_ = {iris.source(each.sha256) for each in upcoming.changed.values() if each.live}
    return Derived(
        counting.Recount(base.graph, graph, change, iris.base).statistics(base.statistics),
        base.manifest.counts.quads + len(change.added) - len(change.removed),
        nquads.updated_hash(base.set_hash, change.names, base.graph, graph),
        rows.changed(base.graph, graph, change, was, is_),
    )
