"""Total scores with which a text ends: read where they are whole, and otherwise named as withheld."""

import pytest

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE

FORM = """柳溪县水利局项目支出绩效自评表
项目支出绩效自评表
(2022年度)
项目名称 渡口修缮补助
主管部门 柳溪县水利局 实施单位 柳溪县水利局
项目资金(万元)   年初预算数 全年预算数 全年执行数 分值 执行率 得分
年度资金总额 0 35 25 10 71.43% 7.14
年度总体目标 预期目标 实际完成情况
修缮渡口7座。 修缮渡口5座。
绩效指标 一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施
产出指标 数量指标 修缮渡口数量 7座 5座 40 28.3 两座渡口取消。
质量指标 渡口验收合格率 100% 100% 10 10
效益指标 社会效益指标 渡口投诉起数 ≤5起 0起 30 30
满意度指标 服务对象满意度指标 乘客满意度 ≥95% 96.4% 10 10
总分 100 """


@pytest.mark.parametrize(
    ("end", "is_read"),
    [
        ("85.44", True),  # the sum of the scores
        ("86.44", True),  # two decimals
        ("86.4", False),
        ("8", False),
        ("\n", False),  # the sum of the weights, or the score
    ],
)
def test_a_total_at_the_end_of_a_text_is_read_if_it_is_whole(end: str, is_read: bool) -> None:
    deposit = read_document((FORM + end).encode(), "evaluation.txt", DEFAULT_BASE).deposit
    assert deposit
    triples = deposit.source_triples.decode()
    assert (f'<{terms.totalScore}> "' in triples) is is_read
    assert (f"<{terms.withheld}> <{terms.totalScore}>" in triples) is not is_read
    is_torn = f"<{terms.withheld}> <{terms.hasResult}>" in triples
    assert is_torn is not (is_read or end == "\n")
