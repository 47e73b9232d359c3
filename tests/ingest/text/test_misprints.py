"""Broken characters and misprinted fixed phrases, each beside wordings that are none."""

import pytest

from jixiao.ingest.text.misprints import garbled, misworded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("健全债权\ufffd\ufffd务管理", ["健全债权\ufffd\ufffd务管理"]),
        ("清理锟斤拷账目", ["清理锟斤拷账目"]),
        ("对全区的老旧小□进行整治和维护", ["全区的老旧小□进行整治和维"]),
        ("对全区的老旧小?进行整治和维护", ["全区的老旧小?进行整治和维"]),
        ("设备\ue0a3采购", ["设备\ue0a3采购"]),
        ("\uf06c加强管理", []),  # a bullet
        ("项目类型：新增项目□延续项目□一次性项目", []),
        ("是□否", []),
        ("设备够用吗?不够用的是哪一种?", []),
        ("■■■负责", []),
    ],
)
def test_garbled_characters_are_found_with_those_around_them(text: str, found: list[str]) -> None:
    """Boxes to tick, bullets and questions are none."""
    assert list(garbled(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("以习近平新时期中国特色社会主义思想为指导", "习近平新时代中国特色社会主义思想"),
        ("推进供给侧结构改革", "供给侧结构性改革"),
        ("不忘初心、牢记使用", None),  # the last character must be right
        ("“不忘初心，牢牢记使命”", "不忘初心牢记使命"),
        ("不忘 初心、牢记使命", None),
        ("中华民族的伟大复兴", None),
        ("落实中央各项规定精神", None),
        ("中国特色社会主意文化", None),
        ("中国特色设会主义文化", "中国特色社会主义"),
        ("全国人民代表大会常务委员会", None),
        ("", None),
    ],
)
def test_a_phrase_is_misprinted_if_one_character_within_differs(text: str, found: str | None) -> None:
    """Particles, punctuation and blanks make no misprint; the longest phrase is named once."""
    assert [phrase for _, phrase in misworded(text)] == ([] if found is None else [found])


@pytest.mark.parametrize("phrase", ["供给侧结构性改革", "不忘初心牢记使命", "人类命运共同体"])
def test_a_wrong_character_is_found_wherever_it_stands(phrase: str) -> None:
    """In either half, and between both; the first and the last character must be right."""
    for at in range(1, len(phrase) - 1):
        for text in (phrase[:at] + "鼎" + phrase[at + 1 :], phrase[:at] + phrase[at + 1 :]):
            assert [found for _, found in misworded(f"坚持{text}。")] == [phrase], text
    for at in range(1, len(phrase)):
        assert [found for _, found in misworded(phrase[:at] + "鼎" + phrase[at:])] == [phrase]
