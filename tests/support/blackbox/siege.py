"""Check a server during and after attacks: simple queries are answered, memory is bounded, no worker is missing.

The attacks are in other modules; this one knows only the state that a server must be in afterwards.
"""

import http.client
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import quote

from tests.support.blackbox import process
from tests.support.blackbox.wire import Answer, Server
from tests.support.clock import Clock

SOON = 2.0  # seconds within which a simple query must be answered after any attack
PATIENCE = 30.0  # seconds until a simple query counts as not answered at all
LIMIT = 3 << 30  # bytes of memory allowed for the whole process tree
WHOLE = 1.0  # seconds within which workers must be replaced
FREE = 0.5  # processor seconds per second that still count as idle, because spare workers may be starting
ALLOWED = (503, 504)
NUMBER = "松委发（2009）97号"
CITED = """PREFIX jx: <https://w3id.org/jixiao/ontology#>
SELECT ("%s" AS ?nonce) (COUNT(DISTINCT ?project) AS ?n)
{ ?project jx:hasCitation/jx:citedBasis/jx:documentNumber "松委发〔2009〕97号" }"""
ERRORS = (OSError, http.client.HTTPException)


class Lure:
    """A listening port of this machine that a server must not connect to; `calls` counts the connections."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/sparql"
        self.calls = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> "Lure":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._done.set()
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._done.is_set():
            with suppress(TimeoutError):
                self._socket.accept()[0].close()
                self.calls += 1


@dataclass
class Siege:
    """A server under attack; times are in seconds.

    `pid` is its first process. An attacker waits `patience` seconds for an answer before it hangs up, and asks for the
    time limit `limit`.
    """

    server: Server
    pid: int
    patience: float
    limit: float
    rows: list[dict[str, Any]] = field(init=False)
    count: str = field(init=False)
    crew: int = field(init=False, default=0)
    peak: int = field(init=False, default=0)
    _numbers: "itertools.count[int]" = field(init=False, default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.rows = self.lookup()
        self.count = self.cited()
        self.crew = self.workers()

    def lookup(self) -> list[dict[str, Any]]:
        """Request the rows of the mission's question. Raises OSError, HTTPException, RuntimeError."""
        target = f"/views/projects-citing?number={quote(NUMBER)}"
        answer = self.server.get(target, "application/json", patience=PATIENCE)
        if answer.status != 200:
            raise RuntimeError(f"the lookup answers {answer.status}: {answer.body[:200]!r}")
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    def cited(self, patience: float = PATIENCE) -> str:
        """Count the same projects by a query that no cache holds. Raises OSError, HTTPException, RuntimeError."""
        nonce = f"{time.monotonic_ns()}-{next(self._numbers)}"
        [row] = self.server.rows(CITED % nonce, patience=patience)
        if row["nonce"] != nonce:
            raise RuntimeError("the answer belongs to another query")
        return row["n"]

    def workers(self) -> int:
        """Count the processes that can run queries."""
        return len(process.workers(self.pid))

    def after(self) -> list[str]:
        """Check the server after an attack; return its faults."""
        wrong = [
            fault
            for ask, known in ((self.cited, self.count), (self.lookup, self.rows))
            if (fault := self._simple(ask, known))
        ]
        if not self.restored():
            wrong.append(f"{self.workers()} workers of {self.crew} after {WHOLE} s")
        self.peak = max(self.peak, process.memory(self.pid))
        if self.peak > LIMIT:
            wrong.append(f"{self.peak >> 20} MB of memory")
        return wrong

    def _simple(self, ask: Callable[[], object], known: object) -> str | None:
        clock = Clock(self.pid)
        try:
            found = ask()
        except (*ERRORS, RuntimeError, ValueError) as error:
            return f"a simple query failed: {error!r}"
        took = clock.seconds()
        if found != known:
            return f"a simple query is answered wrongly: {found}"
        return f"a simple query took {took:.1f} s" if took > SOON else None

    def restored(self) -> bool:
        """Tell if the number of workers is restored within the time allowed."""
        clock = Clock(self.pid)
        while self.workers() < self.crew:
            if clock.past(WHOLE):
                return False
            time.sleep(0.02)
        return True

    def ask(self, query: str, timeout: float | None = None) -> Answer | None:
        """Send an attacker's query; return the answer, or None if it did not come in time or the connection broke."""
        headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv, text/turtle;q=0.5"}
        with suppress(*ERRORS):
            body = query.encode("utf-8", "surrogatepass")
            return self.server.request("POST", f"/sparql?timeout={timeout or self.limit}", headers, body, self.patience)
        return None

    def launch(self, queries: Iterable[str], at_once: int = 1, timeout: float | None = None) -> list[str]:
        """Send queries, `at_once` at a time; return faults of the answers and of the server afterwards."""
        with process.Watch(self.pid) as watch, ThreadPoolExecutor(at_once) as attackers:
            answers = list(attackers.map(lambda query: self.ask(query, timeout), queries))
        self.peak = max(self.peak, watch.peak)
        return [*(fault for answer in answers if (fault := misanswered(answer))), *self.after()]

    def refused(self, queries: Iterable[str]) -> list[str]:
        """Send queries that a 4xx must refuse; return those that are not, and faults of the server afterwards."""
        wrong = []
        for query in queries:
            answer = self.ask(query)
            if answer is None or not 400 <= answer.status < 500:
                wrong.append(f"{answer and answer.status} for {query!r}")
        return [*wrong, *self.after()]

    def held(self, attack: Callable[[], object]) -> list[str]:
        """Run an attack and send simple queries during it; return faults of the server during and after the attack."""
        wrong: list[str] = []
        with process.Watch(self.pid) as watch:
            attacking = threading.Thread(target=attack)
            attacking.start()
            while attacking.is_alive():
                attacking.join(0.2)
                if attacking.is_alive() and (fault := self._simple(self.cited, self.count)):
                    wrong.append(f"meanwhile {fault}")
        self.peak = max(self.peak, watch.peak)
        return [*sorted(set(wrong))[:5], *self.after()]

    def idle(self, within: float = 1.0) -> str | None:
        """Return a fault if the processor is still busy after `within` seconds."""
        clock = Clock(self.pid)
        time.sleep(within)
        while True:
            began = clock.seconds()
            before = process.cpu_seconds(self.pid)
            time.sleep(1)
            after = process.cpu_seconds(self.pid)
            used = sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
            if used < FREE:
                return None
            if began >= within:
                return f"{used:.2f} s of processor time in the second after"


def misanswered(answer: Answer | None) -> str | None:
    """Return the fault in an answer to an attacker, or None. A missing answer is no fault, since attackers hang up."""
    if answer is None or answer.status < 500 or answer.status in ALLOWED:
        return None
    return f"status {answer.status}: {answer.body[:200]!r}"
