"""One word for one meaning: reports, pages, commands and documents call what validation finds and decides alike."""

import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("jixiao", "ingest", "ontology", "server", "shapes", "store", "docs")
SUFFIXES = {".py", ".html", ".md", ".toml", ".ttl", ".rq", ".svg"}
FILES = [
    path
    for path in chain.from_iterable(sorted((ROOT / room).rglob("*")) for room in ROOMS)
    if path.suffix in SUFFIXES and "examples" not in path.parts
]

# The words of docs/glossary.md, in both languages, and what must not stand for them.
WORDS = {
    ("已认可", "accepted"): r"已接受|[未被]接受|接受(的发现|的理由|看过)",
    (
        "拒收",
        "refused",
    ): r"未收录的文件|(?i:documents?|file|source)s? (that (was|were) )?kept out|keeps? (the )?documents? out",
    ("程度", "severity"): r"zh: 级别, en: Severity|[\"“(]级别[\"”), ]+\"?Severity|按级别\"",
    ("缺陷", "fault"): r"\"问题\", \"Fault|zh: 问题, en: Fault",
    ("处理办法", "remedy"): r"怎么处理|如何处理|处理：|[Ww]hat to do[\"<:]",
    ("责任部门", "department"): r"(?i:answering bod)|\bdepartments? or bod|资金的立方, en|Cube of money",
    ("发现", "finding"): r"(?i:none read of)",
    ("组", "group"): r"一簇|clusters? of findings",
    # 收入 is the revenue of a budget, so it is no verb here.
    ("存疑未收录", "withheld"): r"(没有|没|未|不|不予|照样|随即|可以|部分|全部|已|都|才|在|有)收入(?![^，。；、]*预算)"
    r"|收入的?(项目|申报|文件|数据集)|未收(?!录|入库|到|回)",
}


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("chosen", "others"), WORDS.items(), ids=[words[1] for words in WORDS])
def test_nothing_else_is_said(chosen: tuple[str, str], others: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in FILES
        if re.search(others, text(path))
        for number, line in enumerate(text(path).splitlines(), start=1)
        if re.search(others, line)
    ]
    assert not found, f"say {' '.join(chosen)}:\n" + "\n".join(found)


def test_counts_agree_with_their_words() -> None:
    # 1 notes: a template counts in English by the filter `counted`, which knows the singular.
    plural = re.compile(r'"[^"\u4e00-\u9fff]*%[sd](?: of| in)?(?: [a-z]+)? (?!is\b|the\b)[a-z]{3,}s\b[^"]*"')
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in FILES
        if path.suffix == ".html"
        for match in plural.finditer(text(path))
    ]
    assert plural.search('t("%s 处", "%s more places")')
    assert found == []


@pytest.mark.parametrize("chosen", WORDS, ids=[words[1] for words in WORDS])
def test_the_glossary_has_the_word(chosen: tuple[str, str]) -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    assert any(chosen[0] in row and chosen[1] in row for row in rows if row.startswith("|"))


@pytest.mark.parametrize(
    "said",
    [
        "已接受 3",
        "未收录的文件",
        "documents that were kept out",
        '("级别", "Severity")',
        "怎么处理",
        "<dt>What to do</dt>",
        "the answering body",
        "没有收入的项目",
        "不能确定，未收",
    ],
)
def test_other_words_are_met(said: str) -> None:
    assert any(re.search(others, said) for others in WORDS.values())
