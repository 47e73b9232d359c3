"""Make temporary folders that the next process removes if theirs is killed.

A process locks its folder while it runs: a folder without a lock is left from a killed process.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def opened(prefix: str, below: Path | None = None) -> Iterator[Path]:
    """Yield a new folder whose name begins with `prefix`, and remove the folder at the end. May raise OSError.

    The folder is made in `below`, by default the system's folder for temporary files, where folders of processes that
    no longer run are removed first (`sweep`).
    """
    below = below or Path(tempfile.gettempdir())
    sweep(below, prefix)
    folder, lock = _locked_folder(prefix, below)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(below: Path, prefix: str) -> None:
    """Remove folders in `below` whose names begin with `prefix` and whose processes no longer run.

    Folders of other users stay.
    """
    for folder in below.glob(f"{prefix}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = _lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _locked_folder(prefix: str, below: Path) -> tuple[Path, int]:
    """Return a new folder and its lock; try again if a starting process removes the folder before it is locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=below))
        with suppress(FileNotFoundError):
            lock = _lock(folder)
            if lock is not None and folder.exists():
                return folder, lock


def _lock(folder: Path) -> int | None:
    """Return a lock on a folder, which lasts until the process ends; None if another process holds one."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
