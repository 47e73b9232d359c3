"""Define `jixiao dumps`, which writes the dumps of a version unless the version has them."""

import sys
from typing import Annotated

import typer

from jixiao.store import Store
from jixiao.store_option import StoreOption
from jixiao.terminal import progress, table

_HEAD = [("文件 file", False), ("字节 bytes", True), ("解压后 unpacked", True), ("SHA-256", False)]


def dumps(
    store: StoreOption,
    version: Annotated[str, typer.Option(help="版本，如 3 · a version such as 3")] = "current",
) -> None:
    """写出导出文件 · write the dumps of a version, by default the current one."""
    opened = Store.open(store)
    with progress() as bar:
        bar.add_task("导出 dumping", total=None)
        made = opened.make_dumps(version)
    rows = [[dump.name, f"{dump.size:,}", f"{dump.content_size:,}", dump.sha256] for dump in made]
    table(_HEAD, rows, sys.stdout)
