"""Notes of how far a process came, which another process reads after its end.

A process notes each step in a file, so that the note outlives a process that is killed. A note consists of numbers
alone, since a process that reads files of strangers may have been taken over; the words are those of this module.
"""

import mmap
import os
import struct
from enum import Enum
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual

_NOTE = struct.Struct("!HQ")  # the number of the step, from 1, and the number of its page, sheet or line
_SLOTS = 4_096
"""Notes that one file holds; more calls are never under way at a time."""


class Step(Enum):
    """A step of reading a file, with words for its place; {} stands for a number from 1."""

    UNPACKING = Bilingual("解开压缩包的第 {} 份文件", "unpacking file {} of the archive")
    OPENING = Bilingual("打开文件", "opening the file")
    CONVERTING = Bilingual("用 LibreOffice 转换", "conversion by LibreOffice")
    PAGE = Bilingual("第 {} 页", "page {}")
    RECOGNISING = Bilingual("识别第 {} 页", "recognition of page {}")
    SHEET = Bilingual("第 {} 张工作表", "sheet {}")
    PARAGRAPH = Bilingual("第 {} 段", "paragraph {}")
    LINE = Bilingual("第 {} 行", "line {}")
    EXTRACTING = Bilingual("读完各行，辨认表格和指标", "all lines read, recognising forms and indicators")
    STATING = Bilingual("写出各条事实", "stating the facts")
    JUDGING = Bilingual("按规则检查", "checking by the rules")

    def at(self, number: int) -> Bilingual:
        """Return the words for the place of a step."""
        return Bilingual(self.value.zh.format(f"{number:,}"), self.value.en.format(f"{number:,}"))


_STEPS = tuple(Step)
_NUMBERS = {step: number for number, step in enumerate(_STEPS, 1)}


class Notes:
    """A file of notes, which other processes write by `keep`, each at a slot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        os.truncate(self._file, _SLOTS * _NOTE.size)

    def clear(self, number: int) -> int:
        """Return the slot for the call with a number, without the note of an earlier call."""
        slot = number % _SLOTS
        os.pwrite(self._file, bytes(_NOTE.size), slot * _NOTE.size)
        return slot

    def place(self, slot: int = 0) -> Bilingual | None:
        """Return where a call was, by its slot; None without a note.

        The file is not mapped into memory here, since its writer might cut it.
        """
        note = os.pread(self._file, _NOTE.size, slot * _NOTE.size)
        return _place(note)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _place(note: bytes) -> Bilingual | None:
    step, number = _NOTE.unpack(note) if len(note) == _NOTE.size else (0, 0)
    return _STEPS[step - 1].at(number) if 0 < step <= len(_STEPS) else None


class _Kept:
    """The place of the notes of this process: a memory that is shared with the file, or nothing."""

    path: Path | None = None
    memory: mmap.mmap | None = None
    start = 0


def keep(path: Path, slot: int = 0) -> None:
    """Have this process write its notes at a slot of a file that a `Notes` made."""
    if _Kept.path != path:
        with path.open("r+b") as file:
            _Kept.memory, _Kept.path = mmap.mmap(file.fileno(), 0), path
    _Kept.start = slot * _NOTE.size


def reached(step: Step, number: int = 0) -> None:
    """Note a step, and the number of its page, sheet or line; nothing happens in a process that keeps no notes."""
    if _Kept.memory is not None:
        _NOTE.pack_into(_Kept.memory, _Kept.start, _NUMBERS[step], number)


def latest() -> Bilingual | None:
    """Return where this process is by its own notes; None without any."""
    memory, start = _Kept.memory, _Kept.start
    return None if memory is None else _place(memory[start : start + _NOTE.size])


def with_place(reason: tuple[str, str], place: Bilingual | None) -> tuple[str, str]:
    """Return the reason of an end, in Chinese and English, with the place that was reached."""
    zh, en = reason
    return (f"{zh}；读到：{place.zh}", f"{en}; it had come to: {place.en}") if place else reason
