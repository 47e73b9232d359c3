"""Known files are read as well as bench/rewritten.toml has, whatever parts their cells or damages their text."""

import pytest

from bench.left_out import SHARED
from bench.measuring import kept
from bench.rewritten import KEPT, OF_EVALUATIONS, TEXTS, score, score_evaluations, worse

THERE = (SHARED / "separators" / "rows.json").is_file()
ROWS = [["甲馆项目支出绩效目标表"], *([f"指标{number}", "≥1个", "数量"] for number in range(15))]


@pytest.mark.judge
@pytest.mark.skipif(not THERE, reason=f"the filings are not there: {SHARED / 'separators'}")
@pytest.mark.parametrize("way", TEXTS)
def test_no_form_of_a_text_loses_what_was_read(way: str) -> None:
    found, notes = score(SHARED, way)
    assert not [*worse(kept(KEPT), {way: found})], "\n".join(notes)


@pytest.mark.judge
@pytest.mark.skipif(not THERE, reason=f"the self-evaluations are not there: {SHARED / 'evaluations'}")
@pytest.mark.parametrize("way", TEXTS)
def test_no_form_of_a_text_loses_what_was_read_of_a_self_evaluation(way: str) -> None:
    found, notes = score_evaluations(SHARED, way)
    assert not [*worse(kept(KEPT), {f"{OF_EVALUATIONS}{way}": found})], "\n".join(notes)


@pytest.mark.parametrize(
    ("lost", "wrong", "told"),
    [
        pytest.param(0, 0, [], id="as-kept"),
        pytest.param(5, 0, [], id="somewhat-fewer"),
        pytest.param(7, 1, ["indicators", "wrong"], id="fewer-and-wrong"),
    ],
)
def test_fewer_facts_and_more_that_are_wrong_are_told(lost: int, wrong: int, told: list[str]) -> None:
    before = kept(KEPT)["tabs"]
    found = {**before, "indicators": before["indicators"] - lost, "wrong": before["wrong"] + wrong}
    assert [line.split()[1] for line in worse(kept(KEPT), {"tabs": found})] == told


def test_one_bar_in_twenty_becomes_a_blank() -> None:
    whole, damaged = (TEXTS[way](ROWS).count(" | ") for way in ("bars", "borders lost"))
    assert whole // 20 == whole - damaged > 0


def test_a_number_and_a_title_stand_between_pages() -> None:
    assert "\n- 1 -\n甲馆项目支出绩效目标表\n指标11\t" in TEXTS["pages"](ROWS)
