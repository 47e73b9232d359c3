"""Have pictures recognised page by page in another process, which may be killed: a page may be made to do harm.

The process (ingest/scan/process.py) has bounds of memory and time, keeps its models for the next file, and ends with
this one. A page over the bounds is given up, and the others are recognised.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import GivenUp, RecognisedPage, Recognition, bounds

_LOG = logging.getLogger(__name__)
_COMMAND = (sys.executable, "-P", "-m", "jixiao.ingest.scan.process", str(bounds.MEMORY), str(bounds.PAGE_SECONDS))
_CHUNK = 1 << 20
_GRACE = 5  # seconds for a process to end by itself
_DIED = ("识别时进程终止（内存不足或文件异常）", "its process died: out of memory, or broken")
_TOO_LONG = (
    f"识别这一页超过 {bounds.PAGE_SECONDS} 个 CPU 秒，已放弃",
    f"recognising the page took more than {bounds.PAGE_SECONDS} CPU seconds",
)


def recognised(content: bytes, numbers: Sequence[int] | None = None) -> Recognition:
    """Return what is recognised on pages of a PDF with these numbers, or on each page of a picture.

    Raises UnreadableError for a file that cannot be opened, or has too many pages, or takes too long as a whole.
    """
    with _turn:
        task = _Task(content, None if numbers is None else sorted(numbers))
        if numbers is not None:
            bounds.pages().check(len(numbers))
        while task.left is None or task.left:
            task.go_on()
        task.align()
    return Recognition(task.engine, tuple(task.pages), tuple(sorted(task.given_up)))


def seconds() -> float:
    """Return the CPU seconds that recognition has taken for this process so far."""
    return _spent


class _EndedError(Exception):
    """The process has ended; `status` is its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class _Task:
    """A file whose pages are recognised; `left` are the numbers of those still to do, None if they are not known."""

    content: bytes
    left: list[int] | None
    begun: float = field(default_factory=time.monotonic)
    engine: dict[str, str] = field(default_factory=dict)
    pages: list[RecognisedPage] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    photographed: list[int] = field(default_factory=list)
    refused: UnreadableError | None = None

    def go_on(self) -> None:
        """Recognise what is left, until the process ends."""
        process = _process()
        at: int | None = None
        try:
            process.send({"size": len(self.content), "pages": self.left}, self.content)
            for answer in process.answers(self.begun + bounds.seconds(len(self.content))):
                at = answer.get("begin", at)
                self._take(answer)
        except _EndedError as ended:
            zh, en = _TOO_LONG if ended.status == -signal.SIGXCPU else _DIED
            if at is None or self.left is None or at not in self.left:
                raise UnreadableError(zh, en) from None
            self._give_up(at, zh, en)
        except BaseException:
            process.stop()  # whatever it answers would be taken for the next file's
            raise
        if self.refused:
            raise self.refused

    def align(self) -> None:
        """Put the pages in order, and have those of photographs laid over the pages beside them."""
        self.pages.sort(key=lambda page: page.number)
        if self.photographed:
            pages = [page.to_json() for page in self.pages]
            process = _process()
            process.send({"size": 0, "recognised": pages, "photographed": self.photographed}, b"")
            for answer in process.answers(time.monotonic() + bounds.PAGE_SECONDS):
                self.pages = [RecognisedPage.from_json(page) for page in answer["aligned"]]

    def _take(self, answer: dict[str, Any]) -> None:
        """Take one answer up. Raises UnreadableError."""
        if "refused" in answer:
            self.refused = UnreadableError(*answer["refused"])
        if "pages" in answer:
            bounds.pages().check(len(answer["pages"]))
            self.left, self.engine = answer["pages"], answer["engine"]
        if "page" in answer:
            self.pages.append(page := RecognisedPage.from_json(answer["page"]))
            self.photographed += [page.number] if answer["photographed"] else []
            self._done(page.number)
        if "given_up" in answer:
            if answer["trace"]:
                _LOG.error("page %s\n%s", answer["given_up"][0], answer["trace"])
            self._give_up(*answer["given_up"])

    def _give_up(self, number: int, zh: str, en: str) -> None:
        self.given_up.append(GivenUp(number, zh, en))
        self._done(number)

    def _done(self, number: int) -> None:
        self.left = [each for each in self.left or () if each != number]


class _Process:
    """A process that recognises; `pid` is that of the process it was started by."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        # The command has only constants.
        self._popen = subprocess.Popen(  # noqa: S603
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )

    @property
    def is_alive(self) -> bool:
        """True if the process is this one's own, and has not ended."""
        return self.pid == os.getpid() and self._popen.poll() is None

    def send(self, asked: dict[str, Any], content: bytes) -> None:
        """Hand a file over. Raises _EndedError."""
        given = memoryview(json.dumps(asked).encode() + b"\n" + content)
        try:
            while given and self._popen.stdin:
                given = given[self._popen.stdin.write(given) :]
        except BrokenPipeError:
            raise _EndedError(self._popen.wait()) from None

    def answers(self, deadline: float) -> Iterator[dict[str, Any]]:
        """Yield what the process answers. Raises _EndedError, and UnreadableError after the deadline."""
        global _spent  # noqa: PLW0603 - a clock of the process
        out = self._popen.stdout
        begun = b""
        while out:
            if not select.select([out], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise UnreadableError(
                    "识别整份文件用的时间太长，已停止：请分成几份",
                    "recognising the whole file took too long and was stopped: split the file",
                )
            if not (piece := os.read(out.fileno(), _CHUNK)):
                raise _EndedError(self._popen.wait())
            *whole, begun = (begun + piece).split(b"\n")
            for line in whole:
                answer = json.loads(line)
                _spent += answer.get("seconds", 0.0)
                if answer.get("done"):
                    return
                yield answer

    def stop(self) -> None:
        """End the process, whatever it does."""
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        if self.pid == os.getpid():
            self._popen.kill()
            self._popen.wait(_GRACE)


_turn = threading.Lock()
_spent = 0.0
_running: _Process | None = None


def _process() -> _Process:
    """Return the process of this one, started anew if it has ended."""
    global _running  # noqa: PLW0603 - one for all files, since it takes a second to start
    if _running is None or not _running.is_alive:
        stop()
        _running = _Process()
    return _running


@atexit.register
def stop() -> None:
    """End the process that recognises, if there is one; the next file starts another."""
    global _running  # noqa: PLW0603 - see _process
    if _running is not None:
        _running.stop()
    _running = None
