"""Measure requests per second for the mission's lookup, beside other servers: `python -m bench.serving [--store DIR]`.

The command starts all servers at once. The rounds of each kind of lookup go from one server to the next, and medians
count. Then it measures the 99th percentile of jixiao, idle and while four heavy queries run. The exit status is 1 if an
answer was wrong, or with --strict if a target is missed. Compare figures only within one run.
"""

import argparse
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat

from bench import corpus
from bench.load import heavy
from bench.load.figures import CACHED, RDFLIB, VIRTUOSO, Figures, said, table, tail, verdicts
from bench.load.generator import Loader, Outcome, Plan, Shot, in_its_own_process
from bench.load.http import get as wire_get
from bench.load.lookups import Lookup, WrongAnswerError, get, lookups, post, query, shot, view
from bench.load.peers import EMPTY, OURS, PLAIN, WAYS, Starting, started, starting
from bench.load.processes import cpu_seconds
from bench.load.servers import Server

SLOWEST = 0.25
"""Seconds that a repeated lookup may take; a slower server is not measured."""

Asking = Callable[[Server, Lookup], bytes]


@dataclass(frozen=True)
class Kind:
    """A kind of lookup: its title, its request, its query (None for the view's), and how many numbers take turns.

    `peers` is false for a request that only jixiao answers.
    """

    title: str
    asking: Asking
    query: str | None
    numbers: int
    peers: bool = True


KINDS = (
    Kind("查找，一个文号，GET · the lookup, one number, GET", get, "lookup", 1),
    Kind("查找，文号轮换，POST · the lookup, numbers in turn, POST", post, "lookup", 64),
    Kind("视图的查询，一个文号，GET · the view's query, one number, GET", get, None, 1),
    Kind("视图的查询，文号轮换，POST · the view's query, numbers in turn, POST", post, None, 64),
    Kind("视图 JSON，文号轮换 · the view as JSON, numbers in turn", view, None, 64, peers=False),
)
QUERY, VIEW = 4, 5
"""Numbers of the kinds that are compared with each other: the view's query, and the view, with the same numbers."""
VIEW_SHARE = 0.6
"""Least rate of a cached view, as a part of that of its cached query."""
UNDER_LOAD = KINDS[1]


class SlowError(Exception):
    """Error for a server that takes too long for a single lookup."""


@dataclass(frozen=True)
class Bench:
    """Settings that all parts of a run share; `seconds` is the time per server and kind of lookup, in all rounds."""

    load: Loader
    asked: Mapping[str | None, Sequence[Lookup]]
    clients: int
    seconds: float
    rounds: int

    def plan(self, server: Server, shots: tuple[Shot, ...], clients: int | None = None) -> Plan:
        """Plan one round of a server."""
        return Plan(server.port, shots, clients or self.clients, self.seconds / self.rounds)

    def measured(self, server: Server, plan: Plan) -> tuple[Outcome, float]:
        """Run a plan; return its outcome and the CPU seconds that the server used."""
        before = cpu_seconds(server.pid)
        outcome = self.load(plan)
        return outcome, cpu_seconds(server.pid) - before


def shots(bench: Bench, server: Server, kind: Kind) -> tuple[Shot, ...]:
    """Make the requests of a kind, each with its correct answer. Raises WrongAnswerError and SlowError."""
    asked = [(kind.asking(server, lookup), lookup) for lookup in bench.asked[kind.query][: kind.numbers]]
    first = shot(server, *asked[0])
    begun = time.perf_counter()
    shot(server, *asked[0])
    if (took := time.perf_counter() - begun) > SLOWEST:
        raise SlowError(f"一次要 {took:.1f} 秒，不测 · not measured, a single answer takes {took:.1f} s")
    return (first, *(shot(server, request, lookup) for request, lookup in asked[1:]))


def side_by_side(bench: Bench, running: Mapping[str, Server], kind: Kind) -> dict[str, Figures]:
    """Measure every server that answers this kind of lookup correctly."""
    plans: dict[str, Plan] = {}
    for name, server in running.items():
        if name in EMPTY and kind.peers:
            plans[name] = bench.plan(server, (Shot(wire_get("/sparql"), b""),))
        elif name in OURS or kind.peers:
            try:
                plans[name] = bench.plan(server, shots(bench, server, kind))
            except (WrongAnswerError, SlowError) as error:
                print(f"{name}：略过 skipped：{error}")
    figures = {name: Figures() for name in plans}
    for _ in range(bench.rounds):
        for name, plan in plans.items():
            figures[name].add(*bench.measured(running[name], plan))
    return figures


def best_of(figures: dict[str, Figures]) -> dict[str, Figures]:
    """Rename the fastest way to run rdflib-endpoint to rdflib-endpoint."""
    ways = [name for name in WAYS if name in figures]
    if not ways:
        return figures
    best = max(ways, key=lambda name: figures[name].rate)
    print(f"{RDFLIB} = {best}")
    return {RDFLIB if name == best else name: each for name, each in figures.items()}


def under_load(bench: Bench, name: str, start: Starting) -> Iterator[tuple[bool, str]]:
    """Compare the 99th percentile of lookups idle and during four heavy queries, for all clients and for one."""
    for clients in (bench.clients, 1):
        idle, busy = Figures(), Figures()
        with start() as server:  # a new server, so that no query still runs from an earlier block
            plan = bench.plan(server, shots(bench, server, UNDER_LOAD), clients)
            for _ in range(bench.rounds):
                idle.add(*bench.measured(server, plan))
            with heavy.running(server) as queries:
                time.sleep(1)
                for _ in range(bench.rounds):
                    busy.add(*bench.measured(server, plan))
        reached, line = tail(f"{name}，{clients} 个客户端 clients", idle, busy)
        ended = "，".join(f"{query} {status} × {n}" for (query, status), n in sorted(queries.answers.items()))
        yield reached, line + (f"\n    重查询 heavy queries: {ended}" if ended else "")


def main() -> None:
    """Read the arguments, make or open the store, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--store", type=Path, help="a store made by bench.corpus; default: a temporary one")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10, help="for each server and kind of lookup, in all rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", default="", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
    parser.add_argument("--only", action="append", help="part of a server's name; may be given several times")
    parser.add_argument("--kind", type=int, action="append", help="number of a kind of lookup, from 1")
    parser.add_argument("--memory", action="store_true", help="include rdflib's own store: minutes and gigabytes")
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a target is missed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        path = given.store or Path(scratch, "store")
        if given.store is None:
            print(f"建库 making a store of {given.projects:,} projects …", flush=True)
            corpus.make(path, given.projects)
        sys.exit(_run(given, path, Path(scratch)))


def _run(given: argparse.Namespace, path: Path, scratch: Path) -> int:
    generation = corpus.current(path)
    ways = starting(path, generation, scratch / "data" / "all.nq", shlex.split(given.serve))
    if given.only:
        ways = {name: start for name, start in ways.items() if any(part in name for part in given.only)}
    if not given.memory:
        ways.pop(f"{RDFLIB} + memory", None)
    if VIRTUOSO in ways:
        (scratch / "data").mkdir()
        generation.graph.dump(scratch / "data" / "all.nq", RdfFormat.N_QUADS)
    counts = generation.manifest.counts
    most = max(kind.numbers for kind in KINDS)
    asked = {None: lookups(generation, most), "lookup": lookups(generation, most, query("lookup"))}
    mission = asked[None][0]
    print(
        f"项目 projects {counts.projects:,}，quads {counts.quads:,}，核 cores {os.cpu_count()}，"
        f"客户端 clients {given.clients}，{given.rounds} × {given.seconds / given.rounds:.1f} s；"
        f"{mission.number}：{len(mission.rows)} 行 rows",
        flush=True,
    )
    targets: list[tuple[bool, str]] = []
    with in_its_own_process() as load:
        bench = Bench(load, asked, given.clients, given.seconds, given.rounds)
        faults = 0
        by_kind: dict[int, Mapping[str, Figures]] = {}
        with started(ways) as running:
            for number in given.kind or range(1, len(KINDS) + 1):
                kind = KINDS[number - 1]
                figures = best_of(side_by_side(bench, running, kind))
                print(f"\n{kind.title}\n" + "\n".join(table(figures)))
                _clients(figures)
                by_kind[number] = figures
                judged = [*verdicts(figures), *_of_views(by_kind if number == VIEW else {})]
                print("\n".join(line for _, line in judged), flush=True)
                targets += judged
                faults += sum(each.faults for name, each in figures.items() if name in OURS)
        print("\n重查询之下的查找 · lookups while four heavy queries run")
        for name in (name for name in OURS if name in ways):
            for reached, line in under_load(bench, name, ways[name]):
                print(line, flush=True)
                targets.append((reached, line))
    return int(faults > 0 or (given.strict and not all(reached for reached, _ in targets)))


def _of_views(by_kind: Mapping[int, Mapping[str, Figures]]) -> Iterator[tuple[bool, str]]:
    """Compare the cached view with its cached query, if both were measured: return (reached, line to print)."""
    both = [by_kind.get(number, {}).get(CACHED) for number in (VIEW, QUERY)]
    if both[0] and both[1]:
        share = both[0].rate / both[1].rate
        reached = share >= VIEW_SHARE
        yield (
            reached,
            f"视图 ÷ 其查询，都用缓存 view ÷ its query, both cached = {share:.2f}"
            f"（目标 target ≥ {VIEW_SHARE:g}）{said(reached)}",
        )


def _clients(figures: Mapping[str, Figures]) -> None:
    """Print the CPU cost of the clients, measured with a server that does nothing."""
    if PLAIN in figures:
        cost = min(figures[PLAIN].clients_cpu) * 1e6
        print(f"客户端自身：每个请求 {cost:.0f} 微秒 CPU · the clients' own CPU: {cost:.0f} µs per request")


if __name__ == "__main__":
    main()
