"""The built package is whole: the wheel has every file of the packages and, unpacked alone elsewhere, it is what runs.

`make judge` also lets it read its examples, answer and serve.
"""

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

from tests.support.pages import ended

ROOT = Path(__file__).parents[2]
ROOMS = ("jixiao", "ontology", "shapes", "ingest", "store", "server")
QUESTION = ("projects-citing", "number=松委发（2009）97号")
VIEW = "/views/projects-citing?number=%E6%9D%BE%E5%A7%94%E5%8F%91[2009]97%E5%8F%B7&format=csv"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A folder that holds the unpacked wheel, which is what pip installs, and nothing else of this project.

    `make judge` makes the wheel of a source distribution, as a release does, which takes twice as long.
    """
    place, judging = tmp_path_factory.mktemp("wheel"), pytestconfig.getoption("--judge")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(ROOT)]
    ended(0, subprocess.run([*build, *(() if judging else ("--wheel",))], capture_output=True, text=True, check=False))
    [built] = place.glob("*.whl")
    assert not judging or list(place.glob("*.tar.gz")), "no source distribution"
    target = place / "installed"
    with ZipFile(built) as wheel:
        wheel.extractall(target)
    return target


def test_the_wheel_has_every_file_of_the_rooms(installed: Path) -> None:
    files = {path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()}
    kept = {path for path in files if "__pycache__" not in path.parts and path.parts[:2] != ("shapes", "examples")}
    wanted = {path if path.parts[0] == "jixiao" else "jixiao" / path for path in kept}
    found = {path.relative_to(installed) for path in (installed / "jixiao").rglob("*") if path.is_file()}
    assert not sorted(map(str, wanted - found))
    assert {path.suffix for path in found if path.parts[1] in ("docs", "examples")} == {".md", ".txt"}


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
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of `jixiao demo`, run in an empty folder; it has answered the question by the time that it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "answer").open("wb") as answer:
        demo = subprocess.Popen(
            [sys.executable, "-m", "jixiao", "demo", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
            stdout=answer,
            stderr=subprocess.DEVNULL,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.terminate()
        demo.wait(timeout=20)
    assert (tmp_path / "data" / f"demo-{port}" / "store.json").exists()


@pytest.mark.judge
def test_the_wheel_demonstrates_itself(address: str, tmp_path: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                assert answer.status == 200
            break
        except OSError:
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.1)
    assert "2,262,000" in (tmp_path / "answer").read_text(encoding="utf-8")
    for path in ("/", "/views", "/sparql", "/help/start", "/static/vendor/yasqe/yasqe.min.js"):
        page = urllib.request.Request(f"{address}{path}", headers={"Accept": "text/html"})
        with urllib.request.urlopen(page, timeout=10) as answer:
            assert answer.status == 200, path
    with urllib.request.urlopen(f"{address}{VIEW}", timeout=10) as answer:
        rows = answer.read().decode().split()[1:]
    assert [row.split(",")[1] for row in rows] == ["业务培训", "政协会议", "政协委员工作"]


@pytest.mark.judge
def test_the_wheel_installs_in_an_empty_environment(installed: Path) -> None:
    """Without the packages of tests: each module that a command needs is among the dependencies."""
    subprocess.run([sys.executable, "-m", "venv", str(installed.parent / "empty")], check=True)
    python = installed.parent / "empty" / "bin" / "python"
    [wheel] = installed.parent.glob("*.whl")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run(pip, check=True)
    for command in (["ingest", "--store", "store", str(ROOT / "examples")], ["view", "--store", "store", *QUESTION]):
        done = ended(
            0,
            subprocess.run(
                [str(python), "-m", "jixiao", *command],
                cwd=installed.parent,
                capture_output=True,
                text=True,
                check=False,
            ),
        )
    assert "2,262,000" in done.stdout


def test_make_run_demonstrates_the_checkout(tmp_path: Path) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "run", f"VENV={tmp_path / 'none'}", "PORT=8123"]
    lines = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert not any("--quiet" in line for line in lines)
    for step in ("-m venv", "--editable ."):
        [at] = [number for number, line in enumerate(lines) if step in line]
        assert lines[at - 1].startswith("echo '")
    assert lines[-1].endswith("/jixiao demo --port 8123")
