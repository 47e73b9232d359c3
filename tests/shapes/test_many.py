"""Documents judged together get the reports that they get alone, whatever IRIs they share."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from rdflib import Graph

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Report
from jixiao.shapes.findings.rdf import ntriples
from jixiao.shapes.validate import Validation, rules, validate

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
# All examples of rules have the same IRIs, so that a row about two of them would show.
EXAMPLES = [catalogue.example(fault.name, "fail") for fault in catalogue.faults("document")]


def test_every_query_can_be_asked_for_many_documents() -> None:
    assert all(query.over_graphs for rule in rules("document") for query in rule.queries)


def test_some_examples() -> None:
    _same(_triples(EXAMPLES[::8]))


@pytest.mark.judge
def test_every_example_and_case() -> None:
    cases = sorted((ROOT / "tests" / "ingest" / "cases").glob("*/expected.ttl"))
    _same(_triples([*EXAMPLES, *(case.read_text(encoding="utf-8") for case in cases)]))


@pytest.mark.judge
def test_filings() -> None:
    folders = [ROOT / "examples", *(folder for name in ("seeds", "filings") if (folder := SHARED / name).exists())]
    readings = [read_document(path.read_bytes(), path.name, DEFAULT_BASE) for path in files(folders)]
    _same(reading.deposit.source_triples for reading in readings if reading.deposit)


def _triples(texts: Iterable[str]) -> list[bytes]:
    return [Graph().parse(data=text, format="turtle").serialize(format="nt", encoding="utf-8") for text in texts]


def _same(graphs: Iterable[bytes]) -> None:
    alone = {graph: _written(validate(graph)) for graph in graphs}
    together = Validation.of_many([(graph, None) for graph in alone])
    assert len(alone) > 1
    assert [_written(each.report()) for each in together] == list(alone.values())


def _written(report: Report) -> tuple[Report, bytes]:
    """Return a report with its triples, which also state the components of the results."""
    return report, ntriples(report, "http://localhost:8000/graph", "http://localhost:8000/source")
