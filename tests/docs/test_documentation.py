"""Names on the user pages exist: terms in the ontology, commands in the command line, pages behind links."""

import re
from inspect import signature
from pathlib import Path

import pytest

from jixiao.commands.serving import serve
from jixiao.ontology import terms
from jixiao.server.logs.metrics import Metrics
from jixiao.server.settings import Settings
from tests.conftest import Run

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOMS = ("jixiao", "ontology", "shapes", "ingest", "store", "server", "bench", "tests")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`((?:bench|deploy|docs|examples|ingest|jixiao|ontology|server|shapes|store|tests)/[\w./-]*)`")
COMMAND = re.compile(r"^jixiao ([a-z]+)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_terms_exist(page: Path) -> None:
    named = set(re.findall(r"\bjx:([A-Za-z]\w*)", page.read_text(encoding="utf-8")))
    assert {name for name in named if not hasattr(terms, name)} == set(), f"{page.name} names undefined terms"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path, run: Run) -> None:
    commands = set(re.findall(r"[a-z]+", run("--help").stdout))
    named = {name for block in SHELL.findall(page.read_text(encoding="utf-8")) for name in COMMAND.findall(block)}
    assert named - commands == set(), f"{page.name} names commands that are not there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "bench/README.md"], ids=lambda page: page.name
)
def test_links_lead_to_headings(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert [
        (path, anchor) for path, anchor in links if anchor not in anchors(page.parent / path if path else page)
    ] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_named_files_exist(page: Path) -> None:
    named = set(FILE.findall(page.read_text(encoding="utf-8")))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_sections_of_the_design_that_code_names_are_there() -> None:
    chinese, _, english = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").partition("\n## English\n")
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    named = {
        section
        for path in modules
        for section in re.findall(r'docs/design\.md, "(.+?)"', path.read_text(encoding="utf-8"))
    }
    sections = re.findall(r"^### (.*)$", english, re.MULTILINE)
    assert named
    assert sorted(named - {*sections}) == []
    assert len(sections) == len(re.findall(r"^### ", chinese, re.MULTILINE))


def test_every_setting_is_in_the_docs() -> None:
    """The table of docs/operation.md: each setting with its default and its flag, in the order of the code."""
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    table = text.partition("## 设置")[2].partition("\n## ")[0]
    flags = {f"--{name.replace('_', '-')}" for name in signature(serve).parameters}
    rows = re.findall(r"^\| `([a-z_]+)`(?: `(--[a-z-]+)`)? \| (.*?) \| (.*) \|$", table, re.MULTILINE)
    named = {flag for _, flag, _, _ in rows if flag}
    assert [(name, default, text.split(" | ")) for name, _, default, text in rows] == [
        (name, _shown(name, field.default), (field.description or "").split(" · "))
        for name, field in Settings.model_fields.items()
    ]
    assert named == flags - {"--config"}


def _shown(name: str, default: object) -> str:
    """A default as the table has it."""
    if default in (None, (), ""):
        return "—"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int) and name.endswith(("_bytes", "_memory")):
        unit, power = next(
            (unit, 1 << bits) for unit, bits in (("GiB", 30), ("MiB", 20), ("KiB", 10)) if default >> bits
        )
        return f"{default // power} {unit}"
    return (
        f"{default:g}" if isinstance(default, float) else f"`{default}`" if isinstance(default, str) else str(default)
    )


def test_every_metric_in_the_docs_is_there() -> None:
    text = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    metrics = Metrics()
    metrics.request("page", "GET", 200, 0.1)
    page = metrics.page()[0].decode()
    for name in set(re.findall(r"\bjixiao_[a-z_]+", text)):
        assert re.search(rf"^{name}\w*[{{ ]", page, re.MULTILINE), name
