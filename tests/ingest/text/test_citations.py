"""The documents that a text names, in every form of number and title; malformed numbers; bases that are none."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.model import Citation
from jixiao.ingest.text.citations import citations, malformed_numbers, stated_bases
from jixiao.ontology.identity import Iris
from jixiao.ontology.numbers import find
from tests.support.forms import printed
from tests.support.generated import tries

IRIS = Iris("http://localhost:8000/")
BRACKETS = ["〔〕", "（）", "()", "[]", "【】", "［］"]


def named(text: str, *, bare: bool = True) -> list[tuple[str | None, str | None]]:
    """Titles and canonical numbers of the documents that a text names."""
    return [(c.title, c.number.canonical if c.number else None) for c in cited(text, bare=bare)]


def cited(text: str, *, bare: bool = True) -> tuple[Citation, ...]:
    return citations(printed(text), "立项依据", bare=bare)


A = ("甲市档案办法", "沪府发〔2020〕6号")


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("《甲市档案办法》（沪府发〔2020〕6号）", [A]),
        ("《甲市档案办法》沪府发2020年6号", [A]),
        ("《甲市档案办法》(试行)（沪府发第2020年6号）", [("甲市档案办法", None)]),
        ("《甲市档案办法》，文号：沪府发〔2020〕6号", [("甲市档案办法", None), (None, A[1])]),
        ("根据沪府发〔2020〕6号《甲市档案办法》", [A]),
        ("沪府发〔2020〕6号文件《甲市档案办法》", [A]),
        ("《甲市档案办法（沪府发〔2020〕6号）》", [A]),
        ("《甲市档案办法（沪府发〔2020〕6号），结合实际", [A]),
        ("甲市档案办法》（沪府发〔2020〕6号）", [A]),
        ("根据甲市档案办法》执行", [("甲市档案办法", None)]),
        ("沪府发〔2020〕6号和沪府办〔2021〕7号", [(None, A[1]), (None, "沪府办〔2021〕7号")]),
        ("《甲办法》《乙规定》（沪府发〔2020〕6号）", [("甲办法", None), ("乙规定", A[1])]),
        ("《关于印发〈甲办法〉的通知》", [("关于印发〈甲办法〉的通知", None)]),
        ("《关于印发<甲办法>的通知》", [("关于印发<甲办法>的通知", None)]),
        ("《关于印发《甲办法》的通知》", [("关于印发《甲办法》的通知", None)]),
        ("乙局关于印发《甲办法》的通知（沪府发〔2020〕6号）", [("乙局关于印发《甲办法》的通知", A[1])]),
        ("乙局关于转发省局《甲办法》的通知", [("乙局关于转发省局《甲办法》的通知", None)]),
        ("上海市人民政府令第35号", [(None, "上海市人民政府令第35号")]),
        ("《甲规定》（上海市人民政府第35号令）", [("甲规定", "上海市人民政府令第35号")]),
        ("按照中华人民共和国档案法的规定", [("中华人民共和国档案法", None)]),
        ("乙局关于加强档案工作的实施意见", [("乙局关于加强档案工作的实施意见", None)]),
        ("《甲办法，按《乙规定》执行", [("甲办法", None), ("乙规定", None)]),
        ("《关于执行甲，乙的通知》", [("关于执行甲，乙的通知", None)]),
        ("按照相关规定和上级文件精神执行", []),
        ("刊登于《读书月刊》、《甲市日报》，以及《新知》杂志", []),
        ("第十四、十五条关于宣传工作的规定", []),
        ("合格率》=95%，满意度》≥90%", []),
        ("《》》《 》", []),
        ("", []),
    ],
)
def test_documents_that_a_text_names(text: str, documents: list[tuple[str | None, str | None]]) -> None:
    assert named(text) == documents


def test_titles_without_marks_count_only_as_a_basis() -> None:
    text = "执行乙局关于加强档案工作的意见和《甲办法》，举办《楚辞》展。"
    assert ("甲办法", None) in named(text, bare=False)
    assert named(text, bare=False) == [("甲办法", None)]


def test_number_over_two_lines_stands_on_both() -> None:
    text = "按照全市的统一部署，并结合历年开展的情况，依据沪府发\n〔2020〕6号执行。"
    (citation,) = cited(text)
    assert citation.number.canonical == A[1]
    assert [place.line for place in citation.places] == [1, 2]


def test_document_is_cited_once_a_section() -> None:
    assert named("《甲市档案办法》（沪府发〔2020〕6号）；沪府发（2020） 6 号；沪府发[2020]06号") == [A]
    assert len(named("上海市人民政府令第3号《甲规定》；上海市人民政府令第3号《乙规定》")) == 2


CODES = ["沪府发", "松委办", "国办发", "沪松府办", "财教", "中共沪委发"]


@given(
    code=st.sampled_from(CODES),
    year=st.integers(1950, 2050),
    serial=st.integers(1, 999),
    pair=st.sampled_from(BRACKETS),
    wide=st.booleans(),
    blank=st.sampled_from(["", " ", "\u3000"]),
    around=st.sampled_from([("", ""), ("根据", "的要求"), ("《甲办法》（", "）"), ("1.", "；")]),
)
@tries(150)
def test_number_in_any_bracket_is_one_document(
    *, code: str, year: int, serial: int, pair: str, wide: bool, blank: str, around: tuple[str, str]
) -> None:
    digits = f"{year}".translate({ord("0") + n: ord("０") + n for n in range(10)}) if wide else f"{year}"
    (citation,) = cited(f"{around[0]}{code}{pair[0]}{digits}{pair[1]}{blank}{serial}号{around[1]}")
    assert citation.number.canonical == f"{code}〔{year}〕{serial}号"
    (plain,) = cited(f"{code}〔{year}〕{serial}号")
    assert IRIS.basis(citation.number, citation.title) == IRIS.basis(plain.number, plain.title)


@given(st.text("《》〈〉〔〕（）甲乙办法关于的通知印发沪府发令第号2020，、。；\n =", max_size=60), st.booleans())
@tries(250)
def test_any_text_names_documents_that_have_an_identity(text: str, bare: bool) -> None:
    lines = text.count("\n") + 1
    for citation in cited(text, bare=bare):
        assert IRIS.basis(citation.number, citation.title)
        assert citation.places
        assert all(1 <= place.line <= lines for place in citation.places)
    for basis in stated_bases(printed(text)):
        assert basis.text.strip()


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("1.单位职责；\n2.馆务会议精神。", ["单位职责；", "馆务会议精神。"]),
        ("（一）《甲办法》\n（二）常委会会议精神", ["常委会会议精神"]),
        ("《甲办法》的要求；年度工作计划。", ["年度工作计划。"]),
        ("按照相关规定执行", ["按照相关规定执行"]),
        ("《读书》杂志", ["《读书》杂志"]),
        ("《甲办法》等", []),
        ("无", []),
        ("", []),
    ],
)
def test_bases_that_are_no_documents(text: str, bases: list[str]) -> None:
    assert [basis.text for basis in stated_bases(printed(text))] == bases


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("按照沪府发〔2020〕6号和《甲办法》执行", [(None, A[1]), ("甲办法", None)]),
        ("《甲市档案办法》（沪府发（2020）6号）", [A]),
        ("在《甲杂志》、《乙社保系统》刊登《丙工作报告》", []),
        ("编制《甲规划》，完成《乙方案》，《丙规划》修编", []),
        ("按照《甲规划》和《乙方案》编制计划", [("甲规划", None), ("乙方案", None)]),
        ("按照《实施办法》和《本规定》", []),
        ("展厅（2021）3号展柜、某某〔2021〕3号", [(None, "某某〔2021〕3号")]),
        ("签订《甲合同》和《乙协议》", []),
        ("乙局关于加强档案工作的意见", []),
        ("关于同意《甲规划》的批复", [("关于同意《甲规划》的批复", None)]),
    ],
)
def test_where_no_document_is_expected_only_sure_ones_count(
    text: str, documents: list[tuple[str | None, str | None]]
) -> None:
    assert named(text, bare=False) == documents


MALFORMED = (
    "松委〔2021年〕6号",
    "松委发2009）97号",
    "松委发（2009 97号",
    "松委发（2009］97号",
    "松委发〔2009)97号",
    "松委发[[2009]97号",
    "松委发〔2009〕〕97号",
    "松委发〔209〕97号",
    "闵委发[20017]38号",
    "松委发〔2109〕97号",
    "松委办〔〕5号",
    "松委办〔2018〕号",
    "松委〔2021〕第号",
    "闵委发[2017]38",
    "松委发2009 97号",
    "沪府发2020第6号",
    "上海市人民政府令第号",
)
WELL_FORMED = (
    "松委发（2009）97号", "松委发【2009】97 号", "沪府办字〔2023〕5 号", "沪府发〔2020〕6-1号",
    "松委发2009年第97号", "沪府发〔2020〕六号", "沪府发﹝2020﹞6号", "沪府发(2020）6号", "沪府发〔2020〕\n6号",
    "松委发〔2009〕97、98号", "国办发〔2019〕第5、6号", "松委发〔2009〕97号、〔2010〕5号",
    "财政部税务总局公告2021年第12号", "粤财预〔2021〕第3号", "上海市人民政府令第 35 号",
    "上海市人民政府令（第35号）", "上海市人民政府令35号", "松委发〔2009〕97号文",
)  # fmt: skip
OTHER = (
    "2022年1月至2022年12月", "“十四五”（2020-2025）专项规划", "章程（2018）修订",
    "合同编号：沪政采〔2020〕12", "简报〔2020〕第6期", "（2022年度）", "《2010-2020年改革纲要》",
    "附件（3）97号", "教育部（2021）3项", "〔2020〕沪01民初123号", "国务院（2021）",
)  # fmt: skip


@pytest.mark.parametrize("number", MALFORMED)
@pytest.mark.parametrize("around", ["根据{}。", "《某办法》（{}）；", "《某办法》{}，"])
def test_malformed(number: str, around: str) -> None:
    assert [fault.printed for fault in malformed_numbers(around.format(number))] == [number]


@pytest.mark.parametrize("number", [*WELL_FORMED, *OTHER])
@pytest.mark.parametrize("around", ["根据{}。", "《某办法》（{}）；", "{}"])
def test_no_fault(number: str, around: str) -> None:
    assert not malformed_numbers(around.format(number))


@pytest.mark.parametrize("number", MALFORMED)
def test_it_belongs_to_the_title_beside_it(number: str) -> None:
    cited = citations(printed(f"《甲办法》（沪府发〔2020〕6号）、《乙办法》（{number}）"), "立项依据", bare=True)
    assert [citation.malformed for citation in cited] == [None, number]


@given(st.sampled_from(["〔〕", "（）", "[]", "【】"]), st.integers(1949, 2099), st.integers(1, 9999), st.booleans())
def test_what_is_well_formed_is_left_alone(brackets: str, year: int, serial: int, blank: bool) -> None:
    text = f"根据《某办法》（沪府发{brackets[0]}{year}{brackets[1]}{serial}{' ' * blank}号）的规定"
    assert len(find(text)) == 1
    assert not malformed_numbers(text)


@given(st.text(st.sampled_from("沪府发松委办〔〕（）[]【】2009年第97号令、，。 \n"), max_size=50))
def test_any_text_is_read(text: str) -> None:
    for fault in malformed_numbers(text):
        assert text[fault.start : fault.end].strip() == fault.printed
