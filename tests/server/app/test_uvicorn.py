"""The installed uvicorn has the names that the server uses without uvicorn documenting them.

The hook is documented: `uvicorn.Config(http=…)` takes a class of protocols, and Connection is one. If a test here fails
after an upgrade, change server/app/connections.py or supervisor.py, and run their tests, before taking the new version.
"""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from jixiao.server.app import connections

CONNECTION = {
    "_unset_keepalive_if_required",
    "app",
    "cycle",
    "headers",
    "on_response_complete",
    "parser",
    "timeout_keep_alive_handler",
    "transport",
    "url",
}
"""Names of uvicorn's protocol class that Connection uses or overrides."""
USED = {
    HttpToolsProtocol: CONNECTION,
    RequestResponseCycle: {"disconnected", "keep_alive", "message_event", "scope"},
    uvicorn.Server: {"handle_exit", "run", "should_exit", "startup"},
    Multiprocess: {"init_processes", "keep_subprocess_alive", "processes", "run", "should_exit"},
    Process: {"exitcode", "is_ready"},
}
CALLED_BY_HTTPTOOLS = {"on_message_begin", "on_header", "on_headers_complete", "on_body", "on_message_complete"}
"""Callbacks that httptools documents for its parser of requests."""


def known(kind: type) -> set[str]:
    """The names of a class, and of what its methods say or set of an object."""
    methods = [method for method in vars(kind).values() if hasattr(method, "__code__")]
    return {*dir(kind), *(name for method in methods for name in method.__code__.co_names)}


def used_by_connection() -> Iterator[str]:
    tree = ast.parse(Path(connections.__file__).read_text(encoding="utf-8"))
    [connection] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Connection"]
    own = {node.name for node in ast.walk(connection) if isinstance(node, ast.FunctionDef)}
    overridden = own & known(HttpToolsProtocol)
    of_self = [node for node in ast.walk(connection) if isinstance(node, ast.Attribute) and _is_self(node.value)]
    set_here = {node.attr for node in of_self if isinstance(node.ctx, ast.Store) and node.attr.startswith("_")}
    yield from {*overridden, *(node.attr for node in of_self if node.attr not in own | set_here)}


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def test_connections_use_the_listed_names_alone() -> None:
    documented = {*dir(asyncio.Protocol), *CALLED_BY_HTTPTOOLS}
    assert {*used_by_connection()} - documented - {"__init__"} == CONNECTION


@pytest.mark.parametrize("kind", USED, ids=lambda kind: kind.__name__)
def test_uvicorn_has_the_names(kind: type) -> None:
    gone = USED[kind] - known(kind)
    assert not gone, f"uvicorn {uvicorn.__version__} has no {kind.__qualname__}.{', '.join(sorted(gone))}"


def test_uvicorn_makes_its_protocols_as_connections_are_made() -> None:
    parameters = HttpToolsProtocol.__init__.__annotations__.keys() - {"return"}
    assert parameters == connections.Connection.__init__.__annotations__.keys() - {"return"}
