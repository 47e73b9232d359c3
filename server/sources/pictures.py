"""Make pictures of the pages of sources, each once, in a process that may be killed (painting.py), and keep them.

A file from outside may crash the process that renders it (its *painter*), exhaust the memory or never end. The process
therefore has limits, and a page that exceeded them is not tried again for a while.
"""

import asyncio
import json
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cachetools import TTLCache

from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.server.editions import renditions
from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import LimitError
from jixiao.server.http.clients import Client
from jixiao.server.query.seats import Seats
from jixiao.store import SourceRecord, bounded_cache

LARGEST = 4 << 20
"""Most bytes of an image; a page of text has about 60,000."""
PAINTING = 10
"""Seconds of CPU time for a page; a page of text takes 0.2 s, and starting the process for it another 0.2 s."""
LIMITS = Limits(memory=1 << 30, processor=PAINTING, file=0, nice=10)  # it yields to others, however long a page takes
"""Limits of a painter."""
_QUEUE, _WAITING = 5.0, 6  # seconds that a request waits for a painter, and number of such requests
_AT_ONCE = 2  # painters that run at the same time, per server process
WAITED = 3  # wall-clock limit of a painter, as a multiple of its CPU limit: other processes use the CPU too
_FAILED, _FORGOTTEN = 1024, 600  # number of failed pages that are remembered, and seconds until one is tried again


class Sheet(NamedTuple):
    """A page to paint: the SHA-256 of its file, its number from 1, and the quarter turns clockwise to make it upright.

    For a page whose text was recognised in a picture, `box` is the upright page (left, top, right, bottom in points),
    and `warp` is the 3 × 3 matrix, row by row, that maps points of the upright page to points of the picture.
    """

    sha256: str
    number: int
    turns: int = 0
    box: tuple[float, ...] | None = None
    warp: tuple[float, ...] | None = None


def sheet_of(store: Publication, record: SourceRecord, number: int) -> Sheet | None:
    """Return a page of a source, or None if there is none of that number.

    Raises SourceMissingError, StoreUnusableError.
    """
    if record.media_type not in renditions.PAGED:
        return None
    rendition = store.rendition(record.sha16)
    shape = renditions.shape(rendition, number)
    if shape is None and not any(line["page"] == number for line in rendition["lines"]):
        return None
    plain = Sheet(record.sha256, number, int(shape[-1]) if shape else 0)
    kept = store.recognition(record.sha16)
    recognised = () if kept is None else json.loads(kept)["pages"]
    page = next((each for each in recognised if each["number"] == number), None)
    return plain if page is None else plain._replace(box=tuple(page["box"]), warp=tuple(page["warp"]))


class Pictures:
    """Maker and cache of page pictures, one per server process, used from its event loop."""

    def __init__(self) -> None:
        self._painted: bounded_cache.BoundedCache[bytes] = bounded_cache.BoundedCache(
            64 << 20, len
        )  # bytes of pictures in memory
        self._failed: TTLCache[Sheet, bool] = TTLCache(_FAILED, _FORGOTTEN)
        self._seats = Seats(_AT_ONCE, _WAITING, _WAITING + 1, _QUEUE)

    async def of(self, sheet: Sheet, path: Path, client: Client) -> bytes:
        """Return the PNG of a page of the file at `path`, painted as soon as it is the client's turn.

        Raises PoolBusyError, ClientGoneError, and LimitError for a page that cannot be painted within the limits.
        """
        if sheet not in self._failed and self._painted.get(sheet) is None:
            async with self._seats.held(client):
                await self._paint(sheet, path)
        painted = self._painted.get(sheet)
        if painted is None:
            raise _unpaintable()
        return painted

    async def _paint(self, sheet: Sheet, path: Path) -> None:
        """Have a page painted, and keep its picture or that it failed, unless a request before this one did."""
        if sheet in self._failed or self._painted.get(sheet) is not None:
            return
        painted = await asyncio.to_thread(_painted, path, sheet, PAINTING)
        if painted is None:
            self._failed[sheet] = True
        else:
            self._painted.put(sheet, painted)


def _painted(path: Path, sheet: Sheet, seconds: int) -> bytes | None:
    """Return the PNG that a new process makes of a page, or None if the process fails."""
    limits = LIMITS._replace(processor=seconds)
    try:
        with closing(
            Child("jixiao.server.sources.painting:paint", str(path), *sheet[1:], limits=limits, largest=LARGEST)
        ) as painter:
            return painter.receive(time.monotonic() + WAITED * seconds)
    except (EndedError, TimeoutError):
        return None


def _unpaintable() -> LimitError:
    return LimitError(
        "这一页画不出来：文件有损坏，或超出了时间、内存的限制。文字仍可逐行查看。",
        "This page cannot be drawn: the file is broken, or drawing it takes too much time or memory. Its lines of text"
        " can be read all the same.",
    )
