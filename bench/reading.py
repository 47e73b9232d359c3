"""Measure the CPU time of reading by format and step, on one core: `python -m bench.reading [PATH…] [--rounds N]`.

Each file is read as it is; a text file is also read as Word, as a web page and as a workbook. Files of one format are
read in chunks, as `jixiao ingest` does; the least time of each step counts. `finish` is all that follows validation,
`pack` prepares a reading for the writer. PDF is counted by its pages, all other formats by their projects.

Times depend on the machine and its load; their ratios to parsing the same triples with Oxigraph hardly do. Without
paths the examples are read, and each step whose ratio differs by more than a third from the one in reading.toml is
named; then the exit status is 1. `--keep` writes the ratios of this run there.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import pyoxigraph as ox
import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.measuring import EXAMPLES, Numbers, compare, print_table
from jixiao.ingest import document
from jixiao.ingest.originals import files
from jixiao.ingest.readers import read
from jixiao.ingest.result import Document, Reading
from jixiao.ingest.workers import pack
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.writers import as_docx, as_html, as_xlsx

_STEP_OF = {"_read": "read", "filing": "extract", "emit": "emit", "judged": "validate"}
"""The steps by the functions of `document` that take them."""
STEPS = ("read", "extract", "emit", "validate", "finish", "pack")
OTHERS = {"docx": as_docx, "html": lambda rendition: as_html(rendition).encode(), "xlsx": as_xlsx}
KEPT = Path(__file__).with_suffix(".toml")
_CHUNK = 8  # files that are judged together

Content = tuple[bytes, str]
"""The bytes of a file, and its name."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of reading the files of a format, by step, and of parsing their triples with Oxigraph.

    `count` is the number of pages or projects, and `unit` the word for one of them.
    """

    files: int
    count: int
    unit: str
    seconds: Mapping[str, float]
    parsing: float

    @property
    def ratios(self) -> dict[str, float]:
        """Return, by step, the CPU time of reading as a multiple of the time of parsing."""
        return {step: spent / self.parsing for step, spent in self.seconds.items()}


def versions(path: Path) -> Iterator[tuple[str, Content]]:
    """Yield the format and content of a file; then, for a text file, those of each other format."""
    content = path.read_bytes()
    rendition = read(content)
    yield path.suffix[1:], (content, path.name)
    if rendition.media_type == "text/plain":
        for form, write in OTHERS.items():
            yield form, (write(rendition), path.name)


def _timed(spent: defaultdict[str, float], step: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that adds its CPU seconds to those of `step` in `spent`."""

    def timed(*arguments: object) -> object:
        start = time.process_time()
        try:
            return function(*arguments)
        finally:
            spent[step] += time.process_time() - start

    return timed


def readings(contents: Sequence[Content], spent: defaultdict[str, float]) -> list[Reading]:
    """Read files and add the CPU seconds of the steps to `spent`."""
    found: list[Reading] = []
    for first in range(0, len(contents), _CHUNK):
        start, before = time.process_time(), sum(spent.values())
        timed: dict[str, Any] = {name: _timed(spent, step, getattr(document, name)) for name, step in _STEP_OF.items()}
        with patch.multiple(document, **timed):
            chunk = document.read_documents(list(starmap(Document, contents[first : first + _CHUNK])), DEFAULT_BASE)
        spent["finish"] += time.process_time() - start - (sum(spent.values()) - before)
        start = time.process_time()
        for reading in chunk:
            pack(reading)
        spent["pack"] += time.process_time() - start
        found += chunk
    return found


def measured(contents: Sequence[Content], rounds: int) -> Cost:
    """Read the files of a format `rounds` times, and return the cost with the least CPU time of each step."""
    found = readings(contents, defaultdict(float))  # once to warm up
    every = [defaultdict[str, float](float) for _ in range(rounds)]
    parsing = []
    for spent in every:  # in turns, so that the load of the machine is alike for both
        readings(contents, spent)
        parsing.append(_parsing(found))
    pages = sum(len({line["page"] for line in (each.rendition or {}).get("lines", ())} - {None}) for each in found)
    unit, count = ("page", pages) if pages else ("project", sum(reading.projects for reading in found))
    least = {step: min(spent[step] for spent in every) for step in STEPS}
    return Cost(len(contents), max(count, 1), unit, least, min(parsing))


def _parsing(found: Sequence[Reading]) -> float:
    """Return the CPU seconds in which Oxigraph parses the triples of all files."""
    start = time.process_time()
    for reading in found:
        if reading.deposit:
            list(ox.parse(reading.deposit.source_triples, format=ox.RdfFormat.N_TRIPLES))
    return time.process_time() - start


def changed(kept: Numbers, now: Numbers) -> Iterator[str]:
    """Yield a line for each step whose ratio in `now` differs by more than a third from that in `kept`, or is new."""
    for form, ratios in now.items():
        for step, ratio in ratios.items():
            before = kept.get(form, {}).get(step, 0.0)
            if abs(ratio - before) > before / 3:
                yield f"{form} {step}: {before:.2f} → {ratio:.2f}"


def main(
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    rounds: int = 10,
    keep: Annotated[bool, typer.Option("--keep", help="write the ratios of the examples to reading.toml")] = False,
) -> None:
    """Measure the reading of files, or of the examples, and print a row per format."""
    by_format: defaultdict[str, list[Content]] = defaultdict(list)
    for path in files(paths or [EXAMPLES]):
        for form, content in versions(path):
            by_format[form].append(content)
    costs = {form: measured(contents, rounds) for form, contents in by_format.items()}
    rows = []
    for form, cost in costs.items():
        each = [1000 * spent / cost.count for spent in (*cost.seconds.values(), sum(cost.seconds.values()))]
        rows.append([f"{form}, ms", cost.files, f"{cost.count} {cost.unit}s", *each])
        rows.append(["÷ parsing", "", "", *cost.ratios.values(), sum(cost.ratios.values())])
    print_table(["", "files", "", *STEPS, "all"], rows)
    if paths:
        return
    now = {form: {step: round(ratio, 2) for step, ratio in cost.ratios.items()} for form, cost in costs.items()}
    compare(KEPT, now, changed, keep=keep)


if __name__ == "__main__":
    typer.run(main)
