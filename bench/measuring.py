"""Measure a server from outside and print figures: arguments, CPU time, percentiles and tables of all commands."""

import argparse
import math
import unicodedata
from collections.abc import Sequence
from contextlib import suppress

import psutil

from tests.support.blackbox import process


def arguments(name: str, about: str | None) -> argparse.ArgumentParser:
    """Return a parser for `python -m bench.NAME`; `about` is the docstring of the command's module."""
    return argparse.ArgumentParser(prog=f"python -m bench.{name}", description=(about or "").split("\n")[0])


def cpu_seconds(pid: int) -> float:
    """Sum the CPU time of a process and all below it, in seconds, including children that have ended."""
    total = 0.0
    for member in process.tree(pid):
        with suppress(psutil.Error):
            total += sum(member.cpu_times()[:4])  # of the process and of its children, user and system
    return total


def percentile(values: Sequence[float], which: int) -> float:
    """Return the smallest value that `which` per cent of the values do not exceed; infinity without values."""
    return sorted(values)[math.ceil(len(values) * which / 100) - 1] if values else math.inf


def said(reached: bool) -> str:
    """State in both languages if a target is reached."""
    return "达到 reached" if reached else "未达到 MISSED"


def table(rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows of equal length: the first column to the left, figures to the right; the first row is the head."""
    texts = [[f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(map(_columns, column)) for column in zip(*texts, strict=True)]
    lines = []
    for first, *others in texts:
        right = [" " * (width - _columns(text)) + text for text, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first + " " * (widths[0] - _columns(first)), *right]))
    return "\n".join(lines)


def _columns(text: str) -> int:
    """Count the columns that a text takes, of which a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
