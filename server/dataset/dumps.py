"""Serve the files of a version: /dataset/000003/dump.nq.gz, and /dataset/dump.nq.gz for the current version.

A release also has the files of its rules, such as /dataset/000003/shapes-content.ttl.

Dumps of the current version are made in the background: when one is requested, or once the version has been current for
a minute.

A dump is sent unchanged, as application/gzip without Content-Encoding. So ranges, lengths and digests refer to the
file, an interrupted download can be resumed, and no client unpacks the file of its own accord (RFC 9110, sections 8.8.3
and 14; decision 49).
"""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from jixiao.server.editions import metadata, protocols
from jixiao.server.errors import DumpPendingError, GoneError, NotInStoreError, ServerError
from jixiao.server.http import conditional, negotiation, signposting
from jixiao.server.http.headers import ASKED_HEAD
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.store import Dump, Store, StoreError, StoreUnusableError, VersionRecord, errors, sums
from jixiao.store.maintenance.checking import check_files
from jixiao.store.versions import version_record
from jixiao.store.versions.nquads import NAMES

router = APIRouter()

SETTLED = 60.0
"""Seconds without a new version after which the dumps are made without a request."""

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = 5.0  # seconds between two looks for a new version
_COMPARE_EVERY = 24 * 3600.0  # seconds between two comparisons of a version's files with their checksums
_RANGE = r"(\d{1,18}-(\d{1,18})?|-\d{1,18})"  # int() refuses thousands of digits
_RANGES = re.compile(rf"bytes=\s*{_RANGE}(\s*,\s*{_RANGE})*\s*", re.IGNORECASE)


@router.get("/dataset/dump.{kind}.gz", summary="当前版本的文件 · a file of the current version")
def newest(kind: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a file of the current version, and its permanent address as Content-Location.

    Raises NotInStoreError, GoneError, DumpPendingError if the file has to be made first, NothingPublishedError.
    """
    return kept(service.generation().version, kind, request, service)


@router.get("/dataset/{version}/dump.{kind}.gz", summary="一个版本的文件 · a file of a version")
def kept(version: str, kind: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a file of a version.

    Raises NotInStoreError, GoneError if the file is no longer kept, DumpPendingError, NothingPublishedError.
    """
    service.generation()
    record, name = service.store.version(version), f"dump.{kind}.gz"
    if record is None:
        raise _missing(service, record, name)
    try:
        made = record.dumped
    except StoreUnusableError as damage:
        raise _again(service, record, damage) from damage
    dump = next((listed for listed in made or () if listed.name == name), None)
    if dump is None or not isinstance(record, VersionRecord):
        raise _missing(service, record, name)
    path = record.path / name
    try:
        status = path.stat()
    except FileNotFoundError:
        status = None
    if status is None and record.version not in {service.generation().version, *service.store.releases()}:
        raise _missing(service, record, name)  # it is no longer kept
    if status is None or not sums.intact(path, dump.sha256):
        raise _again(service, record, errors.damaged(path, *version_record.remedy(path)))
    validator = conditional.Validator(dump.sha256, datetime.fromisoformat(record.manifest.created))
    headers = _headers(service, record, dump)
    held = validator.unchanged(request, headers)
    if held is not None:
        return held
    if request.scope.get(ASKED_HEAD):
        request.scope["method"] = "HEAD"
    if not _valid_ranges(request.headers.get("range", "")):
        request.scope["headers"] = [(field, value) for field, value in request.scope["headers"] if field != b"range"]
    return FileResponse(
        path,
        headers=headers | validator.headers(),
        media_type="application/gzip",
        filename=f"jixiao-{record.version}.{name.removeprefix('dump.')}",
        stat_result=status,
    )


@router.get("/dataset/{version}/shapes-{bundle}.ttl", summary="发布时的规则 · the rules as they were released")
def rules(version: str, bundle: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a bundle of the rules in force when a version was released.

    Raises NotInStoreError, NothingPublishedError.
    """
    service.generation()
    record = service.store.version(version)
    content = (
        sums.kept(record.path / f"shapes-{bundle}.ttl", remedy=errors.BACKUP)
        if isinstance(record, VersionRecord)
        else None
    )
    if content is None:
        raise NotInStoreError("没有这个文件。", "There is no such file.")
    headers = {
        "Content-Type": negotiation.TURTLE.content_type,
        **signposting.header([signposting.Link(metadata.LICENSE, "license")]),
    }
    return conditional.Validator.of(content).response(request, headers, lambda: content)


def _headers(service: Service, record: protocols.Version, dump: Dump) -> dict[str, str]:
    """Return a dump's headers: digest (RFC 9530), permanent address and links, but not ETag and Last-Modified."""
    page = f"/dataset/{record.version}"
    links = (
        signposting.Link(f"{page}.{negotiation.TURTLE.name}", "describedby", negotiation.TURTLE.media_type),
        signposting.Link(page, "collection", "text/html"),
        *metadata.Credit.of(service.store.publisher(), record.manifest).links,
    )
    return {
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(dump.sha256)).decode('ascii')}:",
        "Content-Location": f"{service.settings.root_path}{page}/{dump.name}",
        **signposting.header(links),
    }


def _valid_ranges(ranges: str) -> bool:
    """Return True if a Range header is valid; an invalid one is to be ignored (RFC 9110, section 14.2)."""
    if not _RANGES.fullmatch(ranges):
        return False
    pairs = (part.strip().partition("-") for part in ranges.partition("=")[2].split(","))
    return all(not first or not last or int(first) <= int(last) for first, _, last in pairs)


def _missing(service: Service, record: protocols.Version | None, name: str) -> ServerError:
    """Return the error for a file that does not exist, is being made, or was deleted; start to make it if possible."""
    if record is None or name not in NAMES:
        return NotInStoreError("没有这个文件。", "There is no such file.")
    is_stored = isinstance(service.store, Store)
    if record.dumped is None and is_stored and record.version == service.generation().version:
        return _pending(service, record)
    if record.dumped is None:
        return NotInStoreError(
            f"版本 {record.version} 没有文件。", f"No files of version {record.version} have been made."
        )
    return GoneError(
        f"版本 {record.version} 的文件不再保留；它的描述和校验和仍在 /dataset/{record.version}。",
        f"The files of version {record.version} are no longer kept; its description and checksum are at"
        f" /dataset/{record.version}.",
    )


def _again(service: Service, record: protocols.Version, damage: StoreUnusableError) -> DumpPendingError:
    """Start to make a damaged dump or list of dumps again, and return the error for a file that is not ready.

    Raises `damage` if the version's graph is no longer kept.
    """
    if not isinstance(record, VersionRecord) or not (record.path / version_record.GRAPH).is_dir():
        raise damage
    _LOG.error("%s", damage)
    return _pending(service, record)


def _pending(service: Service, record: protocols.Version) -> DumpPendingError:
    """Start to make a version's files if possible, and return the error for a file that is not ready."""
    store = service.store
    if isinstance(store, Store) and service.own(DumpMaker, lambda: DumpMaker(store)).begin(record.version):
        return DumpPendingError(
            f"版本 {record.version} 的文件正在写，请稍后再取。",
            f"The files of version {record.version} are being made; try again later.",
        )
    return DumpPendingError(
        f"本站不能写版本 {record.version} 的文件，请其管理者运行 jixiao dumps，稍后再取。",
        f"This server cannot make the files of version {record.version}; its operator has to run jixiao dumps."
        " Try again later.",
    )


class DumpMaker:
    """Maker of a store's dumps, in one process at a time. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._starting = threading.Lock()
        self._making = self._failed = ""  # the versions whose dumps are being made, and could not be made last

    def begin(self, version: str) -> bool:
        """Start making a version's dumps and return True; also return True if dumps are being made already.

        Returns False if the version's dumps could not be made before, or if the store cannot be written to.
        """
        with self._starting:
            if self.store.dumping or self._making:
                return True
            if version == self._failed or not self.store.writable:
                return False
            self._making = version
            # The thread only waits for the process that writes the files; a stopping server waits for neither.
            threading.Thread(target=self._make, args=[version], name="dumps", daemon=True).start()
            return True

    def _make(self, version: str) -> None:
        try:
            self.store.make_dumps(version)
        except StoreError as error:
            self._failed = version
            _LOG.error("版本 %s 的导出文件没有写成 the dumps were not made: %s", version, error)
        finally:
            self._making = ""


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[None]:
    """Make dumps and check files in the background during the block; do nothing for data at an endpoint."""
    store = service.store
    if not isinstance(store, Store):
        yield
        return
    looking = asyncio.create_task(_look(service, service.own(DumpMaker, lambda: DumpMaker(store)), SETTLED))
    try:
        yield
    finally:
        looking.cancel()


async def _look(service: Service, maker: DumpMaker, settled: float) -> None:
    """Let `maker` make the dumps of each version that has been current for `settled` seconds; never return.

    Then compare the store's files with their checksums, and again every day.
    """
    since, last, compared = service.loop.time(), "", ("", 0.0)
    while True:
        await asyncio.sleep(min(_LOOK_EVERY, settled))
        with suppress(StoreError, ServerError, OSError):  # the loop simply tries again after such an error
            now = await service.newest()
            if now.version != last:
                since, last = service.loop.time(), now.version
            elif service.loop.time() - since >= settled:
                record = await asyncio.to_thread(maker.store.version, last)
                lacking = record is not None and not await asyncio.to_thread(record.has_dumps)
                if lacking and await asyncio.to_thread(maker.begin, last):
                    continue
                if compared[0] != last or service.loop.time() - compared[1] >= _COMPARE_EVERY:
                    compared = last, service.loop.time()
                    await asyncio.to_thread(_compare, service, maker.store, last)


def _compare(service: Service, store: Store, version: str) -> None:
    """Compare the store's files with their checksums, log those that are damaged, and report their number.

    The outcome is discarded if a commit has replaced the files of `version` meanwhile.
    """
    problems = list(check_files(store))
    if service.generation().version == version:
        for problem in problems:
            _LOG.error("%s", problem)
        service.damaged_files = len(problems)
        service.metrics.set(damaged_files=len(problems))
