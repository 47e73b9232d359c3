"""A few broken bytes cost their cells; texts in other encodings, or garbled ones, are read right or refused by name."""

from functools import cache

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import RdfFormat, parse

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.content import decoding
from jixiao.ingest.readers import read
from jixiao.ingest.result import Reading
from tests.support.generated import tries

BASE = "http://localhost:8000/"
JX = "https://w3id.org/jixiao/ontology#"
FORM = """项目支出绩效目标表
（2024年度）
项目名称\t城区路灯维护
主管部门\t临江市城市管理局\t实施单位\t临江市市政管理所
项目资金（万元）\t年度资金总额\t120.50
\t其中：财政拨款\t100.50
\t其他资金\t20.00
年度总体目标\t保障城区三千盏路灯正常照明，提升夜间出行安全。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t维护路灯数量\t≥3000盏
\t质量指标\t亮灯率\t≥98%
\t时效指标\t故障修复时间\t≤24小时
效益指标\t社会效益指标\t夜间事故下降率\t≥5%
满意度指标\t服务对象满意度指标\t市民满意度\t≥90%
"""
PAGE = "<html><head><meta charset='gbk'></head><body><table>{}</table></body></html>".format(
    "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>" for line in FORM.splitlines())
)
_VALUES = [
    "城区路灯维护",
    "临江市城市管理局",
    "120.50",
    "20.00",
    "保障城区",
    "维护路灯数量",
    "≥98%",
    "24小时",
    "市民满意度",
]
_OF_READING = {"withheld", "readingStatus", "sha256", "extent", "hasInference", "format"}


def stated(reading: Reading) -> set[tuple[str, str, str]]:
    """The facts of a document that are about its content, without the IRIs of its own nodes."""
    found = set()
    for each in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES):
        name = each.predicate.value.rpartition("#")[2].rpartition("/")[2]
        value = str(each.object)
        kind = str(each.subject).partition("#")[2][:1]
        if name not in _OF_READING and BASE not in value:
            found.add((kind, name, value))
    return found


def values(reading: Reading, name: str) -> set[str]:
    triples = parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)
    return {str(each.object.value) for each in triples if each.predicate.value == JX + name}


def broken(content: bytes, at: int) -> bytes:
    return content[:at] + b"\xff" + content[at + 1 :]


@cache
def whole(encoding: str) -> set[tuple[str, str, str]]:
    """Return what the whole form states."""
    return stated(read_document(FORM.encode(encoding), "a.txt", BASE))


@tries(100)
@given(st.sampled_from(["utf-8", "gb18030"]), st.integers(0, len(FORM.encode()) - 1))
def test_a_broken_byte_withholds_and_never_changes_a_fact(encoding: str, at: int) -> None:
    check_broken(encoding, at % len(FORM.encode(encoding)))


@pytest.mark.judge
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_any_broken_byte_withholds_and_never_changes_a_fact(encoding: str) -> None:
    for at in range(len(FORM.encode(encoding))):
        check_broken(encoding, at)


def check_broken(encoding: str, at: int) -> None:
    """Fail if the reading of the form with a broken byte states anything that the whole form does not."""
    content = FORM.encode(encoding)
    if content[at : at + 1] in b"\t\n":
        return  # two cells are one
    reading = read_document(broken(content, at), "a.txt", BASE)
    if reading.deposit is None:
        return
    added = stated(reading) - whole(encoding)
    # Figures in sentences are named by an indicator that agrees with them, if one is left; a label that is lost leaves
    # its row with a wider meaning.
    assert {name for kind, name, _ in added if kind != "f"} <= {"label", "otherFunds", "indicatorType", "sourceLine"}
    assert all("\ufffd" not in value for _, _, value in stated(reading))
    if whole(encoding) - stated(reading):
        assert values(reading, "readingStatus") == {"https://w3id.org/jixiao/vocab/reading-status/partial"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("cell", _VALUES)
def test_a_broken_byte_of_a_value_costs_its_cell(cell: str, encoding: str) -> None:
    content = FORM.encode(encoding)
    reading = read_document(broken(content, content.index(cell.encode(encoding)) + 1), "a.txt", BASE)
    if cell == _VALUES[0]:
        assert "第 3 行 没有读出项目名称" in reading.refusal.reasons[0]
        return
    added = stated(reading) - whole(encoding)
    assert {name for kind, name, _ in added if kind != "f"} <= {"label"}
    assert {value for kind, name, value in added if name == "label" and kind != "f"} <= {
        '"白山市临江市城市管理局绩效目标申报"@zh'
    }
    assert values(reading, "withheld")
    assert len(reading.account.partial) == 1
    lost = whole(encoding) - stated(reading)
    assert any(cell in value or name in ("targetText", "hasGoal", "annualRequest") for _, name, value in lost) or lost


def test_a_name_in_another_encoding_costs_its_cell() -> None:
    name = "临江市城市管理局"
    for own, other in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        content = FORM.encode(own).replace(name.encode(own), name.encode(other))
        reading = read_document(content, "a.txt", BASE)
        assert not any(name in value for _, _, value in stated(reading))
        assert JX + "competentDepartment" in values(reading, "withheld")
        assert values(reading, "annualRequest") == {"1205000"}


def test_broken_bytes_in_pages_and_tables_cost_their_cells() -> None:
    for content in (PAGE.encode("gb18030"), FORM.replace("\t", ",").replace("年度）", "年度）,,,").encode()):
        reading = read_document(content.replace(b"100.50", b"100.\xff0"), "a", BASE)
        assert values(reading, "annualRequest") == {"1205000"}
        assert {"≥3000盏", "≥90%"} < values(reading, "targetText")
        assert not values(reading, "fiscalFunds")
        assert values(reading, "withheld")


def test_text_with_many_broken_bytes_names_the_first() -> None:
    lines = FORM.encode().replace(b"\n", b"\xff\n").replace("维护".encode(), b"\xe7\xff")
    with pytest.raises(UnreadableError, match=r"line 1 \(byte 28 of the file\) is no UTF-8 or GB18030"):
        read(lines)
    with pytest.raises(UnreadableError, match="binary content"):
        read(b"\x00\x01\xff\xfe" * 9)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mark_tells_the_encoding(encoding: str) -> None:
    for text in (FORM, PAGE, FORM.replace("\t", ",")):
        assert stated(read_document(text.encode(encoding), "a", BASE)) >= {
            each for each in whole("utf-8") if each[1] == "targetText"
        }


def test_marks_within_a_text_are_no_characters() -> None:
    marked = FORM.replace("\n", "\n\ufeff")
    assert values(read_document(marked.encode(), "a.txt", BASE), "annualRequest") == {"1205000"}


@pytest.mark.parametrize(("read_as", "own"), [("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8")])
def test_garbled_text_is_refused_by_name(read_as: str, own: str) -> None:
    reading = read_document(FORM.encode(own).decode(read_as, "replace").encode(), "a.txt", BASE)
    assert f"garbled: the text was in {own.upper()}" in reading.refusal.reasons[0]
    assert reading.is_filing


@pytest.mark.parametrize(
    ("code", "char"),
    [("a3a0", "\u3000"), ("a8bc", "ḿ"), ("a6d9", "︐"), ("a6f3", "︙"), ("fe59", "龴"), ("fea0", "龻"), ("a8bf", "ǹ")],
)
def test_assigned_characters_of_gb18030_are_not_private(code: str, char: str) -> None:
    assert decoding("项目".encode("gb18030") + bytes.fromhex(code)).text == "项目" + char


def test_other_private_characters_are_lost() -> None:
    private = FORM.encode("gb18030").replace("路灯维护".encode("gb18030"), "路灯".encode("gb18030") + b"\xaa\xa1")
    assert "没有读出项目名称" in read_document(private, "a.txt", BASE).refusal.reasons[0]
    spaced = FORM.encode("gb18030").replace(
        "城区路灯维护".encode("gb18030"), b"\xa3\xa0" + "城区路灯维护".encode("gb18030")
    )
    assert stated(read_document(spaced, "a.txt", BASE)) == whole("gb18030")


def test_icons_of_a_page_cost_nothing() -> None:
    page = PAGE.replace("<td>主管部门</td><td>临江市城市管理局</td>", "").replace("<body>", "<body><p>首页</p>")
    with_icon = page.replace("首页", "\ue601 首页")
    assert stated(read_document(with_icon.encode(), "a", BASE)) == stated(read_document(page.encode(), "a", BASE))
