"""Unpack zips and web archives into a folder.

Commands call these functions in processes with limits (ingest/workers.py). They return errors of a file instead of
raising them, as the call does that its process did not survive.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives

Files = list[tuple[str, str]]
"""The paths of unpacked files, and the names to show for them below that of the archive."""
_LONGEST_NAME = 255  # bytes of a file's name on a disk


class Held(NamedTuple):
    """The files of an archive, whether they are web archives, and the names of files of systems that were left out."""

    files: Files
    are_crawls: bool = False
    systems: tuple[str, ...] = ()


def of_file(given: bytes | str, folder: str) -> Held | UnreadableError | None:
    """Unpack a WACZ or a zip of filings; None for a file that is neither.

    `given` are its bytes, or the path of a file that can only be a WACZ since it is too large.
    """
    place = Path(folder)
    try:
        if held := archives.crawls(Path(given) if isinstance(given, str) else given, place / "crawls"):
            return Held([(str(path), name) for path, name in held], are_crawls=True)
        members = None if isinstance(given, str) else archives.members(given)
    except UnreadableError as error:
        return error
    if members is None or isinstance(given, str):
        return None
    return Held(_written(members, place), systems=archives.system_files(given))


def of_record(archive: str, offset: int, name: str, folder: str, room: int) -> tuple[Files, int] | UnreadableError:
    """Write the document in a record of a web archive, or the files of one that is a zip, if `room` bytes suffice.

    `name` is that of the document, whose name to show is empty. The result has the files, and the bytes of disk that
    are left, less than 0 if they did not suffice.
    """
    from jixiao.ingest.crawls.sifting import content  # noqa: PLC0415 - a command without web archives needs no readers

    try:
        document = content(Path(archive), offset)
        members = archives.members(document)
    except UnreadableError as error:
        return error
    files = [(name, document)] if members is None else members
    room -= sum(len(inside) for _, inside in files)
    written = _written(files, Path(folder)) if room >= 0 else []
    return (written if members is not None else [(path, "") for path, _ in written]), room


def _written(files: Iterable[tuple[str, bytes]], folder: Path) -> Files:
    """Write files into folders of their own, and return their paths and names."""
    found = []
    for number, (name, content) in enumerate(files):
        path = folder / str(number) / _short(Path(name).name)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        found.append((str(path), name))
    return found


def _short(name: str) -> str:
    """Return a file's name, or the end of one that a disk would refuse."""
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[len(name) // 4 + 1 :]
    return name
