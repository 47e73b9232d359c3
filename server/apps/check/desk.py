"""Limit the files that are checked at a time, and give each a folder of its own that is removed afterwards.

A client takes a place before its file is read, which bounds memory, and a seat before the file is checked. The folders
are inside one that this process locks while it lives, so that the next process can remove what a killed one left.
"""

import fcntl
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from jixiao.server.errors import PoolBusyError, TooManyError
from jixiao.server.http.clients import Client, client_key
from jixiao.server.query.seats import Line, Seats
from jixiao.server.settings import Settings

PREFIX = "jixiao-uploads-"
_EACH = 2  # places that one client may hold


class Desk:
    """The places and seats of one server process; used from its event loop. `folder` holds the files under check."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        seats = max(1, settings.check_seats // settings.processes)
        self.folder = folder
        self._places = seats + settings.check_waiting
        self._held: Counter[str] = Counter()
        self._seats = Seats(seats, Line(self._places, _EACH, settings.check_timeout * self._places))

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place for a client, during a block. Raises TooManyError and PoolBusyError."""
        client = client_key(address)
        if self._held[client] >= _EACH:
            raise TooManyError(
                f"同一来源已有 {_EACH} 个文件在检查，请等它们完成。",
                f"{_EACH} files from this address are being checked already; wait until they are done.",
            )
        if self._held.total() >= self._places:
            raise PoolBusyError(
                "正在检查的文件已满，请稍后再试。",
                "As many files as this server takes are being checked; try again soon.",
            )
        self._held[client] += 1
        try:
            yield
        finally:
            self._held[client] -= 1
            self._held += Counter()  # drops clients whose number is 0

    @asynccontextmanager
    async def seat(self, client: Client) -> AsyncIterator[Path]:
        """Take a seat during a block, and give an empty folder. Raises PoolBusyError and ClientGoneError."""
        await self._seats.take(client)
        try:
            with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
                yield Path(folder)
        finally:
            self._seats.give_back()


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """Yield a desk, whose folder is removed at the end; also remove folders that dead processes left."""
    sweep(Path(tempfile.gettempdir()))
    folder, lock = _locked_folder()
    try:
        yield Desk(settings, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(below: Path) -> None:
    """Remove the folders of processes that no longer run."""
    for folder in below.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = _lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _locked_folder() -> tuple[Path, int]:
    """Make a folder and lock it; another process that starts just now may sweep it away before it is locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        with suppress(FileNotFoundError):
            lock = _lock(folder)
            if lock is not None and folder.exists():
                return folder, lock


def _lock(folder: Path) -> int | None:
    """Lock a folder until the process ends, and return the lock; None if another process holds it."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
