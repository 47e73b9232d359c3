"""Requests that share a result, requests without a lasting one, and the bound on what is kept."""

import contextlib
import time

import pytest

from jixiao.server.errors import QueryError
from jixiao.server.query.jobs import Head, Job
from jixiao.server.query.spooled import Cache, Result, key

JOB = Job("/graph", "http://localhost:8000/", "SELECT * { ?s ?p ?o }", accept="text/csv")


@pytest.mark.parametrize(
    "other",
    [
        JOB._replace(query="SELECT * { ?s ?p ?O }"),
        JOB._replace(query="SELECT * { ?s ?p 'a  b' }"),
        JOB._replace(query="SELECT * { ?s ?p 'a b' }"),
        JOB._replace(query="SELECT * { ?s ?p '#' }"),
        JOB._replace(accept="text/html"),
        JOB._replace(wanted="csv"),
        JOB._replace(gzip=True),
        JOB._replace(default_graphs=("http://x/a",)),
        JOB._replace(named_graphs=("http://x/a",)),
        JOB._replace(default_graphs=("http://x/a", "http://x/b")),
        JOB._replace(base_iri="http://x/"),
        JOB._replace(table_rows=10),
        JOB._replace(max_bytes=1),
    ],
)
def test_what_can_change_the_answer_changes_the_key(other):
    assert key(other, "1") != key(JOB, "1")
    assert key(JOB, "2") != key(JOB, "1")
    assert key(JOB._replace(timeout=1, graph_path="/elsewhere"), "1") == key(JOB, "1")


def test_a_part_of_a_name_does_no_harm():
    query = "PREFIX foaf: <http://x/> SELECT ?nowhere { ?a foaf:knows ?nowhere . ?a foaf:random ?b }"
    assert key(JOB._replace(query=query), "1") is not None


def test_the_cache_has_a_bound_and_forgets_what_was_not_used():
    cache = Cache(64 * 2000)
    for number in range(200):
        cache.put(str(number), Result(Head("text/csv"), b"x" * 1000))
        cache.get("0")
    assert cache.size <= 64 * 2000
    assert cache.get("0") is not None
    assert cache.get("1") is None
    cache.put("large", Result(Head("text/csv"), b"x" * 3000))
    assert cache.get("large") is None


def test_a_cache_of_nothing_keeps_nothing():
    cache = Cache(0)
    cache.put("0", Result(Head("text/csv"), b""))
    assert len(cache) == 0


def test_two_readings_of_one_text_are_not_made_one():
    one, other = (f"ASK {{ FILTER((\"x>y a\"<'x>y{blanks}z')) }}" for blanks in ("  ", " "))
    assert key(JOB._replace(query=one), "1") != key(JOB._replace(query=other), "1")


@pytest.mark.parametrize("part", ["a", "NOW", "NOW ", "<#a>''", "'", "\\u0041", "?x-RAND", "# "])
def test_a_key_is_made_in_little_time(part):
    began = time.process_time()
    for size in (16_000, 250_000):
        with contextlib.suppress(QueryError):
            key(JOB._replace(query="SELECT (NOW() AS ?y) { ?x ?y ?z } " + part * (size // len(part))), "1")
    assert time.process_time() - began < 1


def test_only_a_later_version_lets_go_of_an_earlier_one():
    cache = Cache(1000)
    assert [cache.begin(version) for version in ("1", "1", "2", "2", "1")] == [False, False, True, False, True]
