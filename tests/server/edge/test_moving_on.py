"""The store moves on while clients ask: every request is answered, from one generation or the next."""

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from jixiao.server.settings import Settings
from jixiao.store import Deposit, Store

COUNT = "PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT (COUNT(*) AS ?n) { ?project a jx:Project }"
Serve = Callable[[Settings], AbstractContextManager[httpx.Client]]


def projects(client: httpx.Client) -> tuple[int, int]:
    """The status of the question how many projects there are, and the answer."""
    answer = client.get("/sparql", params={"query": COUNT}, headers={"Accept": "application/sparql-results+json"})
    if answer.status_code != 200:
        return answer.status_code, -1
    [row] = json.loads(answer.text)["results"]["bindings"]
    return 200, int(row["n"]["value"])


def test_no_request_is_lost_and_each_sees_one_generation(
    serve: Serve, fill: Callable[[Path], Store], songjiang: Deposit, tmp_path: Path
) -> None:
    store = fill(tmp_path / "store")
    seen: set[tuple[int, int]] = set()
    views: set[int] = set()
    stop = threading.Event()

    with serve(Settings(store=store.path, access_log="")) as client:
        _, before = projects(client)

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=30) as own:
                while not stop.is_set():
                    seen.add(projects(own))
                    views.add(own.get("/views/projects?format=json").status_code)
                    stop.wait(0.01)  # clients that never pause take the processor from what moves on

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for turn in range(2):
            with store.writing() as batch:
                if turn % 2:
                    batch.add(songjiang)
                else:
                    batch.withdraw(songjiang.sha16, "重复")
                batch.commit()
        stop.set()
        for thread in threads:
            thread.join()
        assert projects(client) == (200, before)
    without = before - len(songjiang.projects)
    assert seen == {(200, before), (200, without)}
    assert views == {200}
