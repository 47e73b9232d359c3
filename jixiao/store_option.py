"""Define the option `--store`, and read the current generation of the store it names."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.store import Generation, Store
from jixiao.terminal import fail

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]


def generation_of(store: Store) -> Generation:
    """Return the current generation of a store; end the command with status 2 if nothing is stored yet."""
    generation = store.current()
    if generation is None:
        fail(f"库 {store.path} 中还没有数据 · the store {store.path} holds nothing yet")
    return generation
