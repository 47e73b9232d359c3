"""bench/left_out.py: words without evidence, and the words taken away for a body or a province."""

from bench import left_out
from jixiao.ingest.values.plain import folded

UNPROVEN = 349
"""Words of labels.toml that no known file and no regulation attests; they may only become fewer."""


def test_words_without_evidence_do_not_increase() -> None:
    listed = {folded(word) for words in left_out.lists() for word in words}
    attested = {word for table in left_out.evidence().values() for word in table}
    assert len(listed - attested) <= UNPROVEN
    assert attested <= listed, "evidence of words that labels.toml no longer has"


def test_words_of_one_body_are_taken_away_for_it_alone() -> None:
    attested = {
        "bodies": {"项目名称": ["a/x", "b/y"], "主管部门": ["a/x"], "总体目标": ["a/x", "a/z"]},
        "prescribed": {},
    }
    words = ("项目名称", "主管部门", "总体目标")
    taken = {group: left_out.withheld(group, attested, prescribed=True) for group in ("a/x", "a", "b/y")}
    assert [word in taken["a/x"] for word in words] == [False, True, False]
    assert [word in taken["a"] for word in words] == [False, True, True]
    assert [word in taken["b/y"] for word in words] == [False, False, False]


def test_words_of_a_regulation_stay_unless_asked() -> None:
    attested = {"bodies": {}, "prescribed": {"项目名称": "财预〔2015〕88号"}}
    assert "项目名称" not in left_out.withheld("a", attested, prescribed=True)
    assert "项目名称" in left_out.withheld("a", attested, prescribed=False)


def test_body_is_told_by_the_name_of_a_file() -> None:
    assert left_out.body("more/trap_hubei_ezhou_library_2020.txt") == "hubei/ezhou"
    assert left_out.body("pdf/putuo_wanli_2024.pdf") == "shanghai/putuo"
