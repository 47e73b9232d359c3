"""What the user pages name exists: terms in the ontology, commands in the command line, pages behind links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.ontology import terms
from jixiao.server import views
from jixiao.server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^jixiao ([a-z]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def commands() -> set[str]:
    """The words of `jixiao --help`."""
    run = subprocess.run([sys.executable, "-m", "jixiao", "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"[a-z]+", run.stdout))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_terms_exist(page: Path) -> None:
    named = set(re.findall(r"\bjx:([A-Za-z]\w*)", page.read_text(encoding="utf-8")))
    assert named - set(vars(terms)) == set(), f"{page.name} names terms that the ontology does not define"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path, commands: set[str]) -> None:
    blocks = SHELL.findall(page.read_text(encoding="utf-8"))
    named = {name for block in blocks for name in COMMAND.findall(block)}
    assert named - commands == set(), f"{page.name} names commands that are not there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_view_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")
    for view in views.load().values():
        row = next((line for line in text.splitlines() if line.startswith(f"| `{view.name}` |")), "")
        assert set(re.findall(r"`([a-z]+)`", row.split("|")[-2])) == {param.name for param in view.params}, view.name


def test_every_setting_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`JIXIAO_([A-Z_]+)`", text))
    assert named == {name.upper() for name in Settings.model_fields}
