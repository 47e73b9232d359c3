"""The store of the five real filings, and code that reads the key (`test_seeds`)."""

import sys
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.support.writing import whole_vocabulary

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def store(tmp_path_factory, run):
    """The store that one `jixiao ingest` of the filings makes."""
    from test_seeds import KEYS, SEEDS

    if not SEEDS.is_dir():
        pytest.skip(f"the filings are not there: {SEEDS}")
    path = tmp_path_factory.mktemp("seeds") / "store"
    with whole_vocabulary():
        done = run("ingest", *(SEEDS / key["file"] for key in KEYS), "--store", path)
    assert done.returncode == 0, done.stderr
    return Store.open(path)


@pytest.fixture(scope="session")
def graph(store):
    """The published graph of that store."""
    return store.current().graph
