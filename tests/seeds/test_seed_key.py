"""The answer key itself: it adds up, and each fact stands on the line it names in the filing.

No reader is involved. What looks at the filings is skipped where they are absent.
"""

import hashlib
from decimal import Decimal

import pytest
from test_seeds import KEYS, SEEDS

from jixiao.ontology.identity import key as folded


def test_key_has_every_project_and_indicator_and_adds_up():
    projects = [key["projects"] for key in KEYS]
    assert [len(some) for some in projects] == [7, 5, 10, 11, 4]
    assert [sum(len(project["indicators"]) for project in some) for some in projects] == [49, 29, 66, 160, 21]
    totals = [Decimal(project["amounts"]["totalAmount"]) for some in projects for project in some]
    assert sum(totals) == 119_919_333


@pytest.mark.parametrize("key", KEYS, ids=[key["file"][:3] for key in KEYS])
def test_key_agrees_with_the_lines_it_names(key):
    path = SEEDS / key["file"]
    if not path.is_file():
        pytest.skip(f"the filing is not there: {path}")
    content = path.read_bytes()
    lines = content.decode("utf-8").splitlines()
    assert (hashlib.sha256(content).hexdigest(), len(lines)) == (key["sha256"], key["lines"])
    wrong = [
        f"第{line}行: {text}"
        for project in key["projects"]
        for line, text in claims(project)
        if bare(text) not in bare(lines[line - 1])
    ]
    assert not wrong, "\n".join([key["file"], *wrong])


def bare(text):
    """A text without what only separates: white space, brackets' forms and the commas of figures."""
    return folded(text).replace(",", "")


def claims(project):
    """Each line that the key names, with the words or figures that must stand on it."""
    yield project["line"], project["name"]
    for name, line in project["amounts"]["lines"].items():
        if project["amounts"][name] is not None:
            yield line, project["amounts"][name].removesuffix(".00")
    for section in project["sections"]:
        yield section["line"], section["label"]
    for indicator in project["indicators"]:
        yield indicator["line"], indicator["target"]
    for citation in project["citations"]:
        yield from ((citation["line"], text) for text in (citation["title"], citation["number"]) if text)
    for item in project["cost_items"]:
        if item["label"]:
            yield item["line"], item["label"]
