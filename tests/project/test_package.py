"""The built package is whole: the wheel, installed alone outside the checkout, ingests, answers and serves."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else of this project."""
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(ROOT)]
    made = subprocess.run(build, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    [built] = place.glob("*.whl")
    assert list(place.glob("*.tar.gz")), "no source distribution"
    target = place / "installed"
    command = [*pip, "install", "--no-deps", "--no-compile", "--target", str(target), str(built)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def jixiao(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jixiao", *arguments],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def store(installed: Path) -> Path:
    path = installed.parent / "store"
    done = jixiao(installed, "ingest", str(ROOT / "examples" / "songjiang-zhengxie-2022.txt"), "--store", str(path))
    assert done.returncode == 0, done.stderr
    return path


def test_the_wheel_is_what_runs(installed: Path) -> None:
    code = "import jixiao.server, jixiao.ontology, sys; print(jixiao.server.__file__, jixiao.ontology.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count(str(installed)) == 2


def test_wheel_answers_a_view(installed: Path, store: Path) -> None:
    done = jixiao(
        installed, "view", "--store", str(store), "projects-citing", "number=松委发[2009]97号", "--format", "csv"
    )
    assert done.returncode == 0, done.stderr
    assert [row.split(",")[1] for row in done.stdout.split()[1:]] == ["业务培训", "政协会议", "政协委员工作"]


@pytest.fixture
def address(installed: Path, store: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jixiao", "serve", "--store", str(store), "--port", str(port)],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_wheel_serves_its_pages(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                assert answer.status == 200
            break
        except OSError:
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.1)
    for path in ("/", "/views", "/sparql", "/help/start", "/static/vendor/yasqe/yasqe.min.js"):
        page = urllib.request.Request(f"{address}{path}", headers={"Accept": "text/html"})
        with urllib.request.urlopen(page, timeout=10) as answer:
            assert answer.status == 200, path


def test_make_run_tells_each_step_before_it_begins(tmp_path: Path) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "run", f"VENV={tmp_path / 'none'}"]
    lines = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert not any("--quiet" in line for line in lines)
    for step in ("-m venv", "--editable .", "jixiao ingest", "jixiao view", "jixiao serve"):
        [at] = [number for number, line in enumerate(lines) if step in line]
        assert lines[at - 1].startswith("echo '")
