"""Define the command `jixiao`, whose sub-commands are in the modules of `commands/`.

The module of a sub-command is imported when the sub-command is invoked, so that `--version` and `--help` start quickly.

Exit status: 0 success, 1 success but some documents were refused (each is named), 2 a wrong call, or a path or store
that cannot be used.
"""

import functools
import gc
import importlib
import io
import os
import pkgutil
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from jixiao import commands

_HELP = r'^(?:def {name}\(.*?"""|{name} = typer\.Typer\(.*?help=")(.*?)"'


class DeferredCommand(TyperCommand):
    """A sub-command known by its name alone until it is invoked."""

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Import the sub-command and return the context of its call, in which typer runs it."""
        return _load(str(self.name)).make_context(*arguments, **settings)


class DeferredGroup(TyperGroup):
    """The group of all sub-commands, which are listed in alphabetical order and imported when they are invoked."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name in commands.MODULES:
            self.add_command(DeferredCommand(name))

    def invoke(self, *arguments: Any) -> Any:
        """Run a sub-command; a ReportedError, a failed read or write or a damaged graph ends it with a message.

        The exit status then is 2.

        A closed pipe on stdout (`jixiao export | head`) ends the command with status 0.
        """
        from jixiao.ontology import errors  # noqa: PLC0415 - `--version` needs no other package

        _refuse_unreadable(sys.argv[1:])
        try:
            return super().invoke(*arguments)
        except BrokenPipeError:
            # Python flushes stdout once more at exit, which would fail again and print a traceback.
            return os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        except (errors.ReportedError, RuntimeError, OSError) as error:
            from jixiao.terminal import fail  # noqa: PLC0415 - rich is slow to import

            reported = errors.of_engine(error) or error
            if not isinstance(reported, errors.ReportedError | OSError):
                raise
            # The text is the system's, in errors of Python and of the engine alike.
            fail(f"{reported}{_REMEDY if isinstance(error, OSError) and 'No space left' in str(error) else ''}")

    def format_help(self, *arguments: Any) -> None:
        """Write the help page, with the help line of each sub-command."""
        for name in commands.MODULES:
            self.commands[name].help = _help_line(name)
        super().format_help(*arguments)


def _help_line(name: str) -> str:
    """Read the help line of a sub-command from the source of its module, without importing the module.

    Return the docstring of the function, or the argument `help` of the typer app.
    """
    source = (pkgutil.get_data(commands.__name__, f"{commands.MODULES[name]}.py") or b"").decode()
    line = re.search(_HELP.format(name=name.replace("-", "_")), source, re.MULTILINE | re.DOTALL)
    return line[1] if line else ""


@functools.cache
def _load(name: str) -> Any:
    """Return a sub-command, or a group of sub-commands, as typer runs it.

    Garbage is not collected during the import, nor among modules later, which saves a tenth of the import's time;
    modules stay in memory anyway.
    """
    gc.disable()
    try:
        module = importlib.import_module(f"{commands.__name__}.{commands.MODULES[name]}")
        gc.freeze()
    finally:
        gc.enable()
    command = getattr(module, name.replace("-", "_"))
    app = typer.Typer()
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name=name)(command)
    return get_group(app).commands[name]


_REMEDY = (
    "。腾出磁盘空间（临时文件在 TMPDIR）后重试，库未受影响。"
    " Free disk space (temporary files are in TMPDIR) and try again; the store is unharmed."
)

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


def _refuse_unreadable(arguments: list[str]) -> None:
    """End the command if an argument is neither UTF-8 nor the path of a file."""
    for argument in arguments:
        is_text = argument.isascii() or not any("\ud800" <= char <= "\udfff" for char in argument)
        if not is_text and not os.path.exists(argument):  # noqa: PTH110 - false, too, for a text that can be no path
            from jixiao.terminal import fail  # noqa: PLC0415 - rich is slow to import

            shown = os.fsencode(argument).decode("utf-8", "backslashreplace")
            fail(f"参数不是 UTF-8 · an argument is not UTF-8: {shown}")


def main() -> None:
    """Run the command that the arguments name, with text in UTF-8 where a stream is closed or has another encoding.

    No process that a command starts imports modules from the working directory, where files of strangers may be.
    """
    os.environ["PYTHONSAFEPATH"] = "1"  # for interpreters that multiprocessing starts, which has no option -P
    if sys.stdout is None:  # closed by the caller
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app()
