"""`jixiao reread`, and the sentence of `ingest` and `serve` about sources that were read by older rules."""

import shutil
from pathlib import Path

import pytest

from jixiao.commands import serving
from jixiao.ingest.version import READING
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.support.pages import absent, ended
from tests.support.timelines import alter_sources

READ = Path(__file__).parents[1] / "ingest"
FILINGS = [READ / "whole-filing.txt", READ / "cases" / "notice-above-the-only-form" / "filing.txt"]


def age(store, names):
    """Make a store one whose sources of these names were read by older rules."""

    def change(record):
        assert record["reading"] == READING
        record["reading"] -= record["file_name"] in names

    alter_sources(store, change)


def sentence(count, store):
    return f"{count} read by older rules; run jixiao reread --store {store}"


@pytest.fixture(scope="module")
def made(run, tmp_path_factory):
    """A store of two filings; do not write to it."""
    path = tmp_path_factory.mktemp("reread") / "s"
    assert run("ingest", *FILINGS, "--store", path).returncode == 0
    return path


@pytest.fixture
def store(made, tmp_path):
    """A store of two filings that a test may change."""
    return shutil.copytree(made, tmp_path / "s")


def test_a_store_says_that_it_was_read_by_older_rules_until_it_is_read_anew(run, store):
    assert "older rules" not in run("ingest", FILINGS[0], "--store", store).stderr
    before = run("export", "--store", store).stdout
    age(store, [FILINGS[0].name])
    done = ended(0, run("ingest", *FILINGS, "--store", store), "未变 unchanged 2", sentence("1 source was", store))

    done = ended(0, run("reread", "--store", store), "重读 reread 1", f"{FILINGS[0].name} (", "版本 version 000002")
    assert done.stdout == ""
    assert run("export", "--store", store).stdout == before
    assert "older rules" not in run("ingest", *FILINGS, "--store", store).stderr
    assert "nothing was done" in run("reread", "--store", store).stderr


def test_a_source_is_named(run, store, tmp_path):
    first, _ = Store.open(store).sources()
    ended(0, run("reread", "--store", store, first.sha16, "--jobs", "2", "--verbose"), "重读 reread 1")
    ended(2, run("reread", "--store", store, "0123456789abcdef"), "0123456789abcdef")
    assert run("reread", "--store", tmp_path / "nowhere").returncode == 2


def test_a_reading_that_is_kept_is_named(run, store):
    age(store, [path.name for path in FILINGS])
    first, _ = Store.open(store).sources()
    Store.open(store).original(first.sha16).write_bytes(b"")
    ended(
        1,
        run("reread", "--store", store),
        "沿用原读 kept 1，重读 reread 1",
        f"{first.file_name} ({first.sha16})：sources/{first.sha256} 与其 SHA-256 不符",
    )
    assert sentence("1 source was", store) in run("ingest", FILINGS[0], "--store", store).stderr


def test_the_server_says_so_at_its_start(store, capsys):
    age(store, [path.name for path in FILINGS])
    serving._announce(Settings(store=store), 8000, reminds=True)
    said = capsys.readouterr().err
    assert absent(said, "serving: http://localhost:8000/", sentence("2 sources were", store)) == []
