"""The command `jixiao`: each sub-command is a module of `commands/` that registers itself here by being imported.

Exit status: 0 done, 1 done but some documents were refused (each named), 2 a wrong call or an unusable path or store.
"""

import importlib
import pkgutil
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from jixiao import commands
from jixiao.store import StoreError
from jixiao.terminal import fail, write

app = typer.Typer(
    name="jixiao",
    help="绩效：预算绩效目标申报表的知识图谱 · a knowledge graph of Chinese budget performance-target filings",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(asked: bool) -> None:
    if asked:
        write(f"jixiao {version('jixiao')}\n")
        raise typer.Exit


@app.callback()
def _root(
    _asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 · version")] = False,
) -> None:
    pass


for _module in sorted(module.name for module in pkgutil.iter_modules(commands.__path__)):
    _command = importlib.import_module(f"jixiao.commands.{_module}")
    app.command(name=_module)(getattr(_command, _module))


def main() -> None:
    """Run the command; an error of the store becomes a message and status 2, never a traceback."""
    try:
        app()
    except StoreError as error:
        try:
            fail(str(error))
        except typer.Exit as end:
            sys.exit(end.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
