"""The page on Python: each piece of code runs, and prints what the page says; the configuration starts the tools."""

import asyncio
import contextlib
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from jixiao.commands import demo, serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
DEMO = "data/demo"
"""The store that `make run` makes, by `jixiao demo`."""
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
    shutil.copytree(examples, tmp_path / DEMO)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for piece, prints in PIECE.findall(PARTS[part]):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(piece, "docs/python.md", "exec"), names)  # the page's own code
        assert said.getvalue() == prints


@pytest.mark.judge
@pytest.mark.parametrize("part", PARTS)
def test_the_configuration_starts_the_tools_over_what_make_run_makes(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mcp

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "run", lambda options, reminds: None)  # its port is fixed, and may be taken
    demo.demo(store=None, port=8000)
    command = [sys.executable, "-m", "jixiao"]
    [configuration] = re.findall(r"^```json\n(.*?)^```", PARTS[part], re.MULTILINE | re.DOTALL)
    named = json.loads(configuration)["mcpServers"]["jixiao"]
    assert named["command"] == "jixiao"
    parameters = mcp.StdioServerParameters(command=command[0], args=[*command[1:], *named["args"]], cwd=tmp_path)

    async def tools() -> set[str]:
        async with asyncio.timeout(60), mcp.Client(parameters) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert asyncio.run(tools()) == set(re.findall(r"`(list_views|view|search|vocabulary|sparql)`", PARTS[part]))
