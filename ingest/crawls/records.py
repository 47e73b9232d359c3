"""Read the records of a WARC file (ISO 28500, versions 1.0 and 1.1), packed with gzip record by record, or not packed.

Each record is read into memory, up to a limit. The bytes that are unpacked from a part of a file, or lost with damaged
records, are limited by the bytes that the file has there. The library warcio parses headers and chunked bodies; this
module finds the records itself, since warcio passes over damage without a word and unpacks without a limit.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO, NamedTuple

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.archives import BOMB, LARGEST_FILE, LARGEST_RATIO, LARGEST_UNPACKED, SMALL

CRAWL_RATIO = 50
"""Bytes that may be unpacked for each byte of a web archive, besides LARGEST_UNPACKED; pages shrink to a tenth."""
LEAST_RECORD = 8_192
"""Bytes as which a shorter record counts, since each record takes time."""
DAMAGE_RATIO = 4
"""Bytes that may be lost with damaged records and searched for the next one, for each byte of a web archive, besides
LARGEST_UNPACKED."""
LEAST_DAMAGE = 500_000
"""Bytes as which a damaged record counts in any case, since each is a line of the report."""
LARGEST = LARGEST_FILE + 1_000_000  # bytes of a record with its headers
_HEADERS = 65_536  # most bytes of the headers of a record
_BUFFER = 1_000_000
_WINDOW = 4_096  # bytes in which the next record is sought first
_SLACK = 4_096  # bytes by which what is unpacked may be ahead of what was read
_FIRST = 512  # bytes of a packed record that are enough to see its first word
_START = b"WARC/1."
_PACKED = b"\x1f\x8b\x08"
_GAP = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_GZIP = 31
_DEFLATE = -15  # window bits of zlib
_WINDOW_BITS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, _DEFLATE)}
_PARSING = (ArchiveLoadFailed, StatusAndHeadersParserException, ChunkedDataException, EOFError, ValueError)

_TOO_LARGE = f"记录太大（超过 {LARGEST_FILE:,} 字节）", f"a record larger than {LARGEST_FILE:,} bytes"
_CUT_OFF = "记录不完整，文件在此中断", "the record is cut off"
_BROKEN = "记录已损坏", "the record is broken"
_LENGTH_DIFFERS = "记录的长度与所写的不符", "the record does not have the length that it declares"


class Block(NamedTuple):
    """A record as bytes, with its start and end in the file, in bytes.

    `fault` is the reason, in Chinese and English, for a record that cannot be read.
    """

    offset: int
    end: int
    content: bytes
    fault: tuple[str, str] | None


class ExhaustedError(UnreadableError):
    """An error: no more of a web archive is read, since that would take too much."""


class Work:
    """A count of the bytes unpacked, and of those lost with damage, in a file that is read from the offset `start` on.

    If too much was unpacked, records packed more tightly than CRAWL_RATIO are refused, but not others. `share` is the
    number of files in the WACZ of the file: bytes allowed regardless of size are divided by it.
    """

    def __init__(self, start: int, share: int = 1) -> None:
        self.unpacked = 0
        self._records = 0
        self._lost = 0
        self._start = self._reached = start
        self._free = LARGEST_UNPACKED // share

    def left(self, at: int) -> int:
        """Return how many more bytes may be unpacked once the file was read up to the offset `at`."""
        return max(0, self._allowed(at) + _SLACK - self.unpacked)

    def unpack(self, size: int, at: int) -> None:
        """Count `size` unpacked bytes of a file read up to the offset `at`.

        Raises UnreadableError if they are too many. The count is then reset to what is allowed, so that records packed
        less tightly can still be read.
        """
        if size > self.left(at):
            self.unpacked = self._allowed(at)
            raise UnreadableError(*BOMB)
        self.unpacked += size

    def _allowed(self, at: int) -> int:
        # Bytes that several damaged records share allow for no more than if they were of one.
        self._reached = max(self._reached, at)
        return self._free + CRAWL_RATIO * (self._reached - self._start)

    def take(self, at: int) -> None:
        """Count a record.

        Raises ExhaustedError if the records so far are too many for a file read up to the offset `at`.
        """
        self._records += LEAST_RECORD
        if self._records > self._allowed(at):
            raise ExhaustedError("记录过多，其余没有读", "there are too many records; the rest is not read")

    def lose(self, size: int, at: int) -> None:
        """Count `size` bytes that were unpacked from a damaged record, or searched for the next one.

        Raises ExhaustedError if the bytes so far are too many for a file read up to the offset `at`.
        """
        self._lost += size
        if self._lost > self._free + DAMAGE_RATIO * (at - self._start):
            raise ExhaustedError("损坏太多，其余没有读", "there is too much damage; the rest is not read")


def is_archive(start: bytes) -> bool:
    """Return whether the first bytes of a file are those of a WARC file."""
    with suppress(zlib.error):
        return start.startswith(_START) or zlib.decompressobj(_GZIP).decompress(start, len(_START)) == _START
    return False


def blocks(
    stream: BinaryIO, start: int, end: float, *, is_start: bool = True, work: Work | None = None
) -> Iterator[Block]:
    """Yield the records that begin in the part of a file from `start` up to `end`.

    A record begins at `start` unless `is_start` is false. After damage, reading continues with the next record. When
    too much was lost, or there are too many records, the last one has a fault and extends to the end of the file.
    """
    work = work or Work(start)
    size = stream.seek(0, 2)
    stream.seek(0)
    is_packed = stream.read(len(_PACKED)) == _PACKED
    try:
        at = start if is_start else _next(stream, start, is_packed, work, end)
    except ExhaustedError as error:
        yield Block(start, size, b"", (error.zh, error.en))
        return
    while at is not None and at < min(end, size):
        content, fault, following = _block(stream, at, is_packed, work)
        yield Block(at, following or size, content or b"", fault)
        at = following


def _block(
    stream: BinaryIO, at: int, is_packed: bool, work: Work
) -> tuple[bytes | None, tuple[str, str] | None, int | None]:
    """Return the record at offset `at` as bytes, the reason if it cannot be read, and the offset of the next record.

    Exactly one of record and reason is None. The reason is a text in Chinese and in English. The offset is None if
    there is no next record, or no more may be read.
    """
    before = work.unpacked
    fault: tuple[str, str] | None = None
    stream.seek(at)
    try:
        try:
            content, end = (_packed if is_packed else _plain)(stream, at, work)
            following: int | None = end
            fault = _TOO_LARGE if content is None else None
        except UnreadableError as error:
            content, fault = None, (error.zh, error.en)
            # A page of 13 MB that is packed too tightly has 13 KB, so that a site cannot end the reading of an archive.
            work.lose(LEAST_DAMAGE // 10 if fault == BOMB else max(LEAST_DAMAGE, work.unpacked - before), at)
            following = _next(stream, at + 1, is_packed, work)
        work.take(following or at)
    except ExhaustedError as error:
        return None, (error.zh, error.en), None
    return content, fault, following


def parsed(block: Block) -> ArcWarcRecord:
    """Return a record with its headers. Raises UnreadableError."""
    if block.fault:
        raise UnreadableError(*block.fault)
    try:
        return ArcWarcRecordLoader(verify_http=False).parse_record_stream(BytesIO(block.content), known_format="warc")
    except (*_PARSING, AttributeError) as error:
        raise UnreadableError(*_BROKEN) from error


def body(record: ArcWarcRecord, most: int = LARGEST_FILE) -> bytes:
    """Return the document in a record, without the chunks and compression of its transfer.

    Unpacking may add at most `most` bytes. Raises UnreadableError if the document is cut off, too large, or packed in
    an unknown way.
    """
    if record.rec_headers.get_header("WARC-Truncated") or record.rec_headers.get_header("WARC-Segment-Number"):
        raise UnreadableError("收集时就没有取完", "the collector did not keep all of it")
    content: bytes = record.raw_stream.read()
    said = record.http_headers.get_header if record.http_headers else lambda name: None
    if "chunked" in (said("Transfer-Encoding") or "").lower() and re.match(
        rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n", content
    ):
        try:
            content = ChunkedDataReader(BytesIO(content), raise_exceptions=True).read()
        except _PARSING as error:
            raise UnreadableError(*_CUT_OFF) from error
    encoding = (said("Content-Encoding") or "identity").strip().lower()
    # Collectors may keep the header though they have unpacked the content.
    if encoding in {"identity", "none", "utf-8"} or ("gzip" in encoding and not content.startswith(_PACKED[:2])):
        return content
    if encoding not in _WINDOW_BITS:
        raise UnreadableError(f"不能解开的压缩：{encoding[:20]}", f"packed in an unknown way: {encoding[:20]}")
    return _unpacked(content, _WINDOW_BITS[encoding], most)


def _unpacked(content: bytes, forms: tuple[int, ...], left: int) -> bytes:
    unpacker = zlib.decompressobj(forms[0])
    most = min(LARGEST_FILE, max(SMALL, LARGEST_RATIO * len(content)), len(content) + left)
    try:
        found = unpacker.decompress(content, most + 1)
    except zlib.error as error:
        if forms[1:]:
            return _unpacked(content, forms[1:], left)
        raise UnreadableError(*_BROKEN) from error
    if len(found) > most:
        raise UnreadableError(*(_TOO_LARGE if most == LARGEST_FILE else BOMB))
    if not unpacker.eof:
        raise UnreadableError(*_CUT_OFF)
    return found


def _packed(stream: BinaryIO, at: int, work: Work) -> tuple[bytes | None, int]:
    """Return the record in the gzip member at an offset, None if it is too large, and the offset after the member.

    The stream must stand at the offset. Raises UnreadableError for a broken member, and for one that is packed too
    tightly, which is not read to its end.
    """
    unpacker = zlib.decompressobj(_GZIP)
    pieces: list[bytes] = []
    size = 0
    while not unpacker.eof:
        given = unpacker.unconsumed_tail or stream.read(_HEADERS)
        try:
            piece = unpacker.decompress(given, min(_BUFFER, work.left(stream.tell() - len(given)) + 1))
        except zlib.error as error:
            raise UnreadableError(*_BROKEN) from error
        if not given and not piece:
            raise UnreadableError(*_CUT_OFF)
        work.unpack(len(piece), stream.tell() - len(unpacker.unconsumed_tail) - len(unpacker.unused_data))
        size += len(piece)
        if size > LARGEST_RATIO * max(_HEADERS, stream.tell() - at):
            raise UnreadableError(*BOMB)
        pieces = [*pieces, piece] if size <= LARGEST else []
    content = b"".join(pieces)
    end = stream.tell() - len(unpacker.unused_data)
    if size > LARGEST:
        return None, end
    behind = content[_length(content) :]
    if behind.startswith(_GAP + _START):
        raise UnreadableError(
            "不是逐条压缩的，请用 warcio recompress 改好", "not packed record by record; mend it with warcio recompress"
        )
    if behind != _GAP:
        raise UnreadableError(*_LENGTH_DIFFERS)
    return content, end


def _plain(stream: BinaryIO, at: int, _: Work) -> tuple[bytes | None, int]:
    """Return the record at an offset of a file that is not packed, None if it is too large, and the offset after it.

    The stream must stand at the offset. Raises UnreadableError for a record that is cut off or has another length than
    it states.
    """
    length = _length(stream.read(_HEADERS))
    stream.seek(at + length)
    behind = stream.read(len(_GAP + _START))
    if not behind or behind not in {_GAP, _GAP + _START}:
        raise UnreadableError(*(_LENGTH_DIFFERS if behind else _CUT_OFF))
    stream.seek(at)
    return stream.read(length) if length <= LARGEST else None, at + length + len(_GAP)


def _length(content: bytes) -> int:
    """Return the length in bytes of the record at the start of `content`, by its headers. Raises UnreadableError."""
    headers, blank, _ = content[:_HEADERS].partition(_GAP)
    length = _LENGTH.search(headers) if headers.startswith(_START) else None
    if not blank or not length:
        raise UnreadableError(*(_BROKEN if blank else _CUT_OFF))
    return len(headers) + len(blank) + int(length[1])


def _next(stream: BinaryIO, at: int, is_packed: bool, work: Work, end: float = float("inf")) -> int | None:
    """Return the offset of the first record at or after the offset `at`; None if none is found.

    Bytes are searched in large pieces until a piece would begin at `end` or later, so that the record may lie beyond
    `end`. In a file that is not packed, `at` is 1 or more, since the line break before a record is sought. Raises
    ExhaustedError if the search takes too much.
    """
    sign = _PACKED if is_packed else b"\n" + _START
    before = 0 if is_packed else 1  # the line break
    at -= before
    size = _WINDOW
    while at < end and stream.seek(at) == at and (window := stream.read(size)):
        work.lose(len(window), at)
        for found in re.finditer(re.escape(sign), window):
            work.lose(_FIRST, at)
            if not is_packed or is_archive(window[found.start() : found.start() + _FIRST]):
                return at + found.start() + before
        at += len(window) - _FIRST if len(window) == size else len(window)
        size = min(2 * size, _BUFFER)
    return None
