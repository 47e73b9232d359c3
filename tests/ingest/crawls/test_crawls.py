"""Web archives as sources: addresses, equal bytes, unchanged pages, what is passed over, parts, and damage."""

import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from jixiao.ingest import originals
from jixiao.ingest.crawls import looking, sifting
from jixiao.ingest.crawls.sifting import gathered, merged
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.load import Outcome, ingest
from jixiao.store import Origin, Store
from tests.support.crawls import DATE, Crawl
from tests.support.packing import zipped

BASE = "https://data.example.org/"
SITE = "http://a.example.cn"
PAGE = '<html><meta name="SiteName" content="青河县人民政府"><body><a href="/doc/表.txt">附件</a></body></html>'
WHEN = "2024-03-05T01:30:00+00:00"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes an archive below the test's folder and returns its path."""

    def written(crawl: Crawl, name: str = "crawl.warc.gz") -> Path:
        path = tmp_path / name
        path.write_bytes(crawl.content)
        return path

    return written


def origins(store: Store) -> list[Sequence[Origin]]:
    return [[*record.origins] for record in store.sources() if record.live]


def test_equal_bytes_are_one_source_with_all_addresses(write: Write, store: Store, filing: str, tmp_path: Path) -> None:
    crawl = Crawl()
    crawl.page(f"{SITE}/list.html", PAGE)
    crawl.page(f"{SITE}/doc/%E8%A1%A8.txt", filing)
    crawl.page("https://b.example.cn/copy?token=x", filing, Content_Disposition='attachment; filename="b.txt"')
    crawl.page(f"{SITE}/none", "", status="404 Not Found")
    counts: Counter[tuple[str, str]] = Counter()
    [outcome] = ingest([write(crawl)], store, passed=counts.update)
    assert (outcome.status, outcome.located, outcome.path.name) == ("added", 2, "b.txt")
    assert counts == {("网页 pages", "a.example.cn"): 1, ("HTTP 404", "a.example.cn"): 1}
    [[one, other]] = origins(store)
    assert (one.address, one.retrieved, one.publisher, one.linked_from) == (
        f"{SITE}/doc/%E8%A1%A8.txt",
        WHEN,
        "青河县人民政府",
        f"{SITE}/list.html",
    )
    assert (other.address, other.publisher, other.linked_from) == ("https://b.example.cn/copy", None, None)
    assert (one.archived_at or "").startswith("urn:uuid:")
    alone = tmp_path / "b.txt"
    alone.write_text(filing, "utf-8")
    by_itself = Store.create(tmp_path / "alone", BASE)
    ingest([alone], by_itself)
    assert by_itself.present().manifest.checksum == store.present().manifest.checksum


def test_a_page_that_has_not_changed_is_a_further_time_of_its_source(write: Write, store: Store, filing: str) -> None:
    first, digest = Crawl(), "sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    address = f"{SITE}/a.txt"
    first.add("resource", address, filing, warc_headers_dict={"WARC-Payload-Digest": digest})
    later, latest = Crawl(), Crawl()
    later.again(address, digest, "2025-03-05T01:30:00Z")
    later.again(f"{SITE}/unknown.txt", "sha1:2", "2025-03-05T01:30:00Z")
    latest.again(f"{SITE}/else.txt", digest, "2026-03-05T01:30:00Z")
    both = [write(first, "1.warc.gz"), write(latest, "3.warc.gz")]
    ingest(both, store)
    assert [each.address for each in origins(store)[0]] == [address, f"{SITE}/else.txt"]
    ingest([write(later, "2.warc.gz"), *both], store)
    assert [each.retrieved for each in origins(store)[0]] == ["2025-03-05T01:30:00+00:00", "2026-03-05T01:30:00+00:00"]


def test_an_unchanged_page_of_another_kind_is_not_said_to_be_in_other_archives(write: Write) -> None:
    crawl, digest = Crawl(), "sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    crawl.add("resource", f"{SITE}/a", PAGE, warc_headers_dict={"WARC-Payload-Digest": digest})
    crawl.again(f"{SITE}/a", digest, "2025-03-05T01:30:00Z")
    assert gathered(merged([write(crawl)])).passed == {
        ("网页 pages", "a.example.cn"): 1,
        ("未变，原件已略过或不在这些存档里 unchanged: passed over before, or not in these archives", "a.example.cn"): 1,
    }


def test_each_document_of_an_archive_has_its_addresses_and_what_is_no_filing_is_counted(
    write: Write, store: Store, filing: str
) -> None:
    """A page with a filing knows the page that links to it, a later record of an address dates it, and zips open."""
    crawl = Crawl()
    crawl.page(f"{SITE}/list.html", '<html><body><a href="2024/form.html">绩效目标申报表</a><a href="/n.html">要闻</a>')
    crawl.page(f"{SITE}/2024/form.html", f'<html><body><a href="form.html">绩效目标</a><pre>{filing}</pre>')
    crawl.page(f"{SITE}/a.txt", filing.replace("古籍修复", "家谱整理"), date="2025-01-01T00:00:00Z")
    crawl.page(f"{SITE}/a.txt", filing.replace("古籍修复", "家谱整理"))
    crawl.page(f"{SITE}/news", "<html><body><p>全县绩效目标工作会议强调，项目资金要早安排。</p>")
    crawl.page(f"{SITE}/all.zip", zipped(("甲/b.txt", filing.replace("古籍修复", "方志出版"))))
    counts: Counter[tuple[str, str]] = Counter()
    wacz = write(crawl, "crawl.wacz")
    wacz.write_bytes(zipped(("datapackage.json", "{}"), ("archive/data.warc.gz", crawl.content)))
    outcomes = {each.path.name: each for each in ingest([wacz], store, passed=counts.update)}
    assert {name: each.status for name, each in outcomes.items() if name != "list.html"} == {
        **dict.fromkeys(("form.html", "a.txt", "b.txt"), "added"),
        "news": "passed",
    }
    assert counts["细读不是申报 documents of another kind", "a.example.cn"] == 2
    assert outcomes["b.txt"].path.parts[-4:] == ("archive", f"data.warc.gz@{crawl.offsets[-1]}", "all.zip", "b.txt")
    assert sorted((each.address, each.retrieved, each.linked_from) for [each] in origins(store)) == [
        (f"{SITE}/2024/form.html", WHEN, f"{SITE}/list.html"),
        (f"{SITE}/a.txt", "2025-01-01T00:00:00+00:00", None),
        (f"{SITE}/all.zip", WHEN, None),
    ]


def test_damaged_records_are_refused_by_name_and_nothing_else_is_lost(write: Write, store: Store, filing: str) -> None:
    crawl = Crawl()
    crawl.page(f"{SITE}/a.txt", filing)
    crawl.page(f"{SITE}/b.doc", b"text", Content_Encoding="br")
    path = write(crawl)
    path.write_bytes(crawl.content + b"\x1f\x8b\x08broken")
    outcomes = {str(each.path.relative_to(path.parent)): each for each in ingest([path], store)}
    second = crawl.offsets[1]
    assert outcomes[f"crawl.warc.gz@{second}/b.doc"].notes[0].endswith("packed in an unknown way: br")
    assert outcomes[f"crawl.warc.gz@{len(crawl.content)}"].status == "refused"
    assert [each.status for each in outcomes.values()].count("added") == 1


def test_a_wacz_out_of_bounds_is_refused(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.ingest.formats.archives.LARGEST_FILE", 1_000)
    path = tmp_path / "crawl.wacz"
    path.write_bytes(zipped(("datapackage.json", "{}"), ("archive/data.warc", b"0" * 5_000_000)))
    [outcome] = ingest([path], store)
    assert "zip bomb" in outcome.notes[0]


def test_documents_on_disk_are_bounded(write: Write, filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line tells of an archive whose documents take too much; other archives are taken as a whole."""
    monkeypatch.setattr("jixiao.ingest.formats.archives.LARGEST_BATCH", 3 * len(filing.encode()))
    monkeypatch.setattr("jixiao.ingest.formats.archives.DISK_RATIO", 0)
    large, small = Crawl(), Crawl()
    for number in range(5):
        large.page(f"{SITE}/{number}.txt", f"{number}{filing}")
    small.page(f"{SITE}/small.txt", filing)
    paths = [write(large, "large.warc.gz"), write(small, "small.warc.gz")]
    with originals.unpacked(paths) as opened:
        assert Counter(path.parent.name.partition("@")[0] for path in opened.shown.values()) == {
            "large.warc.gz": 2,
            "small.warc.gz": 1,
        }
        assert [path.name for path in opened.broken] == ["large.warc.gz"]
        assert "unpacks to more than" in opened.broken[paths[0]]


def deadly(*_: object) -> None:
    os._exit(9)


def test_what_ends_its_process_costs_itself_alone(
    write: Write, store: Store, filing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processes are forks of this one, and so have what is patched."""
    crawl = Crawl()
    for name in ("a", "deadly", "b"):
        crawl.page(f"{SITE}/{name}.zip", zipped((f"{name}.txt", f"{filing}注：{name}。"), method=zipfile.ZIP_STORED))
    members = archives.members
    monkeypatch.setattr(archives, "members", lambda content: deadly() if b"deadly" in content else members(content))
    outcomes = {each.path.name: each for each in ingest([write(crawl)], store, jobs=1)}
    assert sorted(outcomes) == ["a.txt", "b.txt", "deadly.zip"]
    assert outcomes["deadly.zip"].notes == ("读取时进程终止（退出码 9） · its process died: exit status 9",)
    monkeypatch.setattr(archives, "crawls", deadly)
    other = Path(write(crawl, "z.zip"))
    other.write_bytes(zipped(("a.txt", filing)))
    assert [each.status for each in ingest([other], store)] == ["refused"]


def test_parts_that_end_their_process_cost_themselves_alone(
    write: Write, filing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl()
    for number in range(8):
        crawl.page(f"{SITE}/{number}.txt", f"{filing}{number}")
    monkeypatch.setattr(sifting, "PART", crawl.offsets[1] + 10)

    def spread(call: Callable[..., object], parts: Iterable[tuple[object, ...]]) -> list[object]:
        died = UnreadableError("没有了", "gone")
        return [died if part[1] == 2 * sifting.PART else call(*part) for part in parts]

    path = write(crawl)
    found = gathered(merged([path], spread))
    names = sorted(each.name for _, each, _ in found.documents)
    assert {"0.txt", "7.txt"} < {*names}
    assert 5 <= len(names) < 8
    [(at, _, _, reason)] = found.broken
    assert (at, reason) == (path, "没有了 · gone")


def test_too_many_links_cost_their_page_alone(write: Write, filing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl = Crawl()
    crawl.page(f"{SITE}/many.html", "<html><body>" + "".join(f"<a href={n}.doc>x</a>" for n in range(101)))
    crawl.page(f"{SITE}/same.html", "<html><body>" + "<a href=a.doc>x</a>" * 101)
    crawl.page(f"{SITE}/a.txt", filing)
    monkeypatch.setattr(looking, "MOST_LINKS", 100)
    found = gathered(merged([write(crawl)]))
    assert [(name, reason[-28:]) for _, _, name, reason in found.broken] == [
        ("many.html", "a page with more than 100 links"[-28:])
    ]
    assert [each.name for _, each, _ in found.documents] == ["a.txt"]


def test_pictures_are_kept_where_a_page_that_may_be_a_filing_shows_them(write: Write) -> None:
    crawl = Crawl()
    for page, words in (("form", "绩效目标申报表 10万元"), ("home", "欢迎")):
        crawl.page(f"{SITE}/{page}.html", f"<html><body><img src={page}.png>{words}")
        crawl.page(f"{SITE}/{page}.png", f"\x89PNG\r\n\x1a\n{page}".encode("latin-1"))
    found = gathered(merged([write(crawl)]))
    assert sorted(each.name for _, each, _ in found.documents) == ["form.html", "form.png"]
    assert found.passed["图片 pictures", "a.example.cn"] == 1


def test_names_are_safe(write: Write) -> None:
    crawl = Crawl()
    for number, name in enumerate(("..", "a%2F..%2F%00b%0A.txt", "x" * 300 + ".txt", "")):
        crawl.page(f"{SITE}/{number}/{name}", f"绩效目标 {number}万元", Content_Disposition="attachment")
    with originals.unpacked([write(crawl)]) as opened:
        assert [path.name for path in opened.shown] == ["index.html", "b.txt", "x" * 56 + ".txt", "index.html"]
    broken = Crawl()
    broken.page(f"{SITE}/a.txt", "绩效目标 1万元", Content_Disposition="filename*=\0''a\\b")
    with originals.unpacked([write(broken)]) as opened:
        assert [path.name for path in opened.shown] == ["a.txt"]


def fake(filing: str, *, packed: bool) -> bytes:
    """Return a document that looks like the records of another site."""
    crawl = Crawl(packed=packed)
    crawl.page("https://forged.example.cn/a.txt", filing + "伪")
    return crawl.content


@pytest.mark.parametrize("packed", [True, False])
def test_parts_give_the_finds_of_the_whole(
    write: Write, filing: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that begins in a document that looks like records is sifted again from where the part before it ends."""
    crawl = Crawl(packed=packed)
    for number in range(12):
        crawl.page(f"{SITE}/{number}.txt", f"{filing}{number}")
        crawl.page(f"{SITE}/{number}.gz", fake(f"{filing}{number}", packed=packed) * 3)
    path = write(crawl)
    whole = gathered(merged([path]))
    assert not any("forged" in each.address for _, each, _ in whole.documents)
    assert len(whole.documents) == 24
    for size in (400, 1_000, 5_000):
        monkeypatch.setattr(sifting, "PART", size)
        assert gathered(merged([path])) == whole
        assert gathered(merged([path], lambda call, parts: [call(*part) for part in parts])) == whole


def test_the_same_archive_again_is_no_work(write: Write, store: Store, filing: str) -> None:
    crawl = Crawl()
    crawl.page(f"{SITE}/a.txt", filing)
    path = write(crawl)
    ingest([path], store)
    version = store.present().version
    [outcome] = ingest([path], store)
    assert outcome == Outcome(path.with_name("crawl.warc.gz@0") / "a.txt", "unchanged", located=1)
    assert store.present().version == version
    assert origins(store)[0][0].retrieved == DATE.replace("Z", "+00:00")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("note", ["注：一。", "注：二。", "注：三。"])
def test_states_of_a_page_count_in_the_order_of_time(write: Write, store: Store, filing: str, note: str) -> None:
    """An archive that grows holds former states, which neither replace later ones nor come back."""
    crawl, first = Crawl(), Crawl()
    for archive in (crawl, first):
        archive.page(f"{SITE}/a.txt", f"{filing}{note}\n")
    crawl.page(f"{SITE}/a.txt", f"{filing}注：已更正。\n", date="2024-06-05T01:30:00Z")
    path = write(crawl)
    assert [each.status for each in ingest([path], store)] == ["added", "replaced"]
    version = store.present().version
    for again in (path, write(first, "first.warc.gz")):
        assert {each.status for each in ingest([again], store)} == {"unchanged"}
    assert store.present().version == version
    assert [each.retrieved for each in origins(store)[0]] == ["2024-06-05T01:30:00+00:00"]
    crawl.page(f"{SITE}/a.txt", f"{filing}{note}\n", date="2025-06-05T01:30:00Z")
    assert sorted(each.status for each in ingest([write(crawl)], store)) == ["replaced", "unchanged"]
    other = Crawl()  # a page used anew for another year replaces nothing
    other.page(f"{SITE}/a.txt", filing.replace("2023", "2024"), date="2026-03-05T01:30:00Z")
    assert [each.status for each in ingest([write(other)], store)] == ["added"]
