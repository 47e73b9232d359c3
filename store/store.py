"""Open a store's directory for its readers and its single writer."""

import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jixiao.ontology import identity
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import bounded_cache, errors, files, generations, lock, refusals, sums
from jixiao.store.decisions import effects, log, moves, registry_file
from jixiao.store.description import publisher
from jixiao.store.records import SHA16, Dump, LogEntry, Manifest, Refusal, SourceRecord
from jixiao.store.timeline import Timeline
from jixiao.store.versions import dumping, version_record

if TYPE_CHECKING:
    from jixiao.store.commit.batch import Batch
    from jixiao.store.commit.building import Judge

_LOG = logging.getLogger(__name__)
_NAMED = 20  # versions at most that an error message lists
_RECORDS = 32  # versions whose records are cached, with their sources and statistics


class Store:
    """A store's directory; `path` and `base_iri` (with its final slash) never change. Safe to share between threads."""

    def __init__(self, layout: files.Layout, base_iri: str) -> None:
        self.path = layout.root
        self.base_iri = base_iri
        self._layout = layout
        self._timeline = Timeline(layout.timeline)
        self._opening = threading.Lock()
        self._pointer_path = str(layout.current)
        self._settled: tuple[files.Stamp | None, generations.Generation | None] = (None, None)
        self._publisher = publisher.PublisherFile(layout.publisher)
        self._manifests: dict[str, Manifest] = {}
        self._records = bounded_cache.BoundedCache[version_record.VersionRecord](_RECORDS)

    @staticmethod
    def open(path: str | os.PathLike[str]) -> "Store":
        """Open the store at `path`. Raises StoreMissingError and StoreUnusableError."""
        layout = files.layout_at(path)
        header, listed = files.header_of(layout), sums.read(layout.root).get(layout.header.name)
        if listed and not sums.intact(layout.header, listed):
            raise errors.damaged(layout.header, *errors.BACKUP)
        return Store(layout, header.base_iri)

    @staticmethod
    def create(path: str | os.PathLike[str], base_iri: str) -> "Store":
        """Make a store at `path`, or open the existing one.

        Raises BaseIriMalformedError, BaseIriError for a store of another base, and StoreUnusableError for a used path.
        """
        layout = files.layout_at(path)
        base_iri = identity.Iris(base_iri).base
        if not layout.header.exists():
            _make(layout, base_iri)
        store = Store.open(path)
        if store.base_iri != base_iri:
            raise errors.BaseIriError(
                f"库 {path} 的基准 IRI 是 {store.base_iri}，不能以 {base_iri} 导入。"
                f" The store {path} has the base IRI {store.base_iri}; it cannot take {base_iri}."
            )
        return store

    def current(self) -> generations.Generation | None:
        """Return the current generation, or None before the first commit; cheap while nothing has changed.

        Raises StoreUnusableError if the generation is broken.
        """
        if (settled := self.settled()) is not None:
            return settled
        with self._opening:
            # The stamp is taken before `current` is read, so that a later change is noticed next time.
            pointer = files.stamp(self._pointer_path)
            while (version := generations.current_version(self._layout)) is not None:
                opened = self._settled[1]
                if opened is None or opened.version != version:
                    try:
                        opened = generations.load(self._layout, self._timeline, version)
                    except errors.StoreUnusableError:
                        # A writer may meanwhile have published others and cleared this one away.
                        if generations.current_version(self._layout) == version:
                            raise
                        continue
                self._settled = pointer, opened
                return opened
            return None

    def present(self) -> generations.Generation:
        """Return the current generation. Raises StoreEmptyError before the first commit, and StoreUnusableError."""
        generation = self.current()
        if generation is None:
            raise errors.StoreEmptyError(
                f"库 {self.path} 中还没有数据；请先用 jixiao ingest 导入。"
                f" The store {self.path} holds nothing yet; ingest something first (jixiao ingest)."
            )
        return generation

    def settled(self) -> generations.Generation | None:
        """Return the current generation if it is open already, else None; the call opens nothing and never waits."""
        pointer, opened = self._settled
        return opened if pointer is not None and pointer == files.stamp(self._pointer_path) else None

    def sources(self) -> tuple[SourceRecord, ...]:
        """Return all sources, live, replaced and withdrawn, sorted by file name."""
        generation = self.current()
        records = () if generation is None else generation.sources.values()
        return tuple(sorted(records, key=lambda record: (record.file_name, record.sha256)))

    def source(self, sha16: str) -> SourceRecord:
        """Return one source, live or not. Raises SourceMissingError."""
        generation = self.current()
        record = None if generation is None else generation.sources.get(sha16)
        if record is None:
            raise errors.no_source(sha16)
        return record

    def rendition(self, sha16: str) -> dict[str, Any]:
        """Read a source's numbered lines. Raises SourceMissingError and StoreUnusableError."""
        return self._read(sha16, self._layout.rendition)

    def ledger(self, sha16: str) -> dict[str, Any]:
        """Read a source's ledger: the use of each line. Raises SourceMissingError and StoreUnusableError."""
        return self._read(sha16, self._layout.ledger)

    def original(self, sha16: str) -> Path:
        """Return the path of a source's bytes as received. Raises SourceMissingError and StoreUnusableError."""
        sha256 = self.source(sha16).sha256
        path = self._layout.source(sha256)
        if sums.intact(path, sha256):
            return path
        raise errors.damaged(path, *errors.BACKUP)

    def recognition(self, sha16: str) -> bytes | None:
        """Read the text recognised in a source's pictures, which has names of persons.

        Raises SourceMissingError and StoreUnusableError.
        """
        record = self.source(sha16)
        return sums.kept(self._layout.recognition(record.sha256), record.sums.get("recognition"), errors.BACKUP)

    def pictured(self, sha256: str) -> effects.Pictured:
        """Return the recognition and transcriptions of a file's pictures. Raises RegistryError, StoreUnusableError."""
        generation = self.current()
        record = None if generation is None else generation.sources.get(sha256[:SHA16])
        registry = self.registry()
        made = registry.decisions.transcriptions.get(registry.iris.source(sha256), ())
        return effects.pictured(self._layout, sha256, record, made, anew=False)

    def refused_scan(self, sha256: str) -> tuple[Path, bytes] | None:
        """Return a refused scan's path and its recognition; None for other documents. Raises StoreUnusableError."""
        original, recognition = self._layout.refused_original(sha256), self._layout.recognition(sha256)
        refusal = refusals.read(self._layout.refusal(sha256))
        if refusal is None or not (refusal.recognition or (original.exists() and recognition.exists())):
            return None
        for path, digest in ((original, sha256), (recognition, refusal.recognition)):
            if digest and not sums.intact(path, digest):
                raise errors.damaged(path, *errors.BACKUP)
        return original, recognition.read_bytes()

    def refusals(self) -> tuple[Refusal, ...]:
        """Read the refusals of documents not accepted since, sorted by file name. Raises StoreUnusableError."""
        return refusals.read_all(self._layout)

    def registry(self) -> registry_file.Registry:
        """Read the steward's decisions from the file, applied or not. Raises RegistryError and StoreUnusableError."""
        return registry_file.read(self._layout.registry, identity.Iris(self.base_iri))

    def moved(self) -> Mapping[str, str]:
        """Return the present path (below the base IRI) of each thing whose IRI changed, by its former path."""
        return moves.read(self._layout.moved)

    def log(self) -> tuple[LogEntry, ...]:
        """Read the log of stewards' work on decisions and sources, oldest first. Raises StoreUnusableError."""
        generation = self.current()
        return () if generation is None else log.read(generation.moment)

    def publisher(self) -> publisher.Publisher:
        """Return the publisher's description of the dataset; while the file is broken, the description read before."""
        return self._publisher.now()

    def check_publisher(self) -> None:
        """Raise PublisherError if the publisher's file is broken."""
        publisher.read(self._layout.publisher)

    def versions(self) -> tuple[version_record.VersionRecord, ...]:
        """Return the records of all versions, newest first; a damaged old version is logged and left out.

        Raises StoreUnusableError if the current version is damaged.
        """
        generation = self.current()
        known = [] if generation is None else generations.known(self._layout, generation.number)
        records = []
        for place, version in enumerate(known):
            try:
                records.append(self._record(version, kept=place < _RECORDS))  # older ones would evict the newest
            except errors.StoreUnusableError as error:
                if version == known[0]:
                    raise
                _LOG.error("%s", error)
        return tuple(record for record in records if record is not None)

    def version(self, version: str) -> version_record.VersionRecord | None:
        """Return the version with a name such as 000003, or None if there is none. Raises StoreUnusableError."""
        generation = self.current()
        if generation is None or not version_record.VERSION.fullmatch(version) or int(version) > generation.number:
            return None
        return self._record(version)

    def find(self, text: str) -> version_record.VersionRecord:
        """Return the version that a text names: `3`, `000003` or `current`.

        Raises VersionMissingError, which names the existing versions, and StoreUnusableError.
        """
        known = self.versions()
        for record in known:
            if text in {"current", record.version, str(record.number)}:
                return record
        there = ", ".join(record.version for record in known[:_NAMED]) + (" …" if len(known) > _NAMED else "")
        raise errors.VersionMissingError(
            f"库 {self.path} 中没有版本 {text}；现有：{there or '—'}。"
            f" The store {self.path} has no version {text}; there are: {there or '—'}."
        )

    @property
    def dumping(self) -> bool:
        """Return whether a process writes dumps."""
        return lock.taken(self._layout.dumps_lock)

    @property
    def writable(self) -> bool:
        """Return whether this process may add files to the store."""
        return os.access(self._layout.generations, os.W_OK)

    def make_dumps(self, version: str = "current") -> tuple[Dump, ...]:
        """Return the dumps of a version, after writing them if it has none.

        Waits while another process writes dumps. Raises VersionMissingError if the version's graph is no longer kept,
        VersionUnusableError if the graph is damaged, and StoreUnusableError.
        """
        while True:
            record = self.find(version)
            with files.writable(self._layout):
                made = dumping.make(self._layout, record)
            if made:
                return made
            if self.find(version).version == record.version:  # commits may have made another one current
                raise errors.no_longer_kept(record.version)

    def releases(self) -> Mapping[str, version_record.Release]:
        """Read the released versions by name, such as 000003. Raises StoreUnusableError."""
        return version_record.read_releases(self._layout.releases)

    def release(
        self, version: str = "current", name: str | None = None, beside: Mapping[str, bytes] | None = None
    ) -> version_record.VersionRecord:
        """List a version as a release, whose dumps are never removed, and return its record.

        Missing dumps are made. `name` is an optional name of the release, and `beside` has the content of further files
        to keep, by file name. Raises the errors of `make_dumps`.
        """
        record = self.find(version)
        with files.writable(self._layout):
            dumping.release(self._layout, record, name, beside or {})
        return record

    def undo_release(self, version: str) -> version_record.VersionRecord:
        """Take a version off the list of releases and return its record.

        Raises VersionMissingError if the version is not on the list, and StoreUnusableError.
        """
        record = self.find(version)
        with files.writable(self._layout):
            dumping.unlist(self._layout, record)
        return record

    def mended(self) -> dict[Path, Bilingual]:
        """Return the damaged files that a rebuild cannot make from the originals, with words on what happens to each.

        Raises StoreUnusableError.
        """
        from jixiao.store import rebuilding  # noqa: PLC0415 - who only reads a store needs none

        with files.writable(self._layout):
            return rebuilding.mended(self._layout, self._timeline)

    def restore(self) -> str | None:
        """Make the newest generation that is whole the current one; return its version, or None if none is whole.

        Raises StoreLockedError and StoreUnusableError.
        """
        from jixiao.store import rebuilding  # noqa: PLC0415 - as above

        with files.writable(self._layout), lock.hold(self._layout.lock):
            return rebuilding.restore(self._layout, self._timeline)

    @contextmanager
    def writing(
        self,
        *,
        judge: "Judge | None" = None,
        check: registry_file.Check | None = None,
        read: registry_file.Read | None = None,
        anew: bool = False,
    ) -> "Iterator[Batch]":
        """Open the single writer for the block; uncommitted work is discarded at its end.

        `judge` runs rules over the entire store, `check` checks the registry, and `read` reads a source again; all are
        optional. Callers in other packages use `jixiao.ingest.writing`, which supplies them. With `anew`, the last
        generation is not read, and the batch has to read all live sources again. Raises StoreLockedError if another
        process is writing, and StoreUnusableError.
        """
        from jixiao.store import rebuilding  # noqa: PLC0415 - as above
        from jixiao.store.commit.batch import Batch  # noqa: PLC0415 - who only reads a store loads no writer

        with ExitStack() as held:
            with files.writable(self._layout):
                held.enter_context(lock.hold(self._layout.lock))
                last = rebuilding.base(self._layout, self._timeline, self.registry()) if anew else self.current()
                if last is not None and not anew and self._layout.header.name not in sums.read(self._layout.root):
                    # The commit would list damaged files as they are now.
                    raise errors.damaged(self._layout.root / sums.NAME)
                generations.clear(self._layout, 0 if last is None else last.number)
                scratch = generations.scratch_directory(self._layout)
            try:
                of_store = self._layout, self._timeline, self.base_iri, last, scratch, self.present
                yield Batch(*of_store, judge, check, read)
                if anew:
                    with files.writable(self._layout):
                        rebuilding.discard_damaged(self._layout)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)  # the next writer removes what is left

    def _record(self, version: str, *, kept: bool = True) -> version_record.VersionRecord | None:
        """Return a version's record, or None if there is no such version.

        The record is cached if `kept`, as versions never change; the manifest, which is small, is always cached. Raises
        StoreUnusableError.
        """
        if (record := self._records.get(version)) is not None:
            return record
        path = self._layout.generation(version)
        if version in self._manifests:
            record = version_record.VersionRecord(path, self._manifests[version], self._timeline)
        elif (record := version_record.read(path, self._timeline)) is not None:
            self._manifests[version] = record.manifest
        elif generations.current_version(self._layout) == version:
            raise errors.damaged(path)
        if kept and record is not None:
            self._records.put(version, record)
        return record

    def _read(self, sha16: str, place: Callable[[str, int], Path]) -> dict[str, Any]:
        """Read a JSON file of a source; `place` makes its path from SHA-256 and revision.

        If a new reading of the source replaced the file meanwhile, the new file is read. Raises SourceMissingError and
        StoreUnusableError.
        """
        record = self.source(sha16)
        while True:
            path = place(record.sha256, record.revision)
            try:
                value: dict[str, Any] = json.loads(sums.kept(path, record.sums.get(path.parent.name[:-1])) or b"")
            except (ValueError, errors.StoreUnusableError) as cause:
                last, record = record, self.source(sha16)
                if record.revision == last.revision:
                    again = f"jixiao reread --store {self.path} {sha16}"
                    raise errors.damaged(
                        path, f"重读该来源可恢复：{again}", f"read the source anew to mend it: {again}", cause.__cause__
                    ) from cause
            else:
                return value


_HALF_MADE = {"registry.ttl", "dataset.toml", "generations", "current", ".current.new", ".store.json.new"}


def _make(layout: files.Layout, base_iri: str) -> None:
    """Create a store's directory; the header is written last, so that an incomplete one is not taken for a store."""
    with files.writable(layout):
        layout.root.mkdir(parents=True, exist_ok=True)
        foreign = [path.name for path in layout.root.iterdir() if path.name not in _HALF_MADE]
    if foreign:
        raise errors.StoreUnusableError(
            f"{layout.root} 不是库且非空（{foreign[0]} …），请另选目录。"
            f" {layout.root} is no store and not empty ({foreign[0]} …); choose another directory."
        )
    with files.writable(layout):
        layout.generations.mkdir(parents=True, exist_ok=True)
        files.write(layout.current, generations.NONE_YET.encode("ascii"))
        files.write(layout.header, json.dumps({"format": files.FORMAT, "base_iri": base_iri}).encode("ascii"))
