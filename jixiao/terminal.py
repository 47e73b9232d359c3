"""Print results to stdout and everything else to stderr, Chinese first; define options that several commands have.

What rich draws is in tables.py and progress_bar.py, since rich is slow to import.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from jixiao.ontology.text.display import visible

_MOST_ASIDE = 10  # names of files that are passed over

JobsOption = Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)]

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]

ViewsOption = Annotated[
    Path | None,
    typer.Option(
        "--views", envvar="JIXIAO_VIEWS", help="另加视图的文件夹 · a folder of further views", show_default=False
    ),
]


def say(text: str = "") -> None:
    """Print a line to stderr."""
    sys.stderr.write(f"{visible(text)}\n")


def say_aside(names: Sequence[str]) -> None:
    """Tell in a line how many files of systems and programs were passed over in folders and zips, with their names."""
    if names:
        shown = "、".join(names[:_MOST_ASIDE]) + ("…" if len(names) > _MOST_ASIDE else "")
        say(f"略过系统和程序的文件 · files of systems and programs passed over: {len(names):,}（{shown}）")


def fail(text: str) -> NoReturn:
    """End the command with an error message and status 2: a wrong call, or a path or store that cannot be used."""
    say_error(text)
    raise typer.Exit(2)


def say_error(text: str) -> None:
    """Print an error message to stderr."""
    say(f"错误 · error: {text}")


def write(*pieces: str | bytes) -> None:
    """Print a result to stdout unchanged, with text in UTF-8."""
    write_all(pieces)


def write_all(pieces: Iterable[str | bytes]) -> None:
    """Print the pieces of a result to stdout as they are made."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode() if isinstance(piece, str) else piece)
    sys.stdout.buffer.flush()


def write_json(value: object) -> None:
    """Print a value to stdout as JSON."""
    write(json.dumps(value, ensure_ascii=False, indent=1), "\n")
