"""Every attack of tests/support/blackbox on a real server, most of them in a smaller number.

The server is over the store of the examples, its process known; attackers ask for a short time limit.
"""

import socket

import pytest

from tests.support.blackbox import forged, heavy, judged, mixed, nesting, rude
from tests.support.blackbox.process import serve
from tests.support.blackbox.siege import Lure, Siege
from tests.support.blackbox.wire import Server

LIMIT = 0.5  # seconds that an attacker's query may take


@pytest.fixture(scope="module")
def siege(examples):
    """A server that has been asked what it answers in peace."""
    with serve(examples) as served:
        yield Siege(Server(served.url), served.pid, patience=30, limit=LIMIT)
        assert not any("Traceback" in line for line in served.log), "\n".join(served.log)[-5000:]


@pytest.fixture(scope="module")
def lure():
    """Somebody who listens, and nobody calls."""
    with Lure() as lure:
        yield lure
        assert lure.calls == 0


NOBODY = "http://127.0.0.1:9/sparql"
HEAVY = {
    f"{group} from {start}": list(queries.values())[start : start + 4]
    for group, queries in heavy.GROUPS.items()
    for start in range(0, len(queries), 4)
}
NESTED = [(depth, name) for depth in (99, 10_000) for name in nesting.MAKERS]
# One at a time they would take too long: several at once are as good an attack.
BATCHES = [NESTED[start : start + 16] for start in range(0, len(NESTED), 16)]
INNOCENT = forged.innocent(NOBODY) | nesting.INNOCENT


@pytest.mark.sampled(48)
@pytest.mark.parametrize("name", HEAVY)
def test_heavy_queries(name, siege):
    assert not siege.launch(HEAVY[name], at_once=8)


@pytest.mark.sampled(12)
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: "{:,} {} to {:,} {}".format(*batch[0], *batch[-1]))
def test_nesting(batch, siege):
    assert not siege.launch([nesting.MAKERS[name](depth) for depth, name in batch], at_once=8)


def test_a_query_calls_nobody(siege, lure):
    assert not siege.refused(forged.lured(forged.SERVICES.values(), lure.url))
    assert not siege.launch(forged.lured(forged.EITHER, lure.url))
    assert lure.calls == 0


def test_a_query_reads_no_other_place(siege, lure):
    assert not siege.refused(forged.sources(lure.url))
    assert not judged.parameters(siege, lure)
    assert lure.calls == 0


@pytest.mark.parametrize("name", INNOCENT)
def test_what_only_looks_hostile_is_answered(name, siege):
    answer = siege.ask(INNOCENT[name], timeout=60)
    assert answer
    assert answer.status == 200, answer.body[:300]


# Twelve cases ask everything, so that a sample of the cases takes a part of the time.
@pytest.mark.parametrize(
    ("first", "one_in"), [(0, 600), *(pytest.param(k, 12, marks=pytest.mark.judge) for k in range(12))]
)
def test_nothing_typed_into_a_view_runs(first, one_in, siege, lure):
    requests = list(forged.view_requests(siege.server, lure.url))
    assert len(requests) > 500
    assert not [fault for target in requests[first::one_in] for fault in judged.injected(siege, target)]
    assert not siege.after()
    assert lure.calls == 0


@pytest.mark.parametrize("one_in", [78, pytest.param(1, marks=pytest.mark.judge)])
def test_nothing_typed_into_the_search_box_runs(one_in, siege, lure):
    sample = forged.search_requests(lure.url)[::one_in]
    assert not [fault for target in sample for fault in judged.injected(siege, target)]
    assert not siege.after()
    assert lure.calls == 0


def test_paths_stay_in_their_rooms(siege):
    assert not [(target, fault) for target in forged.paths() for fault in judged.strayed(siege, target)]
    assert not siege.after()


def test_malformed_http(siege):
    assert not judged.all_malformed(siege)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", rude.BOMBS)
def test_bombs(name, siege):
    assert not judged.bombed(siege, rude.BOMBS[name])


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", rude.TIMED)
def test_slow_clients(name, siege):
    assert not siege.held(lambda: rude.TIMED[name](siege.server))


def test_time_outs_free_the_processor(siege):
    assert not siege.launch([mixed.RUNAWAY], timeout=1)
    assert not siege.idle()


def test_killed_workers_are_replaced(siege):
    assert not mixed.killed(siege, clients=3)


@pytest.mark.judge
def test_simple_queries_are_answered_while_many_send_heavy_ones(siege):
    heaviest = [query for queries in HEAVY.values() for query in queries]
    faults = siege.held(lambda: siege.launch(heaviest, at_once=30, timeout=3))
    late = [each for each in faults if each.startswith("meanwhile a simple query took")]
    assert faults == late
    assert len(late) < 3


@pytest.mark.parametrize("leave", [socket.socket.close, mixed.reset], ids=["closed", "reset"])
def test_who_leaves_frees_the_processor(leave, siege):
    assert not mixed.freed_by_leaving(siege, leave)
