"""Words of regular expressions: in each text that matches, and none for what is not read."""

import re

import pytest

from jixiao.shapes.engine.sparql import words


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("开工", ["开工"]),
        ("月[^，。]{0,6}开工", ["月", "开工"]),
        ("十[一二]五", ["十", "一 二", "五"]),
        ("(开展|举办)好?20", ["举办 开展", "20"]),
        ("完(成|工)+于", ["完", "工 成", "于"]),
        ("[xX]{2}|待定", ["X x 待定"]),
        ("a(b|c*)d", ["a", "d"]),
        ("(ab.*c|d)e", ["ab d", "e"]),
        ("ab|", []),
        ("a?b*", []),
        ("a[bc]?d{0,2}(ef){0,1}", ["a"]),
        ("^(次|场次)$", ["场次 次"]),
        ("[^0-9]年\\s\\[\\d", ["年", "["]),
        ("x{2,}y{2}", ["x", "y"]),
        ("(?:a)b", []),
        ("[a[b]]", []),
        ("\\p{L}b", []),
        ("(ab", []),
        ("\\(ab\\)?c", ["(ab", "c"]),
    ],
)
def test_words(pattern: str, found: list[str]) -> None:
    assert [" ".join(sorted(each)) for each in words(pattern)] == found


def test_every_match_has_the_words() -> None:
    """Compare with Python's expressions, in a text that matches and in its parts."""
    text = "2024年3月底完成30个村（社区）的改造，经费10.5万元，由区财政承担。"
    patterns = [
        "[0-9]{4}年([0-9]月)?底?",
        "(村|社区)[^。]*万元",
        "^2.*。$",
        "[（(](村|社区)[）)]",
        "[^0-9]元|10\\.5",
        "(区|市)财政?",
    ]
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            part = text[start:end]
            for pattern in patterns:
                if re.search(pattern, part):
                    assert all(any(word in part for word in each) for each in words(pattern)), (pattern, part)
