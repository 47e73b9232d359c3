"""Make a store of invented filings, which bench.filings writes as text, as `jixiao ingest` does."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench import filings
from bench.invented import shapes
from bench.measuring import EXAMPLES
from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Generation, Store


def make(path: Path, projects: int, base_iri: str = DEFAULT_BASE) -> Generation:
    """Make a store of so many projects, or a few more, in files like the smallest examples."""
    like = shapes(sorted(EXAMPLES.glob("*.txt"), key=lambda path: path.stat().st_size)[:3])
    store = Store.create(path, base_iri)
    with TemporaryDirectory() as folder:
        list(filings.written(Path(folder), filings.files(like, projects)))
        ingest(files([Path(folder)]), store)
    return store.present()
