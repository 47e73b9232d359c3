"""A process's number comes in, what it and all its descendants take of the machine goes out. From Linux's /proc.

Apart from metrics.py because the limit that matters, the memory of the whole tree, is in no library's page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """Processes, resident bytes (pages that are shared count in each), seconds of CPU with those that have ended."""

    processes: int
    resident: int
    seconds: float


def tree(root: int) -> Taken:
    """What the processes below and with `root` take; nothing where there is no /proc."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    count, pages, time = 0, 0, 0
    for pid in descendants(root):
        try:
            # The name, in parentheses, may hold anything; what follows is numbers.
            values = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        count += 1
        pages += int(values[21])
        time += sum(map(int, values[11:15]))
    return Taken(count, pages * page, time / ticks)


def descendants(root: int) -> Iterator[int]:
    """The process and those below it, itself first."""
    yield root
    try:
        below = [path.read_text(encoding="ascii") for path in Path(f"/proc/{root}/task").glob("*/children")]
    except OSError:
        return
    for pid in " ".join(below).split():
        yield from descendants(int(pid))
