"""Keep the list of releases: versions whose dumps stay, whatever the publisher's file says of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from jixiao.store import files
from jixiao.store.errors import unreadable


@dataclass(frozen=True)
class Release:
    """A released version: the time (ISO 8601, UTC), the name if it has one, and the files released with the dumps."""

    released: str
    name: str | None = None
    files: tuple[str, ...] = ()


_RELEASES = TypeAdapter(dict[str, Release])


def read(path: Path) -> Mapping[str, Release]:
    """Read the releases by version, such as 000003. Raises StoreUnusableError."""
    try:
        return _RELEASES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as cause:
        raise unreadable(path, cause) from cause


def write(path: Path, releases: Mapping[str, Release]) -> None:
    """Write the releases. May raise OSError."""
    files.write(path, _RELEASES.dump_json(dict(sorted(releases.items())), indent=1))
