"""The store keeps what a finding is about: the mention at fault, and those that it quotes from the node at fault."""

import pyoxigraph as ox

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from tests.shapes.asked import selects

FILING = """项目支出绩效目标申报表
（2024年度）
项目名称\t渡口巡查\t主管部门\t柳溪县交通局
年度资金总额\t30万元
年度目标\t每月开展一次渡口巡查；柳村、杨村共3个村受益；每季度组织一次培训。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t渡口巡查次数\t4次
效益指标\t社会效益指标\t通行安全\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%
"""


def test_queries_of_rules_on_mentions_find_in_the_store_what_the_report_says() -> None:
    reading = read_document(FILING.encode(), "filing.txt", "http://localhost:8000/")
    assert reading.deposit
    assert reading.report
    store = ox.Store()
    store.load(reading.deposit.source_triples, ox.RdfFormat.N_TRIPLES)
    for rule in ("FrequencyDiffers", "ListDiffersFromCount"):
        (found,) = (one for one in reading.report.results if one.fault.name == rule)
        (asked,) = (row["this"].value for select in selects(rule) for row in store.query(select))
        assert asked == found.focus_node
    kept = {each.object.value for each in store.quads_for_pattern(None, ox.NamedNode(terms.targetText), None)}
    assert "柳村、杨村共3个村" in kept
    assert not any("培训" in words for words in kept), "no finding quotes it"
