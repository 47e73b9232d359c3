"""Brackets of years in document numbers, and of titles, are the prescribed ones, however they were read."""

import pytest

from jixiao.ingest.recognition import Box, Word
from jixiao.ingest.scan.corrections import usual_brackets


def words(*texts: str) -> list[Word]:
    return [Word(text, Box(0, 0, 9, 9), (1.0,) * len(text)) for text in texts]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["沪财预（2021）18号"], ["沪财预〔2021〕18号"]),
        (["财教[2019)5号、财教【2020】61号"], ["财教〔2019〕5号、财教〔2020〕61号"]),
        (["依据浦府（2021）", "18号文"], ["依据浦府〔2021〕", "18号文"]),
        (["沪府办（20", "21）18号"], ["沪府办〔20", "21〕18号"]),
        (["沪府发（2020〕6 号、沪府发〔2021)7号"], ["沪府发〔2020〕6 号、沪府发〔2021〕7号"]),
        (["贯彻<工作条例>的实施办法、增长<5%、>3%"], ["贯彻〈工作条例〉的实施办法、增长<5%、>3%"]),
        (["《贯彻<工作条例》的办法》、", "《党组条例》"], ["《贯彻〈工作条例〉的办法》、", "《党组条例》"]),
        (["《贯彻《工作条例>的办法》"], ["《贯彻〈工作条例〉的办法》"]),
        (["《贯彻《工作条例》的办法》"], ["《贯彻《工作条例》的办法》"]),
        (["项目（2021）", "年度"], ["项目（2021）", "年度"]),
        (["规划（2021—2025）18号楼"], ["规划（2021—2025）18号楼"]),
    ],
)
def test_brackets_of_years_and_titles(read: list[str], meant: list[str]) -> None:
    assert [word.text for word in usual_brackets(words(*read))] == meant


def test_the_second_reading_is_set_the_same_way() -> None:
    [word] = usual_brackets([words("沪财（2021）18号")[0]._replace(second="沪财(2021)18号")])
    assert not word.differs
