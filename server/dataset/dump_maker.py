"""Make the dump files of the current version in the background, when one is requested or when the server is idle."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from jixiao.server.errors import ServerError
from jixiao.server.runtime.service import Service
from jixiao.store import Store, StoreError

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = 5.0  # seconds
IDLE = 60.0
"""Seconds without a new version and without a query after which the dumps are made without a request."""


class DumpMaker:
    """Maker of a store's dumps, in one process at a time. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._starting = threading.Lock()
        self._making = ""  # the version whose dumps are being made
        self._failed = ""  # the last version whose dumps could not be made

    def begin(self, version: str) -> bool:
        """Start making a version's dumps, unless some are being made already; return False if it is impossible."""
        with self._starting:
            if self._store.dumping or self._making:
                return True
            if version == self._failed or not self._store.writable:
                return False
            self._making = version
            # The thread only waits for the process that writes the files; a stopping server waits for neither.
            threading.Thread(target=self._make, args=[version], name="dumps", daemon=True).start()
            return True

    def _make(self, version: str) -> None:
        try:
            self._store.make_dumps(version)
        except StoreError as error:
            self._failed = version
            _LOG.error("版本 %s 的导出文件没有写成 the dumps were not made: %s", version, error)
        finally:
            self._making = ""


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[None]:
    """Make dumps in idle time until the end of the block; does nothing if the data is at another server's endpoint."""
    store = service.store
    if not isinstance(store, Store):
        yield
        return
    maker = DumpMaker(store)
    service.own(DumpMaker, lambda: maker)
    looking = asyncio.create_task(_look(service, maker, IDLE))
    try:
        yield
    finally:
        looking.cancel()


async def _look(service: Service, maker: DumpMaker, idle: float) -> None:
    """Start the dumps of a version when it has been current, and no query has run, for `idle` seconds; repeat."""
    quiet_since, last = service.loop.time(), ""
    while True:
        await asyncio.sleep(min(_LOOK_EVERY, idle))
        with suppress(StoreError, ServerError):  # the loop simply tries again after such an error
            now = await service.newest()
            if now.version != last or service.engine.busy:
                quiet_since, last = service.loop.time(), now.version
            elif service.loop.time() - quiet_since >= idle:
                await asyncio.to_thread(_begin, service, maker, last)


def _begin(service: Service, maker: DumpMaker, version: str) -> None:
    record = service.store.version(version)
    if record is not None and record.dumped is None:
        maker.begin(version)
