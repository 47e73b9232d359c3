"""Check files: few at a time, each in a confined child process that is killed when its time is over.

A *place* is the right to send a file: a client takes one before its file is read, which limits the memory for files. A
*seat* is the right to have a file checked. The child process (jixiao/submission.py) works in a folder of its own, which
is removed afterwards, and answers with JSON. A file whose process dies or takes too long is refused like one that
cannot be read.

All these folders are in one folder of the server process, which the next one removes if this one is killed.
"""

import asyncio
import hashlib
import json
import logging
import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.ontology.processes.child import Child, EndedError, TooLongError
from jixiao.ontology.processes.limits import Limits
from jixiao.server.apps.check.uploads import Upload
from jixiao.server.errors import PoolBusyError, TooManyError
from jixiao.server.http.clients import Client, client_key
from jixiao.server.query.seats import Seats
from jixiao.server.runtime import scratch
from jixiao.server.settings import Settings
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document

PREFIX = "jixiao-uploads-"
"""Beginning of the name of a server process's folder."""
LARGEST_ANSWER = 24 << 20
"""Most bytes of a child's answer; a report on a long filing has half a megabyte."""
LARGEST_WRITTEN = 256 << 20
"""Most bytes of a file that a child writes."""
LARGEST_FOLDER = 1 << 30
"""Most bytes on disk of the files in a child's folder, which holds what is unpacked."""

_PROGRAM = "jixiao.submission:serve"
"""Function that the child process runs, given by name: the server itself imports no code that reads files."""
_GRACE = 5  # seconds past the time limit after which a process ends itself, in case its server has died
EACH = 2  # places that one client may hold at the same time

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """The report on a file as JSON values, as CSV, and as an HTML file to save ("" if the child process failed)."""

    report: Mapping[str, Any]
    csv: str
    html: str = ""


class Desk:
    """The places and seats of one server process; used from its event loop. `folder` holds the files under check."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        seats = max(1, settings.check_seats // settings.processes)
        self.folder = folder
        self._settings = settings
        self._places = seats + settings.check_waiting
        self._held: Counter[str] = Counter()
        self._seats = Seats(seats, self._places, EACH, settings.check_timeout * self._places)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place for the client at an address until the end of the block. Raises TooManyError, PoolBusyError."""
        client = client_key(address)
        if self._held[client] >= EACH:
            raise TooManyError(
                f"同一来源已有 {EACH} 个文件在检查，请等它们完成。",
                f"{EACH} files from this address are being checked already; wait until they are done.",
            )
        if self._held.total() >= self._places:
            raise PoolBusyError(
                "正在检查的文件已满，请稍后再试。",
                "This server is checking as many files as it can; try again soon.",
            )
        self._held[client] += 1
        try:
            yield
        finally:
            self._held[client] -= 1
            self._held += Counter()  # drops clients whose number is 0

    async def check(self, upload: Upload, client: Client) -> Checked:
        """Return the report on a file, which is checked as soon as a seat is free.

        Raises PoolBusyError, and ClientGoneError; the child process has then ended.
        """
        await self._seats.take(client)
        try:
            with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
                return await _check(upload, Path(folder), self._settings, client)
        finally:
            self._seats.give_back()


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """Yield a desk with a folder of its own."""
    with scratch.opened(PREFIX) as folder:
        yield Desk(settings, folder)


async def _check(upload: Upload, folder: Path, settings: Settings, client: Client) -> Checked:
    """Return the report on a file from a child process with the folder `folder`, which has ended afterwards.

    A file is refused if its process ends without an answer, takes too long, or makes too long a report. Raises
    ClientGoneError.
    """
    seconds = math.ceil(settings.check_timeout) + _GRACE
    # The process yields to others.
    limits = Limits(settings.check_memory, seconds=seconds, file=LARGEST_WRITTEN, disk=LARGEST_FOLDER, nice=10)
    pages = settings.check_scanned_pages
    child = Child(_PROGRAM, upload.name, pages, limits=limits, largest=LARGEST_ANSWER, folder=folder)
    answering = asyncio.ensure_future(asyncio.to_thread(_answer, child, upload.content))
    try:
        in_time = await client.done_within(answering, settings.check_timeout)
    finally:
        child.kill()
        await asyncio.gather(answering, return_exceptions=True)
        client.leave()
    if not in_time:
        return _refused(
            upload,
            f"检查超过 {settings.check_timeout:g} 秒，已停止：请在自己的机器上用 jixiao validate 检查",
            f"checking took more than {settings.check_timeout:g} s and was stopped: "
            "use jixiao validate on your own machine",
        )
    try:
        return Checked(**json.loads(answering.result()))
    except TooLongError:
        return _refused(upload, "报告太长，请用 jixiao validate", "the report is too long; use jixiao validate")
    except EndedError as error:
        _LOG.warning("the process of a check ended: %s", error)
        zh, en = error.cause
        return _refused(upload, f"读取时进程终止（{zh}）", f"its process died: {en}")
    except (ValueError, TypeError) as error:
        _LOG.warning("the process of a check gave no report: %s", error)
        return _refused(upload, "读取时进程出错（文件异常）", "its process gave no report: the file is broken")


def _answer(child: Child, content: bytes) -> bytes:
    """Send a file to a child, return its answer, and end the child. Raises EndedError."""
    with closing(child):
        child.send(content)
        return child.receive()


def _refused(upload: Upload, zh: str, en: str) -> Checked:
    documents = [Document(upload.name, hashlib.sha256(upload.content).hexdigest(), (f"{zh} · {en}",))]
    return Checked(data.documents_as_json(documents), data.findings_csv(documents))
