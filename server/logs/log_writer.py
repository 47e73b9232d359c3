"""Write log lines to stderr or a file in a separate thread, so that no caller waits for a slow reader or disk.

Built on the standard library's QueueListener and WatchedFileHandler. Lines are queued as text and written in batches:
decision 37 of docs/decisions.md gives the cost of a log record and a write per line.
"""

import contextlib
import os
import threading
from functools import partial
from logging.handlers import QueueListener, WatchedFileHandler
from queue import Empty, SimpleQueue
from typing import Any

WAITING = 10_000
"""Most lines that wait to be written; while so many wait, further lines are dropped."""
_EVERY = 0.2  # seconds between two batches of lines
_LAST = 1.0  # seconds in which the queued lines must be written when the server stops
# Characters that fill a batch. A pipe takes 4096 bytes in one piece (PIPE_BUF), so that lines of several processes do
# not run into each other; the rest is left for the batch's last line, which may have a query's text.
_BATCH = 1024


class LogWriter(QueueListener):
    """A queue of lines and a thread that writes them to `path`: a file, made with mode 640, or stderr for `-`.

    `dropped` counts the lines that found the queue full or could not be written.
    """

    queue: SimpleQueue[str]

    def __init__(self, path: str) -> None:
        super().__init__(SimpleQueue())
        self._file = None if path == "-" else _File(path)
        self._ending = threading.Event()
        self._running = False
        self.dropped = 0

    def put(self, line: str) -> None:
        """Queue a line, given without its line break."""
        if self.queue.qsize() < WAITING:
            self.queue.put_nowait(line)
        else:
            self.dropped += 1

    def start(self) -> None:
        """Start the thread."""
        self._running = True
        super().start()

    def stop(self) -> None:
        """Write the queued lines, for a second at most, and close the file."""
        if self._running:
            # QueueListener.stop() waits for its thread, which a stuck reader may hold for ever.
            stopping = threading.Thread(target=self._stop, daemon=True)
            stopping.start()
            stopping.join(_LAST)

    def _stop(self) -> None:
        super().stop()
        self._running = False
        if self._file is not None:
            self._file.close()

    def flush(self) -> None:
        """Write lines queued before start() or, for stderr, after stop(); return when they are written."""
        if not self._running and (self._file is None or self._file.stream is not None):
            with contextlib.suppress(Empty):
                while True:
                    self.handle(self.dequeue(block=False))

    def enqueue_sentinel(self) -> None:
        """Let the thread end once the queue is empty."""
        self._ending.set()

    def dequeue(self, block: bool) -> Any:
        """Return the next lines as the bytes of a batch; wait for a line if `block`.

        QueueListener takes single records from here. Raises Empty without a line, which ends the thread.
        """
        while block and self.queue.empty() and not self._ending.wait(_EVERY):
            pass
        batch = self.queue.get_nowait() + "\n"
        while len(batch) < _BATCH and not self.queue.empty():
            batch += self.queue.get_nowait() + "\n"
        return batch.encode("utf-8", "backslashreplace")

    def handle(self, record: Any) -> None:
        """Write the bytes of a batch; on failure count its lines as dropped."""
        left = memoryview(record)
        try:
            descriptor = 2 if self._file is None else self._file.descriptor()
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            # The disk is full or the reader has gone, so the loss can only be reported in the metrics.
            self.dropped += record.count(b"\n")


class _File(WatchedFileHandler):
    """A file that several processes may append to, opened anew when its name leads elsewhere, as after a rotation."""

    def descriptor(self) -> int:
        self.reopenIfNeeded()
        if self.stream is None:  # the last attempt to open it anew failed
            self.stream = self._open()
        return self.stream.fileno()

    def _open(self) -> Any:
        return open(self.baseFilename, "ab", buffering=0, opener=partial(os.open, mode=0o640))
