"""Forms whose cells run together: each cut of the text gives no fact that the whole text does not give."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ingest.cells.run_together import glued_form
from jixiao.ingest.cells.run_together.lattice import Stream
from jixiao.ingest.document import Reading, read_documents
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.result import Document
from jixiao.ontology import terms

APART = (terms.breaksOffAt, terms.sha256, terms.DCTERMS_extent, terms.sourceLine, terms.ordinal)
CASES = Path(__file__).parents[1] / "cases"
FILES = [
    CASES / name / "filing.txt"
    for name in ("cells-that-run-together-in-one-line", "cells-that-run-together-line-by-line")
]


def facts(reading: Reading) -> set[tuple[str, str]]:
    """Return properties with their literals: a body that is cut off changes the IRIs of all that belongs to it."""
    if not reading.deposit:
        return set()
    triples = parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)
    return {
        (triple.predicate.value, triple.object.value)
        for triple in triples
        if isinstance(triple.object, Literal)
        and triple.predicate.value not in APART
        and ".txt" not in triple.subject.value
    }


@pytest.mark.parametrize("step", [28, pytest.param(7, marks=pytest.mark.judge)])
@pytest.mark.parametrize("path", FILES, ids=[path.parent.name for path in FILES])
def test_a_cut_gives_no_fact_that_the_whole_does_not_give(path: Path, step: int) -> None:
    text = path.read_text(encoding="utf-8")
    cuts = [text[:end] for end in range(40, len(text), step)]
    contents = [Document(each.encode(), "filing.txt") for each in (text, *cuts)]
    whole, *parts = map(facts, read_documents(contents, "http://localhost:8000/"))
    for cut, part in zip(cuts, parts, strict=True):
        assert part <= whole, cut[-40:]


def test_a_verb_before_a_figure_is_of_the_target() -> None:
    form = """绩效目标表
(2020年度)
项目名称渡口修缮补助资金
项目主管部门柳溪县交通局项目执行单位柳溪渡口站
资金情况
(万元)
年度资金总额:16
总体目标年度目标
渡口安全通行。
绩效指标一级指标二级指标指标内容指标值
产出指标数量指标渡口修缮覆盖率100%
质量指标渡口修缮验收合格率达到100%
时效指标修缮按计划完成率达到95%以上
社会公众或服务对象满意度指标乘客满意度90%
"""
    (reading,) = read_documents([Document(form.encode(), "filing.txt")], "http://localhost:8000/")
    stated = facts(reading)
    targets = {value for name, value in stated if name == terms.targetText}
    assert targets == {"100%", "达到100%", "达到95%以上", "90%"}
    assert {"渡口修缮验收合格率", "修缮按计划完成率"} <= {value for name, value in stated if name == terms.RDFS_label}


def test_the_sum_of_the_next_form_is_no_indicator() -> None:
    """The label of the next form's name is lost among rows that could not be divided."""
    form = """项目支出绩效目标表
(2023年)
项目名称渡口修缮
预算规模及资金用途预算数20.00其中:财政资金20.00其他资金
绩效目标修缮渡口护栏。
一级指标二级指标三级指标绩效指标描述指标值
产出指标数量指标修缮面积修缮面积≥400平方米
质量指标验收合格率验收合格率≥98百分比
207101柳溪县交通局单位:万元
项目名称乘船费用(渡工及专线)
预算规模及资金用途预算数24.00其中:财政资金24.00其他资金
绩效目标1.补助渡工
一级指标二级指标三级指标绩效指标描述指标值
产出指标数量指标渡工人数渡工人数1人
"""
    (reading,) = read_documents([Document(form.encode(), "filing.txt")], "http://localhost:8000/")
    assert {"预算数", "1.补助渡工", "补助渡工"}.isdisjoint(value for name, value in facts(reading))


@pytest.mark.parametrize(
    ("name", "names"),
    [
        pytest.param("柳溪县渡口保鲜库建设", [], id="may-go-on"),
        pytest.param("柳溪县渡口修缮补助资金", ["柳溪县渡口修缮补助资金"], id="whole"),
        pytest.param("柳溪县渡口保鲜库建设项目", ["柳溪县渡口保鲜库建设项目"], id="twice"),
    ],
)
def test_a_label_may_begin_with_the_last_word_of_a_name(name: str, names: Sequence[str]) -> None:
    """The label of a department is printed with 项目 or without it."""
    form = f"项目名称{name}项目主管部门柳溪县交通局项目属性新增项目项目期1年"
    found = glued_form.rows(Stream.of([Row((Cell(((1, form),)),))]))
    assert [row.cells[1].text for row in found if len(row.cells) > 1 and row.cells[0].text == "项目名称"] == names
