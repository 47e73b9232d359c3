"""Recognise pages in a confined child process, which ingest/scan/recognising.py starts.

A request has two messages: JSON with the numbers of the `pages` to recognise (null for all), and the file's content.
The answers are JSON messages: the page numbers; for each page, one when it is begun, and one with its recognition or
the reason why it was given up; and `done` at the end.
"""

import contextlib
import json
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import RecognisedPage
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.limits import processor_within

_NO_MEMORY = ("内存不足，已放弃", "it takes too much memory")
# Words in errors of ONNX Runtime and OpenCV that tell of too little memory.
_OF_MEMORY = ("alloc", "insufficient memory", "out of memory")


def serve(channel: Channel, seconds: int) -> None:
    """Answer requests without end; each page may take at most `seconds` of processor time."""
    while True:
        asked, content = json.loads(channel.receive()), channel.receive()
        for answer in _answers(asked, content, seconds):
            channel.send(json.dumps(answer).encode())


def _answers(asked: dict[str, Any], content: bytes, seconds: int) -> Iterator[dict[str, Any]]:
    """Yield the answers to one request: `asked` is its first message, and `content` the file's content.

    `seconds` is the processor time that each page may take.
    """
    start = time.process_time()
    try:
        from jixiao.ingest.scan import pictures, recognise  # noqa: PLC0415 - so that a failure to import is answered
        from jixiao.ingest.scan.engine import engine  # noqa: PLC0415

        with contextlib.ExitStack() as until_done:
            with processor_within(seconds):
                numbers, take = until_done.enter_context(pictures.opened(content, asked["pages"]))
            used = engine()
            yield {"pages": list(numbers), "engine": used.versions}
            for number in numbers:
                yield {"begin": number}
                with processor_within(seconds):
                    done = _page(number, lambda number: recognise.page(take(number), used))
                yield {**done, "seconds": -start + (start := time.process_time())}
    except UnreadableError as error:
        yield {"refused": [error.zh, error.en]}
    except ImportError as error:
        zh, en = "扩展 jixiao[ocr] 无法加载", "the extra jixiao[ocr] cannot be loaded"
        yield {"refused": [f"{zh}：{error}", f"{en}: {error}"]}
    yield {"done": True}


def _page(number: int, made: Callable[[int], tuple[RecognisedPage, bool]]) -> dict[str, Any]:
    """Return the answer for one page: its recognition, or the reason why it was given up.

    `made` recognises the page with a number, and also returns whether the page is a photograph.
    """
    trace = ""
    try:
        page, is_photographed = made(number)
        return {"page": page.to_json(), "photographed": is_photographed}
    except UnreadableError as error:
        reason: Sequence[str] = (error.zh, error.en)
    except Exception as error:  # noqa: BLE001 - one page's defect must not end the file; the answer has its trace
        if isinstance(error, MemoryError) or any(word in str(error).lower() for word in _OF_MEMORY):
            reason = _NO_MEMORY
        else:
            kind, trace = type(error).__name__, traceback.format_exc()
            reason = f"程序出错，请报告（{kind}）", f"a defect of the program, please report it ({kind})"
    return {"given_up": [number, *reason], "trace": trace}
