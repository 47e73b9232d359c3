"""The invented corpus: it has the projects asked for, its bodies and numbers differ, and lookups find their number."""

from bench import invented_names
from jixiao.ontology import numbers


def test_bodies_and_numbers_are_all_different() -> None:
    bodies = [invented_names.body(n) for n in range(5_000)]
    assert len(set(bodies)) == len(bodies)
    pool = invented_names.pool()
    assert len({str(number) for number in pool}) == len(pool)
    assert all((number := numbers.parse(str(each))) and number.canonical == str(each) for each in pool)
    assert invented_names.MISSION in pool
