"""Equal sources give equal bytes, in any order, in one batch or several, also with withdrawals in between."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store as Graph

from jixiao.store import Store
from jixiao.store.versions import nquads
from tests.support.generated import tries
from tests.support.writing import stored

BASE = "https://data.example.org/"
OLD_TITLE = "关于进一步加强教育工作的意见"


@pytest.fixture(scope="module")
def deposits(make_deposit):
    """Files that share bodies under several names, a filing, and a document with and without its number."""
    return (
        make_deposit("a.txt", ["业务培训"]),
        make_deposit("b.txt", ["校舍维修"], printed_body="甲区 教育局"),
        make_deposit("c.txt", ["业务培训"], year=2023, number=None, title=OLD_TITLE),
        make_deposit("d.txt", ["业务培训"], body="乙区卫生局", number="乙卫〔2020〕3号", title=OLD_TITLE),
    )


def digest(store):
    return nquads.hash_of_lines(nquads.ordered(store.current().graph)).checksum


@pytest.fixture(scope="module")
def undisturbed(deposits):
    """The digest of the lines of a store that took them in once, in one batch."""
    with tempfile.TemporaryDirectory() as folder:
        return digest(stored(Store.create(Path(folder) / "store", BASE), *deposits))


orders = st.permutations(range(4))
pauses = st.lists(st.booleans(), min_size=4, max_size=4)
regrets = st.lists(st.booleans(), min_size=4, max_size=4)


@given(order=orders, pauses=pauses, regrets=regrets)
@tries(4, phases=[Phase.explicit, Phase.generate])  # on disk: shrinking takes minutes
def test_order_batches_and_withdrawals_leave_no_trace(deposits, undisturbed, order, pauses, regrets):
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", BASE)
        with store.writing() as batch:
            for position, pause, regret in zip(order, pauses, regrets, strict=True):
                batch.add(deposits[position])
                if pause:
                    batch.commit()
                if regret:
                    batch.withdraw(deposits[position].sha16, "误传")
            batch.commit()
            for deposit in deposits:
                batch.add(deposit)
            batch.commit()
        assert digest(store) == undisturbed


def test_lines_are_sorted_over_several_runs():
    graph = Graph()
    for number in range(50):
        subject = NamedNode(f"https://e.org/{number * 7 % 50}")
        graph.add(Quad(subject, NamedNode("https://e.org/p"), Literal(f"绩\u2028效\n{number}")))
    whole = list(nquads.ordered(graph))
    assert whole == sorted(whole)
    assert len(whole) == 50
    assert list(nquads.ordered(graph, run_bytes=200)) == whole
