"""Check and clean a store: damage of every kind is found, and files that somebody needs stay."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Store, StoreUnusableError, sums
from jixiao.store.index import building
from jixiao.store.maintenance.clearing import clear_store
from jixiao.store.tables import filling
from tests.support import timelines
from tests.support.damage import problems
from tests.support.writing import BASE, commit, committing, withdraw

IRIS = Iris(BASE)


@pytest.fixture(scope="module")
def deposits(make_deposit):
    """Two filings, one that replaces the first, and one with a basis that has the title of a numbered one."""
    return (
        make_deposit("a.txt", ["业务培训"]),
        make_deposit("b.txt", ["校舍维修"], body="乙区卫生局"),
        make_deposit("c.txt", ["业务培训", "食堂"]),
        make_deposit("d.txt", ["防汛"], body="丙区水务局", number=None),
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory, deposits):
    """A store of five versions, made one by one; the last one withdraws a source."""
    store = Store.create(tmp_path_factory.mktemp("maintenance") / "store", BASE)
    for deposit in deposits:
        commit(store, deposit)
    withdraw(store, deposits[1].sha16, "误传")
    return store


def test_commits_one_by_one_leave_a_store_whole(copied):
    assert problems(copied) == problems(copied, 99) == []


def in_graph(store, deposit, change):
    graph = Graph(str(store.current().path / "graph"))
    change(graph, NamedNode(IRIS.source_graph(deposit.sha256)))
    graph.flush()
    del graph
    sums.record(store.current().path, None)


def in_timeline(store, statement):
    with timelines.writing(store.path) as connection:
        connection.execute(statement)


def in_index(store, statement, name=building.FILE):
    with closing(sqlite3.connect(store.current().path / "index" / name)) as connection, connection:
        connection.execute(statement)
    sums.record(store.current().path, None)


def in_manifest(store, **changed):
    path = store.current().path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changed))
    sums.record(path.parent, None)


PROJECT = NamedNode(IRIS.project("甲区教育局", 2022, "食堂"))
UNFOUNDED = Quad(PROJECT, NamedNode(terms.category), NamedNode(f"{BASE}x"))
MISSING = "missing, damaged"
EXTRA = Quad(NamedNode(f"{BASE}id/org/x"), NamedNode(terms.filedBy), NamedNode(f"{BASE}id/org/nobody"))


def _take_amount(graph):
    for quad in list(graph.quads_for_pattern(PROJECT, NamedNode(terms.amount), None)):
        graph.remove(quad)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("damage", "found", "in_sample"),
    [
        (
            lambda store, _: in_graph(store, _, lambda graph, _name: graph.add(EXTRA)),
            ["should not have", "references"],
            None,
        ),
        (
            lambda store, of: in_graph(store, of, lambda graph, name: graph.remove_graph(name)),
            ["should not have", "checksum"],
            "should not have",
        ),
        (lambda store, _: in_manifest(store, checksum="lthash-sha256:00"), ["checksum"], None),
        (lambda store, _: in_graph(store, _, lambda graph, _name: graph.add(UNFOUNDED)), [], "should not have"),
        (
            lambda store, _: in_timeline(store, "UPDATE row SET until = 4 WHERE kind LIKE 'member %'"),
            ["lists"],
            "lists",
        ),
        (lambda store, _: in_graph(store, _, lambda graph, _name: _take_amount(graph)), [], "lacks"),
        (lambda store, _: in_timeline(store, "DELETE FROM row WHERE kind = 'title'"), ["lists"], "lists"),
        (lambda store, _: in_index(store, "UPDATE tally SET projects = projects + 1"), ["tallies"], None),
        (
            lambda store, of: (store.path / "sources" / of.sha256).write_bytes(b"x"),
            [MISSING],
            MISSING,
        ),
        (lambda store, _: in_index(store, "UPDATE entry SET name = name || 'x'"), ["entry"], None),
        (lambda store, _: in_index(store, "UPDATE role SET body = body || 'x'"), [], "index"),
        (lambda store, _: in_index(store, "DELETE FROM role"), [], "index"),
        (
            lambda store, of: (store.path / "ledgers" / f"{of.sha256}.json").unlink(),
            [MISSING],
            MISSING,
        ),
    ],
    ids=[
        *("graph", "source", "checksum", "unfounded", "lists", "derived", "titles", "tallies", "file", "entries"),
        *("bodies", "roles", "ledger"),
    ],
)
def test_damage_is_found_by_a_whole_check_and_by_a_sample(copied, deposits, damage, found, in_sample):
    damage(copied, deposits[2])
    told = " ".join(problems(copied))
    assert told
    assert [words for words in found if words not in told] == []
    assert in_sample is None or in_sample in " ".join(problems(copied, 99))


TABLES = re.findall(r"CREATE TABLE (\w+)", (Path(building.__file__).with_name("tables.sql")).read_text("utf-8"))
KEYED = {"unit", "entry", "name", "tally", "role", "citation"}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("table", sorted(TABLES))
def test_rows_of_the_index_that_are_not_of_the_graph_are_found(copied, table):
    """A commit that writes them would sign the file with its checksum."""
    added = "VALUES (0, '')" if table == "placed" else "DEFAULT VALUES"
    in_index(copied, f"DELETE FROM {table}" if table in KEYED else f"INSERT INTO {table} {added}")
    assert [each for each in problems(copied) if f"what it has of {table.removesuffix('y')}" in each]


@pytest.mark.parametrize("table", ["projects", "names"])
def test_rows_of_tables_that_are_not_of_the_graph_are_found(copied, table):
    in_index(copied, f"INSERT INTO {table} DEFAULT VALUES", filling.FILE)
    assert problems(copied) == [f"The table {table} is not of the graph"]


def test_a_sample_leaves_the_store_as_it_was(copied):
    before = set(copied.current().graph)
    in_timeline(copied, "DELETE FROM row WHERE kind = 'title'")
    problems(copied, 99)
    assert set(Store.open(copied.path).current().graph) == before


def test_a_decision_may_name_what_was_withdrawn(copied, deposits):
    says = {terms.keeps: NamedNode(IRIS.org("乙区卫健委")), terms.merges: NamedNode(IRIS.org("丙区水务局"))}
    with committing(copied) as batch:
        batch.decide(terms.Identification, says, "乙区卫健委 ← 丙区水务局")
        batch.withdraw(deposits[3].sha16, "误传")
    assert problems(copied) == []


def test_statistics_are_compared_without_examples(copied):
    path = copied.current().path / "statistics.json"
    statistics = json.loads(path.read_bytes())
    statistics["classes"][terms.Project]["example"] = f"{BASE}id/project/other"
    path.write_text(json.dumps(statistics))
    sums.record(path.parent, None)
    assert problems(copied) == []
    path.write_text(json.dumps(statistics | {"triples": 1}))
    sums.record(path.parent, None)
    assert problems(copied) == ["The statistics are not those of the graph"]


def test_only_files_of_no_source_are_removed(copied, deposits):
    before = {path: path.read_bytes() for path in copied.path.rglob("*") if path.is_file() and path.suffix != ".sqlite"}
    extra = [copied.path / "sources" / ("0" * 64), copied.path / "renditions" / f"{deposits[0].sha256}.7.json"]
    for path in extra:
        path.write_bytes(b"{}")
    removed, freed = clear_store(copied)
    assert removed == sorted(str(path.relative_to(copied.path)) for path in extra)
    assert freed >= 4
    after = {path: path.read_bytes() for path in before if path.name not in {"lock", "dumps.lock", "SHA256SUMS"}}
    assert after.items() <= before.items()
    assert (problems(copied), clear_store(copied)[0]) == ([], [])


def test_a_store_of_an_earlier_format_says_how_to_make_a_new_one(copied):
    (copied.path / "store.json").write_text(json.dumps({"format": 1, "base_iri": BASE}))
    remedy = f"jixiao ingest {copied.path}/sources --store NEW --base-iri {BASE}"
    with pytest.raises(StoreUnusableError, match=f"旧格式（1）.*{remedy}.*earlier format .1.*{remedy}"):
        Store.open(copied.path)
