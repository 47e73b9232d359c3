"""Lock a store for one writer at a time, or one writer of dumps, with a kernel lock on a file that names the holder.

The kernel releases the lock when its holder dies.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jixiao.store.errors import StoreLockedError

_TRIES, _PAUSE = 5, 0.02  # seconds between tries: `taken` holds the lock for an instant, which must not stop a writer
_held: set[int] = set()


def _close_in_child() -> None:
    """Close the lock files in a forked worker, which otherwise would keep the lock after its writer is killed."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


@contextmanager
def hold(path: Path, *, wait: bool = False, version: str | None = None) -> Iterator[None]:
    """Hold the lock at `path` during the block.

    With `wait`, wait while another process holds the lock; otherwise raise StoreLockedError. `version`, if given, is
    written into the file for people to see. May raise OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(descriptor, path, wait)
        _held.add(descriptor)
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            **({} if version is None else {"version": version}),
        }
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(holder).encode())
        yield
    finally:
        if descriptor in _held:  # whoever locks the file without writing into it is not taken for this process
            os.ftruncate(descriptor, 0)
        _held.discard(descriptor)
        # A child between fork and exec still has the descriptor, so that closing ours alone would not unlock the file.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def taken(path: Path) -> bool:
    """Return whether a process holds the lock at `path`; a lock that cannot be examined counts as free."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as cause:
        return isinstance(cause, BlockingIOError)
    return False


def _lock(descriptor: int, path: Path, wait: bool) -> None:
    """Take the kernel lock. Raises StoreLockedError if another process holds it and `wait` is false."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return
    raise StoreLockedError(_message(path))


def _message(path: Path) -> str:
    try:
        holder = json.loads(path.read_bytes())
        pid, host, since = holder["pid"], holder["host"], holder["since"]
    except (ValueError, KeyError):  # the holder has the lock but has not written the text yet
        pid = host = since = "?"
    return (
        f"另一个进程正在写入此库：进程 {pid}，主机 {host}，自 {since} 起；待其结束后重试。"
        f" Another process is writing to this store: pid {pid} on {host} since {since}; try again when it is done."
        f" ({path})"
    )
