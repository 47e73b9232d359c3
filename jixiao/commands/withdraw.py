"""Define `jixiao withdraw`, which takes a source out of the store; ingesting the file again restores it."""

from typing import Annotated

import typer

from jixiao.ingest.writing import writing
from jixiao.store import Store
from jixiao.store_option import StoreOption
from jixiao.terminal import fail, say


def withdraw(
    sha16: Annotated[str, typer.Argument(help="来源号（SHA-256 前 16 位） · the source's number", metavar="SHA16")],
    store: StoreOption,
    reason: Annotated[str, typer.Option(help="撤回的理由 · reason")],
    by: Annotated[str | None, typer.Option(help="岗位或部门 · the post or office that decides")] = None,
) -> None:
    """撤回一个来源 · take a source out."""
    if not reason.strip():
        fail("要写明理由 · a reason is needed: --reason")
    opened = Store.open(store)
    name = opened.source(sha16).file_name
    with writing(opened) as batch:
        batch.withdraw(sha16, reason, by)
        generation = batch.commit()
    say(f"已撤回 withdrawn: {name}（{sha16}），版本 version {generation.version}")
