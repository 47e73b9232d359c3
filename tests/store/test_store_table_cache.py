"""The cache of tables: one process fills a file, a killed one leaves nothing that is read, and old files make room."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from jixiao.store import StoreUnusableError
from jixiao.store.tables import filling, reading
from jixiao.store.tables.cache import Cache
from jixiao.store.tables.table import read

TABLE = read(
    "things", "#+ label: {zh: 物, en: Things}\n#+ key: [thing]\n#+ columns:\n#+   - {name: thing, type: iri}\n"
)
MANY = 1 << 30

FILL = """
import sys, time
from pathlib import Path
from jixiao.store.tables import filling
from jixiao.store.tables.cache import Cache
from tests.store.test_store_table_cache import TABLE
def fill(path):
    filling.fill(path, [TABLE], lambda table: [[sys.argv[2]]])
    print("filled", flush=True)
    sys.stdin.read()
Cache(Path(sys.argv[1]) / "cache", 1 << 30).made("data", sys.argv[2], [TABLE], fill)
"""


def fill(name, path):
    filling.fill(path, [TABLE], lambda table: [[name]])


def never(path):
    pytest.fail("filled again")


def said(file):
    return [*reading.content(file, TABLE)]


def suffixes(cache):
    return {path.suffix for path in cache.folder.iterdir()}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache", MANY)


def test_a_state_is_filled_once(cache, tmp_path):
    assert said(cache.made("data", "1", [TABLE], partial(fill, "a"))) == [("a",)]
    assert said(Cache(tmp_path / "cache", MANY).made("data", "1", [TABLE], never)) == [("a",)]
    assert said(cache.made("data", "2", [TABLE], partial(fill, "b"))) == [("b",)]
    assert said(cache.made("others", "1", [TABLE], partial(fill, "c"))) == [("c",)]


def test_a_damaged_file_is_filled_again(cache):
    path = cache.made("data", "1", [TABLE], partial(fill, "a")).path
    path.write_bytes(path.read_bytes()[:100])
    assert said(cache.made("data", "1", [TABLE], partial(fill, "b"))) == [("b",)]


def test_a_killed_process_leaves_the_old_file_and_nothing_else_that_is_read(cache, tmp_path):
    cache.made("data", "1", [TABLE], partial(fill, "a"))
    command = [sys.executable, "-c", FILL, str(tmp_path), "2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as filler:
        assert filler.stdout.readline() == b"filled\n"
        cache.sweep()
        assert suffixes(cache) == {".sqlite", ".lock", ".new"}
        os.kill(filler.pid, signal.SIGKILL)
    cache.sweep()
    assert suffixes(cache) == {".sqlite", ".lock"}
    assert said(cache.made("data", "1", [TABLE], never)) == [("a",)]
    assert said(cache.made("data", "2", [TABLE], partial(fill, "b"))) == [("b",)]
    assert suffixes(cache) == {".sqlite", ".lock"}


def test_what_fails_is_raised_and_tried_again(cache):
    def fail(path):
        fill("a", path)
        raise KeyError

    with pytest.raises(KeyError):
        cache.made("data", "1", [TABLE], fail)
    assert suffixes(cache) == {".lock"}
    assert said(cache.made("data", "1", [TABLE], partial(fill, "b"))) == [("b",)]


def test_the_file_that_was_not_used_for_longest_makes_room(cache, tmp_path):
    paths = [cache.made("data", state, [TABLE], partial(fill, state)).path for state in "123"]
    used = cache.made("data", "1", [TABLE], never)
    for when, path in enumerate(paths):
        os.utime(path, (when, when))
    fourth = Cache(tmp_path / "cache", 2 * paths[0].stat().st_size).made("data", "4", [TABLE], partial(fill, "4"))
    assert [path.exists() for path in paths] == [True, False, True]  # the first one is in use
    assert (said(used), said(fourth)) == ([("1",)], [("4",)])


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnusableError, match=r"tables_folder.*tables_folder"):
        Cache(tmp_path / "file" / "cache", MANY).made("data", "1", [TABLE], never)


def test_many_threads_get_one_file(cache):
    filled = []

    def count(path):
        filled.append(threading.get_ident())
        fill("a", path)

    with ThreadPoolExecutor() as pool:
        made = [pool.submit(cache.made, "data", "1", [TABLE], count) for _ in range(8)]
    assert len({each.result().path for each in made}) == len(filled) == 1
