"""Load files into the next generation of a store: all are read, valid ones are stored together, others are refused."""

import dataclasses
import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jixiao.ingest.document import Reading, read_document, refused
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.isolation import Limits, Read, read_isolated
from jixiao.ingest.judging import Judging
from jixiao.ingest.writing import writing
from jixiao.store import Batch, OverlapError, Refusal, Replaced, SourceMissingError, Store, Unchanged

# Bytes. A filing has a few hundred kilobytes; a larger file is a mistake or an attack.
LARGEST_FILE = 50_000_000
# Seconds per file for the slow engine.
_SLOW_ENGINE_SECONDS = 3_600


@dataclass(frozen=True)
class Outcome:
    """The outcome of one file: `status` is added, replaced, unchanged or refused; `notes` give details or reasons.

    `reading` lacks the parts that went into the store, so that a batch may exceed memory; `replaced` are sha16s.
    """

    path: Path
    status: str
    notes: tuple[str, ...] = ()
    reading: Reading | None = None
    replaced: tuple[str, ...] = ()


class LoadError(Exception):
    """A call that cannot be carried out; nothing was read or stored."""


class NoFilesError(LoadError):
    """A path that does not exist or cannot be used, or a folder without a file."""


class NothingReplacedError(LoadError):
    """The source that was named to be replaced shares no project with the files."""


def files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return every file below the paths, in folders, too, except hidden files. Raises NoFilesError."""
    found: list[Path] = []
    for path in paths:
        if not _exists(path):
            raise NoFilesError(f"没有这个文件或文件夹：{path} · no such file or folder: {path}")
        if path.is_dir():
            inside = [child for child in sorted(path.rglob("*")) if child.is_file() and not _hidden(child, path)]
            if not inside:
                raise NoFilesError(f"文件夹里没有文件：{path} · no file in the folder: {path}")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise NoFilesError(f"既不是文件也不是文件夹：{path} · neither a file nor a folder: {path}")
    return tuple(dict.fromkeys(found))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the name is too long, or the folder may not be entered
        return False


def _hidden(path: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(below).parts)


@contextmanager
def unpacked(paths: Sequence[Path]) -> Iterator[tuple[dict[Path, Path], tuple[Outcome, ...]]]:
    """Yield the files to read with the paths to show, a zip's members in its place, and refusals of broken zips."""
    shown: dict[Path, Path] = {}
    refusals: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            try:
                members = archives.members(path.read_bytes()) if _is_zip(path) else None
            except UnreadableError as error:
                refusals.append(Outcome(path, "refused", (str(error),)))
                continue
            if members is None:
                shown[path] = path
            for number, (name, content) in enumerate(members or ()):
                member = Path(folder, f"{len(shown)}-{number}", name)
                member.parent.mkdir()
                member.write_bytes(content)
                shown[member] = path / name
        yield shown, tuple(refusals)


def _is_zip(path: Path) -> bool:
    """Return whether a file may be a zip; a file that cannot be opened is reported when it is read."""
    try:
        with path.open("rb") as stream:
            return path.stat().st_size <= LARGEST_FILE and stream.read(2) == b"PK"
    except OSError:
        return False


def read_files(  # noqa: PLR0913, PLR0917 - what to read, and how
    paths: Sequence[Path],
    base_iri: str,
    jobs: int | None = None,
    executor: Executor | None = None,
    judging: Judging | None = None,
    names: Sequence[str] | None = None,
    read: Read | None = None,
) -> Iterator[tuple[Path, Reading]]:
    """Yield the readings of files, in the order of the paths, from own processes or from any executor.

    `names` are the files' names where these are not those of the paths; `read` is another function than `read_path`.
    """
    read = read or functools.partial(read_path, judging=judging)
    limits = Limits(seconds=_SLOW_ENGINE_SECONDS) if judging and judging.engine == "pyshacl" else Limits()
    named = names or [printable(path.name) for path in paths]
    readings = (
        executor.map(read, paths, [base_iri] * len(paths), named)
        if executor
        else read_isolated(paths, base_iri, read, jobs, limits, named)
    )
    yield from zip(paths, readings, strict=True)


def printable(name: str) -> str:
    """Return a file's name as text; a name that is not UTF-8 is taken for GB18030, as in archives from Windows."""
    raw = os.fsencode(name)
    return archives.decoded_name(raw) or raw.decode("utf-8", "backslashreplace")


def read_path(path: Path, base_iri: str, name: str | None = None, judging: Judging | None = None) -> Reading:
    """Read one file, under its own name or another; any fault of the file ends in a refusal."""
    return opened(path, name, lambda content, shown: read_document(content, shown, base_iri, judging))


def opened(path: Path, name: str | None, read: Callable[[bytes, str], Reading]) -> Reading:
    """Read one file by a function of its content and name; a file that is too large or cannot be opened is refused."""
    name = name or printable(path.name)
    try:
        if path.stat().st_size > LARGEST_FILE:
            return refused(name, f"文件太大（超过 {LARGEST_FILE:,} 字节）", f"larger than {LARGEST_FILE:,} bytes")
        return read(path.read_bytes(), name)
    except OSError as error:
        return refused(name, f"无法打开：{error.strerror}", f"cannot be opened: {error.strerror}")


def ingest(  # noqa: PLR0913 - the choices of a caller
    paths: Sequence[Path],
    store: Store,
    *,
    jobs: int | None = None,
    replace: str | None = None,
    strict: bool = False,
    progress: Callable[[Path], None] = lambda path: None,
) -> tuple[Outcome, ...]:
    """Read files, and make the store's next generation of the valid ones.

    `jobs` processes read (None: as many as save time); `replace` is the sha16 of a source that an overlapping file
    replaces; `strict` refuses a file for any violation. Neither the order of paths nor the number of jobs changes the
    stored result. Raises the store's errors.
    """
    with writing(store) as batch, unpacked(paths) as (shown, refusals):
        outcomes, new = list(refusals), []
        # Sorted by name, then hash: of two files for the same projects, the one kept must not depend on their order.
        for path, sha256 in sorted(((path, _hash(path)) for path in shown), key=lambda pair: (pair[0].name, pair[1])):
            if sha256 and batch.holds(sha256):
                outcomes.append(Outcome(shown[path], "unchanged"))
                progress(shown[path])
            else:
                new.append(path)
        for path, reading in read_files(new, store.base_iri, jobs, judging=Judging(strict=strict)):
            outcomes.append(_outcome(shown[path], reading, batch, replace))
            progress(shown[path])
        _check_replaced(outcomes, replace)
        batch.commit()
    return tuple(outcomes)


def _check_replaced(outcomes: Sequence[Outcome], replace: str | None) -> None:
    """Refuse to add files if none replaces the named source: its projects would be counted twice."""
    added = any(outcome.status == "added" for outcome in outcomes)
    if replace and added and not any(replace in outcome.replaced for outcome in outcomes):
        raise NothingReplacedError(
            f"没有文件与来源 {replace} 有相同的项目，未作改动 · "
            f"none of the files shares a project with the source {replace}; nothing was changed"
        )


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; empty if the file is too large or unreadable, which is reported on reading."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _outcome(path: Path, read: Reading, batch: Batch, replace: str | None) -> Outcome:
    reading = dataclasses.replace(read, deposit=None, rendition=None, ledger=None)
    if reading.refusal:
        if reading.refusal.sha256:
            batch.refuse(reading.refusal)
        return Outcome(path, "refused", reading.refusal.reasons, reading)
    if read.deposit is None:
        raise AssertionError("a reading is a deposit or a refusal")
    try:
        done = batch.add(read.deposit, replace)
    except (OverlapError, SourceMissingError) as error:
        refusal = Refusal(reading.sha256, reading.file_name, (str(error),), "", reading.bodies)
        batch.refuse(refusal)
        return Outcome(path, "refused", refusal.reasons, reading)
    if isinstance(done, Unchanged):
        return Outcome(path, "unchanged", (), reading)
    if isinstance(done, Replaced):
        names = tuple(f"替换 {record.file_name}（{record.sha16}） · replaces it" for record in done.replaced)
        return Outcome(path, "replaced", names, reading, tuple(record.sha16 for record in done.replaced))
    return Outcome(path, "added", (), reading)
