"""Collecting: what is requested, kept and refused; a second run; a run that was interrupted; private addresses."""

import gzip
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from jixiao.collecting import collection, pages, web
from jixiao.collecting.archive import opened
from jixiao.collecting.collection import Collection
from jixiao.collecting.pages import links
from jixiao.collecting.web import NotCollectedError, Web
from jixiao.ingest.crawls.looking import MOST_LINKS
from jixiao.ingest.crawls.records import blocks, parsed
from jixiao.ingest.crawls.sifting import gathered, merged
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.origins import is_public
from tests.collecting.conftest import Site
from tests.conftest import Run
from tests.support.crawls import Crawl

Told = list[tuple[str, str | None]]
LIST = (
    '<html><head><meta charset="utf-8"><meta name="SiteName" content="青河县财政局"></head><body>'
    '<a href="/zwgk/form.html">2024年绩效目标</a><a href="/news.html">要闻</a><a href="/login">登录</a>'
    '<a href="/files/a.txt" title="绩效目标表">表</a><a href="/files/b.wps">绩效目标表</a>'
    '<a href="http://b.example.invalid/x.html">别处的绩效</a>'
)


def bureau(site: Site, filing: str) -> None:
    site.add("/list.html", LIST, Content_Type="text/html", ETag='"1"')
    site.add("/zwgk/form.html", f'<html><body><a href="/zwgk/附件.txt">附件</a><p>{filing}', ETag='"2"')
    site.add("/zwgk/%E9%99%84%E4%BB%B6.txt", filing.replace("古籍修复", "古籍编目"))
    site.add("/files/a.txt", gzip.compress(filing.encode()), Content_Encoding="gzip")
    site.add("/news.html", "<html><body>要闻")
    site.add("/login", "<html><body>登录")


@pytest.fixture
def filing() -> str:
    return (Path(__file__).parents[1] / "ingest" / "whole-filing.txt").read_text(encoding="utf-8")


@pytest.fixture
def collect(tmp_path: Path) -> Callable[..., Told]:
    """A function that runs a collection into one archive, and returns what it tells."""

    def collected(*addresses: str, depth: int = 1, most: int = 99, local: bool = True, **how: Any) -> Told:
        told: Told = []
        with opened(tmp_path / "c.warc.gz") as archive:
            run = Collection(Web(0, allow_local=local), archive, lambda *what: told.append(what), **how)
            archive.ends = not run.run(addresses, depth, most)
        return told

    return collected


def kinds(path: Path) -> list[tuple[str, str]]:
    """Return the type and the path of each record of an archive that is about a document."""
    with path.open("rb") as stream:
        found = [parsed(block) for block in blocks(stream, 0, path.stat().st_size)]
    said = [(each.rec_type, httpx.URL(each.rec_headers.get_header("WARC-Target-URI"))) for each in found]
    return [(kind, url.path) for kind, url in said if kind != "metadata"]


def test_pages_and_attachments_with_the_word_are_kept(
    site: Site, filing: str, collect: Callable[..., Told], tmp_path: Path
) -> None:
    bureau(site, filing)
    told = collect(site.at("/list.html"), match="绩效")
    attachment = "/zwgk/%E9%99%84%E4%BB%B6.txt"
    assert sorted(site.paths) == sorted(["/list.html", "/zwgk/form.html", "/files/a.txt", attachment])
    assert [(address, reason) for address, reason in told if reason] == [
        (site.at("/files/b.wps"), "尚不能读取的格式：.wps · a format that is not read yet: .wps")
    ]
    found = gathered(merged([tmp_path / "c.warc.gz"]))
    origins = {origin.address: origin for _, _, all_of_one in found.documents for origin in all_of_one}
    assert origins[site.at("/files/a.txt")].linked_from == site.at("/list.html")
    assert origins[site.at("/files/a.txt")].publisher == "青河县财政局"
    assert origins[site.at(attachment)].linked_from == site.at("/zwgk/form.html")


def test_a_second_run_asks_whether_pages_have_changed(
    site: Site, filing: str, collect: Callable[..., Told], tmp_path: Path
) -> None:
    bureau(site, filing)
    collect(site.at("/list.html"), match="绩效")
    site.asked.clear()
    site.add("/files/a.txt", filing + "注：已更正。")
    collect(site.at("/list.html"), match="绩效")
    assert dict(site.asked)["/list.html"]["if-none-match"] == '"1"'
    assert len(site.paths) == 4
    assert sorted(kinds(tmp_path / "c.warc.gz")[4:]) == [
        ("response", "/files/a.txt"),
        ("revisit", "/list.html"),
        ("revisit", "/zwgk/form.html"),
        ("revisit", "/zwgk/附件.txt"),
    ]
    assert len(gathered(merged([tmp_path / "c.warc.gz"])).documents) == 5  # the list among them, by its words


def test_a_run_that_was_interrupted_goes_on(
    site: Site, filing: str, collect: Callable[..., Told], tmp_path: Path
) -> None:
    bureau(site, filing)
    collect(site.at("/list.html"), match="绩效", most=2)
    path = tmp_path / "c.warc.gz"
    assert len(kinds(path)) == 2
    with path.open("ab") as stream:
        stream.write(gzip.compress(b"WARC/1.1\r\n" * 99)[:-20])  # killed while it wrote
    collect(site.at("/list.html"), match="绩效")
    assert len(kinds(path)) == len(site.paths) == 4


def test_pages_that_are_packed_too_tightly_do_not_end_the_archive(
    site: Site, collect: Callable[..., Told], tmp_path: Path
) -> None:
    site.add("/tight.html", "<html><body>" + " " * 14_000_000)
    site.add("/b.html", "<html><body>b")
    told = dict(collect(site.at("/tight.html"), site.at("/b.html")))
    assert "packed too tightly" in (told[site.at("/tight.html")] or "")
    assert told[site.at("/b.html")] is None
    before = (tmp_path / "c.warc.gz").stat().st_size
    told = dict(collect(site.at("/b.html")))
    assert told == {site.at("/b.html"): None}
    assert (tmp_path / "c.warc.gz").stat().st_size > before
    found = gathered(merged([tmp_path / "c.warc.gz"]))
    assert [reason for *_, reason in found.broken] == [
        "压缩比过大，疑为压缩炸弹 · the file is packed too tightly: a zip bomb, it seems"
    ]


def test_robots_txt_is_followed(site: Site, collect: Callable[..., Told]) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    site.add("/list.html", '<html><body><a href="/private/a.html">x</a><a href="/b.html">y</a>')
    site.add("/b.html", "<html><body>y")
    told = dict(collect(site.at("/list.html")))
    assert "robots.txt forbids it" in (told[site.at("/private/a.html")] or "")
    assert site.paths == ["/list.html", "/b.html"]
    site.add("/robots.txt", status=503)
    site.asked.clear()
    told = collect(site.at("/c.html"), site.at("/d.html"))
    assert all("robots.txt cannot be had: HTTP 503" in (reason or "") for _, reason in told)
    assert [path for path, _ in site.asked] == ["/robots.txt"] * 3


def test_a_robots_txt_that_fails_is_asked_for_again(site: Site, collect: Callable[..., Told]) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    site.failing["/robots.txt"] = 2
    site.add("/a.html", "<html><body>a")
    told = dict(collect(site.at("/a.html"), site.at("/private/b.html")))
    assert told[site.at("/a.html")] is None
    assert "robots.txt forbids it" in (told[site.at("/private/b.html")] or "")


def test_what_is_forbidden_uses_up_no_request(site: Site, collect: Callable[..., Told]) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    forbidden = "".join(f'<a href="/private/{number}.html">x</a>' for number in range(20))
    forbidden += "".join(f'<a href="http://10.0.0.{number}/">x</a><a href="/{number}.wps">x</a>' for number in range(9))
    site.add("/list.html", f'<html><body>{forbidden}<a href="/a.html">a</a><a href="/b.html">b</a>')
    for name in "ab":
        site.add(f"/{name}.html", "<html><body>x")
    told = collect(site.at("/list.html"), most=3)
    assert site.paths == ["/list.html", "/a.html", "/b.html"]
    assert sum(reason is not None for _, reason in told) == 29


def test_each_address_is_visited_once(site: Site, collect: Callable[..., Told]) -> None:
    site.add("/list.html", "<html><body>" + '<a href="/a.html">a</a><a href="/a.html#x">b</a>' * 50)
    site.add("/a.html", "<html><body>a")
    told = collect(site.at("/list.html"), site.at("/list.html"))
    assert [address for address, _ in told] == [site.at("/list.html"), site.at("/a.html")]


def test_links_beyond_a_bound_are_left(site: Site, collect: Callable[..., Told], tmp_path: Path) -> None:
    site.add("/list.html", "<html><body>" + "".join(f"<a href=/{n}>x</a>" for n in range(MOST_LINKS + 50)))
    with opened(tmp_path / "d.warc.gz") as archive:
        told: Told = []
        run = Collection(Web(0, allow_local=True), archive, lambda *what: told.append(what))
        assert run.run([site.at("/list.html")], 1, 2) == MOST_LINKS - 1
        archive.ends = False
    assert told[0] == (
        site.at("/list.html"),
        "链接超过 10,000 个，其余不取 · more than 10,000 links, of which the others are left",
    )
    assert site.paths == ["/list.html", "/0"]


def test_too_many_addresses_do_not_wait(
    site: Site, collect: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "MOST_WAITING", 3)
    site.add("/list.html", "<html><body>" + "".join(f"<a href=/{n}>x</a>" for n in range(9)))
    told = collect(site.at("/list.html"))
    assert "further links are left" in (told[0][1] or "")
    assert site.paths == ["/list.html", "/0", "/1", "/2"]


def test_pages_that_take_too_much_have_no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    with pages.Pages() as finder:
        assert finder.links(b"<html><a href=a>x</a>") == ([("a", "x")], False)
        with pytest.raises(UnreadableError, match="too large"):
            finder.links(bytes(16_000_001))
    monkeypatch.setattr(pages, "MEMORY", 16 << 20)
    with pages.Pages() as finder:
        with pytest.raises(UnreadableError, match="the process that looks for links died"):
            finder.links(b"<html>" + b"<p>" * 1_000_000)
        assert finder.links(b"<html><a href=a>x</a>") == ([("a", "x")], False)


@pytest.mark.parametrize(
    ("piece", "pause"),
    [(b"H", 0.02), (b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02), (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99, 0.02)],
    ids=["head", "hints", "field"],
)
def test_an_answer_that_drips_ends(
    site: Site, collect: Callable[..., Told], monkeypatch: pytest.MonkeyPatch, piece: bytes, pause: float
) -> None:
    site.raw["/a.html"] = piece, pause
    site.add("/b.html", "<html><body>b")
    monkeypatch.setattr(web, "LONGEST", 2)
    monkeypatch.setattr(web, "LARGEST_HEAD", 1_000_000_000)
    told = dict(collect(site.at("/a.html"), site.at("/b.html")))
    assert re.search("more than 2 s|cannot be had", told[site.at("/a.html")] or "")


def test_endless_hints_end_by_their_bytes(
    site: Site, collect: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.raw["/a.html"] = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0
    monkeypatch.setattr(web, "LARGEST_HEAD", 100_000)
    monkeypatch.setattr(web, "LONGEST", 1e9)
    site.add("/b.html", "<html><body>b")
    told = dict(collect(site.at("/a.html"), site.at("/b.html")))
    assert told == {site.at("/a.html"): "收到的太多 · too much was received", site.at("/b.html"): None}


def test_a_dry_run_refuses_attachments_that_may_not_be_fetched(site: Site, collect: Callable[..., Told]) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    site.add(
        "/list.html",
        '<html><body><a href="/private/a.docx">x</a><a href="http://10.1.2.3/b.docx">y</a><a href="/c.docx">z</a>',
    )
    told = dict(collect(site.at("/list.html"), dry=True))
    assert "robots.txt forbids it" in (told[site.at("/private/a.docx")] or "")
    assert "private or local address" in (told["http://10.1.2.3/b.docx"] or "")
    assert told[site.at("/c.docx")] is None
    assert site.paths == ["/list.html"]


def test_redirects_loops_and_errors(site: Site, collect: Callable[..., Told]) -> None:
    site.add(
        "/list.html", '<html><body><a href="/go">x</a><a href="/loop">y</a><a href="/none">z</a><a href="/meta">m</a>'
    )
    site.add("/go", status=302, Location="/there")
    site.add("/there", "<html><body>there")
    site.add("/loop", status=301, Location="/loop2")
    site.add("/loop2", status=301, Location="/loop")
    site.add("/meta", status=302, Location="http://169.254.169.254/latest/meta-data/")
    told = dict(collect(site.at("/list.html")))
    assert site.paths.count("/loop") == site.paths.count("/loop2") == site.paths.count("/there") == 1
    assert told[site.at("/none")] == "HTTP 404"
    assert "private or local address: 169.254.169.254" in (told["http://169.254.169.254/latest/meta-data/"] or "")


def test_a_page_that_redirects_for_ever_is_refused_by_name(site: Site, collect: Callable[..., Told]) -> None:
    for number in range(20):
        site.add(f"/forever{number}", status=302, Location=f"/forever{number + 1}")
    told = dict(collect(site.at("/forever0")))
    assert [reason for reason in told.values() if reason] == ["转向超过 10 次 · redirected more than 10 times"]
    assert len(told) == 11


def test_links_of_pages() -> None:
    page = '<html><base href="/x/"><a href=" a.html ">绩 <b>效</b></a><a name=n>n</a><iframe src="http://h/f"></iframe>'
    found = [("/x/a.html", "绩效"), ("http://h/f", "")]
    assert links(f"{page}<a href='http://[::1'>x</a>".encode()) == (found, False)
    assert links(b"<html>") == ([], False)


def test_attachments_whose_address_does_not_tell_their_format(site: Site, collect: Callable[..., Told]) -> None:
    """Programs that send files are asked as for attachments, below the last page, by their query or words."""
    site.add(
        "/list.html",
        '<html><body><a href="/down?n=a.DOCX">绩效</a><a href="/get?id=1">绩效\n目标表.xlsx</a>'
        '<a href="/get?id=2">绩效目标表.wps</a><a href="/get?id=3">绩效</a>',
    )
    told = dict(collect(site.at("/list.html"), match="绩效目标", depth=0))
    assert site.paths == ["/list.html", "/get?id=1"]
    assert "a format that is not read yet: .wps" in (told[site.at("/get?id=2")] or "")
    collect(site.at("/list.html"), match="绩效", depth=0)
    assert "/down?n=a.DOCX" in site.paths


def test_a_file_that_is_too_large_is_not_kept(
    site: Site, collect: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LARGEST_FILE", 10_000)
    site.add("/declared.pdf", b"0" * 100, Content_Length="2147483648")
    site.add("/sent.pdf", b"0" * 20_000)
    told = collect(site.at("/declared.pdf"), site.at("/sent.pdf"))
    assert all("larger than 10,000 bytes" in (reason or "") for _, reason in told)
    assert kinds(tmp_path / "c.warc.gz") == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        *[(private, False) for private in ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254")],
        *[(private, False) for private in ("3fff::1", "3fff:fff::1", "192.88.99.1", "192.88.99.255")],
        *[(public, True) for public in ("3fff:1000::1", "192.88.98.1")],
        *[(private, False) for private in ("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::")],
        *[
            (private, False)
            for private in ("fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")
        ],
    ],
)
def test_private_addresses(address: str, public: bool) -> None:
    assert is_public(address) == public


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let names resolve to the answers, one after the other; an answer may be several addresses."""
    left, real = list(answers), socket.getaddrinfo

    def resolved(host: str, port: Any, *how: Any, **named: Any) -> list[tuple[Any, ...]]:
        if host != "rebound.example.cn":
            return real(host, port, *how, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in left.pop(0).split()]

    monkeypatch.setattr(web.socket, "getaddrinfo", resolved)


def test_the_checked_address_is_the_one_connected_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to another address later leads nowhere, and the server still learns the name."""
    client, url = Web(0, allow_local=True), httpx.URL(f"http://rebound.example.cn:{site.port}/a")
    site.add("/a", "a")
    opened: list[object] = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda to, *a, **k: opened.append(to) or connect(to, *a, **k))
    resolving(monkeypatch, "127.0.0.1", "127.0.0.1", "10.0.0.1")
    assert client.get(url, {}).body == b"a"
    assert opened == [("127.0.0.1", site.port)] * 2
    assert site.asked[-1][1]["host"] == f"rebound.example.cn:{site.port}"
    with pytest.raises(NotCollectedError, match=r"private or local address: 10\.0\.0\.1"):
        client.get(url, {})


def test_further_addresses_of_a_name_are_tried(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, url = Web(0, allow_local=True), httpx.URL(f"http://rebound.example.cn:{site.port}/a")
    site.add("/a", "a")
    resolving(monkeypatch, *["10.0.0.1 ::1 127.0.0.2 127.0.0.1"] * 2)
    assert client.get(url, {}).body == b"a"


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://[::1]/", "http://0x7f000001/", "http://localhost/"])
def test_this_machine_is_not_asked_unless_allowed(collect: Callable[..., Told], address: str) -> None:
    [(_, reason)] = collect(address, local=False)
    assert "private or local address" in (reason or "")


def test_other_schemes_and_names_of_users_are_refused(collect: Callable[..., Told]) -> None:
    told = collect("file:///etc/passwd", "ftp://a.example.cn/", "http://me:pw@a.example.cn/")
    assert all("only http and https" in (reason or "") for _, reason in told)


def test_pauses_between_requests_to_a_host(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(web.time, "sleep", slept.append)
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    client = Web(2, allow_local=True)
    for path in ("/a", "/b"):
        client.get(httpx.URL(site.at(path)), {})
    assert [round(each) for each in slept] == [0, 2, 7]


def test_one_process_writes_an_archive(tmp_path: Path) -> None:
    with opened(tmp_path / "c.warc.gz"), pytest.raises(NotCollectedError, match="another process"):
        opened(tmp_path / "c.warc.gz").__enter__()
    (tmp_path / "d.warc.gz").write_bytes(b"no archive")
    with pytest.raises(NotCollectedError, match=r"d\.warc\.gz@0"):
        opened(tmp_path / "d.warc.gz").__enter__()


def test_the_command(site: Site, filing: str, tmp_path: Path, run: Run) -> None:
    bureau(site, filing)
    path, listed = tmp_path / "c.warc.gz", tmp_path / "list.txt"
    listed.write_text(f"# 财政局\n{site.at('/list.html')}\n", "utf-8")
    options = ["--into", path, "--list", listed, "--match", "绩效", "--pause", "0", "--allow-local"]
    dry = run("collect", *options, "--dry-run")
    assert site.at("/files/a.txt") in dry.stdout.splitlines()
    assert not path.exists()
    assert "/files/a.txt" not in site.paths
    real = run("collect", *options)
    assert (real.returncode, real.stdout) == (1, "")
    assert "新取 new 4，未变 unchanged 0，未取 not collected 1" in real.stderr
    assert "b.wps：尚不能读取的格式" in real.stderr
    assert "网址 addresses" in run("ingest", path, "--store", tmp_path / "store").stderr
    assert run("collect", "--into", path).returncode == 2


def test_an_archive_of_another_collector_is_continued(site: Site, collect: Callable[..., Told], tmp_path: Path) -> None:
    other = Crawl(version="1.0")
    other.page(site.at("/a.html"), "<html><body>a", ETag='"1"')
    other.add("response", "dns:a.example.cn", "a.example.cn. 300 IN A 192.0.2.1")
    other.again(site.at("/b.html"), "sha1:X", "2024-03-05T01:30:00Z")
    (tmp_path / "c.warc.gz").write_bytes(other.content)
    site.add("/a.html", "<html><body>a", ETag='"1"')
    site.add("/b.html", "<html><body>b")
    assert [reason for _, reason in collect(site.at("/a.html"), site.at("/b.html"))] == [None, None]
    assert kinds(tmp_path / "c.warc.gz")[3:] == [("revisit", "/a.html"), ("response", "/b.html")]
