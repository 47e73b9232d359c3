"""Questions on what self-evaluations state: reached, missed, spent, rates and scores, with and without any read."""

from dataclasses import replace

import pytest

from jixiao.ontology.text.money import money
from tests.server.ask.meant import Asking

CPPCC = "中国人民政治协商会议上海市松江区委员会办公室"
LIBRARY = "上海市松江区图书馆"
ALL = [
    *("人均成本", "借阅人次", "培训人数", "培训期数", "培训通过率", "学员满意度", "履职能力", "开放天数"),
    *("节约经费", "读者满意度", "资料归档"),
]
"""Names of all results."""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("q", "view", "params", "names"),
    [
        ("哪些指标没有达到目标？", "results", {"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        (f"Which targets of {LIBRARY} were missed in 2022?", "results",
         {"outcome": "missed", "department": LIBRARY, "year": "2022"}, ["借阅人次"]),
        ("哪些项目没有完成目标", "results", {"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        ("Did any project miss its target in 2022?", "results", {"outcome": "missed", "year": "2022"},
         ["借阅人次", "学员满意度"]),
        ("哪些指标超过目标一倍以上", "results", {"outcome": "exceeded", "least": "200"}, ["培训期数"]),
        ("Which targets were exceeded twofold?", "results", {"outcome": "exceeded", "least": "200"}, ["培训期数"]),
        ("完成率低于95%的指标有哪些", "results", {"below": "95"}, ["人均成本", "借阅人次"]),
        ("学员满意度实际完成多少", "results", {"text": "学员满意度"}, ["学员满意度"]),
        ("执行率低于85%的项目有哪些", "evaluations", {"rateBelow": "85"}, ["图书借阅"]),
        ("得分低于96的项目", "evaluations", {"scoreBelow": "96"}, ["图书借阅"]),
        ("Which projects have the lowest score?", "evaluations", {"sort": "score"}, ["业务培训", "图书借阅"]),
        ("业务培训的自评得分", "evaluations", {"text": "业务培训"}, ["业务培训"]),
        ("业务培训的执行率是多少", "evaluations", {"text": "业务培训"}, ["业务培训"]),
        ("Scores against execution rates of projects", "evaluations", {}, ["业务培训", "图书借阅"]),
        ("得分和执行率", "evaluations", {}, ["业务培训", "图书借阅"]),
        ("借阅人次完成了多少", "results", {"text": "借阅人次"}, ["借阅人次"]),
        ("有多少指标正好达到", "results", {"outcome": "met"}, ["培训人数", "开放天数", "读者满意度"]),
        ("满意度得了多少分", "results", {"type": "满意度指标"}, ["学员满意度", "读者满意度"]),
        ("得分最低的指标", "results", {"sort": "scoreRate"}, ALL),
        ("Indicators with the lowest score", "results", {"sort": "scoreRate"}, ALL),
        ("哪些指标没有完成，为什么？", "results", {"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        ("哪些项目有自评", "evaluations", {}, ["业务培训", "图书借阅"]),
        ("哪些自评没有等级", "evaluations", {"missing": "grade"}, ["图书借阅"]),
        ("Which self-evaluations have no total score?", "evaluations", {"missing": "totalScore"}, []),
        ("哪些项目既有申报又有自评", "evaluations", {"stated": "evaluates"}, ["业务培训"]),
        ("Which projects have both a filing and a self-evaluation?", "evaluations", {"stated": "evaluates"},
         ["业务培训"]),
        ("Which projects spent less than 85% of their budget?", "evaluations", {"rateBelow": "85"}, ["图书借阅"]),
        ("哪些项目只花了不到85%的预算", "evaluations", {"rateBelow": "85"}, ["图书借阅"]),
        ("执行率90%的项目", "evaluations", {"rateLeast": "90", "rateMost": "90"}, ["业务培训"]),
        ("哪些项目支出超过预算", "evaluations", {"rateAbove": "100"}, []),
        ("Which projects spent more than their budget?", "evaluations", {"rateAbove": "100"}, []),
        ("哪些项目调增了预算", "evaluations", {"adjustmentAbove": "0"}, ["业务培训"]),
        ("Which projects had their budget increased?", "evaluations", {"adjustmentAbove": "0"}, ["业务培训"]),
        ("Which budgets were cut the most?", "evaluations", {"adjustmentBelow": "0", "sort": "-cut"}, []),
        ("自评等级为优的项目", "evaluations", {"grade": "优"}, ["业务培训"]),
        ("总分97分的项目", "evaluations", {"scoreLeast": "97", "scoreMost": "97"}, ["业务培训"]),
        ("哪些指标没完成却得了满分", "results", {"outcome": "missed", "scoreLeast": "100"}, []),
        ("Which targets were missed and yet scored in full?", "results", {"outcome": "missed", "scoreLeast": "100"},
         []),
        ("得分率低于85%的指标", "results", {"scoreBelow": "85"}, ["学员满意度"]),
        ("扣分最多的指标", "results", {"scoreBelow": "100", "sort": "-lost"}, ["借阅人次", "学员满意度"]),
        ("没有完成的原因有哪些", "results", {"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        ("What reasons were given for missing targets?", "results", {"outcome": "missed"}, ["借阅人次", "学员满意度"]),
        ("得分95分以上的自评", "evaluations", {"scoreLeast": "95"}, ["业务培训", "图书借阅"]),
        ("总分97分以下的项目", "evaluations", {"scoreMost": "97"}, ["业务培训", "图书借阅"]),
        ("Which projects have 96 points or more?", "evaluations", {"scoreLeast": "96"}, ["业务培训"]),
        ("总分不低于95而执行率低于95%的自评", "evaluations", {"scoreLeast": "95", "rateBelow": "95"},
         ["业务培训", "图书借阅"]),
        ("执行率低于95%且得分高于96分的项目", "evaluations", {"scoreAbove": "96", "rateBelow": "95"}, ["业务培训"]),
        ("95%以下的执行率和96以上的总分的自评", "evaluations", {"scoreLeast": "96", "rateMost": "95"}, ["业务培训"]),
        ("Which self-evaluations score at least 95 with a rate of execution below 95%?", "evaluations",
         {"scoreLeast": "95", "rateBelow": "95"}, ["业务培训", "图书借阅"]),
        ("哪些指标超过目标50%以上", "results", {"outcome": "exceeded", "least": "150"}, ["培训期数"]),
        ("Which targets were exceeded by more than 50%?", "results", {"outcome": "exceeded", "above": "150"},
         ["培训期数"]),
        ("Which targets were missed by more than 5%?", "results", {"outcome": "missed", "below": "95"},
         ["借阅人次"]),
        ("哪些指标没有达到目标的95%", "results", {"below": "95"}, ["人均成本", "借阅人次"]),
        ("哪些指标完成不到95%", "results", {"below": "95"}, ["人均成本", "借阅人次"]),
        ("哪些指标达到目标的150%以上", "results", {"least": "150"}, ["培训期数"]),
        ("哪些指标写了偏差原因", "results", {"stated": "reasonText"}, ["借阅人次", "学员满意度"]),
        ("Which targets were missed without a reason?", "results", {"outcome": "missed", "missing": "reasonText"}, []),
        ("哪些项目的预算被调整了，调整了多少", "evaluations", {"adjustmentNot": "0"}, ["业务培训"]),
        ("满意度低于目标的有哪些", "results", {"type": "满意度指标", "outcome": "missed"}, ["学员满意度"]),
    ],
)  # fmt: skip
def test_a_question_on_results_is_read(
    asking_evaluated: Asking, q: str, view: str, params: dict[str, str], names: list[str]
) -> None:
    reading = asking_evaluated.read(q)
    assert reading.fit is not None, reading.sentence
    assert (reading.fit.pattern.view.name, reading.fit.params) == (view, params)
    assert sorted(str(row["name"]) for row in asking_evaluated.rows(view, reading.params)) == names


@pytest.mark.parametrize(
    ("q", "params"),
    [
        ("松江区政协办2022年预算执行率是多少", {"department": CPPCC, "year": "2022"}),
        ("rate of execution by body", {}),
        ("松江区政协办2022年实际花了多少钱", {"department": CPPCC, "year": "2022"}),
        ("How much was actually spent in 2022?", {"year": "2022"}),
        ("哪个部门执行率最高", {"sort": "-rate"}),
        ("执行率低于85%的单位有哪些", {"rateBelow": "85"}),
        ("Which bodies spent less than 85% of their budget?", {"rateBelow": "85"}),
        ("2022年花了多少钱", {"year": "2022"}),
        ("哪个单位花了最多的钱", {}),
    ],
)
def test_money_spent_is_summed_by_body(asking_evaluated: Asking, q: str, params: dict[str, str]) -> None:
    reading = asking_evaluated.read(q)
    assert reading.fit is not None, reading.sentence
    assert (reading.fit.pattern.view.name, reading.fit.params) == ("execution", params)
    assert asking_evaluated.rows("execution", reading.params)


@pytest.mark.parametrize(
    "q",
    [
        "哪些指标没有完成？",
        "外事交流管理最后实际花了多少？",
        "各部门的执行率",
        "自评得分最低的项目有哪些？",
        "松江区政府办2022年的执行率",
    ],
)
def test_without_a_self_evaluation_the_answer_says_so(asking: Asking, q: str) -> None:
    reading = asking.read(q)
    assert reading.fit is not None, reading.sentence
    view = asking.views[reading.fit.pattern.view.name]
    said = reading.answer(view.answer(asking.run, reading.params, asking.version, asking.index))
    assert said.zh.startswith("没有读到符合条件的自评")
    assert said.en.startswith("No self-evaluation read")


def test_what_an_evaluation_lacks_is_said_not_to_be_read(asking_evaluated: Asking) -> None:
    view = asking_evaluated.views["evaluations"]
    reading = asking_evaluated.read("业务培训的自评得分")
    answer = view.answer(asking_evaluated.run, reading.params, asking_evaluated.version, asking_evaluated.index)
    [row] = answer.rows
    blank = replace(answer, rows=({**row, "name": None, "department": None, "year": None, "score": None},))
    assert "总分 没有读到" in reading.answer(blank).zh
    assert "None" not in reading.answer(blank).zh + reading.answer(blank).en


def test_money_spent_tells_of_self_evaluations_that_disagree(asking_evaluated: Asking) -> None:
    view = asking_evaluated.views["execution"]
    reading = asking_evaluated.read(f"{CPPCC}2022年花了多少钱")
    answer = view.answer(asking_evaluated.run, reading.params, asking_evaluated.version, asking_evaluated.index)
    [row] = answer.rows
    said = reading.answer(replace(answer, rows=({**row, "disputed": 2},)))
    assert "有 2 份自评没有计入" in said.zh
    assert "Self-evaluations that are left out: 2" in said.en
    assert "没有计入" not in reading.answer(answer).zh


def test_money_spent_is_that_of_the_self_evaluations_of_a_body(asking_evaluated: Asking) -> None:
    for q in (
        f"{CPPCC}2022年花了多少钱",
        f"{CPPCC}2022年支出了多少钱",
        f"How much was spent by {CPPCC} in 2022?",
        f"How much did {CPPCC} spend in 2022?",
    ):
        reading = asking_evaluated.read(q)
        assert reading.fit is not None, reading.sentence
        assert reading.fit.pattern.view.name == "execution"
        [row] = asking_evaluated.rows("execution", reading.params)
        assert f"全年执行 {money(row['executed']).zh}" in asking_evaluated.told(q).zh


def test_a_project_without_a_self_evaluation_is_one_of_which_none_was_read(asking_evaluated: Asking) -> None:
    for q in ("哪些项目没有自评", "Which projects have no self-evaluation?"):
        reading = asking_evaluated.read(q)
        assert reading.fit is not None
        assert reading.fit.params == {"without": "evaluates"}
        assert "业务培训" not in {row["name"] for row in asking_evaluated.rows("projects", reading.params)}
        assert "不是没有做" in asking_evaluated.told(q).zh
