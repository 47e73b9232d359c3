"""A server's process tree, looked at from outside: a process id in; CPU seconds, memory, files and processes out."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Tree:
    """A process with all below it at one moment: bytes resident and open files of the root and of all, processes."""

    root_rss: int
    root_files: int
    rss: int
    files: int
    processes: int


def members(pid: int) -> list[psutil.Process]:
    """The process and all below it that are alive; none once it has ended."""
    try:
        root = psutil.Process(pid)
        found = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
    return [process for process in found if _alive(process)]


def cpu_seconds(pid: int) -> float:
    """CPU time of the tree so far, user and system, with that of the children that have ended."""
    total = 0.0
    for process in members(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def tree(pid: int) -> Tree:
    """How large the tree is now. What ends meanwhile counts nothing."""
    seen = []
    for process in members(pid):
        with contextlib.suppress(psutil.Error):
            seen.append((process.memory_info().rss, process.num_fds()))
    root_rss, root_files = seen[0] if seen else (0, 0)
    return Tree(root_rss, root_files, sum(rss for rss, _ in seen), sum(files for _, files in seen), len(seen))


def workers(pid: int) -> Iterator[psutil.Process]:
    """The processes of the tree that run queries: those without children, by their command where it says so."""
    below = [process for process in members(pid)[1:] if not _has_children(process)]
    named = [process for process in below if any("worker" in part for part in _command(process))]
    yield from named or below


def _alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _has_children(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.children())
    return False


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return list(process.cmdline())
    return []
