"""Docstrings and comments open plainly: with a verb or a noun, never with a clause whose subject comes later."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = r"(?:What|Whatever|Whether|Who|Whoever|Whose|Which|That|Those|The same|Of|How|Where|Nothing|Nobody)\b"
BANNED = re.compile(rf"{WORDS}|.*\bcomes? in\b.*\b(comes?|go(es)?) out\b")
SUSPICIOUS = re.compile(rf"[\"'#][\s\\#]*{WORDS}|\bcomes?\s+in\b")
"""Pattern that any module with a banned opening contains, so that the others need not be parsed."""
FOLDERS = ("ontology", "shapes", "ingest", "store", "server", "jixiao", "bench", "tests")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def openings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the first words of each docstring and of each comment that stands on lines of its own.

    Nothing is yielded of a module that has no suspicious text.
    """
    source = path.read_text(encoding="utf-8")
    if not SUSPICIOUS.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield node.body[0].lineno, text.split("\n\n")[0].replace("\n", " ")
    above = 0
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT and not token.string.startswith(("#!", "# noqa", "# type:", "# fmt")):
                if token.start[0] != above + 1 and not token.line[: token.start[1]].strip():
                    yield token.start[0], token.string.lstrip("# ")
                above = token.start[0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_text_opens_plainly(folder: str) -> None:
    files = [path for path in FILES if path.is_relative_to(ROOT / folder)]
    assert files
    found = [f"{path}:{line}: {text[:80]}" for path in files for line, text in openings(path) if BANNED.match(text)]
    assert not found, "\n".join(found)
