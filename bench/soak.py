"""Look for leaks in a server that gets a day's queries in ten minutes: `python -m bench.soak [--minutes 10]`.

A few clients send the requests of bench.load.mix to `jixiao serve`, while workers are killed now and then. Memory,
processes, open files and temporary files are sampled every five seconds. The exit status is 1 if a measure grows after
the warm-up, if something is left over after the load, or if an answer was wrong.
"""

import argparse
import asyncio
import contextlib
import random
import shlex
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import corpus
from bench.load import servers
from bench.load.growth import MIB, Growth, Measure, growth
from bench.load.http import Reply, cut
from bench.load.mix import BUSY, Ask, Mix
from bench.load.processes import Tree, members, tree, workers
from bench.load.servers import Server

EVERY = 5.0
WARM_UP = 0.25  # share of the time
SETTLING = 8.0  # seconds without load before the last sample
CACHE = {"JIXIAO_CACHE_BYTES": str(8 << 20)}  # small enough to be full at the end of the warm-up
_SECONDS_A_KILL = 15.0
_OVERTIME = 1.5
_SPARE = {"processes": 1, "root_files": 10}
"""Allowed leftovers after the load: a spare worker that did not run before, files of the store."""
_FIRST = 500  # queries before the first sample, so that everything has been opened once

MEASURES = {
    "root_rss": Measure("服务进程内存 server's memory", " MiB", MIB, 24 * MIB, 0.1),
    "root_files": Measure("服务进程打开的文件 server's open files", "", 1, 8, 0.0),
    "rss": Measure("进程树内存 memory of the tree", " MiB", MIB, 96 * MIB, 0.1),
    "processes": Measure("进程 processes", "", 1, 1.5, 0.0),
    "files": Measure("打开的文件 open files", "", 1, 12, 0.0),
    "temporary": Measure("临时文件 temporary files", "", 1, 2, 0.0),
}


@dataclass
class Soak:
    """Record of a run: answers by kind and status (0 for a broken connection), faults, and samples."""

    server: Server
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    killed: int = 0
    times: list[float] = field(default_factory=list)
    samples: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in MEASURES})

    def judge(self, ask: Ask, reply: Reply | None) -> None:
        """Count an answer, and record an improper one as a fault."""
        status = reply.status if reply else 0
        self.answers[ask.kind, status] += 1
        if reply is None:
            if ask.patience is None:
                self.faults.append(f"{ask.kind}: 连接中断 the connection broke")
        elif status == 200 and ask.right is not None:
            if not ask.right(reply.body):
                self.faults.append(f"{ask.kind}: 答案错误 a wrong answer: {reply.body[:200]!r}")
        elif status not in ask.proper | BUSY:
            self.faults.append(f"{ask.kind}: {status} {reply.body[:200]!r}")

    def sample(self) -> Tree:
        """Sample the server once."""
        now = tree(self.server.pid)
        values = {**vars(now), "temporary": temporary(self.server)}
        self.times.append(time.monotonic())
        for name, value in values.items():
            self.samples[name].append(value)
        return now


def temporary(server: Server) -> int:
    """Count the server's temporary files and folders, except its log."""
    return sum(1 for path in server.temporary.rglob("*") if path.name != "log")


async def run(soak: Soak, mix: Mix, clients: int, queries: int, seconds: float) -> None:
    """Send the queries at an even pace over the time; a slow server gets half of the time more, then the load ends."""
    soak.sample()
    begun = time.monotonic()
    row = _paced(mix.requests(), queries, seconds, begun)
    lines = [asyncio.create_task(_client(soak, row, begun + seconds * _OVERTIME)) for _ in range(clients)]
    others = [asyncio.create_task(_samples(soak)), asyncio.create_task(_kills(soak))]
    await asyncio.gather(*lines)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    soak.sample()


def _paced(requests: Iterator[Ask], queries: int, seconds: float, begun: float) -> Iterator[tuple[float, Ask]]:
    """Pair each request with the time at which it is due."""
    for number, ask in zip(range(queries), requests, strict=False):
        yield begun + number * seconds / queries, ask


async def _client(soak: Soak, row: Iterator[tuple[float, Ask]], end: float) -> None:
    connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    for due, ask in row:
        if (now := time.monotonic()) >= end:
            break
        await asyncio.sleep(max(0.0, due - now))
        if connection is None:
            connection = await asyncio.open_connection("127.0.0.1", soak.server.port)
        reply = await _reply(ask, *connection)
        soak.judge(ask, reply)
        if reply is None or reply.closing:
            connection[1].transport.abort()
            connection = None
    if connection is not None:
        connection[1].close()


async def _reply(ask: Ask, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Reply | None:
    """Send a request and return the answer, or None if the client hangs up or the connection breaks."""
    buffer = bytearray()
    with contextlib.suppress(OSError, TimeoutError):
        writer.write(ask.request)
        async with asyncio.timeout(ask.patience):
            while (reply := cut(buffer)) is None:
                part = await reader.read(256 if ask.slow else 1 << 20)
                if not part:
                    return None
                buffer += part
                if ask.slow:
                    await asyncio.sleep(0.05)
            return reply
    return None


async def _samples(soak: Soak) -> None:
    while True:
        await asyncio.sleep(EVERY)
        now = soak.sample()
        answered = soak.answers.total()
        print(
            f"{answered:>8,} 次 queries  {now.rss / MIB:>7,.0f} MiB  {now.processes:>3} 进程 processes"
            f"  {now.files:>4} 文件 files  {soak.samples['temporary'][-1]:>3.0f} 临时 temporary",
            flush=True,
        )


async def _kills(soak: Soak) -> None:
    rng = random.Random(1)  # noqa: S311
    while True:
        await asyncio.sleep(_SECONDS_A_KILL)
        if found := list(workers(soak.server.pid)):
            with contextlib.suppress(psutil.Error):
                rng.choice(found).kill()
                soak.killed += 1


def grown(soak: Soak) -> Iterator[Growth]:
    """Fit the growth of each measure after the warm-up."""
    start = soak.times[0] + (soak.times[-1] - soak.times[0]) * WARM_UP
    kept = [at for at, when in enumerate(soak.times) if when >= start]
    for name, measure in MEASURES.items():
        yield growth(measure, [soak.times[at] for at in kept], [soak.samples[name][at] for at in kept])


def left_over(before: Tree, after: Tree) -> list[str]:
    """Describe processes and files that remain after the load."""
    return [
        f"{MEASURES[name].name}：{getattr(before, name)} → {getattr(after, name)}"
        for name, spare in _SPARE.items()
        if getattr(after, name) > getattr(before, name) + spare
    ]


def main() -> None:
    """Read the arguments, run, print the verdict."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--queries", type=int, default=86_400, help="default: one per second of a day")
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--store", type=Path, help="default: a temporary one of 2,000 projects")
    parser.add_argument("--serve", default="", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jixiao-soak-") as scratch:
        path = given.store or Path(scratch, "store")
        if given.store is None:
            corpus.make(path, 2_000)
        sys.exit(_run(given, path))


def _run(given: argparse.Namespace, path: Path) -> int:
    generation = corpus.current(path)
    with servers.jixiao(path, shlex.split(given.serve), CACHE) as server:
        mix, soak = Mix(generation), Soak(server)
        asyncio.run(run(Soak(server), mix, given.clients, _FIRST, _FIRST / 100))
        time.sleep(SETTLING)
        before = tree(server.pid)
        asyncio.run(run(soak, mix, given.clients, given.queries, given.minutes * 60))
        time.sleep(SETTLING)
        after, alive = tree(server.pid), members(server.pid)
    verdicts = list(grown(soak))
    remains = left_over(before, after)
    remains += [f"服务停止后仍在 outlives the server: {process.pid}" for process in alive if process.is_running()]
    for (kind, status), number in sorted(soak.answers.items()):
        print(f"{kind:16}{status or '—':>5}{number:>9,}")
    print(f"杀死的进程 workers killed: {soak.killed}")
    if (done := soak.answers.total()) < given.queries:
        print(f"时间到，只完成 out of time, only {done:,} / {given.queries:,}")
    for line in (*verdicts, *(f"残留 left over: {each}" for each in remains)):
        print(line)
    for fault, number in Counter(soak.faults).most_common(20):
        print(f"错 fault × {number}: {fault}")
    failed = bool(remains or soak.faults or any(each.grew for each in verdicts))
    print("未通过 FAILED" if failed else "通过 passed")
    return int(failed)


if __name__ == "__main__":
    main()
