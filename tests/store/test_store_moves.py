"""A new reading gives things other IRIs: addresses and decisions follow, and a killed writer loses neither."""

from dataclasses import replace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Store
from jixiao.store.commit import upcoming
from jixiao.store.decisions import moves
from jixiao.store.maintenance.checking import check_store
from tests.store.test_store_works_killed import BASE, Trap, traps
from tests.support.writing import committing, reread, stored

IRIS = Iris(BASE)
FORMER, NOW = "区林业局", "重庆市荣昌区林业局"


def of(body):
    """The IRI of the project of a body."""
    return IRIS.project(body, 2022, "森林防火")


@pytest.fixture(scope="module")
def former(make_deposit):
    return make_deposit("a.txt", ["森林防火"], body=FORMER)


@pytest.fixture(scope="module")
def readings(former, make_deposit):
    """The new reading, under the full name of the body, and with another rendition."""
    anew = make_deposit("a.txt", ["森林防火"], body=NOW, printed_body=FORMER, content=former.content, reading=1)
    return [replace(anew, rendition=anew.rendition | {"lines": []})]


@pytest.fixture(scope="module")
def made(tmp_path_factory, former, make_deposit):
    """A store with the former reading and a steward's correction of an amount in it."""
    store = stored(
        Store.create(tmp_path_factory.mktemp("moves") / "store", BASE),
        former,
        make_deposit("b.txt", ["河道保洁"], body="甲区水务局"),
    )
    said = {
        terms.concerns: NamedNode(of(FORMER)),
        terms.correctedProperty: NamedNode(terms.totalAmount),
        terms.printedValue: Literal("100", datatype=NamedNode(terms.XSD_decimal)),
        terms.correctedValue: Literal("120", datatype=NamedNode(terms.XSD_decimal)),
    }
    with committing(store) as batch:
        batch.decide(terms.Correction, said, "核对过原件")
    assert amounts(store, of(FORMER)) == ["120"]
    return store


def amounts(store, project):
    quads = store.current().graph.quads_for_pattern(
        NamedNode(project), NamedNode(terms.totalAmount), None, DefaultGraph()
    )
    return [quad.object.value for quad in quads]


def assert_moved(path):
    store = Store.open(path)
    moved = moves.read(store.path / "moved.tsv")
    for old, new in ((of(FORMER), of(NOW)), (IRIS.org(FORMER), IRIS.org(NOW))):
        assert moved[old.removeprefix(BASE)] == new.removeprefix(BASE)
    text = (store.path / "registry.ttl").read_text(encoding="utf-8")
    assert of(FORMER).removeprefix(BASE) not in text
    assert "核对过原件" in text
    assert amounts(store, of(NOW)) == ["120"]
    assert not amounts(store, of(FORMER))
    assert not list(check_store(store, None, lambda _: None))


def test_addresses_and_decisions_follow(copied, readings, monkeypatch):
    """Also where a graph is made afresh, as one of many new readings is."""
    monkeypatch.setattr(upcoming, "_MANY", 0)
    reread(copied, *readings)
    assert_moved(copied.path)


@pytest.mark.parametrize(
    "trap",
    traps(
        Trap("", "replace {hash}.1.json", "after", "2"),  # rendition and ledger in place, generation not
        Trap("", "merge", "after"),
        Trap("", "timeline", "before"),
        Trap("", "timeline", "after"),
        Trap("", "replace registry.ttl", "before"),
        Trap("", "replace registry.ttl", "after"),
        Trap("", "replace moved.tsv", "before"),
        Trap("", "replace moved.tsv", "after"),
        Trap("", "replace current", "before"),
        Trap("", "replace current", "after"),
        often=Trap("", "replace registry.ttl", "after"),
    ),
)
def test_killed_while_rereading(copied, former, readings, trap):
    """A rendition always is that of the reading whose facts are served."""
    replace(trap, work=[readings], point=trap.point.format(hash=former.sha256)).spring(copied.path)
    done = trap.name.endswith("after replace current 1")
    store = Store.open(copied.path)
    assert amounts(store, of(NOW if done else FORMER)) == ["120"]
    assert store.rendition(former.sha16) == (readings[0] if done else former).rendition
    if not done:
        reread(Store.open(copied.path), *readings)
    assert_moved(copied.path)
    assert Store.open(copied.path).rendition(former.sha16) == readings[0].rendition
