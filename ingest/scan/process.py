"""Recognise pages in a process of its own, which ingest/recognition/apart.py starts: `… MEMORY PAGE_SECONDS`.

On stdin come files, each behind a line of JSON: its `size`, and the numbers of its `pages` (null: all). On stdout go
lines of JSON: the numbers of the pages, and for each page that it has begun, and what was recognised or why it was
given up. At the end of a file with photographs, its pages come back to be laid over one another. The process ends
with the one that started it, even during a page.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.recognition import RecognisedPage

Asked = tuple[dict[str, Any], bytes]

_NO_MEMORY = ("内存不足，已放弃", "it takes too much memory")
_OF_MEMORY = ("alloc", "insufficient memory", "out of memory")  # words in errors of ONNX Runtime and OpenCV


def main() -> None:
    """Answer until the other process closes stdin or ends."""
    memory, seconds = (int(argument) for argument in sys.argv[1:])
    _limit_memory(memory)
    asked: queue.SimpleQueue[Asked] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not spoil an answer
    while True:
        for answer in _answers(*asked.get(), seconds):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def _limit_memory(memory: int) -> None:
    """Limit the address space, and forbid dumping core."""
    with contextlib.suppress(ValueError, OSError):  # macOS accepts the limit but does not enforce it
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        memory = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _listen(asked: queue.SimpleQueue[Asked]) -> None:
    """Take files in; end the process when no more can come, whatever its other thread does."""
    while line := sys.stdin.buffer.readline():
        told = json.loads(line)
        content = sys.stdin.buffer.read(told["size"])
        if len(content) < told["size"]:
            break
        asked.put((told, content))
    os._exit(0)


def _answers(told: dict[str, Any], content: bytes, seconds: int) -> Iterator[dict[str, Any]]:
    """Yield the answers for one file."""
    start = time.process_time()
    try:
        from jixiao.ingest.scan import aligned, pictures, recognise  # noqa: PLC0415 - so that a failure is told
        from jixiao.ingest.scan.engine import engine  # noqa: PLC0415

        if "photographed" in told:
            pages = [RecognisedPage.from_json(page) for page in told["recognised"]]
            yield {"aligned": [page.to_json() for page in aligned.aligned(pages, told["photographed"])]}
            yield {"done": True}
            return
        with contextlib.ExitStack() as until_done:
            with _at_most(seconds):
                numbers, take = until_done.enter_context(pictures.opened(content, told["pages"]))
            used = engine()
            yield {"pages": list(numbers), "engine": used.versions}
            for number in numbers:
                yield {"begin": number}
                with _at_most(seconds):
                    done = _page(number, lambda number: recognise.page(take(number), used))
                yield {**done, "seconds": -start + (start := time.process_time())}
    except UnreadableError as error:
        yield {"refused": [error.zh, error.en]}
    except ImportError as error:
        zh, en = "扩展 jixiao[ocr] 无法加载", "the extra jixiao[ocr] cannot be loaded"
        yield {"refused": [f"{zh}：{error}", f"{en}: {error}"]}
    yield {"done": True}


def _page(number: int, made: Callable[[int], tuple[RecognisedPage, bool]]) -> dict[str, Any]:
    """Return a page as it is answered, recognised or given up."""
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


@contextlib.contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Have the system end the process if a block takes more CPU seconds; not where blocks are within one another."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    soft = int(spent) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


if __name__ == "__main__":
    main()
