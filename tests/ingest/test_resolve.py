"""The filing body, the fiscal year and each project's IRI are resolved from what is printed."""

from dataclasses import replace

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.model import Cover, Extraction, Printed, Project
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import filing_body, identify
from jixiao.ontology.identity import Iris

IRIS = Iris("http://localhost:8000/")
SHA = "0123456789abcdef" * 4


def printed(text: str) -> Printed:
    return Printed(((Place(1, 0), text),))


@pytest.fixture(scope="module")
def extraction(filing: str) -> Extraction:
    return extract(read(filing.encode()))


def with_fields(project: Project, **fields: str) -> Project:
    return replace(project, form=replace(project.form, fields={name: printed(text) for name, text in fields.items()}))


def test_cover_names_the_body_then_the_departments(extraction: Extraction) -> None:
    (project,) = extraction.projects
    assert filing_body(extraction.cover, project) == "临江市图书馆"
    assert filing_body(Cover(), project) == "临江市文化局"
    assert filing_body(Cover(), with_fields(project, implementingUnit="临江市图书馆（本级）")) == "临江市图书馆"
    assert filing_body(Cover(), with_fields(project, name="古籍修复")) is None


@pytest.mark.parametrize("scope", ["（本级）", "(汇总)", "【本级】", "（汇总）（本级）"])
def test_scope_of_a_body_makes_no_other_filing(extraction: Extraction, scope: str) -> None:
    cover = Cover(printed(f"临江市图书馆{scope}"), 2023)
    (known,) = identify(replace(extraction, cover=cover), IRIS, SHA)
    (plain,) = identify(extraction, IRIS, SHA)
    assert (known.filing, known.iri, known.series) == (plain.filing, plain.iri, plain.series)


def test_second_project_of_a_name_is_numbered(extraction: Extraction) -> None:
    (project,) = extraction.projects
    again = with_fields(project, name="古籍 修复")
    known = list(identify(replace(extraction, projects=(project, again, again)), IRIS, SHA))
    assert [each.iri for each in known] == [known[0].iri, f"{known[0].iri}-2", f"{known[0].iri}-3"]
    assert len({each.series for each in known}) == 1


def test_year_of_the_form_goes_before_that_of_the_cover(extraction: Extraction) -> None:
    (project,) = extraction.projects
    later = replace(project, form=replace(project.form, year=2024))
    undated = replace(project, form=replace(project.form, year=None))
    known = list(identify(replace(extraction, projects=(project, later, undated)), IRIS, SHA))
    assert [each.year for each in known] == [2023, 2024, 2023]
    assert known[1].filing.endswith("/2024")
    assert known[1].series == known[0].series


def test_unknown_body_and_year(extraction: Extraction) -> None:
    (project,) = extraction.projects
    bare = with_fields(replace(project, form=replace(project.form, year=None)), name="古籍修复")
    (known,) = identify(replace(extraction, cover=Cover(), projects=(bare,)), IRIS, SHA)
    assert known.filing == "http://localhost:8000/id/filing/s-0123456789abcdef/0"
    assert (known.body, known.year) == (None, None)


def test_projects_without_a_name_do_not_meet(extraction: Extraction) -> None:
    (project,) = extraction.projects
    nameless = replace(with_fields(project), narrative=None)
    known = list(identify(replace(extraction, projects=(nameless, replace(nameless, ordinal=2))), IRIS, SHA))
    assert known[0].iri != known[1].iri
