"""Start the servers to be measured: one context manager per kind, which yields a Server and always stops it.

The message of AbsentError names the missing package in Chinese and English.
"""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.load import virtuoso as ini

Found = TypeVar("Found")

_PATIENCE = 600.0  # seconds within which a server must answer
_ROOT = Path(__file__).parents[2]
_NEEDS = ("rdflib_endpoint", "oxrdflib")


class AbsentError(Exception):
    """Error for a server that is not installed."""


@dataclass(frozen=True)
class Server:
    """A running server: its process, its port, the path of its SPARQL endpoint, and parameters besides the query.

    `temporary` is the folder of its temporary files, which also holds its log, named `log`.
    """

    pid: int
    port: int
    temporary: Path
    path: str = "/sparql"
    params: tuple[tuple[str, str], ...] = ()


@contextmanager
def jixiao(store: Path, flags: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run `jixiao serve` over a store, with a separate folder for its temporary files."""
    command = [sys.executable, "-m", "jixiao", "serve", "--store", str(store), "--port", "0", *flags]
    with _serving(command, r"serving: http://[^/]*:(\d+)/", environment or {}) as server:
        yield server


@contextmanager
def app(name: str, graph: Path) -> Iterator[Server]:
    """Run a program of bench.load.apps over an Oxigraph directory. Raises AbsentError."""
    needed = _NEEDS if name.startswith("rdflib-endpoint") else ()
    if missing := [module for module in needed if importlib.util.find_spec(module) is None]:
        names = ", ".join(missing)
        raise AbsentError(f"未安装 {names}：pip install -e '.[bench]' · {names} not installed")
    with _serving([sys.executable, "-m", "bench.load.apps", name, str(graph)], r"\A(\d+)\n", {}) as server:
        yield server


@contextmanager
def virtuoso(quads: Path, base_iri: str) -> Iterator[Server]:
    """Run Debian's Virtuoso 7 with a file of N-Quads, its default graph in a named graph. Raises AbsentError."""
    server, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if server is None or isql is None:
        raise AbsentError("未安装 Virtuoso：apt-get install virtuoso-opensource-7-bin · Virtuoso not installed")
    default = f"{base_iri}graph/default"
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        folder, log = Path(scratch), Path(scratch, "log")
        sql, http = ini.write(folder, quads.parent)
        with (
            log.open("wb") as stream,
            _started([server, "-f", "-c", str(folder / "virtuoso.ini")], stream.fileno(), {}) as process,
        ):
            _until(lambda: _open(http) and _open(sql), process, log)
            ini.run(isql, sql, ini.loading(quads, default))
            yield Server(process.pid, http, folder, params=(("default-graph-uri", default),))


@contextmanager
def _serving(command: Sequence[str], announced: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a command that prints its port; `announced` is the pattern of this output, with the port as its group."""
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        log = Path(scratch, "log")
        with (
            log.open("wb") as stream,
            _started(command, stream.fileno(), {"TMPDIR": scratch, **environment}) as process,
        ):
            found = _until(lambda: re.search(announced, log.read_text("utf-8", "replace")), process, log)
            _until(lambda: _open(int(found[1])), process, log)
            yield Server(process.pid, int(found[1]), Path(scratch))


@contextmanager
def _started(command: Sequence[str], output: int, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until(ask: Callable[[], Found | None], process: subprocess.Popen[bytes], log: Path) -> Found:
    """Call `ask` until it returns a true value, and return it. Raises RuntimeError if the process ends or is slow."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := ask():
            return found
        time.sleep(0.05)
    raise RuntimeError(f"未能启动 did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def _open(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
