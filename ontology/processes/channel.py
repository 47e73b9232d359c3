"""Messages of bytes between a child process and its parent, and the program that a child runs.

A message goes behind its length, so that it may hold anything and needs one system call. Its meaning is that of each
use; parents restore no objects from messages (pickle), since a child may have been taken over.
"""

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
    """Cut messages out of the bytes of a stream; `failure` is the error that ended the other side, in words."""

    def __init__(self, largest: int = _LONGEST) -> None:
        self.failure = ""
        self._largest = largest
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the messages that end in the next piece. Raises ValueError for one above `largest` bytes."""
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
    """Return a message behind its length."""
    return LENGTH.pack(len(message)) + message


class Channel:
    """The child's end of the connection, given as a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._frames = Frames()
        self._received: deque[bytes] = deque()

    def send(self, message: bytes) -> None:
        """Send a message. Raises ConnectionError if the parent is gone."""
        self._write(framed(message))

    def fail(self, error: BaseException) -> None:
        """Tell the parent the error that ends this process."""
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
    """Run the program of a child of the process `parent`: load `target` ("module:name"), take on the limits, call it.

    The function is given the channel to the parent and the arguments, a JSON array. Its errors are told to the parent,
    in words.
    """
    channel = Channel(descriptor)
    module, _, name = target.partition(":")
    try:
        function = getattr(import_module(module), name)
        confine(limits)
        if os.getppid() != parent:  # it ended before confine() asked for the signal of its end
            sys.exit(1)
        function(channel, *json.loads(arguments))
    except (ConnectionError, EOFError):  # the parent is gone
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent decides what it means
        channel.fail(error)
        sys.exit(1)
