"""Define the command `jixiao`, with each module of `commands/` as a sub-command.

Exit status: 0 success, 1 success but some documents were refused (each is named), 2 a wrong call, or a path or store
that cannot be used.
"""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from jixiao.deferred import DeferredGroup

app = typer.Typer(
    name="jixiao",
    cls=DeferredGroup,
    help="绩效：预算绩效目标申报表的知识图谱 · a knowledge graph of Chinese budget performance-target filings",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - only --version needs it, and it is slow to import

        typer.echo(f"jixiao {version('jixiao')}")
        raise typer.Exit


@app.callback()
def _root(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 · version")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command, turning a failed read or write into a message and exit status 2 instead of a traceback.

    No process that it starts imports modules from the working directory, where files of strangers may be.
    """
    os.environ["PYTHONSAFEPATH"] = "1"  # for interpreters that multiprocessing starts, which has no option -P
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except OSError as error:
        from jixiao.terminal import say_error  # noqa: PLC0415 - rich is slow to import

        say_error(str(error))
        sys.exit(2)
