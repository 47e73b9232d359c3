"""No command, nor any process it starts, imports modules from the working directory, where strangers' files may be."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from jixiao import commands
from jixiao.store import Store

JIXIAO = Path(sys.executable).with_name("jixiao")
EXAMPLES = Path(__file__).parents[2] / "examples"
FILING = EXAMPLES / "songjiang-zhengxie-2022.txt"
NUMBER = "松委发（2009）97号"
PLANTED = ("json", "multiprocessing", "pickle", "random", "resource", "signal", "sitecustomize", "socket", "struct")
VIEW = Path(__file__).parents[2] / "server" / "views" / "project.rq"
SECONDS = 240

INITIALIZE = """\
{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params":\
 {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
{"jsonrpc": "2.0", "method": "notifications/initialized"}
"""
STARTING = {
    "explain": (FILING.name,),
    "ingest": (FILING.name, "--store", "new", "--jobs", "2"),
    "mentions": (FILING.name,),
    "rebuild": ("--store", "store"),
    "reread": ("--store", "store"),
    "validate": (FILING.name, "--jobs", "2"),
}
"""Commands that read in processes of their own, with arguments."""
ALONE = {
    "ask": (f"哪些项目引用 {NUMBER}？", "--store", "store"),
    "check": ("--store", "store"),
    "checksum": ("dump.nq",),
    "diff": ("1", "current", "--store", "store"),
    "dumps": ("--store", "store"),
    "export": ("--store", "store"),
    "gc": ("--store", "store"),
    "query": ("ASK {}", "--store", "store"),
    "registry": ("list", "--store", "store"),
    "release": ("--store", "store"),
    "search": ("维修", "--store", "store"),
    "shapes": (),
    "versions": ("--store", "store"),
    "view": ("projects-citing", f"number={NUMBER}", "--store", "store"),
    "views": ("check", "views"),
    "withdraw": ("", "--store", "store", "--reason", "误传"),
}
"""Commands that start no process that imports modules, with arguments."""


@pytest.fixture(scope="module")
def room(tmp_path_factory, examples):
    """A folder with modules that leave a marker when they are run, and a store that may be written to."""
    folder = tmp_path_factory.mktemp("strangers")
    marks = (
        f"import os\nwith open({str(folder / 'marker')!r}, 'a') as file:\n    print(__name__, os.getpid(), file=file)\n"
    )
    for name in (*PLANTED, "jixiao/__init__", "jixiao/cli"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(marks, encoding="utf-8")
    shutil.copytree(examples, folder / "store")
    shutil.copy(FILING, folder)
    return folder


@pytest.fixture(autouse=True)
def unmarked(room):
    yield
    marker = room / "marker"
    told = marker.read_text(encoding="utf-8") if marker.exists() else ""
    marker.unlink(missing_ok=True)
    assert not told, f"run from the working directory: {told}"


@pytest.fixture
def command(room):
    """Runs the command `jixiao` in that folder, and returns what it writes."""

    def run(*arguments, stdin="", program=(str(JIXIAO),)):
        done = subprocess.run(
            [*program, *arguments],
            cwd=room,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode in {0, 1}, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return run


@contextmanager
def running(room, *arguments):
    """The address of a server that a command starts in the folder, until the block ends."""
    environment = {**os.environ, "JIXIAO_CHECK": "true", "JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
    with subprocess.Popen(
        [JIXIAO, *arguments], cwd=room, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as process:
        assert process.stderr
        told = ""
        while not (address := re.search(r"http://[^\s/]+:\d+/\S*", told)):
            told = process.stderr.readline()
            assert told, "it ended without an address"
        try:
            yield address[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.stderr.read()
            process.wait(SECONDS)


def test_the_modules_would_be_run(room):
    subprocess.run([sys.executable, "-c", "import random, jixiao"], cwd=room, check=False, timeout=SECONDS)
    marker = (room / "marker").read_text(encoding="utf-8")
    (room / "marker").unlink()
    assert {line.split()[0] for line in marker.splitlines()} == {"random", "jixiao"}


@pytest.mark.judge
@pytest.mark.parametrize("name", {**STARTING, **ALONE})
def test_a_command(command, room, name):
    arguments = list({**STARTING, **ALONE}[name])
    if name == "checksum":
        (room / "dump.nq").write_text("<x:a> <x:b> <x:c> .\n", encoding="ascii")
    if name == "views":
        (room / "views").mkdir()
        shutil.copy(VIEW, room / "views" / "own.rq")
    if name == "withdraw":
        arguments[0] = Store.open(room / "store").sources()[0].sha16
    command(name, *arguments)


def test_every_command_is_run():
    assert set(commands.MODULES) == {*STARTING, *ALONE, "demo", "mcp", "serve"}


@pytest.mark.judge
def test_an_assistant(command):
    assert "protocolVersion" in command("mcp", "--store", "store", stdin=INITIALIZE)


@pytest.mark.parametrize("reading", [False, pytest.param(True, marks=pytest.mark.judge)])
def test_python_m_imports_no_module_but_the_package(command, room, *, reading):
    shutil.rmtree(room / "jixiao")
    assert "jixiao" in command("--version", program=(sys.executable, "-m", "jixiao"))
    if reading:
        command("validate", FILING.name, "--jobs", "2", program=(sys.executable, "-m", "jixiao"))


@pytest.mark.judge
def test_ingest_on_dask(command, room, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(room)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # as docs/operation.md has it for workers
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        command("ingest", FILING.name, "--store", "by-dask", "--dask", cluster.scheduler_address)
    assert len(Store.open(room / "by-dask").sources()) == 1


@pytest.mark.judge
@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_with_queries_and_checks(room, workers):
    with (
        running(room, "serve", "--store", "store", "--port", "0", "--workers", workers) as address,
        httpx.Client(base_url=address, timeout=SECONDS) as client,
    ):
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        answer = client.post("/check?format=json", content=FILING.read_bytes())
        assert not answer.json()["documents"][0].get("refused"), answer.text
