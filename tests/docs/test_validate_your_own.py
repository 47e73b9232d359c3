"""The page on validating one's own data: its files and commands work as they are printed, with three engines."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from jixiao.shapes import catalogue
from tests.support.pages import absent

PATH = Path(__file__).parents[2] / "docs" / "validate-your-own.md"
FORM = PATH.parents[1] / "examples" / "songjiang-renda-2022.txt"
PAGE = PATH.read_text(encoding="utf-8")
INSTALLS = "python3 -m venv"
"""The beginning of commands that need the network; the packages are those of the tests."""


def parts() -> tuple[str, str]:
    zh, en = PAGE.partition("\n## 文件 · Files\n")[0].split("\n## English\n")
    return zh, en


def files() -> dict[str, str]:
    return dict(re.findall(r"`(\w+\.\w+)`：\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def commands(part: str) -> list[str]:
    found = re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    return [block for block in found if not block.startswith(INSTALLS)]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder after all commands, and what they said."""
    folder = tmp_path_factory.mktemp("own")
    zh, _ = parts()
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
    form = Document()
    for line in FORM.read_text(encoding="utf-8").splitlines():
        form.add_paragraph(line)
    form.save(str(folder / "form.docx"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = ""
    for block in commands(zh):
        run = subprocess.run(
            ["bash", "-c", block],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert run.returncode in (0, 1), (block, run.stderr)
        assert "Traceback" not in run.stderr, run.stderr
        said += run.stdout
    return folder, said


def test_both_languages_have_the_same_commands_and_name_the_files() -> None:
    zh, en = parts()
    assert set(files()) == {"own.ttl", "table.py", "rudof.py"}
    assert [name for name in files() if f"`{name}`" not in zh or f"`{name}`" not in en] == []
    assert commands(zh) == commands(en)
    assert zh.count(INSTALLS) == en.count(INSTALLS) == 1


@pytest.mark.judge
def test_all_engines_find_the_faults_of_the_page(done: tuple[Path, str]) -> None:
    folder, said = done
    named = ("PeriodReversed", "AnnualRequestExceedsTotal", "RateAboveHundred", "CoverCountDiffers")
    with (folder / "findings.csv").open(encoding="utf-8-sig") as file:
        found = [row for row in csv.DictReader(file) if row["file"] == "own.ttl"]
    by_jixiao = {row["fault"] for row in found}
    by_pyshacl = set(re.findall(r"sh:sourceShape jxs:(\w+)", (folder / "report.ttl").read_text(encoding="utf-8")))
    by_rudof = set(re.findall(rf"\t{catalogue.SHAPES}(\w+)", said))
    assert by_jixiao == by_pyshacl == by_rudof
    assert set(named) <= by_jixiao
    for name in named:
        assert catalogue.fault(catalogue.SHAPES + name).label.zh in said
        assert catalogue.fault(catalogue.SHAPES + name).label.zh in parts()[0]


@pytest.mark.judge
def test_the_form_is_checked_as_it_is(done: tuple[Path, str]) -> None:
    page = (done[0] / "form.html").read_text(encoding="utf-8")
    assert absent(page, "form.docx", "专题调研") == []
