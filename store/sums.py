"""Checksums of files: a directory lists them in its SHA256SUMS, in the form that sha256sum(1) writes and compares.

A generation lists its files when it is made, and the store's root lists the files that only the writer changes. The
records of sources have the checksums of originals, renditions, ledgers and recognitions, and dumps.json has the
checksums of dumps.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

from jixiao.store import bounded_cache, errors, files

NAME = "SHA256SUMS"
_HEAD = b"# sha256 of the lines below: "
_UNLISTED = {NAME, "LOCK", "LOG"}  # LOCK and LOG of a graph have no data
_known: bounded_cache.BoundedCache[str] = bounded_cache.BoundedCache(4096)


def of(path: Path) -> str:
    """Return the SHA-256 of a file in hex digits. May raise OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_value(value: object) -> str:
    """Return the SHA-256 of a value's JSON in hex digits."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def intact(path: Path, sha256: str, *, anew: bool = False) -> bool:
    """Return whether a file can be read and has this SHA-256.

    The file is read once for each of its states (files.stamp), or at each call if `anew`.
    """
    try:
        known = of(path) if anew else _known.get_or_make(files.stamp(path), lambda: of(path))
    except OSError:
        return False
    return known == sha256


def listed(path: Path) -> bool:
    """Return whether a file has the SHA-256 that the list of its directory states; False if it is not listed."""
    return intact(path, read(path.parent).get(path.name, ""))


def read(directory: Path) -> Mapping[str, str]:
    """Return the SHA-256 sums that a directory lists, by relative path.

    Empty if there is no list, or if the checksum in its first line shows the list to be damaged; `differing` then
    reports the list. Lists of an older jixiao have no such line.
    """
    try:
        content = (directory / NAME).read_bytes()
    except OSError:
        return {}
    if content.startswith(_HEAD) and content != _headed(content.partition(b"\n")[2]):
        return {}
    entries = (line.partition("  ") for line in content.decode(errors="replace").splitlines())
    return {name: sha256 for sha256, _, name in entries if name}


def kept(
    path: Path, sha256: str | None = None, remedy: tuple[str, str] = errors.REBUILD, *, edited: bool = False
) -> bytes | None:
    """Read a file of the store; None if there is no file and none is listed.

    The file must have the given SHA-256 or, if this is None, the one in the list of its directory. With `edited`, the
    content may differ: people edit the file, or it has a checksum of its own. Raises StoreUnusableError, with the
    remedy, for a file that is damaged, missing or not readable.
    """
    wanted = sha256 or read(path.parent).get(path.name)
    try:
        content = path.read_bytes()
    except OSError as cause:
        if wanted is None and isinstance(cause, FileNotFoundError):
            return None
        raise errors.damaged(path, *remedy, cause) from cause
    if wanted and not edited and hashlib.sha256(content).hexdigest() != wanted:
        raise errors.damaged(path, *remedy)
    return content


def record(directory: Path, last: Path | None) -> None:
    """List all files of a directory; checksums of files hard-linked from the directory `last` are copied.

    May raise OSError.
    """
    former = {} if last is None else read(last)
    names = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    checksums = {}
    for name in (name for name in names if name.name not in _UNLISTED):
        stamp = files.stamp(directory / name)
        linked = last is not None and str(name) in former and stamp == files.stamp(last / name)
        checksums[str(name)] = former[str(name)] if linked else of(directory / name)
        _known.put(stamp, checksums[str(name)])
    _write(directory, checksums)


def update(directory: Path, *paths: Path, stated: Mapping[str, str] | None = None) -> None:
    """Update the entries of files (`paths`) in a directory's list; files that are gone are left out.

    `stated` has the checksums of files that are about to be written, by name; an empty one removes the entry. May raise
    OSError.
    """
    before = read(directory)
    now = {str(path.relative_to(directory)): of(path) if path.exists() else "" for path in paths}
    checksums = {**before, **now, **(stated or {})}
    if (remaining := {name: sha256 for name, sha256 in checksums.items() if sha256}) != before:
        _write(directory, remaining)


def differing(directory: Path, parts: Collection[str], optional: Collection[str] = ()) -> list[Path]:
    """Return the listed files that are not intact, read again; files missing in an `optional` part are left out.

    A part is a first component of the path below the directory. The list itself is returned, too, if it is damaged or
    lacks one of the directory's `parts`.
    """
    checksums = read(directory)
    paths = [directory / name for name, sha256 in checksums.items() if not intact(directory / name, sha256, anew=True)]
    lost = {*parts} - {name.partition("/")[0] for name in checksums}
    return [
        *(path for path in paths if files.stamp(path) or path.relative_to(directory).parts[0] not in optional),
        *([directory / NAME] if lost else ()),
    ]


def _write(directory: Path, listed: Mapping[str, str]) -> None:
    files.write(
        directory / NAME, _headed("".join(f"{sha256}  {name}\n" for name, sha256 in sorted(listed.items())).encode())
    )


def _headed(lines: bytes) -> bytes:
    """Return the lines of a list after a first line with their checksum, which sha256sum(1) passes over."""
    return _HEAD + hashlib.sha256(lines).hexdigest().encode() + b"\n" + lines
