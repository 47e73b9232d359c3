"""The invented corpus: it has the projects asked for, its bodies and numbers differ, and lookups find their number."""

import pytest

from bench import invented_names, lookups
from jixiao.ontology import numbers
from jixiao.store import Generation


@pytest.mark.judge
def test_store_has_the_projects_that_were_asked_for(generation: Generation) -> None:
    counts = generation.manifest.counts
    assert 40 <= counts.projects < 52
    assert counts.sources == counts.filings == len(generation.sources)
    assert counts.citations > counts.legal_bases > 10


def test_bodies_and_numbers_are_all_different() -> None:
    bodies = [invented_names.body(n) for n in range(5_000)]
    assert len(set(bodies)) == len(bodies)
    pool = invented_names.pool()
    assert len({str(number) for number in pool}) == len(pool)
    assert all((number := numbers.parse(str(each))) and number.canonical == str(each) for each in pool)
    assert invented_names.MISSION in pool


@pytest.mark.judge
def test_lookups_begin_with_the_mission(generation: Generation) -> None:
    found = lookups.lookups(generation, 10)
    assert [len(found), found[0].number] == [10, lookups.MISSION]
    assert all(lookup.projects and f'"{lookup.number}"' in lookup.sparql for lookup in found)
