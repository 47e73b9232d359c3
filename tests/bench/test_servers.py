"""The servers that are measured: each starts, answers the lookup rightly and is gone afterwards."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from bench.load import heavy, servers
from bench.load.generator import Plan, load
from bench.load.lookups import Lookup, WrongAnswerError, get, lookups, post, query, shot, view
from bench.load.processes import cpu_seconds, members, tree, workers
from jixiao.store import Generation


@pytest.fixture(scope="module")
def lookup(generation: Generation) -> Lookup:
    return lookups(generation, 1, query("lookup"))[0]


def test_jixiao_is_measured_from_outside(generation: Generation, lookup: Lookup) -> None:
    with servers.jixiao(generation.path.parents[1]) as server:
        shots = tuple(shot(server, ask(server, lookup), lookup) for ask in (get, post))
        by_view = lookups(generation, 1)[0]
        shots += (shot(server, view(server, by_view), by_view),)
        with pytest.raises(WrongAnswerError):
            shot(server, get(server, lookup), replace(lookup, rows=lookup.rows[1:]))
        before = cpu_seconds(server.pid)
        outcome = load(Plan(server.port, shots, clients=2, seconds=0.3))
        assert outcome.right > 0
        assert not outcome.wrong
        assert cpu_seconds(server.pid) > before
        seen = tree(server.pid)
        assert seen.rss > seen.root_rss > 0
        assert seen.files > seen.root_files > 0
        found = list(workers(server.pid))
        assert 0 < len(found) < seen.processes
        alive = members(server.pid)
    assert not [process for process in alive if process.is_running()]


@pytest.mark.judge
def test_heavy_queries_are_issued_until_told_to_stop(generation: Generation) -> None:
    with servers.jixiao(generation.path.parents[1]) as server, heavy.running(server) as queries:
        while len(queries.answers) < 2:
            time.sleep(0.05)
    assert {status for _, status in queries.answers} <= {200, 503, 504}


@pytest.mark.parametrize("name", ["in-process", "rdflib-endpoint", "rdflib-endpoint-text"])
def test_python_peer_answers_rightly(name: str, generation: Generation, lookup: Lookup) -> None:
    try:
        with servers.app(name, Path(generation.graph_directory)) as server:
            assert all(shot(server, ask(server, lookup), lookup).body for ask in (get, post))
    except servers.AbsentError as error:
        pytest.skip(str(error))


@pytest.mark.debian
@pytest.mark.judge
def test_virtuoso_answers_rightly(generation: Generation, lookup: Lookup, tmp_path: Path) -> None:
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    quads = tmp_path / "all.nq"
    generation.graph.dump(quads, RdfFormat.N_QUADS)
    with servers.virtuoso(quads, generation.manifest.base_iri) as server:
        assert all(shot(server, ask(server, lookup), lookup).body for ask in (get, post))
