"""Attack a running server in every known way, one at a time: `python -m bench.hostile URL [--pid PID] [--rounds N]`.

After each attack, a simple query must be answered within 2 s, and with --pid memory must be below 3 GB and no worker
missing. A 5xx other than 503 and 504 is a fault. `--store DIR` starts a server over a store instead. A run takes twenty
to thirty minutes. The exit status is 1 if there is any fault.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from tests.support.blackbox import forged, heavy, mixed, nesting, rude
from tests.support.blackbox import malformed as wrong_http
from tests.support.blackbox.process import serve
from tests.support.blackbox.rude import Reach
from tests.support.blackbox.siege import ERRORS, Lure, Siege, misanswered
from tests.support.blackbox.wire import Server

DEPTHS = (30, 99, 400, 1000, 3000, 10_000, 100_000)
Act = Callable[[], list[str]]


def acts(siege: Siege, lure: Lure, reach: Reach) -> Iterator[tuple[str, str, Act]]:
    """List all attacks as (group, name, function); the function attacks and returns the faults."""
    for group, queries in heavy.groups().items():
        for name, query in queries:
            yield group, name, lambda query=query: siege.launch([query])  # type: ignore[misc]
        yield group, "all at once", lambda queries=queries: siege.launch([each for _, each in queries], 30)  # type: ignore[misc]
    for depth in DEPTHS:
        for name, query in nesting.queries(depth):
            yield "nesting", name, lambda query=query: siege.launch([query])  # type: ignore[misc]
    for name, query in chain(forged.services(lure.url), forged.sources(lure.url)):
        yield "calls", name, lambda query=query: siege.refused([query])  # type: ignore[misc]
    for name, query in forged.either(lure.url):
        yield "calls", name, lambda query=query: siege.launch([query])  # type: ignore[misc]
    yield "calls", "by the protocol's parameters", lambda: parameters(siege, lure)
    for name, query in chain(forged.innocent(lure.url), nesting.innocent()):
        yield "innocent", name, lambda query=query: answered(siege, query)  # type: ignore[misc]
    for name, target in chain(forged.view_requests(siege.server, lure.url), forged.search_requests(lure.url)):
        yield "injection", name, lambda target=target: injected(siege, target)  # type: ignore[misc]
    for target in forged.paths():
        yield "paths", target[:80], lambda target=target: strayed(siege, target)  # type: ignore[misc]
    for name, content in wrong_http.malformed():
        yield "malformed", name, lambda content=content: malformed(siege, reach, content)  # type: ignore[misc]
    for name, attack in rude.BOMBS.items():
        yield "bombs", name, lambda attack=attack: bombed(siege, reach, attack)  # type: ignore[misc]
    for name, attack in rude.TIMED.items():
        yield "slow", name, lambda attack=attack: siege.held(lambda: attack(reach))  # type: ignore[misc]
    yield "processes", "time-outs free the processor", lambda: mixed.freed_by_time_out(siege)
    yield "processes", "hang-ups free the processor", lambda: mixed.freed_by_hang_up(siege)
    yield "processes", "connections that are reset", lambda: bombed(siege, reach, rude.reset)
    yield "processes", "workers are killed", lambda: mixed.killed(siege, kills=20)
    yield "mixed", "30 attackers at once", lambda: mixed.load(siege, attackers=30, seconds=60)


def parameters(siege: Siege, lure: Lure) -> list[str]:
    """Request foreign graphs by default-graph-uri and named-graph-uri, and try updates."""
    wrong = []
    for iri in (lure.url, "file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "//127.0.0.1/"):
        for name in ("default_graph_uri", "named_graph_uri"):
            answer = siege.server.query("SELECT * { ?s ?p ?o } LIMIT 1", **{name: iri})
            if not 400 <= answer.status < 500:
                wrong.append(f"{answer.status} for {name}={iri}")
    for update in (f"LOAD <{lure.url}>", "DROP ALL"):
        for kind, body in (
            ("application/sparql-update", update),
            ("application/x-www-form-urlencoded", f"update={update}"),
        ):
            answer = siege.server.request("POST", "/sparql", {"Content-Type": kind}, body.encode())
            if not 400 <= answer.status < 500:
                wrong.append(f"{answer.status} for {update} as {kind}")
    return [*wrong, *siege.after()]


def answered(siege: Siege, query: str) -> list[str]:
    """Check that a query which only looks like an attack is answered."""
    answer = siege.ask(query, timeout=60)
    if answer is not None and answer.status == 200:
        return []
    return [f"an innocent query got {answer and (answer.status, answer.body[:300])}"]


def injected(siege: Siege, target: str) -> list[str]:
    """Request a view with a payload, as JSON and as a page."""
    wrong = []
    for accept in ("application/json", "text/html"):
        try:
            answer = siege.server.get(target, accept, patience=siege.patience)
        except ConnectionError:  # a server may also refuse a long target by closing the connection
            continue
        if fault := forged.leaked(answer):
            wrong.append(f"{accept}: {fault}: {answer.body[:200]!r}")
    return wrong


def strayed(siege: Siege, target: str) -> list[str]:
    """Request a path that climbs out of the published folders."""
    try:
        answer = siege.server.get(target, patience=siege.patience)
    except (ValueError, ConnectionError):  # the client's library refuses to send it, or it is too long
        return []
    fault = forged.strayed(answer) or misanswered(answer)
    return [fault] if fault else []


def malformed(siege: Siege, reach: Reach, content: bytes) -> list[str]:
    """Send a malformed request."""
    fault = wrong_http.rude(rude.sent(reach, content, seconds=1))
    return [*([fault] if fault else []), *siege.after()]


def bombed(siege: Siege, reach: Reach, attack: rude.Attack) -> list[str]:
    """Run an attack with an excessive request; a 5xx other than 503 and 504 is a fault."""
    came: list[bytes] = []
    wrong = siege.held(lambda: came.append(attack(reach)))
    found = wrong_http.statuses(came[0]) if came else []
    return [*wrong, *(f"status {status}" for status in found if status >= 500 and status not in (503, 504))]


def all_malformed(siege: Siege, reach: Reach) -> list[str]:
    """Send every malformed request, eight at a time."""

    def send(each: tuple[str, bytes]) -> str | None:
        fault = wrong_http.rude(rude.sent(reach, each[1], seconds=0.3))
        return f"{each[0]}: {fault}" if fault else None

    with ThreadPoolExecutor(8) as senders:
        wrong = [fault for fault in senders.map(send, wrong_http.malformed()) if fault]
    return [*wrong, *siege.after()]


def main() -> int:
    """Read the arguments, attack, print the attacks that show a weakness and sums by group; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--store", type=Path, help="start a server over this store instead")
    parser.add_argument("--pid", type=int, help="the server's first process")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", action="append", help="run only this group; may be given several times")
    parser.add_argument("--patience", type=float, default=8, help="seconds that an attacker waits")
    parser.add_argument("--limit", type=float, help="the timeout= that attackers ask for, in seconds; none by default")
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10, help="how long slow clients stay")
    asked = parser.parse_args()
    with ExitStack() as stack:
        if asked.store:
            served = stack.enter_context(serve(asked.store))
            asked.url, asked.pid = served.url, served.pid
        if not asked.url:
            parser.error("a URL or --store is needed")
        lure = stack.enter_context(Lure())
        siege = Siege(Server(asked.url), asked.pid, asked.patience, asked.limit)
        reach = Reach(siege.server, asked.connections, asked.seconds, 100 << 20)
        return report(siege, lure, reach, asked)


def report(siege: Siege, lure: Lure, reach: Reach, asked: argparse.Namespace) -> int:
    """Run the attacks, print their faults, and count attacks and weaknesses by group; return the exit status."""
    tried: dict[str, list[int]] = {}
    for _ in range(asked.rounds):
        for group, name, act in acts(siege, lure, reach):
            if asked.only and group not in asked.only:
                continue
            calls, began = lure.calls, time.monotonic()
            try:
                wrong = act()
            except (*ERRORS, RuntimeError, ValueError) as error:
                wrong = [f"no answer: {error!r}"]
            if lure.calls != calls:
                wrong.append("the server called out")
            counts = tried.setdefault(group, [0, 0])
            counts[0] += 1
            counts[1] += bool(wrong)
            if wrong:
                print(f"{group}: {name} ({time.monotonic() - began:.1f} s)", *wrong, sep="\n    ", flush=True)
    for group, (count, bad) in tried.items():
        print(f"{group:>12}: {count:5} attacks, {bad:5} weaknesses")
    print(f"peak {siege.peak >> 20} MB; the slowest simple query {siege.slowest:.2f} s; calls out: {lure.calls}")
    return int(any(bad for _, bad in tried.values()))


if __name__ == "__main__":
    sys.exit(main())
