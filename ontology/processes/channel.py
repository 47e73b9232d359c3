"""Messages of bytes between a child process and its parent, and the program that a child runs.

The length of a message precedes its bytes, so that it may have any content and needs one system call. The meaning of
messages is decided by each pair of parent and child; parents never restore objects from messages (pickle), since a
child may have been taken over.
"""

import gc
import json
import os
import struct
import sys
from collections import deque
from collections.abc import Iterator
from importlib import import_module

from jixiao.ontology.processes.limits import Limits, confine

LENGTH = struct.Struct("!i")
"""Length of a message, before its bytes; a negative one precedes the words of the error that ended the child."""

_LONGEST = (1 << 31) - 1


class Frames:
    """A splitter of a stream's bytes into messages.

    `failure` is the text of the error that ended the other side, or empty.
    """

    def __init__(self, largest: int = _LONGEST) -> None:
        self.failure = ""
        self._largest = largest
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Add a piece of the stream; yield the messages that the piece completes.

        Raises ValueError for a message of more than `largest` bytes.
        """
        buffer = self._buffer
        buffer += piece
        while len(buffer) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(buffer)
            if abs(length) > self._largest:
                raise ValueError(f"a message of {abs(length)} bytes")
            end = LENGTH.size + abs(length)
            if len(buffer) < end:
                return
            message = bytes(memoryview(buffer)[LENGTH.size : end])
            del buffer[:end]
            if length < 0:
                self.failure = message.decode(errors="replace")
            else:
                yield message


def framed(message: bytes) -> bytes:
    """Return a message preceded by its length."""
    return LENGTH.pack(len(message)) + message


class Channel:
    """The child's end of the connection to its parent, given as a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._frames = Frames()
        self._received: deque[bytes] = deque()

    def send(self, message: bytes) -> None:
        """Send a message. Raises ConnectionError if the parent is gone."""
        self._write(framed(message))

    def fail(self, error: BaseException) -> None:
        """Send the parent the text of the error that ends this process."""
        words = f"{type(error).__name__}: {error}".encode(errors="replace")
        self._write(LENGTH.pack(-len(words)) + words)

    def receive(self) -> bytes:
        """Return the next message. Raises EOFError if the parent is gone."""
        while not self._received:
            piece = os.read(self._descriptor, 64 << 10)
            if not piece:
                raise EOFError
            self._received.extend(self._frames.feed(piece))
        return self._received.popleft()

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(self._descriptor, left) :]


def main(parent: int, descriptor: int, limits: Limits, target: str, arguments: str) -> None:
    """Run the program of a child: import a function, confine this process by `limits`, and call the function.

    `parent` is the id of the parent process, and `descriptor` is the descriptor of the connection to the parent.
    `target` ("module:name") is the function, which gets a channel and the `arguments`, a JSON array. The text of an
    error is sent to the parent.
    """
    channel = Channel(descriptor)
    module, _, name = target.partition(":")
    try:
        gc.disable()  # modules stay in memory; to look for garbage among them takes an eighth of a large import
        function = getattr(import_module(module), name)
        gc.freeze()
        gc.enable()
        confine(limits)
        if os.getppid() != parent:  # it ended before confine() asked for the signal of its end
            sys.exit(1)
        function(channel, *json.loads(arguments))
    except (ConnectionError, EOFError):  # the parent is gone
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent decides what it means
        channel.fail(error)
        sys.exit(1)
