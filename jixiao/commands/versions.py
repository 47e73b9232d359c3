"""Define `jixiao versions`, which lists the versions of a store's dataset, the newest first."""

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from jixiao.store import Release, Store, VersionRecord
from jixiao.store_option import StoreOption
from jixiao.terminal import table, write_json

_HEAD = [
    ("版本 version", False),
    ("时间 made", False),
    ("来源 sources", True),
    ("项目 projects", True),
    ("四元组 quads", True),
    ("软件 software", False),
    ("发布 release", False),
    ("文件 dumps", False),
    ("校验和 checksum", False),
]


class Format(StrEnum):
    """Form of the list."""

    table = "table"
    json = "json"


def versions(
    store: StoreOption,
    form: Annotated[Format, typer.Option("--format", help="格式 · format")] = Format.table,
) -> None:
    """列出数据的版本 · list the versions of the dataset."""
    opened = Store.open(store)
    known, releases = opened.versions(), opened.releases()
    if form is Format.json:
        write_json([_as_json(each, releases.get(each.version)) for each in known])
    else:
        table(_HEAD, [_row(each, releases.get(each.version)) for each in known], sys.stdout)


def _as_json(record: VersionRecord, release: Release | None) -> dict[str, object]:
    dumps = [asdict(dump) for dump in record.dumps]
    return {**asdict(record.manifest), "release": release and asdict(release), "dumps": dumps}


def _row(record: VersionRecord, release: Release | None) -> list[str]:
    manifest = record.manifest
    counts = manifest.counts
    dumps = ", ".join(f"{dump.name} ({dump.size:,} B)" for dump in record.dumps)
    return [
        manifest.version,
        manifest.created,
        f"{counts.sources:,}",
        f"{counts.projects:,}",
        f"{counts.quads:,}",
        manifest.software,
        (release.name or release.released) if release else "",
        dumps or "—",
        manifest.checksum,
    ]
