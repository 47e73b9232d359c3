"""Define `jixiao versions`, which lists the versions of a store's dataset, the newest first."""

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from jixiao.store import Store, VersionRecord
from jixiao.store_option import StoreOption
from jixiao.terminal import table, write_json

_HEAD = [
    ("版本 version", False),
    ("时间 made", False),
    ("来源 sources", True),
    ("项目 projects", True),
    ("四元组 quads", True),
    ("软件 software", False),
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
    known = Store.open(store).versions()
    if form is Format.json:
        listed = [{**asdict(each.manifest), "dumps": [asdict(dump) for dump in each.dumps]} for each in known]
        write_json(listed)
    else:
        table(_HEAD, [_row(each) for each in known], sys.stdout)


def _row(record: VersionRecord) -> list[str]:
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
        dumps or "—",
        manifest.checksum,
    ]
