"""The built package is whole: the wheel has every file of the packages and, unpacked alone elsewhere, it is what runs.

`make judge` also lets it read its examples, answer and serve.
"""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.conftest import Run
from tests.support.clock import until
from tests.support.pages import ended, kind, links

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
    kept = {path for path in files if "__pycache__" not in path.parts}
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
def jixiao(installed: Path, tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts a command of the wheel in an empty folder, its standard output in the file `answer`."""

    def started(*arguments: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "answer").open("wb") as answer:
            return subprocess.Popen(
                [sys.executable, "-m", "jixiao", *arguments],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(installed)},
                stdout=answer,
                stderr=subprocess.DEVNULL,
            )

    return started


@contextmanager
def served(jixiao: Callable[..., subprocess.Popen[bytes]], *arguments: str) -> Iterator[httpx.Client]:
    """Give a client of the site that a command serves, once the site answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = jixiao(*arguments, "--port", port)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Accept": "text/html"}, timeout=60) as client:
            until(lambda: _answers(client), 180)
            yield client
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.HTTPError:
        return False


OF_FILES = re.compile(r"/($|\?|shapes|vocab|ontology|help|docs)")
"""Addresses of pages that are made of installed files rather than of a store."""


def kind_of_page(link: str) -> str:
    """Return the kind of page that a link leads to; of several parameters the page does not depend on their choice."""
    path, _, asked = link.partition("?")
    named = {parameter.partition("=")[0] for parameter in asked.split("&")} - {"", "lang"}
    return kind(f"{path}?{named.pop()}" if len(named) == 1 else path)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.judge)], ids=["some", "all"])
def test_every_link_of_a_page_of_each_kind_is_answered(
    jixiao: Callable[..., subprocess.Popen[bytes]], run: Run, tmp_path: Path, every: bool
) -> None:
    """Each file that a page leads to is installed.

    `make test` follows links to one page of each kind that is made of files, `make judge` all links of a page of each.
    """
    ended(0, run("ingest", ROOT / "examples" / "songjiang-zhengxie-2022.txt", "--store", tmp_path / "store"))
    ended(0, run("release", "--store", tmp_path / "store"))
    first = "/?lang=en"
    leading, kinds, looked_at, broken = {first: ""}, {kind_of_page(first)}, set(), {}
    waiting = [first]
    with served(jixiao, "serve", "--store", "store") as client:
        while waiting:
            address = waiting.pop()
            answer = client.get(address, follow_redirects=True)
            if answer.status_code >= 400:
                broken[address] = (answer.status_code, leading[address])
            is_page = answer.headers["content-type"].startswith("text/html")
            if kind_of_page(address) in looked_at or not is_page:
                continue
            looked_at.add(kind_of_page(address))
            for link in links(address, answer.text):
                is_new = kind_of_page(link) not in kinds and OF_FILES.match(link)
                if link not in leading and (every or is_new):
                    leading[link] = address
                    kinds.add(kind_of_page(link))
                    waiting.append(link)
    assert broken == {}
    assert kind("/shapes/examples/AmountNotANumber/fail.ttl") in kinds


@pytest.mark.judge
def test_the_wheel_demonstrates_itself(jixiao: Callable[..., subprocess.Popen[bytes]], tmp_path: Path) -> None:
    """The question is answered by the time that the site answers."""
    with served(jixiao, "demo") as client:
        assert "2,262,000" in (tmp_path / "answer").read_text(encoding="utf-8")
        for path in ("/", "/views", "/sparql", "/help/start", "/static/vendor/yasqe/yasqe.min.js"):
            assert client.get(path, follow_redirects=True).status_code == 200, path
        rows = client.get(VIEW).text.split()[1:]
    assert [row.split(",")[1] for row in rows] == ["业务培训", "政协会议", "政协委员工作"]
    assert [*tmp_path.glob("data/demo-*/store.json")]


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
