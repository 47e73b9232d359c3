"""Attack a server by killing its workers, abandoning queries, and sending many heavy queries at once."""

import http.client
import itertools
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import quote

import psutil

from tests.support.blackbox import heavy, nesting, process
from tests.support.blackbox.siege import ERRORS, PATIENCE, SOON, Siege
from tests.support.clock import Clock

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MOST_LATE = 0.1  # share of lookups (at least one) that may be rejected or late during the attack


def freed_by_time_out(siege: Siege, at_once: int = 4) -> list[str]:
    """Check that queries which reach their time limit stop using the processor."""
    wrong = siege.launch([f"{RUNAWAY} #{n}" for n in range(at_once)], at_once, timeout=1)
    return [*wrong, *([fault] if (fault := siege.idle()) else [])]


def freed_by_hang_up(siege: Siege, at_once: int = 4) -> list[str]:
    """Check that queries whose clients hang up stop using the processor."""
    clients = []
    for n in range(at_once):
        client = http.client.HTTPConnection(siege.server.host, siege.server.port, timeout=siege.patience)
        client.request("GET", f"/sparql?query={quote(f'{RUNAWAY} #{n}')}")
        clients.append(client)
    time.sleep(1.5)
    for client in clients:
        client.close()
    wrong = [fault] if (fault := siege.idle()) else []
    return [*wrong, *siege.after()]


def killed(siege: Siege, kills: int = 5, clients: int = 6) -> list[str]:
    """Kill workers under load, and check that each kill loses at most the query that the worker ran."""
    if siege.pid is None:
        return []
    statuses: Counter[str] = Counter()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            statuses[_outcome(siege)] += 1

    asking = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in asking:
        thread.start()
    wrong: list[str] = []
    try:
        for _ in range(kills):
            time.sleep(0.3)
            crew = process.workers(siege.pid)
            if not crew:
                wrong.append("there was no worker to kill")
                break
            victim = random.choice(crew)
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(signal.SIGKILL)
            time.sleep(0.02)
            if not siege.restored():
                wrong.append(f"{siege.workers()} workers of {siege.crew} a second after one was killed")
    finally:
        done.set()
        for thread in asking:
            thread.join()
    wrong += [f"{number} times {status}" for status, number in statuses.items() if status not in ("right", "503")]
    if statuses["503"] > kills:
        wrong.append(f"{statuses['503']} queries failed by {kills} kills")
    if statuses["right"] < kills * clients:
        wrong.append(f"only {statuses['right']} queries were answered")
    return [*wrong, *siege.after()]


def _outcome(siege: Siege) -> str:
    nonce = f"{time.monotonic_ns()}-{threading.get_ident()}"
    query = f'SELECT ("{nonce}" AS ?x) (COUNT(?p) AS ?n) {{ ?p a <https://w3id.org/jixiao/ontology#Project> }}'
    try:
        answer = siege.server.query(query, patience=PATIENCE)
    except ERRORS as error:
        return f"no answer: {type(error).__name__}"
    if answer.status != 200:
        return str(answer.status)
    [row] = answer.json()["results"]["bindings"]
    return "right" if row["x"]["value"] == nonce and int(row["n"]["value"]) > 0 else "a wrong answer"


def load(siege: Siege, attackers: int = 30, seconds: float = 5) -> list[str]:
    """Check lookups while many clients send heavy and nested queries, each as fast as it can."""
    worst = [query for queries in heavy.GROUPS.values() for query in queries.values()]
    worst += [make(3000) for make in nesting.MAKERS.values()]
    end = time.monotonic() + seconds
    statuses: Counter[int | None] = Counter()

    def attack(turn: int) -> None:
        for number in itertools.count(turn * 7):
            if time.monotonic() > end:
                return
            answer = siege.ask(worst[number % len(worst)], timeout=3)
            statuses[answer and answer.status] += 1

    with process.Watch(siege.pid) as watch, ThreadPoolExecutor(attackers) as attacking:
        attacks = [attacking.submit(attack, turn) for turn in range(attackers)]
        outcomes = _lookups(siege, end)
    wrong = [f"an attacker failed: {error!r}" for each in attacks if (error := each.exception())]
    siege.peak = max(siege.peak, watch.peak)
    wrong += [
        f"{number} answers {status}"
        for status, number in statuses.items()
        if status and status >= 500 and status not in (503, 504)
    ]
    wrong += [
        f"{number} lookups: {outcome}"
        for outcome, number in outcomes.items()
        if outcome not in ("soon", "late", "503", "429")
    ]
    if outcomes["late"] + outcomes["503"] + outcomes["429"] > max(1, MOST_LATE * outcomes.total()):
        wrong.append(f"of {outcomes.total()} lookups {dict(outcomes)}")
    return [*wrong, *siege.after()]


def _lookups(siege: Siege, end: float) -> "Counter[str]":
    outcomes: Counter[str] = Counter()
    while time.monotonic() < end:
        clock = Clock(siege.pid)
        outcome = _outcome(siege)
        took = clock.seconds()
        outcomes["soon" if outcome == "right" and took < SOON else "late" if outcome == "right" else outcome] += 1
        time.sleep(0.05)
    return outcomes
