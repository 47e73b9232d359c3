"""One writer at a time: a kernel lock on a file that says who holds it; the kernel gives it back when that one dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jixiao.store.errors import StoreLockedError

_held: set[int] = set()


def _let_go_in_child() -> None:
    """A forked worker that outlives a killed writer must not keep its lock."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


def hold(path: Path) -> AbstractContextManager[None]:
    """Takes the lock at `path`; leaving the returned context gives it back. Raises StoreLockedError and OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _held.add(descriptor)
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(holder).encode())
    except BlockingIOError:
        os.close(descriptor)
        raise StoreLockedError(_who(path)) from None
    except OSError:
        _held.discard(descriptor)
        os.close(descriptor)
        raise
    return _giving_back(descriptor)


@contextmanager
def _giving_back(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        _held.discard(descriptor)
        # A process that is just being started has the descriptor until its exec; closing ours would leave it locked.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _who(path: Path) -> str:
    try:
        holder = json.loads(path.read_bytes())
        pid, host, since = holder["pid"], holder["host"], holder["since"]
    except (ValueError, KeyError):  # caught between the lock and the writing of its text
        pid = host = since = "?"
    return (
        f"另一个进程正在写入此库：进程 {pid}，主机 {host}，自 {since} 起；待其结束后重试。"
        f" Another process is writing to this store: pid {pid} on {host} since {since}; try again when it is done."
        f" ({path})"
    )
