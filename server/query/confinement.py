"""Confine a process that handles what strangers sent: its memory, its files, its network, and its life.

This module imports no other of the project, since processes with different work begin with it.
"""

from __future__ import annotations

import ctypes
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # prctl(2)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # unshare(2)


def confine(growth: int, largest_file: int = 0) -> None:
    """Limit further growth of memory to `growth` bytes and files to `largest_file` bytes, and forbid dumping core.

    Where the kernel allows, also end with the server and have no network, whatever the work may try: a second line of
    defence. Only Linux reports the size of memory and enforces such limits.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    except FileNotFoundError:
        return
    import resource  # noqa: PLC0415 - absent on some systems

    limit = pages * resource.getpagesize() + growth
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
