"""The compiled rules find in real graphs what the judge finds: the examples, the cases of the readers, the seeds.

The judge takes long: `make test` asks it about the examples of rules alone (test_shape_examples.py).
"""

from pathlib import Path

import pytest
from rdflib import Graph

from jixiao.ingest.document import read_document
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes.validate import validate
from tests.support.pyshacl_judge import JudgedValidation

ROOT = Path(__file__).parents[3]
SEEDS = sorted((ROOT / ".." / "shared" / "seeds").glob("*.txt"))
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
CASES = sorted((ROOT / "tests" / "ingest" / "cases").glob("*/expected.ttl"), key=lambda path: path.stat().st_size)


@pytest.mark.judge
@pytest.mark.parametrize("path", [*EXAMPLES, *SEEDS], ids=lambda path: path.stem)
def test_filing(path: Path) -> None:
    reading = read_document(path.read_bytes(), path.name, DEFAULT_BASE)
    _agree(reading.deposit.source_triples)


@pytest.mark.skipif(not SEEDS, reason="the seed filings are not here")
def test_the_seeds_are_here() -> None:
    assert len(SEEDS) >= 5


@pytest.mark.judge
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_case(path: Path) -> None:
    _agree(Graph().parse(path).serialize(format="nt", encoding="utf-8"))


def _agree(triples: bytes) -> None:
    assert validate(triples) == JudgedValidation(triples).report()
