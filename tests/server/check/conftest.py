"""Servers whose temporary folder is known, so that tests can see what is left in it."""

import tempfile
from pathlib import Path

import httpx
import psutil
import pytest

from jixiao import checking
from jixiao.server.apps.check import desk
from jixiao.server.settings import Settings

FAULTY = Path("examples") / "songjiang-renda-2022.txt"
TIME = 240  # seconds; a loaded machine takes its time


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The folder in which this process makes temporary files."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("room")
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(scope="module")
def settings(store):
    """Settings with bounds that tests reach soon."""
    few = {"quick_seats": 1, "heavy_seats": 1, "check_max_bytes": 1 << 20, "body_timeout": 1}
    return Settings(store=store.path, check=True, check_waiting=1, check_timeout=TIME, **few)


@pytest.fixture(scope="module")
def here(settings, room, serve):
    """A client of an application that checks files."""
    with serve(settings) as client:
        yield client


@pytest.fixture(scope="module")
def exposed(settings, room, listen):
    """A client of a real server that checks files."""
    with listen(settings) as client:
        client.timeout = httpx.Timeout(TIME)
        yield client


class Within:
    """A check in the server's own process, in place of `Child`; most of a child's time goes into its imports."""

    def __init__(self, _target, name, *_limits, folder, **_bounds):
        self._name, self._folder = name, folder

    def send(self, message):
        self._content = message

    def receive(self):
        return checking.report_forms(self._content, self._name, self._folder)

    def kill(self): ...

    def close(self): ...


@pytest.fixture
def quick(here, monkeypatch):
    """A client of that server, which checks the files of one test without child processes."""
    monkeypatch.setattr(desk, "Child", Within)
    return here


@pytest.fixture
def left(room):
    """Return a function that lists what a check left behind: files in temporary folders, and processes."""

    def look():
        return [str(path) for path in room.glob("*/*")] + [str(process) for process in checks()]

    return look


@pytest.fixture(scope="session")
def faulty():
    """A filing with faults."""
    return FAULTY.read_bytes()


def checks():
    """The processes that check files now."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "jixiao.checking" in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found
