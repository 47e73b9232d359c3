"""Mistakes planted without sight of the rules: the list fits the filings, and only new findings count."""

from pathlib import Path

import pytest

from bench import unseen
from jixiao.checking import check

SHARED = Path(__file__).parents[3] / "shared"
FILING = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no filings at {SHARED}")
def test_each_mistake_fits_its_filing() -> None:
    listed = list(unseen.mistakes())
    assert len(listed) == len({each.kind for each in listed}) == 40
    for each in listed:
        text = (SHARED / each.file).read_bytes().decode()
        assert each.planted(text) != text


def test_words_that_are_not_there_are_an_error() -> None:
    with pytest.raises(ValueError, match="no such words: 乙"):
        unseen.Mistake("a.txt", 1, "乙", "丙", "").planted("甲\n")


def test_what_was_found_before_is_not_new(tmp_path: Path) -> None:
    text = FILING.read_text(encoding="utf-8")
    line = next(number for number, each in enumerate(text.split("\n"), start=1) if "2022-12-31" in each)
    mistake = unseen.Mistake(FILING.name, line, "2022-12-31", "2021-12-31", "")
    (tmp_path / "wrong.txt").write_text(mistake.planted(text), encoding="utf-8")
    before, after = check([FILING])[0], check([tmp_path / "wrong.txt"])[0]
    assert unseen.arisen(before, before) == []
    found = unseen.arisen(before, after)
    assert "EndBeforeStart" in {result.fault.name for result in found}
    assert unseen.verdict(line, found) == "found"
    assert unseen.verdict(1, []) == "missed"
    assert unseen.verdict(1, found) == "elsewhere"
