"""The store moves on while clients ask: every request is answered, from one generation or the next."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.clock import until
from tests.support.turns import come_or_go

COUNT = "PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT (COUNT(*) AS ?n) { ?project a jx:Project }"


def projects(client):
    """The status of the question how many projects there are, and the answer."""
    answer = client.get("/sparql", params={"query": COUNT}, headers={"Accept": "application/sparql-results+json"})
    if answer.status_code != 200:
        return answer.status_code, -1
    [row] = json.loads(answer.text)["results"]["bindings"]
    return 200, int(row["n"]["value"])


def test_no_request_is_lost_and_each_sees_one_generation(listen, own, songjiang):
    seen = set()
    views = set()
    stop = threading.Event()

    with listen(own) as client:
        _, before = projects(client)

        def ask():
            with httpx.Client(base_url=client.base_url, timeout=30) as its:
                while not stop.is_set():
                    seen.add(projects(its))
                    views.add(its.get("/views/projects?format=json").status_code)
                    stop.wait(0.01)  # clients that never pause take the processor from what moves on

        with ThreadPoolExecutor(2) as threads:
            asking = [threads.submit(ask) for _ in range(2)]
            try:
                until(lambda: seen)
                come_or_go(own, songjiang, 0)
                until(lambda: len(seen) > 1)
                come_or_go(own, songjiang, 1)
            finally:
                stop.set()
        assert [each.result() for each in asking] == [None, None]
        assert projects(client) == (200, before)
    assert seen == {(200, before), (200, (before - len(songjiang.contents.projects)))}
    assert views == {200}
