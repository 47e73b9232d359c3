"""Internals of uvicorn that server/app uses: a version of uvicorn that lacks one fails here, by name.

pyproject.toml allows a range of versions, so that a security release can be installed; what uvicorn does with these
hooks is tested over sockets in test_connections.py and with processes in test_serve.py (docs/decisions.md, 38).
"""

import ast
import asyncio
import inspect
import re
import signal
import socket
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import SIGNALS, Process

from jixiao.server.app import connections

ATTRIBUTES = (
    "client",
    "connections",
    "cycle.disconnected",
    "cycle.keep_alive",
    "cycle.message_event.set",
    "cycle.response_complete",
    "cycle.response_started",
    "cycle.scope",
    "flow.read_paused",
    "flow.resume_reading",
    "headers",
    "loop",
    "parser.feed_data",
    "parser.get_http_version",
    "pipeline",
    "transport",
    "url",
    "_unset_keepalive_if_required",
)
HOOKS = tuple(name for name in vars(connections.Connection) if not name.startswith("_"))
ANSWER = (
    {"type": "http.response.start", "status": 204, "headers": []},
    {"type": "http.response.body", "body": b""},
)


async def missing_while_answering(names: tuple[str, ...]) -> list[str]:
    """Send a request to uvicorn's protocol; return the names that the protocol lacks while the request is answered."""
    answering: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    checked = asyncio.Event()

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        answering.set_result(None)
        await checked.wait()
        for message in ANSWER:
            await send(message)

    config = uvicorn.Config(app, http=HttpToolsProtocol, ws="none", log_config=None)
    config.load()
    ours, theirs = socket.socketpair()
    with theirs:
        state = ServerState()
        transport, protocol = await asyncio.get_running_loop().connect_accepted_socket(
            lambda: HttpToolsProtocol(config, state, {}), ours
        )
        theirs.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(answering, 30)
        lacking = [name for name in names if not has(protocol, name)]
        checked.set()
        await asyncio.gather(*state.tasks)
        transport.abort()
        await asyncio.sleep(0)
    return lacking


def has(thing: object, name: str) -> bool:
    """Tell if an attribute, named with dots, can be read."""
    try:
        attrgetter(name)(thing)
    except AttributeError:
        return False
    return True


def inherited_by_connection() -> Iterator[str]:
    """Yield the names that Connection uses of itself and neither defines nor assigns, as its source shows."""
    (tree,) = ast.parse(inspect.getsource(connections.Connection)).body
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            (own if isinstance(node.ctx, ast.Store) else used).add(node.attr)
    yield from used - own


def test_the_protocol_has_the_attributes_in_use() -> None:
    assert asyncio.run(missing_while_answering(ATTRIBUTES)) == []


def test_one_module_alone_uses_the_parser() -> None:
    """httptools and uvicorn's protocols are named in connections.py, so that this file sees every use of them."""
    uses = re.compile(r"^\s*(?:import|from) (?:httptools|uvicorn\.protocols)\b", re.MULTILINE)
    server = Path(inspect.getfile(connections)).parents[1]
    found = {path.name for path in server.rglob("*.py") if uses.search(path.read_text(encoding="utf-8"))}
    assert found == {"connections.py"}


def test_no_attribute_is_used_that_is_not_listed() -> None:
    assert set(inherited_by_connection()) == {name.partition(".")[0] for name in ATTRIBUTES}


@pytest.mark.parametrize("hook", HOOKS)
def test_the_protocol_has_each_hook_with_our_arguments(hook: str) -> None:
    assert hasattr(HttpToolsProtocol, hook), f"uvicorn's HttpToolsProtocol has no {hook}()"
    ours, theirs = (
        list(inspect.signature(getattr(it, hook)).parameters) for it in (connections.Connection, HttpToolsProtocol)
    )
    assert ours == theirs, f"uvicorn calls {hook}() with other arguments"


@pytest.fixture
def supervisor() -> Iterator[Any]:
    """A supervisor of uvicorn, made and not run; it takes over signals, which are given back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield Multiprocess(uvicorn.Config("x:y", log_config=None), sockets=[])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("name", ["processes", "should_exit.is_set", "init_processes", "keep_subprocess_alive", "run"])
def test_the_supervisor_has_each_attribute_in_use(name: str, supervisor: Any) -> None:
    assert has(supervisor, name), f"uvicorn's Multiprocess has no {name}"


def test_a_process_tells_that_it_is_ready_and_why_it_ended(supervisor: Any) -> None:
    process = Process(supervisor.config, supervisor.sockets)
    assert [name for name in ("is_ready", "exitcode") if not has(process, name)] == []
    assert STARTUP_FAILURE != 0
