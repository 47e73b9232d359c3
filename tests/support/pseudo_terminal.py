"""Run a command of `jixiao` on a terminal of a given size."""

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from jixiao.cli import main


def on_terminal(rows: int, columns: int, *args: str | Path) -> list[str]:
    """Return the rows that the command prints, without their colours; it runs in this process."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    shown = bytearray()

    def read() -> None:
        with suppress(OSError):  # Linux reports the end of a terminal as an error
            while piece := os.read(ours, 65536):
                shown.extend(piece)

    reading = threading.Thread(target=read)
    reading.start()
    with pytest.MonkeyPatch.context() as patched, os.fdopen(theirs, "w", buffering=1, encoding="utf-8") as terminal:
        patched.setenv("PYTHONSAFEPATH", "")  # which the command sets, and which is undone here
        patched.setattr(sys, "argv", ["jixiao", *map(str, args)])
        patched.setattr(sys, "stdin", io.StringIO())
        patched.setattr(sys, "stdout", terminal)
        patched.setattr(sys, "stderr", terminal)
        with suppress(SystemExit):
            main()
    reading.join()
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
