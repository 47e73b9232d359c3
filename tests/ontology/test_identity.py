"""Identity: the examples of docs/design.md, "Identity", and what must hold of any name."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology.errors import BaseIriMalformedError, HashMalformedError, NamelessError
from jixiao.ontology.identity import Iris, h13, key, label, plain_body
from jixiao.ontology.numbers import parse

BASE = "http://localhost:8000/"
IRIS = Iris(BASE)
SHA = "0123456789abcdef" * 4
NAME = "中国人民政治协商会议上海市松江区委员会办公室"
ANY_NAME = st.text().filter(key)


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        ("松委发", "fldlhlcahtirw"),
        ("业务培训", "jaffbl3rohoc7"),
        ("《上海市政府信息公开规定》 ", "xd2bjso4u75fp"),
        ("项目【2022】—“十四五”", "zvvsrxrmzlxeh"),
        ("项目(2022)-十四五", "zvvsrxrmzlxeh"),
        (NAME, "bdd7i7amlc5hg"),
    ],
)
def test_vectors_of_the_design(text: str, hashed: str) -> None:
    assert h13(text) == hashed


def test_key_makes_prints_of_one_name_one() -> None:
    assert key(" Ａpp（试行）\u200b －–—−〔x〕「y」\ufeff") == "app(试行)----(x)y"
    assert key("《关于转发<甲>的通知》") == key("关于转发〈甲〉的\n通知")


@given(st.text())
def test_key_settles(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.text(), st.sampled_from([" ", "\n", "\u3000", "\u200b", "\ufeff", "》", "“"]), st.integers(0, 20))
def test_layout_and_title_marks_are_no_part_of_a_key(text: str, mark: str, place: int) -> None:
    # Removing a mark between a letter and an accent composes the two.
    assert key(text[:place] + mark + text[place:]) == key(text)


@given(st.text())
def test_hash_is_short_ascii_of_the_key(text: str) -> None:
    assert h13(text) == h13(key(text))
    assert set(h13(text)) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert len(h13(text)) == 13


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  业 务\n培训 ", "业务培训"),
        ("人大代表书面意见管理系统 (2022升级改造)", "人大代表书面意见管理系统(2022升级改造)"),
        ("APP　（试行） 运维", "APP（试行）运维"),
        ("linked  open\tdata 平台", "linked open data平台"),
        ("Ａ类\u200b\ufeff “十四五” 规划", "Ａ类“十四五”规划"),
        ("甲 ， 乙", "甲，乙"),
        ("3 to 5", "3 to 5"),
        ("\x00\ud800", ""),
    ],
)
def test_label_drops_layout(text: str, shown: str) -> None:
    assert label(text) == shown


@given(st.text())
def test_label_settles_and_keeps_the_identity(text: str) -> None:
    assert label(label(text)) == label(text)
    assert key(label(text)) == key(text)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        *(
            (f"区政府办公室{scope}", "区政府办公室")
            for scope in ("（本级）", "(汇总)", "【本级】", "〔汇总〕", " ( 本级 ) ", "")
        ),
        ("区政府办公室（汇总）（本级）", "区政府办公室"),
        ("甲局（本级）幼儿园", "甲局（本级）幼儿园"),
        ("甲局（党委）", "甲局（党委）"),
        ("（本级）", "（本级）"),
    ],
)
def test_plain_body_drops_the_scope_and_keeps_other_brackets(name: str, plain: str) -> None:
    assert plain_body(name) == plain


ORDER = parse("上海市人民政府令第35号")
ORG, TRAINING, TITLE = "bdd7i7amlc5hg", "jaffbl3rohoc7", "xd2bjso4u75fp"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (IRIS.org(NAME), f"id/org/{ORG}"),
        (IRIS.filing(NAME, 2022), f"id/filing/{ORG}/2022"),
        (IRIS.project(NAME, 2022, "业务培训"), f"id/project/{ORG}/2022/{TRAINING}"),
        (IRIS.project(NAME, 2022, "业务培训", 2), f"id/project/{ORG}/2022/{TRAINING}-2"),
        (IRIS.series(NAME, "业务培训"), f"id/series/{ORG}/{TRAINING}"),
        (IRIS.part(f"{BASE}id/project/{ORG}/2022/{TRAINING}", "i", 2), f"id/project/{ORG}/2022/{TRAINING}#i2"),
        (IRIS.basis(ORDER, None), f"id/basis/{h13('上海市人民政府')}-o35"),
        (IRIS.basis(ORDER, "《上海市政府信息公开规定》"), f"id/basis/{h13('上海市人民政府')}-o35-{TITLE}"),
        (IRIS.basis(None, "上海市政府信息公开规定"), f"id/basis/t-{TITLE}"),
        (IRIS.source(SHA), "id/source/0123456789abcdef"),
        (IRIS.source_graph(SHA), "graph/source/0123456789abcdef"),
        (IRIS.report_graph(SHA[:16]), "graph/report/0123456789abcdef"),
        (IRIS.vocabulary_graph, "graph/vocabulary"),
        (IRIS.registry_graph, "graph/registry"),
        (IRIS.evaluation("甲局（本级）", 2022, "乙", 2), f"id/evaluation/{h13('甲局')}/2022/{h13('乙')}-2"),
        # Bodies and years that are unknown are named by the source.
        (IRIS.filing(None, None, sha256=SHA), "id/filing/s-0123456789abcdef/0"),
        (IRIS.project(None, None, "业务培训", sha256=SHA), f"id/project/s-0123456789abcdef/0/{TRAINING}"),
        (IRIS.series("", "业务培训", sha256=SHA), f"id/series/s-0123456789abcdef/{TRAINING}"),
    ],
)
def test_iris_of_the_design(iri: str, path: str) -> None:
    assert iri == BASE + path


def test_a_filing_is_of_the_plain_body_but_a_department_is_what_it_is_called() -> None:
    assert IRIS.filing("甲局（本级）", 2022) == IRIS.filing("甲局", 2022)
    assert IRIS.project("甲局(汇总)", 2022, "乙") == IRIS.project("甲局", 2022, "乙")
    assert IRIS.org("甲局（本级）") != IRIS.org("甲局")


def test_what_has_no_name_has_no_iri() -> None:
    for nameless in ("", "《》", " \u3000"):
        with pytest.raises(NamelessError):
            IRIS.org(nameless)
        with pytest.raises(NamelessError):
            IRIS.basis(None, nameless)
    with pytest.raises(NamelessError):
        IRIS.part(BASE, "z", 1)
    with pytest.raises(HashMalformedError):
        IRIS.source("../etc/passwd")
    with pytest.raises(HashMalformedError):
        IRIS.filing(None, 2022)


@pytest.mark.parametrize(
    "base", ["", "data", "ftp://x/", "http://", "http://例/", "http://x/?q", "http://x/#", "http://[x/", "http://x y/"]
)
def test_a_base_that_names_nothing_is_refused(base: str) -> None:
    with pytest.raises(BaseIriMalformedError):
        Iris(base)


def test_a_base_ends_in_a_slash() -> None:
    assert Iris("https://data.example.org/jx").org("甲") == Iris("https://data.example.org/jx/").org("甲")


@given(ANY_NAME, ANY_NAME, st.integers(1900, 2099))
def test_iris_are_ascii(body: str, name: str, year: int) -> None:
    for iri in (IRIS.org(body), IRIS.project(body, year, name, 3), IRIS.series(body, name), IRIS.basis(None, name)):
        assert iri.isascii()
        assert " " not in iri
