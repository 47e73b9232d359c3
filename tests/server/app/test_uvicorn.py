"""Internals of uvicorn that server/app uses: a version of uvicorn that lacks one fails here, by name.

pyproject.toml allows a range of versions, so that a security release can be installed; what uvicorn does with these
hooks is tested over sockets in test_connections.py and with processes in test_serve.py (docs/decisions.md, 38).
"""

import inspect
import re
import signal
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import SIGNALS, Process

from jixiao.server.app import connections

HOOKS = tuple(name for name in vars(connections.Connection) if not name.startswith("_"))


def has(thing: object, name: str) -> bool:
    """Tell if an attribute, named with dots, can be read."""
    try:
        attrgetter(name)(thing)
    except AttributeError:
        return False
    return True


def test_one_module_alone_uses_the_parser() -> None:
    """httptools and uvicorn's protocols are named in connections.py, so that this file sees every use of them."""
    uses = re.compile(r"^\s*(?:import|from) (?:httptools|uvicorn\.protocols)\b", re.MULTILINE)
    server = Path(inspect.getfile(connections)).parents[1]
    found = {path.name for path in server.rglob("*.py") if uses.search(path.read_text(encoding="utf-8"))}
    assert found == {"connections.py"}


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
