"""Have a file checked in a confined child process (jixiao/submission.py), which is killed when its time is over.

The process has a folder of its own and answers with JSON; the server believes nothing else. A file that takes its
process down, or too long, is refused like any other that cannot be read.
"""

import asyncio
import hashlib
import json
import logging
import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.ontology.processes.child import Child, EndedError, TooLongError
from jixiao.ontology.processes.limits import Limits
from jixiao.server.apps.check.uploads import Upload
from jixiao.server.http.clients import Client
from jixiao.server.settings import Settings
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document

_LOG = logging.getLogger(__name__)

LARGEST_ANSWER = 24 << 20
"""Bytes of an answer; a report on a long filing has half a megabyte."""

_PROGRAM = "jixiao.submission:serve"
"""Function that the child process runs, given by name: the server itself imports no code that reads files."""
_GRACE = 5  # seconds past the time limit after which a process ends itself, in case its server has died
_NICE = 10
_LARGEST_FILE = 256 << 20  # bytes of any file that is written meanwhile


@dataclass(frozen=True)
class Checked:
    """The report on a file as data, as CSV, and as a page to keep; the page is empty if the file's process failed."""

    report: Mapping[str, Any]
    csv: str
    html: str = ""


async def check(upload: Upload, folder: Path, settings: Settings, client: Client) -> Checked:
    """Check a file, with its process in a folder. Raises ClientGoneError, after which nothing of the process is left.

    A file whose process ends without an answer is refused, and so is one that takes too long or has too long a report.
    """
    seconds = math.ceil(settings.check_timeout) + _GRACE
    limits = Limits(settings.check_memory, seconds=seconds, file=_LARGEST_FILE, nice=_NICE)
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
            "use jixiao validate on a machine of your own",
        )
    try:
        return Checked(**json.loads(answering.result()))
    except TooLongError:
        return _refused(upload, "报告太长，请用 jixiao validate", "the report is too long; use jixiao validate")
    except (EndedError, ValueError, TypeError) as error:
        _LOG.warning("the process of a check ended: %s", error)
        return _refused(upload, "读取时进程终止（内存不足或文件异常）", "its process died: out of memory, or broken")


def _answer(child: Child, content: bytes) -> bytes:
    """Have a child check a file; afterwards nothing of it is left. Raises EndedError."""
    with closing(child):
        child.send(content)
        return child.receive()


def _refused(upload: Upload, zh: str, en: str) -> Checked:
    documents = [Document(upload.name, hashlib.sha256(upload.content).hexdigest(), (f"{zh} · {en}",))]
    return Checked(data.documents_as_json(documents, "violation", fails=True), data.findings_csv(documents))
