"""Measure the CPU time of ingestion by step: `python -m bench.ingest [--rounds N] [PATH…]` (default: the examples).

One process reads the files several times, in chunks as `jixiao ingest` does; the least time of each step counts. Then
the writer of a store and the start of a reading process are timed, once each. Times depend on the machine and its load:
compare their ratios to parsing the same triples with Oxigraph.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from jixiao.ingest.document import read_documents
from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ingest.reading import Reading
from jixiao.ingest.workers.packing import pack
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store

_CHUNK = 8  # files that are judged together
_OURS = ("read", "extract", "emit")


def main() -> None:
    """Read the arguments, measure, print a line per step."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    paths = files(given.paths or [Path(__file__).parents[1] / "examples"])
    readings = _read(paths, Counter())  # once to warm up
    projects = sum(reading.projects for reading in readings)
    plain = min(_parsing(readings) for _ in range(given.rounds))
    print(f"{len(paths)} files, {projects} projects; least of {given.rounds} rounds")
    print(f"{'':24}{'CPU s':>9}{'ms per project':>16}{'ratio to parsing':>18}")
    for name, seconds in (("parsing", plain), *_steps(paths, given.rounds), *_around(paths)):
        print(f"{name:24}{seconds:9.3f}{seconds / projects * 1000:16.2f}{seconds / plain:18.1f}")


def _steps(paths: Sequence[Path], rounds: int) -> Iterator[tuple[str, float]]:
    """Yield the least CPU seconds of each step of reading and packing."""
    found = []
    for _ in range(rounds):
        spent: Counter[str] = Counter()
        _read(paths, spent)
        found.append(spent)
    least = {step: min(spent[step] for spent in found) for step in found[0]}
    yield from least.items()
    yield " + ".join(_OURS), sum(least[step] for step in _OURS)


def _read(paths: Sequence[Path], spent: Counter[str]) -> list[Reading]:
    """Read the files and add the CPU seconds of the steps to `spent`; `finish` is all that follows validation."""
    readings: list[Reading] = []
    for first in range(0, len(paths), _CHUNK):
        pairs = [(path.read_bytes(), path.name) for path in paths[first : first + _CHUNK]]
        start = time.process_time()
        chunk = read_documents(pairs, DEFAULT_BASE)
        used = time.process_time() - start
        for reading in chunk:
            spent.update(reading.seconds)
            used -= sum(reading.seconds.values())
        start = time.process_time()
        for reading in chunk:
            pack(reading)
        spent.update(finish=used, pack=time.process_time() - start)
        readings += chunk
    return readings


def _parsing(readings: Sequence[Reading]) -> float:
    """Return the CPU seconds in which Oxigraph parses the triples of all files."""
    triples = [reading.deposit.source_triples for reading in readings if reading.deposit]
    start = time.process_time()
    for each in triples:
        list(ox.parse(each, format=ox.RdfFormat.N_TRIPLES))
    return time.process_time() - start


def _around(paths: Sequence[Path]) -> Iterator[tuple[str, float]]:
    """Yield the CPU seconds of this process while others read for a store, and of the start of one of these."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", DEFAULT_BASE)
        start = time.process_time()
        ingest(paths, store, jobs=1)
        yield "write and commit", time.process_time() - start
    start = _children()
    subprocess.run([sys.executable, "-c", "import jixiao.ingest.preloaded"], check=True)
    yield "start of a process", _children() - start


def _children() -> float:
    """Return the CPU seconds of the processes that this one started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
