"""bench/left_out.py: words without evidence, groups of one layout, and what is taken away for a group."""

import pytest

from bench import left_out
from bench.left_out import Needed

UNPROVEN = 343
"""Words of labels.toml that no known file and no regulation attests; they may only become fewer."""

FILES = {
    "a": Needed({"项目名称", "主管部门"}, "项目名称主管部门", {("m:1:0", True), ("m:2:0", True), ("m:3:0", True)}),
    "b": Needed({"项目名称"}, "项目名称元", {("m:1:0", False), ("m:2:0", True)}),
}


def test_words_without_evidence_do_not_increase() -> None:
    attested = {word for table in left_out.evidence().values() for word in table}
    unproven = len(left_out.listed() - attested)
    advice = (
        "write the bodies or the regulation that print a new word into ingest/roles/evidence.toml, or cases, if a case "
        "alone has it"
    )
    assert unproven <= UNPROVEN, f"{unproven} words of labels.toml have no evidence: {advice}"
    gone = sorted(attested - left_out.listed())
    assert not gone, f"{', '.join(gone)}: remove from ingest/roles/evidence.toml, as labels.toml no longer has it"


def test_words_that_no_other_file_has_are_taken_away_but_for_those_of_regulations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(left_out, "evidence", lambda: {"prescribed": {"一级指标": "财预〔2015〕88号"}})
    assert [left_out.words_alone({group}, FILES) & {"项目名称", "主管部门"} for group in FILES] == [{"主管部门"}, set()]
    assert "一级指标" not in left_out.words_alone({"a"}, FILES)


def test_conditions_that_a_group_alone_makes_true_are_held_to_the_outcome_that_others_know() -> None:
    assert (left_out.held({"a"}, FILES), left_out.held({"b"}, FILES)) == ({"m:1:0": False}, {"m:1:0": True})


def test_files_whose_words_follow_each_other_alike_have_one_layout() -> None:
    orders = {
        "form": ["项目名称", "主管部门", "实施单位", "总体目标", "一级指标"],
        "cut": ["项目名称", "主管部门", "实施单位", "总体目标"],
        "letter": ["总体目标", "资金来源", "主管部门", "项目名称", "备注"],
        "short": ["项目名称"],
    }
    assert sorted(map(sorted, left_out.layouts(orders))) == [["cut", "form"], ["letter"], ["short"]]


@pytest.mark.skipif(not left_out.SHARED.exists(), reason="the real filings are not at hand")
@pytest.mark.parametrize("kind", [left_out.FILINGS, left_out.EVALUATIONS], ids=["filings", "evaluations"])
def test_each_kind_is_scored_by_its_own_script(kind: left_out.Scored) -> None:
    space, printing = left_out.judging(left_out.SHARED, kind)
    assert callable(space[kind.function])
    assert not space["score"]
    assert "facts claimed" in printing


def test_body_is_told_by_the_name_of_a_file() -> None:
    assert left_out.body("more/trap_hubei_ezhou_library_2020.txt") == "hubei/ezhou"
    assert left_out.body("pdf/putuo_wanli_2024.pdf") == "shanghai/putuo"
