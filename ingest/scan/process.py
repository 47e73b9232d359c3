"""Recognise pages in a confined child process, which ingest/scan/recognising.py starts.

A request has two messages: JSON with the number of the page to recognise, and the file's content; null asks how many
pages there are. The answer is one JSON message: that number, the recognition of the page, or the reason why the page
was given up or the file refused.
"""

import json
import time
import traceback
from collections.abc import Callable
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import RecognisedPage
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.limits import processor_within

_NO_MEMORY = ("内存不足，已放弃", "it takes too much memory")
# Words in errors of ONNX Runtime and OpenCV that tell of too little memory.
_OF_MEMORY = ("alloc", "insufficient memory", "out of memory")


def serve(channel: Channel, seconds: int) -> None:
    """Answer requests without end; each may take at most `seconds` of processor time."""
    while True:
        number, content = json.loads(channel.receive()), channel.receive()
        start = time.process_time()
        answer = _answer(number, content, seconds)
        channel.send(json.dumps({**answer, "seconds": time.process_time() - start}).encode())


def _answer(number: int | None, content: bytes, seconds: int) -> dict[str, Any]:
    """Return the answer for the page with a number of a file's content, or about the file if the number is None."""
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


def _page(number: int, made: Callable[[int], tuple[RecognisedPage, bool]]) -> dict[str, Any]:
    """Return the answer for one page: its recognition, or the reason why it was given up.

    `made` recognises the page with a number, and also returns whether the page is a photograph.
    """
    trace = ""
    try:
        page, is_photographed = made(number)
        return {"page": page.to_json(), "photographed": is_photographed}
    except UnreadableError as error:
        reason = error.zh, error.en
    except Exception as error:  # noqa: BLE001 - one page's defect must not end the file; the answer has its trace
        if isinstance(error, MemoryError) or any(word in str(error).lower() for word in _OF_MEMORY):
            reason = _NO_MEMORY
        else:
            kind, trace = type(error).__name__, traceback.format_exc()
            reason = f"程序出错，请报告（{kind}）", f"a defect of the program, please report it ({kind})"
    return {"given_up": reason, "trace": trace}
