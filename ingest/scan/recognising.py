"""Recognise pictures page by page in a child process with bounds of memory and time, as pages may be malicious.

The child process (process.py) stays for the next file, since loading its models takes a second, and ends
with this process. If a page exceeds the bounds, the child is killed, the page is given up, and the other pages are
recognised by a new child.
"""

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
from jixiao.ingest.scan.aligned import aligned
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
    """Recognise the pages of a PDF with these numbers (from 1), or all pages of a picture if `numbers` is None.

    Raises UnreadableError for a file that cannot be opened, has too many pages, or takes too long altogether.
    """
    with _turn:
        task = _Task(content, None if numbers is None else sorted(numbers))
        if numbers is not None:
            bounds.check_pages(len(numbers))
        while task.left is None or task.left:
            task.go_on()
    pages = aligned(sorted(task.pages, key=lambda page: page.number), task.photographed)
    return Recognition(task.engine, pages, tuple(sorted(task.given_up)))


@dataclass
class _Task:
    """The recognition of one file in progress.

    `numbers` has the numbers of the pages to recognise, None if they are not known yet; `begun` is the start by
    time.monotonic(); `photographed` has the numbers of pages that are photographs; `refused` is the error that refuses
    the entire file.
    """

    content: bytes
    numbers: list[int] | None
    begun: float = field(default_factory=time.monotonic)
    engine: dict[str, str] = field(default_factory=dict)
    pages: list[RecognisedPage] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    photographed: list[int] = field(default_factory=list)
    refused: UnreadableError | None = None

    @property
    def left(self) -> list[int] | None:
        """The numbers of the pages still to recognise, None if they are not known yet."""
        done = {page.number for page in self.pages} | {each.number for each in self.given_up}
        return None if self.numbers is None else [number for number in self.numbers if number not in done]

    def go_on(self) -> None:
        """Recognise the remaining pages; if the child process dies, give up the page that it was working on.

        Raises UnreadableError if the entire file cannot be read: it is refused, or its time is over.
        """
        at: int | None = None
        try:
            until = self.begun + bounds.seconds(len(self.content))
            for answer in _answers(until, {"pages": self.left}, self.content):
                at = answer.get("begin", at)
                self._take(answer)
        except EndedError as ended:
            zh, en = _TOO_LONG if ended.status == -signal.SIGXCPU else _DIED
            if at is None or at not in (self.left or ()):
                raise UnreadableError(zh, en) from None
            self.given_up.append(GivenUp(at, zh, en))
        except BaseException:
            stop()  # otherwise the remaining answers would be taken for answers to the next request
            raise
        if self.refused:
            raise self.refused

    def _take(self, answer: dict[str, Any]) -> None:
        """Record one answer of the child process, such as a page. Raises UnreadableError for too many pages."""
        if "refused" in answer:
            self.refused = UnreadableError(*answer["refused"])
        if "pages" in answer:
            bounds.check_pages(len(answer["pages"]))
            self.numbers, self.engine = answer["pages"], answer["engine"]
        if "page" in answer:
            self.pages.append(page := RecognisedPage.from_json(answer["page"]))
            self.photographed += [page.number] if answer["photographed"] else []
        if "given_up" in answer:
            if answer["trace"]:
                _LOG.error("page %s\n%s", answer["given_up"][0], answer["trace"])
            self.given_up.append(GivenUp(*answer["given_up"]))


_turn = threading.Lock()
spent = 0.0
"""The CPU seconds that recognition has taken since this process started."""
_running: Child | None = None


def _answers(until: float, asked: dict[str, Any], content: bytes) -> Iterator[dict[str, Any]]:
    """Send a request and the file to the child process, and yield its answers.

    `until` is the deadline by time.monotonic(), and `asked` the request as JSON values. Raises EndedError if the child
    dies, UnreadableError at the deadline.
    """
    global spent, _running  # noqa: PLW0603 - a clock of this process, and one child, since it takes a second to start
    if _running is None or not _running.alive:
        stop()
        _running = Child(_PROGRAM, bounds.PAGE_SECONDS, limits=Limits(memory=bounds.MEMORY))
    try:
        for message in (json.dumps(asked).encode(), content):
            _running.send(message, until)
        while not (answer := json.loads(_running.receive(until))).get("done"):
            spent += answer.get("seconds", 0.0)
            yield answer
    except TimeoutError:
        stop()
        raise UnreadableError(
            "识别整份文件用的时间太长，已停止：请分成几份",
            "recognising the whole file took too long and was stopped: split the file",
        ) from None


@atexit.register
def stop() -> None:
    """End the child process, if one is running; the next file starts another."""
    global _running  # noqa: PLW0603 - see _answers
    if _running is not None:
        _running.close()
    _running = None
