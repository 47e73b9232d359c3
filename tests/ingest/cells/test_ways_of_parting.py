"""Facts of one form, whatever parts its cells."""

import json
import re
from collections.abc import Callable

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.result import Document
from jixiao.ontology import terms

STATED = (terms.RDFS_label, terms.targetText, terms.annualRequest, terms.printedLevel2)
ROWS = [
    ["项目支出绩效目标表"],
    ["(2023年度)"],
    ["项目名称", "渡口护栏修缮"],
    ["主管部门", "柳溪县交通局", "实施单位", "柳溪渡口站"],
    ["年度资金总额", "16万元"],
    ["年度目标", "渡口护栏完好,乘客平安过河。"],
    ["一级指标", "二级指标", "三级指标", "指标值", "备注"],
    ["产出指标", "数量指标", "渡口护栏修缮长度", "≥120米"],
    ["质量指标", "修缮验收合格率", "100%"],
    ["时效指标", "修缮完成时间", "2023年10月底前"],
    ["效益指标", "社会效益指标", "渡口事故起数", "≤1起"],
    ["满意度指标", "服务对象满意度指标", "乘客满意度", "≥90%"],
]
Rows = list[list[str]]


def lines(rows: Rows, separator: str) -> str:
    return "\n".join(separator.join(row) for row in rows) + "\n"


def on_one_line(rows: Rows) -> str:
    return " ".join(" ".join(row) for row in rows)


def wrapped(text: str, width: int) -> str:
    return re.sub(f"(.{{{width}}})", r"\1\n", text)


def read(text: str) -> Reading:
    (reading,) = read_documents([Document(text.encode(), "filing.txt")], "http://localhost:8000/")
    return reading


def facts(text: str) -> set[tuple[str, str]]:
    deposit = read(text).deposit
    assert deposit
    triples = parse(deposit.source_triples, RdfFormat.N_TRIPLES)
    return {
        (triple.predicate.value, triple.object.value)
        for triple in triples
        if isinstance(triple.object, Literal) and triple.predicate.value in STATED and ".txt" not in triple.object.value
    }


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda rows: wrapped(on_one_line(rows), 23), id="wrapped"),
        pytest.param(lambda rows: wrapped(on_one_line(rows), 20), id="wrapped-elsewhere"),
        pytest.param(lambda rows: lines(rows[:9], "\t") + lines(rows[9:], " "), id="blanks-below-tabs"),
        pytest.param(lambda rows: "标     题   绩效目标表\n" + lines(rows, "  "), id="gaps-of-nearly-one-width"),
    ],
)
def test_facts_are_those_of_tabs(written: Callable[[Rows], str]) -> None:
    asked = {fact for fact in facts(lines(ROWS, "\t")) if fact[0] != terms.RDFS_label or "年度" not in fact[1]}
    assert len(asked) > 12
    assert asked <= facts(written(ROWS))


def test_words_within_sentences_are_no_labels_where_blanks_part_cells() -> None:
    rows = [*ROWS[:8], ["质量指标", "按项目资金管理办法组织验收", "严格按办法落实"], *ROWS[8:]]
    assert (terms.targetText, "严格按办法落实") in facts(on_one_line(rows))


def test_a_form_below_a_table_begins_with_its_name() -> None:
    second = [["项目名称", "渡船检修"], *ROWS[3:7], ["产出指标", "数量指标", "检修渡船数量", "6艘"], *ROWS[8:]]
    asked = {"渡口护栏修缮", "渡口护栏修缮长度", "渡船检修", "检修渡船数量"}
    assert asked <= {text for _, text in facts(on_one_line([*ROWS, *second]))}


@pytest.mark.parametrize("width", range(18, 28))
def test_persons_of_wrapped_lines_are_masked(width: int) -> None:
    text = wrapped(on_one_line([*ROWS[:6], ["填报人:赵甲乙", "联系电话:13900000001"], *ROWS[6:]]), width)
    reading = read(text)
    assert reading.deposit
    printed = reading.deposit.source_triples.decode() + json.dumps(reading.deposit.rendition, ensure_ascii=False)
    assert not any(char in printed for char in "赵甲乙")
    assert "1390" not in printed
    assert "00001" not in printed
