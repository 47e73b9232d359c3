"""A question about a place is about exactly that place, or says that nothing is known of it."""

import re
from collections.abc import Iterator

import pytest

from jixiao.ontology.places import places, within
from jixiao.server.views.parameters import region_codes
from jixiao.server.views.questions.asking import checked
from jixiao.server.views.questions.reading import Reading
from tests.server.ask.meant import Asking

CONDITIONS = (
    "{}2021年的项目",
    "{}申请了多少钱",
    "{}文化项目有几个",
    "{}教育局的项目",
    "{}2023年",
    "{}有哪些单位申报了项目",
    "有没有{}的项目",
    "{}水利项目一共多少钱",
)
IN_ENGLISH = ("projects in {} in 2022", "How much money did {} request?", "education projects of {}")
SOME = 53
"""One of so many places is asked for in the tests; the places that are written like others are all asked for."""


def forms() -> list[str]:
    """Every name of a place, with its ending and without."""
    return sorted({name for place in places().values() for name in (place.name, place.stem) if len(name) > 1})


def strays(place: str, q: str, reading: Reading) -> Iterator[str]:
    """Yield what an answer has of other places than the one asked for."""
    codes = region_codes(place)
    for quoted in re.findall("没有听懂“([^”]*)”", reading.sentence.zh) if reading.fit is None else ():
        if quoted.split(" (")[0] not in checked(q):
            yield quoted
    if reading.fit is None:
        return
    assert f"“{place}”按" not in reading.sentence.zh, "a name that is known is put right"
    given = {name: text for name, text in reading.fit.params.items() if not name.startswith("sort")}
    for name in ("region", "part", "outside", "surrounding"):
        for text in filter(None, given.get(name, "").split(",")):
            if not any(within(code, each) for code in region_codes(text) for each in codes):
                yield text
    if not {"region", "part"} & given.keys() and not any(place in text for text in given.values()):
        bodies = given.get("department", "")
        if not any(places()[code].stem in bodies for code in codes):
            yield str(given)


def pairs() -> Iterator[tuple[str, str]]:
    alike = [place for place in forms() if place[:-1] in ("山西", "陕西", "河南", "河北", "湖南", "湖北")]
    for number, place in enumerate([*alike, *forms()[::SOME], "山西", "陕西", "贵州", "泰州", "台州", "岳阳楼区"]):
        yield place, CONDITIONS[number % len(CONDITIONS)].format(place)
    for number, place in enumerate(list(places().values())[::199]):
        english = place.english.split(" (")[0]
        yield english, IN_ENGLISH[number % len(IN_ENGLISH)].format(english)


@pytest.mark.sampled(12)
@pytest.mark.parametrize(("place", "q"), sorted(set(pairs())))
def test_an_answer_is_about_the_place_asked_for(asking: Asking, place: str, q: str) -> None:
    assert not list(strays(place, q, asking.read(q)))
