"""English words find the Chinese words of names that mean them."""

import pytest

from jixiao.server.views.questions.dictionary import nouns, vocabulary

NAMES = (
    "四好农村路项目",
    "真如海心剧院精装修工程",
    "男生宿舍维修项目",
    "业务培训",
    "法律援助办案经费",
    "新建保鲜库面积",
    "停车场管理",
    "云雾加工园配套设施建设项目",
)


@pytest.mark.parametrize(
    ("english", "parts"),
    [
        ("rural road", ["农村路"]),
        ("theatre renovation", ["剧院精装修"]),
        ("dorm repairs", ["宿舍维修"]),
        ("training", ["培训"]),
        ("legal aid", ["法律援助"]),
        ("area of", ["面积"]),
        ("museum", []),
        ("rural training", []),
    ],
)
def test_every_word_is_meant_by_a_word_of_one_name(english: str, parts: list[str]) -> None:
    assert vocabulary(NAMES).find(english) == parts


def test_a_limit_admits_words_that_mean_nothing_else_alone() -> None:
    names = ("农村文化建设",)
    assert vocabulary(names).find("area") == ["农村"]
    assert vocabulary(names).find("area", 0.0) == []


def test_words_far_apart_in_a_name_are_no_part_of_it() -> None:
    assert vocabulary(("消防设备改造安装工程",)).find("fire engines") == []


def test_a_noun_means_the_words_that_it_translates_wholly() -> None:
    assert nouns("questionnaire") == ["问卷", "调查表"]
    assert nouns("plant") == []  # too many words to mean one thing


def test_british_and_american_spelling_are_one() -> None:
    names = ("服务中心", "有机肥补助")
    assert vocabulary(names).find("centre") == vocabulary(names).find("center") != []


def test_proper_names_mean_nothing() -> None:
    assert vocabulary(("松江区政府",)).find("songjiang") == []
