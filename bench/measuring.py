"""Measure a server from outside and print figures: CPU time, percentiles and tables of all commands."""

import json
import math
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
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
Numbers = Mapping[str, Mapping[str, float]]
"""Numbers by name in tables by name."""
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


def kept(file: Path) -> Numbers:
    """Return the numbers of a former run in a TOML file."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def compare(file: Path, now: Numbers, differences: Callable[[Numbers, Numbers], Iterable[str]], *, keep: bool) -> None:
    """Write the numbers of this run into a TOML file if `keep`; otherwise end the program with the differences.

    `differences` takes former numbers and those of this run, and returns sentences. If there are any, they are printed,
    and the exit status is 1. Tables that this run has not are kept, and so is the first line of the file.
    """
    before = kept(file)
    if keep:
        tables = (
            "\n".join([f"[{json.dumps(name)}]", *(f"{key} = {number}" for key, number in numbers.items())])
            for name, numbers in {**before, **now}.items()
        )
        head = file.read_text(encoding="utf-8").partition("\n")[0]
        file.write_text("\n\n".join([head, *tables]) + "\n", encoding="utf-8")
        return
    told = [*differences(before, now)]
    for each in told:
        print(each)
    sys.exit(bool(told))
