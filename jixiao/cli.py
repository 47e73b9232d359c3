"""The command `jixiao`: each sub-command is a module of `commands/` that registers itself here by being imported.

Where a module's own name is not a function but a typer app, its commands are sub-commands of that name.

Exit status: 0 done, 1 done but some documents were refused (each named), 2 a wrong call or an unusable path or store.
"""

import functools
import importlib
import io
import os
import pkgutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from jixiao import commands
from jixiao.store import StoreError
from jixiao.terminal import say_error, write

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


def _to_the_end_of_the_pipe(command: Callable[..., None]) -> Callable[..., None]:
    """The command, done when whoever reads its output has gone (`jixiao export | head`)."""

    @functools.wraps(command)
    def run(*arguments: object, **options: object) -> None:
        try:
            command(*arguments, **options)
        except BrokenPipeError:
            # Python would complain once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    return run


for _module in sorted(module.name for module in pkgutil.iter_modules(commands.__path__)):
    _command = getattr(importlib.import_module(f"jixiao.commands.{_module}"), _module)
    if isinstance(_command, typer.Typer):
        for _sub in _command.registered_commands:
            _sub.callback = _sub.callback and _to_the_end_of_the_pipe(_sub.callback)
        app.add_typer(_command, name=_module)
    else:
        app.command(name=_module)(_to_the_end_of_the_pipe(_command))


def main() -> None:
    """Run the command; what a user does wrong becomes a message and status 2, never a traceback."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except (StoreError, OSError) as error:
        say_error(str(error))
        sys.exit(2)
