"""Measure a server from outside and print figures: CPU time, percentiles and tables of all commands."""

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import psutil
import typer

from jixiao.tables import result_table
from tests.support.blackbox import process

FlagsOption = Annotated[
    str, typer.Option("--serve", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
]
EXAMPLES = Path(__file__).parents[1] / "examples"


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process, its running descendants, and those of their children that have ended."""
    total = 0.0
    for member in process.tree(pid):
        with suppress(psutil.Error):
            total += sum(member.cpu_times()[:4])  # of the process and of its children, user and system
    return total


def percentile(values: Sequence[float], which: int) -> float:
    """Return the smallest of the values that `which` per cent of them do not exceed; infinity without values."""
    return sorted(values)[math.ceil(len(values) * which / 100) - 1] if values else math.inf


def said(reached: bool) -> str:
    """Return the words, in both languages, for a target that is reached or missed."""
    return "达到 reached" if reached else "未达到 MISSED"


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a head: the first column to the left, figures to the right."""
    texts = [[f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    result_table([(name, at > 0) for at, name in enumerate(head)], texts)
