"""A writer killed at any moment leaves the generation before (once swapped: after), and nothing half-loaded.

A timeline is read while writers change it, after one was killed, and where it is only a copy.
"""

import re
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Refusal, Store, timeline
from jixiao.store.maintenance.checking import check_store
from jixiao.store.versions import nquads
from tests.store.writer import ended, started
from tests.support import mounts
from tests.support.writing import BASE, commit, committing


@pytest.fixture(scope="module")
def before(make_deposit):
    return [make_deposit("a.txt", ["业务培训"])]


@pytest.fixture(scope="module")
def arriving(make_deposit):
    """One that replaces what is there, and others beside it."""
    wider = make_deposit("b.txt", ["业务培训", "校舍维修"], printed_body="甲区 教育局")
    return [wider, *(make_deposit(f"{n}.txt", [f"项目{n}"], year=2000 + n) for n in range(6))]


def ingest(store, deposits):
    return whole(commit(store, *deposits))


@pytest.fixture(scope="module")
def made(tmp_path_factory, before):
    """A store of the first generation."""
    store = Store.create(tmp_path_factory.mktemp("begun") / "store", BASE)
    ingest(store, before)
    return store


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, before, arriving):
    """The manifests of the two generations of a writer that nobody kills."""
    store = Store.create(tmp_path_factory.mktemp("undisturbed") / "store", BASE)
    return ingest(store, before), ingest(store, arriving)


def assert_killed(store, deposits, *trap):
    assert ended(started(store.path, deposits, *trap)) == -signal.SIGKILL


def served(store):
    """The manifest of what a newly opened reader gets, found to be whole."""
    generation = Store.open(store.path).current()
    assert nquads.hash_of_lines(nquads.ordered(generation.graph)).checksum == generation.manifest.checksum
    live = [record for record in generation.sources.values() if record.live]
    names = {name for record in live for name in record.projects.values()}
    assert names
    assert all(generation.index.search(name).counts["project"] for name in names)
    assert all(record.live is False or store.original(record.sha16).exists() for record in store.sources())
    assert not list(check_store(Store.open(store.path), None, lambda _: None))
    return whole(generation)


def whole(generation):
    """The manifest with the checksum of the default graph, too."""
    return replace(generation.manifest, checksum=list(nquads.ordered(generation.graph)))


def assert_completes(store, deposits, undisturbed):
    assert ingest(store, deposits).checksum == undisturbed[1].checksum
    assert served(store).counts == undisturbed[1].counts
    assert sorted(path.name for path in store.path.joinpath("generations").iterdir()) == ["000001", "000002"]


# The files of the first deposit that arrives are named by its hash: "{hash}" stands for it.
POINTS = [
    ("replace {hash}", "before", 1, "000001"),  # the document's bytes go to their place
    ("merge", "before", 1, "000001"),  # the checkpoint is made
    ("merge", "after", 1, "000001"),
    ("replace statistics.json", "before", 1, "000001"),
    ("replace changes.gz", "after", 1, "000001"),
    ("recount", "after", 1, "000001"),
    ("replace checksum.bin", "before", 1, "000001"),
    ("replace index.json", "before", 1, "000001"),  # the index's segment is written
    ("replace index.json", "after", 1, "000001"),
    ("replace manifest.json", "before", 1, "000001"),
    ("replace {hash}.json", "after", 1, "000001"),  # rendition in its place, ledger not
    ("replace 000002", "before", 1, "000001"),
    ("replace 000002", "after", 1, "000001"),  # whole and in place, but not yet named
    ("rows", "after", 1, "000001"),  # in the midst of the copy
    ("replace timeline.sqlite", "before", 1, "000001"),  # listed already
    ("replace timeline.sqlite", "after", 1, "000001"),
    ("timeline", "after", 1, "000001"),  # rows of a generation that is not published
    ("replace current", "before", 1, "000001"),
    ("replace current", "after", 1, "000002"),
    ("refusals", "before", 1, "000002"),
    ("clear", "before", 2, "000002"),  # the first one clears after others
]
OFTEN = [("timeline", "after"), ("replace current", "after")]
"""The points that `make test` tries: the last thing before the new generation is named, and its naming."""


@pytest.mark.parametrize(
    "trap",
    [pytest.param(trap, marks=[] if trap[:2] in OFTEN else [pytest.mark.judge]) for trap in POINTS],
    ids=lambda trap: f"{trap[1]} {trap[0]}",
)
def test_killed_at_a_point(copied, arriving, undisturbed, trap):
    point, when, nth, version = trap
    assert_killed(copied, arriving, point.format(hash=arriving[0].sha256), when, nth)
    found = served(copied)
    assert (found.version, found.checksum) == (version, undisturbed[int(version) - 1].checksum)
    assert_completes(copied, arriving, undisturbed)


def test_killed_in_the_first_load(tmp_path, before, undisturbed):
    store = Store.create(tmp_path / "store", BASE)
    assert_killed(store, before, "replace current", "before", 1)
    assert Store.open(store.path).current() is None
    assert ingest(store, before).checksum == undisturbed[0].checksum


def decision():
    """The body of the first deposit is another one's; the second node need not be there."""
    iris = Iris(BASE)
    says = {terms.keeps: iris.org("甲区"), terms.merges: iris.org("甲区教育局")}
    return terms.Identification, {name: NamedNode(iri) for name, iri in says.items()}, "甲区 ← 甲区教育局"


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("trap", "version", "lines"),
    [
        (("merge", "after"), "000001", 0),
        (("replace registry.ttl", "before"), "000001", 0),
        (("replace registry.ttl", "after"), "000001", 1),  # written, not yet applied: the next commit applies it
        (("replace current", "after"), "000002", 1),
    ],
)
def test_killed_while_deciding(copied, trap, version, lines):
    assert_killed(copied, [decision()], *trap, 1)
    assert served(copied).version == version
    assert (len(copied.registry().decisions.all), len(copied.log())) == (lines, int(version) - 1)

    with committing(Store.open(copied.path)) as batch:
        if not lines:
            batch.decide(*decision())
    assert served(copied).version == "000002"
    assert [(entry.event, entry.generation) for entry in copied.log()] == [("decided", 2)]
    assert (served(copied).counts.departments, len(copied.current().decisions.merged)) == (1, 1)


READ = """
import sys
from jixiao.store import Store
from jixiao.store.maintenance.checking import check_files
store = Store.open(sys.argv[1])
print(*(record.file_name for record in store.sources()), *check_files(store))
"""


@pytest.fixture
def begun(tmp_path, make_deposit):
    store = Store.create(tmp_path / "store", BASE)
    commit(store, make_deposit("甲.txt", ["甲"]))
    return store.path


@pytest.mark.sampled(2)
@pytest.mark.parametrize("point", [("rows", "after"), ("replace timeline.sqlite", "before")])
def test_a_commit_killed_in_its_midst_is_not_seen_on_a_disk_that_cannot_be_written(begun, make_deposit, point):
    assert ended(started(begun, [make_deposit("乙.txt", ["乙"], year=2023)], *point, 1)) == -signal.SIGKILL
    assert (begun / timeline.NEW).exists()
    assert mounts.run_read_only(begun, READ) == "甲.txt\n"


def test_a_replica_moves_on_as_the_documentation_says(begun, tmp_path, make_deposit):
    documented = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text("utf-8")
    first, later = re.findall(r"```sh\n(flock data/mine/lock (?:cp .*?|sh .*?done'))\n", documented, re.S)[:2]
    shutil.move(begun, tmp_path / "data" / "mine")
    own = Store.open(tmp_path / "data" / "mine")
    subprocess.run(first, shell=True, cwd=tmp_path, check=True)
    served = Store.open(tmp_path / "replica")
    assert len(served.sources()) == 1
    says = {terms.keeps: NamedNode(f"{BASE}id/org/a"), terms.merges: NamedNode(f"{BASE}id/org/b")}
    for year in (2023, 2024):
        with committing(own) as batch:
            batch.add(make_deposit(f"{year}.txt", ["乙"], year=year))
            batch.decide(terms.Identification, says, "")
            batch.refuse(Refusal(f"{year}" * 16, "退回.txt", ("没有表。 There is no form.",), "# report"))
        subprocess.run(later, shell=True, cwd=tmp_path, check=True)
        for replica in (served, Store.open(tmp_path / "replica")):
            assert (replica.sources(), replica.refusals()) == (own.sources(), own.refusals())
            assert replica.registry().text == own.registry().text
            assert replica.present().index is not None
