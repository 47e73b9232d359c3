"""What the commands print: results to stdout, everything else to stderr, Chinese first.

Tables are as wide as they need to be where the output is no terminal; of a line that was not read, the beginning
is shown.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn, TextIO

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_WIDE, _LONGEST = 10_000, 200
# Control characters (C0, DEL, C1) of a stranger's file would move the cursor, or worse; tabs and line breaks may.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")


def console(stream: TextIO) -> Console:
    """A console on a stream; unbounded in width where the stream is no terminal."""
    return Console(file=stream, width=None if stream.isatty() else _WIDE, highlight=False, markup=False, emoji=False)


def visible(text: str) -> str:
    """Text that a terminal may be given: control characters replaced by U+FFFD."""
    return text.translate(_CONTROLS)


def shorten(text: str) -> str:
    """The beginning of a text as long as a line of a file may be."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def say(text: str = "") -> None:
    """A line for the person at the terminal, on stderr."""
    console(sys.stderr).print(visible(text), soft_wrap=True)


def fail(text: str) -> NoReturn:
    """Ends the command with status 2: a wrong call, or a path or store that cannot be used."""
    say_error(text)
    raise typer.Exit(2)


def say_error(text: str) -> None:
    """An error, on stderr."""
    say(f"错误 · error: {text}")


def table(
    columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]], stream: TextIO, title: str | None = None
) -> None:
    """A table; each column is a heading and whether it holds numbers."""
    grid = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading, number in columns:
        grid.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in rows:
        grid.add_row(*map(visible, row))
    console(stream).print(grid)


def write(text: str) -> None:
    """A result, to stdout as it is, in UTF-8."""
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def progress() -> Progress:
    """A progress bar on stderr, gone when it is done; none where stderr is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
