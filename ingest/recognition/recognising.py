"""Have pictures recognised page by page in another process, which may be killed: a page may be made to do harm.

The process (ingest/scan/process.py) has bounds of memory and time, keeps its models for the next file, and ends with
this one. A page over the bounds is given up, and the others are recognised.
"""

from __future__ import annotations

import atexit
import json
import logging
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import GivenUp, RecognisedPage, Recognition, bounds
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits

_LOG = logging.getLogger(__name__)
_PROGRAM = "jixiao.ingest.scan.process:serve"
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
        """Recognise the pages that are left, until the process ends."""
        at: int | None = None
        try:
            until = self.begun + bounds.seconds(len(self.content))
            for answer in _answers(until, {"pages": self.left}, self.content):
                at = answer.get("begin", at)
                self._take(answer)
        except EndedError as ended:
            zh, en = _TOO_LONG if ended.status == -signal.SIGXCPU else _DIED
            if at is None or self.left is None or at not in self.left:
                raise UnreadableError(zh, en) from None
            self._give_up(at, zh, en)
        except BaseException:
            stop()  # further answers would be taken for those to the next request
            raise
        if self.refused:
            raise self.refused

    def align(self) -> None:
        """Put the pages in order, and have those of photographs laid over the pages beside them."""
        self.pages.sort(key=lambda page: page.number)
        if self.photographed:
            asked = {"recognised": [page.to_json() for page in self.pages], "photographed": self.photographed}
            try:
                for answer in _answers(time.monotonic() + bounds.PAGE_SECONDS, asked, b""):
                    self.pages = [RecognisedPage.from_json(page) for page in answer["aligned"]]
            except EndedError:
                raise UnreadableError(*_DIED) from None

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


_turn = threading.Lock()
_spent = 0.0
_running: Child | None = None


def _answers(until: float, asked: dict[str, Any], content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the answers to a request, until a moment of time.monotonic(). Raises EndedError and UnreadableError."""
    global _spent, _running  # noqa: PLW0603 - a clock of this process, and one child, since it takes a second to start
    if _running is None or not _running.alive:
        stop()
        _running = Child(_PROGRAM, bounds.PAGE_SECONDS, limits=Limits(memory=bounds.MEMORY))
    try:
        for message in (json.dumps(asked).encode(), content):
            _running.send(message, until)
        while not (answer := json.loads(_running.receive(until))).get("done"):
            _spent += answer.get("seconds", 0.0)
            yield answer
    except TimeoutError:
        stop()
        raise UnreadableError(
            "识别整份文件用的时间太长，已停止：请分成几份",
            "recognising the whole file took too long and was stopped: split the file",
        ) from None


@atexit.register
def stop() -> None:
    """End the process that recognises, if there is one; the next file starts another."""
    global _running  # noqa: PLW0603 - see _answers
    if _running is not None:
        _running.close()
    _running = None
