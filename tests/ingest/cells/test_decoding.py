"""Tables are divided into the same rows whatever parts their cells, and a row that is not sure is not stated."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, strategies as st

from bench.rewritten import SEPARATED
from jixiao.ingest.cells.run_together import decoding
from jixiao.ingest.cells.run_together.lattice import BLANK, Stream
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.columns import Columns
from tests.support.generated import tries

COLUMNS = Columns(dict(enumerate(("level1", "level2", "name", "target"))))
NAMES = ("清淤河道长度", "修建渡槽数量", "验收合格率", "按期完成率", "受益村民满意度", "改善灌溉面积", "培训班人数")
TARGETS = ("12公里", "≥2座", "100%", "=95%", "≥90%", "3000亩", "2024年12月", "120人次", "显著提高")
UNTRUSTED = sorted(SEPARATED.keys() - {"bars"})
LEVELS = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))


def divided(text: str, columns: Columns = COLUMNS) -> list[tuple[str, ...]]:
    """Return the texts of the stated rows of a table in which each line of the text is a line of the file."""
    lines = [Row((Cell(((number, line),)),)) for number, line in enumerate(text.splitlines(), 1)]
    stream = Stream.of([*lines, Row((Cell(((len(lines) + 1, "备注"),)),))])
    found = decoding.rows(stream, columns, (0, len(stream.text) - len("备注")))
    return [tuple(cell.text for cell in row.cells) for row in found if not row.withheld]


ROWS = [
    ("产出指标", "数量指标", "清淤河道长度", "12公里"),
    ("", "", "修建渡槽数量", "≥2座"),
    ("", "质量指标", "验收合格率", "100%"),
    ("效益指标", "社会效益指标", "受益村民满意度", "显著提高"),
]


@pytest.mark.parametrize("way", UNTRUSTED)
def test_rows_are_read_whatever_parts_their_cells(way: str) -> None:
    printed = [[cell for cell in row if cell] for row in ROWS]
    assert [tuple("".join(cell.split()) for cell in row) for row in divided(SEPARATED[way](printed))] == ROWS


@tries(40)
@given(
    rows=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(TARGETS)), min_size=2, max_size=6),
    way=st.sampled_from(UNTRUSTED),
)
def test_no_row_is_stated_that_is_not_printed(rows: Sequence[tuple[str, str]], way: str) -> None:
    printed = [[*LEVELS[number % len(LEVELS)], *row] for number, row in enumerate(rows)]
    for *_, name, target in divided(SEPARATED[way](printed)):
        assert ("".join(name.split()), "".join(target.split())) in rows


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("产出指标数量指标运送批次140批160批质量指标合格率100%", ["合格率"], id="two-targets"),
        pytest.param("产出指标数量指标设备及时维护质量指标合格率100%", ["合格率"], id="no-target"),
        pytest.param(
            "产出指标数量指标补贴数量对学校2400平米体育场馆补贴资金质量指标合格率100%",
            ["合格率"],
            id="rest-of-the-target",
        ),
        pytest.param(
            "产出指标数量指标指标1:清算8个安置小区物业费比例≥95%质量指标指标1:合格率100%",
            ["指标1:合格率"],
            id="name-without-a-number",
        ),
        pytest.param("效益指标经济效益指标推动体育产业融合经济效益良好", [], id="word-that-leads-a-value"),
    ],
)
def test_cells_that_run_together_are_withheld_unless_they_are_sure(text: str, names: Sequence[str]) -> None:
    assert [row[2] for row in divided(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            "产出指标数量指标车辆数10辆计划标准雾炮车射程≥80米计划标准质量指标合格率100%计划标准",
            ["车辆数", "雾炮车射程", "合格率"],
            id="known",
        ),
        pytest.param(
            "产出指标质量指标合格率100%时效指标按期完成率100%效益指标经济效益指标减税降费企业所得税减按15%征收"
            "社会效益指标企业竞争力增强可持续影响指标受益率≥90%满意度指标服务对象满意度指标企业满意度≥90%",
            ["合格率", "按期完成率", "企业竞争力", "受益率", "企业满意度"],
            id="words",
        ),
    ],
)
def test_a_remark_that_runs_together_is_no_part_of_a_name(text: str, names: Sequence[str]) -> None:
    assert [row[2] for row in divided(text, Columns({**COLUMNS.meanings, 4: "further"}))] == names


def test_the_rest_of_a_header_that_runs_together_is_no_row() -> None:
    stream = Stream.of([Row((Cell(((1, "指标标准或依据2021年产出指标数量指标培训人次280人次质量指标合格率100%"),)),))])
    found = decoding.rows(stream, COLUMNS, (len("指标标"), len(stream.text)))
    assert [row.cells[2].text for row in found if not row.withheld] == ["培训人次", "合格率"]


@pytest.mark.parametrize(
    ("sides", "names"),
    [
        pytest.param(lambda row: [*row, *row[1:]], ["清淤河道长度", "验收合格率"], id="alike"),
        pytest.param(lambda row: row, [], id="one-of-them"),
    ],
)
def test_one_side_of_a_double_table_is_not_taken_for_the_other(
    sides: Callable[[Sequence[str]], Sequence[str]], names: Sequence[str]
) -> None:
    double = Columns(
        {0: "level1", 1: None, 2: None, 3: None, 4: "level2", 5: "name", 6: "target"},
        {1: "level2", 2: "name", 3: "target"},
    )
    rows = [row for row in ROWS if row[1]][:2]
    text = "\n".join(cell for row in rows for cell in [*row[:1], *sides(row[1:])] if cell)
    assert [row[5] for row in divided(text, double)] == names


def test_only_cells_that_a_column_may_use_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of results that runs together has no border within words, or within figures that fit no column."""
    weighed: list[str] = []
    cost = decoding.cost
    monkeypatch.setattr(decoding, "cost", lambda *cell: (weighed.append(cell[1]), cost(*cell))[1])
    row = "时效指标及时(按期)完工率10≥90%≥90%10质量指标项目验收合格率20100%100%20"
    divided("产出指标(70分)数量指标安装水标尺10≥266米≥266米10" + 10 * row, OF_RESULTS)
    assert len(weighed) < 300 * len(row)


def test_a_table_of_unbounded_length_is_not_divided() -> None:
    assert divided("产出指标数量指标清淤河道长度12公里" * 4_000) == []


OF_RESULTS = Columns(dict(enumerate(("level1", "level2", "name", "target", "achieved", "weight", "score", "reason"))))


@pytest.mark.parametrize("ends", ["", " \n"], ids=["no-line-between-rows", "a-blank-line-behind-each-row"])
def test_blank_cells_and_results_a_cell_a_line_are_read(ends: str) -> None:
    """A score is not above its weight, a result is like its target, and a blank line is a cell or parts two rows."""
    rows = [
        ("产出指标", "数量指标", "清淤长度", "12公里", "10公里", "20", "16", "汛期停工"),
        ("修桥座数", "2", "2", "10", "10", " "),
        ("质量指标", "合格率", " ", " ", " ", " ", " "),
        ("效益指标", "社会效益指标", "受灾户数", "0户", "0", "30", "30", " "),
    ]
    lines = "".join("".join(f"{cell}\n" for cell in row) + ends for row in rows).splitlines()
    stream = Stream.of((Row((Cell(((number, line),)),)) for number, line in enumerate(lines, 1)), blank=BLANK)
    found = decoding.rows(stream, OF_RESULTS, (0, len(stream.text)))
    stated = [tuple(cell.text for cell in row.cells if cell) for row in found if not row.withheld]
    assert stated == [tuple(cell for cell in row if cell.strip()) for row in rows]
