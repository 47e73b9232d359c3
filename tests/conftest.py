"""Options of all tests. Fixtures stand beside the tests that need them; one goes here only when two folders need it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

OnApache = Callable[..., AbstractContextManager[httpx.Client]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--regenerate` rewrites what tests expect and docs list; the rewrite is then reviewed as a diff."""
    parser.addoption("--regenerate", action="store_true", help="rewrite what tests expect")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where Debian's packages must be (JIXIAO_REQUIRE_DEBIAN, set by .ci/run), a test skipped for want of one fails."""
    report = yield
    if report.skipped and item.get_closest_marker("debian") and os.environ.get("JIXIAO_REQUIRE_DEBIAN"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs a Debian package that is not here: {report.longrepr}"
    return report


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
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
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
