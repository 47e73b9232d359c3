"""Load files into the next generation of a store: valid files are stored together, others are refused.

The kept original files of a store's sources are read again by the present rules into one generation, too.
"""

import dataclasses
import functools
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version as installed_version
from pathlib import Path
from urllib.parse import urlsplit

from jixiao.ingest.originals import LoadError, Original, folders, originals, sorted_originals, unpacked
from jixiao.ingest.origins import of_files
from jixiao.ingest.result import Reading
from jixiao.ingest.version import READING, outdated
from jixiao.ingest.workers import (
    FILE,
    Allowance,
    Read,
    Workers,
    executed,
    in_order,
    processes,
    read_packed,
    spread,
    unpack,
)
from jixiao.ingest.writing import writing
from jixiao.store import Generation, Origin, OverlapError, Pictured, Refusal, SourceMissingError, SourceRecord, Store
from jixiao.store.commit.batch import Batch
from jixiao.store.commit.waiting import Waiting
from jixiao.store.files import Layout
from jixiao.store.records import SHA16

_PASSED = "细读不是申报 documents of another kind"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome for one file: `status` is added, replaced, unchanged, passed or refused.

    `passed` is a document of a web archive that turns out to be no filing. `notes` give details or reasons; `reading`
    lacks the parts that are in the store; `replaced` are the sha16s of replaced sources; `resumed` is true if the
    reading comes from an earlier, interrupted call; `located` is the number of addresses given for the file.
    """

    path: Path
    status: str
    notes: tuple[str, ...] = ()
    reading: Reading | None = None
    replaced: tuple[str, ...] = ()
    resumed: bool = False
    located: int = 0


def read_files(  # noqa: PLR0913 - what to read, and how
    paths: Sequence[Path],
    base_iri: str,
    jobs: int | None = None,
    executor: Executor | None = None,
    *,
    allowance: Allowance = FILE,
    strict: bool = False,
    names: Sequence[str] | None = None,
    read: Read[Reading] | None = None,
    pictured: Callable[[str], Pictured] = lambda sha256: Pictured(),
) -> Iterator[tuple[Path, Reading]]:
    """Yield the readings of files, in the order of the paths, from own processes or from any executor.

    `allowance` has the limits of own processes; `names` overrides the paths' file names; `read` replaces
    `read_documents`; `pictured` returns what is known of a file's pictures by its SHA-256. A fault of a file results in
    its refusal.
    """
    from jixiao.ingest.document import read_documents  # noqa: PLC0415 - `ingest` starts sooner without it

    read = read or functools.partial(read_documents, base_iri=base_iri, strict=strict)
    with some_workers(len(paths), jobs, executor, allowance) as workers:
        opened = (_with_pictures(each, pictured) for each in originals(paths, names))
        for original, found in in_order(opened, workers, read):
            if found is not None:  # None is for files that a store has
                yield original.path, found


def some_workers(
    count: int,
    jobs: int | None,
    executor: Executor | None,
    allowance: Allowance = FILE,
) -> AbstractContextManager[Workers]:
    """Return workers for `count` files: those of `executor` if it is given, or else processes of this machine.

    Up to `jobs` files are read at a time, by default one for each processor. Processes have the limits in `allowance`;
    the workers of an executor have none of these limits.
    """
    if executor is not None:
        return nullcontext(executed(executor, count, jobs))
    return processes(count, jobs, allowance)


def _with_pictures(original: Original, pictured: Callable[[str], Pictured]) -> Original:
    known = pictured(original.sha256) if original.sha256 else Pictured()  # a file that cannot be read has none
    return dataclasses.replace(original, pictured=known)


def ingest(  # noqa: PLR0913 - the choices of a caller
    paths: Sequence[Path],
    store: Store,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    replace: str | None = None,
    origins: Path | None = None,
    attributes: bool = False,
    strict: bool = False,
    begun: Callable[[int], None] = lambda count: None,
    passed: Callable[[Counter[tuple[str, str]]], None] = lambda counts: None,
    aside: Callable[[str], None] = lambda name: None,
    sifted: Callable[[int, int], None] = lambda done, parts: None,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> tuple[Outcome, ...]:
    """Read files, store the valid ones as the store's next generation, and return the outcomes without readings.

    `jobs` processes read (None: as many as save time), or an `executor` with as many workers; `replace` is the sha16 of
    a source that a file with the same projects replaces; `origins` is a table of the files' addresses, besides their
    sidecars and, with `attributes`, those that browsers noted; `strict` refuses a file for any violation. Neither the
    order of paths nor how they are read changes the stored result. `begun` is called with the number of files,
    `progress` with each outcome, `passed` with the numbers of documents of web archives passed over, by kind and host,
    `aside` with each file of a system in a zip, and `sifted` with the numbers of parts of archives sifted, and of all.

    Readings are kept in the store's directory until the commit, so that the call after a killed one reuses them.
    Raises LoadError, TableError for wrong addresses, and the store's errors.
    """
    outcomes: list[Outcome] = []
    sifting = spread(executor, jobs, sifted)
    with writing(store) as batch, unpacked(paths, spread(None, 1), sifting, aside) as opened:
        waiting = batch.waiting(f"{READING}-{installed_version('jixiao')}{'-strict' if strict else ''}")
        given = of_files(opened.shown.values(), origins, attributes=attributes)
        located = {path: [*opened.origins.get(path, ()), *given.get(path, ())] for path in opened.shown.values()}
        within = folders(opened.shown.values())
        loading = _Loading(batch, store.current(), waiting, replace, located, opened.origins.keys(), within)
        begun(len(opened.shown) + len(opened.broken))
        refusals = (Outcome(path, "refused", (reason,)) for path, reason in opened.broken.items())
        with some_workers(len(opened.shown), jobs, executor) as workers:
            read = functools.partial(read_packed, base_iri=store.base_iri, strict=strict)
            found = in_order(loading.arrivals(sorted_originals(opened.shown, opened.origins)), workers, read)
            for outcome in itertools.chain(refusals, map(loading.outcome, found)):
                if outcome.status == "passed":
                    opened.passed[_PASSED, urlsplit(located[outcome.path][0].address).hostname or ""] += 1
                progress(outcome)
                outcomes.append(dataclasses.replace(outcome, reading=None))
        passed(opened.passed)
        _commit(batch, outcomes, replace)
        loading.waiting.clear()
    return tuple(outcomes)


def _commit(batch: Batch, outcomes: Sequence[Outcome], replace: str | None) -> None:
    """Commit the batch; with `replace`, the sha16 of a source, one of the outcomes must have replaced this source.

    Raises LoadError if files were added but none replaced it, since its projects would then count twice.
    """
    added = any(outcome.status == "added" for outcome in outcomes)
    if replace and added and not any(replace in outcome.replaced for outcome in outcomes):
        raise LoadError(
            f"没有文件与来源 {replace} 有相同的项目，未作改动 · "
            f"none of the files shares a project with the source {replace}; nothing was changed"
        )
    batch.commit()


@dataclasses.dataclass(frozen=True)
class _Loading:
    """One call of `ingest`: the batch it fills, the generation before it, readings of earlier calls, and origins.

    `collected` are the paths of documents in web archives, `folders` those of the files below the one that holds all.
    """

    batch: Batch
    before: Generation | None
    waiting: Waiting
    replace: str | None
    origins: Mapping[Path, Sequence[Origin]]
    collected: Set[Path] = frozenset()
    folders: Mapping[Path, str] = dataclasses.field(default_factory=dict)

    def arrivals(self, found: Iterable[Original]) -> Iterator[Original]:
        """Yield each file: marked as `known` if the store has it, else with a kept reading, or data on its pictures."""
        for original in found:
            if self._known(original):
                yield dataclasses.replace(original, known=True)
            elif reading := original.reading or self._kept(original):
                yield dataclasses.replace(original, reading=reading)
            else:
                yield _with_pictures(original, self.batch.pictured)

    def _known(self, original: Original) -> bool:
        """Return whether the store, before this batch, has a source with a file's bytes.

        A replaced source counts only for a document of a web archive, and only if the source that replaced it was found
        at one of the document's addresses later than the document.
        """
        record = self.before.sources.get(original.sha256[:SHA16]) if self.before and original.sha256 else None
        if record is None or record.live:
            return record is not None
        given = {each.address: each.retrieved or "" for each in self.origins.get(original.path, ())}
        while self.before and record.replaced_by:
            record = self.before.sources[record.replaced_by]
        later = ((each.retrieved or "") > given.get(each.address, "~") for each in record.origins)
        return record.live and original.path in self.collected and any(later)

    def _kept(self, original: Original) -> Reading | None:
        """Return the reading of a file by an earlier, interrupted call; None without one that can be used.

        The reading of a file with transcriptions is never used again, since transcriptions may have changed.
        """
        packed = None if self.batch.pictured(original.sha256).transcriptions else self.waiting.take(original.sha256)
        try:
            reading = unpack(packed, original.content) if packed else None
        except ValueError:
            return None
        # The name of a file is one of its facts, so that another name needs another reading.
        return reading if reading and reading.file_name == original.name else None

    def outcome(self, arrived: tuple[Original, bytes | Reading | None]) -> Outcome:
        """Add a document to the batch with its addresses, or refuse it, and return the outcome.

        `arrived` is the file with the worker's packed reading, with an existing reading, or None if the store has it.
        """
        outcome = self._outcome(*arrived)
        given = self.origins.get(outcome.path, ())
        # A file that the store had is no longer live if another one has just replaced it.
        if not given or outcome.status in {"refused", "passed"} or not self.batch.holds(arrived[0].sha256):
            return outcome
        self.batch.locate(arrived[0].sha256[:SHA16], given)
        return dataclasses.replace(outcome, located=len({each.address for each in given}))

    def _outcome(self, original: Original, found: bytes | Reading | None) -> Outcome:
        if found is None:
            return Outcome(original.path, "unchanged")
        if isinstance(found, bytes):
            if not original.pictured.transcriptions:
                self.waiting.keep(original.sha256, found)
            found = unpack(found, original.content)
        resumed = original.reading is not None and bool(original.sha256)
        return dataclasses.replace(self.added(original.path, found, original.content), resumed=resumed)

    def added(self, path: Path, read: Reading, content: bytes) -> Outcome:
        reading = dataclasses.replace(read, deposit=None)
        if reading.refusal:
            if not reading.is_filing and path in self.collected:
                return Outcome(path, "passed", reading.refusal.reasons, reading)
            if reading.refusal.sha256:
                self._refuse(path, reading.refusal, reading, content)
            return Outcome(path, "refused", reading.refusal.reasons, reading)
        if read.deposit is None:
            raise AssertionError("a reading is a deposit or a refusal")
        try:
            done = self.batch.add(read.deposit, self.replace)
        except (OverlapError, SourceMissingError) as error:
            refusal = Refusal(reading.sha256, reading.file_name, (str(error),), "", reading.bodies)
            self._refuse(path, refusal, reading, content)
            return Outcome(path, "refused", refusal.reasons, reading)
        beside = tuple(
            f"自评与 {record.file_name}（{record.sha16}）的数不同，两份并列"
            " · self-evaluations with other figures stand side by side"
            for record in done.disagreeing
        )
        if done.replaced:
            names = tuple(f"替换 {record.file_name}（{record.sha16}） · replaces it" for record in done.replaced)
            return Outcome(path, "replaced", names + beside, reading, tuple(record.sha16 for record in done.replaced))
        return Outcome(path, "unchanged" if done.unchanged else "added", beside, reading)

    def _refuse(self, path: Path, refusal: Refusal, reading: Reading, content: bytes) -> None:
        placed = dataclasses.replace(refusal, folder=self.folders.get(path, ""))
        self.batch.refuse(placed, reading.recognition, content)


def reread(
    store: Store,
    numbers: Sequence[str] = (),
    *,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda name: None,
    anew: bool = False,
) -> tuple[Outcome, ...]:
    """Read sources again: those named by their sha16, or all that were read by older rules.

    The store is then equal to one into which the same files were loaded by the present rules. The status of an outcome
    is reread; superseded, if another source's new reading has all of its projects; or kept, if the new reading was
    refused, so that the former one stays. With `anew`, nothing but the originals, the timeline and the registry is
    used: all live sources are read, those whose reading is refused are withdrawn, and originals that the timeline does
    not know are added. Raises SourceMissingError for a number that no live source has, and the store's other errors.
    """
    with writing(store, anew=anew) as batch:
        named = batch.live_sources() if anew else [batch.live_source(number) for number in dict.fromkeys(numbers)]
        chosen = named if anew else named or outdated(store.sources())
        if not chosen and not anew:
            return ()
        outcomes: dict[str, Outcome] = {}
        layout = Layout(store.path)
        paths, names = [layout.source(each.sha256) for each in chosen], [each.file_name for each in chosen]
        found = read_files(paths, store.base_iri, jobs, names=names, pictured=batch.pictured)
        for record, (_, reading) in zip(chosen, found, strict=True):
            outcomes[record.sha16] = _reread(record, reading, batch)
            progress(record.file_name)
        settled = batch.settle()
        for sha16, reason in settled.refused.items():
            outcomes[sha16] = dataclasses.replace(outcomes[sha16], status="kept", notes=(reason,))
        for sha16, successor in settled.replaced.items():
            outcome = outcomes.get(sha16, Outcome(_shown(batch.known(sha16)), "superseded"))
            note = f"由 {successor} 取代 · replaced by {successor}"
            outcomes[sha16] = dataclasses.replace(outcome, status="superseded", notes=(note,))
        if anew:
            for sha16 in [sha16 for sha16, outcome in outcomes.items() if outcome.status == "kept"]:
                batch.withdraw(sha16, f"不能重读 not read anew: {'；'.join(outcomes[sha16].notes)}")
            outcomes |= _unknown(batch, layout, store.base_iri, jobs)
        batch.commit()
    return tuple(outcomes.values())


def _unknown(batch: Batch, layout: Layout, base_iri: str, jobs: int | None) -> dict[str, Outcome]:
    """Add the store's kept originals that are no sources of the batch, and return their outcomes by folder name.

    Their file names are those in their renditions.
    """
    paths = sorted(path for path in (layout.root / "sources").glob("*") if not batch.knows(path.name))
    names = []
    for path in paths:
        try:
            names.append(json.loads(layout.rendition(path.name).read_bytes())["file_name"])
        except (OSError, ValueError, KeyError):
            names.append(path.name)
    loading = _Loading(batch, None, batch.waiting(""), None, {})
    found = read_files(paths, base_iri, jobs, names=names, pictured=batch.pictured)
    return {path.name: loading.added(path, reading, path.read_bytes()) for path, reading in found}


def _reread(record: SourceRecord, read: Reading, batch: Batch) -> Outcome:
    """Add the new reading of a source to the batch, and return the outcome: reread, or kept with the reasons.

    A source is kept if the new reading was refused, or if the original's bytes do not have its SHA-256.
    """
    reading = dataclasses.replace(read, deposit=None, rendition=None, ledger=None)
    if read.sha256 != record.sha256:  # also of an original that cannot be opened
        reasons = read.refusal.reasons if read.refusal and not read.sha256 else ()
        name = f"sources/{record.sha256}"
        damage = f"{name} 与其 SHA-256 不符，请从备份恢复 · {name} does not have its SHA-256; restore it from a backup"
        return Outcome(_shown(record), "kept", (*reasons, damage), reading)
    if read.deposit is None:
        return Outcome(_shown(record), "kept", read.refusal.reasons if read.refusal else (), reading)
    batch.reread(read.deposit)
    return Outcome(_shown(record), "reread", (), reading)


def _shown(record: SourceRecord) -> Path:
    """Return a source's file name followed by its number, since several sources may have one name, as a path."""
    return Path(f"{record.file_name} ({record.sha16})")
