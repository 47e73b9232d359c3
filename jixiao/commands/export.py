"""Define `jixiao export`, which writes a version of the dataset to stdout, or the site to a folder."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jixiao.store import Store
from jixiao.store import export as write_dataset
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, progress, say


class Format(StrEnum):
    """Form of the dataset: nq, sorted N-Quads; trig, the named graphs; ttl, the graphs merged into one."""

    nq = "nq"
    trig = "trig"
    ttl = "ttl"


def export(
    store: StoreOption,
    form: Annotated[
        Format | None, typer.Option("--format", help="nq（排序 sorted）, trig, ttl（合并 merged） [nq]")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="版本，如 3；默认当前 · a version such as 3 [current]", show_default=False)
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(help="把整个网站写成静态文件的文件夹 · a folder for the whole site as files", metavar="DIR"),
    ] = None,
) -> None:
    """导出数据集 · write the dataset to stdout, or the whole site as files."""
    opened = Store.open(store)
    if site is None:
        write_dataset(opened, (form or Format.nq).value, sys.stdout.buffer, version)
        sys.stdout.buffer.flush()
    elif form is not None or version is not None:
        fail("--site 不能与 --format、--version 同时使用 · --site goes without --format and --version")
    else:
        _site(opened, site)


def _site(store: Store, folder: Path) -> None:
    from jixiao.static_site.site import SiteError, write  # noqa: PLC0415 - only --site needs the web server

    generation = generation_of(store)
    with progress() as bar:
        task = bar.add_task("导出网站 site", total=None)
        try:
            files = write(store, folder, lambda done, known: bar.update(task, completed=done, total=known))
        except SiteError as error:
            fail(str(error))
    say(f"已写入 {folder}：版本 {generation.version}，{files:,} 个文件 · version {generation.version}, {files:,} files")
