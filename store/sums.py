"""Checksums of files: a directory's are listed in its SHA256SUMS, in the form that sha256sum(1) writes and compares.

A generation lists its files when it is made, and the store's root those that only the writer changes. Originals,
renditions, ledgers and recognitions have theirs in the records of sources, dumps in dumps.json.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

from jixiao.store import bounded_cache, errors, files

NAME = "SHA256SUMS"
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
    """Return whether a file is there, can be read, and has this SHA-256; once for each state of the file, or `anew`."""
    try:
        known = of(path) if anew else _known.get_or_make(files.stamp(path), lambda: of(path))
    except OSError:
        return False
    return known == sha256


def read(directory: Path) -> Mapping[str, str]:
    """Return the checksums that a directory lists, by relative path; none for one that an older jixiao made.

    Raises StoreUnusableError if the list cannot be read.
    """
    try:
        lines = (directory / NAME).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as cause:
        raise errors.unreadable(directory / NAME, cause) from cause
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def checked(path: Path, sha256: str | None) -> bytes:
    """Read a file that must have this SHA-256, unless it is None. Raises OSError and StoreUnusableError."""
    content = path.read_bytes()
    if sha256 not in {None, hashlib.sha256(content).hexdigest()}:
        raise errors.damaged(path)
    return content


def listed(path: Path) -> bytes:
    """Read a file, and compare it with the list of its directory. Raises OSError and StoreUnusableError."""
    return checked(path, read(path.parent).get(path.name))


def record(directory: Path, last: Path | None) -> None:
    """List all files of a directory; those that are linked from the directory `last` as there. May raise OSError."""
    known = {} if last is None else read(last)
    names = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    listed = {}
    for name in (name for name in names if name.name not in _UNLISTED):
        linked = last is not None and str(name) in known and files.stamp(directory / name) == files.stamp(last / name)
        listed[str(name)] = known[str(name)] if linked else of(directory / name)
    _write(directory, listed)


def update(directory: Path, *paths: Path) -> None:
    """List files of a directory as they are now; those that are gone are left out. May raise OSError."""
    before = read(directory)
    listed = {**before, **{path.name: of(path) if path.exists() else "" for path in paths}}
    if (kept := {name: sha256 for name, sha256 in listed.items() if sha256}) != before:
        _write(directory, kept)


def differing(directory: Path, optional: Collection[str] = ()) -> list[Path]:
    """Return the listed files that are not intact, except those missing in an `optional` part of the directory."""
    paths = [
        directory / name for name, sha256 in read(directory).items() if not intact(directory / name, sha256, anew=True)
    ]
    return [path for path in paths if path.exists() or path.relative_to(directory).parts[0] not in optional]


def _write(directory: Path, listed: Mapping[str, str]) -> None:
    files.write(directory / NAME, "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(listed.items())).encode())
