"""Chinese words that files are read by stand in TOML files; in Python there are messages alone, with their English."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
ENGLISH = re.compile(r"[A-Za-z]{2}")
BILINGUAL = re.compile(r"[\u4e00-\u9fff]\S*(?: .*·)?\s[A-Za-z]{2}")
# Chinese that is written without English beside it: the label of a filing, which has no printed name.
WRITTEN = {"ingest/emitting/emit.py": {"{}{}年度绩效目标申报", "{}绩效目标申报"}}
MODULES = sorted((ROOT / "ingest").rglob("*.py"))


def text_of(node: ast.AST | None) -> str | None:
    """Return the text of a string, with {} for the values in it; None for other nodes."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def chinese(source: str) -> Iterator[tuple[int, str, bool]]:
    """Yield line and text of each Chinese string that documents nothing, and whether its English is beside it."""
    beside: dict[ast.AST, ast.AST] = {}
    passed: set[ast.AST] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            row = [*node.args, *(keyword.value for keyword in node.keywords)]
        else:
            row = node.elts if isinstance(node, ast.Tuple) else []
        beside |= dict(pairwise(row))
        if isinstance(node, ast.Expr):  # a docstring
            passed.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            passed |= set(node.values)
        text = None if node in passed else text_of(node)
        if text and HAN.search(text):
            following = text_of(beside.get(node)) or ""
            english = ENGLISH.search(following) and not HAN.search(following)
            yield node.lineno, text, bool(english or BILINGUAL.search(text))  # type: ignore[attr-defined]


def test_chinese_in_modules_is_messages() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in MODULES
        for line, text, is_message in chinese(path.read_text(encoding="utf-8"))
        if not is_message and text not in WRITTEN.get(str(path.relative_to(ROOT)), ())
    ]
    assert not found, "move these words into a TOML file, or add their English:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "raise Fault('空的', 'empty')",
        "why = f'第 {n} 行 · line {n}'",
        "head = f'表 form{n}'",
        "part = ('页脚', 'footers')",
        "'''读表'''",
        "x = r'\\u4e00'",
    ],
)
def test_messages_pass(source: str) -> None:
    assert all(is_message for _, _, is_message in chinese(source))


@pytest.mark.parametrize(
    "source",
    [
        "x = re.compile('合计|小计')",
        "x = f'{a}年'",
        "text.startswith('年')",
        "x = ('合计', '小计')",
        "f('合计', a)",
        "x = {'合计': 'a'}",
    ],
)
def test_words_are_found(source: str) -> None:
    assert [text for _, text, is_message in chinese(source) if not is_message]
