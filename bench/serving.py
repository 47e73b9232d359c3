"""Measure lookups per second and their CPU time: `python -m bench.serving STORE [--clients 8] [--seconds 10]`.

Two servers over the store run at once, one without its cache. Rounds of each kind of lookup go from one to the other,
and medians count. Then the 99th percentile is measured idle and while four heavy queries run. Clients are threads of
one other process. The exit status is 1 if an answer was wrong, or with --strict if the target is missed.
"""

import http.client
import math
import shlex
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Annotated, NamedTuple

import typer

from bench.lookups import Lookup, Request, answered, lookups, projects, query, sparql_get, sparql_post
from bench.measuring import FlagsOption, cpu_seconds, percentile, print_table, said
from jixiao.store import Store
from tests.support.blackbox.process import Served, serve
from tests.support.blackbox.wire import Server

TAIL = 10.0
"""Limit of the ratio of the 99th percentile under heavy queries to the idle one."""
SERVERS: Mapping[str, Mapping[str, str]] = {"jixiao": {"JIXIAO_CACHE_BYTES": "0"}, "jixiao cached": {}}


KINDS: Sequence[tuple[str, Callable[[Lookup], Request], int]] = (
    ("查找，一个文号，GET · the lookup, one number, GET", lambda lookup: sparql_get(lookup.sparql), 1),
    ("查找，文号轮换，POST · the lookup, numbers in turn, POST", lambda lookup: sparql_post(lookup.sparql), 64),
    ("视图 JSON，文号轮换 · the view as JSON, numbers in turn", Lookup.view, 64),
)
HEAVY = ("heavy-properties", "heavy-targets", "heavy-product", "heavy-order")
_ROUNDS = 3
_WARM = 0.3  # seconds

Shots = Sequence[tuple[Request, bytes]]
"""Requests, each with the body of its right answer."""


class WrongAnswerError(Exception):
    """Error for an answer that does not name the projects expected."""


def shots(url: str, asked: Sequence[Lookup], request: Callable[[Lookup], Request]) -> Shots:
    """Pair the requests of lookups with the server's answers, once these are right. Raises WrongAnswerError."""
    pairs = []
    for lookup in asked:
        answer = Server(url).request(*request(lookup))
        if answer.status != 200 or projects(answer.body) != lookup.projects:
            raise WrongAnswerError(f"{lookup.number}: {answer.status} {answer.body[:200]!r}")
        pairs.append((request(lookup), answer.body))
    return pairs


def load(port: int, pairs: Shots, clients: int, seconds: float) -> list[float]:
    """Let clients ask as fast as a server answers; return latencies in seconds, infinity for a wrong answer."""
    with ThreadPoolExecutor(clients) as threads:
        firsts = [number * len(pairs) // clients for number in range(clients)]
        return [each for some in threads.map(partial(_client, port, pairs, seconds), firsts) for each in some]


def _client(port: int, pairs: Shots, seconds: float, first: int) -> list[float]:
    """Ask for some seconds, beginning with the request of a number."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    latencies = []
    end = time.perf_counter() + seconds
    for request, body in islice(cycle(pairs), first, None):
        begun = time.perf_counter()
        if begun >= end:
            break
        right = answered(connection, request) == (200, body)
        latencies.append(time.perf_counter() - begun if right else math.inf)
    connection.close()
    return latencies


def measured(apart: Executor, served: Served, pairs: Shots, clients: int, seconds: float) -> list[float]:
    """Load a server; return answers a second, CPU ms of an answer, p50 and p99 in ms, and the number of faults."""
    shots = Server(served.url).port, pairs, clients
    apart.submit(load, *shots, _WARM).result()
    before = cpu_seconds(served.pid)
    latencies = apart.submit(load, *shots, seconds).result()
    used = cpu_seconds(served.pid) - before
    faults = latencies.count(math.inf)
    times = [percentile(latencies, which) * 1000 for which in (50, 99)]
    return [(len(latencies) - faults) / seconds, used / len(latencies) * 1000, *times, faults]


@contextmanager
def heavy(url: str) -> Iterator[Counter[int]]:
    """Run the heavy queries again and again during a block; count their answers by status, 0 if none came."""
    stop, answers = threading.Event(), Counter[int]()

    def ask(request: Request) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", Server(url).port, timeout=60)
        while not stop.is_set():
            status, _ = answered(connection, request)
            answers[status] += 1
            if status not in {200, 504}:
                stop.wait(0.5)
        connection.close()

    # The short time limit lets the block end soon.
    threads = [threading.Thread(target=ask, args=(sparql_post(query(name), timeout="3"),)) for name in HEAVY]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


class Bench(NamedTuple):
    """Running servers by name, the process of the clients, how many clients ask, and for how many seconds in all."""

    running: Mapping[str, Served]
    apart: Executor
    clients: int
    seconds: float

    def figures(self, kind: int, asked: Sequence[Lookup]) -> Iterator[list[object]]:
        """Measure a kind of lookup on all servers, in turns; give a row for each, medians but for the faults."""
        _, request, numbers = KINDS[kind]
        pairs = {name: shots(served.url, asked[:numbers], request) for name, served in self.running.items()}
        rounds: dict[str, list[list[float]]] = {name: [] for name in self.running}
        for _ in range(_ROUNDS):
            for name, served in self.running.items():
                seconds = self.seconds / _ROUNDS
                rounds[name].append(measured(self.apart, served, pairs[name], self.clients, seconds))
        for name, found in rounds.items():
            *medians, _ = (median(column) for column in zip(*found, strict=True))
            yield [name, *medians, sum(int(each[-1]) for each in found)]

    def tails(self, asked: Sequence[Lookup]) -> Iterator[list[object]]:
        """Measure the 99th percentile of each server idle and while heavy queries run; give a row for each."""
        for name, served in self.running.items():
            pairs = shots(served.url, asked, KINDS[1][1])
            idle = measured(self.apart, served, pairs, self.clients, self.seconds)[3]
            with heavy(served.url) as answers:
                time.sleep(1)
                busy = measured(self.apart, served, pairs, self.clients, self.seconds)[3]
            yield [name, idle, busy, busy / idle, dict(answers)]


def main(  # noqa: PLR0913, PLR0917 - the options of a command
    store: Annotated[Path, typer.Argument(help="made by bench.loading or from the examples")],
    clients: int = 8,
    seconds: Annotated[float, typer.Option(help="for each server and kind of lookup, in all rounds")] = 10,
    kinds: Annotated[list[int] | None, typer.Option("--kind", help="number of a kind of lookup, from 1")] = None,
    flags: FlagsOption = "",
    strict: Annotated[bool, typer.Option(help="exit status 1 if the target is missed")] = False,
) -> None:
    """Start servers over a store, measure lookups, and print their rates and times."""
    generation = Store.open(store).present()
    asked = lookups(generation, 64)
    print(f"项目 projects {generation.manifest.counts.projects:,}；{asked[0].number}: {len(asked[0].projects)}")
    faults = 0
    with ExitStack() as stack:
        apart = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
        running = {
            name: stack.enter_context(serve(store, *shlex.split(flags), environment=environment))
            for name, environment in SERVERS.items()
        }
        bench = Bench(running, apart, clients, seconds)
        for kind in kinds or range(1, len(KINDS) + 1):
            rows = list(bench.figures(kind - 1, asked))
            print_table([KINDS[kind - 1][0], "answers/s", "CPU ms", "p50 ms", "p99 ms", "faults"], rows)
            faults += sum(row[-1] for row in rows if isinstance(row[-1], int))
        tails = list(bench.tails(asked))
    reached = all(isinstance(row[3], float) and row[3] < TAIL for row in tails)
    print_table(["重查询之下 under heavy queries", "idle p99 ms", "p99 ms", "÷", "heavy answers"], tails)
    print(f"÷ < {TAIL:g}: {said(reached)}")
    sys.exit(int(faults > 0 or (strict and not reached)))


if __name__ == "__main__":
    typer.run(main)
