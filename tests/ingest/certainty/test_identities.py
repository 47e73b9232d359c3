"""Projects of a scan whose names, bodies or years are not sure are withheld as a whole, with what else may be read."""

import pytest

from jixiao.ingest.certainty import identities, kinds
from jixiao.ingest.certainty.scores import nearly
from jixiao.ingest.extract import extract
from jixiao.ontology.reasons import Reason, reason
from tests.support.scanned import FORM, scanned

LIMIT = kinds.limits("project").doubted
LOW = LIMIT - 0.01
STORY = "项目经费情况说明1--{}\n\n一、项目概述\n\n保护馆藏善本。\n\n"


def form(name: str = "古籍修复经费", department: str = "临江市文化局", unit: str = "", year: int = 2023) -> str:
    return FORM.format(name=name, department=department, unit=unit, year=year)


def why(text: str, scores: dict[str, float] | None = None, second: dict[str, str] | None = None) -> list[Reason | None]:
    """Return why each project of a scan is withheld; None for one that is not."""
    rendition = scanned(text, scores, second)
    read = extract(rendition)
    found = identities.unsure(read, rendition)
    return [found.get(at) for at in range(len(read.projects))]


def test_sure_characters_identify_a_project() -> None:
    assert why(form()) == [None]


UNSURE = [
    # name, body and year: once, and below the limit
    (form(), {"复": LOW}, {}, "名称"),
    (form(), {"化": LOW}, {}, "单位"),
    (form(), {"23": LOW}, {}, "年度"),
    # two scales read a name differently
    (form(), {}, {"古籍修复": "古藉修复"}, "又读作“古藉修复经费”"),
    # the narrative of the project bears another name, however sure both are
    (STORY.format("古籍修经费") + form(), {}, {}, "又读作“古籍修经费”"),
]


@pytest.mark.parametrize(("text", "scores", "second", "said"), UNSURE)
def test_a_project_that_is_not_sure_is_withheld(
    text: str, scores: dict[str, float], second: dict[str, str], said: str
) -> None:
    [reason] = why(text, scores, second)
    assert reason
    assert said in reason.zh


SURE = [
    # Each stands in a second place: in the narrative, in another cell, in another year.
    (STORY.format("古籍修复经费") + form(), {"复": LOW}),
    (form(unit="临江市文化局"), {"化": LOW}),
    (form().replace("≥200册", "2023年底完成"), {"（2023": LOW}),
]


@pytest.mark.parametrize(("text", "scores"), SURE)
def test_a_second_place_makes_sure(text: str, scores: dict[str, float]) -> None:
    assert why(text, scores) == [None]


def test_a_name_that_only_nearly_stands_elsewhere_is_shown_with_it() -> None:
    first, second = why(form("古籍修复一期") + form("古籍修复二期"), {"一期": LOW})
    assert first
    assert "“古籍修复二期”" in first.zh
    assert second is None


def test_a_form_without_a_year_beside_others_lost_its_own() -> None:
    *others, last = why(form("古籍修复") + form("读者培训", year=2022) + form("流动书车").replace("（2023年度）", ""))
    assert others == [None, None]
    assert last == reason("unsure-year", also="")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("古籍修复", "古籍修夏", True),
        ("一步做实做强", "步做实做强", True),
        ("古籍修复", "古籍修复", False),
        ("古籍修复", "培训读者", False),
        ("社区文化活动中心运行维护经费", "社区文化活动中心运行维修费", True),
    ],
)
def test_names_in_which_few_characters_differ_are_nearly_the_same(one: str, other: str, expected: bool) -> None:
    assert nearly(one, other) is expected
