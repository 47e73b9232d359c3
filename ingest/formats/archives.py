"""Unpack zips of filings, and bound the size of any zip (such as docx, xlsx and wacz) before it is opened.

`zipfile` never unpacks more of a member than its header declares, so the declared sizes bound memory and time
(APPNOTE.TXT, sections 4.3 and 4.4).
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote

from jixiao.ingest.errors import UnreadableError
from jixiao.ontology.steps import Step, reached
from jixiao.ontology.text.wording import Wording

MOST_MEMBERS = 2_000
LARGEST_FILE = 50_000_000  # bytes: a filing has a few hundred kilobytes; a larger file is a mistake or an attack
LARGEST_UNPACKED = 100_000_000  # most bytes, unpacked, of a zip that is one document
LARGEST_BATCH = 200_000_000  # most bytes, unpacked, of a zip of filings, and of a small web archive
DISK_RATIO = 20  # bytes on disk, unpacked, for each byte of a web archive that is not small
# Unpacked to packed size: Deflate reaches at most about 1000; the XML of a table stays below 100.
LARGEST_RATIO = 200
SMALL = 1_000_000  # bytes, unpacked: a smaller file is harmless, so its ratio is not checked

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
)
"""Errors that `zipfile` raises for broken files. For a password it raises RuntimeError; that is checked earlier."""

_TOO_MANY = f"压缩包内文件过多（超过 {MOST_MEMBERS:,} 个）", f"the zip holds more than {MOST_MEMBERS:,} files"
_LOCKED = "文件已加密，有密码", "the file is locked with a password"
BOMB = "压缩比过大，疑为压缩炸弹", "the file is packed too tightly: a zip bomb, it seems"

_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
SIGNS = re.compile(rb"\Apk")
"""The sign of a zip, as readers have it."""
_HEADER = 30  # bytes before a member's name and data
_LONGEST_ENTRY = 1_000  # bytes of a member in the list of files, on average; an entry with a usual name has 100
_END, _LONGER_ENDS, _LONGEST_END = 22, 76, 65_700  # bytes of a zip's end, of the records before it, and with a comment
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # general purpose bit flags
_DOCUMENT_PARTS = frozenset(Wording("jixiao.ingest.formats", "signatures.toml").words("documents"))
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "", ".."})  # the last two cannot be names of files
# Suffixes that browsers give to what they still download, and programs to what they are about to remove.
_UNFINISHED = frozenset({".crdownload", ".part", ".xltd", ".tmp"})


@lru_cache(maxsize=1)  # several readers ask for those of the same file
def parts(content: bytes) -> frozenset[str]:
    """Return the full names of the files in a zip, as `part_name` writes them.

    The set is empty for other content or a broken zip. Never raises.
    """
    if not content.startswith(_STARTS):
        return frozenset()
    try:
        with _opened(content) as archive:
            return frozenset(map(part_name, archive.namelist()))
    except (UnreadableError, *ZIP_ERRORS):
        return frozenset()


def is_batch(content: bytes) -> bool:
    """Return whether the content is a zip that is not itself one document (docx, xlsx, odt, ofd …)."""
    return content.startswith(_STARTS) and not parts(content) & _DOCUMENT_PARTS


def unpacked(content: bytes, wanted: Callable[[str], object] = lambda name: True) -> dict[str, bytes]:
    """Return the content of the files in a zip whose full names, as `part_name` writes them, are `wanted`.

    Raises UnreadableError for a zip that is broken or out of bounds, and for a wanted file with a password.
    """
    return {
        part_name(member.filename): data
        for member, data in _read(content, LARGEST_UNPACKED, wanted)
        if not member.is_dir()
    }


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by their full names, not compressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def members(content: bytes) -> tuple[tuple[str, bytes], ...] | None:
    """Return name and content of each file in a zip of filings, sorted by their full names.

    The name is the base name, or the full name if several files share the base name.

    Returns None for content that is not a zip, and for a zip that is itself one document (docx, xlsx, odt, ofd …).
    Folders, hidden files and system files are left out; a zip within the zip is returned like any other file. Raises
    UnreadableError for a zip that is broken, locked, empty or out of bounds.
    """
    if not is_batch(content):
        return None
    found = sorted((_name(member), data) for member, data in _read(content, LARGEST_BATCH) if not member.is_dir())
    kept = [(PurePosixPath(name), data) for name, data in found if not is_system_file(name)]
    if not kept:
        raise UnreadableError("压缩包里没有文件", "the archive holds no file")
    named = Counter(path.name for path, _ in kept)
    # A full name has no parts that lead out of the archive.
    full = {path: "/".join(part for part in path.parts if part not in {"..", "/"}) for path, _ in kept}
    return tuple((path.name if named[path.name] == 1 else full[path], data) for path, data in kept)


def system_files(content: bytes) -> tuple[str, ...]:
    """Return the full names of the files that `members` leaves out of a zip, sorted. Raises UnreadableError."""
    with _opened(content) as archive:
        names = [_name(member) for member in archive.infolist() if not member.is_dir()]
    return tuple(sorted(filter(is_system_file, names)))


def crawls(given: bytes | Path, folder: Path) -> list[tuple[Path, str]] | None:
    """Unpack the WARC files of a WACZ into a folder, and return the path and the name in the WACZ of each.

    Returns None for a file that is no WACZ. Raises UnreadableError for one that is broken, locked or out of bounds.
    """
    size = given.stat().st_size if isinstance(given, Path) else len(given)
    try:
        with _opened(given) as archive:
            held = [
                each for each in archive.infolist() if re.fullmatch(r"archive/[\w.-]+\.warc(?:\.gz)?", each.filename)
            ]
            if "datapackage.json" not in archive.namelist() or not held:
                return None
            _check(archive.infolist(), held, largest_on_disk(size))
            if any(each.flag_bits & _ENCRYPTED for each in held):
                raise UnreadableError(*_LOCKED)
            return [(Path(archive.extract(each, folder)), each.filename) for each in held]
    except zipfile.BadZipFile:
        return None  # reported when it is opened as another zip
    except ZIP_ERRORS as error:
        raise UnreadableError("文件已损坏，不能解压", "the file is broken and cannot be unpacked") from error


def largest_on_disk(size: int) -> int:
    """Return the limit in bytes for the unpacked files of a web archive that has `size` bytes."""
    return max(LARGEST_BATCH, DISK_RATIO * size)


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
        with _opened(content) as archive:
            _check(archive.infolist(), archive.infolist(), largest)
            for number, member in enumerate(archive.infolist(), 1):
                reached(Step.UNPACKING, number)
                if wanted(part_name(member.filename)):
                    if member.flag_bits & _ENCRYPTED:
                        raise UnreadableError(*_LOCKED)
                    yield member, archive.read(member)
    except ZIP_ERRORS as error:
        raise UnreadableError("文件已损坏，不能解压", "the file is broken and cannot be unpacked") from error


def _opened(given: bytes | Path) -> zipfile.ZipFile:
    """Open a zip, whose list of files `zipfile` reads as a whole. Raises UnreadableError for a long list."""
    with given.open("rb") if isinstance(given, Path) else BytesIO(given) as stream:
        if _list_size(stream) > MOST_MEMBERS * _LONGEST_ENTRY:
            raise UnreadableError(*_TOO_MANY)
    return zipfile.ZipFile(given if isinstance(given, Path) else BytesIO(given))


def _list_size(stream: BinaryIO) -> int:
    """Return the size of a zip's list of files as its end states it (4.3.14 to 4.3.16), 0 if it has no such end."""
    stream.seek(max(0, stream.seek(0, 2) - _LONGEST_END))
    tail = stream.read()
    is_last = tail[-_END : -_END + 4] == _STARTS[1] and tail.endswith(b"\0\0")
    at = len(tail) - _END if is_last else tail.rfind(_STARTS[1])
    if not 0 <= at <= len(tail) - _END:
        return 0
    longer = tail[max(0, at - _LONGER_ENDS) : at]
    if longer.startswith(b"PK\x06\x06") and longer[-20:].startswith(b"PK\x06\x07"):
        return int.from_bytes(longer[40:48], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _check(infos: list[zipfile.ZipInfo], wanted: list[zipfile.ZipInfo], largest: int) -> None:
    """Raise UnreadableError for a zip with too many or overlapping members, or whose `wanted` members are too large.

    They are too large if their unpacked sizes exceed `largest` together, or if one is packed so tightly that it may be
    a bomb.
    """
    if len(infos) > MOST_MEMBERS:
        raise UnreadableError(*_TOO_MANY)
    placed = sorted(infos, key=lambda info: info.header_offset)
    if any(info.header_offset + _HEADER + info.compress_size > after.header_offset for info, after in pairwise(placed)):
        raise UnreadableError("压缩包内的文件互相重叠", "files in the zip overlap each other")
    if sum(info.file_size for info in wanted) > largest:
        raise too_large(largest)
    if any(info.file_size > max(SMALL, LARGEST_RATIO * info.compress_size) for info in wanted):
        raise UnreadableError(*BOMB)


def too_large(largest: int) -> UnreadableError:
    """Return the error for a file that unpacks to more than `largest` bytes."""
    return UnreadableError(f"解压后过大（超过 {largest:,} 字节）", f"the file unpacks to more than {largest:,} bytes")


def _name(member: zipfile.ZipInfo) -> str:
    """Return a file's full name in a zip, with `/` between folders.

    Chinese versions of Windows write names in GBK without the flag that declares an encoding; `zipfile` then decodes
    them as cp437, which is undone here.
    """
    name = member.filename
    if not member.flag_bits & _UTF_8:
        name = decoded_name(name.encode("cp437", "replace")) or name
    return _slashed(name)


def _slashed(name: str) -> str:
    """Return a name with slashes between folders, where some programs write backslashes."""
    return name.replace("\\", "/")


def part_name(name: str) -> str:
    """Return a full name by which a document knows one of its files: in small letters, without codes such as %20.

    The names of parts are compared in this way (ECMA-376 part 2, section 6.2).
    """
    return unquote(_slashed(name)).lower().removeprefix("/")


def is_system_file(name: str) -> bool:
    """Return whether a file, by its name with its folders, is of a system or program and no document."""
    path = PurePosixPath(name)
    inside = (part for part in path.parts if part != "..")
    is_system = path.name.lower() in _SYSTEM_FILES or path.suffix.lower() in _UNFINISHED
    return is_system or any(part.startswith((".", "__MACOSX", "~$")) for part in inside)
