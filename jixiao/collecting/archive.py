"""Write a web archive record by record; what earlier runs wrote is known, so that a run can go on where it stopped.

A run begins and ends with a record of its own. A run without an end was interrupted: its documents are not requested
again. Documents of finished runs are requested on condition that they have changed.
"""

import fcntl
import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jixiao.collecting.web import Answer, NotCollectedError
from jixiao.ingest.crawls.records import CUT_OFF, TIGHT, blocks, body, parsed
from jixiao.ingest.errors import UnreadableError
from jixiao.ontology import terms

_BEGIN, _END = (f"{terms.PROJECT_HOME}collected/{word}" for word in ("begin", "end"))
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_NOT_KEPT = frozenset({"transfer-encoding"})  # chunks are put together before the body is kept


class Version(NamedTuple):
    """The last record of an address that has a document: its offset in the archive, date, digest, and HTTP headers."""

    offset: int
    date: str
    digest: str
    headers: Mapping[str, str]


@contextmanager
def opened(path: Path) -> Iterator["Archive"]:
    """Open or begin an archive (.warc.gz) for the block; the run ends with the block unless `ends` was set to False.

    Raises NotCollectedError if the file is no such archive or another process writes it, and OSError.
    """
    with path.open("a+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotCollectedError(f"{path} 另有进程在写 · another process writes it") from error
        archive = Archive(stream)
        yield archive
        if archive.ends:
            archive.write("metadata", _END, b"end")


class Archive:
    """A web archive that is open for adding records.

    `added` and `unchanged` count the documents of this run. A caller sets `ends` to False if the run is to be continued
    later.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Read an archive from its beginning, and begin a run unless the last one was interrupted.

        A record at the end that is cut off is removed. Raises NotCollectedError for a broken archive.
        """
        self._stream = stream
        self.versions: dict[str, Version] = {}
        self.run = 0
        self._seen = dict[str, int]()
        ended = True
        self.added = 0
        self.unchanged = 0
        self.ends = True
        for block in blocks(self._stream, 0, float("inf")):
            if block.fault == TIGHT and block.offset:
                continue  # a page that is packed too tightly is lost, and not the archive
            if block.fault == CUT_OFF and block.offset and block.end == self._stream.seek(0, 2):
                self._stream.truncate(block.offset)
                break
            try:
                record = parsed(block)
            except UnreadableError as error:
                raise NotCollectedError(f"{self._stream.name}@{block.offset}: {error}") from error
            said = record.rec_headers.get_header
            address = said("WARC-Target-URI")
            ended = address == _END or (ended and address != _BEGIN)
            self.run += address == _BEGIN
            self._seen[address] = self.run
            if record.rec_type == "response" and record.http_headers and said("WARC-Payload-Digest"):
                headers = {name.lower(): value for name, value in record.http_headers.headers}
                self.versions[address] = Version(block.offset, said("WARC-Date"), said("WARC-Payload-Digest"), headers)
        self._writer = WARCWriter(self._stream, gzip=True, warc_version="WARC/1.1")
        if ended:
            self.run += 1
            self.write("metadata", _BEGIN, b"begin")

    def has(self, address: str) -> bool:
        """Return whether this run, or the interrupted one that it continues, requested an address already."""
        return self._seen.get(address) == self.run

    def conditions(self, address: str) -> dict[str, str]:
        """Return the HTTP headers that make a request for an address conditional; empty without an earlier answer."""
        known = self.versions[address].headers if address in self.versions else {}
        return {_CONDITIONS[name]: known[name] for name in _CONDITIONS.keys() & known.keys()}

    def keep(self, address: str, answer: Answer) -> None:
        """Add a server's answer; an unchanged document is added as a reference to the record that has the document."""
        digest = "sha1:" + b32encode(hashlib.sha1(answer.body, usedforsecurity=False).digest()).decode("ascii")
        before = self.versions.get(address)
        kept = [(name, value) for name, value in answer.headers if name not in _NOT_KEPT]
        said = StatusAndHeaders(f"{answer.status} {answer.reason}", kept, protocol="HTTP/1.1")
        if before and (answer.status == 304 or (answer.status == 200 and digest == before.digest)):
            self.unchanged += 1
            self._writer.write_record(
                self._writer.create_revisit_record(address, before.digest, address, before.date, http_headers=said)
            )
            self._stream.flush()
        else:
            self.added += 1
            offset = self._stream.seek(0, 2)
            date = self.write("response", address, answer.body, http_headers=said)
            self.versions[address] = Version(offset, date, digest, dict(kept))
        self._seen[address] = self.run

    def document(self, address: str) -> tuple[str, str | None, bytes]:
        """Return the status, the address it redirects to, and the document of an address's last record.

        Raises UnreadableError.
        """
        at = self.versions[address].offset
        record = parsed(next(blocks(self._stream, at, at + 1)))
        return record.http_headers.get_statuscode(), record.http_headers.get_header("location"), body(record)

    def write(self, kind: str, address: str, block: bytes, http_headers: StatusAndHeaders | None = None) -> str:
        """Add a record of any kind, and return its date."""
        record = self._writer.create_warc_record(address, kind, BytesIO(block), len(block), http_headers=http_headers)
        self._writer.write_record(record)
        self._stream.flush()
        return str(record.rec_headers.get_header("WARC-Date"))
