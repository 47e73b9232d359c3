"""Measure the seconds of each step of ingestion: `python bench/ingest.py PATH…`. One file is read first to warm up.

Times depend on the machine and its load: compare them only within one run.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store


def main(paths: list[str]) -> None:
    """Ingest the files into a temporary store and print the seconds of each step."""
    found = files([Path(path) for path in paths])
    with tempfile.TemporaryDirectory() as folder:
        ingest(found[:1], Store.create(Path(folder) / "warm", DEFAULT_BASE), jobs=1)
        start = time.perf_counter()
        outcomes = ingest(found, Store.create(Path(folder) / "store", DEFAULT_BASE), jobs=1)
        whole = time.perf_counter() - start
    steps: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.reading:
            steps.update(outcome.reading.seconds)
    projects = sum(outcome.reading.projects for outcome in outcomes if outcome.reading)
    steps["load"] = whole - sum(steps.values())
    print(f"{len(found)} files, {projects} projects")
    for step, seconds in steps.items():
        print(f"{step:10}{seconds:8.3f} s{seconds / whole:8.1%}")
    print(f"{'all':10}{whole:8.3f} s{whole / max(projects, 1) * 1000:8.1f} ms per project")


if __name__ == "__main__":
    main(sys.argv[1:] or ["examples"])
