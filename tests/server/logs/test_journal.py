"""The logs: a line a request, never in the way of an answer."""

import fcntl
import json
import os

import pytest

from jixiao.server.logs.access_log import WAITING, Journal, LogWriter, Notes
from jixiao.server.settings import Settings
from tests.support.clock import Clock, until

SCOPE = {"method": "GET", "path": "/views/projects", "client": ("192.0.2.1", 50_000)}
NOTES = Notes("abc-1", "view")


def written(path, scope=SCOPE, **settings):
    journal = Journal(Settings.model_validate({"access_log": str(path), **settings}))
    journal.start()
    journal.request(scope, NOTES, 200, 0.0123, 512)
    journal.stop()
    (line,) = path.read_text(encoding="ascii").splitlines()
    assert line.isprintable()
    return json.loads(line)


def test_a_line_says_what_was_asked_of_whom_and_what_became_of_it(tmp_path):
    line = written(tmp_path / "log")
    assert list(line) == ["time", "id", "client", "method", "path", "status", "ms", "bytes", "kind"]
    assert line["ms"] == 12.3
    assert oct((tmp_path / "log").stat().st_mode & 0o777) == "0o640"


def test_clients_need_not_be_named(tmp_path):
    line = written(tmp_path / "log", log_clients=False)
    assert "client" not in line
    assert "192.0.2.1" not in json.dumps(line)


@pytest.mark.parametrize("path", ["/\n{}", "/\x1b[2J", "/\x9b2J", "/\u202e", "/\ud800", "/" + "x" * 99_999])
def test_no_path_can_pass_for_a_line_of_its_own(path, tmp_path):
    assert written(tmp_path / "log", {"method": "GET", "path": path})["path"] == path[:2000]


def test_a_reader_that_does_not_read_delays_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    lines = LogWriter(str(tmp_path / "pipe"))
    lines.start()
    clock = Clock()
    for number in range(3 * WAITING):
        lines.put(f"{number} " + "x" * 200)
    assert clock.seconds() < 3
    lines.stop()
    assert clock.seconds() < 10
    held = fcntl.fcntl(reader, fcntl.F_GETPIPE_SZ) // 200  # lines that the pipe takes before its reader must read
    assert lines.dropped >= 2 * WAITING - held
    os.close(reader)


def test_a_reader_that_goes_is_counted_not_raised(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    lines = LogWriter(str(tmp_path / "pipe"))
    os.close(reader)
    lines.start()
    lines.put("one")
    lines.stop()
    assert lines.dropped == 1


def test_a_log_that_is_moved_away_begins_anew(tmp_path):
    lines = LogWriter(str(tmp_path / "log"))
    lines.start()
    lines.put("one")
    until(lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text() == "one\n", 10)
    (tmp_path / "log").rename(tmp_path / "log.1")
    lines.put("two")
    lines.stop()
    assert (tmp_path / "log.1").read_text() == "one\n"
    assert (tmp_path / "log").read_text() == "two\n"


def test_what_came_too_early_is_not_lost_at_the_end(tmp_path):
    lines = LogWriter(str(tmp_path / "log"))
    lines.put("it could not start")
    lines.flush()
    lines.start()
    lines.stop()
    lines.put("too late")
    lines.flush()
    assert (tmp_path / "log").read_text() == "it could not start\n"
