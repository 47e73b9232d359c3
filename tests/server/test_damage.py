"""Damaged files are never served: the answer is 503, the log names the file and the remedy, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from jixiao.server.settings import Settings
from jixiao.store import Store, sums
from jixiao.store.versions import version_record
from jixiao.store.versions.nquads import NAMES
from tests.server.dataset.test_dumps import _wait_for_maker
from tests.support.writing import dump

Serve = Callable[[Settings], AbstractContextManager[httpx.Client]]
Fill = Callable[[Path], Store]


def change(path: Path, place: float = 0.5) -> None:
    """Change a bit of a file in place, as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)


def settings(store: Store) -> Settings:
    return Settings(store=store.path, access_log="", quick_seats=1, heavy_seats=1, serve_originals=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_dump_is_made_again(
    fill: Fill, serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    store = fill(tmp_path / "store")
    path = dump(store, "current").path / name
    whole = path.read_bytes()
    with serve(settings(store)) as client:
        assert client.get(f"/dataset/{name}").content == whole
        path.write_bytes(whole[: len(whole) // 2])
        refused = client.get(f"/dataset/{name}")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert str(path) in caplog.text
        _wait_for_maker()
        assert client.get(f"/dataset/{name}").content == whole


@pytest.mark.parametrize(
    ("folder", "remedy"), [("renditions", "jixiao reread"), ("ledgers", "jixiao reread"), ("sources", "backup")]
)
def test_a_damaged_file_of_a_source_is_not_shown(  # noqa: PLR0917 - fixtures
    fill: Fill, serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: str, remedy: str
) -> None:
    address = "/file" if folder == "sources" else ""
    store = fill(tmp_path / "store")
    record = store.sources()[0]
    [path] = (store.path / folder).glob(f"{record.sha256}*")
    with serve(settings(store)) as client:
        assert client.get(f"/source/{record.sha16}{address}").status_code == 200
        change(path)
        assert client.get(f"/source/{record.sha16}{address}").status_code == 503
        assert str(path) in caplog.text
        assert remedy in caplog.text
        assert client.get("/").status_code == 200


def test_a_damaged_graph_is_no_mistake_of_the_caller(fill: Fill, serve: Serve, tmp_path: Path) -> None:
    store = fill(tmp_path / "store")
    for path in (store.path / "generations" / "000001" / "graph").glob("*.sst"):
        if path.stat().st_size > 4096:  # what is needed to open a graph is at the end of each file
            change(path, 0.02)
    with serve(settings(store)) as client:
        got = client.get("/sparql", params={"query": "SELECT * { GRAPH ?g { ?s ?p ?o } }"})
        assert (got.status_code, got.headers["retry-after"]) == (503, "5")


def test_a_damaged_manifest_takes_only_its_version_away(
    fill: Fill, serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = fill(tmp_path / "store")
    with store.writing() as batch:
        batch.withdraw(store.sources()[0].sha16, "误传")
        batch.commit()
    change(store.path / "generations" / "000001" / "manifest.json")
    assert [each.version for each in Store.open(store.path).versions()] == ["000002"]
    with serve(settings(store)) as client:
        assert client.get("/dataset").status_code == client.get("/dataset/000002").status_code == 200
        assert client.get("/dataset/000001").status_code == 503
    assert "000001/manifest.json" in caplog.text


def test_a_time_yet_to_come_is_no_validator(fill: Fill, serve: Serve, tmp_path: Path) -> None:
    """The clock was put back since the version was made."""
    store = fill(tmp_path / "store")
    path = store.path / "generations" / "000001" / "manifest.json"
    version_record.write(path, replace(store.versions()[0].manifest, created="2099-01-01T00:00:00+00:00"))
    sums.update(path.parent, path)
    with serve(settings(store)) as client:
        got = client.get("/dataset.ttl", headers={"If-Modified-Since": "Fri, 02 Jan 2099 00:00:00 GMT"})
        assert got.status_code == 200
        assert "last-modified" not in got.headers
        assert client.get("/dataset.ttl", headers={"If-None-Match": got.headers["etag"]}).status_code == 304
