"""Keep in each version a copy of what cannot be made of the original files: the manifest, and rows of the timeline.

The rows are those of sources and of the log that the version began. With the copies of all versions, a rebuild makes
the timeline anew; the first version of a store with copies, and one that was rebuilt, has the rows of all versions.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from jixiao.store import files, sums
from jixiao.store.records import Manifest
from jixiao.store.timeline.timeline import LASTING, Changes, Row
from jixiao.store.versions.version_record import MANIFEST

FILE = "record.gz"


@dataclass(frozen=True)
class Copy:
    """The text of a version's manifest, and the lasting rows that begin from the version numbered `since` on."""

    manifest: str
    since: int
    rows: tuple[Row, ...]


_COPY = TypeAdapter(Copy)


def write(directory: Path, manifest: Manifest, changes: Changes, earlier: Iterable[Row] | None) -> None:
    """Write the copy of a version, whose manifest is in its `directory` already. May raise OSError.

    `changes` are its changes of rows, `earlier` the rows of all versions before it unless their copies have these.
    """
    number = manifest.generation
    begun = [(*row, number, value) for row, value in changes.items() if row[0] in LASTING and value is not None]
    copy = Copy(
        (directory / MANIFEST).read_text("utf-8"),
        number if earlier is None else 1,
        tuple(sorted([*(earlier or ()), *begun])),
    )
    files.write(directory / FILE, gzip.compress(_COPY.dump_json(copy), mtime=0))


def read(path: Path) -> Copy | None:
    """Return the copy in a version's directory; None if there is none, or none that is whole. May raise OSError."""
    whole = sums.listed(path / FILE)
    return _COPY.validate_json(gzip.decompress((path / FILE).read_bytes())) if whole else None


def rows(generations: Path, number: int) -> tuple[set[Row], list[int]]:
    """Return the lasting rows of the versions up to `number`, and the numbers of the versions whose rows no copy has.

    May raise OSError.
    """
    found: set[Row] = set()
    lost = []
    while number:
        copy = read(generations / f"{number:06}")
        if copy is None:
            lost.append(number)
        else:
            found.update(copy.rows)
            number = copy.since
        number -= 1
    return found, lost
