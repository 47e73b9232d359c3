"""Read and write the lasting record of a version: manifest, statistics, dumps, sources, and a copy for rebuilding.

When readers no longer need a generation, its graph is removed and the record stays in the same place: nothing is moved,
no link to a dump breaks, and the next writer completes an interrupted removal.
"""

import fcntl
import gzip
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from glob import iglob
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pyoxigraph import Store as Graph

from jixiao.ontology.identity import Iris
from jixiao.store import errors, files, sums
from jixiao.store.records import Dump, Manifest, SourceRecord, Statistics
from jixiao.store.timeline import LASTING, Changes, Moment, Row, Sources, Timeline
from jixiao.store.versions import nquads

VERSION = re.compile(r"[0-9]{6}|[1-9][0-9]{6,11}")  # each number has exactly one name: 000003 is valid, 0000003 is not
MANIFEST, STATISTICS, DUMPS, COPY = "manifest.json", "statistics.json", "dumps.json", "record.gz"
GRAPH, INDEX, SET_HASH = "graph", "index", "checksum.bin"
UNKEPT = frozenset({GRAPH, INDEX, SET_HASH})
"""Parts that an old version loses."""
RELEASED = "shapes-*.ttl"
"""Pattern of the names of files that a release keeps beside its dumps."""
_REMOVED = f".{GRAPH}.going"  # the name of a graph that is being removed and may be incomplete

_T = TypeVar("_T")
_MANIFEST = TypeAdapter(Manifest)
_STATISTICS = TypeAdapter(Statistics)
_DUMPS = TypeAdapter(tuple[Dump, ...])
_ANY = TypeAdapter[object](Any)


@dataclass(frozen=True, eq=False)
class VersionRecord:
    """A version of the dataset, with or without its graph. Each file is read once, when it is first needed."""

    path: Path
    manifest: Manifest
    timeline: Timeline

    @property
    def number(self) -> int:
        """Return the version's number, from 1."""
        return self.manifest.generation

    @property
    def version(self) -> str:
        """Return the number as it is cited, such as 000003."""
        return self.manifest.version

    @cached_property
    def iris(self) -> Iris:
        """The IRIs below the store's base."""
        return Iris(self.manifest.base_iri)

    @cached_property
    def statistics(self) -> Statistics | None:
        """The statistics, or None if the version was made before there were any. Raises StoreUnusableError."""
        return _read(self.path / STATISTICS, _STATISTICS)

    @cached_property
    def set_hash(self) -> nquads.SetHash | None:
        """The set hash of the version's named graphs; None for an earlier kind of checksum and for a damaged file.

        Without a set hash, the next commit reads all graphs to compute one.
        """
        try:
            stored = nquads.SetHash((self.path / SET_HASH).read_bytes())
        except (OSError, ValueError):
            return None
        return stored if stored.checksum == self.manifest.checksum else None

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """The dumps that are kept. Dumps are made after the version, so that a new version has none.

        Raises StoreUnusableError if their list is damaged.
        """
        return tuple(dump for dump in self.dumped or () if (self.path / dump.name).is_file())

    @property
    def dumped(self) -> tuple[Dump, ...] | None:
        """The dumps that were made, even if removed since; None if none were made.

        Raises StoreUnusableError if their list is damaged.
        """
        path = self.path / DUMPS
        return _read(path, _DUMPS, remedy(path))

    def has_dumps(self, *names: str) -> bool:
        """Return whether the dumps of these names, by default all, are there and as their list says."""
        try:
            listed = {dump.name: dump.sha256 for dump in self.dumped or ()}
        except errors.StoreUnusableError:
            return False
        return all(sums.intact(self.path / name, listed.get(name, "")) for name in names or nquads.NAMES)

    @property
    def changed(self) -> datetime:
        """The time when the version was made or, if later, when its files last changed."""
        created = datetime.fromisoformat(self.manifest.created)
        try:
            return max(created, datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC))
        except OSError:
            return created

    @property
    def moment(self) -> Moment:
        """The rows of the store's timeline that are valid in the version."""
        return Moment(self.timeline, self.number)

    @cached_property
    def sources(self) -> Sources:
        """Every source that the store had in the version or before, by sha16."""
        return Sources(self.moment)

    @cached_property
    def live_sources(self) -> tuple[SourceRecord, ...]:
        """The live sources, sorted by file name. Raises StoreUnusableError."""
        return tuple(
            sorted(
                (each for each in self.sources.values() if each.live), key=lambda each: (each.file_name, each.sha256)
            )
        )

    def lines(self) -> Iterator[bytes]:
        """Read the version's ordered N-Quads: from the dump or, if this is missing or damaged, from the graph.

        Raises VersionMissingError if neither is kept, StoreUnusableError if only a damaged dump is, and OSError.
        """
        packed = self.path / nquads.N_QUADS
        if self.has_dumps(nquads.N_QUADS):
            return nquads.lines(packed)
        if not (self.path / GRAPH).is_dir():
            raise errors.damaged(packed, *remedy(packed)) if packed.exists() else errors.no_longer_kept(self.version)
        return nquads.ordered(Graph.read_only(str(self.path / GRAPH)))


def read(path: Path, timeline: Timeline) -> VersionRecord | None:
    """Read the version in a generation's directory; None if there is none. Raises StoreUnusableError."""
    manifest = _read(path / MANIFEST, _MANIFEST)
    return None if manifest is None else VersionRecord(path, manifest, timeline)


def differing(path: Path, *, current: bool = False, released: bool = False) -> list[Path]:
    """Return the files of a version that differ from its list of checksums, and the list itself if it is damaged.

    Unless the version is `current`, the parts that an old version loses may be missing if its graph is; dumps may be
    missing unless it is current or `released`.
    """
    later = {sums.NAME, DUMPS, *nquads.NAMES, *(each.name for each in path.glob(RELEASED))}
    parts = {MANIFEST, *(each.name for each in path.glob("[!.]*"))} - later
    dumps = () if current or released else nquads.NAMES
    lost = () if current or (path / GRAPH).exists() else UNKEPT
    return sums.differing(path, parts, {*dumps, *lost})


def write(path: Path, part: object) -> None:
    """Write a part of a record (a dataclass, or a list of some) as JSON. May raise OSError."""
    files.write(path, _ANY.dump_json(part, indent=1))


def thin(path: Path) -> None:
    """Remove the graph, index and set hash of a generation; the record stays. Completes an interrupted removal.

    May raise OSError.
    """
    removed = path / _REMOVED
    if (path / GRAPH).exists():
        files.remove(removed)  # a rename does not replace a directory that is not empty
        files.move(path / GRAPH, removed)
    if not removed.exists():
        return
    files.remove(path / SET_HASH)
    files.remove(path / INDEX)
    shutil.rmtree(removed)  # last, since a later call takes the absence of this directory for a finished removal


def unindex(path: Path) -> None:
    """Remove a generation's index; if a reader holds a file of it or the disk fails, leave it to the next commit."""
    with suppress(OSError), ExitStack() as held:
        for part in (path / INDEX).glob("*.sqlite"):
            fcntl.flock(held.enter_context(part.open("rb")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        sums.update(path, stated={str(each.relative_to(path)): "" for each in (path / INDEX).iterdir()})
        files.remove(path / INDEX)


def remedy(dump: Path) -> tuple[str, str]:
    """Return the remedy, in both languages, for a damaged dump or list of dumps: to make these again.

    They can only be made again if the version's graph is kept.
    """
    again = f"jixiao dumps --version {int(dump.parent.name)}"
    return (f"可由 {again} 重写", f"{again} makes it again") if dump.with_name(GRAPH).is_dir() else errors.BACKUP


def _read(
    path: Path, of: TypeAdapter[_T], remedy: tuple[str, str] = errors.REBUILD, *, edited: bool = False
) -> _T | None:
    """Read a JSON file of the type `of`; None if there is no file. Raises StoreUnusableError."""
    content = sums.kept(path, remedy=remedy, edited=edited)
    try:
        return None if content is None else of.validate_json(content)
    except ValidationError as cause:
        raise errors.damaged(path, *remedy) from cause


@dataclass(frozen=True)
class Copy:
    """The copy of what the original files of a store do not tell of a version: its manifest and its timeline rows.

    The rows are those of sources and of the log that began in the versions from number `since` up to this one. In most
    versions `since` is the version's own number; it is 1 in the first version with a copy and in a rebuilt one. The
    copies of all versions together give the timeline.
    """

    manifest: str
    since: int
    rows: tuple[Row, ...]


_COPY = TypeAdapter(Copy)


def copy(path: Path) -> Copy | None:
    """Read the copy in a version's directory; None if there is none, or if it is damaged. May raise OSError."""
    whole = sums.listed(path / COPY)
    return _COPY.validate_json(gzip.decompress((path / COPY).read_bytes())) if whole else None


def write_copy(path: Path, manifest: Manifest, changes: Changes, earlier: Iterable[Row] | None) -> None:
    """Write the copy of a version, whose manifest is in its directory already. May raise OSError.

    `changes` are the version's changes of timeline rows. `earlier` are the rows of all earlier versions, or None if
    their own copies have these.
    """
    number = manifest.generation
    begun = [(*row, number, value) for row, value in changes.items() if row[0] in LASTING and value is not None]
    since = number if earlier is None else 1
    made = Copy((path / MANIFEST).read_text("utf-8"), since, tuple(sorted([*(earlier or ()), *begun])))
    files.write(path / COPY, gzip.compress(_COPY.dump_json(made), mtime=0))


@dataclass(frozen=True)
class Release:
    """A released version: the time (ISO 8601, UTC), the name if it has one, and the files released with the dumps.

    `sha256` is the SHA-256 of the other fields and the version; None in a list that an older jixiao wrote.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    released: str
    name: str | None = None
    files: tuple[str, ...] = ()
    sha256: str | None = None

    def summed(self, version: str) -> "Release":
        """Return this release of a version with its field `sha256` computed."""
        return replace(self, sha256=sums.of_value([version, self.released, self.name, self.files]))


_RELEASES = TypeAdapter(dict[str, Release])


def read_releases(path: Path, *, listed: bool = False) -> Mapping[str, Release]:
    """Read the releases by version, such as 000003. Raises StoreUnusableError if the list is damaged.

    The list also counts as damaged if it lacks a version whose directory has files of a release; with `listed`, this is
    not examined.
    """
    releases = _read(path, _RELEASES, errors.BACKUP, edited=True) or {}
    # The files of a release are in its version's directory, and tell if the list has lost it.
    # Path.glob() fails over directories that a writer removes meanwhile.
    exported = () if listed else iglob(f"generations/*/{RELEASED}", root_dir=path.parent)  # noqa: PTH207
    known = {Path(each).parent.name for each in exported}
    if known - releases.keys() or any(each.sha256 and each != each.summed(name) for name, each in releases.items()):
        raise errors.damaged(path, *errors.BACKUP)
    return releases


def write_releases(path: Path, releases: Mapping[str, Release]) -> None:
    """Write the releases by version. May raise OSError."""
    write(path, {version: each.summed(version) for version, each in sorted(releases.items())})
