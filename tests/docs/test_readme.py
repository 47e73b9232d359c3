"""README tells figures of the examples, in its words and in its picture, that the program answers today."""

import json
import re
from pathlib import Path

import pytest

from jixiao.shapes import catalogue
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
PAGES = {"en": "README.md", "zh": "README.zh.md"}
PICTURED = re.compile(
    r"!\[.*?“(?P<question>.+?)”.*?[:：] ?(?P<number>[a-z]+|.) ?(?:projects|个项目).*?(?P<total>[\d,]{5,})"
)
NUMBERS = {3: {"en": "three", "zh": "三"}, 5: {"en": "five", "zh": "五"}}


@pytest.mark.parametrize("language", PAGES)
def test_the_picture_shows_the_answer_of_today(language: str, run: Run, examples: Path) -> None:
    told = PICTURED.search((ROOT / PAGES[language]).read_text(encoding="utf-8"))
    assert told, f"name question, projects and total in the words for the picture of {PAGES[language]}"
    rows = json.loads(run("ask", "--store", examples, told["question"], "--format", "json").stdout)["rows"]
    answer = NUMBERS[len(rows)][language], f"{sum(row['amount'] for row in rows):,}"
    advice = f"write today's answer into the words for the picture of {PAGES[language]}, and run `make picture`"
    assert (told["number"], told["total"]) == answer, advice


@pytest.mark.parametrize("language", PAGES)
def test_examples_and_rules_are_as_many_as_said(language: str) -> None:
    text = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    examples = NUMBERS[len([*(ROOT / "examples").glob("*.txt")])][language]
    assert re.search(rf"make run +# .*?{examples}", text), f"the remark on `make run` in {PAGES[language]}"
    assert 100 < len(catalogue.faults()) < 200
    assert {"en": "more than a hundred rules", "zh": "一百多条规则"}[language] in text


@pytest.mark.parametrize(("language", "guide"), [("en", "ontology.md"), ("zh", "ontology.zh.md")])
def test_reconciliation_and_the_vocabulary_are_linked(language: str, guide: str) -> None:
    text = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    assert [
        name for name in ("help/reconcile.md", guide, "ontology-reference.md") if f"(docs/{name})" not in text
    ] == []
