"""Print tables, as wide as they are in a file or pipe and fitted to a terminal."""

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.ontology.text.display import visible

MOST_ROWS = 10
"""Rows that a table on a terminal has, unless all are asked for."""

_WIDE = 10_000  # columns of output that is not for a terminal
_NARROWEST = 10  # columns of text narrower than this are hard to read
_BETWEEN = 3  # blanks between two columns of a table


def console(stream: TextIO) -> Console:
    """Return a console on a stream, of unlimited width unless the stream is a terminal.

    The size is that of the stream's own terminal; rich would ask the one of stdin first.
    """
    width, height = _size(stream) if stream.isatty() else (_WIDE, None)
    return Console(file=stream, width=width, height=height, highlight=False, markup=False, emoji=False)


def _size(stream: TextIO) -> tuple[int | None, int | None]:
    """Return the columns and rows of a stream's terminal, each None if unknown."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return None, None
    return size.columns or None, size.lines or None


def table(
    columns: Sequence[tuple[str, bool]],
    rows: Iterable[Sequence[str]],
    stream: TextIO,
    widths: Iterable[int | None] = repeat(None),
) -> None:
    """Print a table, with columns of given widths, or as wide as their cells.

    A column is a pair of heading and flag: True aligns the column to the right, for numbers.
    """
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for (heading, number), width in zip(columns, widths, strict=False):
        grid.add_column(heading, justify="right" if number else "left", overflow="fold", width=width)
    for row in rows:
        grid.add_row(*map(visible, row))
    console(stream).print(grid)


def result_table(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], width: int | None = None) -> None:
    """Print a table of results to stdout; on a terminal that is too narrow for it, a block of lines for each row.

    On a terminal, or in a `width` of so many characters, columns of text wrap and numbers stay whole; nothing is cut.
    """
    if width is None and not sys.stdout.isatty():
        table(columns, rows, sys.stdout)
        return
    out = console(sys.stdout)
    headed = [(heading.replace(" ", "\n", 1), number) for heading, number in columns]
    shown = [[*map(visible, row)] for row in rows]
    widths = _column_widths(headed, shown, min(out.width, width or out.width))
    if widths is None:
        _blocks(out, [heading for heading, _ in columns], shown)
    else:
        table(headed, shown, sys.stdout, widths)


def _column_widths(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return the widths of a table's columns for a terminal of `width` columns.

    The widest columns of text are made narrower until the table fits; None if they would become too narrow to read.
    """
    headings, numbers = [heading for heading, _ in columns], [number for _, number in columns]
    cells = [_widest(cell.split("\n") for cell in column[1:]) for column in zip(headings, *rows, strict=True)]
    natural = list(map(max, cells, (_widest([heading.split("\n")]) for heading in headings)))
    words = list(map(max, cells, (_widest([heading.split()]) for heading in headings)))
    room = width - _BETWEEN * (len(natural) - 1)
    sizes = list(zip(natural, words, numbers, strict=True))
    fitting = (
        [word if number else min(size, most) for size, word, number in sizes]
        for most in range(max(natural, default=0), _NARROWEST - 1, -1)
    )
    return next((widths for widths in (natural, *fitting) if sum(widths) <= room), None)


def _widest(texts: Iterable[Iterable[str]]) -> int:
    return max((cell_len(part) for text in texts for part in text), default=0)


def _blocks(out: Console, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a block for each row: a line for each of its cells that is not empty, after its heading."""
    for row in rows:
        out.rule(style="dim", characters="─")
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                out.print(Text(f"{heading}: ", style="bold").append(cell, style="not bold"), soft_wrap=True)
