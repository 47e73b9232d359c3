"""Questions of many wordings are read as they are meant or not at all, and what is said on them (sentences.yaml).

A question about a place is about exactly that place; one on a project is answered by rows of its page; those on
self-evaluations by what these state.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jixiao.ontology.places import places, within
from jixiao.ontology.text.money import money
from jixiao.server.settings import Settings
from jixiao.server.views import answers
from jixiao.server.views.parameters import region_codes
from jixiao.server.views.questions.asking import checked
from jixiao.server.views.questions.reading import Reading
from jixiao.server.words import WORDS
from tests.server.ask.meant import Asking, asking_of, is_meant, questions
from tests.server.conftest import Serve


@pytest.mark.sampled(4)
@pytest.mark.parametrize("case", questions("sentences.yaml"), ids=lambda case: case["why"])
def test_what_is_said(request: pytest.FixtureRequest, asking: Asking, tmp_path: Path, case: dict[str, Any]) -> None:
    over = asking_of(tmp_path, *case["filings"]) if "filings" in case else asking
    if case.get("evaluated"):
        over = request.getfixturevalue("asking_evaluated")
    for question in case["asked"]:
        found = _found(over, question)
        assert {name: found[name] for name in question} == question
        assert found["refused"] == question.get("refused", False)


def _found(asking: Asking, question: dict[str, Any]) -> dict[str, Any]:
    """Return what the reading of a question really has of each thing that an example may ask for."""
    reading = asking.read(question["q"])
    said = f"{reading.sentence.zh}\n{reading.sentence.en}"
    answered = reading.fit and question.keys() & {"tells", "never"}
    told = asking.told(question["q"]) if answered else reading.sentence
    both = f"{told.zh}\n{told.en}"
    offered = [(text.zh, text.en) for text, _ in reading.suggestions]
    assert len(set(offered)) == len(offered)
    return {
        "q": reading.q,
        "params": reading.params,
        "view": reading.fit and reading.fit.pattern.view.name,
        "refused": reading.fit is None,
        "begins": said[: len(question.get("begins", ""))],
        "says": [part for part in question.get("says", ()) if part in said],
        "tells": [part for part in question.get("tells", ()) if part in both],
        "never": [part for part in question.get("never", ()) if part not in said + both],
        "finds": "finds" in question and sorted({row["name"] for row in asking.rows("projects", reading.params)}),
        "offers": [text for text in question.get("offers", ()) if text in offered[0]],
    }


@pytest.mark.sampled(36)
@pytest.mark.parametrize(
    "question",
    [
        *questions("questions.yaml"),
        *questions("held_apart.yaml"),
        *questions("wordings.yaml"),
        *questions("kinds.yaml"),
    ],
    ids=lambda question: question["q"],
)
def test_questions_are_read_as_meant(asking: Asking, question: dict[str, Any]) -> None:
    reading = asking.read(question["q"])
    assert is_meant(asking, reading, question), (reading.sentence, dict(reading.params))


CONDITIONS = (
    "{}2021年的项目",
    "{}申请了多少钱",
    "{}文化项目有几个",
    "{}教育局的项目",
    "{}2023年",
    "{}有哪些单位申报了项目",
    "有没有{}的项目",
    "{}水利项目一共多少钱",
)
IN_ENGLISH = ("projects in {} in 2022", "How much money did {} request?", "education projects of {}")
SOME = 53
"""One of so many places is asked for in the tests; the places that are written like others are all asked for."""


def forms() -> list[str]:
    """Every name of a place, with its ending and without."""
    return sorted({name for place in places().values() for name in (place.name, place.stem) if len(name) > 1})


def strays(place: str, q: str, reading: Reading) -> Iterator[str]:
    """Yield what an answer has of other places than the one asked for."""
    codes = region_codes(place)
    for quoted in re.findall("没有听懂“([^”]*)”", reading.sentence.zh) if reading.fit is None else ():
        if quoted.split(" (")[0] not in checked(q):
            yield quoted
    if reading.fit is None:
        return
    assert f"“{place}”按" not in reading.sentence.zh, "a name that is known is put right"
    given = {name: text for name, text in reading.fit.params.items() if not name.startswith("sort")}
    for name in ("region", "part", "outside", "surrounding"):
        for text in filter(None, given.get(name, "").split(",")):
            if not any(within(code, each) for code in region_codes(text) for each in codes):
                yield text
    if not {"region", "part"} & given.keys() and not any(place in text for text in given.values()):
        bodies = given.get("department", "")
        if not any(places()[code].stem in bodies for code in codes):
            yield str(given)


def pairs() -> Iterator[tuple[str, str]]:
    alike = [place for place in forms() if place[:-1] in ("山西", "陕西", "河南", "河北", "湖南", "湖北")]
    for number, place in enumerate([*alike, *forms()[::SOME], "山西", "陕西", "贵州", "泰州", "台州", "岳阳楼区"]):
        yield place, CONDITIONS[number % len(CONDITIONS)].format(place)
    for number, place in enumerate(list(places().values())[::199]):
        english = place.english.split(" (")[0]
        yield english, IN_ENGLISH[number % len(IN_ENGLISH)].format(english)


@pytest.mark.sampled(36)
@pytest.mark.parametrize(("place", "q"), sorted(set(pairs())))
def test_an_answer_is_about_the_place_asked_for(asking: Asking, place: str, q: str) -> None:
    assert not list(strays(place, q, asking.read(q)))


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


def test_a_server_reads_all_rows_of_a_page(serve: Serve, examples: Path) -> None:
    with serve(Settings(store=examples)) as client:
        for q in ("外事交流管理的指标和目标有哪些", "List the indicators and targets of 外事交流管理."):
            answer = client.get("/ask", params={"q": q, "format": "json"}).json()
            assert len(answer["rows"]) > 20
            assert "合作机构满意度：≥90.00 (%)。" in answer["answer"]["zh"]
            assert "没有读到" not in answer["reading"]["zh"]


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


@pytest.mark.parametrize("truncated", [False, True])
def test_missed_targets_tell_how_many_self_evaluations_were_read_in_part(
    asking_evaluated: Asking, truncated: bool
) -> None:
    reading = asking_evaluated.read("哪些指标没有完成？")
    view = asking_evaluated.views["results"]
    answer = view.answer(asking_evaluated.run, reading.params, asking_evaluated.version, asking_evaluated.index)
    rows = tuple({**row, "readingStatus": "partial"} for row in answer.rows)
    read = answers.count_rows(answer.columns, rows)
    said = reading.told(replace(answer, rows=(*rows, *rows), whole=read, truncated=truncated))
    assert "有 2 行出自 2 份只读出一部分的自评" in said.zh
    assert "Self-evaluations read in part: 2, with 2 of the rows" in said.en
    assert "有 1 行出自 1 份只读出一部分的自评" in reading.told(answer).zh


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
