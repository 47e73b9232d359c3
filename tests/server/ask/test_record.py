"""Questions on one project are answered by the rows of its page that each clause asks for."""

from pathlib import Path

import pytest

from jixiao.server.settings import Settings
from jixiao.server.views.answers import WORDS
from tests.server.ask.meant import Asking
from tests.server.conftest import Serve


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("东西部扶贫帮困里头给昭通的是多少钱？", "援昭通项目：1,600 万元。"),
        ("How much of 东西部扶贫帮困 is for Zhaotong?", "援昭通项目：1,600 万元。"),
        ("东西部扶贫帮困那3778万具体都花在哪儿了", "援定日项目：250 万元。"),
        ("外事交流管理这个项目前后金额对得上吗？", "相差 300,000 元"),
        ("东西部扶贫帮困从何时到何时，依据什么文件", "上海对内开放与合作交流“十四五”规划"),
        ("What training is planned under 东西部扶贫帮困?", "人才培养参训人数：≥100.00(人)。"),
        ("援藏干部工作经费多少钱？", "援藏干部工作经费：275 万元"),
        ("东西部扶贫帮困的实施方案是什么？", "实施方案："),
        ("How is 东西部扶贫帮困 carried out?", "实施方案："),
        ("What is the money of 东西部扶贫帮困 used for?", "援定日项目：250 万元。"),
        ("政府信息公开项目各类指标各有多少个？", "数量指标 "),
        ("How large will the fund of 党建经费 be?", "年度资金申请总额"),
        ("What completion rate should 党建经费 achieve?", "图书购置工作完成率：100%"),
        ("When will the 东西部扶贫帮困 project be finished?", "2024-12-31"),
        ("档案管理的总目标是多少名？", "没有读到所问的数"),
        ("What level of public satisfaction does 业务培训 of the Songjiang CPPCC office aim at?", "满意度：>=90%。"),
        ("请指出“外事交流管理”项目中，说明与申报表不一致之处。", "相差 300,000 元"),
        ("效能建设经费要发多少份问卷？", "体制内问卷调查数：=400份。"),
        ("How many people is the Songjiang CPPCC office going to serve in 政协委员工作?", "278人"),
    ],
)
def test_a_question_on_one_project_is_answered_by_rows_of_its_page(asking: Asking, question: str, said: str) -> None:
    reading = asking.read(question)
    assert reading.fit is not None, reading.sentence
    assert (reading.fit.pattern.view.name, reading.q) == ("project", question)
    assert said in reading.sentence.zh


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("外事交流管理的承包商是谁？", "没有听懂“承包商”"),
        ("外事交流管理的电话是多少", "没有听懂“电话”"),
        ("Where will 外事交流管理 be held?", "没有听懂“where will”"),
    ],
)
def test_what_no_row_states_is_not_understood(asking: Asking, question: str, said: str) -> None:
    reading = asking.read(question)
    assert reading.fit is None
    assert said in reading.sentence.zh
    assert reading.beside is not None


def test_several_projects_of_a_name_are_answered_one_by_one(asking: Asking) -> None:
    reading = asking.read("Who implements 业务培训?")
    assert reading.fit.pattern.view.name == "projects"
    assert reading.sentence.zh.count("实施主体：") == 3
    assert "没有读到" not in reading.sentence.zh


def test_every_line_of_a_budget_is_stated(asking: Asking) -> None:
    reading = asking.read("东西部扶贫帮困的钱花在哪里？")
    page = asking.rows("project", reading.params)
    items = [str(row["item"]) for row in page if str(row["property"]).endswith("#hasCostItem")]
    assert len(items) == 15
    assert all(item in reading.sentence.zh for item in items)


def test_totals_of_a_body_with_others_have_no_difference(asking: Asking) -> None:
    told = asking.told("松江区人民政府办公室和闵行区人民政府办公室的钱谁多").zh
    assert "相差多少说明不了大小" in told or "（汇总）" not in told


@pytest.mark.sampled(6)
@pytest.mark.parametrize("label", WORDS["field"])
def test_a_field_of_a_project_is_stated_or_said_not_to_be_read(asking: Asking, label: str) -> None:
    """No label of a field is taken for a value of a parameter, which the view would refuse."""
    for q in (f"外事交流管理的{label}是什么？", f"What is the {WORDS['field'][label].en} of 外事交流管理?"):
        reading = asking.read(q)
        assert reading.fit is not None, q
        view = asking.views[reading.fit.pattern.view.name]
        assert (
            view.answer(asking.run, reading.params, asking.version, asking.index).rows
            or "库中有" in reading.sentence.zh
        )


def test_a_server_reads_all_rows_of_a_page(serving: Serve, examples: Path) -> None:
    with serving(Settings(store=examples)) as client:
        for q in ("外事交流管理的指标和目标有哪些", "List the indicators and targets of 外事交流管理."):
            answer = client.get("/ask", params={"q": q, "format": "json"}).json()
            assert len(answer["rows"]) > 20
            assert "合作机构满意度：≥90.00 (%)。" in answer["answer"]["zh"]
            assert "没有读到" not in answer["reading"]["zh"]
