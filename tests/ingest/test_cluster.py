"""A Dask cluster of two workers reads as processes do, and a worker that is killed loses nothing."""

import os
import random
import signal
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest import workers
from jixiao.ingest.crawls import sifting
from jixiao.ingest.load import Outcome, ingest
from jixiao.ingest.originals import LoadError, Original, files
from jixiao.ingest.result import Document, Reading
from jixiao.ingest.workers import WorkersLostError, connected, executed, in_order
from jixiao.store import Store
from jixiao.store.export import export
from tests.support.crawls import Crawl

BASE = "https://data.example.org/"


def clustered() -> Any:
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs="CRITICAL")


def quads(store: Store) -> bytes:
    output = BytesIO()
    export(store, "nq", output)
    return output.getvalue()


def test_without_dask_or_without_a_scheduler_the_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SECONDS_TO_CONNECT", 0.1)
    with pytest.raises(LoadError, match=r"连不上 Dask：tcp://127.0.0.1:9"), connected("tcp://127.0.0.1:9"):
        pass
    with pytest.raises(LoadError, match="no Dask scheduler at nowhere"), connected("nowhere://1"):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LoadError, match=r"pip install 'jixiao\[dask\]'"), connected("tcp://127.0.0.1:9"):
        pass


@pytest.mark.judge
def test_the_same_quads_though_a_worker_is_killed(tmp_path: Path, folder: Path) -> None:
    one, other = Store.create(tmp_path / "one", BASE), Store.create(tmp_path / "other", BASE)
    expected = ingest(files([folder]), one)
    killed: list[int] = []

    with clustered() as local, connected(local.scheduler_address) as (workers, threads):
        assert threads == 2

        def kill(_: Outcome) -> None:
            if not killed:
                killed.append(next(iter(workers._client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        outcomes = ingest(files([folder]), other, executor=workers, jobs=threads, progress=kill)
    assert killed
    assert outcomes == expected
    assert quads(other) == quads(one)


def deadly(documents: list[Document]) -> list[str]:
    for document in documents:
        if document.name == "deadly":
            os._exit(9)
    return [document.name for document in documents]


@pytest.mark.judge
def test_a_document_that_kills_its_workers_is_refused_and_a_lost_scheduler_ends_the_call() -> None:
    documents = [Original(Path(name), name, b"x") for name in ("a", "deadly", "b")]
    with clustered() as local:
        local.scheduler.allowed_failures = 0
        with connected(local.scheduler_address) as (workers, _):
            given = executed(workers, 3, jobs=1)
            given.most = 3
            found = [what for _, what in in_order(documents, given, deadly)]
            assert found[::2] == ["a", "b"]
            assert isinstance(found[1], Reading)
            assert "进程终止" in found[1].refusal.reasons[0]
            unread = in_order(documents, given, slow)
            threading.Timer(1, local.close).start()
            with pytest.raises(WorkersLostError):
                list(unread)


def slow(documents: list[Document]) -> list[str]:
    time.sleep(60)
    return [document.name for document in documents]


@pytest.mark.judge
def test_web_archives_are_sifted_by_workers(tmp_path: Path, filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "PART", 10_000)
    crawl = Crawl()
    for number in range(40):
        crawl.page(f"http://a.example.cn/{number}.html", f"<html><body>{random.Random(number).randbytes(900).hex()}")
        crawl.page(f"http://a.example.cn/{number}.txt", filing.replace("古籍修复", f"古籍修复{number % 8}"))
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(crawl.content)
    stores = [Store.create(tmp_path / name, BASE) for name in ("one", "processes", "cluster")]
    parts: list[tuple[int, int]] = []
    expected = ingest([path], stores[0], jobs=1, sifted=lambda *done: parts.append(done))
    assert parts[-1][0] == parts[-1][1] > 5
    assert ingest([path], stores[1], jobs=2) == expected
    with clustered() as local, connected(local.scheduler_address) as (workers, threads):
        assert ingest([path], stores[2], executor=workers, jobs=threads) == expected
    assert len({quads(store) for store in stores}) == 1
