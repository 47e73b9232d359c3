"""Damaged files are never served: the answer is 503, the log names the file and the remedy, and the rest goes on."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from jixiao.server.app import supervisor
from jixiao.server.settings import Settings
from jixiao.store import Origin, Refusal, Store, StoreError, sums
from jixiao.store.versions import version_record
from jixiao.store.versions.nquads import NAMES
from tests.server.dataset.test_dumps import _wait_for_maker
from tests.support.damage import FAULTS, KINDS, OLD, harm, remedied
from tests.support.pages import replied
from tests.support.writing import committing, dump, withdraw

FIRST = (
    *("/?lang=zh", "/search?q=%E7%BB%B4%E4%BF%AE&lang=zh", "/dataset/000001?lang=zh", "/dataset.ttl", "/sitemap.xml"),
    *("/sparql?query=SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o", "/dataset/000001/dump.nq.gz"),
)
LINK = re.compile(r'href="(?:http://[^/"]*)?(/[^"#]*(?:lang=zh|\.ttl|\.gz|/file))"')
DULL = re.compile(r"/(help|vocab|shapes|static|ontology)")
HEADERS = {"accept": "text/html", "host": "graph.example"}
LISTING = re.compile(r"/dataset|/sitemap.xml")


def change(path, place=0.5):
    """Change a bit of a file in place, as a failing disk does."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)


def settings(store):
    return Settings(store=store.path, access_log="", quick_seats=1, heavy_seats=1, serve_originals=True)


@pytest.mark.sampled(5)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", [change, Path.unlink])
def test_a_dump_that_is_damaged_or_gone_is_made_again(  # noqa: PLR0917 - fixtures and a case
    own,
    listen,
    caplog,
    name,
    damage,
    method,
):
    path = dump(own, "current").path / name
    with listen(settings(own)) as client:
        whole = client.request(method, f"/dataset/{name}")
        damage(path)
        refused = client.request(method, f"/dataset/{name}")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert str(path) in caplog.text
        _wait_for_maker()
        again = client.request(method, f"/dataset/{name}")
        assert (again.content, again.headers["etag"]) == (whole.content, whole.headers["etag"])


@pytest.mark.parametrize("fault", ["cut", "gone"])
def test_a_damaged_list_of_dumps_is_told_each_time_until_it_is_made_again(own, serve, caplog, fault):
    with serve(own) as client:
        client.get("/dataset")  # before there are any
        path = dump(own, "current").path / "dumps.json"
        whole = replied(200, client.get("/dataset.ttl"), "dump.nq.gz")
        harm(path, fault)
        for _ in range(2):
            caplog.clear()
            assert client.get("/dataset.ttl").status_code == 503
            assert f"{path} " in caplog.text
            assert "jixiao dumps --version 1" in caplog.text
        assert client.get("/dataset/dump.nq.gz").status_code == 503
        _wait_for_maker()
        assert client.get("/dataset.ttl").content == whole.content


@pytest.mark.parametrize("part", ["statistics.json", "dumps.json"])
def test_a_damaged_part_of_an_earlier_version_is_told_and_takes_only_that_version_away(own, serve, caplog, part):
    dump(own, "current")
    withdraw(own, own.sources()[0].sha16, "误传")
    path = own.path / "generations" / "000001" / part
    harm(path, "cut")
    with serve(own) as client:
        replied(200, client.get("/dataset.ttl"), "/000002>")
        assert client.get("/dataset/000001.ttl").status_code == 503
    assert f"{path} " in caplog.text


@pytest.mark.sampled(3)
@pytest.mark.parametrize("part", ["", "graph", "manifest.json"])
def test_a_lost_part_of_the_current_version_is_named(own, listen, tmp_path, caplog, part):
    """The answers come back with the files."""
    path = own.present().path / part
    queries = [f"/sparql?query=SELECT * {{ ?s ?p ?o }} LIMIT {count}" for count in range(40, 60)]
    addresses = ["/dataset/000001?lang=zh", "/dataset?lang=zh"] if part == "manifest.json" else queries
    with listen(settings(own)) as client:
        assert client.get("/?lang=zh").status_code == 200
        path.rename(tmp_path / "aside")
        assert {client.get(address).status_code for address in addresses} <= {200, 503}
        if part == "graph":
            path.touch()
            assert client.get("/sparql?query=SELECT * { ?s a ?o }").status_code in {200, 503}
            path.unlink()
        (tmp_path / "aside").rename(path)
        assert {client.get(address).status_code for address in addresses} == {200}
    assert "Traceback" not in caplog.text


def test_a_damaged_graph_is_no_mistake_of_the_caller(own, listen, caplog):
    for path in (own.path / "generations" / "000001" / "graph").glob("*.sst"):
        if path.stat().st_size > 4096:  # what is needed to open a graph is at the end of each file
            change(path, 0.02)
    with listen(settings(own)) as client:
        got = client.get("/sparql", params={"query": "SELECT * { GRAPH ?g { ?s ?p ?o } }"})
        assert (got.status_code, got.headers["retry-after"]) == (503, "5")
    assert re.search(r"graph/\d+\.sst.*jixiao rebuild", caplog.text)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("damage", [change, Path.unlink])
def test_damaged_rules_of_a_release_are_not_sent(own, listen, caplog, damage):
    path = own.release(beside={"shapes-content.ttl": b"# rules"}).path / "shapes-content.ttl"
    with listen(settings(own)) as client:
        assert client.get("/dataset/000001/shapes-content.ttl").content == b"# rules"
        damage(path)
        assert client.get("/dataset/000001/shapes-content.ttl").status_code == 503
    assert str(path) in caplog.text


def test_a_damaged_manifest_takes_only_its_version_away(own, listen, caplog):
    withdraw(own, own.sources()[0].sha16, "误传")
    change(own.path / "generations" / "000001" / "manifest.json")
    assert [each.version for each in Store.open(own.path).versions()] == ["000002"]
    with listen(settings(own)) as client:
        assert client.get("/dataset").status_code == client.get("/dataset/000002").status_code == 200
        assert client.get("/dataset/000001").status_code == 503
    assert "000001/manifest.json" in caplog.text


def test_a_time_yet_to_come_is_no_validator(own, listen):
    """The clock was put back since the version was made."""
    path = own.path / "generations" / "000001" / "manifest.json"
    version_record.write(path, replace(own.versions()[0].manifest, created="2099-01-01T00:00:00+00:00"))
    sums.update(path.parent, path)
    with listen(settings(own)) as client:
        got = replied(200, client.get("/dataset.ttl", headers={"If-Modified-Since": "Fri, 02 Jan 2099 00:00:00 GMT"}))
        assert "last-modified" not in got.headers
        assert client.get("/dataset.ttl", headers={"If-None-Match": got.headers["etag"]}).status_code == 304


@pytest.fixture(scope="module")
def made(tmp_path_factory, filled):
    """A store of three versions with decisions, a refusal, a release and dumps."""
    store = filled(tmp_path_factory.mktemp("damage") / "s")
    with store.writing() as batch:
        batch.refuse(Refusal("0" * 64, "退回.txt", ("没有表。 There is no form.",), "# report", ()))
    for name in ("2", "3"):
        with committing(store) as batch:
            batch.locate(store.sources()[0].sha16, [Origin(f"https://www.example.gov.cn/{name}.txt")])
    store.release(name="年度", beside={"shapes-content.ttl": b"# rules"})  # as the command does
    (store.path / "dataset.toml").write_text("dumps_kept = 3\n")
    return store.path


def found(client):
    """Follow links from a few addresses; give an address of each kind."""
    waiting, kinds = [*FIRST], set()
    while waiting:
        address = waiting.pop(0)
        yield address
        page = client.get(address, headers=HEADERS)
        for link in LINK.findall(page.text if "html" in page.headers.get("content-type", "") else ""):
            path, _, suffix = link.partition("?")[0].partition(".")
            kind = (*re.sub(r"[0-9a-f]{16}|[a-z0-9]{13}|\d+|[A-Z]\w+", "*", path).split("/")[1:4], suffix)
            if kind not in kinds and not DULL.match(link):
                kinds.add(kind)
                waiting.append(link.replace("&amp;", "&"))


def answers(client, addresses):
    got = {address: client.get(address, headers=HEADERS) for address in addresses}
    return {address: (answer.status_code, answer.content) for address, answer in got.items()}


@pytest.fixture(scope="module")
def right(made, listen, tmp_path_factory):
    """The answers of a server over the whole store, by address, without those that differ each time."""
    store = Store.open(shutil.copytree(made, tmp_path_factory.mktemp("right") / "s"))
    with listen(settings(store)) as client:
        once = answers(client, [*found(client)])
        twice = answers(client, [*once])
    assert len(once) > 50
    return {address: got for address, got in once.items() if got == twice[address]}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.judge
def test_each_address_is_answered_right_or_not(  # noqa: PLR0917 - fixtures and a case
    made,
    listen,
    right,
    tmp_path,
    caplog,
    capfd,
    kind,
    fault,
):
    """A bit changes under a running server at odd places, and before its start at even ones."""
    store = Store.open(shutil.copytree(made, tmp_path / "s"))
    paths = sorted(store.path.glob(kind))
    before = isinstance(fault, int) and fault % 2 == 0
    if before:
        for path in paths:
            harm(path, fault)
        try:
            supervisor.check(settings(store))
        except StoreError as error:
            refusal = str(error)
        else:
            refusal = ""
        assert not refusal or remedied(refusal, paths)
        if refusal:
            return
    with listen(settings(store)) as client:
        if not before:
            assert client.get("/", headers=HEADERS).status_code == 200
            for path in paths:
                harm(path, fault)
        got = answers(client, [*right, "/health/ready"])
    assert got.pop("/health/ready")[0] in {200, 503}
    refused = {address: body for address, (status, body) in got.items() if status == 503}
    wrong = {address for address in got if got[address] != right[address]} - set(refused)
    listing = set()
    if kind.startswith(OLD) or "dump" in kind:  # what cannot be read is left out of lists
        listing = {address for address in wrong if LISTING.match(address) and got[address][0] < 500}
    wrong -= listing
    said = caplog.text + capfd.readouterr().err
    assert not wrong, {address: got[address] for address in wrong}
    assert "Traceback" not in said
    assert not any(str(tmp_path).encode() in body for body in refused.values())
    assert not (refused or listing) or remedied(said, paths), (list(refused), listing, said)
