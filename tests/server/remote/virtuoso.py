"""Debian's Virtuoso 7 in a directory of its own, on free ports of this machine, for the time of a block.

It runs in the foreground as our child and is killed by the kernel should we die first.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx

PROGRAMS = ("virtuoso-t", "isql-vt", "setpriv")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]

_AT_ONCE = 50_000  # quads
_PATIENCE = 60  # seconds until it must be up: it makes its database first
_PAGE = (Path(__file__).parents[3] / "docs" / "other-stores.md").read_text(encoding="utf-8")
_LOAD = re.findall(r"^```sql\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)[0]  # the page's own lines
_EXAMPLE = "http://localhost:8000/graph/default"

_INI = (Path(__file__).parents[3] / "deploy" / "virtuoso.ini").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Virtuoso:
    """A running server."""

    directory: Path
    http_port: int
    sql_port: int

    def endpoint(self, default_graph, **parameters):
        """The address of its endpoint with that default graph: without one it counts a triple once a graph."""
        said = urlencode({"default-graph-uri": default_graph, **parameters}, quote_via=quote)
        return f"http://127.0.0.1:{self.http_port}/sparql?{said}"

    def load(self, n_quads, default_graph):
        """Load N-Quads; what stands in their default graph goes into that one.

        They are loaded in parts: the threads that load a large file may wait for each other's locks for ever.
        """
        lines = n_quads.splitlines(keepends=True)
        for start in range(0, len(lines), _AT_ONCE):
            (self.directory / "dataset.nq").write_bytes(b"".join(lines[start : start + _AT_ONCE]))
            self.script(_LOAD.replace(_EXAMPLE, default_graph))

    def script(self, text):
        """Give SQL to isql as it would be typed."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", "dba", "ERRORS=STDOUT", "BANNER=OFF"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "Error" not in done.stdout, done.stdout

    @contextmanager
    def at_most(self, rows):
        """Give so many rows at most; it looks into its configuration at each query."""
        path = self.directory / "virtuoso.ini"
        before = path.read_text("utf-8")
        path.write_text(f"{before}ResultSetMaxRows = {rows}\n", "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")


@contextmanager
def running(directory):
    """Start one in an empty directory, which takes seconds; it is gone after the block."""
    server = Virtuoso(directory, _free_port(), _free_port())
    ini = _INI.replace(":1111", f":{server.sql_port}").replace(":8890", f":{server.http_port}")
    (directory / "virtuoso.ini").write_text(ini, "utf-8")
    command = ["setpriv", "--pdeathsig", "KILL", "virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    with (directory / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "TZ": "UTC"},
        )
    try:
        _wait(server, process)
        yield server
    finally:
        process.kill()
        process.wait()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _wait(server, process):
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(server.endpoint("urn:none"), params={"query": "ASK {}"}).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((server.directory / "output.txt").read_text("utf-8", errors="replace")[-2000:])
