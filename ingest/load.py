"""Files -> the next generation of a store: every file is read, the good ones go in together, the others are named."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from jixiao.ingest.document import Reading, read_document
from jixiao.store import Batch, OverlapError, Refusal, Replaced, SourceMissingError, Store, Unchanged

# A filing is a few hundred kilobytes; beyond this a file is somebody's mistake, or an attempt.
LARGEST_FILE = 50_000_000
_FILES_WORTH_A_PROCESS = 16


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `status` is added, replaced, unchanged or refused; `notes` say which, or why."""

    path: Path
    status: str
    notes: tuple[str, ...] = ()
    reading: Reading | None = None


class NoFilesError(Exception):
    """A path that does not exist, or a folder without a file."""


def files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Every file below the paths, folders walked, hidden files left out; raises NoFilesError."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NoFilesError(f"没有这个文件或文件夹：{path} · no such file or folder: {path}")
        if path.is_dir():
            inside = [child for child in sorted(path.rglob("*")) if child.is_file() and not _hidden(child, path)]
            if not inside:
                raise NoFilesError(f"文件夹里没有文件：{path} · no file in the folder: {path}")
            found += inside
        else:
            found.append(path)
    return tuple(dict.fromkeys(found))


def _hidden(path: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(below).parts)


def read_files(
    paths: Sequence[Path], base_iri: str, executor: Executor | None = None
) -> Iterator[tuple[Path, Reading]]:
    """The readings of files, in the order of the paths; in this process, or on any executor."""
    run = executor.map if executor else map
    yield from zip(paths, run(_read_path, paths, [base_iri] * len(paths)), strict=True)


def _read_path(path: Path, base_iri: str) -> Reading:
    try:
        if path.stat().st_size > LARGEST_FILE:
            return _refused(path, f"文件太大（超过 {LARGEST_FILE:,} 字节） · larger than {LARGEST_FILE:,} bytes")
        return read_document(path.read_bytes(), path.name, base_iri)
    except OSError as error:
        return _refused(path, f"无法打开：{error.strerror} · cannot be opened: {error.strerror}")


def _refused(path: Path, reason: str) -> Reading:
    return Reading(path.name, "", refusal=Refusal("", path.name, (reason,), ""))


def ingest(
    paths: Sequence[Path],
    store: Store,
    *,
    jobs: int | None = None,
    replace: str | None = None,
    progress: Callable[[Path], None] = lambda path: None,
) -> tuple[Outcome, ...]:
    """Read the files and make the store's next generation of those that can be trusted.

    `jobs` processes read (None: as many as pay); `replace` is the sha16 of a source that an overlapping file replaces.
    Order of paths and number of jobs make no difference to what is stored. Raises the store's errors.
    """
    outcomes: list[Outcome] = []
    with store.writing() as batch:
        new: list[Path] = []
        # By name, then hash: which of two files for the same projects stays must not hang on the order of the paths.
        for path, sha256 in sorted(((path, _hash(path)) for path in paths), key=lambda pair: (pair[0].name, pair[1])):
            if sha256 and batch.holds(sha256):
                outcomes.append(Outcome(path, "unchanged"))
                progress(path)
            else:
                new.append(path)
        with _executor(jobs, len(new)) as executor:
            for path, reading in read_files(new, store.base_iri, executor):
                outcomes.append(_outcome(path, reading, batch, replace))
                progress(path)
        batch.commit()
    return tuple(outcomes)


def _hash(path: Path) -> str:
    """The SHA-256 of a file; empty where it cannot be read, which reading it will then say."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


@contextmanager
def _executor(jobs: int | None, count: int) -> Iterator[Executor | None]:
    workers = jobs if jobs is not None else (None if count >= _FILES_WORTH_A_PROCESS else 1)
    if workers == 1:
        yield None
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield pool


def _outcome(path: Path, reading: Reading, batch: Batch, replace: str | None) -> Outcome:
    if reading.refusal:
        if reading.refusal.sha256:
            batch.refuse(reading.refusal)
        return Outcome(path, "refused", reading.refusal.reasons, reading)
    if reading.deposit is None:
        raise AssertionError("a reading is a deposit or a refusal")
    try:
        done = batch.add(reading.deposit, replace)
    except (OverlapError, SourceMissingError) as error:
        refusal = Refusal(reading.sha256, reading.file_name, (str(error),), "")
        batch.refuse(refusal)
        return Outcome(path, "refused", refusal.reasons, reading)
    if isinstance(done, Unchanged):
        return Outcome(path, "unchanged", (), reading)
    if isinstance(done, Replaced):
        names = tuple(f"替换 {record.file_name}（{record.sha16}） · replaces it" for record in done.replaced)
        return Outcome(path, "replaced", names, reading)
    return Outcome(path, "added", (), reading)
