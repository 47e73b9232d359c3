"""The commands of the tour run as they are printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
LEFT_OUT = ("make run", ". .venv/bin/activate", "jixiao serve", "curl ")
"""Commands that set up, or that serve until they are ended."""


def blocks(part: str) -> list[str]:
    return list(re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL))


def test_both_languages_have_the_same_commands() -> None:
    zh, en = (blocks(part) for part in TOUR.split("## English"))
    assert [block.partition("--reason")[0] for block in zh] == [block.partition("--reason")[0] for block in en]


@pytest.mark.judge
def test_commands_run_as_printed(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = ""
    for block in blocks(TOUR.split("## English")[0]):
        if not block.startswith(LEFT_OUT):
            done = subprocess.run(
                ["bash", "-e", "-c", block],
                cwd=tmp_path,
                env={**os.environ, "PATH": path},
                capture_output=True,
                encoding="utf-8",
                check=False,
                timeout=300,
            )
            assert done.returncode == 0, (block, done.stderr)
            said += done.stdout
    assert "代表工作" in said
    assert "2,262,000 元" in said
