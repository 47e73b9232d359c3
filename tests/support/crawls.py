"""Web archives for tests, written by warcio: pages and attachments as a collector of web pages keeps them."""

from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2024-03-05T01:30:00Z"


class Crawl:
    """A web archive in memory, to which records are added one by one."""

    def __init__(self, *, packed: bool = True, version: str = "1.1") -> None:
        self.stream = BytesIO()
        self.offsets: list[int] = []
        self._writer = WARCWriter(self.stream, gzip=packed, warc_version=f"WARC/{version}")

    @property
    def content(self) -> bytes:
        """The bytes of the archive so far."""
        return self.stream.getvalue()

    def page(self, address: str, body: str | bytes, *, status: str = "200 OK", date: str = DATE, **said: str) -> None:
        """Add the answer of a server; underscores in the names of headers stand for dashes."""
        named = [(name.replace("_", "-"), value) for name, value in said.items()]
        headers = StatusAndHeaders(status, named, protocol="HTTP/1.1")
        self.add("response", address, body, date, http_headers=headers)

    def add(self, kind: str, address: str, body: str | bytes = b"", date: str = DATE, **how: Any) -> None:
        """Add a record of any kind."""
        content = body.encode() if isinstance(body, str) else body
        named = uuid5(NAMESPACE_URL, f"{len(self.offsets)} {address}").urn  # the same in every run
        how.setdefault("warc_headers_dict", {}).update({"WARC-Date": date, "WARC-Record-ID": f"<{named}>"})
        self.offsets.append(len(self.content))
        record = self._writer.create_warc_record(address, kind, BytesIO(content), len(content), **how)
        self._writer.write_record(record)

    def again(self, address: str, digest: str, date: str) -> None:
        """Add the record that an address had the content of a digest again."""
        record = self._writer.create_revisit_record(address, digest, address, DATE)
        record.rec_headers.replace_header("WARC-Date", date)
        self._writer.write_record(record)
