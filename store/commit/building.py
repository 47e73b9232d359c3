"""Build a generation: the graph with the results of rules, and statistics, checksum, lists, index and tables from it.

The graph starts as a hard-linked checkpoint of the last one, or empty. A small change is kept in memory, and all that
is computed from the graph is updated by it. After a large change everything is computed again.

The results of rules over the entire store are kept in the report graphs of the sources that they are about. The results
of rules for one document, `#r1` onwards, are deposited with it. Results over the entire store, `#x1` onwards, are
renewed by each commit, as far as its change can affect them. They are numbered in the order of line, fault and node, so
that equal sources always give equal results.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Protocol

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import identity, terms
from jixiao.store import changes, errors, files, generations, sums
from jixiao.store.commit import merge
from jixiao.store.commit.concerned import concerned
from jixiao.store.commit.upcoming import Spool, Upcoming, triples, vocabulary_digest
from jixiao.store.decisions import effects
from jixiao.store.index import building as indexing, entries
from jixiao.store.records import DERIVATION, SHA16, Counts, Manifest, SourceRecord, Statistics
from jixiao.store.tables import filling
from jixiao.store.tables.table import tables
from jixiao.store.timeline import TITLE, Changes as RowChanges, rows_of_change, rows_of_graph, rows_of_sources
from jixiao.store.versions import counting, nquads, version_record

Content = frozenset[tuple[NamedNode, effects.Term]]
"""Properties and values of a result. Its IRI is left out, since the number in the IRI may change."""

_version_of = cache(version)  # reads metadata as long as a tenth of a small commit takes
_RESULT = NamedNode(terms.SH_result)
_INDEX = "index"  # among the names of tables, of which none is this
_LAST = 10**9  # line number by which a result without a line is sorted last


class Judge(Protocol):
    """Rules over the entire store, whose results are N-Triples by the sha16 of the source that they are about.

    A group is a text, in a format of the judge's own, that names the things compared by a rule, such as a legal basis
    with all its citations.
    """

    def groups(self, graph: Store, things: Set[str]) -> frozenset[str]:
        """Return the groups (see Judge) whose results may depend on any of the `things`, given by IRI."""

    def results(self, graph: Store, groups: Set[str] | None) -> Mapping[str, bytes]:
        """Return N-Triples by sha16: the results of some groups in the default graph, or of all groups for None."""


def renew_results(  # noqa: PLR0913, PLR0917 - a step from one state to the next
    editor: changes.Editor,
    judge: Judge | None,
    iris: identity.Iris,
    arrived: Iterable[str],
    is_live: Callable[[str], bool],
    decisions: effects.Decisions,
    before: Store | None = None,
    things: Set[str] | None = None,
) -> None:
    """Renew the results that a change can affect: of the sources `arrived`, and of any that depend on `things`.

    `before` is the graph before the change; without it, all results are renewed. `things` are IRIs, by default of all
    subjects that the editor recorded as changed. `arrived` has the sha16s of sources with a new report; `is_live` is a
    function from a sha16 to whether its source is live. Raises DepositError if the judge names a source that is not
    live, or does not return N-Triples.
    """
    groups: Set[str] | None = None
    if before is not None and judge is not None:
        things = editor.changes.things() if things is None else things
        groups = judge.groups(before, things) | judge.groups(editor.graph, things)
    after, former = (
        {} if judge is None or graph is None or groups == frozenset() else judge.results(graph, groups)
        for graph in (editor.graph, before)
    )
    if others := ", ".join(sorted(sha16 for sha16 in after if not is_live(sha16))):
        raise errors.DepositError(f"corpus results on what is no live source: {others}")
    for sha16 in sorted({*arrived, *former, *after}):
        if is_live(sha16):
            name = NamedNode(iris.report_graph(sha16))
            kept = set(() if before is None else _results(before, name).values()) - _contents(former.get(sha16, b""))
            _state(editor, name, kept | _contents(after.get(sha16, b"")), decisions)


def _state(editor: changes.Editor, name: NamedNode, contents: Set[Content], decisions: effects.Decisions) -> None:
    """Replace the results over the entire store in the report graph `name` by results with the given `contents`.

    Results of rules for one document stay.
    """
    graph = editor.graph
    wanted = {_node(name, number): content for number, content in enumerate(sorted(contents, key=_order), start=1)}
    # A report with results of rules for one document exists anyway; any other one only if there are results here.
    exists = any(graph.quads_for_pattern(name, _RESULT, NamedNode(f"{name.value}#r1"), name))
    stated = _report(name, _results(graph, name), exists)
    merge.differ(editor, name, stated, _report(name, wanted, exists), decisions)


def _results(graph: Store, name: NamedNode) -> dict[NamedNode, Content]:
    """Return the contents of the results over the entire store in the report graph `name`, by the result's IRI."""
    results: dict[NamedNode, Content] = {}
    node = _node(name, 1)
    while quads := list(graph.quads_for_pattern(node, None, None, name)):
        results[node] = _content(quads)
        node = _node(name, len(results) + 1)
    return results


def _report(name: NamedNode, results: Mapping[NamedNode, Content], exists: bool) -> set[Triple]:
    """Return the triples that state `results` in the report `name`.

    If the report does not exist yet, there are also triples that declare it: its class and its sh:conforms.
    """
    triples = {Triple(node, predicate, value) for node, content in results.items() for predicate, value in content}
    triples |= {Triple(name, _RESULT, node) for node in results}
    if results and not exists:
        triples.add(Triple(name, NamedNode(terms.RDF_type), NamedNode(terms.SH_ValidationReport)))
        triples.add(Triple(name, NamedNode(terms.SH_conforms), Literal(False)))
    return triples


def _content(quads: Iterable[Quad]) -> Content:
    return frozenset((quad.predicate, quad.object) for quad in quads)


def _contents(results: bytes) -> set[Content]:
    """Parse N-Triples of a judge to one content (a set of property and value pairs) per result.

    The results are blank nodes, to be numbered later. Literals get the form that a graph stores: 100 for 100.00.
    """
    graph = Store()
    graph.extend(triples(results, "corpus results", blank_subjects=True))
    return {
        _content(graph.quads_for_pattern(subject, None, None, None)) for subject in {quad.subject for quad in graph}
    }


def _order(result: Content) -> tuple[list[int], list[str], list[str], list[str]]:
    """Return the sort key of a result: lines in the source, faults, nodes, then all other values.

    A result without a line comes last.
    """
    lines = sorted(int(value) for value in _values(result, terms.sourceLine))
    faults, nodes = _values(result, terms.SH_sourceShape), _values(result, terms.SH_focusNode)
    return lines or [_LAST], faults, nodes, sorted(f"{predicate} {value}" for predicate, value in result)


def _values(result: Content, property_iri: str) -> list[str]:
    return sorted(
        value.value
        for predicate, value in result
        if predicate.value == property_iri and isinstance(value, NamedNode | Literal)
    )


def _node(name: NamedNode, number: int) -> NamedNode:
    """Return the IRI of a result over the entire store: the IRI of the report `name`, `#x` and the number."""
    return NamedNode(f"{name.value}#x{number}")


class Derived(NamedTuple):
    """Values computed from a graph: statistics, number of quads, set hash, and changes to the timeline's rows."""

    statistics: Statistics
    quads: int
    set_hash: nquads.SetHash
    rows: RowChanges


def build(
    upcoming: Upcoming, spool: Spool, judge: Judge | None, scratch: Path, of_log: RowChanges
) -> tuple[Path, RowChanges]:
    """Make the next generation below `scratch`; return its directory and its changes to the rows of the timeline.

    `upcoming` says which sources change, `spool` has the triples of those that arrive, and `of_log` are the changes for
    the log. Raises DepositError and StoreUnusableError, and may raise OSError.
    """
    last, iris = upcoming.last, upcoming.iris
    directory = scratch / "generation"
    directory.mkdir()
    start = None if upcoming.afresh else last
    if start is not None:
        start.graph.backup(str(generations.graph_of(directory)))
    derived = _fill(directory, start, upcoming, spool, judge)
    version_record.write(directory / version_record.STATISTICS, derived.statistics)
    files.write(directory / version_record.SET_HASH, derived.set_hash.state)
    entities = Counter({iri: use.entities for iri, use in derived.statistics.classes.items()})
    manifest = Manifest(
        generation=upcoming.number,
        version=upcoming.version,
        base_iri=iris.base,
        created=_after(last).isoformat(timespec="seconds"),
        software=_version_of("jixiao"),
        counts=Counts(
            quads=derived.quads,
            sources=upcoming.live_count,
            filings=entities[terms.Filing],
            projects=entities[terms.Project],
            indicators=entities[terms.Indicator],
            citations=entities[terms.Citation],
            legal_bases=entities[terms.LegalBasis],
            departments=entities[terms.Department],
            evaluations=entities[terms.Evaluation],
        ),
        checksum=derived.set_hash.checksum,
        previous=None if last is None else last.number,
        derivation=DERIVATION,
        vocabulary=vocabulary_digest(),
    )
    version_record.write(directory / version_record.MANIFEST, manifest)
    changed = {**derived.rows, **rows_of_sources(upcoming.outdated, upcoming.changed.values()), **of_log}
    earlier = None
    if last is not None and not sums.listed(last.path / version_record.COPY):
        earlier = last.timeline.lasting(last.number)
    version_record.write_copy(directory, manifest, changed, earlier)
    sums.record(directory, None if last is None else last.path)
    files.sync_path(generations.graph_of(directory))
    return directory, changed


def _after(last: generations.Generation | None) -> datetime:
    """Return the time of the next generation: at least a second after the last one, even if the clock was put back."""
    now = datetime.now(UTC)
    return now if last is None else max(now, datetime.fromisoformat(last.manifest.created) + timedelta(seconds=1))


def _fill(
    directory: Path, start: generations.Generation | None, upcoming: Upcoming, spool: Spool, judge: Judge | None
) -> Derived:
    """Make the graph of the next generation in `directory`, and return the values computed from it.

    The change is applied to the graph in `directory`, where `build` has put a copy of that of the generation `start`,
    or to an empty graph if `start` is None. For a small change, the file changes.gz is written as well. The graph is
    opened for writing only within this function, so that it is unlocked before its directory is renamed.
    """
    iris, decisions = upcoming.iris, upcoming.decisions
    other_rules = generations.derived_by_other_rules(start)
    small = start if upcoming.small and not other_rules else None  # the generation whose values are updated
    if small is not None and None in (small.index, small.statistics, small.set_hash):
        small = None
    editor = changes.Editor(Store(str(generations.graph_of(directory))), recording=small is not None)
    graph = editor.graph
    merge.change(
        editor,
        upcoming.leaving(),
        upcoming.incoming(spool),
        effects.NONE if start is None else start.decisions,
        decisions,
        upcoming.new_vocabulary or other_rules,
        None if start is None else lambda title: start.moment.under(TITLE, title),
        upcoming.live.alternates,
    )
    live = [] if small else list(upcoming.live_sources())
    with nquads.hashing(graph) as hash_graphs:
        # The judge changes only the graphs of reports, so hashing the graphs of sources may begin before it runs.
        if live:
            hash_graphs([NamedNode(iris.source_graph(sha256)) for sha256 in live])
        reported = upcoming.arrived if small else {sha256[:SHA16] for sha256 in live}
        if judge is not None or small is None:
            before = None if small is None else small.graph
            renew_results(editor, judge, iris, reported, upcoming.is_live, decisions, before)
        merge.accept(editor, NamedNode(iris.registry_graph), decisions)
        graph.flush()
        step = None
        if small is not None:
            step = Step(editor.changes, _live(iris, upcoming.outdated), _live(iris, upcoming.changed.values()))
            changes.write(directory, step.changes)
        return derive(directory, graph, hash_graphs, iris, live, upcoming.last, upcoming.most_projects, step)


def _live(iris: identity.Iris, records: Iterable[SourceRecord]) -> set[str]:
    return {iris.source(record.sha256) for record in records if record.live}


class Step(NamedTuple):
    """A small change of a graph, and the IRIs of the changed sources that are live before the change, and after it."""

    changes: changes.Changes
    were_live: Set[str]
    are_live: Set[str]


def derive(  # noqa: PLR0913, PLR0917 - all that the values depend on
    directory: Path,
    graph: Store,
    hash_graphs: nquads.HashGraphs,
    iris: identity.Iris,
    live: Iterable[str],
    last: generations.Generation | None,
    projects: int,
    step: Step | None = None,
) -> Derived:
    """Compute statistics, set hash and timeline rows from a graph, and write its index and tables below `directory`.

    With a `step`, which is a small change of the graph of `last`, the values of `last` are updated. Without one, all
    lines of the graph are read once; `live` are the SHA-256s of its live sources. May raise OSError.
    """
    entries_of, scratch = entries.Entries(graph, iris.base), directory.parent
    if step is None:
        set_hash = hash_graphs(nquads.graph_names(graph))
        with indexing.building(directory, entries_of, large=projects > indexing.LARGE) as listener:
            statistics = counting.survey(graph, iris.base, scratch, listener)
            _fill_tables(directory, graph, last, None)
        changed = rows_of_graph(graph, {iris.source(sha256) for sha256 in live}, None if last is None else last.moment)
        return Derived(statistics, len(graph), set_hash.result(), changed)
    if last is None or last.index is None or last.statistics is None or last.set_hash is None:
        raise AssertionError("a step from a generation without values to update")
    change = step.changes
    units = concerned(graph, change, readers())
    searched = [unit for unit, names in units.items() if _INDEX in names]
    tabled = {unit: names - {_INDEX} for unit, names in units.items() if names != {_INDEX}}
    with indexing.building(directory, entries_of, (last.index, searched)) as listener:
        of_last = counting.Since(last.graph, last.statistics, change)
        statistics = counting.survey(graph, iris.base, scratch, listener, of_last)
        _fill_tables(directory, graph, last, tabled)
    return Derived(
        statistics,
        last.manifest.counts.quads + len(change.added) - len(change.removed),
        nquads.updated_hash(last.set_hash, change.names, last.graph, graph),
        rows_of_change(last.graph, graph, change, step.were_live, step.are_live),
    )


def readers() -> Mapping[str, frozenset[str]]:
    """Return the names of the readers of each property, by its IRI: tables, and the index."""
    reading: defaultdict[str, set[str]] = defaultdict(set)
    for name, properties in [(_INDEX, entries.properties_read()), *((t.name, t.properties) for t in tables().values())]:
        for iri in properties:
            reading[iri].add(name)
    return {iri: frozenset(names) for iri, names in reading.items()}


def _fill_tables(
    directory: Path, graph: Store, last: generations.Generation | None, units: Mapping[str, Set[str]] | None
) -> None:
    """Write the tables of a graph beside its index.

    Of few `units`, given by IRI with the names of their tables, the rows are made anew in a copy of the tables of the
    generation `last`. May raise OSError.
    """
    path, every = directory / indexing.DIRECTORY / filling.FILE, [*tables().values()]
    former = None if last is None or units is None else last.tables
    if last and units is not None and former and len(units) <= indexing.MUCH * last.manifest.counts.projects:
        filling.keep_up(path, former.path, every, graph, units)
        return
    filling.check()
    filling.fill_from_graph(path, every, graph)
