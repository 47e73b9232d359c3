"""Measure the process tree below a process id from outside: CPU seconds, memory, open files and processes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from tests.support.blackbox import process


@dataclass(frozen=True)
class Tree:
    """A process tree at one moment: resident bytes and open files of the root and of all, number of processes."""

    root_rss: int
    root_files: int
    rss: int
    files: int
    processes: int


def members(pid: int) -> list[psutil.Process]:
    """List the living processes of a tree, the root first; empty if the root has ended."""
    return [member for member in process.tree(pid) if process.alive(member)]


def cpu_seconds(pid: int) -> float:
    """Sum the CPU time of the tree so far, user and system, including children that have ended."""
    total = 0.0
    for member in members(pid):
        with contextlib.suppress(psutil.Error):
            times = member.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def tree(pid: int) -> Tree:
    """Measure the tree now. Processes that end meanwhile are not counted."""
    seen = []
    for member in members(pid):
        with contextlib.suppress(psutil.Error):
            seen.append((member.memory_info().rss, member.num_fds()))
    root_rss, root_files = seen[0] if seen else (0, 0)
    return Tree(root_rss, root_files, sum(rss for rss, _ in seen), sum(files for _, files in seen), len(seen))


def workers(pid: int) -> Iterator[psutil.Process]:
    """Find the processes that run queries: those without children, only named workers if any command names one."""
    below = [member for member in members(pid)[1:] if not _has_children(member)]
    named = [member for member in below if any("worker" in part for part in _command(member))]
    yield from named or below


def _has_children(member: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(member.children())
    return False


def _command(member: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return list(member.cmdline())
    return []
