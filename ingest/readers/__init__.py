"""Read files of any known format. A format is added as a module of this folder that fulfils `Reader`.

The format is found by content, never by file name.
"""

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast, runtime_checkable

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.signatures import format_of
from jixiao.ingest.recognition import Recognition
from jixiao.ingest.rendition import Rendition


class Reader(Protocol):
    """A module of this folder: the reader of one format."""

    NAME: str

    def accepts(self, content: bytes) -> bool:
        """Return whether the content is of this reader's format."""

    def read(self, content: bytes) -> Rendition:
        """Return the rendition, its `left_out` naming the parts that were not looked into; raises UnreadableError."""


@runtime_checkable
class Recognising(Protocol):
    """A reader of a format that may hold pictures of text."""

    def read_again(self, content: bytes, recognition: Recognition) -> Rendition:
        """Return the rendition with the text recognised before, without recognising any again."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return every reader of this folder, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names)


def read(content: bytes, recognition: Recognition | None = None) -> Rendition:
    """Return the rendition of a file's content; its pictures are not recognised again if a `recognition` is given.

    Raises UnreadableError for an empty file and for content that no reader accepts.
    """
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableError("文件是空的", "the file is empty")
    for reader in readers():
        if reader.accepts(content):
            if recognition is not None and isinstance(reader, Recognising):
                return reader.read_again(content, recognition)
            return reader.read(content)
    if name := format_of(content):
        raise UnreadableError(f"尚不能读取的格式：{name}", f"a format that is not read yet: {name}")
    raise UnreadableError(
        "不是文本，也不是已知的格式（二进制内容）", "neither text nor a known format (binary content)"
    )
