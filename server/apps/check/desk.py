"""Check files: few at a time, each in a confined child process that is killed when its time is over.

A *place* is the right to send a file: a client takes one before its file is read, which limits the memory for files. A
*seat* is the right to have a file checked. The child process (jixiao/checking.py) works in a folder of its own, which
is removed afterwards, and answers with JSON. A file whose process dies or takes too long is refused like one that
cannot be read.

All these folders are in one folder of the server process, which the next one removes if this one is killed.

The file in a request is a field of a form (RFC 7578), or the complete body. It is not written to disk before it is
checked, and the name that a client sends for it is only shown, and never used as a path.
"""

import asyncio
import hashlib
import json
import logging
import math
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from jixiao.ontology import steps
from jixiao.ontology.processes.child import Child, EndedError, TooLongError
from jixiao.ontology.processes.limits import Limits
from jixiao.ontology.text.display import one_line
from jixiao.server.errors import ParameterError, PoolBusyError, RequestTooLargeError, TooManyError
from jixiao.server.http.clients import Client, client_key, read_body
from jixiao.server.query.seats import Seats
from jixiao.server.runtime import scratch
from jixiao.server.settings import Settings
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document

PREFIX = "jixiao-uploads-"
"""Beginning of the name of a server process's folder."""
LARGEST_ANSWER = 24 << 20
"""Most bytes of a child's answer; a report on a long filing has half a megabyte."""
LIMITS = Limits(file=256 << 20, disk=1 << 30, nice=10)  # it yields to others
"""Limits of a child, whose folder holds what is unpacked; memory and time are those of the settings."""

_PROGRAM = "jixiao.checking:serve"
"""Function that the child process runs, given by name: the server itself imports no code that reads files."""
_NOTES = "steps"  # the name of the file in which a child notes how far it came
_GRACE = 5  # seconds past the time limit after which a process ends itself, in case its server has died
EACH = 2  # places that one client may hold at the same time

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """A file, and the name to show for it, "" if the client sent none."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Checked:
    """The report on a file as JSON values, as CSV, and as an HTML file to save ("" if the child process failed)."""

    report: Mapping[str, Any]
    csv: str
    html: str = ""


class Desk:
    """The files that a server process accepts at a time, and the processes that check them; used from its event loop.

    A client holds a place while its file is received and checked, and a seat only while a child process checks the
    file. `folder` holds the working folders of these processes.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        seats = max(1, settings.check_seats // settings.processes)
        self.folder = folder
        self._settings = settings
        self._places = seats + settings.check_waiting
        self._held: Counter[str] = Counter()
        self._seats = Seats(seats, self._places, EACH, settings.check_timeout * self._places)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Count one more file of the client at an address as accepted, until the end of the `with` block.

        Raises TooManyError if the client has EACH files already, and PoolBusyError if the server has as many as it
        takes.
        """
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
        """Check a file as soon as a child process may run for it (a seat is free), and return the report.

        Raises PoolBusyError, and ClientGoneError; no child process is left running then.
        """
        async with self._seats.held(client):
            with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
                return await _check(upload, Path(folder), self._settings, client)


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """Yield a desk that works in a temporary folder of its own, which is removed at the end of the block."""
    with scratch.opened(PREFIX) as folder:
        yield Desk(settings, folder)


async def _check(upload: Upload, folder: Path, settings: Settings, client: Client) -> Checked:
    """Check a file in a child process that works in `folder`, end the process, and return its report.

    A process that ends without an answer, takes too long, or writes too long a report gives a report that refuses the
    file. Raises ClientGoneError.
    """
    with closing(steps.Notes(folder / _NOTES)) as notes:
        return await _check_in_child(upload, folder, settings, client, notes)


async def _check_in_child(
    upload: Upload, folder: Path, settings: Settings, client: Client, notes: steps.Notes
) -> Checked:
    limits = LIMITS._replace(memory=settings.check_memory, seconds=math.ceil(settings.check_timeout) + _GRACE)
    given = upload.name, settings.check_scanned_pages, settings.check_timeout, str(notes.path)
    child = Child(_PROGRAM, *given, limits=limits, largest=LARGEST_ANSWER, folder=folder)
    answering = asyncio.ensure_future(asyncio.to_thread(_answer, child, upload.content))
    try:
        in_time = await client.done_within(answering, settings.check_timeout)
    finally:
        child.kill()
        await asyncio.gather(answering, return_exceptions=True)
    if not in_time:
        zh, en = steps.with_place(
            (
                f"检查超过 {settings.check_timeout:g} 秒，已停止",
                f"checking took more than {settings.check_timeout:g} s and was stopped",
            ),
            notes.place(),
        )
        return _refused(
            upload, f"{zh}。请在自己的机器上用 jixiao validate 检查", f"{en}. Use jixiao validate on your own machine"
        )
    try:
        return Checked(**json.loads(answering.result()))
    except TooLongError:
        return _refused(upload, "报告太长，请用 jixiao validate", "the report is too long; use jixiao validate")
    except EndedError as error:
        _LOG.warning("the process of a check ended: %s", error)
        zh, en = error.cause
        reason = f"读取时进程终止（{zh}）", f"its process died: {en}"
        return _refused(upload, *steps.with_place(reason, notes.place()))
    except (ValueError, TypeError) as error:
        _LOG.warning("the process of a check gave no report: %s", error)
        return _refused(upload, "读取时进程出错（文件异常）", "its process gave no report: the file is broken")


def _answer(child: Child, content: bytes) -> bytes:
    """Send a file's content to a child process, return its answer, and end the process. Raises EndedError."""
    with closing(child):
        child.send(content)
        return child.receive()


def _refused(upload: Upload, zh: str, en: str) -> Checked:
    documents = [Document(upload.name, hashlib.sha256(upload.content).hexdigest(), (f"{zh} · {en}",))]
    return Checked(data.documents_as_json(documents), data.findings_csv(documents))


_AROUND = 8 << 10  # bytes that a form may have besides its file
_MOST_PARTS = 10  # files in a form; also most other fields
_LONGEST_NAME = 200
_LONGEST_VALUE = 100


async def read_upload(request: Request, most: int, seconds: float) -> tuple[Upload, Mapping[str, str]]:
    """Return the file that a request sends, and the other fields of its form; `most` is the limit in bytes.

    The request must arrive within `seconds`. Raises RequestTooLargeError, SlowRequestError, ClientGoneError and
    ParameterError.
    """
    too_large = RequestTooLargeError(f"文件超过 {most:,} 字节。", f"The file is larger than {most:,} bytes.")
    content_type = request.headers.get("content-type", "")
    is_form = parse_options_header(content_type)[0] == b"multipart/form-data"
    bound = most + _AROUND if is_form else most
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > bound:
        raise too_large
    body = await read_body(request.receive, bound, seconds, too_large)
    upload, fields = await _of_form(body, content_type) if is_form else (Upload("", body), {})
    if len(upload.content) > most:
        raise too_large
    if not upload.content:
        raise ParameterError("没有文件，或者文件是空的，请选一个。", "There is no file, or it is empty; choose one.")
    return upload, fields


def shown_name(given: str) -> str:
    r"""Return a file name to show: without folders, with � for unprintable characters, a long one shortened.

    >>> shown_name("../../etc/passwd"), shown_name("C:\\forms\\2024.xlsx"), shown_name("a\x00b.txt")
    ('passwd', '2024.xlsx', 'a�b.txt')
    """
    name = one_line(given.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip()
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"
    return "" if name in (".", "..") else name


class _FormParser(MultiPartParser):
    """starlette's parser of forms, changed to keep all files in memory and to notice a form that is cut off."""

    spool_max_size = 0  # bytes above which a file is moved to the disk; with 0 none is moved
    complete = False

    def on_end(self) -> None:
        self.complete = True


async def _of_form(body: bytes, content_type: str) -> tuple[Upload, dict[str, str]]:
    """Return the file and the fields of a form. Raises ParameterError."""

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield body
        if not parser.complete:
            raise MultiPartException("The form is cut off.")

    # In Latin-1 every byte is a character, so that a file sent as an ordinary field (without a name) stays as it is.
    headers = Headers({"content-type": f"{content_type}; charset=latin-1"})
    parser = _FormParser(headers, pieces(), max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=len(body))
    try:
        form = await parser.parse()
    except MultiPartException:
        raise ParameterError("表单不完整，或写法有误。", "The form is incomplete or malformed.") from None
    upload, fields, chosen = Upload("", b""), {}, 0
    for name, value in form.multi_items():
        if isinstance(value, str):
            content, file_name = value.encode("latin-1"), ""
        else:
            content, file_name = await value.read(), shown_name(_utf8(value.filename or ""))
            await value.close()
        if _utf8(name) == "file":  # chosen, or pasted into a field of this name; browsers send an empty one too
            chosen += bool(content and not isinstance(value, str))
            upload = upload if upload.content else Upload(file_name, content)
        elif len(content) <= _LONGEST_VALUE:
            fields[_utf8(name)] = content.decode("utf-8", "replace")
    if chosen > 1:
        raise ParameterError(
            "一次检查一份文件；要检查几份，请压缩成一个 zip。",
            "One file is checked at a time; to check several, send them as one zip.",
        )
    return upload, fields


def _utf8(latin: str) -> str:
    """Return the text whose UTF-8 bytes were decoded as Latin-1 into `latin`."""
    return latin.encode("latin-1").decode("utf-8", "replace")
