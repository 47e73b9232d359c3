"""Options of all tests. Fixtures stand beside the tests that need them; one goes here only when two folders need it."""

import gc
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from jixiao.cli import main
from jixiao.store import Store
from jixiao.store.commit import upcoming
from tests.support.generated import USUAL
from tests.support.reader import Reader
from tests.support.shared import made_once
from tests.support.warmed import warm
from tests.support.writing import ALL, dump, few_triples, reading_here, rules, violations, whole_vocabulary

Run = Callable[..., subprocess.CompletedProcess[str]]
OnApache = Callable[..., AbstractContextManager[httpx.Client]]
DEAR = ("shapes", "server", "store", "cli", "docs", "seeds", "project", "bench", "ingest")
EVERY_RULE = {"check", "docs", "quality", "samples", "seeds", "shapes"}
"""Folders whose tests validate the files that they read by the rules that only warn, too."""
FREE = 4 << 30
"""Bytes that must be free in memory for the temporary folders of a run, which need half a gigabyte."""
MOST_OPENED = 300
"""Files that tests may leave open before garbage is collected; some systems allow 1,024 to a process."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate` rewrites what tests expect and docs list; the rewrite is then reviewed as a diff."""
    parser.addoption("--regenerate", action="store_true", help="rewrite what tests expect")
    parser.addoption("--judge", action="store_true", help="run what takes long, instead of the rest (make judge)")


def pytest_configure(config: pytest.Config) -> None:
    """Let a generated example take its time on a busy machine; `make judge` tries sixty times as many.

    `make test` generates the same examples each time, so that it fails for changes alone; `make judge` draws others.
    Temporary folders of `make test` lie in memory where it has room: a third of a small commit's work is to sync files.
    """
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("test", patient, max_examples=USUAL // 6, derandomize=True)
    settings.register_profile("judge", patient, max_examples=10 * USUAL)
    settings.load_profile("judge" if config.getoption("--judge") else "test")
    if config.getoption("--judge"):
        return
    # No test asks the web, and each client would read its certificates, which takes 60 ms.
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free >= FREE:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect no garbage while tests are imported, nor look at modules and tests later: both stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Keep garbage from being looked for again: pytest has just done so, and does so twice in each process."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Collect each folder from another part on in each process, so that one compiles what the others then read.

    In a fresh checkout, all would compile every file at the same time.
    """
    report = yield
    turn = getattr(collector.config, "workerinput", None)
    if turn is not None and isinstance(collector, pytest.Dir) and report.passed:
        first = int(turn["workerid"].removeprefix("gw")) * len(report.result) // turn["workercount"]
        report.result = [*report.result[first:], *report.result[:first]]
    return report


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Select what `make test` runs, or `make judge`; properties belong to both.

    Cases that `-k` names are run without `--judge`, too, unless they are marked themselves: who adds one sees it.
    All processes have the tests in one order, from whatever part on they collected them.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path)
    yield
    judging = config.getoption("--judge")
    is_named = bool(config.getoption("keyword")) and not judging
    cases: Counter[str] = Counter()

    def left_to_judge(item: pytest.Item) -> bool:
        """Tell whether a case is marked, or is none of the first and every n-th of its sampled test."""
        sampled = item.get_closest_marker("sampled")
        if sampled is None or item.get_closest_marker("judge") is not None:
            return item.get_closest_marker("judge") is not None
        test = item.nodeid.partition("[")[0]
        cases[test] += 1
        return not is_named and (cases[test] - 1) % sampled.args[0] != 0

    def chosen(item: pytest.Item) -> bool:
        marked = left_to_judge(item)
        return (marked or getattr(getattr(item, "obj", None), "is_hypothesis_test", False)) if judging else not marked

    kept = [item for item in items if chosen(item)]
    config.hook.pytest_deselected(items=[*{*items}.difference(kept)])
    items[:] = sorted(kept, key=_rank)


def _rank(item: pytest.Item) -> int:
    """Order folders so that tests which take long come first, and none of them is left to a single worker."""
    folder = item.nodeid.split("/", 2)[1]
    return DEAR.index(folder) if folder in DEAR else len(DEAR)


class Scheduling(LoadScopeScheduling):
    """Give tests of a file to one process, and those of a folder whose fixtures are dear; the dearest folders first."""

    TOGETHER = ("tests/seeds", "tests/server/remote", "tests/server/sparql/protocol")

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        return folder if folder in self.TOGETHER else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Use the scheduling of this file with `--dist loadfile`."""
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail tests skipped for want of a Debian package where JIXIAO_REQUIRE_DEBIAN is set, as by .ci/run."""
    report = yield
    if report.skipped and item.get_closest_marker("debian") and os.environ.get("JIXIAO_REQUIRE_DEBIAN"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a Debian package that is not here: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tables that tests make in the cache out of the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JIXIAO_TABLES_FOLDER", str(tmp_path_factory.mktemp("tables")))
        yield


@contextmanager
def _on_apache(fill: Callable[[Path], object], modules: tuple[str, ...], more: str = "") -> Iterator[httpx.Client]:
    """A client of Apache over the folder that `fill` fills; its own user must be able to read it.

    `more` are directives, in which @www@ is the folder.
    """
    apache = shutil.which("apache2", path="/usr/sbin:/usr/bin:/sbin:/bin")
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as free:
        home, port = Path(name), free.getsockname()[1]
        free.close()
        home.chmod(0o755)
        fill(home / "www")
        loaded = "".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so\n" for each in modules)
        (home / "conf").write_text(
            f"{loaded}Listen 127.0.0.1:{port}\nServerName site.example\nServerRoot {home}\nUser nobody\nGroup nogroup\n"
            f"PidFile {home}/pid\nErrorLog {home}/log\nDocumentRoot {home}/www\n{more.replace('@www@', f'{home}/www')}"
            f"<Directory {home}/www>\nAllowOverride All\nRequire all granted\n</Directory>\n"
        )
        process = subprocess.Popen([str(apache), "-f", str(home / "conf"), "-DFOREGROUND"])
        try:
            with Reader(base_url=f"http://127.0.0.1:{port}") as client:
                _wait(client)
                yield client
        finally:
            process.terminate()
            process.wait(10)


def _wait(client: httpx.Client) -> None:
    for _ in range(100):
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def on_apache() -> OnApache:
    """Runs Apache over a folder, for the block."""
    return _on_apache


def _run(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, on streams of its own; an exception that leaves it fails the test.

    Starting a process takes longer than most commands. Streams are bytes below text and no terminal, as pipes are.
    """
    warm()
    output, errors = io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONSAFEPATH", "")  # which the command sets, and which is undone here
        patched.setattr(sys, "argv", ["jixiao", *map(str, arguments)])
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8"))
        patched.setattr(sys, "stdout", io.TextIOWrapper(output, encoding="utf-8"))
        patched.setattr(sys, "stderr", io.TextIOWrapper(errors, encoding="utf-8"))
        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        said = [io.TextIOWrapper(io.BytesIO(stream.getvalue()), encoding="utf-8").read() for stream in (output, errors)]
    assert "Traceback" not in said[1], said[1]
    return subprocess.CompletedProcess(sys.argv, status, *said)


def _start(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does."""
    command = [sys.executable, "-m", "jixiao", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs the command line in this process."""
    return _run


@pytest.fixture(scope="session")
def start() -> Run:
    """Runs the command line in a process of its own."""
    return _start


@pytest.fixture(scope="session", autouse=True)
def _little_vocabulary() -> Iterator[None]:
    """Write a few triples of the vocabulary into the stores that are made in this process."""
    few = few_triples()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(upcoming, "vocabulary_triples", lambda: few)
        yield


@pytest.fixture(scope="module", autouse=True)
def _reading_here() -> Iterator[None]:
    """Read files in the process of the tests, but for commands that are started and tests that ask for processes."""
    with reading_here():
        yield


@pytest.fixture(scope="module", autouse=True)
def _few_rules(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave out the rules that only warn while files are read, except in the folders that look at their results.

    They are most of the work of reading a small file, and its facts do not depend on them.
    """
    folders = request.path.relative_to(Path(__file__).parent).parts
    every = request.config.getoption("--judge") or not EVERY_RULE.isdisjoint(folders)
    with rules(ALL if every else violations):
        yield


def _open() -> int:
    """Return the number of files that this process has open."""
    return sum(1 for _ in Path("/dev/fd").iterdir())


@pytest.fixture(scope="session")
def _lasting() -> Counter[str]:
    """The number of files that were still open when garbage was last collected: fixtures of the session hold them."""
    return Counter()


@pytest.fixture(scope="module", autouse=True)
def _few_descriptors(_lasting: Counter[str]) -> Iterator[None]:
    """Collect the stores that applications in this process leave behind, before their files fill a process's table.

    To look at all objects of a long run takes more than a second.
    """
    yield
    if _open() > _lasting["files"] + MOST_OPENED:
        gc.collect()
        _lasting["files"] = _open()


@pytest.fixture(name="every_rule")
def _every_rule() -> Iterator[None]:
    """Validate the files that a test reads by every rule all the same."""
    with rules(ALL):
        yield


@pytest.fixture(name="whole_vocabulary")
def _whole_vocabulary() -> Iterator[None]:
    """Write the whole vocabulary into the stores of a test all the same."""
    with whole_vocabulary():
        yield


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the examples, and their dumps, which a server of any test would write; do not write to it."""

    def make(place: Path) -> None:
        with whole_vocabulary(), rules(ALL):
            done = _run("ingest", Path(__file__).parents[1] / "examples", "--store", place / "store")
        assert done.returncode == 0, done.stderr
        dump(Store.open(place / "store"))

    return made_once(tmp_path_factory, "examples", make) / "store"
