"""Keep the files of tables for data that have none of their own, in a folder from which the oldest are removed.

A file is filled beside its place, under a lock of its dataset, and then renamed: of several processes one fills it and
the others wait, and what a killed process leaves behind is never read. Files that readers use are not removed.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from jixiao.store import errors, files, lock
from jixiao.store.tables import filling, reading
from jixiao.store.tables.table import Table


class Cache:
    """A folder with files of tables, of at most `most_bytes` in all. Safe to share between threads and processes."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder, self._most_bytes = folder.expanduser(), most_bytes

    def made(self, dataset: str, state: str, every: Sequence[Table], fill: Callable[[Path], None]) -> reading.TableFile:
        """Return the tables of a state of a dataset, which `fill` writes to a path unless they are there.

        If another process fills them, wait for it. Raises the errors of `fill`, and StoreUnusableError.
        """
        beside = self.folder / f"{uuid5(NAMESPACE_URL, dataset)}.new"
        path = beside.with_suffix(f".{uuid5(NAMESPACE_URL, f'{state} {filling.digest(every)}')}.sqlite")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with lock.hold(beside.with_suffix(".lock"), wait=True):
                tables = _intact(path, every)
                while tables is None:
                    beside.unlink(missing_ok=True)  # left by a process that was killed
                    try:
                        fill(beside)
                        files.move(beside, path)
                    finally:
                        beside.unlink(missing_ok=True)
                    tables = reading.opened(path, every)
                os.utime(path)
                self._make_room()
        except (OSError, sqlite3.Error) as cause:
            raise errors.StoreUnusableError(
                f"表无法写入缓存文件夹 {self.folder}：{cause}；请检查磁盘空间和权限，或用 tables_folder 另设一处。"
                f" Tables cannot be written into the cache folder {self.folder}: {cause}; check disk space and"
                " permissions, or set another folder by tables_folder."
            ) from cause
        return tables

    def sweep(self) -> None:
        """Remove the files that killed processes left half-filled."""
        for left in self.folder.glob("*.new"):
            with suppress(OSError, errors.StoreLockedError), lock.hold(left.with_suffix(".lock")):
                left.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Remove the files that were not used for longest, as far as all have too many bytes and nobody reads them."""
        known = [(stamp[1:3], path) for path in self.folder.glob("*.sqlite") if (stamp := files.stamp(path))]
        room = self._most_bytes
        for (_, size), path in sorted(known, reverse=True):
            room -= size
            if room < 0:
                with suppress(OSError), path.open("rb") as stream:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


def _intact(path: Path, every: Sequence[Table]) -> reading.TableFile | None:
    """Open a file of tables; None if there is none, or if it is damaged, so that it must be filled again."""
    try:
        return reading.opened(path, every)
    except errors.StoreUnusableError:
        return None
