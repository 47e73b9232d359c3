"""Words and patterns of TOML files: lists are alternatives, longest first, and an unknown name is an error."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual, halves
from jixiao.ontology.text.wording import Patterns, Wording

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(wording, "files", lambda _: tmp_path)
    return tmp_path


def test_a_pattern_is_put_together_from_lists_characters_and_earlier_patterns(package: Path) -> None:
    (package / "words.toml").write_text(
        "words.kinds = ['办法', '管理办法', '(试行)']\ncharacters.edges = '，。'\n"
        "[patterns]\nkind = '$kinds$'\nended = '[$edges]$given|[$kinds_chars]{3}$kind'\n",
        encoding="utf-8",
    )
    words = Wording("p", "words.toml", {"given": "止"})
    assert words.words("kinds") == ("办法", "管理办法", "(试行)")
    assert words.text("edges") == "，。"
    assert words.pattern("kind").search("甲市管理办法").group() == "管理办法"
    assert words.pattern("kind").search("办法(试行)")
    assert words.pattern("ended").fullmatch("。止")
    assert words.pattern("ended").fullmatch("管理法办法")


def test_words_are_looked_up_by_their_meaning(package: Path) -> None:
    (package / "words.toml").write_text(
        "meanings.signs = {ge = ['>=', '至少'], gt = ['>']}\n[patterns]\nbound = '$signs\\d'\n", encoding="utf-8"
    )
    words = Wording("p", "words.toml")
    assert words.meanings("signs") == {">=": "ge", "至少": "ge", ">": "gt"}
    assert words.pattern("bound").fullmatch(">=5")
    assert words.text("signs") == "(?:>=|至少|>)"


def test_a_pattern_that_names_nothing_known_is_an_error(package: Path) -> None:
    (package / "words.toml").write_text("[patterns]\nkind = '$kinds'\n", encoding="utf-8")
    with pytest.raises(KeyError, match="kinds"):
        Wording("p", "words.toml")


def test_a_refusal_is_read_in_one_language() -> None:
    told = halves("第 2 行 申报表中断：缺 A / B 表。 / Form breaks off: what follows is missing.")
    assert told == Bilingual("第 2 行 申报表中断：缺 A / B 表。", "Line 2: Form breaks off: what follows is missing.")
    assert halves("绩效自评 · a self-evaluation") == Bilingual("绩效自评", "a self-evaluation")
    assert halves("只有中文") == Bilingual("只有中文", "只有中文")


def test_patterns_are_attributes(package: Path) -> None:
    (package / "words.toml").write_text("words.kinds = ['办法']\n[patterns]\nkind = '试行$kinds'\n", encoding="utf-8")
    patterns = Wording("p", "words.toml").patterns
    assert patterns.kind.fullmatch("试行办法")
    assert patterns.kinds.fullmatch("办法")
    with pytest.raises(AttributeError, match="other"):
        _ = patterns.other


def test_every_pattern_that_a_module_names_is_in_its_file() -> None:
    """A checker of types cannot tell, since patterns are attributes that a file defines."""
    named = 0
    for path in sorted((ROOT / "ingest").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "RE." in source:
            module = import_module(".".join(("jixiao", *path.relative_to(ROOT).with_suffix("").parts)))
            known = {name: value for name, value in vars(module).items() if isinstance(value, Patterns)}
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                    assert getattr(known[node.value.id], node.attr), path
                    named += 1
    assert named
