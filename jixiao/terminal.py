"""Print results to stdout and everything else to stderr, Chinese first; define options that several commands have.

Tables have no limit of width unless they are printed to a terminal. Commands that use a store also say what is not set
in the store, outdated or without effect.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from jixiao.ingest.version import READING
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Check, Objection, Registry, Store, ineffective, objections
from jixiao.store.description.publisher import Agent

_WIDE = 10_000  # columns of output that is not for a terminal
_NARROWEST = 10  # columns of text narrower than this are hard to read
_BETWEEN = 3  # blanks between two columns of a table
# Control characters (C0, DEL, C1) in an untrusted file could move the cursor, or worse; tabs and line breaks are safe.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")

JobsOption = Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)]

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]

ViewsOption = Annotated[
    Path | None,
    typer.Option(
        "--views", envvar="JIXIAO_VIEWS", help="另加视图的文件夹 · a folder of further views", show_default=False
    ),
]


def console(stream: TextIO) -> Console:
    """Return a console on a stream, of unlimited width unless the stream is a terminal.

    The size is that of the stream's own terminal; rich would ask the one of stdin first.
    """
    width, height = _size(stream) if stream.isatty() else (_WIDE, None)
    return Console(file=stream, width=width, height=height, highlight=False, markup=False, emoji=False)


def _size(stream: TextIO) -> tuple[int | None, int | None]:
    """Return columns and rows of a stream's terminal, each None if the terminal does not say."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return None, None
    return size.columns or None, size.lines or None


def visible(text: str) -> str:
    """Replace control characters by U+FFFD, so that the text is safe to print to a terminal."""
    return text.translate(_CONTROLS)


def shorten(text: str, most: int = 200) -> str:
    """Shorten text to its first `most` characters."""
    return text if len(text) <= most else f"{text[:most]}……"


def say(text: str = "") -> None:
    """Print a line to stderr."""
    console(sys.stderr).print(visible(text), soft_wrap=True)


def fail(text: str) -> NoReturn:
    """End the command with an error message and status 2: a wrong call, or a path or store that cannot be used."""
    say_error(text)
    raise typer.Exit(2)


def say_error(text: str) -> None:
    """Print an error message to stderr."""
    say(f"错误 · error: {text}")


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


def result_table(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of results to stdout; on a terminal that is too narrow for it, a block of lines for each row.

    On a terminal, columns of text wrap and numbers stay whole; nothing is cut.
    """
    if not sys.stdout.isatty():
        table(columns, rows, sys.stdout)
        return
    out = console(sys.stdout)
    headed = [(heading.replace(" ", "\n", 1), number) for heading, number in columns]
    shown = [[*map(visible, row)] for row in rows]
    widths = _column_widths(headed, shown, out.width)
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


@contextmanager
def progress(work: str, total: float | None = None) -> Iterator[tuple[Progress, TaskID]]:
    """Show a progress bar on stderr that is erased at the end; it stays hidden unless stderr is a terminal.

    A task may have a field `refused`, the number of refused files.
    """
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Column(lambda task: f"{task.speed:.1f}/s" if task.speed else ""),
        TimeElapsedColumn(),
        _Column(lambda task: f"还需 left {timedelta(seconds=int(task.time_remaining))}" if task.time_remaining else ""),
        _Column(lambda task: f"拒收 refused {refused:,}" if (refused := task.fields.get("refused")) else "", "red"),
        console=console(sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
        speed_estimate_period=_RATE_OVER,
    ) as bar:
        yield bar, bar.add_task(work, total=total)


_RATE_OVER = 60  # seconds over which the rate is taken


class _Column(ProgressColumn):
    """A column with words about a task."""

    def __init__(self, words: Callable[[Task], str], style: str = "") -> None:
        super().__init__()
        self._words, self._style = words, style

    def render(self, task: Task) -> Text:
        return Text(self._words(task), self._style)


def say_lapsed(store: Store, check: Check) -> None:
    """Print the decisions in a store's registry that have no effect, each with file and line.

    They are about things that the store does not have, as `check` finds, or about values and findings that are gone.
    """
    generation, registry = store.current(), store.registry()
    if generation is not None:
        graph = generation.graph
        say_objections(registry, (*objections(registry, check, graph), *ineffective(registry, graph)))


def say_objections(registry: Registry, made: Iterable[Objection]) -> None:
    """Print objections to decisions, each with the file and line of its decision."""
    for each in made:
        say(f"{registry.place(each.decision)}: {each.sentence}")


def say_what_is_not_set(store: Store) -> None:
    """Print what a store leaves at the demonstration's values, and how it is set: base IRI and publisher."""
    if store.base_iri == DEFAULT_BASE:
        say(
            f"没有设基准 IRI，数据和引用里的地址是示例的 {DEFAULT_BASE}，以后不能改；"
            "公开的库用 jixiao ingest --base-iri 新建。"
            f" No base IRI is set: IRIs and citations are the demonstration's {DEFAULT_BASE}, for good; make a store"
            " that you publish with jixiao ingest --base-iri"
        )
    if store.publisher().publisher == Agent():
        say(
            f"没有写发布者，引用里是占位的名称；写在 {store.path / 'dataset.toml'} 的 [publisher.name]。"
            f" No publisher is set and citations have a placeholder; name one in {store.path / 'dataset.toml'},"
            " [publisher.name]"
        )


def say_if_outdated(store: Store) -> None:
    """Print how many of a store's sources were read by older rules, and the remedy, if there are any."""
    generation = store.current()
    count = 0 if generation is None else generation.sources.read_otherwise(READING)
    if count:
        say(
            f"有 {count:,} 个来源是按旧规则读的；请运行 jixiao reread --store {store.path}。"
            f" {count:,} {'sources were' if count > 1 else 'source was'} read by older rules;"
            f" run jixiao reread --store {store.path}"
        )
