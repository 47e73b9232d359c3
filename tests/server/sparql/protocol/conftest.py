"""A real server over the store of the examples, known by its URL alone; JIXIAO_URL names another one instead."""

import os
import shutil
from pathlib import Path

import pytest

from tests.server.conftest import listening
from tests.support.blackbox.wire import Server
from tests.support.pages import ended

ROOT = Path(__file__).parents[4]

GRAPHS = """PREFIX jx: <https://w3id.org/jixiao/ontology#>
SELECT ?graph ?source { GRAPH ?graph { ?source a jx:SourceDocument } } ORDER BY ?graph LIMIT 3"""


@pytest.fixture(scope="package")
def server(tmp_path_factory, examples, run):
    """The server, with its own defaults."""
    if url := os.environ.get("JIXIAO_URL"):
        yield Server(url)
        return
    place = tmp_path_factory.mktemp("protocol")
    store = shutil.copytree(examples, place / "store")
    # Next year's filing of the same body: its graph shares triples with this year's, as no two examples do.
    again = (ROOT / "examples" / "songjiang-zhengxie-2022.txt").read_text(encoding="utf-8").replace("2022", "2023")
    (place / "again.txt").write_text(again, encoding="utf-8")
    ended(0, run("ingest", place / "again.txt", "--store", store))
    with listening(store) as client:
        yield Server(str(client.base_url).rstrip("/"))


@pytest.fixture(scope="package")
def names(server):
    """Values of @g1@ and the like in cases: three graphs of sources, and the one document that each describes."""
    found = server.rows(GRAPHS)
    graphs = found[0]["graph"].rpartition("/")[0] + "/"
    names = {"graphs": graphs}
    for number, row in enumerate(found, 1):
        names |= {
            f"g{number}": row["graph"],
            f"s{number}": row["source"],
            f"name{number}": row["graph"].removeprefix(graphs),
        }
    return names
