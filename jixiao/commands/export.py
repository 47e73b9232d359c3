"""`jixiao export`: a version of the dataset as one file on stdout."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from jixiao.commands import StoreOption
from jixiao.store import Store
from jixiao.store import export as write_dataset


class Format(StrEnum):
    """nq: sorted N-Quads; trig: the graphs; ttl: the merge of them."""

    nq = "nq"
    trig = "trig"
    ttl = "ttl"


def export(
    store: StoreOption,
    form: Annotated[Format, typer.Option("--format", help="nq（排序 sorted）, trig, ttl（合并 merged）")] = Format.nq,
    version: Annotated[
        str | None, typer.Option(help="版本，如 3；默认当前 · a version such as 3 [current]", show_default=False)
    ] = None,
) -> None:
    """导出数据集 · write the dataset to stdout."""
    write_dataset(Store.open(store), form.value, sys.stdout.buffer, version)
    sys.stdout.buffer.flush()
