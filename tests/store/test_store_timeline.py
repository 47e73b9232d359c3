"""A timeline is read while writers change it, after one was killed, and where it is only a copy."""

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store import Refusal, Store, timeline
from tests.store.writer import ended, started
from tests.support import mounts
from tests.support.writing import BASE, commit, committing

READ = """
import sys
from jixiao.store import Store
from jixiao.store.maintenance.checking import check_files
store = Store.open(sys.argv[1])
print(*(record.file_name for record in store.sources()), *check_files(store))
"""


@pytest.fixture
def store(tmp_path, make_deposit):
    store = Store.create(tmp_path / "store", BASE)
    commit(store, make_deposit("甲.txt", ["甲"]))
    return store.path


@pytest.mark.sampled(2)
@pytest.mark.parametrize("point", [("rows", "after"), ("replace timeline.sqlite", "before")])
def test_a_commit_killed_in_its_midst_is_not_seen_on_a_disk_that_cannot_be_written(store, make_deposit, point):
    assert ended(started(store, [make_deposit("乙.txt", ["乙"], year=2023)], *point, 1)) == -signal.SIGKILL
    assert (store / timeline.NEW).exists()
    assert mounts.run_read_only(store, READ) == "甲.txt\n"


def test_a_replica_moves_on_as_the_documentation_says(store, tmp_path, make_deposit):
    documented = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text("utf-8")
    first, later = re.findall(r"```sh\n(flock data/mine/lock (?:cp .*?|sh .*?done'))\n", documented, re.S)[:2]
    shutil.move(store, tmp_path / "data" / "mine")
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
