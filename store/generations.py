"""Open and clear generations: whole, immutable states of the graph (docs/design.md, "Generations").

The next generation is built in a scratch directory from a hard-linked checkpoint of the last one, renamed into place,
then named by `current`. Until that last step, readers and the next writer see only the last generation.
"""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from jixiao.store import sums
from jixiao.store.decisions import effects
from jixiao.store.description import publisher
from jixiao.store.errors import StoreDamagedError, damaged, remedy
from jixiao.store.files import Layout
from jixiao.store.records import DERIVATION
from jixiao.store.timeline import Timeline, member
from jixiao.store.versions import dumping, version_record

if TYPE_CHECKING:
    from jixiao.store.index.index import Index
    from jixiao.store.tables.reading import TableFile

KEPT = 3  # newest generations whose graphs are kept, for readers that still use an earlier one


@dataclass(frozen=True, eq=False)
class Generation(version_record.VersionRecord):
    """An open generation: the record of a version with its `graph`, which is read-only."""

    graph: Store
    _counted: dict[str, int] = field(default_factory=dict, repr=False)

    def members(self, class_iri: str, start: int, count: int) -> list[str]:
        """Return the IRIs of `count` members of a listed class, from position `start`, in code point order.

        Raises StoreUnusableError.
        """
        return self.moment.keys(member(class_iri), start, count)

    def member_count(self, class_iri: str) -> int:
        """Count the members of one of the listed classes. Raises StoreUnusableError."""
        if class_iri not in self._counted:
            self._counted[class_iri] = self.moment.count(member(class_iri))
        return self._counted[class_iri]

    @cached_property
    def index(self) -> "Index | None":
        """The index for search and names; None if the generation has none, or one of another format.

        A generation has none if it was made before there were indexes, or if it is old and the index was cleared away.
        Raises StoreUnusableError for a damaged index.
        """
        from jixiao.store.index import building as indexing  # noqa: PLC0415 - queries of the graph need no index
        from jixiao.store.index.entries import Entries  # noqa: PLC0415

        # Opened first, so that no writer removes the index while its checksums are compared.
        index = indexing.opened(self.path, Entries(self.graph, self.manifest.base_iri))
        self._check(f"{indexing.DIRECTORY}/{indexing.FILE}", f"{indexing.DIRECTORY}/{indexing.LIST}")
        return index

    @cached_property
    def tables(self) -> "TableFile | None":
        """The tables; None if the generation has none, or some of other definitions.

        A generation has none under the same conditions as for the index. Raises StoreUnusableError for a damaged file.
        """
        from jixiao.store.tables import filling, reading  # noqa: PLC0415 - as above
        from jixiao.store.tables.table import tables  # noqa: PLC0415

        name = f"{version_record.INDEX}/{filling.FILE}"
        file = reading.opened(self.path / name, tables().values())
        self._check(name)
        return file

    @cached_property
    def decisions(self) -> effects.Decisions:
        """The steward's decisions that were applied to the generation."""
        return effects.read(self.graph, NamedNode(self.iris.registry_graph))

    @cached_property
    def _heads(self) -> dict[Path, str]:
        """Return the checksums, by path, of the two small files by which RocksDB finds all other files of the graph."""
        return self._listed(f"{version_record.GRAPH}/CURRENT", f"{version_record.GRAPH}/MANIFEST-")

    def _listed(self, *beginnings: str) -> dict[Path, str]:
        """Return the checksums, by path, of the listed files whose names start with one of `beginnings`."""
        listed = sums.read(self.path)
        return {self.path / name: sha256 for name, sha256 in listed.items() if name.startswith(beginnings)}

    def _check(self, *names: str) -> None:
        """Raise StoreUnusableError if a file whose listed name starts with one of `names` is missing or has changed."""
        for path, sha256 in self._listed(*names).items():
            if not sums.intact(path, sha256):
                raise damaged(path)

    def check_graph(self) -> None:
        """Raise StoreUnusableError if a file by which RocksDB finds the graph's others has changed.

        A graph that was removed passes.
        """
        for path, sha256 in self._heads.items():
            if not sums.intact(path, sha256) and path.exists():  # a graph that was cleared away is no damage
                raise damaged(path)

    @property
    def graph_directory(self) -> str:
        """Return the graph's directory, for other processes to open. Raises StoreUnusableError for a changed graph."""
        self.check_graph()
        return f"{self.path}/{version_record.GRAPH}"  # joined as text, since each query asks for it


NONE_YET = "000000"  # the content of `current` in a store without a generation


def current_version(layout: Layout) -> str | None:
    """Return the version that `current` names, or None before the first commit. Raises StoreUnusableError.

    A new store has a file `current` that names no generation. A missing file was lost: this is an error, since
    otherwise the next writer would remove the generations as leftovers. A file that names an earlier version than the
    list has is an error as well, as a version is listed once it is published.
    """
    listed = sums.read(layout.root).get(layout.current.name)  # first, since a writer may publish
    try:
        content = layout.current.read_bytes()
        text = content.decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise _broken(layout, layout.current, cause) from cause
    if not version_record.VERSION.fullmatch(text) or content not in {
        NONE_YET.encode(),
        content.strip() + b"\n",
        named(text),
    }:
        raise _broken(layout, layout.current, f"{content[:40]!r}")
    if listed not in {None, hashlib.sha256(content).hexdigest()} and any(
        int(path.name) > int(text) and listed == hashlib.sha256(named(path.name)).hexdigest()
        for path in numbered(layout)
    ):
        raise _broken(layout, layout.current, f"{text}，不是最后发布的版本 not the version that was published last")
    return None if text == NONE_YET else text


def named(version: str) -> bytes:
    """Return the content of the file `current` that names a version.

    The number of line ends is a checksum: it follows from the version's remainder by nine, which differs if one bit of
    a digit has changed. An older jixiao wrote one line end.
    """
    return version.encode("ascii") + b"\n" * (2 + int(version) % 9)


def load(layout: Layout, timeline: Timeline, version: str) -> Generation:
    """Open a generation read-only. Raises StoreUnusableError if a part is missing or damaged."""
    path = layout.generation(version)
    try:
        if (record := version_record.read(path, timeline)) is None:
            raise FileNotFoundError(path / version_record.MANIFEST)
        generation = Generation(path, record.manifest, timeline, Store.read_only(str(graph_of(path))))
    except (OSError, RuntimeError) as cause:  # RuntimeError is Oxigraph's, for a damaged graph
        raise _broken(layout, graph_of(path), cause) from cause
    generation.check_graph()
    return generation


def derived_by_other_rules(last: Generation | None) -> bool:
    """Return whether a generation's facts were derived by another version of the rules than DERIVATION.

    All of them must then be renewed. False if there is no generation.
    """
    return last is not None and last.manifest.derivation != DERIVATION


def scratch_directory(layout: Layout) -> Path:
    """Make the writer's scratch directory on the generations' disk, and remove those of crashed writers.

    May raise OSError.
    """
    for path in layout.generations.glob(".building-*"):
        shutil.rmtree(path)
    return Path(tempfile.mkdtemp(prefix=".building-", dir=layout.generations))


def clear(layout: Layout, number: int) -> None:
    """Remove the unpublished generations after the current one, `number`, and the graphs of old generations.

    The index, a whole file in each generation, goes sooner than the graph, whose files are shared. The records of old
    versions are kept, and the dumps of releases and of as many newest versions as `dataset.toml` says. May raise
    OSError.
    """
    paths = numbered(layout)
    for path in paths:
        if int(path.name) > number:
            shutil.rmtree(path)
        elif number - int(path.name) >= KEPT:
            version_record.thin(path)
        elif number - int(path.name) > 1:  # the one before the current one may be about to be read
            version_record.unindex(path)
    if dumped := [path for path in paths if any(path.glob("dump.*.gz"))]:
        kept = publisher.dumps_kept(layout.publisher)
        if old := [path for path in dumped if kept and number - int(path.name) >= kept]:
            dumping.drop(layout, old)


def known(layout: Layout, number: int) -> list[str]:
    """Return the current version, `number`, and earlier ones that have a directory, newest first.

    Raises StoreUnusableError.
    """
    earlier = [path.name for path in reversed(numbered(layout)) if int(path.name) < number]
    return [f"{number:06}", *earlier] if number else []


def graph_of(generation: Path) -> Path:
    """Return the path of the graph in a generation's directory."""
    return generation / version_record.GRAPH


def numbered(layout: Layout) -> list[Path]:
    """Return the directories of all generations, published or not, oldest first."""
    try:
        paths = [path for path in layout.generations.iterdir() if version_record.VERSION.fullmatch(path.name)]
    except OSError as cause:
        raise damaged(layout.generations, cause=cause) from cause
    return sorted(paths, key=lambda path: int(path.name))


def _broken(layout: Layout, path: Path, what: object) -> StoreDamagedError:
    """Return the error for a broken current generation; `what` is the cause, found at `path`."""
    anew = (
        f"请运行 jixiao rebuild --store {layout.root} 由原始文件重做，或加上 --restore，取回最近一个完好的世代",
        f"run jixiao rebuild --store {layout.root} to make it anew from the original files, or with --restore to bring"
        " back the newest whole one",
    )
    zh, en = remedy(path, *anew)
    return StoreDamagedError(
        f"库 {layout.root} 的当前世代无法读取：{path}: {what}；{zh}。"
        f" The current generation of the store {layout.root} cannot be read: {path}: {what}; {en}."
    )
