"""Sift web archives: find the documents that may be filings, each once, with all addresses at which they were found.

A part of a file is sifted by itself, so that parts can be sifted in any order and on any machine. `merged` then checks
that each part begins where the one before it ends, and sifts it again if not, so that the result is the same as after
reading the whole file from its start.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from itertools import starmap
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from warcio.recordloader import ArcWarcRecord

from jixiao.ingest import origins
from jixiao.ingest.crawls.looking import PICTURE, look, same
from jixiao.ingest.crawls.records import Block, Work, blocks, body, parsed
from jixiao.ingest.errors import UnreadableError
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import label
from jixiao.store import Origin

PART = 64_000_000  # bytes of a file that are sifted together
MOST_LINKS = 300_000  # that are kept of the pages in a part
_LONGEST_NAME = 60  # characters of a file's name


class Capture(NamedTuple):
    """A document in a web archive: the offset of its record in the file, the document's address, name and SHA-256.

    `kind` is the kind of a picture, and None for other documents. `origin` is None for an address that is not of the
    web. `digest` is the digest of the payload that the archive states. The record of a document that had not changed
    since an earlier capture has no SHA-256; `before` is then the address of that capture.
    """

    offset: int
    address: str
    kind: str | None
    name: str
    sha256: str
    origin: Origin | None
    digest: str | None
    before: str


Links = dict[str, tuple[str, str]]
"""The page that links to an address, and the name of its site or nothing, by this address."""


@dataclass
class Sifted:
    """The documents found in a part of an archive, which holds records from the offset `begins` up to `ends`.

    `links` maps each address that pages link to onto the first page that does, with the name of its site; `passed`
    counts documents passed over by kind and host, `broken` has the name and the reason for each record that cannot be
    read, by offset, and `work` counts the bytes unpacked.
    """

    begins: int = -1
    ends: int = 0
    found: list[Capture] = field(default_factory=list)
    links: Links = field(default_factory=dict)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: dict[int, tuple[str, str]] = field(default_factory=dict)
    work: Work = field(default_factory=lambda: Work(0), compare=False)

    def take(self, block: Block) -> None:
        """Add the document in a record, or note why the record cannot be read; records of other types are ignored."""
        name = ""
        try:
            record = parsed(block)
            if record.rec_type in {"response", "resource", "revisit"}:
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                name = _name(record, address)
                self._document(record, block, address, name)
        except UnreadableError as error:
            self.broken[block.offset] = name, str(error)

    def _document(self, record: ArcWarcRecord, block: Block, address: str, name: str) -> None:
        said = record.rec_headers.get_header
        status = record.http_headers.get_statuscode() if record.http_headers else "200"
        digest = said("WARC-Payload-Digest")
        before = ""
        document = b""
        seen = None
        if record.rec_type == "revisit":
            before = said("WARC-Refers-To-Target-URI") or address
        elif status == "200":
            document = body(record, self.work.left(block.end))
            self.work.unpack(max(0, len(document) - len(block.content)), block.end)
            seen = look(document, address)
            if len(self.links) + len(seen.links) > MOST_LINKS:
                raise UnreadableError("这些网页的链接太多", "these pages have too many links")
            add_first(self.links, dict.fromkeys(seen.links, (address, seen.site)))
        missing = None if before else f"HTTP {status[:3]}"
        kind = seen.kind if seen else missing
        if kind not in {None, PICTURE}:
            self.passed[kind or "", host(address)] += 1
            return
        sha256 = "" if before else hashlib.sha256(document).hexdigest()
        origin = _origin(address, seen.site if seen else "", said("WARC-Date"), said("WARC-Record-ID"))
        self.found.append(Capture(block.offset, address, kind, name, sha256, origin, digest, before))


def add_first(known: Links, more: Links) -> None:
    """Add the links in `more` to `known`; of several pages that link to one address, keep the first by code points."""
    known |= {address: min(value, known.get(address, value)) for address, value in more.items()}


def sift(path: str, start: int, end: int, share: int = 1, is_start: bool = False) -> Sifted:
    """Sift the records that begin in the part of a WARC file from the offset `start` up to `end`.

    `share` is the number of files in the WACZ that the file comes from. A record begins at `start` if that is 0 or
    `is_start` is true; otherwise the first record is searched.
    """
    sifted = Sifted(ends=start, work=Work(start, share))
    with Path(path).open("rb") as stream:
        for block in blocks(stream, start, end, is_start=is_start or not start, work=sifted.work):
            sifted.begins = block.offset if sifted.begins < 0 else sifted.begins
            sifted.ends = block.end
            sifted.take(block)
    return sifted


def merged(
    paths: Sequence[Path],
    spread: Callable[..., Iterable[Sifted | UnreadableError]] = starmap,
    shares: Mapping[Path, int] | None = None,
) -> dict[Path, list[Sifted]]:
    """Sift WARC files in parts, and return the results for the parts of each file, in order.

    `spread` calls a function for several tuples of arguments, like starmap, here or on several machines; `shares` has
    the number of files in the WACZ for each path that comes from one. A part that its process did not survive counts as
    one broken record.
    """
    parts = [
        (str(path.resolve()), start, start + PART, (shares or {}).get(path, 1))
        for path in paths
        for start in range(0, max(1, path.stat().st_size), PART)
    ]
    whole: dict[Path, list[Sifted]] = {path: [] for path in paths}
    of_name = {str(path.resolve()): found for path, found in whole.items()}
    for (path, _, end, share), sifted in zip(parts, spread(sift, parts) if parts else (), strict=True):
        before = of_name[path]
        reached = before[-1].ends if before else 0
        if isinstance(sifted, Sifted) and 0 <= reached != sifted.begins and reached < end:
            # The part seems to begin otherwise, since a document in a record looks like records.
            sifted = next(iter(spread(sift, [(path, reached, end, share, True)])))  # noqa: PLW2901
        if isinstance(sifted, UnreadableError):
            if reached < end:  # where its last record ends is not known
                before.append(Sifted(max(reached, 0), -1, broken={max(reached, 0): ("", str(sifted))}))
        elif sifted.begins >= 0 and reached in {-1, sifted.begins}:
            before.append(sifted)
    return whole


def content(path: Path, offset: int) -> bytes:
    """Return the document in the record at an offset of a WARC file. Raises UnreadableError and OSError."""
    with path.open("rb") as stream:
        return body(parsed(next(blocks(stream, offset, offset + 1))))


def host(address: str) -> str:
    """Return the host in an address; an empty text if there is none."""
    with suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""


def _origin(address: str, site: str, time: str | None, record: str | None) -> Origin | None:
    uuid = re.fullmatch(r"<?(urn:uuid:[0-9a-fA-F-]{36})>?", record or "")
    retrieved = None
    with suppress(ValueError):
        retrieved = datetime.fromisoformat(time or "").isoformat()
    with suppress(ValueError):
        return Origin(origins.address(address), retrieved, label(site) or None, None, uuid[1] if uuid else None)
    return None


def _name(record: ArcWarcRecord, address: str) -> str:
    """Return the name of a document's file: the one its server gives, or else that in its address."""
    message = Message()
    given = record.http_headers.get_header("Content-Disposition") if record.http_headers else None
    message["content-disposition"] = (given or "").replace("\n", " ")
    name = unquote(address.partition("?")[0].partition("#")[0]).rpartition("/")[2]
    with suppress(ValueError, LookupError, TypeError):  # parameters of the header that are not well-formed
        name = (message.get_filename() or name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in name if char.isprintable()).strip(". ") or "index.html"
    return shown[-_LONGEST_NAME:]


@dataclass
class Gathered:
    """The documents of several web archives, the counts of those passed over (by kind and host), and broken records.

    Each document has the path of its archive, the capture to take it from, and all of its origins in the order of time.
    Each broken record has its archive, offset, name and reason.
    """

    documents: list[tuple[Path, Capture, Sequence[Origin]]] = field(default_factory=list)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[tuple[Path, int, str, str]] = field(default_factory=list)


def gathered(whole: Mapping[Path, Iterable[Sifted]]) -> Gathered:
    """Return the documents that parts of archives hold, each content once, with all of its addresses, and the counts.

    `whole` has the parts by the path of their archive. Pictures count only if a page links to them. Neither the order
    of archives nor their parts change the result.
    """
    result = Gathered()
    links = Links()
    parts = [(path, part) for path in sorted(whole) for part in whole[path]]
    for path, part in parts:
        add_first(links, part.links)
        result.passed += part.passed
        result.broken += [(path, at, name, reason) for at, (name, reason) in part.broken.items()]
    held = [(path, each) for path, part in parts for each in part.found]
    held.sort(key=lambda each: (each[1].origin and each[1].origin.retrieved) or "")
    by_digest = {each.digest: each.sha256 for _, each in held if each.sha256 and each.digest}
    by_address = {same(each.address): each.sha256 for _, each in held if each.sha256}
    kept: list[tuple[str, tuple[Path, Capture]]] = []
    for path, capture in held:
        earlier = by_digest.get(capture.digest) if capture.digest else by_address.get(same(capture.before))
        sha256 = capture.sha256 or earlier
        kind = None if same(capture.address) in links else capture.kind
        if sha256 is None:
            kind = "未变，原件已略过或不在这些存档里 unchanged: passed over before, or not in these archives"
        if kind is None and sha256:
            kept.append((sha256, (path, capture)))
        else:
            result.passed[kind or "", host(capture.address)] += 1
    for group in by_key(kept).values():
        located = [_linked(each.origin, links.get(same(each.address))) for _, each in group if each.origin]
        first = min(
            (each for each in group if each[1].sha256), key=lambda each: (each[1].name, each[0], each[1].offset)
        )
        result.documents.append((*first, located))
    return result


def _linked(origin: Origin, page: tuple[str, str] | None) -> Origin:
    """Return an origin with the page that links to it; a missing publisher is replaced by the name of that page's site.

    `page` is address and site; without a page, or with a wrong address, the origin is unchanged.
    """
    with suppress(ValueError):
        if page:
            return replace(
                origin, linked_from=origins.address(page[0]), publisher=origin.publisher or label(page[1]) or None
            )
    return origin
