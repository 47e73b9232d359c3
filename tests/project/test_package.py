"""The built package is whole: the wheel, unpacked alone outside the checkout, ingests, answers and serves."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
FILING = ROOT / "examples" / "songjiang-zhengxie-2022.txt"
VIEW = "/views/projects-citing?number=%E6%9D%BE%E5%A7%94%E5%8F%91[2009]97%E5%8F%B7&format=csv"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel, which is what pip installs, and nothing else of this project."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(ROOT)]
    made = subprocess.run(build, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    [built] = place.glob("*.whl")
    assert list(place.glob("*.tar.gz")), "no source distribution"
    target = place / "installed"
    with ZipFile(built) as wheel:
        wheel.extractall(target)
    return target


@pytest.fixture(scope="module")
def store(installed: Path) -> Path:
    path = installed.parent / "store"
    done = subprocess.run(
        [sys.executable, "-m", "jixiao", "ingest", str(FILING), "--store", str(path)],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
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


def test_wheel_serves_its_pages_and_views(address: str) -> None:
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
    with urllib.request.urlopen(f"{address}{VIEW}", timeout=10) as answer:
        rows = answer.read().decode().split()[1:]
    assert [row.split(",")[1] for row in rows] == ["业务培训", "政协会议", "政协委员工作"]


def test_make_run_tells_each_step_before_it_begins(tmp_path: Path) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "run", f"VENV={tmp_path / 'none'}"]
    lines = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert not any("--quiet" in line for line in lines)
    for step in ("-m venv", "--editable .", "jixiao ingest", "jixiao view", "jixiao serve"):
        [at] = [number for number, line in enumerate(lines) if step in line]
        assert lines[at - 1].startswith("echo '")
