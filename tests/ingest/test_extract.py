"""Renditions become extractions: cover, projects, which narrative belongs to which form, and forms that break off."""

from decimal import Decimal
from itertools import permutations

import pytest

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Extraction, Project
from jixiao.ingest.readers import read
from jixiao.ontology.identity import label


def extracted(text: str) -> Extraction:
    return extract(read(text.encode()))


def form(
    name: str,
    title: str = "财政项目支出绩效目标申报表",
    rows: str = "效益指标\t\t知晓度\t提高\n\t满意度指标\t\t满意度\t≥85%",
) -> str:
    return (
        f"{title}\n项目名称\t{name}\t项目类别\t一次性项目\n主管部门\t临江市文化局\n"
        f"绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\n\t产出指标\t数量指标\t册数\t≥2册\n\t{rows}\n\n"
    )


def story(name: str, number: int | str = "") -> str:
    return f"项目经费情况说明{number}\n\n一、项目概述\n\n{name}的由来。\n\n二、立项依据\n\n{name}管理制度。\n\n"


def narrated(projects: tuple[Project, ...]) -> dict[str, str]:
    """For each form's name the first word of its narrative's overview."""
    return {
        project.name.text: project.narrative.sections[0].text.text.removesuffix("的由来。") if project.narrative else ""
        for project in projects
        if project.name
    }


def whole(extraction: Extraction) -> bool:
    return not any(project.form.breaks_off for project in extraction.projects)


@pytest.mark.parametrize(
    "text", ["年度总结", "项目名称\t古籍修复\n", "一、项目概述\n\n修复善本。\n", "甲\t乙\n丙\t丁\n"]
)
def test_text_without_a_form_is_no_filing(text: str) -> None:
    with pytest.raises(NotAFilingError, match=r"绩效目标申报表.*performance-target form"):
        extracted(text)


def test_a_file_that_is_no_filing_is_searched_for_persons_once() -> None:
    with pytest.raises(NotAFilingError) as found:
        extracted("通知\n联系人：宋清渠")
    assert found.value.hidden == {2: ("宋清渠",)}


def test_cover(filing: str) -> None:
    cover = extracted(filing).cover
    assert (cover.body.text, cover.year) == ("临江市图书馆", 2023)
    assert (cover.count.value, cover.total.value) == (Decimal(1), Decimal(120_000))


def test_no_cover(filing: str) -> None:
    cover = extracted(filing[filing.index("项目经费情况说明") :]).cover
    assert (cover.body, cover.year, cover.count, cover.total) == (None, 2023, None, None)  # the form says the year


NAMES = ("甲", "乙", "丙")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_numbered_narratives_before_the_forms_meet_them_by_number(order: tuple[int, ...]) -> None:
    stories = "".join(story(name, number) for number, name in enumerate(NAMES, 1))
    forms = "".join(form(NAMES[index], f"财政项目支出绩效目标申报表{index + 1}") for index in order)
    found = extracted(stories + forms)
    assert narrated(found.projects) == {name: name for name in NAMES}
    assert [project.ordinal for project in found.projects] == [index + 1 for index in order]


@pytest.mark.parametrize(
    "parts",
    [
        [story("甲"), form("甲"), story("乙"), form("乙"), story("丙"), form("丙")],
        [story("甲"), story("乙"), story("丙"), form("甲"), form("乙"), form("丙")],
        [story("甲", 1), form("甲"), story("乙", 2), story("丙", 3), form("乙"), form("丙")],
        [form("甲"), story("甲"), form("乙"), story("乙"), form("丙"), story("丙")],
        [form("甲"), form("乙"), form("丙"), story("甲", 1), story("乙", 2), story("丙", 3)],
    ],
)
def test_each_form_has_its_own_narrative(parts: list[str]) -> None:
    found = extracted("".join(parts))
    assert narrated(found.projects) == {name: name for name in NAMES}
    assert whole(found)


@pytest.mark.parametrize(
    "parts",
    [
        [story("甲"), story("乙"), form("乙")],
        [story("甲"), form("甲"), story("乙")],
        [story("甲"), form("甲"), story("乙"), story("丙"), form("丙")],
        [form("甲"), story("乙", 2), form("乙"), story("丙", 3)],
        [story("甲", 1), story("乙", 2), form("甲"), form("乙"), form("丙")],
    ],
)
def test_narrative_that_has_no_form_of_its_own_breaks_off(parts: list[str]) -> None:
    found = extracted("".join(parts))
    assert not whole(found)
    assert all(told in {"", name} for name, told in narrated(found.projects).items())


def test_forms_without_any_narrative() -> None:
    found = extracted(form("甲") + form("乙"))
    assert narrated(found.projects) == {"甲": "", "乙": ""}
    assert whole(found)


COVER = "临江市图书馆2023年度绩效目标\n编报绩效目标的项目{}个；涉及项目预算资金5万元。\n"
EFFECT = "效益指标\t\t知晓度\t提高"
SHORT = form("乙", rows=EFFECT).rstrip("\n")
"""A form without satisfaction, with which a text ends."""
COST = form("甲", rows="效益指标\t\t读者\t增多\n成本指标\t\t单价\t≤5元")
OUTPUTS = [form("甲", rows=row) for row in ("产出指标\t质量指标\t合格率\t100%", "\t成本指标\t单价\t≤5元")]


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        pytest.param(SHORT, False, id="behind a row of effects"),
        pytest.param(SHORT.rpartition("\t")[0], False, id="within a row"),
        pytest.param(SHORT + "\n\t满意度指标", False, id="within a row of satisfaction"),
        pytest.param(SHORT + "\n\t满意度指标\t\t读者满", False, id="within a name of satisfaction"),
        *(pytest.param(text, False, id=f"behind outputs or costs {n}") for n, text in enumerate(OUTPUTS)),
        *(
            pytest.param(f"{text}注：一式两份。\n", True, id=f"unless more follows {n}")
            for n, text in enumerate(OUTPUTS)
        ),
        pytest.param(form("甲") + SHORT, False, id="shorter than the form before it"),
        pytest.param(form("甲", rows=EFFECT) + SHORT, True, id="as long as the form before it"),
        pytest.param(COVER.format(3) + COST + SHORT, False, id="fewer projects than the cover declares"),
        pytest.param(
            COVER.format(2) + COST.replace("成本指标", "效益指标") + SHORT, True, id="as many as the cover declares"
        ),
    ],
)
def test_the_last_form_breaks_off(text: str, is_whole: bool) -> None:
    assert whole(extracted(text)) is is_whole


def test_one_label_shifts_no_other_value() -> None:
    (project,) = extracted(
        form("古籍修复").replace("临江市文化局", "\t临江市文化局\t实施单位\t\t项目性质\t\t\t其他")
    ).projects
    fields = {name: label(printed.text) for name, printed in project.form.fields.items()}
    assert fields == {
        "name": "古籍修复",
        "category": "一次性项目",
        "competentDepartment": "临江市文化局",
        "nature": "其他",
    }


@pytest.mark.parametrize(("next_row", "department"), [("临江市文化局", "临江市文化局"), ("单位地址\t临江路", None)])
def test_value_on_the_next_row_belongs_to_the_label_at_the_end(next_row: str, department: str | None) -> None:
    rows = f"项目性质\t其他\t主管部门\n{next_row}\t"
    (project,) = extracted(form("古籍修复").replace("主管部门\t临江市文化局", rows)).projects
    found = project.form.fields.get("competentDepartment")
    assert (found and found.text) == department
