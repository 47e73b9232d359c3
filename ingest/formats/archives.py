"""Unpack zips of filings, and bound the size of any zip (such as docx and xlsx) before it is opened.

`zipfile` never unpacks more of a member than its header declares, so the declared sizes bound memory and time
(APPNOTE.TXT, sections 4.3 and 4.4).
"""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path, PurePosixPath

from jixiao.ingest.errors import UnreadableError

MOST_MEMBERS = 2_000
LARGEST_FILE = 50_000_000  # bytes: a filing has a few hundred kilobytes; a larger file is a mistake or an attack
LARGEST_UNPACKED = 100_000_000  # most bytes, unpacked, of a zip that is one document
LARGEST_BATCH = 200_000_000  # most bytes, unpacked, of a zip of filings
# Unpacked to packed size: Deflate reaches at most about 1000; the XML of a table stays below 100.
LARGEST_RATIO = 200
_SMALL = 1_000_000  # bytes, unpacked: a smaller file is harmless, so its ratio is not checked

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
"""Errors that `zipfile` raises for broken files. For a password it raises RuntimeError; that is checked earlier."""

_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_CRAWL = re.compile(r"archive/[\w.-]+\.warc(?:\.gz)?")
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # general purpose bit flags
# A zip that holds one of these files is a document (docx, odt, ofd), not a zip of filings.
_DOCUMENT_PARTS = frozenset({"[Content_Types].xml", "mimetype", "OFD.xml"})
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "", ".."})  # the last two cannot be names of files
_UNFINISHED = frozenset({".crdownload", ".part"})  # suffixes that browsers give to what they still download


def parts(content: bytes) -> frozenset[str]:
    """Return the full names of the files in a zip; an empty set for other content or a broken zip. Never raises."""
    if not content.startswith(_STARTS):
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except ZIP_ERRORS:
        return frozenset()


def unpacked(content: bytes, wanted: Callable[[str], object] = lambda name: True) -> dict[str, bytes]:
    """Return the content of the files in a zip whose full names are `wanted`, by name.

    Raises UnreadableError for a zip that is broken or out of bounds, and for a wanted file with a password.
    """
    return {member.filename: data for member, data in _read(content, LARGEST_UNPACKED, wanted) if not member.is_dir()}


def members(content: bytes) -> tuple[tuple[str, bytes], ...] | None:
    """Return name and content of each file in a zip of filings, sorted by their full names.

    The name is the base name, or the full name of a file of whose base name there are several.

    Returns None for content that is not a zip, and for a zip that is itself one document (docx, xlsx, odt, ofd …).
    Folders, hidden files and system files are left out; a zip within the zip is returned like any other file. Raises
    UnreadableError for a zip that is broken, locked, empty or out of bounds.
    """
    if not content.startswith(_STARTS) or parts(content) & _DOCUMENT_PARTS:
        return None
    found = sorted((_name(member), data) for member, data in _read(content, LARGEST_BATCH) if not member.is_dir())
    kept = [(PurePosixPath(name), data) for name, data in found if not is_system_file(name)]
    if not kept:
        raise UnreadableError("压缩包里没有文件", "the archive holds no file")
    named = Counter(path.name for path, _ in kept)
    return tuple((path.name if named[path.name] == 1 else _below(path), data) for path, data in kept)


def crawls(path: Path, folder: Path) -> dict[Path, Path] | None:
    """Unpack the WARC files of a WACZ into a folder; return the name to show for each, or None if the file is no WACZ.

    Raises UnreadableError for a WACZ that is broken or out of bounds.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = [each for each in archive.infolist() if _CRAWL.fullmatch(each.filename)]
            if "datapackage.json" not in archive.namelist() or not held:
                return None
            if any(each.file_size > max(LARGEST_FILE, LARGEST_RATIO * each.compress_size) for each in held):
                raise _bomb()
            return {Path(archive.extract(each, folder)): path / each.filename for each in held}
    except zipfile.BadZipFile:
        return None  # reported when it is opened as another zip
    except ZIP_ERRORS as error:
        raise UnreadableError("文件已损坏，不能解压", "the file is broken and cannot be unpacked") from error


def decoded_name(name: bytes) -> str | None:
    """Decode a file's name from UTF-8, or else GB18030 (zips made on Windows); None if it is in neither."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return name.decode(encoding)
    return None


def _read(
    content: bytes, largest: int, wanted: Callable[[str], object] = lambda name: True
) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check(archive.infolist(), largest)
            for member in archive.infolist():
                if wanted(member.filename):
                    if member.flag_bits & _ENCRYPTED:
                        raise UnreadableError("文件已加密，有密码", "the file is locked with a password")
                    yield member, archive.read(member)
    except ZIP_ERRORS as error:
        raise UnreadableError("文件已损坏，不能解压", "the file is broken and cannot be unpacked") from error


def _check(infos: list[zipfile.ZipInfo], largest: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise UnreadableError(
            f"压缩包内文件过多（超过 {MOST_MEMBERS:,} 个）", f"the zip holds more than {MOST_MEMBERS:,} files"
        )
    if sum(info.file_size for info in infos) > largest:
        raise UnreadableError(
            f"解压后过大（超过 {largest:,} 字节）", f"the file unpacks to more than {largest:,} bytes"
        )
    if any(info.file_size > max(_SMALL, LARGEST_RATIO * info.compress_size) for info in infos):
        raise _bomb()


def _bomb() -> UnreadableError:
    return UnreadableError("压缩比过大，疑为压缩炸弹", "the file is packed too tightly: a zip bomb, it seems")


def _name(member: zipfile.ZipInfo) -> str:
    """Return a file's full name in a zip, with `/` between folders.

    Chinese versions of Windows write names in GBK without the flag that declares an encoding; `zipfile` then decodes
    them as cp437, which is undone here.
    """
    name = member.filename
    if not member.flag_bits & _UTF_8:
        name = decoded_name(name.encode("cp437", "replace")) or name
    return name.replace("\\", "/")


def _below(path: PurePosixPath) -> str:
    """Return a full name without parts that lead out of the archive."""
    return "/".join(part for part in path.parts if part not in {"..", "/"})


def is_system_file(name: str) -> bool:
    """Return whether a file, by its name with its folders, is of a system or program and no document."""
    path = PurePosixPath(name)
    inside = (part for part in path.parts if part != "..")
    is_system = path.name.lower() in _SYSTEM_FILES or path.suffix.lower() in _UNFINISHED
    return is_system or any(part.startswith((".", "__MACOSX", "~$")) for part in inside)
