"""The sub-commands: a module each, with a function or a typer app of the module's own name.

Adding a command is adding a file.
"""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.store import Generation, Store
from jixiao.terminal import fail

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]
Paths = Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders", show_default=False)]


def generation_of(store: Store) -> Generation:
    """What there is to read in a store; ends the command with status 2 where nothing is stored yet."""
    generation = store.current()
    if generation is None:
        fail(f"库 {store.path} 中还没有数据 · the store {store.path} holds nothing yet")
    return generation
