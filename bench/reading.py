"""Measure the CPU time of reading by format and step, on one core: `python -m bench.reading [PATH…] [--rounds N]`.

Without paths the examples are read. Each file is read as it is; a text file is also read as Word, as a web page and as
a workbook. Files of one format are read in chunks, as `jixiao ingest` does; the least time of each step counts.
`finish` is all that follows validation, `pack` prepares a reading for the writer. PDF is counted by its pages, all
other formats by their projects. Times depend on the machine and its load: compare the ratios to parsing the same
triples with Oxigraph.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.measuring import EXAMPLES, print_table
from jixiao.ingest.document import read_documents
from jixiao.ingest.originals import files
from jixiao.ingest.readers import read
from jixiao.ingest.result import Reading
from jixiao.ingest.workers import pack
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.writers import as_docx, as_html, as_xlsx

STEPS = ("read", "extract", "emit", "validate", "finish", "pack")
LIMITS = {"project": 60, "page": 250}
"""Milliseconds that reading and validation may take."""
OTHERS = {"docx": as_docx, "html": lambda rendition: as_html(rendition).encode(), "xlsx": as_xlsx}
_CHUNK = 8  # files that are judged together

Content = tuple[bytes, str]
"""The bytes of a file, and its name."""


def versions(path: Path) -> Iterator[tuple[str, Content]]:
    """Return the format and content of a file, and of a text file also in the other formats."""
    content = path.read_bytes()
    rendition = read(content)
    yield path.suffix[1:], (content, path.name)
    if rendition.media_type == "text/plain":
        for form, write in OTHERS.items():
            yield form, (write(rendition), path.name)


def readings(contents: Sequence[Content], spent: defaultdict[str, float]) -> list[Reading]:
    """Read files and add the CPU seconds of the steps to `spent`."""
    found: list[Reading] = []
    for first in range(0, len(contents), _CHUNK):
        start = time.process_time()
        chunk = read_documents(contents[first : first + _CHUNK], DEFAULT_BASE)
        used = time.process_time() - start
        for reading in chunk:
            for step, seconds in reading.seconds.items():
                spent[step] += seconds
            used -= sum(reading.seconds.values())
        start = time.process_time()
        for reading in chunk:
            pack(reading)
        spent["finish"] += used
        spent["pack"] += time.process_time() - start
        found += chunk
    return found


def measured(form: str, contents: Sequence[Content], rounds: int) -> list[object]:
    """Measure the files of a format; return a row of the table."""
    found = readings(contents, defaultdict(float))  # once to warm up
    every = [defaultdict[str, float](float) for _ in range(rounds)]
    for spent in every:
        readings(contents, spent)
    least = {step: min(spent[step] for spent in every) * 1000 for step in STEPS}
    pages = sum(len({line["page"] for line in (each.rendition or {}).get("lines", ())} - {None}) for each in found)
    unit, count = ("page", pages) if pages else ("project", sum(reading.projects for reading in found))
    parsing = min(_parsing(found) for _ in range(rounds)) * 1000
    whole = sum(least.values())
    each = [spent / max(count, 1) for spent in (*least.values(), whole)]
    return [form, len(contents), f"{count} {unit}s", *each, LIMITS[unit], whole / parsing]


def _parsing(found: Sequence[Reading]) -> float:
    """Return the CPU seconds in which Oxigraph parses the triples of all files."""
    start = time.process_time()
    for reading in found:
        if reading.deposit:
            list(ox.parse(reading.deposit.source_triples, format=ox.RdfFormat.N_TRIPLES))
    return time.process_time() - start


def main(paths: Annotated[list[Path] | None, typer.Argument()] = None, rounds: int = 5) -> None:
    """Measure the reading of files, or of the examples, and print a row per format."""
    by_format: defaultdict[str, list[Content]] = defaultdict(list)
    for path in files(paths or [EXAMPLES]):
        for form, content in versions(path):
            by_format[form].append(content)
    rows = [measured(form, contents, rounds) for form, contents in by_format.items()]
    print_table(["CPU ms", "files", "", *STEPS, "all", "limit", "÷ parsing"], rows)


if __name__ == "__main__":
    typer.run(main)
