"""A version's files over HTTP: as they are, whole or in parts that fit together, and never of two versions at once."""

import base64
import gzip
import hashlib
import threading

import pytest

from jixiao.server.dataset import dumps
from jixiao.store import lock, sums
from jixiao.store.versions import nquads
from tests.support.clock import until
from tests.support.pages import replied
from tests.support.turns import come_or_go
from tests.support.writing import dump, withdraw


@pytest.mark.parametrize("name", ["dump.nq.gz", "dump.ttl.gz"])
def test_file_is_what_its_description_says(name, store, client):
    record = store.versions()[0]
    (dump,) = (each for each in record.dumps if each.name == name)
    got = client.get(f"/dataset/{record.version}/{name}")
    assert got.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in got.headers
    assert hashlib.sha256(got.content).hexdigest() == dump.sha256
    assert len(got.content) == dump.size == int(got.headers["content-length"])
    assert hashlib.sha256(gzip.decompress(got.content)).hexdigest() == dump.content_sha256
    assert got.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(dump.sha256)).decode()}:"
    assert got.headers["etag"] == f'"{dump.sha256}"'
    assert got.headers["content-disposition"] == f'attachment; filename="jixiao-{record.version}.{name[5:]}"'
    assert f'</dataset/{record.version}.ttl>; rel="describedby"' in got.headers["link"]
    newest = client.get(f"/dataset/{name}")
    assert (newest.content, newest.headers["etag"]) == (got.content, got.headers["etag"])
    assert newest.headers["content-location"] == f"/dataset/{record.version}/{name}"
    if name == "dump.nq.gz":
        lines = gzip.decompress(got.content).splitlines(keepends=True)
        assert nquads.hash_of_lines(lines).checksum == record.manifest.checksum


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("zone", ["+99999999999999999999", "-99999999999999999999", "+9999"])
def test_dates_that_mean_nothing_are_not_regarded(name, zone, client):
    assert client.head("/dataset/dump.nq.gz", headers={name: f"Mon, 01 Jan 2024 00:00:00 {zone}"}).status_code == 200


def test_parts_fit_together(client):
    whole = client.get("/dataset/dump.nq.gz")
    tag = whole.headers["etag"]
    first = client.get("/dataset/dump.nq.gz", headers={"Range": "bytes=0-99"})
    rest = client.get("/dataset/dump.nq.gz", headers={"Range": "bytes=100-", "If-Range": tag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.headers["content-range"] == f"bytes 0-99/{len(whole.content)}"
    assert first.content + rest.content == whole.content
    assert rest.headers["repr-digest"] == whole.headers["repr-digest"]
    assert client.get("/dataset/dump.nq.gz", headers={"Range": "bytes=-7"}).content == whole.content[-7:]
    beyond = client.get("/dataset/dump.nq.gz", headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")


@pytest.mark.parametrize(
    "ranges",
    [
        *("lines=1-2", "bytes=7-2", "bytes=", "bytes=a-b", "bytes", "bytes=1-2;3"),
        *(f"bytes={each}" for each in (f"0-{'9' * 5000}", f"{'9' * 5000}-", f"-{'9' * 5000}", f"0-1,{'0' * 5000}-1")),
    ],
    ids=lambda ranges: ranges[:20],
)
def test_ranges_that_mean_nothing_are_not_regarded(ranges, client):
    got = client.get("/dataset/dump.nq.gz", headers={"Range": ranges})
    assert (got.status_code, len(got.content)) == (200, int(got.headers["content-length"]))


def test_download_does_not_go_on_in_another_version(own, serve, songjiang):
    dump(own)
    with serve(own) as client:
        begun = client.get("/dataset/dump.nq.gz", headers={"Range": "bytes=0-9"})
        withdraw(own, songjiang.sha16, "测试")
        dump(own)
        on = {"Range": "bytes=10-", "If-Range": begun.headers["etag"]}
        anew = replied(200, client.get("/dataset/dump.nq.gz", headers=on))
        assert anew.headers["etag"] != begun.headers["etag"]
        gzip.decompress(anew.content)
        assert client.get(begun.headers["content-location"], headers=on).status_code == 206


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", [{"If-None-Match": "*"}, {"If-Match": '"a"'}, {"Range": "bytes=0-9"}], ids=str)
def test_a_file_that_is_being_written_says_when_to_ask_again(own, serve, method, asked):
    with serve(own) as client, lock.hold(own.path / "dumps.lock"):
        for address in ("/dataset/dump.nq.gz", "/dataset/000001/dump.ttl.gz"):
            pending = client.request(method, address, headers=asked)
            assert (pending.status_code, pending.headers["retry-after"]) == (503, "5")


def test_files_that_are_no_longer_kept_are_gone_and_still_described(own, serve, songjiang):
    dump(own)
    (own.path / "dataset.toml").write_text("dumps_kept = 1\n", encoding="utf-8")
    for turn in range(2):
        come_or_go(own, songjiang, turn)
    with serve(own) as client:
        gone = replied(410, client.get("/dataset/000001/dump.nq.gz", headers={"Accept": "application/json"}))
        assert "/dataset/000001" in gone.json()["detail_en"]
        assert "dump.nq.gz" not in replied(200, client.get("/dataset/000001.ttl")).text
        assert "不再保留" in client.get("/dataset/000001", headers={"Accept": "text/html"}).text


def test_files_are_made_when_somebody_asks(own, serve):
    """503 until they are made, then 200. Nothing names a file before it is there, and a release is named."""
    with serve(own) as client:
        pages = ("/dataset", "/dataset.ttl", "/dataset/000001", "/dataset/000001.ttl")
        held = {page: client.get(page, headers={"Accept": "text/html, */*;q=0.1"}) for page in pages}
        assert not any("000001/dump.nq.gz<" in got.text or "#nq>" in got.text for got in held.values())
        assert 'href="/dataset/dump.nq.gz"' in held["/dataset"].text
        with lock.hold(own.path / "dumps.lock"):
            for address in ("/dataset/dump.nq.gz", "/dataset/000001/dump.ttl.gz"):
                pending = client.get(address)
                assert (pending.status_code, pending.headers["retry-after"]) == (503, "5")
                assert pending.headers["content-type"] == "application/problem+json"
                assert "are being made" in pending.json()["detail_en"]
            assert client.get("/dataset/dump.xml.gz").status_code == 404
        assert client.get("/dataset/000001/shapes-content.ttl").status_code == 404
        assert client.get("/dataset/dump.nq.gz").status_code == 503
        until(lambda: client.get("/dataset/dump.nq.gz").status_code == 200)
        assert client.get("/dataset/dump.nq.gz").headers["content-location"] == "/dataset/000001/dump.nq.gz"
        own.release(name="第一次", beside={"shapes-content.ttl": b"# rules\n"})
        rules = client.get("/dataset/000001/shapes-content.ttl")
        assert (rules.content, rules.headers["content-type"]) == (b"# rules\n", "text/turtle; charset=utf-8")
        assert (
            "/dataset/000001/shapes-content.ttl" in client.get("/dataset/000001", headers={"Accept": "text/html"}).text
        )
        assert client.get("/dataset/000001/shapes-integrity.ttl").status_code == 404
        for page, before in held.items():
            since = {"If-None-Match": before.headers["etag"], "Accept": "text/html, */*;q=0.1"}
            replied(200, client.get(page, headers=since), "dump.nq.gz", "第一次")
        _wait_for_maker()


def _wait_for_maker():
    """Wait for the thread that makes dumps, which looks into the store once more when the files are there."""
    for thread in threading.enumerate():
        if thread.name == "dumps":
            thread.join(60)


def test_files_are_made_once_a_version_has_settled(own, serve, monkeypatch):
    monkeypatch.setattr(dumps, "SETTLED", 0.2)
    with serve(own):
        until(lambda: own.versions()[0].dumps)
        _wait_for_maker()


def test_files_are_compared_once_a_version_has_settled(own, serve, monkeypatch, caplog):
    dump(own, "current")
    monkeypatch.setattr(dumps, "SETTLED", 0.2)
    monkeypatch.setattr(dumps, "_COMPARE_EVERY", 0.2)
    path = own.path / "ledgers" / f"{own.sources()[0].sha256}.json"
    with serve(own) as client:

        def damaged():
            return client.get("/health/ready").json()["damaged_files"]

        until(lambda: damaged() == 0)
        path.write_bytes(path.read_bytes().replace(b"1", b"2"))
        until(lambda: damaged() == 1)
        assert "jixiao_damaged_files 1.0" in client.get("/metrics").text
        assert str(path) in caplog.text


def test_a_server_that_cannot_write_names_the_command(own, serve, monkeypatch):
    # Only a mounted file system can forbid a superuser to write, so its answer to access(2) is given here.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with serve(own) as client:
        for _ in range(2):
            refused = client.get("/dataset/dump.nq.gz")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert "jixiao dumps" in refused.json()["detail_en"]
        assert not own.versions()[0].dumps


@pytest.mark.judge
def test_dumps_that_fail_are_not_tried_again(own, serve, caplog):
    """The graph does not have its version's checksum."""
    manifest = own.path / "generations" / "000001" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("lthash-sha256:", "lthash-sha256:0"), "utf-8")
    sums.record(manifest.parent, None)
    with serve(own) as client:
        assert "are being made" in client.get("/dataset/dump.nq.gz").json()["detail_en"]
        until(lambda: "jixiao dumps" in client.get("/dataset/dump.nq.gz").json()["detail_en"])
        assert client.get("/dataset/dump.nq.gz").status_code == 503
        _wait_for_maker()
    assert "000001" in caplog.text
