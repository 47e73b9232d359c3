"""Each file that tells the release tells the present one: its version, its day, and the Pythons that are tried."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHON = "Programming Language :: Python :: "


def test_the_citation_and_the_changelog_tell_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == [{"name": "jixiao contributors"}]  # an entity: no person is named
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(rf"^### {re.escape(PROJECT['version'])}[ （(]+(\S+?)[）)]$", changes, re.MULTILINE)
    assert released == [str(citation["date-released"])] * 2


def test_the_version_of_reading_stands_beside_that_of_the_last_release() -> None:
    """A contributor thereby sees if a change of reading still has to raise it; releases seldom read as before."""
    line = re.search(
        r"^READING = (\d+)  # (\S+) had (\d+)$", (ROOT / "ingest" / "version.py").read_text("utf-8"), re.MULTILINE
    )
    assert line, "write in ingest/version.py: READING = <number>  # <last release> had <its number>"
    number, release, released = line.groups()
    assert release == PROJECT["version"], "state the READING of this release in ingest/version.py"
    assert int(number) >= int(released) > 0


def test_both_halves_of_the_changelog_have_the_same_entries() -> None:
    chinese, english = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## English\n")
    entries = [len(re.findall(r"^- ", half, re.MULTILINE)) for half in (chinese.partition("## 中文")[2], english)]
    assert entries[0] == entries[1]


@pytest.mark.parametrize(("sample", "tried"), [("", True), ("30", False)])
def test_make_judge_tries_each_python_that_is_supported(sample: str, tried: bool) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "judge", f"SAMPLE={sample}"]
    lines = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    named = {name.removeprefix(PYTHON) for name in PROJECT["classifiers"] if name.startswith(PYTHON)}
    assert set(re.findall(r"python(3\.\d+)", lines.partition("for python in")[2].partition("do")[0])) == (
        named if tried else set()
    )
    assert f'requires-python = ">={min(named, key=lambda name: int(name[2:]))}"' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )
