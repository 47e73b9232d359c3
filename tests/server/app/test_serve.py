"""`jixiao serve` as a process: it starts, in one process or several, answers, and leaves nothing behind."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from jixiao.ontology.processes.child import descendants
from tests.support.clock import Clock, until

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc here to count processes in")

JIXIAO = [sys.executable, "-m", "jixiao", "serve"]
FEW = {"JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
"""Fewer processes for queries than usual: each takes a second to start."""
ALIVE = b"Z"
ASKING = httpx.Client(verify=False, timeout=10, headers={"Connection": "close"})
"""A client to ask again and again: to make one takes longer than an answer."""


class Running:
    """A server in a process of its own."""

    def __init__(self, log, arguments, env=None):
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [*JIXIAO, *arguments],
                stderr=stderr,
                env=os.environ | FEW | {"TMPDIR": str(log.parent)} | (env or {}),
                start_new_session=True,
            )
        self.log = log
        self.url = ""
        until(lambda: bool(self._address()), 30)
        until(self._answers, 30)

    def _address(self):
        found = re.search(r"服务已启动 serving: (http://\S+)/", self.log.read_text(encoding="utf-8"))
        self.url = found[1].replace("localhost", "127.0.0.1") if found else ""
        return self.url

    def _answers(self):
        try:
            return ASKING.get(f"{self.url}/health").status_code == 200
        except httpx.TransportError:
            return False

    def tree(self):
        """All its processes."""
        return set(descendants(self.process.pid))

    def lines(self):
        """The log but for what is printed at the start."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


def ended(process, seconds=10):
    """The exit status of a process that is to end in a bounded time."""
    until(lambda: process.poll() is not None, seconds)
    return process.wait()


def living(pids):
    """Return the processes that have not ended."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except OSError:
            continue
        if state != ALIVE:
            found.add(pid)
    return found


@pytest.fixture
def start(store, tmp_path):
    started = []

    def starting(*arguments, store=store.path, **env):
        given = ["--store", str(store), "--port", "0", *arguments]
        started.append(Running(tmp_path / f"err-{len(started)}", given, env))
        return started[-1]

    yield starting
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.mark.judge
@pytest.mark.parametrize("later", [0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_stopping_as_soon_as_the_address_is_printed_is_no_failure(workers, number, later, store, tmp_path):
    process = subprocess.Popen(
        [*JIXIAO, "--store", str(store.path), "--port", "0", "--workers", workers],
        stderr=subprocess.PIPE,
        env=os.environ | FEW | {"TMPDIR": str(tmp_path)},
    )
    with process:
        assert b"serving:" in process.stderr.readline()
        tree = set(descendants(process.pid))
        time.sleep(later)
        tree |= set(descendants(process.pid))
        process.send_signal(number)
        said = process.communicate(timeout=60)[1].decode()
        assert ended(process, 30) == 0, said
    assert "Traceback" not in said
    until(lambda: not living(tree), 30)


@pytest.mark.judge
@pytest.mark.parametrize("workers", ["1", "2"])
def test_stopping_while_an_object_is_removed_ends_the_server(workers, store):
    """Python drops what a signal's handler raises within `__del__`."""
    program = (
        "import os, signal, sys; from jixiao.cli import main; from jixiao.commands import serving;"
        "end = lambda self: os.kill(os.getpid(), signal.SIGTERM) or sum(range(9));"
        "serving.say_if_outdated = lambda store: type('', (), {'__del__': end})() and None;"
        f"sys.argv = ['jixiao', 'serve', '--store', {str(store.path)!r}, '--port', '0', '--workers', '{workers}'];"
        "main()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, env=os.environ | FEW) as process:
        try:
            said = process.communicate(timeout=60)[1].decode()
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0, said
    assert "Traceback" not in said


@pytest.mark.judge
def test_what_is_in_flight_gets_its_time_and_no_more(start):
    server = start(JIXIAO_SHUTDOWN_TIMEOUT="1")
    tree = server.tree()
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
    asking = subprocess.Popen(
        [sys.executable, "-c", f"import httpx; httpx.get('{server.url}/sparql', params={{'query': '''{runaway}'''}})"],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.5)
    clock = Clock()
    server.process.terminate()
    assert ended(server.process) == 0
    assert clock.seconds() < 5
    until(lambda: not living(tree), 30)
    asking.wait(10)


@pytest.mark.judge
def test_a_process_that_dies_is_replaced_and_its_counts_stay_until_ctrl_c(start):
    server = start("--workers", "2")
    until(lambda: _processes(server) == 2, 30)
    for _ in range(20):
        assert ASKING.get(f"{server.url}/health/live").status_code == 200
    before = _count(server)
    assert before >= 20
    first = next(pid for pid in _children(server.process.pid) if _is_server(pid))
    os.kill(first, signal.SIGKILL)
    until(lambda: first not in living({first}) and _processes(server) == 2, 30)
    assert httpx.get(f"{server.url}/health").status_code == 200
    assert _count(server) >= before
    # The metrics' own directory goes with the server.
    second = next(pid for pid in _children(server.process.pid) if _is_server(pid))
    found = re.search(rb"PROMETHEUS_MULTIPROC_DIR=([^\0]*)", Path(f"/proc/{second}/environ").read_bytes())
    counts = Path(found[1].decode())
    assert counts.is_dir()
    # Ctrl+C while the new process starts is obeyed without a word. A terminal sends it to all of them.
    tree = server.tree()
    os.killpg(server.process.pid, signal.SIGINT)
    assert ended(server.process, 20) == 0
    assert not counts.exists()
    until(lambda: not living(tree), 30)
    assert all(line["kind"] == "operation" for line in server.lines())


@pytest.mark.judge
def test_processes_end_with_their_supervisor_and_the_next_one_removes_its_folder(start, tmp_path):
    server = start("--workers", "2", TMPDIR=str(tmp_path))
    tree = server.tree()
    server.process.kill()
    server.process.wait()
    until(lambda: not living(tree), 30)
    [left] = tmp_path.glob("jixiao-metrics-*")
    start("--workers", "2", TMPDIR=str(tmp_path))
    assert not left.exists()


@pytest.mark.judge
def test_files_and_the_like_from_file_and_flags(start, tmp_path):
    config = tmp_path / "jixiao.toml"
    log = tmp_path / "access.log"
    config.write_text('port = 1\nlog_clients = false\nroot_path = "/data"\ntrusted_proxies = "127.0.0.1"\n')
    server = start("--config", str(config), "--access-log", str(log), "--no-cache")
    assert httpx.get(f"{server.url}/views", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 200
    limits = Path(f"/proc/{server.process.pid}/limits").read_text(encoding="ascii")
    files = re.search(r"Max open files +(\d+)", limits)
    assert int(files[1]) == min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_536)
    server.process.terminate()
    ended(server.process)
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    assert {"operation", "view"} == {line["kind"] for line in lines}
    assert not any("client" in line for line in lines)
    assert server.lines() == []


@pytest.mark.parametrize(
    ("arguments", "text", "says"),
    [
        ([], "", "--store"),
        (["--store", "nowhere"], "", "nowhere"),
        (["--config", "c.toml", "--store", "{store}"], "colour = 1", "colour"),
        (["--config", "c.toml", "--store", "{store}"], "processes = 'many'", "c.toml: processes"),
        (["--config", "missing.toml", "--store", "{store}"], "", "missing.toml"),
        (["--timeout", "-1", "--store", "{store}"], "", "--timeout"),
        (["--access-log", "no/such/place", "--store", "{store}"], "", "no/such/place"),
        (["--host", "no.such.host.invalid", "--store", "{store}"], "", "no.such.host.invalid"),
    ],
)
def test_a_wrong_call_ends_with_status_2(  # noqa: PLR0917 - three of a case, four fixtures
    arguments,
    text,
    says,
    store,
    tmp_path,
    run,
    monkeypatch,
):
    (tmp_path / "c.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    done = run("serve", *(argument.format(store=store.path) for argument in arguments))
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "serving" not in done.stderr


def _children(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _is_server(pid):
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _processes(server):
    return sum(map(_is_server, _children(server.process.pid)))


def _count(server):
    page = httpx.get(f"{server.url}/metrics").text
    return sum(float(one) for one in re.findall(r'jixiao_requests_total\{kind="operation".*status="200"\} (\S+)', page))
