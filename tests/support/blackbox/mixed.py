"""Attack a server by killing its workers and by abandoning queries."""

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import quote

import psutil

from tests.support.blackbox import process
from tests.support.blackbox.siege import ERRORS, PATIENCE, Siege

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def freed_by_leaving(siege: Siege, leave: Callable[[socket.socket], object]) -> list[str]:
    """Check that a query stops using the processor when its client closes or resets the connection."""
    client = http.client.HTTPConnection(siege.server.host, siege.server.port, timeout=siege.patience)
    client.request("GET", f"/sparql?query={quote(RUNAWAY)}")
    time.sleep(1.5)
    leave(client.sock)
    client.close()
    return [*([fault] if (fault := siege.idle()) else []), *siege.after()]


def reset(connection: socket.socket) -> None:
    """Let the end of a connection be a reset (RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def killed(siege: Siege, clients: int) -> list[str]:
    """Kill a worker under load, and check that this loses at most the query that the worker ran."""
    statuses: Counter[str] = Counter()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            statuses[_outcome(siege)] += 1

    with ThreadPoolExecutor(clients) as asking:
        for _ in range(clients):
            asking.submit(ask)
        time.sleep(0.3)
        with suppress(psutil.NoSuchProcess):
            random.choice(process.workers(siege.pid)).kill()
        time.sleep(0.02)
        wrong = [] if siege.restored() else [f"{siege.workers()} workers of {siege.crew} a second after one was killed"]
        done.set()
    wrong += [f"{number} times {status}" for status, number in statuses.items() if status not in ("right", "503")]
    if statuses["503"] > 1 or statuses["right"] < clients:
        wrong.append(f"{statuses['503']} queries failed by a kill, {statuses['right']} were answered")
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
