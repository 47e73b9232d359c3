"""Recognise pictures page by page in a child process with bounds of memory and time, as pages may be malicious.

The child process (`serve`) stays for the next file, since loading its models takes a second, and ends with this
process. If a page exceeds the bounds, the child is killed, the page is given up, and the other pages are recognised by
a new child.

A request to the child has two messages: JSON with the number of the page to recognise, and the file's content; null
asks how many pages there are. The answer is one JSON message: that number, the recognition of the page, or the reason
why the page was given up or the file refused.
"""

import atexit
import json
import logging
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import GivenUp, RecognisedPage, Recognition, bounds
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits, processor_within
from jixiao.ontology.steps import Step, reached

_LOG = logging.getLogger(__name__)
_PROGRAM = "jixiao.ingest.scan.recognising:serve"
LIMITS = Limits(memory=5 << 29)
"""Limits of the child process; its processor time is limited anew for each page."""

_turn = threading.Lock()
_running: Child | None = None


def recognised(content: bytes, numbers: Sequence[int] | None = None) -> Recognition:
    """Recognise the pages of a PDF with these numbers (from 1), or all pages of a picture if `numbers` is None.

    If the child process dies, the page that it was working on is given up. Raises UnreadableError for a file that
    cannot be opened, has too many pages, or takes too long altogether.
    """
    bounds.check_pages(len(numbers or ()))
    pages: list[RecognisedPage] = []
    given_up: list[GivenUp] = []
    with _turn:
        until = time.monotonic() + bounds.seconds(len(content))
        try:
            opened = _answer(None, content, until)
        except EndedError as ended:
            raise UnreadableError(*_reason(ended)) from None
        asked = range(1, opened["pages"] + 1) if numbers is None else sorted(numbers)
        bounds.check_pages(len(asked))
        for number in asked:
            reached(Step.RECOGNISING, number)
            try:
                answer = _answer(number, content, until)
            except EndedError as ended:
                answer = {"given_up": _reason(ended)}
            if "page" in answer:
                pages.append(RecognisedPage.from_json(answer["page"]))
            else:
                given_up.append(GivenUp(number, *answer["given_up"]))
            if trace := answer.get("trace"):
                _LOG.error("page %s\n%s", number, trace)
    return Recognition(opened["engine"], tuple(pages), tuple(given_up))


def _reason(ended: EndedError) -> tuple[str, str]:
    if ended.status == -signal.SIGXCPU:
        return (
            f"识别这一页超过 {bounds.PAGE_SECONDS} 个 CPU 秒，已放弃",
            f"recognising the page took more than {bounds.PAGE_SECONDS} CPU seconds",
        )
    return "识别时进程终止（内存不足或文件异常）", "its process died: out of memory, or broken"


def _answer(number: int | None, content: bytes, until: float) -> dict[str, Any]:
    """Return the child's answer about page `number` of a file, or about the file if the number is None.

    The answer is JSON, as the module describes. `until` is the deadline by time.monotonic(). Raises EndedError if the
    child dies, and UnreadableError at the deadline and for a file that is refused.
    """
    global _running  # noqa: PLW0603 - one child, since it takes a second to start
    if _running is None or not _running.alive:
        stop()
        _running = Child(_PROGRAM, bounds.PAGE_SECONDS, limits=LIMITS)
    try:
        for message in (json.dumps(number).encode(), content):
            _running.send(message, until)
        answer: dict[str, Any] = json.loads(_running.receive(until))
    except BaseException as error:
        stop()  # otherwise the answer would be taken for that to the next request
        if isinstance(error, TimeoutError):
            raise UnreadableError(
                "识别整份文件用的时间太长，已停止：请分成几份",
                "recognising the whole file took too long and was stopped: split the file",
            ) from None
        raise
    if "refused" in answer:
        raise UnreadableError(*answer["refused"])
    return answer


@atexit.register
def stop() -> None:
    """End the child process, if one is running; the next file starts another."""
    global _running  # noqa: PLW0603 - see _answer
    if _running is not None:
        _running.close()
    _running = None


# Words in errors of ONNX Runtime and OpenCV that tell of too little memory.
_OF_MEMORY = ("alloc", "insufficient memory", "out of memory")


def serve(channel: Channel, seconds: int) -> None:
    """Answer the requests on a channel without end; each may take at most `seconds` of processor time."""
    while True:
        number, content = json.loads(channel.receive()), channel.receive()
        channel.send(json.dumps(_answered(number, content, seconds)).encode())


def _answered(number: int | None, content: bytes, seconds: int) -> dict[str, Any]:
    """Return the answer about one page of a file (its recognition), or about the file if `number` is None.

    The answer about a file is the number of its pages. Either is the reason instead if the file is refused.
    """
    try:
        from jixiao.ingest.scan import pictures, recognise  # noqa: PLC0415 - so that a failure to import is answered
        from jixiao.ingest.scan.engine import engine  # noqa: PLC0415

        used = engine()
        with processor_within(seconds):
            count, take = pictures.opened(content)
            if number is None:
                return {"pages": count, "engine": used.versions}
            return _page(number, lambda number: recognise.page(take(number), used))
    except UnreadableError as error:
        return {"refused": [error.zh, error.en]}
    except ImportError as error:
        zh, en = "扩展 jixiao[ocr] 无法加载", "the extra jixiao[ocr] cannot be loaded"
        return {"refused": [f"{zh}：{error}", f"{en}: {error}"]}


def _page(number: int, made: Callable[[int], RecognisedPage]) -> dict[str, Any]:
    """Return the answer for one page: its recognition, or the reason why it was given up.

    `made` recognises the page with the given number.
    """
    trace = ""
    try:
        return {"page": made(number).to_json()}
    except UnreadableError as error:
        reason = error.zh, error.en
    except Exception as error:  # noqa: BLE001 - one page's defect must not end the file; the answer has its trace
        if isinstance(error, MemoryError) or any(word in str(error).lower() for word in _OF_MEMORY):
            reason = ("内存不足，已放弃", "it takes too much memory")
        else:
            kind, trace = type(error).__name__, traceback.format_exc()
            reason = f"程序出错，请报告（{kind}）", f"a defect of the program, please report it ({kind})"
    return {"given_up": reason, "trace": trace}
