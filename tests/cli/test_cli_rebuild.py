"""`jixiao rebuild` makes everything anew from originals, timeline and registry, or brings back a whole generation."""

import re
import shutil
from pathlib import Path

import pytest

from jixiao.ontology import terms
from jixiao.store import Store, sums
from jixiao.store.versions.version_record import COPY
from tests.support.damage import harm
from tests.support.pages import ended

FILINGS = Path(__file__).parents[2] / "examples"
READ = Path(__file__).parents[1] / "ingest"
SMALL = [READ / "whole-filing.txt", READ / "cases" / "notice-above-the-only-form" / "filing.txt"]


def garble(path):
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])


def last(store):
    return max((store / "generations").glob("[0-9]*"))


DAMAGE = {
    "graph": lambda store: harm(
        max((last(store) / "graph").glob("*.sst"), key=lambda path: path.stat().st_size), "cut"
    ),
    "index": lambda store: harm(next((last(store) / "index").glob("*.sqlite")), "cut"),
    "manifest": lambda store: harm(last(store) / "manifest.json", "cut"),
    "statistics": lambda store: harm(last(store) / "statistics.json", "cut"),
    "current": lambda store: (store / "current").unlink(),
    "timeline": lambda store: garble(store / "timeline.sqlite"),
    "timeline's place": lambda store: harm(store / "timeline.sqlite", "directory"),
    "current's place": lambda store: harm(store / "current", "directory"),
    "list": lambda store: harm(store / "SHA256SUMS", "cut"),
    "list of the version": lambda store: harm(last(store) / "SHA256SUMS", "cut"),
    "all versions": lambda store: shutil.rmtree(store / "generations"),
    "reading": lambda store: harm(next((store / "renditions").glob("*")), "cut"),
}


def facts(store):
    """The live sources' names, the projects, and the number of quads."""
    now = Store.open(store).present()
    return (
        [each.file_name for each in now.live_sources],
        now.members(terms.Project, 0, 99),
        now.manifest.counts.quads,
    )


def recorded(store):
    """The quads, sources and log of a store."""
    opened = Store.open(store)
    sources = [
        (each.sha256, each.file_name, each.status, each.added, each.ended, each.reason, each.origins)
        for each in opened.sources()
    ]
    return list(opened.present().lines()), sources, opened.log()


def strip(store):
    """Make the store one that an older jixiao made: without copies."""
    for path in store.glob(f"generations/*/{COPY}"):
        path.unlink()
        sums.update(path.parent, path)


def alter(path, pattern):
    """Replace the character that follows what a pattern finds in a file."""
    content, number = re.subn(f"({pattern}).".encode(), rb"\g<1>0", path.read_bytes())
    assert number, pattern
    path.write_bytes(content)


@pytest.fixture(scope="module")
def made(tmp_path_factory, run):
    """A store of three versions, of which the second withdraws a source that the third brings back.

    The other source has an address.
    """
    store = tmp_path_factory.mktemp("rebuild") / "s"
    origins = store.with_name("origins.csv")
    origins.write_text(f"file,url\n{SMALL[1].name},https://www.example.gov.cn/b.txt\n", encoding="utf-8")
    run("ingest", *SMALL, "--store", store, "--origins", origins)
    other = next(each for each in Store.open(store).sources() if each.file_name == SMALL[0].name)
    assert run("withdraw", other.sha16, "--store", store, "--reason", "误传").returncode == 0
    run("ingest", *SMALL, "--store", store)
    return store


@pytest.mark.parametrize("part", DAMAGE)
@pytest.mark.sampled(12)
def test_a_damaged_store_is_rebuilt(made, run, tmp_path, part):
    store, whole = shutil.copytree(made, tmp_path / "s"), facts(made)
    DAMAGE[part](store)
    assert run("check", "--files", "--store", store).returncode in {1, 2}
    ended(0, run("rebuild", "--store", store))
    assert facts(store) == whole
    assert run("check", "--store", store).returncode == 0
    assert last(store).name == "000004"
    assert (last(store) / "dump.nq.gz").exists()


TEXTS = ['"sha256":"[0-9a-f]{20}', '"status":"liv', '"file_name":"whole-filin', "/www.example.gov.c", '"event":"wit']
"""Patterns of the beginnings of texts in a timeline: of sources, an address and the log."""


@pytest.mark.parametrize("text", [*TEXTS, ""])
@pytest.mark.sampled(9)
def test_a_timeline_with_a_changed_text_is_made_anew_of_copies(made, run, tmp_path, text):
    store, whole = shutil.copytree(made, tmp_path / "s"), recorded(made)
    alter(store / "timeline.sqlite", text) if text else (store / "timeline.sqlite").unlink()
    assert f"{store}/timeline.sqlite" in run("check", "--files", "--store", store).stderr
    ended(0, run("rebuild", "--store", store), f"{store}/timeline.sqlite: 已坏", "nothing is lost")
    assert recorded(store) == whole
    assert run("check", "--store", store).returncode == 0


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.judge
def test_what_no_copy_confirms_is_told(made, run, tmp_path, text):
    store, whole = shutil.copytree(made, tmp_path / "s"), facts(made)
    strip(store)
    alter(store / "timeline.sqlite", text)
    ended(0, run("rebuild", "--store", store), "no copy of what versions 3, 2, 1 recorded")
    assert facts(store)[1] == whole[1]
    assert run("check", "--store", store).returncode == 0
    now = recorded(store)
    (store / "timeline.sqlite").unlink()
    assert "nothing is lost" in run("rebuild", "--store", store).stderr
    assert recorded(store) == now


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.sampled(9)
def test_a_version_whose_manifest_changed_stays_if_there_is_a_copy(made, run, tmp_path, copied):
    store = shutil.copytree(made, tmp_path / "s")
    for version in ("000001", "000003"):
        alter(store / "generations" / version / "manifest.json", '"generation": ')
    if not copied:
        strip(store)
    assert "generations/000001/manifest.json" in run("check", "--files", "--store", store).stderr
    done = ended(0, run("rebuild", "--store", store), f"{store}/generations/000003/manifest.json: ")
    assert ("the version is removed" in done.stderr) != copied
    versions = [each.version for each in Store.open(store).versions()]
    assert versions == ["000004", *(["000003"] if copied else []), "000002", *(["000001"] if copied else [])]
    assert run("check", "--files", "--store", store).returncode == 0


@pytest.mark.judge
@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.sampled(9)
def test_records_of_another_store_are_not_taken_over(made, run, tmp_path, copied):
    store, other, whole = shutil.copytree(made, tmp_path / "s"), tmp_path / "other", facts(made)
    base = Store.open(made).base_iri
    run("ingest", FILINGS / "minhang-zhengfuban-2022.txt", "--store", other, "--base-iri", base)
    [foreign] = Store.open(other).sources()
    for command in (("withdraw", foreign.sha16, "--reason", "误传"), ("registry", "apply")):
        assert run(*command, "--store", other).returncode == 0
    assert Store.open(other).log()
    shutil.copy2(other / "timeline.sqlite", store / "timeline.sqlite")
    if not copied:
        strip(store)
    assert run("rebuild", "--store", store).returncode == 0
    known = 3 if copied else 2  # without copies, the address is lost
    assert facts(store)[:known] == whole[:known]
    assert run("check", "--store", store).returncode == 0
    assert Store.open(store).log() == (Store.open(made).log() if copied else ())


@pytest.mark.judge
def test_what_a_rebuild_cannot_make_anew_is_named(made, run, tmp_path):
    store, quads = shutil.copytree(made, tmp_path / "s"), facts(made)[2]
    assert ("lost" in run("rebuild", "--store", store).stderr, facts(store)[2]) == (False, quads)
    strip(store)
    (store / "timeline.sqlite").unlink()
    assert f"{store}/timeline.sqlite" in run("rebuild", "--restore", "--store", store).stderr
    assert (
        f"{store}/timeline.sqlite: 已坏，版本 4, 3, 2, 1 所记的（来源的网址" in run("rebuild", "--store", store).stderr
    )
    assert facts(store)[2] < quads


def test_the_newest_whole_generation_is_brought_back(made, run, tmp_path):
    store = shutil.copytree(made, tmp_path / "s")
    DAMAGE["graph"](store)
    assert run("ingest", *SMALL, "--store", store).returncode == 2
    done = run("rebuild", "--restore", "--store", store)
    assert (done.returncode, "000002" in done.stderr) == (0, True)
    run("ingest", *SMALL, "--store", store)
    assert facts(store) == facts(made)
    assert run("check", "--store", store).returncode == 0
