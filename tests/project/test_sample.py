"""The sample of what takes long: within its time, another one for each commit, and in the end everything."""

from collections import Counter

from tests.support import sample

LONG = "tests/shapes/test_shape_examples.py::test_the_judge_finds_the_same[document]"
TOGETHER = [f"tests/cli/test_export_site.py::test_a_page[{number}]" for number in range(30)]
CASES = [LONG, *TOGETHER, *(f"tests/a/test_b{number % 40}.py::test_c[{number}]" for number in range(1500))]
WHOLE = 155 + 60 + 1500


def taken(cases: set[str]) -> float:
    alone = sum(sample.seconds(case) for case in cases if case not in TOGETHER)
    return alone + (60 if cases & set(TOGETHER) else 0)


def test_a_sample_takes_its_share_of_the_time_and_everything_is_drawn_in_the_end() -> None:
    drawn: Counter[str] = Counter()
    for number in range(120):
        found = sample.drawn(CASES, f"commit {number}", 10)
        assert found == sample.drawn(reversed(CASES), f"commit {number}", 10)
        assert 0.9 * WHOLE / 10 < taken(found) <= WHOLE / 10
        assert len(found & set(TOGETHER)) in (0, 30)
        drawn.update(found)
    assert drawn.keys() == set(CASES)


def test_what_takes_longer_than_the_share_is_drawn_alone() -> None:
    cases = [LONG, *CASES[-9:]]
    found = [sample.drawn(cases, str(number), 10) for number in range(100)]
    assert {LONG} in found
    assert all(each == {LONG} or LONG not in each for each in found)


def test_each_entry_names_a_file() -> None:
    stated = sample.stated()
    assert not [
        name
        for part in stated.values()
        for name in part
        if not (sample.TESTS.parent / name.partition("::")[0]).is_file()
    ]
