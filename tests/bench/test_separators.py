"""Known filings are read as well as bench/separators.toml keeps, whatever parts their cells."""

import pytest

from bench.left_out import SHARED
from bench.separators import WAYS, Score, score, worse

THERE = (SHARED / "separators" / "rows.json").is_file()


@pytest.mark.judge
@pytest.mark.skipif(not THERE, reason=f"the filings are not there: {SHARED / 'separators'}")
@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_parting_cells_loses_what_was_read(way: str) -> None:
    found, notes = score(SHARED, way)
    assert worse(way, found.shares) == [], "\n".join(notes)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param(Score(44, 37, 0, 339, 262, 0), [], id="as-kept"),
        pytest.param(Score(44, 37, 0, 339, 240, 1), ["indicators", "wrong"], id="fewer-and-wrong"),
    ],
)
def test_a_share_two_points_lower_and_more_that_is_wrong_are_told(found: Score, told: list[str]) -> None:
    assert [line.split()[4] for line in worse("a cell a line", found.shares)] == told
