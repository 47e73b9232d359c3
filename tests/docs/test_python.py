"""The page on Python: each piece of code runs, and prints what the page says it prints."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
PIECE = re.compile(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
PARTS = dict(zip(("zh", "en"), PAGE.split("\n## English\n"), strict=True))


def code(part: str) -> list[str]:
    """The pieces of a language without what they print and remark."""
    return [re.sub(r'#.*|".*?"', "", piece) for piece, _ in PIECE.findall(part)]


def test_both_languages_have_the_same_code() -> None:
    assert len(code(PARTS["zh"])) > 4
    assert code(PARTS["zh"]) == code(PARTS["en"])


@pytest.mark.parametrize("part", PARTS)
def test_the_code_prints_what_the_page_says(
    part: str, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/demo").symlink_to(examples, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for piece, prints in PIECE.findall(PARTS[part]):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(piece, "docs/python.md", "exec"), names)  # the page's own code
        assert said.getvalue() == prints
