"""Look for leaks in a server that gets a day's queries in ten minutes: `python -m bench.soak STORE [--minutes 10]`.

Clients send lookups, views, pages, mistakes, time-outs, hang-ups, large results and queries that crash the engine;
workers are killed now and then. With `--commits SECONDS`, filings are committed meanwhile as by bench.commits, which
changes the store. Memory, processes, threads, open files and temporary files are sampled every five seconds. The exit
status is 1 if a measure grows after the warm-up, if something is left over after the load, if an answer was wrong, or
if the server logged an error.
"""

import http.client
import json
import shlex
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import combinations, count, islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated, NamedTuple
from urllib.parse import quote, urlsplit

import psutil
import typer

from bench import commits
from bench.lookups import JSON, Lookup, Request, answered, get, lookups, projects, query, sparql_get, sparql_post
from bench.measuring import FlagsOption, print_table
from jixiao.store import Generation, Store
from tests.support.blackbox import process
from tests.support.blackbox.wire import Server

MIB = 1 << 20
EVERY = 5.0
WARM_UP = 0.25  # share of the time
SETTLING = 8.0  # seconds without load before the last sample
BUSY = frozenset({429, 503})
"""Statuses that a server may give to any request while it is overloaded or has lost the worker."""
PAGES = frozenset({200, 302})
"""Statuses of pages, which may first lead to those of a language."""
CACHE = {"JIXIAO_CACHE_BYTES": str(8 * MIB)}  # small enough to be full at the end of the warm-up
_OVERTIME = 1.5
_FIRST = 500  # queries before the first sample, so that everything has been opened once
_DEPTH = 600  # levels of IF within IF, which crash the engine


class Measure(NamedTuple):
    """A sampled quantity: its name, the divisor by which it is shown (`unit`), and its limits.

    A rise after the warm-up is tolerated up to `spare`, or to the `share` of the median if larger; `left` is the excess
    over the start that may remain after the load.
    """

    name: str
    unit: int
    spare: float
    share: float
    left: float


MEASURES = {
    "root_rss": Measure("服务进程内存 server's memory, MiB", MIB, 24 * MIB, 0.1, float("inf")),
    "root_files": Measure("服务进程打开的文件 server's open files", 1, 8, 0.0, 10),
    "root_threads": Measure("服务进程的线程 server's threads", 1, 4, 0.0, 8),
    "rss": Measure("进程树内存 memory of the tree, MiB", MIB, 96 * MIB, 0.1, float("inf")),
    "processes": Measure("进程 processes", 1, 1.5, 0.0, 1),
    "files": Measure("打开的文件 open files", 1, 12, 0.0, float("inf")),
    "temporary": Measure("临时文件 temporary files", 1, 2, 0.0, float("inf")),
}


@dataclass(frozen=True)
class Ask:
    """A request with the answers that are proper: a status in `proper` and, if there is a `lookup`, its projects.

    The client hangs up after `patience` seconds, or never if `patience` is None.
    """

    kind: str
    request: Request
    lookup: Lookup | None = None
    proper: frozenset[int] = frozenset({200})
    patience: float | None = None


def mix(generation: Generation, seed: int = 1) -> Iterator[Ask]:
    """Yield random requests of all kinds without end, about things that the store has; equal seeds draw alike."""
    rng, fresh = Random(seed), count(1)  # noqa: S311
    asked = lookups(generation, 64)
    things = sorted({urlsplit(iri).path for lookup in asked for iri in lookup.projects})
    sources = [f"/source/{sha16}" for sha16, record in sorted(generation.sources.items()) if record.live]
    others = ("/views/legal-bases?limit=50", "/views/spending", "/views/projects?limit=50", "/views")
    heavy = sparql_post(query("heavy-product"))
    nested = "IF(true, " * _DEPTH + "1" + ", 0)" * _DEPTH
    kinds = {
        "lookup": 600, "fresh lookup": 50, "view": 120, "other view": 15, "page": 150, "mistake": 50, "time-out": 3,
        "hang-up": 3, "large result": 2, "crash": 1,
    }  # fmt: skip
    while True:
        [kind] = rng.choices(list(kinds), list(kinds.values()))
        lookup, number = rng.choice(asked), next(fresh)
        thing = rng.choice(things)
        page = rng.choice((thing, thing.replace("/id/", "/doc/", 1), rng.choice(sources), "/", "/health"))
        large = sparql_post(f"SELECT * {{ ?thing ?property ?value }} OFFSET {number} LIMIT 20000")
        mistake, status = rng.choice(MISTAKES)
        proper = frozenset({status, *({403, 422} if status == 400 else {303})})
        yield {
            "lookup": Ask(kind, rng.choice((sparql_get, sparql_post))(lookup.sparql), lookup),
            "fresh lookup": Ask(kind, sparql_post(f"{lookup.sparql}# {number}\n"), lookup),
            "view": Ask(kind, lookup.view(), lookup),
            "other view": Ask(kind, get(rng.choice(others), rng.choice((JSON, "text/html"))), proper=PAGES),
            "page": Ask(kind, get(page, rng.choice(("text/html", "text/turtle"))), proper=PAGES | {303, 406}),
            "mistake": Ask(kind, mistake, proper=proper),
            "time-out": Ask(kind, sparql_post(query("heavy-product"), timeout="1"), proper=frozenset({504})),
            "hang-up": Ask(kind, rng.choice((heavy, large)), patience=rng.uniform(0.05, 0.6)),
            "large result": Ask(kind, large),
            "crash": Ask(kind, sparql_post(f"SELECT ({nested} AS ?x) {{}}"), proper=frozenset({200, 400, 413, 503})),
        }[kind]


MISTAKES = (
    (sparql_post("SELECT ?x WHERE { ?x ?y }"), 400),
    (get("/views/projects-citing", JSON), 400),
    (get(f"/views/projects-citing?number={quote('没有字号')}", JSON), 400),
    (get("/id/project/none", "*/*"), 404),
    (get("/nowhere", "*/*"), 404),
    (sparql_post("ASK { ?s ?p ?o }", accept="image/png"), 406),
    (Request("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, b"update=CLEAR+ALL"), 400),
    (sparql_post("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 400),
)


@dataclass
class Soak:
    """The record of a run: answers by kind and status (0 for a broken connection), faults, and samples.

    If `known` is not empty, commits add and remove other projects meanwhile: only projects in `known` are compared.
    """

    pid: int
    port: int
    temporary: Path
    known: frozenset[str] = frozenset()
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    samples: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in MEASURES})

    def judge(self, ask: Ask, status: int, body: bytes) -> None:
        """Count an answer, and record it as a fault if it is improper; status 0 means that no answer came."""
        self.answers[ask.kind, status] += 1
        if not status:
            self.faults[f"{ask.kind}: 连接中断 the connection broke"] += ask.patience is None
        elif status not in ask.proper | BUSY:
            self.faults[f"{ask.kind}: {status} {body[:200]!r}"] += 1
        elif status == 200 and ask.lookup and self._named(body) != ask.lookup.projects:
            self.faults[f"{ask.kind}: 答案错误 a wrong answer: {body[:200]!r}"] += 1

    def _named(self, body: bytes) -> frozenset[str]:
        found = projects(body)
        return found & self.known if self.known else found

    def sample(self) -> dict[str, float]:
        """Measure the server once, add the values to the samples, and return them by the name of the measure.

        Memory is in bytes. Open files, threads, processes and temporary files are counted.
        """
        sizes = []
        for member in process.tree(self.pid):
            with suppress(psutil.Error):
                sizes.append((member.memory_info().rss, member.num_fds(), member.num_threads()))
        temporary = sum(1 for _ in self.temporary.rglob("*"))
        totals = [sum(column) for column in zip(*sizes, strict=True)]
        values = dict(zip(MEASURES, (*sizes[0], totals[0], len(sizes), totals[1], temporary), strict=True))
        self.times.append(time.monotonic())
        for name, value in values.items():
            self.samples[name].append(value)
        return values

    def run(self, asks: Iterator[Ask], clients: int, queries: int, seconds: float) -> None:
        """Send `queries` requests by several clients, evenly over so many `seconds`, while the server is sampled.

        A worker is killed now and then. A slow server gets half of the time more; requests that remain then are not
        sent.
        """
        begun, lock, done = time.monotonic(), threading.Lock(), threading.Event()
        due = ((begun + number * seconds / queries, ask) for number, ask in enumerate(islice(asks, queries)))

        def client(_: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            while time.monotonic() < begun + seconds * _OVERTIME:
                with lock:
                    at, ask = next(due, (0.0, None))
                if ask is None:
                    break
                time.sleep(max(0.0, at - time.monotonic()))
                self.judge(ask, *answer(connection, ask))
            connection.close()

        def watch() -> None:
            rng = Random(1)  # noqa: S311
            for number in count(1):
                if done.wait(EVERY):
                    return
                print(f"{self.answers.total():>8,} 次 queries  {self.sample()['rss'] / MIB:>7,.0f} MiB", flush=True)
                with suppress(psutil.Error):
                    # The server logs an error if a process dies while it starts, or while it has the lock of dumps.
                    old = time.time() - 6 * EVERY
                    workers = [each for each in process.workers(self.pid) if each.create_time() < old]
                    chosen = rng.choice(workers) if number % 3 == 0 and workers else None
                    if chosen and not any(Path(file.path).name == "dumps.lock" for file in chosen.open_files()):
                        chosen.kill()

        with ThreadPoolExecutor(clients + 1) as threads:
            watching = threads.submit(watch)
            list(threads.map(client, range(clients)))
            done.set()
            watching.result()

    def _warm(self) -> list[int]:
        """Return the positions, in the list of samples, of those taken after the warm-up."""
        start = self.times[0] + (self.times[-1] - self.times[0]) * WARM_UP
        return [at for at, when in enumerate(self.times) if when >= start]

    def warm(self) -> dict[str, float]:
        """Return the first sample after the warm-up, by measure.

        Earlier samples do not count, as commits have changed how many files a graph has.
        """
        return {name: values[self._warm()[0]] for name, values in self.samples.items()}

    def grown(self) -> Iterator[tuple[bool, list[object]]]:
        """Yield for each measure whether it rises more than tolerated after the warm-up, and its row of the table."""
        kept = self._warm()
        times = [self.times[at] for at in kept]
        for name, measure in MEASURES.items():
            values = [self.samples[name][at] for at in kept]
            middle = median(values)
            rise = slope(times, values) * (times[-1] - times[0])
            allowed = max(measure.spare, measure.share * middle)
            grew = rise > allowed
            few = max(1, len(values) // 10)
            ends = median(values[:few]), median(values[-few:])
            figures = [f"{each / measure.unit:,.1f}" for each in (*ends, middle, rise, allowed)]
            yield grew, [measure.name, *figures, "增长 GROWS" if grew else "不增长 steady"]


def answer(connection: http.client.HTTPConnection, ask: Ask) -> tuple[int, bytes]:
    """Send a request and return status and body; the status is 0 if the client hangs up or the connection breaks."""
    connection.timeout = ask.patience
    if ask.patience is None:
        return answered(connection, ask.request)
    connection.close()  # the next one has this time limit, and must not be used for other requests
    status_and_body = answered(connection, ask.request)
    connection.close()
    return status_and_body


def errors(log: Iterable[str]) -> Counter[str]:
    """Count the errors in the lines of a server's log, by their message and the end of their trace."""
    found = Counter[str]()
    for line in log:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"level": "error", "message": line} if "Traceback" in line else {}
        if entry.get("level") in {"error", "critical"} or "trace" in entry:
            found[f"{entry['message'][:150]} {entry.get('trace', '')[-150:]}"] += 1
    return found


@contextmanager
def committing(store: Path, every: float) -> Iterator[Counter[str]]:
    """Commit an invented filing every `every` seconds during the block, or never if 0; yield the commits by kind."""
    done = threading.Event()
    made = Counter[str]()

    def commit() -> None:
        costs = commits.made(Store.open(store))
        while not done.wait(every):
            made[next(costs).kind] += 1

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(commit) if every else None
        try:
            yield made
        finally:
            done.set()
            if running is not None:
                running.result()


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """Return the Theil-Sen slope, which single peaks do not change: the median of the slopes between two samples."""
    pairs = combinations(zip(times, values, strict=True), 2)
    slopes = [(later - before) / (end - start) for (start, before), (end, later) in pairs if end > start]
    return median(slopes) if slopes else 0.0


def left_over(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Return a sentence for each measure that exceeds its value `before` the load by more than may remain."""
    return [
        f"残留 left over: {measure.name} {before[name]:g} → {after[name]:g}"
        for name, measure in MEASURES.items()
        if after[name] > before[name] + measure.left
    ]


def main(  # noqa: PLR0913, PLR0917 - the options of a command
    store: Annotated[Path, typer.Argument(help="made by bench.loading, of 2,000 projects or more")],
    minutes: float = 10,
    queries: Annotated[int, typer.Option(help="one per second of a day")] = 86_400,
    clients: int = 12,
    every: Annotated[float, typer.Option("--commits", help="seconds between two commits; 0 for none")] = 0,
    flags: FlagsOption = "",
) -> None:
    """Look for leaks in a server over a store, and print the verdict."""
    generation = Store.open(store).present()
    asks = mix(generation)
    known = frozenset(iri for record in generation.live_sources for iri in record.projects) if every else frozenset()
    with tempfile.TemporaryDirectory(prefix="jixiao-soak-") as scratch:
        with process.serve(store, *shlex.split(flags), environment={**CACHE, "TMPDIR": scratch}) as served:
            port = Server(served.url).port
            Soak(served.pid, port, Path(scratch)).run(asks, clients, _FIRST, _FIRST / 100)
            time.sleep(SETTLING)
            soak = Soak(served.pid, port, Path(scratch), known)
            before = soak.sample()
            with committing(store, every) as committed:
                soak.run(asks, clients, queries, minutes * 60)
            time.sleep(SETTLING)
            verdicts = list(soak.grown())
            remains = left_over(soak.warm() if every else before, soak.sample())
            alive = process.tree(served.pid)
        remains += [f"服务停止后仍在 outlives the server: {each.pid}" for each in alive if process.alive(each)]
    logged = errors(served.log)
    print_table(["提问 requests", "status", ""], [[*key, number] for key, number in sorted(soak.answers.items())])
    if committed:
        print_table(["提交 commits", ""], committed.items())
    heads = ["", "预热之后 warm", "末尾 end", "中位数 median", "走势 trend", "≤", ""]
    print_table(heads, [row for _, row in verdicts])
    for line in [
        *remains,
        *(f"错 fault × {times}: {fault}" for fault, times in soak.faults.most_common(20) if times),
        *(f"日志 log × {times}: {fault}" for fault, times in logged.most_common(20)),
    ]:
        print(line)
    failed = bool(remains or soak.faults.total() or logged or any(grew for grew, _ in verdicts))
    print(f"{soak.answers.total():,} / {queries:,}：" + ("未通过 FAILED" if failed else "通过 passed"))
    sys.exit(int(failed))


if __name__ == "__main__":
    typer.run(main)
