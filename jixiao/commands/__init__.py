"""The sub-commands: a module each, with a function of the module's own name. Adding a command is adding a file."""

from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]
Paths = Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders", show_default=False)]
