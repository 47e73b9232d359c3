"""Import the module of a sub-command when the sub-command is invoked, so that `--version` and `--help` start quickly.

A module `jixiao.commands.<name>` defines `<name>`: a function, or a typer app whose commands are sub-commands of that
name. A sub-command has dashes where its module has underscores.
"""

import functools
import gc
import importlib
import os
import pkgutil
import re
from collections.abc import Callable
from typing import Any

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
    """The modules of `jixiao.commands` as sub-commands, in alphabetical order."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for module in pkgutil.iter_modules(commands.__path__):
            self.add_command(DeferredCommand(module.name.replace("_", "-")))

    def format_help(self, *arguments: Any) -> None:
        """Write the help page, with the help line of each sub-command."""
        for name, command in self.commands.items():
            command.help = _help_line(name)
        super().format_help(*arguments)


def _help_line(name: str) -> str:
    """Read the help line of a sub-command from the source of its module, without importing the module.

    Return the docstring of the function, or the argument `help` of the typer app.
    """
    module = name.replace("-", "_")
    source = (pkgutil.get_data(commands.__name__, f"{module}.py") or b"").decode()
    found = re.search(_HELP.format(name=module), source, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@functools.cache
def _load(name: str) -> Any:
    module = name.replace("-", "_")
    found = getattr(_imported(f"{commands.__name__}.{module}"), module)
    app = typer.Typer()
    if isinstance(found, typer.Typer):
        for command in found.registered_commands:
            command.callback = command.callback and _with_messages(command.callback)
        app.add_typer(found, name=name)
    else:
        app.command(name=name)(_with_messages(found))
    return get_group(app).commands[name]


def _imported(module: str) -> Any:
    """Import a module without collecting garbage, which takes a tenth of the time; modules stay anyway."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.enable()


def _with_messages(command: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command so that a StoreError becomes a message and exit status 2.

    A closed pipe on stdout (`jixiao export | head`) ends the command with status 0.
    """

    @functools.wraps(command)
    def run(*arguments: object, **options: object) -> None:
        from jixiao.store import StoreError  # noqa: PLC0415 - the store is slow to import
        from jixiao.terminal import fail  # noqa: PLC0415 - rich is slow to import

        try:
            command(*arguments, **options)
        except BrokenPipeError:
            # Python flushes stdout once more at exit, which would fail again and print a traceback.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        except StoreError as error:
            fail(str(error))

    return run
