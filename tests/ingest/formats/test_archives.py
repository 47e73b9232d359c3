"""Zips of filings are unpacked within bounds; documents that are zips are left alone."""

import struct
import zipfile
from contextlib import nullcontext, suppress
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.archives import members
from tests.support.generated import tries
from tests.support.packing import saved, zipped

OF_SYSTEMS = ("__MACOSX/._一.txt", ".DS_Store", "甲/Thumbs.db", "~$一.docx", "甲/.git/HEAD", "甲/..", ".")
INNER = zipped(("一.txt", b"1"))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(
            [("乙/二.txt", b"2"), ("甲/", b""), ("甲/一.txt", b"1"), ("../../etc/三.txt", b"3")],
            (("三.txt", b"3"), ("二.txt", b"2"), ("一.txt", b"1")),
            id="by their base names in order",
        ),
        pytest.param(
            [("../乙/一.txt", b"2"), ("/甲/一.txt", b"1"), ("甲/二.txt", b"3")],
            (("乙/一.txt", b"2"), ("甲/一.txt", b"1"), ("二.txt", b"3")),
            id="of one base name by their full names below the archive",
        ),
        pytest.param(
            [(name, b"1") for name in (*OF_SYSTEMS, "一.txt")], (("一.txt", b"1"),), id="without files of systems"
        ),
        pytest.param([("内.zip", INNER)], (("内.zip", INNER),), id="a zip is not opened"),
        *(pytest.param(files, None, id="no file") for files in ([], [("甲/", b"")], [(".DS_Store", b"1")])),
    ],
)
def test_members(files: list[tuple[str, bytes]], found: tuple[tuple[str, bytes], ...] | None) -> None:
    with nullcontext() if found else pytest.raises(UnreadableError, match="holds no file"):
        assert members(zipped(*files)) == found


def test_names_in_gbk_are_read() -> None:
    raw = "绩效目标.txt".encode("gb18030")
    placeholder = "x" * len(raw)
    assert members(zipped((placeholder, b"1")).replace(placeholder.encode(), raw)) == (("绩效目标.txt", b"1"),)


def test_one_document_is_no_batch() -> None:
    assert members(saved(openpyxl.Workbook())) is None
    assert members(zipped(("mimetype", b"application/vnd.oasis.opendocument.text"))) is None
    assert members(b"text") is None
    assert members(b"") is None


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match="zip bomb"):
        members(zipped(("一.txt", b"0" * 5_000_000)))
    with pytest.raises(UnreadableError, match="more than 2,000 files"):
        members(zipped(*((str(number), b"") for number in range(2_001))))
    monkeypatch.setattr(archives, "LARGEST_BATCH", 10)
    with pytest.raises(UnreadableError, match="unpacks to more than 10 bytes"):
        members(zipped(("一.txt", b"123456"), ("二.txt", b"123456")))


def overlapping(times: int) -> bytes:
    """Return a zip whose list of files names one place several times."""
    content = zipped(("一.txt", b"1" * 1_000))
    at, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    entries = content[at:end] * times
    counts = struct.pack("<2H2I", times, times, len(entries), at)
    return content[:at] + entries + content[end : end + 8] + counts + b"\0\0"


def test_members_that_share_bytes_are_refused() -> None:
    assert members(overlapping(1)) == (("一.txt", b"1" * 1_000),)
    with pytest.raises(UnreadableError, match="overlap each other"):
        members(overlapping(2))


def wacz(*files: tuple[str, bytes]) -> bytes:
    return zipped(("datapackage.json", b"{}"), *files)


def test_the_crawls_of_a_wacz_are_counted_and_summed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawls = [(f"archive/{number}.warc", bytes(60_000)) for number in range(3)]
    content = wacz(*crawls, ("pages/pages.jsonl", bytes(900_000)))
    assert [name for _, name in archives.crawls(content, tmp_path) or ()] == [name for name, _ in crawls]
    (tmp_path / "a.wacz").write_bytes(content)
    assert len(archives.crawls(tmp_path / "a.wacz", tmp_path) or ()) == 3
    with pytest.raises(UnreadableError, match="more than 2,000 files"):
        archives.crawls(wacz(*((f"archive/{number}.warc", b"") for number in range(2_000))), tmp_path)
    with pytest.raises(UnreadableError, match="zip bomb"):
        archives.crawls(wacz(("archive/a.warc", bytes(5_000_000))), tmp_path)
    monkeypatch.setattr(archives, "LARGEST_BATCH", 150_000)
    with pytest.raises(UnreadableError, match="unpacks to more than 150,000 bytes"):
        archives.crawls(content, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    monkeypatch.setattr(archives, "DISK_RATIO", 1_000)
    assert len(archives.crawls(content, tmp_path) or ()) == 3


@pytest.mark.parametrize("behind", [b"", b"a comment"])
def test_a_list_of_files_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch, behind: bytes) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.comment = behind
        for number in range(50):
            archive.writestr(str(number), b"")
    long = stream.getvalue()
    assert len(members(long) or ()) == 50
    monkeypatch.setattr(archives, "_LONGEST_ENTRY", 1)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # is not reached
    with pytest.raises(UnreadableError, match="more than 2,000 files"):
        members(long)


def test_a_size_that_lies_is_refused() -> None:
    honest = zipped(("一.txt", b"1" * 1000))
    size = (1000).to_bytes(4, "little")
    assert honest.count(size) == 2
    with pytest.raises(UnreadableError, match="broken"):
        members(honest.replace(size, (10).to_bytes(4, "little")))


def test_locked_archive_is_refused() -> None:
    content = bytearray(zipped(("一.txt", b"1")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableError, match="password"):
        members(bytes(content))


@tries(200)
@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    content = bytearray(zipped(("甲/一.txt", b"123" * 20), ("二.txt", b"4")))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    with suppress(UnreadableError):
        found = members(bytes(content))
        assert found is None or found
