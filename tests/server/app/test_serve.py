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
import psutil
import pytest

from tests.support.blackbox.process import alive, serve, tree
from tests.support.clock import Clock, until

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc here to count processes in")

JIXIAO = [sys.executable, "-m", "jixiao", "serve"]
FEW = {"JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
"""Fewer processes for queries than usual: each takes a second to start."""


def gone(processes):
    """Wait until all of these processes have ended."""
    until(lambda: not any(map(alive, processes)), 30)


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
        started = tree(process.pid)
        time.sleep(later)
        started += tree(process.pid)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1].decode()
        assert process.returncode == 0, said
    assert "Traceback" not in said
    gone(started)


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
def test_what_is_in_flight_gets_its_time_and_no_more(store):
    with serve(store.path, environment=FEW | {"JIXIAO_SHUTDOWN_TIMEOUT": "1"}) as server:
        processes = tree(server.pid)
        runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
        code = f"import httpx; httpx.get('{server.url}/sparql', params={{'query': '''{runaway}'''}})"
        with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL):
            time.sleep(1.5)
            clock = Clock()
            server.process.terminate()
            assert server.process.wait(10) == 0
            assert clock.seconds() < 5
        gone(processes)


def serving(server):
    """The living processes of a server that answer requests."""
    below = psutil.Process(server.pid).children()
    return [each for each in below if alive(each) and "spawn_main" in " ".join(each.cmdline())]


def count(server):
    page = httpx.get(f"{server.url}/metrics").text
    return sum(float(one) for one in re.findall(r'jixiao_requests_total\{kind="operation".*status="200"\} (\S+)', page))


@pytest.mark.judge
def test_a_process_that_dies_is_replaced_and_its_counts_stay_until_ctrl_c(store, tmp_path):
    with serve(store.path, "--workers", "2", environment=FEW | {"TMPDIR": str(tmp_path)}) as server:
        until(lambda: len(serving(server)) == 2, 30)
        for _ in range(20):
            assert httpx.get(f"{server.url}/health/live").status_code == 200
        before = count(server)
        assert before >= 20
        first = serving(server)[0]
        first.kill()
        until(lambda: not alive(first) and len(serving(server)) == 2, 30)
        assert httpx.get(f"{server.url}/health").status_code == 200
        assert count(server) >= before
        [counts] = tmp_path.glob("jixiao-metrics-*")
        # Ctrl+C while the new process starts is obeyed without a word. A terminal sends it to all of them.
        processes = tree(server.pid)
        for each in processes:
            each.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
        assert not counts.exists()
        gone(processes)
    assert all(json.loads(line)["kind"] == "operation" for line in server.log if line.startswith("{"))


@pytest.mark.judge
def test_processes_end_with_their_supervisor_and_the_next_one_removes_its_folder(store, tmp_path):
    with serve(store.path, "--workers", "2", environment=FEW | {"TMPDIR": str(tmp_path)}) as server:
        processes = tree(server.pid)
        server.process.kill()
        server.process.wait()
        gone(processes)
    [left] = tmp_path.glob("jixiao-metrics-*")
    with serve(store.path, "--workers", "2", environment=FEW | {"TMPDIR": str(tmp_path)}):
        assert not left.exists()


@pytest.mark.judge
def test_files_and_the_like_from_file_and_flags(store, tmp_path):
    config = tmp_path / "jixiao.toml"
    log = tmp_path / "access.log"
    config.write_text('port = 1\nlog_clients = false\nroot_path = "/data"\ntrusted_proxies = "127.0.0.1"\n')
    with serve(store.path, "--config", str(config), "--access-log", str(log), "--no-cache", environment=FEW) as server:
        assert httpx.get(f"{server.url}/views", headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 200
        files = psutil.Process(server.pid).rlimit(psutil.RLIMIT_NOFILE)[0]
        assert files == min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_536)
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    assert {"operation", "view"} == {line["kind"] for line in lines}
    assert not any("client" in line for line in lines)
    assert not any(line.startswith("{") for line in server.log)


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
