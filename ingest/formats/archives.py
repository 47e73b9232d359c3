"""A zip of filings -> its files; and how much any zip (docx and xlsx are ones) may hold before it is opened at all.

`zipfile` never unpacks more of a member than its header declares, so the declared sizes bound memory and time
(APPNOTE.TXT, sections 4.3 and 4.4).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from jixiao.ingest.errors import UnreadableError

MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 100_000_000
LARGEST_BATCH = 200_000_000
# Deflate cannot pack text more than about a thousandfold; a table's XML stays below a hundredfold.
LARGEST_RATIO = 200
_SMALL = 1_000_000  # below this no ratio does harm

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
)
"""What `zipfile` raises for a broken member; a password is a RuntimeError, and asked for beforehand."""

_ENCRYPTED, _UTF_8 = 0x1, 0x800  # general purpose bit flags
# One of these makes a zip one document of that format, and no batch.
_DOCUMENT_PARTS = frozenset({"[Content_Types].xml", "mimetype", "OFD.xml"})
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "", ".."})  # the last two are no names at all


def parts(content: bytes) -> frozenset[str]:
    """The names in a zip; none where the content is no zip. Never raises."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except ZIP_ERRORS:
        return frozenset()


def unpacked(content: bytes, largest: int = LARGEST_UNPACKED) -> dict[str, bytes]:
    """Every file of a zip by its full name, within bounds. Raises UnreadableError."""
    return {member.filename: data for member, data in _read(content, largest) if not member.is_dir()}


def members(content: bytes) -> tuple[tuple[str, bytes], ...] | None:
    """Base name and content of every file of a zip of filings, by the order of their full names.

    None where the content is no zip, or a zip that is one document (docx, xlsx, odt, ofd …). Folders, hidden files and
    what systems leave behind are left out; a zip in a zip is a member like any other. Raises UnreadableError for a zip
    that is broken, locked, empty or out of bounds.
    """
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")) or parts(content) & _DOCUMENT_PARTS:
        return None
    found = sorted((_name(member), data) for member, data in _read(content, LARGEST_BATCH) if not member.is_dir())
    kept = tuple((PurePosixPath(name).name, data) for name, data in found if not _is_left_behind(name))
    if not kept:
        raise UnreadableError("压缩包里没有文件", "the archive holds no file")
    return kept


def _read(content: bytes, largest: int) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check(archive.infolist(), largest)
            for member in archive.infolist():
                yield member, archive.read(member)
    except ZIP_ERRORS as error:
        raise UnreadableError("压缩包已损坏", "the archive is broken") from error


def _check(infos: list[zipfile.ZipInfo], largest: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise UnreadableError(
            f"压缩包内文件过多（超过 {MOST_MEMBERS:,} 个）", f"the archive holds more than {MOST_MEMBERS:,} files"
        )
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise UnreadableError("压缩包有密码", "the archive is locked with a password")
    if sum(info.file_size for info in infos) > largest:
        raise UnreadableError(
            f"解压后过大（超过 {largest:,} 字节）", f"the archive unpacks to more than {largest:,} bytes"
        )
    if any(info.file_size > max(_SMALL, LARGEST_RATIO * info.compress_size) for info in infos):
        raise UnreadableError("压缩比异常，疑为压缩炸弹", "the archive is packed too tightly: a zip bomb, it seems")


def _name(member: zipfile.ZipInfo) -> str:
    """The full name, with `/` between folders; Chinese systems write names in GBK and do not say so."""
    name = member.filename
    if not member.flag_bits & _UTF_8:
        packed = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = packed.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _is_left_behind(name: str) -> bool:
    path = PurePosixPath(name)
    inside = (part for part in path.parts if part != "..")
    return path.name.lower() in _LEFT_BEHIND or any(part.startswith((".", "__MACOSX", "~$")) for part in inside)
