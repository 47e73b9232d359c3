"""Bytes become lines, rows and cells with their places; what is no text is refused with a reason."""

import codecs
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, strategies as st

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import rendering
from jixiao.ingest.formats.content import FORMATS, Format
from jixiao.ingest.readers import read, readers, text, text as text_reader
from jixiao.ingest.rendition import Place, Rendition
from jixiao.ontology.text.display import MASK
from tests.support.generated import tries
from tests.support.packing import saved, zipped


def cells(rendition: Rendition) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in rendition.rows]


def test_tabs_part_the_cells_of_a_row() -> None:
    rendition = read("标题\n\n名称\t甲\t\n\t\t乙\n".encode())
    assert cells(rendition) == [["标题"], ["名称", "甲", ""], ["", "", "乙"]]
    assert list(rendition.filled_places()) == [Place(1, 0), Place(3, 0), Place(3, 1), Place(4, 2)]


def test_one_cell_a_line_makes_rows_that_a_blank_line_ends() -> None:
    rendition = read("\t名称\n\t甲\n乙\n\t\n\t丙\n\n\t丁\n".encode())
    assert cells(rendition) == [["名称", "甲\n乙", "", "丙"], ["丁"]]
    name, joined, blank, last = rendition.rows[0].cells
    assert joined.places == (Place(2, 1), Place(3, 1))
    assert (blank.places, bool(blank), last.line) == ((Place(4, 2),), False, 5)
    assert (name.line, rendition.rows[0].first_line, rendition.rows[0].last_line) == (1, 1, 5)


def test_a_vertical_tab_breaks_the_line_of_a_cell() -> None:
    rows = read("项目名称\t路灯\n目标\t第一步，\v第二步，\v第三步。\f\n".encode()).rows
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["项目名称", "路灯"],
        ["目标", "第一步，\n第二步，\n第三步。"],
    ]


def test_bar_on_a_line_of_its_own_ends_a_cell_and_a_title_ends_without_one() -> None:
    text = "某县2024年项目\n项目支出绩效目标表\n(2024年度)\n项目名称\n|\n河岸\n绿化\n|\n主管部门\n|\n"
    rows = [row.text for row in read(text.encode()).rows]
    assert rows == ["某县2024年项目", "项目支出绩效目标表", "(2024年度)", "项目名称", "河岸\n绿化", "主管部门"]


def test_lines_are_those_of_the_file() -> None:
    rendition = read("一\r\n\r\n二\r三\n\f四".encode())
    assert [(line.number, line.text) for line in rendition.lines] == [
        (1, "一"), (2, ""), (3, "二"), (4, "三"), (5, "四"),
    ]  # fmt: skip
    assert cells(rendition) == [["一"], ["二"], ["三"], ["四"]]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings(encoding: str, named: str) -> None:
    rendition = read("项目名称\t古籍修复\t（善本）\n".encode(encoding))
    assert (rendition.encoding, rendition.cut, rendition.media_type) == (named, False, "text/plain")
    assert cells(rendition) == [["项目名称", "古籍修复", "（善本）"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_torn_character_at_the_end_is_a_file_cut_off(encoding: str) -> None:
    rendition = read("项目名称\t古籍修复".encode(encoding)[:-1])
    assert rendition.cut
    assert rendition.encoding == encoding
    assert rendition.lines[0].text == "项目名称\t古籍修"


@pytest.mark.parametrize("content", [b"", b"  \n\t\r\n", codecs.BOM_UTF8, b"\x00" * 50])
def test_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="文件是空的 · the file is empty"):
        read(content)


def example_of(known: Format) -> bytes:
    """The least content that is taken for a file in a format."""
    if known.member:
        return zipped((known.member, b"x"))
    if known.stream:
        return b"\xd0\xcf\x11\xe0" + bytes(99) + known.stream
    if known.starts[0].startswith(b"application/"):
        return zipped(("mimetype", known.starts[0]), method=zipfile.ZIP_STORED)
    if known.name == "zip":
        return zipped(("a.txt", b"1"))
    return bytes(known.at) + known.starts[0] + bytes(range(256))


@pytest.mark.parametrize(
    "known", [each for each in FORMATS if each.zh and each.name != "JSON"], ids=lambda each: each.name
)
def test_format_without_a_reader_is_named_with_a_way_out(known: Format) -> None:
    with pytest.raises(UnreadableError) as raised:
        read(example_of(known))
    assert raised.value.zh == f"尚不能读取的格式：{known.name}。{known.zh}"
    assert raised.value.en == f"a format that is not read yet: {known.name}; {known.en}"


def test_broken_zip_is_no_format() -> None:
    with pytest.raises(UnreadableError, match="broken and cannot be unpacked"):
        read(b"PK\x03\x04" + b"x" * 99)


def test_json_is_no_filing() -> None:
    form = "项目名称\n森林防火\n主管部门\n区林业局\n"
    for data in ({"form": form}, [form]):
        with pytest.raises(UnreadableError, match=r"尚不能读取的格式：JSON.*not read yet: JSON"):
            read(json.dumps(data, ensure_ascii=False, indent=1).encode())
    assert read(f"[2022年度]\n{form}".encode()).lines


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x24ftypmif1", "HEIF"),
        (b"\0\0\0\x1cftypavif", "AVIF"),
        (b"RIFF\x24\x10\0\0WEBP", "WebP"),
    ],
)
def test_photographs_of_other_formats_are_named(start: bytes, name: str) -> None:
    with pytest.raises(UnreadableError, match=f"尚不能读取的格式：{name}.*not read yet: {name}"):
        read(start + bytes(range(256)))


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x7fELF\x02\x01\x01" + b"\x00\xff" * 40, b"a\x00b" * 9])
def test_binary_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"二进制内容.*binary"):
        read(content)


def test_readers_are_found_by_their_module() -> None:
    names = [reader.__name__.rpartition(".")[2] for reader in readers()]  # type: ignore[attr-defined]
    folder = Path(text_reader.__file__).parent
    assert names == sorted(path.stem for path in folder.iterdir() if path.stem[0] != "_")


def test_text_is_read_without_the_readers_of_other_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in {*readers()} - {text_reader}:
        monkeypatch.delattr(reader, "accepts")  # to ask it would fail
    assert read("项目名称\t甲\n项目资金（元）\t1,234,567.00\n".encode() * 9).rows


def test_persons_are_masked_in_the_rendition_alone() -> None:
    rendition = read("联系人\t赵甲乙\t2023\n".encode())
    assert rendition.to_json({1: ("赵甲乙",)})["lines"] == [{"n": 1, "text": f"联系人\t{MASK}\t2023", "page": None}]
    assert "赵甲乙" in rendition.lines[0].text


@given(st.lists(st.text("甲乙 \t1。", max_size=8), min_size=1, max_size=12))
@example(["11  1", "11  1", "11  1  1"])
@tries(150)
def test_every_text_of_a_line_is_in_a_cell_of_that_line(lines: list[str]) -> None:
    text = "\n".join(["首", *lines])
    rendition = read(text.encode())
    assert [line.text for line in rendition.lines] == text.removesuffix("\n").split("\n")
    found: dict[int, str] = {}
    for row in rendition.rows:
        # Cells between tabs are counted; those between gaps have their distance from the left edge.
        columns = [cell.column for cell in row.cells]
        assert columns == (sorted(set(columns)) if "  " in text else list(range(len(columns))))
        for cell in row.cells:
            for number, part in cell.parts:
                found[number] = found.get(number, "") + part
    for line in rendition.lines:
        assert "".join(found.get(line.number, "").split()) == "".join(line.text.split())


LINES = "".join(f"第{n}个项目20万元\n" for n in range(20))
FORM = "项目支出绩效目标表 | |||\n" + "".join(f"| 产出指标 | 数量指标 | 维修第{n}座桥 | ≥1座 |\n" for n in range(15))
CELLS = "项目支出绩效目标表 |\n" + "".join(f"维修第{n}座桥 |\n≥1座 |\n" for n in range(15))


def test_lines_above_the_first_form_stay_lines_of_their_own() -> None:
    assert [row.cells[0].text for row in read(f"{LINES}|\n{FORM}".encode()).rows[:20]] == LINES.splitlines()


def test_forms_in_different_ways_are_read_apart() -> None:
    rows = read(f"{CELLS}{FORM}".encode()).rows
    assert [row.cells[0].text for row in rows if len(row.cells) == 1 and "维修" in row.cells[0].text] == [
        f"维修第{n}座桥" for n in range(15)
    ]
    assert sum("维修" in cell.text for row in rows if len(row.cells) > 1 for cell in row.cells) == 15


MANY = rendering.MOST_CELLS + 1


def saved_with(text: str) -> bytes:
    """A workbook with a text in one cell."""
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = text
    return saved(book)


@pytest.mark.parametrize(
    "content",
    [b"a\n" * MANY, b"a,b,c\r\n" * MANY, b"a\r" * MANY, ("\ufeff" + "项\n" * MANY).encode("utf-16-le")],
    ids=["lines", "csv", "old-mac", "utf-16"],
)
def test_too_many_lines_are_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    divided: list[str] = []
    monkeypatch.setattr(text, "Line", lambda number, line: divided.append(line))
    with pytest.raises(UnreadableError, match="more than 200000 cells and lines"):
        read(content)
    assert divided == []


@pytest.mark.parametrize(
    "content",
    [
        b"a\tb\n" * 600,
        "".join(f"|甲{n}|乙|丙|丁|\n" for n in range(600)).encode(),
        b"a,b,,d\n" * 300,
        b"<html><table>" + b"<tr><td>a<td>b<br>c" * 400,
        saved_with("甲\n" * 1_001),
    ],
    ids=["tabs", "bars", "csv", "html", "xlsx"],
)
def test_cells_and_their_lines_are_counted(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_CELLS", 1_000)
    with pytest.raises(UnreadableError, match="more than 1000 cells and lines"):
        read(content)


def test_as_many_as_a_file_may_have_are_read() -> None:
    assert text.accepts(b"a\n" * rendering.MOST_CELLS)
