"""Files that tell the release tell the present one; setting up logs what pip says, and shows the end if pip fails."""

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
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])
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


def test_make_judge_tries_each_python_that_is_supported() -> None:
    lines = subprocess.run(["make", "--dry-run", "judge"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    named = {name.removeprefix(PYTHON) for name in PROJECT["classifiers"] if name.startswith(PYTHON)}
    assert set(re.findall(r"python(3\.\d+)", lines.partition("for python in")[2].partition("do")[0])) == named
    assert f'requires-python = ">={min(named, key=lambda name: int(name[2:]))}"' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )


PIP = """#!/bin/sh
for number in $(seq 40); do echo "Collecting package-$number"; done
echo "no matching distribution" >&2
exit {status}
"""


@pytest.mark.parametrize("step", ["run", "test"])
@pytest.mark.parametrize("status", [0, 1])
def test_what_pip_says_is_in_a_log(status: int, step: str, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    (place / "bin").mkdir(parents=True)
    pip = place / "bin" / "pip"
    pip.write_text(PIP.format(status=status), encoding="ascii")
    pip.chmod(0o755)
    before = ["python"] if step == "run" else ["python", "run"]
    for name in before:
        (place / name).touch()
    asked = ["make", "--no-print-directory", f"VENV={place}", f"{place}/{step}"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    log = place / "install.log"
    assert log.read_text(encoding="ascii").count("Collecting") == 40
    assert str(log) in done.stdout
    assert (done.returncode != 0) == bool(status)
    assert ("package-40\nno matching distribution\n" in done.stdout) == bool(status)
    assert "package-1\n" not in done.stdout
    assert (place / step).exists() == (not status)
