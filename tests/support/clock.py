"""Seconds as they pass on a machine that runs nothing but the tests' own programs.

Other programs keep ours waiting for a processor. Linux counts how long a thread that could run has waited
(/proc/PID/task/TID/schedstat, second field, in nanoseconds; Documentation/scheduler/sched-stats.rst). Our own programs
make each other wait as well, so that only the share of the processors that others used is taken off, and of the thread
that waited longest, as many wait at once. A thread that waits for a lock, a seat or an answer waits for no processor: a
server that hangs is as slow by this clock as by any other.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Reading:
    """Seconds so far: by the wall clock, of processors in use, of those by each of our processes, waited by threads."""

    now: float
    busy: float
    ours: dict[int, float]
    waited: dict[str, float]


@dataclass
class Clock:
    """A stopwatch, started when made, for what this process and its children do, and the processes below `pid`."""

    pid: int | None = None
    _began: _Reading = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._read()

    def seconds(self) -> float:
        """Seconds since the start, less those in which other programs kept ours from the processor."""
        now, began = self._read(), self._began
        busy = now.busy - began.busy
        theirs = max(0.0, 1 - sum(_since(now.ours, began.ours)) / busy) if busy > 0 else 0.0
        return max(0.0, now.now - began.now - theirs * max(_since(now.waited, began.waited), default=0.0))

    def past(self, limit: float) -> bool:
        """Tell if more seconds have passed; while fewer have by the wall clock, no process is looked at."""
        return time.monotonic() - self._began.now > limit and self.seconds() > limit

    def _read(self) -> _Reading:
        ours: dict[int, float] = {}
        waited: dict[str, float] = {}
        for process in self._programs():
            with suppress(psutil.Error, OSError):
                times = process.cpu_times()
                ours[process.pid] = times.user + times.system
                waited |= _waited(process.pid)
        machine = psutil.cpu_times()
        idle = machine.idle + getattr(machine, "iowait", 0.0)
        return _Reading(time.monotonic(), sum(machine[:8]) - idle, ours, waited)

    def _programs(self) -> set[psutil.Process]:
        found = set()
        for pid in {os.getpid(), self.pid} - {None}:
            with suppress(psutil.Error):
                first = psutil.Process(pid)
                found |= {first, *first.children(recursive=True)}
        return found


def _since(now: Mapping[Any, float], before: Mapping[Any, float]) -> list[float]:
    return [seconds - before.get(name, 0.0) for name, seconds in now.items()]


def _waited(pid: int) -> dict[str, float]:
    """Seconds that each thread of a process has waited for a processor; nothing where the system does not count."""
    waited = {}
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError, IndexError):
            waited[str(thread)] = int(thread.read_text(encoding="ascii").split()[1]) / 1e9
    return waited


def until(look: Callable[[], Found], seconds: float = 60) -> Found:
    """Return what `look` finds once that is something, and fail if it takes longer than so many seconds."""
    clock = Clock()
    while not (found := look()):
        assert not clock.past(seconds), "it did not come to pass in time"
        time.sleep(0.02)
    return found
