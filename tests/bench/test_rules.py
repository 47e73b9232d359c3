"""The bench of rules: its documents, and its verdict on what a rule costs."""

from time import process_time

import pyoxigraph as ox
import pytest

from bench.measuring import EXAMPLES
from bench.rules import DOCUMENTS, GROWTH, KNOWN, NOTICED, SHARE, Cost, Measuring, documents
from jixiao.ontology import terms
from jixiao.shapes import catalogue, validate


@pytest.fixture(scope="module")
def triples() -> list[bytes]:
    return documents([EXAMPLES / "songjiang-renda-2022.txt"])


def test_documents_of_few_files_have_iris_of_their_own(triples):
    projects = [
        {triple.subject for triple in ox.parse(each, format=ox.RdfFormat.N_TRIPLES) if triple.object == PROJECT}
        for each in triples
    ]
    assert len(triples) == DOCUMENTS
    assert len(set.union(*projects)) == sum(map(len, projects)) > DOCUMENTS


PROJECT = ox.NamedNode(terms.Project)


@pytest.mark.parametrize(
    ("share", "growth", "excessive"),
    [
        (SHARE, GROWTH, False),
        (SHARE + 0.1, 1.0, True),
        (SHARE, GROWTH + 0.1, True),
        (NOTICED, GROWTH + 0.1, False),
    ],
)
def test_a_rule_is_too_dear_or_grows_too_fast(share, growth, excessive):
    assert Cost("Any", 1.0, 1.0, 1.0, share, growth).excessive == excessive


def test_rules_with_bounds_of_their_own_exist():
    assert {each.name for each in catalogue.faults("document")} >= KNOWN.keys()


@pytest.mark.usefixtures("every_rule")
def test_the_cost_of_a_rule_is_measured_over_all_documents(triples, monkeypatch):
    """Also by a clock that ticks as coarsely as some do."""
    monkeypatch.setattr("bench.rules.process_time", lambda: process_time() // 0.015 * 0.015)
    rule = next(each for each in validate.rules("document") if each.iri.endswith("#SecondLevelAbsent"))
    cost = Measuring(triples).cost(rule)
    assert min(cost.alone, cost.among_few, cost.among_all, cost.share) > 0
