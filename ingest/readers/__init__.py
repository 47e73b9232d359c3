"""Read files of any known format; each module of this folder reads one format and fulfils `Reader`.

The format is recognised by a file's content, never by its name. The result is a rendition: the file's text as lines,
and rows of cells that refer to the lines; a paragraph is a row with one cell. *Recognition* is reading the characters
in pictures (OCR).
"""

import importlib
import pkgutil
import re
from functools import cache
from typing import Protocol, cast

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.formats.content import check_spoilt, decoding, first_broken, format_of
from jixiao.ingest.formats.rendering import with_simplified_cells
from jixiao.ingest.recognition import Recognition
from jixiao.ingest.rendition import Rendition

_NEAR = 65_536  # bytes from the start that are searched for the signs of formats


class Reader(Protocol):
    """A module of this folder that reads one format.

    The pattern `SIGNS` matches near the start of any content of the format, once this start is in lower case and
    without zero bytes; only the readers whose pattern matches are asked, in the order of their modules' names, and the
    first that accepts reads. A reader therefore accepts nothing that another one reads.

    If the format may hold pictures of text, the module has `read_again`, too, which takes an earlier recognition of the
    pictures besides the content, and returns the rendition without recognising them again.
    """

    SIGNS: re.Pattern[bytes]

    def accepts(self, content: bytes) -> bool:
        """Return whether the content is in this reader's format."""

    def read(self, content: bytes) -> Rendition:
        """Return the rendition of the content; its `left_out` names the parts of the file that were not read.

        Raises UnreadableError for a broken, locked or oversized file.
        """


@cache
def readers() -> tuple[Reader, ...]:
    """Return the reader modules of this folder, sorted by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names)


def read(content: bytes, recognition: Recognition | None = None) -> Rendition:
    """Return the rendition of a file's content, with the cells of a page in traditional characters simplified.

    If the earlier `recognition` of its pictures is given, they are not recognised again. Raises UnreadableError for an
    empty file and for content that no reader accepts.
    """
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise UnreadableError("文件是空的", "the file is empty")
    near = content[:_NEAR].replace(b"\0", b"").lower()
    for reader in readers():
        if reader.SIGNS.search(near) and reader.accepts(content):
            again = getattr(reader, "read_again", None)
            found = again(content, recognition) if again and recognition else reader.read(content)
            return found if found.recognition else with_simplified_cells(found)
    if known := format_of(content):
        archives.members(content)  # raises for a zip that is broken
        raise known.unread()
    if place := first_broken(content):
        line, byte = place
        raise UnreadableError(
            f"字符编码不明：第 {line} 行（文件的第 {byte:,} 字节）不是 UTF-8 或 GB18030",
            f"the character encoding is not known: line {line} (byte {byte:,} of the file) is no UTF-8 or GB18030",
        )
    if found := decoding(content):
        check_spoilt([found.text])
    raise UnreadableError(
        "不是文本，也不是已知的格式（二进制内容）", "neither text nor a known format (binary content)"
    )
