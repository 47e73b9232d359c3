"""Make a reproducible store of N projects for measurements: `python -m bench.corpus DIR --projects 10000`.

The filings are those that bench.filings writes as text, read and stored as `jixiao ingest` does.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from bench import filings
from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Generation, Store


def make(path: Path, projects: int, base_iri: str = DEFAULT_BASE) -> Generation:
    """Make a store of so many projects, or a few more."""
    store = Store.create(path, base_iri)
    with TemporaryDirectory() as folder:
        list(filings.written(Path(folder), filings.files(filings.usual(), projects)))
        ingest(files([Path(folder)]), store)
    return store.present()


def main(path: Path, projects: int = 10_000, base_iri: str = DEFAULT_BASE) -> None:
    """Make a store at a path where nothing is, and print its counts."""
    if path.exists():
        sys.exit(f"{path} 已经存在 · already exists")
    begun = time.perf_counter()
    counts = make(path, projects, base_iri).manifest.counts
    print(
        f"项目 projects {counts.projects:,}，来源 sources {counts.sources:,}，依据 legal bases {counts.legal_bases:,}，"
        f"引用 citations {counts.citations:,}，四元组 quads {counts.quads:,}；{time.perf_counter() - begun:.0f} s"
    )


if __name__ == "__main__":
    typer.run(main)
