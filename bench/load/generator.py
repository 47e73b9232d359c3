"""Generate load: N clients send requests as fast as the server answers, for some seconds.

The generator runs in a process of its own (`in_its_own_process`) and uses little CPU time: sockets stay open, one loop
serves all clients, requests are built beforehand, and an answer that equals the expected bytes is not parsed.
"""

import math
import selectors
import socket
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from bench.load.http import cut

_MOST_READ = 1 << 20
_PATIENCE = 5.0  # seconds that answers may take after the end of the time


@dataclass(frozen=True)
class Shot:
    """A request, and the body of its correct answer."""

    request: bytes
    body: bytes


@dataclass(frozen=True)
class Plan:
    """A port and the requests to send to it in turn, where each client begins with a different one.

    The first `warm` seconds are not counted. With `any_body` every answer with status 200 is correct.
    """

    port: int
    shots: tuple[Shot, ...]
    clients: int
    seconds: float
    warm: float = 0.3
    any_body: bool = False


@dataclass
class Outcome:
    """Answers of a server.

    `latencies` are in seconds: infinity for a wrong answer or a refusal, and the time waited so far for a request
    without answer. `served` counts all answers, including those of the warm-up; `cpu` is the CPU time of the clients
    themselves, in seconds.
    """

    seconds: float
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    right: int = 0
    served: int = 0
    wrong: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Correct answers per second."""
        return self.right / self.seconds


Loader = Callable[[Plan], Outcome]


@contextmanager
def in_its_own_process() -> Iterator[Loader]:
    """Run `load` in another process, which is kept for the whole block."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda plan: pool.submit(load, plan).result()


def load(plan: Plan) -> Outcome:
    """Carry out a plan. Raises OSError if the server cannot be reached."""
    return _Load(plan).outcome()


class _Client:
    """One connection, the request that it waits for, and the time of sending."""

    def __init__(self, port: int, shot: int) -> None:
        self.port, self.shot, self.sent = port, shot, 0.0
        self.buffer = bytearray()
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer.clear()

    def ask(self, request: bytes) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(request)


class _Load:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sizes = [0] * len(plan.shots)  # bytes of the last correct answer per shot, including its head
        self._outcome = Outcome(plan.seconds)
        self._selector = selectors.DefaultSelector()
        self._counted = self._end = 0.0

    def outcome(self) -> Outcome:
        cpu = time.process_time()
        shots = self._plan.shots
        clients = [_Client(self._plan.port, n * len(shots) // self._plan.clients) for n in range(self._plan.clients)]
        self._counted = time.perf_counter() + self._plan.warm
        self._end = self._counted + self._plan.seconds
        for client in clients:
            self._selector.register(client.socket, selectors.EVENT_READ, client)
            client.ask(shots[client.shot].request)
        waiting = set(clients)
        while waiting and (left := self._end + _PATIENCE - time.perf_counter()) > 0:
            for key, _ in self._selector.select(left):
                if not self._readable(key.data):
                    waiting.discard(key.data)
        self._leave(clients, waiting)
        self._outcome.cpu = time.process_time() - cpu
        return self._outcome

    def _readable(self, client: _Client) -> bool:
        """Read, and send the next request if the answer is complete; return False when the client has finished."""
        try:
            part = client.socket.recv(_MOST_READ)
        except ConnectionError:
            part = b""
        now = time.perf_counter()
        if not part:
            return self._repeat(client, now)
        shot = self._plan.shots[client.shot]
        if (
            not self._plan.any_body
            and not client.buffer
            and len(part) == self._sizes[client.shot]
            and part.endswith(shot.body)
        ):
            self._count(client, now, int(part[9:12]), right=True)
            return self._next(client, now)
        client.buffer += part
        reply = cut(client.buffer)
        if reply is None:
            return True
        right = reply.status == 200 and (self._plan.any_body or reply.body == shot.body)
        # Only an answer that ends with its body can be recognised by its size and its end.
        self._sizes[client.shot] = reply.size if right and client.buffer.endswith(shot.body) else 0
        self._count(client, now, reply.status, right)
        client.buffer.clear()
        if reply.closing:
            self._reconnect(client)
        return self._next(client, now)

    def _next(self, client: _Client, now: float) -> bool:
        if now >= self._end:
            return False
        client.shot = (client.shot + 1) % len(self._plan.shots)
        client.ask(self._plan.shots[client.shot].request)
        return True

    def _repeat(self, client: _Client, now: float) -> bool:
        """Reconnect after the server closed the connection, and repeat the request; a partial answer has status 0."""
        if client.buffer:
            self._outcome.statuses[0] += 1
        if now >= self._end:
            return False
        self._reconnect(client)
        client.ask(self._plan.shots[client.shot].request)
        return True

    def _reconnect(self, client: _Client) -> None:
        self._selector.unregister(client.socket)
        client.socket.close()
        client.connect()
        self._selector.register(client.socket, selectors.EVENT_READ, client)

    def _count(self, client: _Client, now: float, status: int, right: bool) -> None:
        outcome = self._outcome
        outcome.served += 1
        if now < self._counted:
            return
        outcome.latencies.append(now - client.sent if right else math.inf)
        if status != 200:
            outcome.statuses[status] += 1
        elif not right:
            outcome.wrong += 1
        elif now <= self._end:
            outcome.right += 1

    def _leave(self, clients: list[_Client], waiting: set[_Client]) -> None:
        now = time.perf_counter()
        self._outcome.unanswered = len(waiting)
        self._outcome.latencies.extend(now - client.sent for client in waiting)
        for client in clients:
            client.socket.close()
        self._selector.close()
