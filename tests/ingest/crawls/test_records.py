"""Records of web archives: both forms of the file, transfer encodings, and damage, which costs its own record alone."""

import gzip
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.crawls import records
from jixiao.ingest.crawls.records import Block, Work, blocks, body, is_archive, parsed
from jixiao.ingest.errors import UnreadableError
from tests.support.crawls import Crawl
from tests.support.generated import tries

TEXT = "青河县渡口改桥".encode()


def three(*, packed: bool = True, version: str = "1.1") -> Crawl:
    crawl = Crawl(packed=packed, version=version)
    for number in range(3):
        crawl.page(f"http://a.example.cn/{number}", TEXT * (number + 1))
    return crawl


def read(content: bytes) -> list[bytes | str]:
    """Return the document, or the English reason, of each record."""
    return [read_one(block) for block in blocks(BytesIO(content), 0, len(content))]


def read_one(block: Block) -> bytes | str:
    try:
        return body(parsed(block))
    except UnreadableError as error:
        return error.en


BOTH = tuple(three(packed=packed).content for packed in (True, False))  # ids of records differ from run to run
WHOLE = [TEXT, TEXT * 2, TEXT * 3]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_both_versions_packed_or_not(version: str, packed: bool) -> None:
    crawl = three(packed=packed, version=version)
    assert is_archive(crawl.content[:512])
    assert read(crawl.content) == WHOLE
    found = list(blocks(BytesIO(crawl.content), 0, len(crawl.content)))
    assert [each.offset for each in found] == crawl.offsets
    assert [each.end for each in found] == [*crawl.offsets[1:], len(crawl.content)]


def test_other_content_is_no_archive() -> None:
    assert not any(map(is_archive, (b"", b"WARC", b"PK\x03\x04", gzip.compress(b"text"), b"\x1f\x8b\x08")))


def by_hand(kind: str, address: str, block: bytes, length: int | None = None) -> bytes:
    """Return a record as `wget --warc-file` writes it, with the address in angle brackets."""
    said = len(block) if length is None else length
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0A4E6E1E-3D6C-4B77-9E0C-0242AC110002>\r\n"
        f"WARC-Date: 2024-03-05T01:30:00Z\r\nWARC-Target-URI: <{address}>\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {said}\r\n"
    )
    return head.encode() + b"\r\n" + block + b"\r\n\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"%x;note=1\r\n%b\r\n5\r\nabcde\r\n0\r\n\r\n" % (
    len(TEXT),
    TEXT,
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_archive_in_the_form_of_wget(pack: type[bytes]) -> None:
    address = "http://a.example.cn/x"
    content = pack(by_hand("response", address, CHUNKED)) + pack(by_hand("resource", address, TEXT))
    assert read(content) == [TEXT + b"abcde", TEXT]


def response(block: bytes, **headers: str) -> bytes:
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return by_hand("response", "http://a.example.cn/x", f"HTTP/1.1 200 OK\r\n{said}\r\n".encode() + block)


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def test_what_a_transfer_packs_is_unpacked() -> None:
    packed = gzip.compress(TEXT)
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    assert (
        read(
            response(packed, Content_Encoding="gzip")
            + response(chunked, Content_Encoding="gzip", Transfer_Encoding="chunked")
            + response(zlib.compress(TEXT), Content_Encoding="deflate")
            + response(deflated(TEXT), Content_Encoding="deflate")
            + response(TEXT, Content_Encoding="gzip", Transfer_Encoding="chunked")  # unpacked by the collector
        )
        == [TEXT] * 5
    )
    assert read(
        response(packed[:-9], Content_Encoding="gzip")
        + response(TEXT, Content_Encoding="br")
        + response(b"ff\r\nshort\r\n", Transfer_Encoding="chunked")
    ) == [
        "the record is cut off",
        "packed in an unknown way: br",
        "the record is cut off",
    ]


def test_bombs_and_records_that_are_too_large_cost_themselves_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_FILE", 100_000)
    monkeypatch.setattr(records, "LARGEST", 200_000)
    bomb = response(gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip")
    large = response(b"0" * 10_000_000)
    too_large = "a record larger than 50,000,000 bytes"
    for pack in (bytes, gzip.compress):
        content = b"".join(map(pack, (response(TEXT), bomb, large, response(TEXT))))
        assert read(content) == [TEXT, too_large, too_large, TEXT]


@pytest.mark.parametrize("packed", [True, False])
def test_a_wrong_length_costs_its_record_alone(packed: bool) -> None:
    pack = gzip.compress if packed else bytes
    wrong = "the record does not have the length that it declares"
    for length in (3, len(TEXT) + 50):
        content = pack(response(TEXT)) + pack(by_hand("resource", "http://h/", TEXT, length)) + pack(response(TEXT))
        assert read(content) == [TEXT, wrong, TEXT]


def test_a_file_that_is_cut_off_is_read_up_to_there() -> None:
    for packed in (True, False):
        assert read(three(packed=packed).content[:-30]) == [*WHOLE[:2], "the record is cut off"]


def test_damage_within_a_packed_record_costs_it_alone() -> None:
    crawl = three()
    content = bytearray(crawl.content)
    content[crawl.offsets[1] + 60] ^= 0xFF
    found = read(bytes(content))
    assert found[0] == WHOLE[0]
    assert found[1] in {"the record is broken", "the record is cut off"}
    assert found[2:] == WHOLE[2:]


def test_a_file_packed_as_a_whole_says_how_to_mend_it() -> None:
    [told] = read(gzip.compress(three(packed=False).content))
    assert "warcio recompress" in str(told)


def test_what_the_collector_did_not_keep_whole_is_refused() -> None:
    crawl = Crawl()
    crawl.add("resource", "http://a.example.cn/x", TEXT, warc_headers_dict={"WARC-Truncated": "length"})
    assert read(crawl.content) == ["the collector did not keep all of it"]


def beginnings(number: int, tail: bytes) -> bytes:
    """Return beginnings of packed records that all go on with one tail, which is broken at its end."""
    head, text = b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"WARC/1.0\r\n"
    each = len(head) + 5 + len(text)
    sizes = (len(text) + each * (number - at - 1) for at in range(number))
    return b"".join(head + b"\0" + struct.pack("<2H", size, size ^ 0xFFFF) + text for size in sizes) + tail


def broken_tail(size: int) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(bytes(size)) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07" + b"\xff" * 9


def test_damage_that_many_records_share_is_unpacked_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 10_000_000)
    content = gzip.compress(response(TEXT)) + beginnings(500, broken_tail(1_000_000)) + gzip.compress(response(TEXT))
    work = Work(0)
    found = [*blocks(BytesIO(content), 0, len(content), work=work)]
    assert work.unpacked < 12_000_000
    assert len(found) < 15
    assert found[0].fault is None
    assert found[-1].fault == ("损坏太多，其余没有读", "there is too much damage; the rest is not read")
    assert found[-1].end == len(content)
    few = gzip.compress(response(TEXT)) + beginnings(3, broken_tail(1_000_000)) + gzip.compress(response(TEXT))
    assert read(few) == [TEXT, *["the record is broken"] * 3, TEXT]


def test_bytes_that_records_share_allow_for_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 10_000_000)
    monkeypatch.setattr(records, "LEAST_DAMAGE", 0)
    real, unpacked = zlib.decompressobj, list[int]()

    class Counted:
        """A decompressor that counts what it gives."""

        def __init__(self, wbits: int) -> None:
            self._real = real(wbits)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            piece = self._real.decompress(data, most)
            unpacked.append(len(piece))
            return piece

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    monkeypatch.setattr(records.zlib, "decompressobj", Counted)
    content = beginnings(2_000, broken_tail(20_000_000))
    assert len([*blocks(BytesIO(content), 0, len(content))]) > 1_000
    assert sum(unpacked) < 10_000_000 + records.CRAWL_RATIO * len(content) + 2_000 * 8_192


def test_the_search_for_records_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 1_000_000)
    tried: list[bytes] = []
    monkeypatch.setattr(records, "is_archive", lambda start: bool(tried.append(start)))
    content = gzip.compress(response(TEXT)) + b"\x1f\x8b\x08" * 50_000
    assert read(content) == [TEXT, "there is too much damage; the rest is not read"]
    assert len(tried) < 4_000


def test_bombs_cost_themselves_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    tight = "the file is packed too tightly: a zip bomb, it seems"
    large, small = gzip.compress(by_hand("resource", "http://h/", bytes(1_000_000))), gzip.compress(response(TEXT))
    content = (large + small) * 8
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 4_000_000)
    work = Work(0)
    told = [read_one(block) for block in blocks(BytesIO(content), 0, len(content), work=work)]
    assert [each if isinstance(each, str) else len(each) for each in told[::2]] == [1_000_000] * 4 + [tight] * 4
    assert told[1::2] == [TEXT] * 8
    assert work.unpacked <= 4_000_000 + records.CRAWL_RATIO * len(content)
    inner = gzip.compress(bytes(40_000_000))
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 100_000_000)
    bombs = [gzip.compress(each) for each in (response(bytes(40_000_000)), response(inner, Content_Encoding="gzip"))]
    assert read(small.join([*bombs, b""])) == [tight, TEXT, tight, TEXT]


def test_too_many_records_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_UNPACKED", 5_000_000)
    found = read(gzip.compress(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n") * 2_000)
    assert 600 < len(found) < 2_000
    assert found[-1] == "there are too many records; the rest is not read"


def test_a_fault_holds_no_traceback() -> None:
    [block] = blocks(BytesIO(gzip.compress(b"WARC/1.0\r\n")[:-4]), 0, 100)
    assert block.fault == ("记录不完整，文件在此中断", "the record is cut off")


@tries(200)
@given(st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(BOTH)))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    ends = [0]
    for block in blocks(BytesIO(content), 0, len(content)):
        assert block.offset >= ends[-1]
        ends.append(block.end)
        with suppress(UnreadableError):
            body(parsed(block))
    assert ends == sorted(ends)


def test_parts_of_a_file_have_all_records_once(tmp_path: Path) -> None:
    for packed in (True, False):
        content = three(packed=packed).content
        for middle in range(1, len(content), 7):
            parts = (
                blocks(BytesIO(content), 0, middle),
                blocks(BytesIO(content), middle, len(content), is_start=False),
            )
            assert [read_one(block) for part in parts for block in part] == WHOLE
