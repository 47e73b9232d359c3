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
    ("english", "names", "parts"),
    [
        ("rural road", NAMES, ["农村路"]),
        ("theatre renovation", NAMES, ["剧院精装修"]),
        ("dorm repairs", NAMES, ["宿舍维修"]),
        ("training", NAMES, ["培训"]),
        ("legal aid", NAMES, ["法律援助"]),
        ("area of", NAMES, ["面积"]),
        ("museum", NAMES, []),
        ("rural training", NAMES, []),
        ("area", ("农村文化建设",), ["农村"]),
        pytest.param("fire engines", ("消防设备改造安装工程",), [], id="words far apart in a name"),
        pytest.param("songjiang", ("松江区政府",), [], id="proper names"),
        pytest.param("centre", ("服务中心", "有机肥补助"), ["中心"], id="British spelling"),
        pytest.param("center", ("服务中心", "有机肥补助"), ["中心"], id="American spelling"),
    ],
)
def test_every_word_is_meant_by_a_word_of_one_name(english: str, names: tuple[str, ...], parts: list[str]) -> None:
    assert vocabulary(names).find(english) == parts


def test_a_limit_of_none_admits_no_word_that_means_something_else() -> None:
    assert vocabulary(("农村文化建设",)).find("area", 0.0) == []


def test_a_noun_means_the_words_that_it_translates_wholly() -> None:
    assert nouns("questionnaire") == ["问卷", "调查表"]
    assert nouns("plant") == []  # too many words to mean one thing
