"""Servers to be measured, started for a block and stopped for certain: a context manager each that gives a Server.

AbsentError says, in Chinese and English, what is not installed.
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

_PATIENCE = 600.0  # seconds until a server answers
_ROOT = Path(__file__).parents[2]
_NEEDS = ("rdflib_endpoint", "oxrdflib")


class AbsentError(Exception):
    """A peer that is not installed here."""


@dataclass(frozen=True)
class Server:
    """A running server: its process, port, and how its SPARQL is asked: path, and parameters besides the query.

    `temporary` is where its temporary files go, with its log as the file `log`.
    """

    pid: int
    port: int
    temporary: Path
    path: str = "/sparql"
    params: tuple[tuple[str, str], ...] = ()


@contextmanager
def jixiao(store: Path, flags: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The real command `jixiao serve` over a store; its temporary files go into a directory of its own."""
    command = [sys.executable, "-m", "jixiao", "serve", "--store", str(store), "--port", "0", *flags]
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        log = Path(scratch, "log")
        extra = {"TMPDIR": scratch, **(environment or {})}
        with log.open("wb") as stream, _started(command, stream.fileno(), extra) as process:
            found = _until(lambda: re.search(r"serving: http://[^/]*:(\d+)/", log.read_text("utf-8")), process, log)
            _until(lambda: _open(int(found[1])), process, log)
            yield Server(process.pid, int(found[1]), Path(scratch))


@contextmanager
def app(name: str, graph: Path) -> Iterator[Server]:
    """A program of bench.load.apps over an Oxigraph directory. Raises AbsentError."""
    needed = _NEEDS if name.startswith("rdflib-endpoint") else ()
    if missing := [module for module in needed if importlib.util.find_spec(module) is None]:
        names = ", ".join(missing)
        raise AbsentError(f"未安装 {names}：pip install -e '.[bench]' · {names} not installed")
    command = [sys.executable, "-m", "bench.load.apps", name, str(graph)]
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        log = Path(scratch, "log")
        with log.open("wb") as stream, _started(command, stream.fileno(), {}) as process:
            found = _until(lambda: re.match(r"(\d+)\n", log.read_text("utf-8", "replace")), process, log)
            _until(lambda: _open(int(found[1])), process, log)
            yield Server(process.pid, int(found[1]), Path(scratch))


@contextmanager
def virtuoso(quads: Path, base_iri: str) -> Iterator[Server]:
    """Debian's Virtuoso 7 with a file of N-Quads; the default graph's are in a named graph. Raises AbsentError."""
    server, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if server is None or isql is None:
        raise AbsentError("未安装 Virtuoso：apt-get install virtuoso-opensource-7-bin · Virtuoso not installed")
    default = f"{base_iri}graph/default"
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        folder, log = Path(scratch), Path(scratch, "log")
        sql, http = ini.write(folder, quads.parent)
        with (
            log.open("wb") as stream,
            _started([server, "-f", "-c", str(folder / "virtuoso.ini")], stream.fileno(), {}) as (process),
        ):
            _until(lambda: _open(http) and _open(sql), process, log)
            ini.run(isql, sql, ini.loading(quads, default))
            yield Server(process.pid, http, folder, params=(("default-graph-uri", default),))


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
    """What `ask` gives once it gives something. Raises RuntimeError where the process ends, or takes long."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := ask():
            return found
        time.sleep(0.05)
    raise RuntimeError(f"未能启动 did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def _open(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
