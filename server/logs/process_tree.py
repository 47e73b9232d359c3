"""Measure the memory and CPU time of a process with all its descendants, from Linux's /proc.

The metrics library measures one process alone, while the limit that matters is the memory of the server with its
workers.
"""

import os
from pathlib import Path
from typing import NamedTuple

from jixiao.ontology.processes.child import descendants


class Usage(NamedTuple):
    """Number of processes, resident bytes (shared pages count in each), CPU seconds including ended children's."""

    processes: int
    resident: int
    seconds: float


def tree_usage(root: int) -> Usage:
    """Add up the usage of a process and all below it; zeros on a system without /proc."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    count, pages, time = 0, 0, 0
    for pid in descendants(root):
        try:
            # The name, in parentheses, may hold anything; all fields after it are numbers.
            values = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        count += 1
        pages += int(values[21])
        time += sum(map(int, values[11:15]))
    return Usage(count, pages * page, time / ticks)
