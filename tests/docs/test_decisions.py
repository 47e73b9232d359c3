"""Decisions stand in both languages under numbers that code and documents cite."""

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("jixiao", "ontology", "shapes", "ingest", "store", "server", "docs")
ENTRY = re.compile(r"^- ", re.MULTILINE)
NUMBER = re.compile(r"\*\*(\d+)\. ")
CITED = re.compile(r"(?:decision|decisions\.md,|决定) (\d+)\b")


PAGES = ("reading-decisions.md", "decisions.md")
"""The pages of decisions, which share one series of numbers."""


def entries(language: str) -> list[str]:
    """Return the entries of the pages of decisions in one language, as they are written."""
    found = []
    for page in PAGES:
        chinese, _, english = (ROOT / "docs" / page).read_text(encoding="utf-8").partition("## English\n")
        found += ENTRY.split({"zh": chinese, "en": english}[language])[1:]
    return found


def numbers(language: str) -> list[str]:
    return [number[1] for entry in entries(language) if (number := NUMBER.match(entry))]


def test_both_halves_have_the_same_numbers() -> None:
    assert numbers("zh") == numbers("en")
    assert len(numbers("zh")) == len(set(numbers("zh")))


@pytest.mark.parametrize(("language", "cost"), [("zh", "代价："), ("en", "Cost:")])
def test_every_entry_has_a_number_and_a_cost(language: str, cost: str) -> None:
    assert [entry for entry in entries(language) if not NUMBER.match(entry) or cost not in entry] == []


def test_cited_decisions_are_there() -> None:
    files = chain.from_iterable(sorted((ROOT / room).rglob("*")) for room in ROOMS)
    cited = {
        (str(path.relative_to(ROOT)), number)
        for path in files
        if path.suffix in {".py", ".md", ".toml"}
        for number in CITED.findall(path.read_text(encoding="utf-8"))
    }
    assert cited, "nothing cites a decision any more"
    assert {(name, number) for name, number in cited if number not in numbers("en")} == set()
