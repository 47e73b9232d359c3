"""Read files of any known format. A format is added as a module of this folder that fulfils `Reader`.

The format is found by content, never by file name.
"""

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.signatures import format_of
from jixiao.ingest.rendition import Rendition


class Reader(Protocol):
    """A module of this folder: the reader of one format."""

    NAME: str

    def accepts(self, content: bytes) -> bool:
        """Return whether the content is of this reader's format."""

    def read(self, content: bytes) -> Rendition:
        """Return the rendition, its `left_out` naming the parts that were not looked into; raises UnreadableError."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return every reader of this folder, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names)


def read(content: bytes) -> Rendition:
    """Return the rendition of a file's content.

    Raises UnreadableError for an empty file and for content that no reader accepts.
    """
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableError("文件是空的", "the file is empty")
    for reader in readers():
        if reader.accepts(content):
            return reader.read(content)
    if name := format_of(content):
        raise UnreadableError(f"尚不能读取的格式：{name}", f"a format that is not read yet: {name}")
    raise UnreadableError(
        "不是文本，也不是已知的格式（二进制内容）", "neither text nor a known format (binary content)"
    )
