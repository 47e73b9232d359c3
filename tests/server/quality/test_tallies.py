"""The tally of an index is the one that queries give, whatever commits led to it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice, product

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.server.apps.quality import tally
from jixiao.server.apps.quality.tally import Tally
from jixiao.server.query.binding import query
from jixiao.store import Generation, Store
from jixiao.store.index import building
from tests.server.conftest import BASE, deposit
from tests.server.quality.test_quality import MEETING, NAME, PROJECT, reported

ORG = f"{BASE}id/org/bdd7i7amlc5hg"


@pytest.fixture(scope="module")
def tallies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tally, Tally]:
    """The tally of an index that several commits changed, and the tally read by queries."""
    songjiang, minhang = deposit("songjiang"), deposit("minhang")
    reading = reported(
        replace(songjiang, reading=songjiang.reading + 1),
        ("AmountNotANumber", "Warning", PROJECT, "不符。", (13,)),
        ("TargetValueNotANumber", "Info", f"{PROJECT}#i1", "不是数。", (10, 12)),
        ("TargetValueNotANumber", "Info", f"{PROJECT}#i2", "不是数。", (11,)),
        ("LongForgotten", "Violation", MEETING, "旧规则。", (9,)),
        ("CoverMissing", "Warning", f"{BASE}id/source/{songjiang.sha16}", "没有封面。", ()),
    )
    store = Store.create(tmp_path_factory.mktemp("tallies") / "store", BASE)
    with pytest.MonkeyPatch.context() as patched, store.writing() as batch:
        patched.setattr(building, "MUCH", 10)
        for each in (songjiang, deposit("narratives"), minhang):
            batch.add(each)
            batch.commit()
        batch.withdraw(minhang.sha16, "试一试")
        batch.commit()
        batch.reread(reading)
        batch.settle()
        batch.commit()
        why = {
            terms.DCTERMS_description: Literal("核实", language="zh"),
            terms.DCTERMS_date: Literal("2026-01-31", datatype=NamedNode(terms.XSD_date)),
        }
        accepted = {
            terms.concerns: NamedNode(PROJECT),
            terms.acceptedFault: NamedNode("https://w3id.org/jixiao/shapes#AmountNotANumber"),
        }
        batch.decide(terms.Acceptance, {**accepted, **why}, "认可")
        batch.add(minhang)
        batch.add(deposit("evaluations"))
        batch.commit()
        same = {terms.keeps: NamedNode(ORG), terms.merges: NamedNode(Iris(BASE).org("上海市闵行区人民政府办公室"))}
        batch.decide(terms.Identification, {**same, **why}, "合并")
        batch.commit()
    now = store.current()
    assert now.index is not None
    read = tally.tally_of_endpoint(_run(now))
    count, rows = read.find(100, 0)
    assert count.total >= 5
    assert count.accepted
    assert {0, 2} <= {row["members"] for row in rows}
    return Tally(now.index.tables, now.index.entries.label), read


def _run(now: Generation) -> Callable[[str], bytes]:
    def run(name: str) -> bytes:
        results = now.graph.query(query(name))
        return results.serialize(format=QueryResultsFormat.JSON) or b""

    return run


def test_counts_are_alike(tallies: tuple[Tally, Tally]) -> None:
    here, there = tallies
    assert list(here.faults.items()) == list(there.faults.items())
    for fault in (None, *there.faults):
        mine, other = here.margins(fault), there.margins(fault)
        assert {name: list(by.items()) for name, by in mine.items()} == {n: list(by.items()) for n, by in other.items()}
    assert list(here.sources.counts.items()) == list(there.sources.counts.items())
    assert (here.sources.number, here.read) == (there.sources.number, there.read)
    assert (here.name(ORG), here.name(None)) == (NAME, None)


def test_findings_on_self_evaluations_are_of_their_bodies_and_years(tallies: tuple[Tally, Tally]) -> None:
    for tally_ in tallies:
        [row] = tally_.find(9, 0, fault="https://w3id.org/jixiao/shapes#ResultsCopied")[1]
        assert (tally_.name(row["project"]), tally_.name(row["body"]), row["year"]) == (
            "图书借阅",
            "上海市松江区图书馆",
            2022,
        )


@pytest.mark.parametrize("one_in", [5, pytest.param(1, marks=pytest.mark.judge)])
@pytest.mark.parametrize("few", [0, 10_000])
def test_lists_are_alike(tallies: tuple[Tally, Tally], few: int, one_in: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_FEW", few)
    here, there = tallies
    values = {
        "fault": (None, "https://w3id.org/jixiao/shapes#TargetValueNotANumber"),
        "body": (None, ORG),
        "year": (None, 2022, 1999),
        "severity": (None, "Warning"),
        "accepted": (None, False, True),
    }
    windows = ((100, 0, False), (100, 0, True), (2, 1, False), (2, 1, True))
    for *wanted, window in islice(product(*values.values(), windows), 0, None, one_in):
        conditions = dict(zip(values, wanted, strict=True))
        assert here.find(*window, **conditions) == there.find(*window, **conditions)
