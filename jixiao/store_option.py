"""Define the option `--store`, read the current generation of the store it names, and tell if it needs rereading."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.ingest.version import outdated
from jixiao.store import Generation, Store
from jixiao.terminal import fail, say

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]


def generation_of(store: Store) -> Generation:
    """Return the current generation of a store; end the command with status 2 if nothing is stored yet."""
    generation = store.current()
    if generation is None:
        fail(f"库 {store.path} 中还没有数据 · the store {store.path} holds nothing yet")
    return generation


def say_if_outdated(store: Store) -> None:
    """Tell how many of a store's sources were read by older rules, and the remedy, if there are any."""
    count = len(outdated(store.sources()))
    if count:
        say(
            f"有 {count:,} 个来源是按旧规则读的；请运行 jixiao reread --store {store.path}。"
            f" {count:,} {'sources were' if count > 1 else 'source was'} read by older rules;"
            f" run jixiao reread --store {store.path}"
        )
