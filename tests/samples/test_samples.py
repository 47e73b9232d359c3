"""Two published PDFs: projects, amounts and citations are exactly those of the answer key, and nothing else.

The files stand outside the project, as the seed filings do; where they are absent, this is skipped.
"""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jixiao.ingest.document import Reading, read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Extraction
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Rendition
from jixiao.ontology.numbers import parse

FOLDER = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[3] / "shared")) / "samples"
if not FOLDER.is_dir():
    pytest.skip(f"the published files are not there: {FOLDER}", allow_module_level=True)
TRUTH = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
FILES = TRUTH["files"]
LONGER = FILES[0]["file"]
"""The file that is left to `make judge`."""
per_file = pytest.mark.parametrize(
    "truth",
    [
        pytest.param(truth, id=truth["file"], marks=pytest.mark.judge if truth["file"] == LONGER else ())
        for truth in FILES
    ],
)


@cache
def reading(name: str) -> Reading:
    return read_document((FOLDER / name).read_bytes(), name, "http://localhost:8000/")


@cache
def rendition(name: str) -> Rendition:
    return read((FOLDER / name).read_bytes())


@cache
def extraction(name: str) -> Extraction:
    return extract(rendition(name))


@pytest.mark.judge
@per_file
def test_document_is_accepted(truth: dict[str, Any]) -> None:
    found = reading(truth["file"])
    assert found.refusal is None
    assert found.projects == len(truth["projects"])
    assert found.indicators == 0


@per_file
def test_body_year_and_what_the_filing_declares(truth: dict[str, Any]) -> None:
    cover = extraction(truth["file"]).cover
    assert cover.body.text == truth["organisation"]
    assert cover.year == truth["year"]
    assert cover.count.value == truth["declared_target_projects"]["count"]
    assert cover.total.value == truth["declared_target_projects"]["amount_yuan"]


def projects() -> Iterator[Any]:
    for truth in FILES:
        for number, project in enumerate(truth["projects"]):
            marks = pytest.mark.judge if truth["file"] == LONGER else ()
            yield pytest.param(truth["file"], number, project, id=project["name"], marks=marks)


@pytest.mark.parametrize(("file", "number", "wanted"), list(projects()))
def test_project_is_as_printed(file: str, number: int, wanted: dict[str, Any]) -> None:
    project = extraction(file).projects[number]
    story = project.narrative
    assert project.name.text == wanted["name"]
    pages = {line.number: line.page for line in rendition(file).lines}
    assert pages[project.name.line] == wanted["page"]
    assert (story.amount.value if story.amount else None) == (wanted["amount_yuan"] and Decimal(wanted["amount_yuan"]))
    cited = [(citation.title, citation.number and citation.number.canonical) for citation in project.citations]
    assert cited == [(citation["title"], citation["number"]) for citation in wanted["citations"]]
    assert project.form.amounts == ()
    assert [section.label for section in story.sections] == [
        "项目概述", "立项依据", "实施主体", "实施方案", "实施周期", "年度预算安排", "绩效目标",
    ]  # fmt: skip
    dates = {name: printed.text for name, printed in project.form.fields.items()}
    ends = wanted["period"].split("-")
    assert dates == (dict(zip(("startDate", "endDate"), ends, strict=True)) if len(ends) == 2 else {})


@pytest.mark.judge
def test_questions_across_the_projects() -> None:
    found = [project for truth in FILES for project in extraction(truth["file"]).projects]
    numbers = {
        project.name.text: {citation.number for citation in project.citations} for project in found if project.name
    }
    answers = [question["answer"] for question in TRUTH["questions"]]
    assert [name for name, cited in numbers.items() if parse("普投资规范〔2023〕1号") in cited] == answers[0]
    assert [name for name, cited in numbers.items() if parse("沪商规（2024）3号") in cited] == answers[1]
    assert [name for name, cited in numbers.items() if None in cited] == answers[2]
    amounts = [project.narrative.amount for project in found if project.narrative]
    assert sum(amount.value for amount in amounts if amount) == answers[3]


@pytest.mark.judge
def test_text_that_is_clipped_away_is_left_out() -> None:
    texts = [line.text for line in rendition(FILES[0]["file"]).lines]
    for item in range(1, 14):
        assert sum(text.startswith(f"{item}、") and "贯彻执行国家和本市" in text for text in texts) == (item == 1)
    assert sum("完成区委、区政府交办的其他任务" in text for text in texts) == 1
    assert sum("挂上海市普陀区经济委员会" in text for text in texts) == 1
