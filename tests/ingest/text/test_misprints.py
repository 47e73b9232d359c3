"""Misprinted fixed phrases, each beside wordings that are none."""

import pytest

from jixiao.ingest.text.slips import misworded


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
