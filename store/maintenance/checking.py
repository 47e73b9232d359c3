"""Check a store: compute everything from its named graphs again, compare it with the store, and check its files.

If only a sample of the sources is checked, their things are updated as by a commit, in a hard-linked copy of the graph,
which must not change by it. The time then depends on the size of the sample.
"""

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import errors, generations, rebuilding, sums
from jixiao.store.changes import Editor
from jixiao.store.commit import building, derive, merge
from jixiao.store.commit.replacement import Live
from jixiao.store.files import Layout
from jixiao.store.index import building as indexing, entries
from jixiao.store.index.full_text import RANK_BIT
from jixiao.store.index.readers import Reader
from jixiao.store.records import SourceRecord, Statistics
from jixiao.store.store import Store
from jixiao.store.tables import filling, reading
from jixiao.store.tables.table import tables
from jixiao.store.timeline import NEW, TITLE, Moment, Sources, Timeline, member, rows_about
from jixiao.store.versions import nquads, version_record

_BOOKKEEPING = frozenset({terms.PROV_wasDerivedFrom, terms.PROV_wasRevisionOf, terms.DCTERMS_source, terms.linkedFrom})
_SHOWN = 5  # examples in a message
_ROLES = "SELECT DISTINCT 'role', r.body FROM role r JOIN unit u ON u.id = r.unit WHERE u.name = ? ORDER BY r.body"
_TOLD = {"tally": "tallies"}
"""Names of tables in messages, where they differ."""


@dataclass(frozen=True)
class Problem:
    """A fault found in a store, and its remedy."""

    sentence: Bilingual
    remedy: Bilingual

    def __str__(self) -> str:
        """Return the fault and the remedy, in Chinese and in English."""
        sentence, remedy = self.sentence, self.remedy
        return f"{sentence.zh}；{remedy.zh} · {sentence.en}; {remedy.en}"


_APPLY = (
    "若是手工改的，运行 jixiao registry apply；否则从备份恢复该文件",
    "if it was edited by hand, run jixiao registry apply; if not, restore the file from a backup",
)
SCRATCH = "jixiao-check-"
"""The prefix of the name of the temporary folder in which a store is checked."""


def check_store(
    store: Store, judge: building.Judge | None, tell: Callable[[Bilingual], None], sample: int | None = None
) -> Iterator[Problem]:
    """Yield the problems of a store's current generation; `tell` is called with the name of each step.

    A full check takes about as much time as the first load of the store, and as much disk space in the system's
    temporary directory. With `sample`, only this number of live sources, drawn at random, and their things are checked.
    Raises StoreUnusableError, and OSError if the disk space is too small.
    """
    generation = store.current()
    if generation is None:
        return
    records: Collection[SourceRecord] = generation.sources.values()
    if sample is not None:
        live = generation.live_sources
        records = Random().sample(live, min(sample, len(live)))  # noqa: S311 - another sample each time, no secret
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as folder:
        scratch = Path(folder)
        tell(Bilingual(zh="文件", en="files"))
        yield from check_files(store, None if sample is None else records)
        tell(Bilingual(zh="合并图", en="merged graph"))
        if sample is not None:
            yield from _sampled(generation, judge, records, scratch)
            return
        yield from _merged(generation, judge, scratch)
        tell(Bilingual(zh="校验和、统计、名单、索引", en="checksum, statistics, lists, index"))
        yield from _derived(generation, scratch)
        tell(Bilingual(zh="悬空的引用", en="dangling references"))
        yield from _dangling(generation, generation.graph.quads_for_pattern(None, None, None, DefaultGraph()))


def check_files(store: Store, records: Collection[SourceRecord] | None = None) -> Iterator[Problem]:
    """Yield a problem for each file that differs from its checksum, without reading a graph.

    The files are those of the sources `records`, by default all, the timeline, and all that is listed in a SHA256SUMS.
    Raises StoreUnusableError, and OSError for a file that is removed meanwhile or cannot be read.
    """
    layout = Layout(store.path)
    newest, timeline = int(generations.current_version(layout) or 0), Timeline(layout.timeline)
    if newest and not timeline.own(anew=True):
        yield _damaged(layout.timeline, errors.REBUILD)
    elif newest:
        for record in Sources(Moment(timeline, newest)).values() if records is None else records:
            yield from _of_source(layout, record)
    # The timeline was compared, and a writer may just have changed it; people change the publisher's file.
    # `current` and refusals are compared by what reads them.
    known = {layout.timeline, layout.root / NEW, layout.publisher, layout.current}
    parts = {layout.header.name} if newest else ()
    for path in set(sums.differing(layout.root, parts)) - known:
        if path.parent != layout.refused:
            of_lists = errors.REBUILD if path.name == sums.NAME else errors.BACKUP
            yield _damaged(path, _APPLY if path == layout.registry and path.is_file() else of_lists)
    released: Collection[str] = ()
    with suppress(errors.StoreError):  # a damaged list is a problem of its own
        released = version_record.read_releases(layout.releases, listed=True)
    for version in dict.fromkeys((*generations.known(layout, newest), *released)):
        directory = layout.generation(version)
        current = int(version) == newest
        for path in version_record.differing(directory, current=current, released=version in released):
            is_dump = path.name in {*nquads.NAMES, version_record.DUMPS}
            of_version = errors.REBUILD if current or rebuilding.replaceable(path) else errors.BACKUP
            yield _damaged(path, version_record.remedy(path) if is_dump else of_version)
    for path, read in (
        (layout.publisher, store.check_publisher),
        (layout.releases, store.releases),
        (layout.refused, lambda: [store.refused_scan(each.sha256) for each in store.refusals()]),
    ):
        try:
            read()
        except errors.StoreError as error:
            yield _damaged(path, errors.BACKUP, f"{error} ")


def _of_source(layout: Layout, record: SourceRecord) -> Iterator[Problem]:
    """Yield a problem for each file of a source that is missing or damaged."""
    original = layout.source(record.sha256)
    if not sums.intact(original, record.sha256, anew=True):
        yield _damaged(original, errors.BACKUP, f"{record.file_name}: ")
    paths = {
        "rendition": layout.rendition(record.sha256, record.revision),
        "ledger": layout.ledger(record.sha256, record.revision),
        "recognition": layout.recognition(record.sha256),
    }
    for part, sha256 in record.sums.items() if record.live else ():
        if not sums.intact(paths[part], sha256, anew=True):
            yield _damaged(paths[part], (again := f"jixiao reread --store {layout.root} {record.sha16}", again))


def _damaged(path: Path, remedy: tuple[str, str], of: str = "") -> Problem:
    """Return the problem of a missing or damaged file; `of` is a text in front of the message.

    If the system forbids to read the file, the remedy is to permit it instead of the given one.
    """
    return Problem(
        Bilingual(
            zh=f"{of}文件缺失、已损坏或不能读：{path}",
            en=f"{of}the file is missing, damaged or not readable: {path}",
        ),
        Bilingual(*errors.remedy(path, *remedy)),
    )


def _merged(generation: generations.Generation, judge: building.Judge | None, scratch: Path) -> Iterator[Problem]:
    """Merge the named graphs again, run the judge over them, and compare the outcome with the generation's graph."""
    graph, fresh = generation.graph, Graph(str(scratch / "graph"))
    editor = Editor(fresh)
    content = (
        (name, (quad.triple for quad in graph.quads_for_pattern(None, None, None, name)))
        for name in nquads.graph_names(graph)
    )
    merge.change(editor, [], content, after=generation.decisions, alternates=Live(generation.sources).alternates)
    if judge is not None:
        live = {record.sha16 for record in generation.live_sources}
        building.renew_results(editor, judge, generation.iris, live, live.__contains__, generation.decisions)
    merge.accept(editor, NamedNode(generation.iris.registry_graph), generation.decisions)
    fresh.flush()
    lacking = list(islice((quad for quad in fresh if quad not in graph), _SHOWN + 1))
    if lacking or len(graph) > len(fresh):
        yield from _differing(islice((quad for quad in graph if quad not in fresh), _SHOWN + 1), lacking)


def _differing(extra: Iterable[Quad], lacking: Iterable[Quad]) -> Iterator[Problem]:
    """Yield a problem that names quads which the graph should not have (`extra`), and one for quads that it lacks."""
    for zh, en, quads in (("多出", "should not have", list(extra)), ("缺少", "lacks", list(lacking))):
        if quads:
            yield _problem(f"按各来源，图中{zh} {_some(quads)}", f"By its sources, the graph {en} {_some(quads)}")


def _sampled(
    generation: generations.Generation, judge: building.Judge | None, records: Collection[SourceRecord], scratch: Path
) -> Iterator[Problem]:
    """Update all things of the given sources in a copy of the graph; yield a problem for quads that this changes.

    Dangling references, lists and the index are checked for the same things.
    """
    iris, decisions = generation.iris, generation.decisions
    generation.graph.backup(str(scratch / "graph"))
    graph = Graph(str(scratch / "graph"))
    editor = Editor(graph, recording=True)
    names = [
        NamedNode(place(record.sha256))
        for record in records
        for place in (iris.source_graph, iris.report_graph, iris.origin_graph)
    ]
    stated = {name: list(graph.quads_for_pattern(None, None, None, name)) for name in names}
    nodes = {image.subject for quads in stated.values() for image in decisions.images(quads)}
    nodes |= {
        decisions.kept(NamedNode(iri)) for record in records for iri in (*record.forms, *record.filings)
    }  # from the records as well, since the graphs of the sources may have lost triples
    about = [quad for node in nodes for quad in graph.quads_for_pattern(node, None, None, DefaultGraph())]
    merge.change(
        editor,
        [],
        ((name, (quad.triple for quad in quads)) for name, quads in stated.items()),
        decisions,
        decisions,
        titled=lambda title: generation.moment.under(TITLE, title),
        alternates=Live(generation.sources).alternates,
    )
    if judge is not None:
        numbers = {record.sha16 for record in records}
        things = {node.value for node in nodes if isinstance(node, NamedNode)}
        live = {record.sha16 for record in generation.live_sources}
        building.renew_results(editor, judge, iris, numbers, live.__contains__, decisions, generation.graph, things)
    changes = editor.changes
    not_derived = (
        quad
        for quad in about
        if quad.predicate not in derive.DERIVED and (quad.subject, quad.predicate) not in decisions.corrected
    )
    general = set(derive.general(about))
    unfounded = [quad for quad in not_derived if quad not in general and not decisions.stated(graph, quad)]
    yield from _differing({*changes.removed, *unfounded}, changes.added)
    yield from _dangling(generation, about)
    yield from _missing_rows(generation, nodes, {iris.source(record.sha256) for record in records})


def _missing_rows(generation: generations.Generation, nodes: Iterable[object], live: Set[str]) -> Iterator[Problem]:
    """Yield problems if the lists lack some of the `nodes`, or if the index differs from the graph about a project.

    `live` are the IRIs of live sources among them.
    """
    graph, moment, index = generation.graph, generation.moment, generation.index
    wanted = rows_about(graph, nodes, live)
    yield from _other_lists({key for kind, key in wanted if moment.get(kind, key) is None})
    if index is None:
        return  # the next commit makes an index
    units = entries.Entries(graph, generation.iris.base)
    with index.tables() as reader:
        for iri in (key for kind, key in wanted if kind == member(terms.Project)):
            name = units.name_of(iri) or ""
            unit = units.unit(name)
            said = [link for link in unit.links if link[0] == "role"] if unit else []
            if reader.all(_ROLES, name) != said:
                yield _problem(f"索引与图不符：{iri}", f"The index is not of the graph: {iri}")


def _derived(generation: generations.Generation, scratch: Path) -> Iterator[Problem]:
    """Compute all values from the graph again, as a large commit does, and yield a problem for each that differs."""
    manifest, directory = generation.manifest, scratch / "generation"
    directory.mkdir()
    live, projects = [record.sha256 for record in generation.live_sources], manifest.counts.projects
    with nquads.hashing(generation.graph) as hash_graphs:
        now = building.derive(directory, generation.graph, hash_graphs, generation.iris, live, generation, projects)
    if (generation.path / version_record.SET_HASH).exists() and now.set_hash.checksum != manifest.checksum:
        yield _problem(
            f"校验和应为 {now.set_hash.checksum}，清单所记为 {manifest.checksum}",
            f"The checksum is {now.set_hash.checksum}, and the manifest says {manifest.checksum}",
        )
    if now.quads != manifest.counts.quads:
        yield _problem(
            f"四元组有 {now.quads:,} 个，清单所记为 {manifest.counts.quads:,}",
            f"There are {now.quads:,} quads, and the manifest says {manifest.counts.quads:,}",
        )
    if generation.statistics is not None and _bare(generation.statistics) != _bare(now.statistics):
        yield _problem("统计数字与图不符", "The statistics are not those of the graph")
    yield from _other_lists(now.rows)
    yield from _index(generation, directory)
    yield from _tables(generation, directory)


def _bare(statistics: Statistics) -> Statistics:
    """Return statistics with all examples emptied, for a comparison: any subject of a class is a right example."""
    classes = {iri: replace(use, example="") for iri, use in statistics.classes.items()}
    properties = {iri: replace(use, example="") for iri, use in statistics.properties.items()}
    return replace(statistics, classes=classes, properties=properties)


def _index(generation: generations.Generation, scratch: Path) -> Iterator[Problem]:
    """Yield a problem for each table of the index that differs from an index made again, below `scratch`."""
    if not indexing.made(generation.path):
        return  # the next commit makes an index
    readers = [Reader(path / indexing.DIRECTORY / indexing.FILE, inf) for path in (generation.path, scratch)]
    try:
        there: dict[str, list[str]] = by_key(readers[1].all(indexing.COLUMNS))
        for table, columns in there.items():
            if table.startswith("line"):
                continue  # the full text, which keeps none of its texts
            statement = f"SELECT {', '.join(_meaning(table, each) for each in columns)} FROM {table} t"  # noqa: S608 - names of our own tables
            ours, theirs = (_digest(reader.each(statement)) for reader in readers)
            if ours != theirs:
                name = _TOLD.get(table, table)
                yield _problem(f"索引的 {name} 与图不符", f"The index is not of the graph in what it has of {name}")
    finally:
        for reader in readers:
            reader.close()


def _tables(generation: generations.Generation, scratch: Path) -> Iterator[Problem]:
    """Yield a problem for each table that differs from one filled again, below `scratch`."""
    name, every = Path(indexing.DIRECTORY) / filling.FILE, [*tables().values()]
    files = [reading.opened(path / name, every) for path in (generation.path, scratch)]
    for table in every if None not in files else ():  # otherwise the next commit makes the tables
        ours, theirs = (_digest(reading.content(each, table)) for each in files if each is not None)
        if ours != theirs:
            yield _problem(f"表 {table.name} 与图不符", f"The table {table.name} is not of the graph")


def _meaning(table: str, column: str) -> str:
    """Return a SQL expression for a column by which tables compare equal whatever commits led to them.

    References by number are replaced by texts, and numbers given by chance are left out.
    """
    if column == "id":  # a row's number has a kind and a rank above its digest; a unit's is by chance
        return f"id >> {RANK_BIT}" if table == "entry" else "NULL"
    return "(SELECT name FROM unit WHERE id = t.unit)" if column == "unit" else column


def _digest(rows: Iterable[tuple[Any, ...]]) -> int:
    """Return the sum of the rows' hashes, which does not depend on their order."""
    return sum(int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest()) for row in rows)


def _dangling(generation: generations.Generation, quads: Iterable[Quad]) -> Iterator[Problem]:
    """Yield a problem for IRIs below the store's base to which quads refer although no graph describes them.

    Quads of decisions are passed over, since the source of the thing that one names may have been withdrawn.
    """
    below, registry = f"{generation.iris.base}id/", NamedNode(generation.iris.registry_graph)
    known: set[str] = set()
    dangling: set[str] = set()
    for quad in quads:
        node = quad.object
        if not isinstance(node, NamedNode) or node.value in known or not node.value.startswith(below):
            continue
        if any(generation.graph.quads_for_pattern(node, None, None, None)):
            known.add(node.value)
        elif (
            quad.predicate.value not in _BOOKKEEPING
            and Quad(quad.subject, quad.predicate, node, registry) not in generation.graph
        ):
            dangling.add(node.value)
    if dangling:
        yield _problem(
            f"有引用指向没有的事物，如 {_some(dangling)}", f"There are references to nothing, as {_some(dangling)}"
        )


def _other_lists(examples: Collection[object]) -> Iterator[Problem]:
    """Yield a problem if `examples`, rows in which the lists differ from the graph, is not empty."""
    if examples:
        yield _problem(
            f"名单与图不符，如 {_some(examples)}", f"The lists are not those of the graph, as {_some(examples)}"
        )


def _some(examples: Collection[object]) -> str:
    """Return the first examples in sorted order, for a message."""
    return "、".join(sorted(map(str, examples))[:_SHOWN]) + (" …" if len(examples) > _SHOWN else "")


def _problem(zh: str, en: str) -> Problem:
    return Problem(
        Bilingual(zh=zh, en=en),
        Bilingual(
            zh="由原始文件重做其余的一切：jixiao rebuild",
            en="make all else anew from the original files: jixiao rebuild",
        ),
    )
