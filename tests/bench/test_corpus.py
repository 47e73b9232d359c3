"""The made-up corpus: the benchmarks' store is like the examples that it is made of, and always the same."""

from itertools import islice

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from bench import corpus, lookups
from jixiao.ontology import numbers, terms
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.store import Deposit, Generation


@pytest.fixture(scope="module")
def deposits() -> list[Deposit]:
    return list(islice(corpus.deposits(10_000), 40))


def test_store_has_the_projects_that_were_asked_for(generation: Generation) -> None:
    counts = generation.manifest.counts
    assert 200 <= counts.projects < 212
    assert counts.sources == counts.filings == len(generation.sources)
    assert counts.citations > counts.legal_bases > 10


def test_same_call_makes_the_same_corpus(deposits: list[Deposit]) -> None:
    again = list(islice(corpus.deposits(10_000), 3))
    assert again == deposits[:3]


def test_copies_share_no_project_and_no_content(deposits: list[Deposit]) -> None:
    projects = [project for deposit in deposits for project in deposit.projects]
    assert len(set(projects)) == len(projects)
    assert len({deposit.sha256 for deposit in deposits}) == len(deposits)


def test_identity_follows_from_names(deposits: list[Deposit]) -> None:
    iris = Iris(DEFAULT_BASE)
    for deposit in deposits[::6]:
        triples = [quad.triple for quad in parse(deposit.source_triples, RdfFormat.N_TRIPLES)]
        values = {
            (triple.subject.value, triple.predicate.value): triple.object.value
            for triple in triples
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal)
        }
        kinds = {
            triple.subject.value: triple.object.value
            for triple in triples
            if triple.predicate.value == terms.RDF_type
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, NamedNode)
        }
        for iri, kind in kinds.items():
            label = values.get((iri, terms.RDFS_label), "")
            if kind == terms.Department:
                assert iri == iris.org(label)
            if kind == terms.Project:
                assert deposit.projects[iri] == label
            if (
                kind == terms.LegalBasis
                and (printed := values.get((iri, terms.documentNumber)))
                and "令" not in printed
            ):
                number = numbers.parse(printed)
                assert number is not None
                assert iri == iris.basis(number, None)
                assert values[iri, terms.issuerCode] == number.code
                assert values[iri, terms.numberYear] == str(number.year)
                assert values[iri, terms.serialNumber] == number.serial
        filed = {value for (_, name), value in values.items() if name == terms.year}
        assert {filing.rpartition("/")[2] for filing in deposit.filings} == filed


def test_nothing_of_the_original_filing_is_left(deposits: list[Deposit]) -> None:
    text = "".join(deposit.source_triples.decode() for deposit in deposits)
    templates = corpus._templates(DEFAULT_BASE)
    for template in templates:
        assert template._deposit.sha16 not in text
        assert f"/{template._owner}" not in text


def test_bodies_and_numbers_are_all_different() -> None:
    bodies = [corpus.body(n) for n in range(5_000)]
    assert len(set(bodies)) == len(bodies)
    pool = corpus.pool()
    assert len({str(number) for number in pool}) == len(pool)
    assert all((number := numbers.parse(str(each))) and number.canonical == str(each) for each in pool)
    assert str(corpus.MISSION) == lookups.MISSION


def test_lookups_begin_with_the_mission(generation: Generation) -> None:
    found = lookups.lookups(generation, 10)
    assert [len(found), found[0].number] == [10, lookups.MISSION]
    assert all(lookup.projects and f'"{lookup.number}"' in lookup.sparql for lookup in found)
