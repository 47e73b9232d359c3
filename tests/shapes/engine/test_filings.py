"""The compiled rules find in real graphs what the judge finds: the examples, the cases of the readers, the seeds.

The judge takes long: `make test` tries some rules on one case, `make judge` all rules, cases and whole filings.
"""

from pathlib import Path

import pytest
from rdflib import SH, Graph

from jixiao.ingest.document import read_document
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes import catalogue
from jixiao.shapes.engine import by_pyshacl
from jixiao.shapes.validate import Validation, validate

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


@pytest.mark.judge
def test_some_rules_on_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    triples = Graph().parse(CASES[0]).serialize(format="nt", encoding="utf-8")
    some = {fault.iri for fault in catalogue.faults("document")[::12]}
    some |= {each.fault.iri for each in validate(triples).results}
    shapes = Graph() + by_pyshacl.shapes_graph("document")
    for target in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf):
        for shape in set(shapes.subjects(target)):
            if str(shape) not in some:
                shapes.remove((shape, target, None))
    monkeypatch.setattr(by_pyshacl, "shapes_graph", lambda _scope: shapes)
    one, other = (
        Validation(triples, engine=engine).report(lambda fault: fault.iri in some) for engine in ("compiled", "pyshacl")
    )
    assert one == other
    assert one.results


def _agree(triples: bytes) -> None:
    assert validate(triples) == validate(triples, engine="pyshacl")
