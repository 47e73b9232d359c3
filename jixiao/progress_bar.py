"""Show the progress of long work on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

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
from rich.text import Text

from jixiao.tables import console


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
    """A column of the bar whose text is computed from the task at each update."""

    def __init__(self, words: Callable[[Task], str], style: str = "") -> None:
        super().__init__()
        self._words, self._style = words, style

    def render(self, task: Task) -> Text:
        return Text(self._words(task), self._style)
