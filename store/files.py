"""Lay out a store's directory, read its header, and write files so that a crash leaves the old one or the new one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from jixiao.store import errors, records

_MANY = 100  # files from which on one sync() for all is faster than syncing each


class Layout:
    """The paths in a store's directory, which `jixiao.store` lists; optional files may be missing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.header = root / "store.json"
        self.current = root / "current"
        self.registry = root / "registry.ttl"
        self.moved = root / "moved.tsv"
        self.publisher = root / "dataset.toml"
        self.releases = root / "releases.json"
        self.timeline = root / "timeline.sqlite"
        self.lock = root / "lock"
        self.dumps_lock = root / "dumps.lock"
        self.generations = root / "generations"
        self.refused = root / "refused"
        self.waiting = root / "waiting"
        self.listed = (self.header, self.registry, self.moved, self.publisher)

    def generation(self, version: str) -> Path:
        """Return the directory of one generation."""
        return self.generations / version

    def source(self, sha256: str) -> Path:
        """Return the path of a source's bytes as received."""
        return self.root / "sources" / sha256

    def rendition(self, sha256: str, revision: int = 0) -> Path:
        """Return the path of a source's numbered lines; each new reading of the source has a file of its own."""
        return self.root / "renditions" / _revised(sha256, revision)

    def ledger(self, sha256: str, revision: int = 0) -> Path:
        """Return the path of a source's ledger, which says how each of its lines was used."""
        return self.root / "ledgers" / _revised(sha256, revision)

    def refusal(self, sha256: str) -> Path:
        """Return the path of the record of a refused document."""
        return self.refused / f"{sha256}.json"

    def refused_original(self, sha256: str) -> Path:
        """Return the path of a refused scan's bytes, which a steward may transcribe; never served."""
        return self.refused / f"{sha256}.original"

    def recognition(self, sha256: str) -> Path:
        """Return the path of the text recognised in a source's pictures; never served, as it has names of persons."""
        return self.root / "recognitions" / f"{sha256}.json"


def _revised(sha256: str, revision: int) -> str:
    """Return the file name for a reading of a source; `revision` is 0 for the first reading."""
    return f"{sha256}.{revision}.json" if revision else f"{sha256}.json"


LONGEST_PATH = 440
"""Most bytes of a store's path: SQLite opens no database below a longer one."""


def layout_at(path: str | os.PathLike[str]) -> Layout:
    """Return the layout of a store at a path. Raises StoreUnusableError for a path that is too long."""
    size = len(os.fsencode(Path(path).resolve()))
    if size > LONGEST_PATH:
        raise errors.StoreUnusableError(
            f"库的路径有 {size} 字节，最长 {LONGEST_PATH} 字节（一个汉字三字节）；请换一个短的：{path}。"
            f" The store's path has {size} bytes, and {LONGEST_PATH} are the most; choose a shorter one: {path}."
        )
    return Layout(Path(path))


@contextmanager
def writable(layout: Layout) -> Iterator[None]:
    """Turn an OSError of the block into a StoreUnusableError that names the store."""
    try:
        yield
    except OSError as cause:
        raise errors.StoreUnusableError(
            f"无法写入库 {layout.root}：{cause}。检查磁盘空间与权限后重试，已有数据未受影响。"
            f" The store {layout.root} cannot be written: {cause}. Check disk space and permissions and try again;"
            " what it holds is unharmed."
        ) from cause


def write(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old or the new one: synced beside it, then renamed. May raise OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            sync(stream)
    except OSError:
        beside.unlink(missing_ok=True)  # on a full disk, its part takes room
        raise
    move(beside, path)


def sync(stream: BinaryIO) -> None:
    """Make the data written to a file durable. May raise OSError."""
    stream.flush()
    os.fsync(stream.fileno())


def move(source: Path, target: Path) -> None:
    """Rename a file or directory, over an existing file, and sync the target's directory. May raise OSError."""
    _replace(source, target)
    sync_path(target.parent)


def _replace(source: Path, target: Path) -> None:
    """Rename a file or directory to `target`, over an existing file; an existing directory is renamed first.

    May raise OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not source.is_dir():
        target.replace(Path(tempfile.mkdtemp(prefix=f"{target.name}.damaged-", dir=target.parent)))
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file, or a folder, if there is one. May raise OSError."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    """Make files durable and rename them, given as pairs of source and target; an existing target is replaced.

    May raise OSError.
    """
    if len(moves) > _MANY:
        os.sync()
    for source, _ in moves:
        sync_path(source)  # at once for a file that the call above made durable
    for source, target in moves:
        _replace(source, target)
    for directory in {target.parent for _, target in moves}:
        sync_path(directory)


def held(path: Path) -> int | None:
    """Open a file and lock it for readers, so that no writer removes it; return a descriptor, None if there is no file.

    The lock ends when the descriptor is closed. On a file system without locks, writers keep every file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


Stamp = tuple[int, int, int, int]
"""Inode, time of change in nanoseconds, size and device of a file."""


def stamp(path: str | Path) -> Stamp | None:
    """Return a value that identifies a file in its present state; None if the file is missing or cannot be looked at.

    The value has inode, time of change, size and device. Files that exist at the same time have different stamps unless
    they are links to one file. A file also gets another stamp when `write` replaces it.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - called per request, and Path.stat() takes five times as long
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size, status.st_dev


def sync_path(path: Path) -> None:
    """Make the data of a file, or the names in a directory, durable. May raise OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


FORMAT = 2  # version of the layout of a store's directory; a later jixiao may use a higher number


def header_of(layout: Layout) -> records.Header:
    """Read the header of a store. Raises StoreMissingError and StoreUnusableError."""
    try:
        header = TypeAdapter(records.Header).validate_json(layout.header.read_bytes())
    except (OSError, ValidationError) as cause:
        if isinstance(cause, FileNotFoundError | NotADirectoryError) and not layout.current.exists():
            raise errors.StoreMissingError(
                f"此处没有库：{layout.root}；请先用 jixiao ingest 导入。"
                f" There is no store at {layout.root}; ingest something into it first (jixiao ingest)."
            ) from None
        raise errors.damaged(layout.header, *errors.BACKUP, cause) from cause
    if header.format != FORMAT:
        anew = f"jixiao ingest {layout.root}/sources --store NEW --base-iri {header.base_iri}"
        raise errors.StoreUnusableError(
            f"库 {layout.root} 由更新版本的 jixiao 创建（格式 {header.format}），请升级软件。"
            f" The store {layout.root} was made by a later jixiao (format {header.format}); upgrade the software."
            if header.format > FORMAT
            else f"库 {layout.root} 是旧格式（{header.format}）。请由它保存的原文件另建新库：{anew}，"
            "再把 registry.ttl 和 dataset.toml 复制到新库，运行 jixiao registry apply --store NEW。"
            f" The store {layout.root} has an earlier format ({header.format}). Make a new store of its original files:"
            f" {anew}; then copy registry.ttl and dataset.toml into it, and run jixiao registry apply --store NEW."
        )
    return header
