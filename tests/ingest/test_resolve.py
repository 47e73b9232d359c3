"""The filing body, the fiscal year and each project's IRI are resolved from what is printed."""

from dataclasses import replace

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.model import Cover, Extraction, Project
from jixiao.ingest.readers import read
from jixiao.ingest.resolve import Identified, Resolver, filing_body
from jixiao.ontology.identity import Iris
from tests.support.forms import printed

IRIS = Iris("http://localhost:8000/")
SHA = "0123456789abcdef" * 4


def identify(extraction: Extraction) -> list[Identified]:
    return list(Resolver(extraction).identify(IRIS, SHA))


def named(cover: Cover, project: Project) -> str | None:
    return body.text if (body := filing_body(cover, project)) else None


@pytest.fixture(scope="module")
def extraction(filing: str) -> Extraction:
    return extract(read(filing.encode()))


def with_fields(project: Project, **fields: str) -> Project:
    return replace(project, form=replace(project.form, fields={name: printed(text) for name, text in fields.items()}))


def test_cover_names_the_body_then_the_departments(extraction: Extraction) -> None:
    (project,) = extraction.projects
    assert named(extraction.cover, project) == "临江市图书馆"
    assert named(Cover(), project) == "临江市文化局"
    assert named(Cover(), with_fields(project, competentDepartment="甲", filingUnit="乙")) == "乙"
    assert named(Cover(), with_fields(project, implementingUnit="临江市图书馆（本级）")) == "临江市图书馆（本级）"
    assert named(Cover(), with_fields(project, name="古籍修复")) is None


@pytest.mark.parametrize("scope", ["（本级）", "(汇总)", "【本级】", "（汇总）（本级）"])
def test_scope_of_a_body_makes_no_other_filing(extraction: Extraction, scope: str) -> None:
    (known,) = identify(replace(extraction, cover=Cover(printed(f"临江市图书馆{scope}"), 2023)))
    (plain,) = identify(extraction)
    assert (known.filing, known.iri, known.series) == (plain.filing, plain.iri, plain.series)


def test_second_project_of_a_name_is_numbered(extraction: Extraction) -> None:
    (project,) = extraction.projects
    again = with_fields(project, name="古籍 修复")
    known = identify(replace(extraction, projects=(project, again, again)))
    assert [each.iri for each in known] == [known[0].iri, f"{known[0].iri}-2", f"{known[0].iri}-3"]
    assert len({each.series for each in known}) == 1


def test_year_of_the_form_goes_before_that_of_the_cover(extraction: Extraction) -> None:
    (project,) = extraction.projects
    later = replace(project, form=replace(project.form, year=2024))
    undated = replace(project, form=replace(project.form, year=None))
    known = identify(replace(extraction, projects=(project, later, undated)))
    assert [each.year for each in known] == [2023, 2024, 2023]
    assert known[1].filing.endswith("/2024")
    assert known[1].series == known[0].series


def test_unknown_body_and_year(extraction: Extraction) -> None:
    (project,) = extraction.projects
    bare = with_fields(replace(project, form=replace(project.form, year=None)), name="古籍修复")
    (known,) = identify(replace(extraction, cover=Cover(), projects=(bare,)))
    assert known.filing == "http://localhost:8000/id/filing/s-0123456789abcdef/0"
    assert (known.body, known.year) == (None, None)


def test_projects_without_a_name_do_not_meet(extraction: Extraction) -> None:
    (project,) = extraction.projects
    nameless = replace(with_fields(project), narrative=None)
    known = identify(replace(extraction, projects=(nameless, replace(nameless, ordinal=2))))
    assert known[0].iri != known[1].iri


PLACES = [
    # (name of the body, words elsewhere in the filing, full name, code of the place, inferred)
    ("荣昌区林业局", "", "重庆市荣昌区林业局", "500153", False),
    ("区林业局", "重庆市荣昌区2022年项目绩效目标", "重庆市荣昌区林业局", "500153", True),
    ("区林业局", "", None, None, False),
    ("区林业局", "荣昌区、巴南区2022年项目绩效目标", None, None, True),
    ("市林业局", "荣昌区、巴南区2022年项目绩效目标", "重庆市林业局", "500000", True),
    ("卫健委", "实施单位为蒙城县卫生健康委员会", "亳州市蒙城县卫生健康委员会", "341622", False),
    ("普陀区教育局", "", None, None, False),
    ("普陀区教育局", "上海市2022年预算", "上海市普陀区教育局", "310107", False),
    ("中国气象局", "滁州市2022年项目绩效目标", "中国气象局", None, False),
    ("四川大学华西医院", "", "四川大学华西医院", "510000", False),
]


@pytest.mark.parametrize(("name", "title", "full", "place", "inferred"), PLACES)
def test_the_place_of_a_body_comes_from_the_words_of_its_source(  # noqa: PLR0917 - a table of cases
    extraction: Extraction, name: str, title: str, full: str | None, place: str | None, inferred: bool
) -> None:
    (project,) = extraction.projects
    cover = Cover(printed(name), 2022, titles=(printed(title),) if title else ())
    alone = replace(extraction, cover=cover, projects=(with_fields(project, name="项目"),), text=title)
    (known,) = identify(alone)
    assert (known.body.full, known.place) == (full, place)
    assert known.body.inferred == inferred or place is None
    owner = IRIS.org(full).rpartition("/")[2] if full else IRIS.org(name, sha256=SHA).rpartition("/")[2]
    assert known.filing == f"http://localhost:8000/id/filing/{owner}/{known.year}"


@pytest.mark.parametrize(
    ("name", "told", "label"),
    [
        ("卫健委", "由蒙城县卫生健康委员会实施", "蒙城县卫生健康委员会"),
        ("卫健委", "位于蒙城县", "卫健委"),
        ("同心县下马关镇", "同心县下马关镇人民政府2023年公示", "同心县下马关镇人民政府"),
        ("宁夏回族自治区教育厅", "自治区教育厅的通知", "宁夏回族自治区教育厅"),
    ],
)
def test_a_short_name_gives_way_to_the_longer_one_that_the_source_prints(
    extraction: Extraction, name: str, told: str, label: str
) -> None:
    cover = Cover(printed(name), 2022, titles=(printed("蒙城县2022年项目绩效目标"),))
    body = Resolver(replace(extraction, cover=cover, projects=(), text=told)).body(printed(name))
    assert (body.shown, body.printed.text) == (label, name)
