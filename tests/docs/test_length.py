"""No page of the documentation is longer than one reads at a sitting, in either language."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "bench/README.md",
]
PAGES += sorted((ROOT / "docs").glob("**/*.md"))
WORDS, CHARACTERS = 2_500, 4_000
"""The most words of English and Chinese characters of a page."""
LOOKED_UP = re.compile(r"^```.*?^```$|^\|[^\n]*$", re.MULTILINE | re.DOTALL)
"""Code and rows of tables, many of them generated, which are looked up rather than read."""


def prose(page: Path) -> tuple[str, str]:
    """Return what is read of a page, in Chinese and in English; a page in one language gives one of them twice."""
    chinese, _, english = page.read_text(encoding="utf-8").partition("\n## English\n")
    return LOOKED_UP.sub("", chinese), LOOKED_UP.sub("", english or chinese)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_are_short(page: Path) -> None:
    chinese, english = prose(page)
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) <= CHARACTERS
    assert len(english.split()) <= WORDS
