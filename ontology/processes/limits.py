"""Limits of a process, and the system calls by which a process takes them upon itself.

Memory counts the data of a process (RLIMIT_DATA), since address space also counts libraries and reserved addresses.
Only Linux measures and limits data, ends a process with its parent, and takes its network away.
"""

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1  # prctl(2)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # unshare(2)
_BLOCK = 512  # bytes, of a shell's `ulimit -f`


class Limits(NamedTuple):
    """Limits of a process and of the processes that it starts; None is no limit.

    `memory` is the number of bytes by which its data may grow, `processor` its seconds of processor time, and `file`
    the number of bytes of the largest file that it may write. `disk` is the number of bytes that the files in its
    folder may take together, which its parent looks at (child.py). After `seconds` of elapsed time it ends, even if its
    parent is gone. `nice` is its niceness (0 to 19). The process has no network unless `network` is true; without
    network it is in a user namespace, in which root has no rights to the files of other users.
    """

    memory: int | None = None
    processor: int | None = None
    seconds: int | None = None
    file: int | None = None
    disk: int | None = None
    nice: int = 0
    network: bool = False


def confine(limits: Limits) -> None:
    """Put limits into force for this process, forbid dumping core, and end the process with its parent.

    Call this before threads are started, and before anything is read that may do harm.
    """
    with contextlib.suppress(FileNotFoundError):  # of a system without /proc
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
        _limit(resource.RLIMIT_DATA, limits.memory and pages * resource.getpagesize() + limits.memory)
    _limit(resource.RLIMIT_CPU, limits.processor)
    _limit(resource.RLIMIT_FSIZE, limits.file)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(limits.nice)
    signal.alarm(limits.seconds or 0)
    # A library in Rust that runs out of memory while it writes a backtrace waits for its own lock, and never ends.
    os.environ["RUST_BACKTRACE"] = "0"
    with contextlib.suppress(AttributeError):  # of a system without these calls
        import ctypes  # noqa: PLC0415 - it takes as long to load as the rest of this package

        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # A kernel that forbids namespaces leaves the process its network: this is a second line of defence.
        libc.unshare(0 if limits.network else _CLONE_NEWUSER | _CLONE_NEWNET)


@contextlib.contextmanager
def processor_within(seconds: int) -> Iterator[None]:
    """Have the system end this process (SIGXCPU) if the block takes more than `seconds` of processor time.

    Blocks must not be nested.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def shell(limits: Limits) -> tuple[str, ...]:
    """Return arguments to put before a command, so that it runs under limits.

    The limits concern memory, processor time and size of files. They are set by a shell, for programs that are not
    Python: a shell starts thirty times as fast as an interpreter that would call `confine`.
    """
    each = (("d", limits.memory, 1024), ("t", limits.processor, 1), ("f", limits.file, _BLOCK))
    wanted = (f"ulimit -{option} {most // unit} 2>/dev/null; " for option, most, unit in each if most is not None)
    return ("/bin/sh", "-c", "".join(wanted) + 'ulimit -c 0; exec "$@"', "sh")


def _limit(kind: int, most: int | None) -> None:
    """Set the limit of a resource (RLIMIT_…) to `most`, unless `most` is None or a lower limit is in force.

    A limit cannot be raised again.
    """
    if most is not None:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
