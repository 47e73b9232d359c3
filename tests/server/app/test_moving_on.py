"""The store moves on while clients ask: every request is answered, from one generation or the next."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from jixiao.server.settings import Settings
from jixiao.store import Deposit, Store
from tests.support.blackbox.process import serve as serve_process

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


@pytest.mark.judge
def test_commands_that_write_cost_no_client_an_answer(fill: Callable[[Path], Store], tmp_path: Path) -> None:
    store = fill(tmp_path / "store")
    originals = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))[:2]
    sha16 = hashlib.sha256(originals[0].read_bytes()).hexdigest()[:16]
    pages = ["/views/projects?limit=1&format=json", "/views/indicators?format=json", "/?lang=zh", "/quality?lang=en"]
    answers: list[httpx.Response] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=served.url, timeout=60, follow_redirects=True) as client:
            for page in cycle(pages):
                answers.append(client.get(page))
                if stop.wait(0.01):
                    return

    with serve_process(store.path) as served:
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for command in (
                ["ingest", str(originals[0]), "--jobs", "1"],
                ["dumps"],
                ["withdraw", sha16, "--reason", "误传"],
                ["ingest", str(originals[1]), "--jobs", "1"],
                ["gc"],
            ):
                line = [sys.executable, "-m", "jixiao", *command, "--store", str(store.path)]
                subprocess.run(line, check=True, capture_output=True)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert {answer.status_code for answer in answers} == {200}
    counts = {record.version: record.manifest.counts.projects for record in store.versions()}
    bodies: dict[tuple[str, str], bytes] = {}
    for answer in answers:
        if "format=json" in str(answer.url):
            said = answer.json()
            version = said["dataset_version"]
            assert bodies.setdefault((str(answer.url), version), answer.content) == answer.content
            assert "indicators" in str(answer.url) or said["whole"]["rows"] == counts[version]
    assert len({version for _, version in bodies}) > 1
