"""Measure the CPU time of reading, on one core: `python -m bench.reading [PATH…]` (default: the examples).

Each file is read as it is; a text file is also read as Word, as a web page and as a workbook. PDF is counted by its
pages, all other formats by their projects. Times are given by step of jixiao.ingest.document. They depend on the
machine and its load: compare them only within one run.
"""

import argparse
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Rendition
from tests.support.mutants import writers
from tests.support.mutants.grid import Block, Cell, Table
from tests.support.mutants.plan import Plan

BASE = "http://localhost:8000/"
ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("JIXIAO_SHARED", ROOT.parent / "shared"))
STEPS = ("read", "extract", "emit", "validate")
LIMITS = {"project": 60.0, "page": 250.0}  # milliseconds
OTHERS = ("docx", "html", "xlsx")
READ = ("txt", "pdf", "csv", *OTHERS)
TEXT = "text/plain"


@dataclass(frozen=True)
class Cost:
    """Cost of one file in one format: milliseconds of CPU time by step, and the number of its projects or pages."""

    name: str
    format: str
    unit: str
    count: int
    steps: dict[str, float]

    @property
    def whole(self) -> float:
        """Milliseconds of all steps."""
        return sum(self.steps.values())


def blocks(rendition: Rendition) -> Iterator[Block]:
    """Split a rendition into paragraphs and tables; a run of rows with several cells is a table."""
    for alone, rows in groupby(rendition.rows, lambda row: len(row.cells) == 1):
        if alone:
            yield from (row.text for row in rows)
            continue
        cells = [{at: Cell(cell.text) for at, cell in enumerate(row.cells) if cell} for row in rows]
        yield Table(1 + max((at for row in cells for at in row), default=0), cells)


def versions(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return (format, content) of a file, and of a text file also in the other formats."""
    content = path.read_bytes()
    rendition = read(content)
    yield path.suffix[1:], content
    if rendition.media_type == TEXT:
        for carrier in OTHERS:
            yield carrier, writers.written(Plan(carrier=carrier), list(blocks(rendition)))


def measured(name: str, form: str, content: bytes, repeats: int) -> Cost:
    """Measure the cost of one file: the median of several readings."""
    reading = read_document(content, name, BASE)  # once to warm up
    costs = [_steps(content, name) for _ in range(repeats)]
    pages = {line["page"] for line in (reading.rendition or {}).get("lines", ())} - {None}
    unit, count = ("page", len(pages)) if pages else ("project", reading.projects)
    return Cost(name, form, unit, count, {step: median(cost[step] for cost in costs) for step in costs[0]})


def _steps(content: bytes, name: str) -> dict[str, float]:
    """Return milliseconds of CPU time by step."""
    start = time.process_time()
    seconds = read_document(content, name, BASE).seconds
    used = time.process_time() - start
    steps = {step: seconds.get(step, 0.0) for step in STEPS}
    return {step: each * 1000 for step, each in {**steps, "other": used - sum(steps.values())}.items()}


def figures(costs: Iterable[Cost]) -> Iterator[str]:
    """Write a line per format: mean and largest milliseconds per project or page, the limit, the share of each step."""
    kept = [cost for cost in costs if cost.count]
    steps = (*STEPS, "other")
    yield f"{'format':8}{'files':>6}{'count':>14}{'ms each':>9}{'most':>8}{'limit':>7}{_wide(steps)}"
    for form, unit in sorted({(cost.format, cost.unit) for cost in kept}):
        group = [cost for cost in kept if (cost.format, cost.unit) == (form, unit)]
        count, whole = sum(cost.count for cost in group), sum(cost.whole for cost in group)
        most = max(cost.whole / cost.count for cost in group)
        shares = _wide(f"{sum(cost.steps[step] for cost in group) / whole:.0%}" for step in steps)
        many = f"{count} {unit}s"
        yield f"{form:8}{len(group):>6}{many:>14}{whole / count:>9.1f}{most:>8.1f}{LIMITS[unit]:>7.0f}{shares}"


def _wide(texts: Iterable[str]) -> str:
    return "".join(f"{text:>10}" for text in texts)


def main() -> None:
    """Read the arguments, measure, print a line per file and a line per format."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    beside = [folder for folder in (SHARED / "seeds", SHARED / "samples") if folder.is_dir()]
    named = files(given.paths or [ROOT / "examples", *beside])
    found = [path for path in named if path.suffix.removeprefix(".") in READ]
    costs = []
    for path in found:
        for form, content in versions(path):
            costs.append(measured(path.name, form, content, given.repeats))
            print(_line(costs[-1]))
    print("\n".join(figures(costs)))


def _line(cost: Cost) -> str:
    steps = "".join(f"  {step} {spent:.1f}" for step, spent in cost.steps.items())
    return f"{cost.name[:32]:34}{cost.format:6}{cost.whole / max(cost.count, 1):7.1f} ms per {cost.unit}:{steps}"


if __name__ == "__main__":
    main()
