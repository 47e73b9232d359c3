"""The sentences of `sentences.txt`: each names the documents that are listed below it, in any order, and no others."""

import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.citations import citations, documents

LINES = (Path(__file__).with_name("sentences.txt")).read_text(encoding="utf-8").splitlines()
Document = tuple[str | None, str | None]


def sentences() -> list[tuple[str, list[Document]]]:
    found: list[tuple[str, list[Document]]] = []
    for line in LINES:
        if line.startswith("    "):
            number, title = line.split("|")
            found[-1][1].append((number.strip() or None, title.strip() or None))
        elif line and not line.startswith("#"):
            found.append((line.replace("⏎", "\n"), []))
    return found


SENTENCES = sentences()


def named(text: str) -> list[Document]:
    lines = text.split("\n")
    printed = Printed(tuple((Place(number, 0), line) for number, line in enumerate(lines, 1)))
    return [(c.number.canonical if c.number else None, c.title) for c in citations(printed, "立项依据", bare=True)]


@pytest.mark.parametrize(("text", "wanted"), SENTENCES, ids=[text[:30] for text, _ in SENTENCES])
def test_sentence_names_its_documents(text: str, wanted: list[Document]) -> None:
    assert named(text) == wanted


def test_sentences_are_many() -> None:
    assert len(SENTENCES) > 200
    assert sum(not wanted for _, wanted in SENTENCES) > 25


BRACKETS = ["〔〕", "（）", "()", "[]", "【】", "［］", "〖〗", "﹝﹞", "〈〉", "<>", "《》", "〔）"]
NAMES = st.text("临江市档案古籍教育建设", min_size=2, max_size=12)


@given(
    code=st.sampled_from(["临政发", "赣财教", "国办发", "财预", "浦建委"]),
    year=st.integers(1990, 2049),
    serials=st.lists(st.integers(1, 9999).map(str), min_size=1, max_size=5, unique=True),
    pair=st.sampled_from(BRACKETS),
    joint=st.sampled_from(["号、", "、", "号和", "和", "号及", "、第"]),
    around=st.sampled_from([("", ""), ("根据", "文件"), ("（", "）"), ("转发", "等"), ("1.", "；")]),
)
def test_numbers_that_share_an_issuer_are_each_found(
    *, code: str, year: int, serials: list[str], pair: str, joint: str, around: tuple[str, str]
) -> None:
    text = f"{around[0]}{code}{pair[0]}{year}{pair[1]}{joint.join(serials)}号{around[1]}"
    assert named(text) == [(f"{code}〔{year}〕{serial}号", None) for serial in serials]


@given(
    NAMES,
    st.sampled_from(["办法", "条例", "关于加强管理的意见", "办法（试行）", "“十四五”（2021-2025年）规划"]),
    st.sampled_from(BRACKETS[:8]),
    st.sampled_from(
        ["（{}）", "({})", "【{}】", "[{}]", "［{}］", " {}", "（文号：{}）", "\n（{}）", "（试行）（{}）"]
    ),
    st.integers(1, 2000),
)
def test_a_title_takes_the_number_behind_it(name: str, kind: str, pair: str, form: str, serial: int) -> None:
    printed = form.format(f"临政发{pair[0]}2021{pair[1]}{serial}号")
    assert named(f"根据《{name}{kind}》{printed}，开展工作。") == [(f"临政发〔2021〕{serial}号", f"{name}{kind}")]


PIECES = [
    "\n", "（", "〔", "《", "》", "12", "２", "(2009)", "令第", "1、", "的", "财政部、", "\u3000", "某局关于甲的",
    "转发《甲》（", "《甲》、", "沪财〔2020〕1、", "沪财〔2020〕1号、", "2015 12号", "会议纪要（", "上海市甲条例",
    "以下简称《甲》", "12号令", "国家发展改革委、", "《甲》          ",
]  # fmt: skip


@pytest.mark.sampled(17)
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("before", ["", "《"])
def test_long_lines_are_read_in_time(piece: str, before: str) -> None:
    text = before + piece * (100_000 // len(piece))
    started = time.process_time()
    documents(text, bare=True)
    assert time.process_time() - started < 3  # it takes about half a second; quadratic, minutes
