"""Have a file checked by `python -m jixiao.submission`, in a process that is killed when its time is over.

The process gets the file on stdin and answers on stdout; it has bounds of memory, time and size, and a folder of its
own. The server reads the answer as JSON and believes nothing else. A file that takes its process down, or too long, is
refused like any other that cannot be read.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jixiao.server.apps.check.uploads import Upload
from jixiao.server.http.clients import Client
from jixiao.server.logs.process_tree import descendants
from jixiao.server.settings import Settings
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document

_LOG = logging.getLogger(__name__)

LARGEST_ANSWER = 24 << 20
"""Bytes of an answer; a report on a long filing has half a megabyte."""

_GRACE = 5  # seconds past the time limit after which a process ends itself, in case its server has died
_PASSED_ON = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL")
_CHUNK = 256 << 10


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
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "jixiao.submission"),
        *(str(math.ceil(settings.check_timeout) + _GRACE), str(settings.check_memory)),
        *(str(settings.check_scanned_pages), upload.name),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    answering = asyncio.ensure_future(_exchange(process, upload.content))
    try:
        if not await client.done_within(answering, settings.check_timeout):
            limit = f"{settings.check_timeout:g}"
            return _refused(
                upload,
                f"检查超过 {limit} 秒，已停止：请在自己的机器上用 jixiao validate 检查",
                f"checking took more than {limit} s and was stopped: use jixiao validate on a machine of your own",
            )
        answer = answering.result()
    finally:
        answering.cancel()
        _kill(process)
        await process.wait()
        client.leave()
    if len(answer) > LARGEST_ANSWER:
        return _refused(upload, "报告太长，请用 jixiao validate", "the report is too long; use jixiao validate")
    try:
        made = json.loads(answer)
        return Checked(made["report"], made["csv"], made["html"])
    except (ValueError, KeyError, TypeError):
        _LOG.warning("the process of a check ended with status %s", process.returncode)
        return _refused(upload, "读取时进程终止（内存不足或文件异常）", "its process died: out of memory, or broken")


async def _exchange(process: Process, content: bytes) -> bytes:
    """Write the file, and return what the process answers until its end, cut if it is too long."""
    sending = asyncio.ensure_future(_send(process, content))
    answer = bytearray()
    try:
        while process.stdout and len(answer) <= LARGEST_ANSWER and (piece := await process.stdout.read(_CHUNK)):
            answer += piece
    finally:
        sending.cancel()
    return bytes(answer)


async def _send(process: Process, content: bytes) -> None:
    if process.stdin is None:
        return
    with suppress(OSError):  # the process has ended
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()


def _kill(process: Process) -> None:
    """End a process and all below it, such as LibreOffice, which has a session of its own."""
    for pid in [*descendants(process.pid)] if process.returncode is None else ():
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    """Return the little of the environment that the process needs; the server's secrets stay with the server."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {"TMPDIR": str(folder), "HOME": str(folder), "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"}


def _refused(upload: Upload, zh: str, en: str) -> Checked:
    digest = hashlib.sha256(upload.content).hexdigest()
    documents = [Document(upload.name, digest, (f"{zh} · {en}",))]
    return Checked(data.documents_as_json(documents, "violation", fails=True), data.findings_csv(documents))
